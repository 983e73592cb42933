// compiler/diagnostics/: findings as people, editors and programs get them.
#include "compiler/diagnostics/render.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/diagnostics/visible_text.h"

namespace corsac {
namespace {

SourceSet Source(std::string_view text) {
  FindingSink sink;
  SourceSet set = SourceSet::FromText("t.toml", std::string(text), sink);
  EXPECT_EQ(set.files().size(), 1U);
  return set;
}

// A finding at the first `marked` in the text.
Finding At(const SourceSet& sources, std::string_view marked) {
  Finding finding;
  finding.code = Code::kAnyOriginWithCredentials;
  finding.message = "no good";
  const std::size_t at = sources.files()[0].text().find(marked);
  EXPECT_NE(at, std::string_view::npos) << marked;
  finding.span = Span{0, static_cast<std::uint32_t>(at),
                      static_cast<std::uint32_t>(at + marked.size())};
  return finding;
}

// The two lines of the snippet: source and carets, gutter cut off.
std::string Snippet(std::string_view text, std::string_view marked,
                    std::size_t max_columns = 120) {
  const SourceSet sources = Source(text);
  RenderOptions options;
  options.max_columns = max_columns;
  const std::string out = RenderHuman(At(sources, marked), sources, options);
  std::string lines;
  for (std::size_t at = out.find(" |\n") + 3; at < out.size();) {
    const std::size_t end = out.find('\n', at);
    const std::string line = out.substr(at, end - at);
    lines += line.substr(std::min(line.size(), line.find('|') + 1)) + "\n";
    at = end + 1;
  }
  return lines;
}

TEST(RenderTest, ShowsEverythingOfAFinding) {
  const SourceSet sources =
      Source("version = 1\n\n\n\n\n\n\n\n[policies.web]\nmax-age = 600\n");
  Finding finding = At(sources, "max-age");
  finding.label = "did you mean `max_age`?";
  finding.help = "write `max_age`\nor leave it out";
  finding.related.push_back({At(sources, "[policies.web]").span, "in this"});
  finding.related.push_back({Span{}, "and nowhere"});
  finding.fix = FixIt{finding.span, "max_age"};
  EXPECT_EQ(RenderHuman(finding, sources), R"(error[CORS301]: no good
  --> t.toml:10:1
   |
10 | max-age = 600
   | ^^^^^^^ did you mean `max_age`?
note: in this
  --> t.toml:9:1
   |
 9 | [policies.web]
   | --------------
note: and nowhere
help: write `max_age`
      or leave it out
fix: write
   |
10 | max_age = 600
   | ~~~~~~~
)");
}

TEST(RenderTest, ShowsFindingsWithoutAPlace) {
  Finding finding;
  finding.code = Code::kUnreadable;
  finding.severity = Severity::kWarning;
  finding.message = "`x` is gone";
  EXPECT_EQ(RenderHuman(finding, SourceSet()),
            "warning[CORS910]: `x` is gone\n");
  finding.label = "look";
  finding.help = "put it back";
  finding.span = Span{7, 1, 2};  // no such file
  finding.fix = FixIt{finding.span, "y"};
  EXPECT_EQ(RenderHuman(finding, SourceSet()),
            "warning[CORS910]: `x` is gone\n  look\nhelp: put it back\n");
}

TEST(RenderTest, SeparatesFindingsByABlankLine) {
  const SourceSet sources = Source("a = 1\n");
  const std::vector<Finding> findings{At(sources, "a"), At(sources, "1")};
  EXPECT_EQ(RenderHuman(findings, sources), R"(error[CORS301]: no good
 --> t.toml:1:1
  |
1 | a = 1
  | ^

error[CORS301]: no good
 --> t.toml:1:5
  |
1 | a = 1
  |     ^
)");
}

TEST(RenderTest, PutsCaretsUnderWhatIsMeant) {
  EXPECT_EQ(Snippet("a = \"x\"\n", "\"x\""), " a = \"x\"\n     ^^^\n");
  // Tabs are four blanks, before and inside.
  EXPECT_EQ(Snippet("\ta\tb = 1\n", "b"), "     a    b = 1\n          ^\n");
  EXPECT_EQ(Snippet("x = \"a\tb\"\n", "a\tb"),
            " x = \"a    b\"\n      ^^^^^^\n");
  // Two bytes, one cell; three bytes, two cells; none for a combining mark.
  EXPECT_EQ(Snippet("\xC3\xA9\xC3\xA9 = 1\n", "1"),
            " \xC3\xA9\xC3\xA9 = 1\n      ^\n");
  EXPECT_EQ(Snippet("\"\xE6\xBC\xA2\xE5\xAD\x97\" = 1\n", "\xE5\xAD\x97"),
            " \"\xE6\xBC\xA2\xE5\xAD\x97\" = 1\n    ^^\n");
  EXPECT_EQ(Snippet("\"e\xCC\x81\xF0\x9F\x98\x80\" = 1\n", "1"),
            " \"e\xCC\x81\xF0\x9F\x98\x80\" = 1\n         ^\n");
  // A line end of Windows is no part of the line.
  EXPECT_EQ(Snippet("a = 1\r\nb = 2\r\n", "1"), " a = 1\n     ^\n");
}

TEST(RenderTest, MarksPlacesBetweenBytesAndSpansOfSeveralLines) {
  const SourceSet sources = Source("a = [\n  1,\n");
  Finding finding = At(sources, "[");
  finding.span = Span{0, 11, 11};  // the end of the text
  EXPECT_EQ(RenderHuman(finding, sources), R"(error[CORS301]: no good
 --> t.toml:3:1
  |
3 |
  | ^
)");
  finding.span = Span{0, 5, 5};  // the end of a line
  EXPECT_EQ(RenderHuman(finding, sources), R"(error[CORS301]: no good
 --> t.toml:1:6
  |
1 | a = [
  |      ^
)");
  finding.span = Span{0, 4, 10};
  finding.label = "all this";
  EXPECT_EQ(RenderHuman(finding, sources), R"(error[CORS301]: no good
 --> t.toml:1:5
  |
1 | a = [
  |     ^ (to line 2) all this
)");
}

TEST(RenderTest, CutsLongLinesAroundWhatIsMeant) {
  const std::string before(300, 'b');
  const std::string after(300, 'c');
  EXPECT_EQ(Snippet("x='" + before + "MARK" + after + "'\n", "MARK", 40),
            " ...bbbbbbbbbbMARK" + std::string(23, 'c') +
                "...\n              ^^^^\n");
  EXPECT_EQ(Snippet("x='MARK" + after + "'\n", "MARK", 40),
            " x='MARK" + std::string(33, 'c') + "...\n    ^^^^\n");
  // What is meant is longer than the room: it is marked to the cut.
  EXPECT_EQ(Snippet("x='" + before + "'\n", before, 40),
            " x='" + std::string(37, 'b') + "...\n    " + std::string(37, '^') +
                "\n");
  // A cut falls between characters.
  std::string wide;
  for (int i = 0; i < 100; ++i) wide += "\xE6\xBC\xA2";
  EXPECT_EQ(Snippet("x='" + wide + "MARK'\n", "MARK", 20),
            " ...\xE6\xBC\xA2\xE6\xBC\xA2\xE6\xBC\xA2\xE6\xBC\xA2\xE6\xBC\xA2"
            "MARK'\n              ^^^^\n");
}

TEST(RenderTest, ShowsWhatAFixLeaves) {
  const auto fixed = [](std::string_view text, std::string_view marked,
                        std::string_view replacement) {
    const SourceSet sources = Source(text);
    Finding finding = At(sources, marked);
    finding.fix = FixIt{finding.span, std::string(replacement)};
    const std::string out = RenderHuman(finding, sources);
    return out.substr(out.find("fix"));
  };
  EXPECT_EQ(fixed("a = 1;\n", ";", ""),
            "fix: remove this, leaving\n  |\n1 | a = 1\n  |      ~\n");
  EXPECT_EQ(fixed("a = 1\n", "1", "\"\t\x1B\""),
            "fix: write\n  |\n1 | a = \"    \\x1b\"\n  |     ~~~~~~~~~~\n");
  EXPECT_EQ(fixed("a = 1\n", "1", "[\n1]"),
            "fix: replace this by `[\\n1]`\n --> t.toml:1:5\n  |\n1 | a = 1\n"
            "  |     ~\n");
  EXPECT_EQ(fixed("a = [\n1]\n", "[\n1]", "1"),
            "fix: replace this by `1`\n --> t.toml:1:5\n  |\n1 | a = [\n"
            "  |     ~ (to line 2)\n");
}

// NOLINTBEGIN(misc-misleading-bidirectional): that is what is made visible
TEST(RenderTest, LetsNothingThroughThatATerminalObeys) {
  FindingSink sink;
  const std::string hostile =
      "\x1B]0;pwned\x07\x1B[31m\x7F\xC2\x9B"
      "2J\xE2\x80\xAE\xE2\x80\x8B";
  const SourceSet sources =
      SourceSet::FromText("t\x1B[2J.toml", "x = '" + hostile + "'\n", sink);
  ASSERT_EQ(sources.files().size(), 1U);
  Finding finding = At(sources, "x");
  finding.message = hostile + "\n\t\xFF";
  finding.label = hostile;
  finding.help = hostile + "\nmore " + hostile;
  finding.related.push_back({finding.span, hostile});
  finding.fix = FixIt{finding.span, hostile};
  const std::vector<Finding> findings{finding};
  for (const std::string& out :
       {RenderHuman(findings, sources), RenderShort(findings, sources),
        FindingsToJson(findings, sources)}) {
    EXPECT_EQ(out.find('\x1B'), std::string::npos);
    EXPECT_EQ(out.find('\x07'), std::string::npos);
    EXPECT_EQ(out.find('\x7F'), std::string::npos);
    EXPECT_EQ(out.find('\xC2'), std::string::npos);
    EXPECT_EQ(out.find('\xE2'), std::string::npos);
    EXPECT_EQ(out.find('\xFF'), std::string::npos);
  }
  EXPECT_EQ(VisibleText(hostile),
            "\\x1b]0;pwned\\x07\\x1b[31m\\x7f\\u{009b}2J\\u{202e}\\u{200b}");
  EXPECT_EQ(VisibleText("a\n\t\xFF\xC3\xA9\xF3\xA0\x80\x81"),
            "a\\n\\t\\xff\xC3\xA9\\u{e0001}");
  // Escapes count for what they take.
  EXPECT_EQ(Snippet("x = '\x01' # y\n", "y"),
            " x = '\\x01' # y\n              ^\n");
}
// NOLINTEND(misc-misleading-bidirectional)

TEST(RenderTest, ColoursOnlyWhenAsked) {
  const SourceSet sources = Source("a = 1\n");
  Finding finding = At(sources, "1");
  finding.help = "no";
  finding.related.push_back({finding.span, "there"});
  RenderOptions options;
  options.color = true;
  const std::string colored = RenderHuman(finding, sources, options);
  EXPECT_TRUE(colored.starts_with("\x1b[1;31merror[CORS301]\x1b[0m"));
  // Without its colours it is the same text.
  std::string plain;
  for (std::size_t at = 0; at < colored.size(); ++at) {
    if (colored[at] == '\x1b') {
      at = colored.find('m', at);
    } else {
      plain += colored[at];
    }
  }
  EXPECT_EQ(plain, RenderHuman(finding, sources));
  finding.severity = Severity::kWarning;
  EXPECT_TRUE(RenderHuman(finding, sources, options).starts_with("\x1b[1;33m"));
  finding.severity = Severity::kNote;
  EXPECT_TRUE(RenderHuman(finding, sources, options).starts_with("\x1b[1;32m"));
}

TEST(RenderTest, WritesOneLineAFindingForEditors) {
  const SourceSet sources = Source("a = 1\nb = '\xC3\xA9' # 2\n");
  Finding nowhere;
  nowhere.code = Code::kEmpty;
  nowhere.severity = Severity::kNote;
  nowhere.message = "two\nlines";
  EXPECT_EQ(
      RenderShort(std::vector<Finding>{At(sources, "2"), nowhere}, sources),
      "t.toml:2:11: error[CORS301]: no good\n"
      "note[CORS912]: two\\nlines\n");
  EXPECT_EQ(RenderShort({}, sources), "");
}

TEST(RenderTest, WritesJsonWithEveryKey) {
  const SourceSet sources = Source("a = 1\nb = '\xC3\xA9' # 2\n");
  Finding finding = At(sources, "'\xC3\xA9'");
  finding.label = "here";
  finding.help = "there";
  finding.related.push_back({At(sources, "a").span, "first"});
  finding.related.push_back({Span{}, "none"});
  finding.fix = FixIt{At(sources, "1").span, "\"1\""};
  Finding bare;
  bare.code = Code::kUnusedAllow;
  bare.severity = Severity::kWarning;
  bare.message = "m";
  const std::string json =
      FindingsToJson(std::vector<Finding>{finding, bare}, sources);
  EXPECT_EQ(
      json,
      R"([{"code":"CORS301","severity":"error","title":"`*` together with credentials","message":"no good","label":"here","help":"there","file":"t.toml","line":2,"column":5,"end_line":2,"end_column":8,"related":[{"message":"first","file":"t.toml","line":1,"column":1,"end_line":1,"end_column":2},{"message":"none","file":null,"line":null,"column":null,"end_line":null,"end_column":null}],"fix":{"file":"t.toml","line":1,"column":5,"end_line":1,"end_column":6,"text":"\"1\""}},{"code":"CORS905","severity":"warning","title":"allow_lints entry that is unused or has expired","message":"m","label":null,"help":null,"file":null,"line":null,"column":null,"end_line":null,"end_column":null,"related":[],"fix":null}])");
  EXPECT_EQ(FindingsToJson({}, sources), "[]");
  EXPECT_NE(
      FindingsToJson(std::vector<Finding>{bare}, sources, 2).find("\n  {"),
      std::string::npos);
  // What is no UTF-8 does not make it fail, and it stays JSON.
  bare.message = "\xFF\x1B";
  const auto parsed = nlohmann::json::parse(
      FindingsToJson(std::vector<Finding>{bare}, sources));
  EXPECT_EQ(parsed[0]["message"], "\xEF\xBF\xBD\x1B");
}

TEST(RenderTest, CountsFindings) {
  const auto of = [](const std::vector<Severity>& severities,
                     std::size_t dropped = 0) {
    std::vector<Finding> findings;
    for (const Severity severity : severities) {
      findings.emplace_back().severity = severity;
    }
    return Summary(findings, dropped);
  };
  using enum Severity;
  EXPECT_EQ(of({}), "no findings");
  EXPECT_EQ(of({kError}), "1 error");
  EXPECT_EQ(of({kWarning, kError, kError}), "2 errors, 1 warning");
  EXPECT_EQ(of({kNote, kWarning, kWarning, kNote}), "2 warnings, 2 notes");
  EXPECT_EQ(of({kError}, 7), "1 error, and 7 not shown");
}

TEST(RenderTest, EverySpanOfATextCanBeShown) {
  const std::string text = "a\t\xC3\xA9\r\n\n\xE6\xBC\xA2\x01# e\xCC\x81\n";
  const SourceSet sources = Source(text);
  RenderOptions narrow;
  narrow.max_columns = 4;
  for (std::uint32_t begin = 0; begin <= text.size() + 1; ++begin) {
    for (std::uint32_t end = begin; end <= text.size() + 2; ++end) {
      Finding finding;
      finding.span = Span{0, begin, end};
      finding.fix = FixIt{finding.span, "x"};
      for (const RenderOptions& options : {RenderOptions{}, narrow}) {
        const std::string out = RenderHuman(finding, sources, options);
        EXPECT_NE(out.find('^'), std::string::npos);
        EXPECT_EQ(out.find('\x01'), std::string::npos);
      }
      EXPECT_FALSE(
          FindingsToJson(std::vector<Finding>{finding}, sources).empty());
    }
  }
}

}  // namespace
}  // namespace corsac
