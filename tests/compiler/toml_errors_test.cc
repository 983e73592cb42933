// compiler/syntax/: text that is not TOML gets one finding, at the right place
// and with a remedy; no bytes make the reader fail in any other way.
#include "compiler/syntax/toml_errors.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/diagnostics/render.h"
#include "compiler/syntax/parse.h"

namespace corsac {
namespace {

struct Reading {
  SourceSet sources;
  std::vector<Finding> findings;
  bool parsed = false;
};

Reading Read(std::string_view text) {
  Reading reading;
  FindingSink sink;
  reading.sources = SourceSet::FromText("t.toml", std::string(text), sink);
  if (!reading.sources.files().empty()) {
    reading.parsed = ReadToml(reading.sources, 0, sink).has_value();
  }
  reading.findings = sink.Take();
  return reading;
}

std::string TextAt(const Reading& reading, Span span) {
  return std::string(reading.sources.files()[0].text().substr(
      span.begin, span.end - span.begin));
}

// What the text would be with the edit made.
std::string Fixed(const Reading& reading) {
  const std::optional<FixIt>& fix = reading.findings[0].fix;
  if (!fix) return "";
  std::string text(reading.sources.files()[0].text());
  return text.replace(fix->span.begin, fix->span.end - fix->span.begin,
                      fix->text);
}

struct Row {
  std::string_view text;
  std::string_view finding;  // "t.toml:1:1: error[CORS915]: …", head left out
  std::string_view marked;   // what the caret underlines
  std::string_view help;     // a part of it
  std::string_view fixed;    // the whole text after the fix; empty: none
};

void ExpectRows(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    SCOPED_TRACE(row.text);
    const Reading reading = Read(row.text);
    EXPECT_FALSE(reading.parsed);
    ASSERT_EQ(reading.findings.size(), 1U);
    EXPECT_EQ(RenderShort(reading.findings, reading.sources),
              "t.toml:" + std::string(row.finding) + "\n");
    EXPECT_EQ(TextAt(reading, reading.findings[0].span), row.marked);
    EXPECT_NE(reading.findings[0].help.find(row.help), std::string::npos)
        << reading.findings[0].help;
    EXPECT_EQ(Fixed(reading), row.fixed);
  }
}

TEST(TomlErrorsTest, ExplainsValues) {
  ExpectRows({
      {"a = True\n", "1:5: error[CORS915]: `True` is not a value of TOML",
       "True", "write `true`", "a = true\n"},
      {"a = off\n", "1:5: error[CORS915]: `off` is not a value of TOML", "off",
       "write `false`", "a = false\n"},
      {"a = tru\n", "1:5: error[CORS915]: `tru` is not a value of TOML", "tru",
       "did you mean `true`", "a = true\n"},
      {"a = false1\n", "1:5: error[CORS915]: `false1` is not a value of TOML",
       "false1", "did you mean `false`", "a = false\n"},
      {"a = null\n", "1:5: error[CORS915]: `null` is not a value of TOML",
       "null", "leave the key out", ""},
      {"a = [GET]\n", "1:6: error[CORS915]: `GET` is not a value of TOML",
       "GET", "quotes", "a = [\"GET\"]\n"},
      {"x = \"\xC3\xA9\"\na = https://x # y\n",
       "2:5: error[CORS915]: `https://x` is not a value of TOML", "https://x",
       "quotes", "x = \"\xC3\xA9\"\na = \"https://x\" # y\n"},
      {"a = 10s\n", "1:5: error[CORS915]: `10s` is not a value of TOML", "10s",
       "no unit", ""},
      {"a = 010\n", "1:5: error[CORS915]: `010` is not a value of TOML", "010",
       "without leading zeros", ""},
      {"a = 99999999999999999999\n",
       "1:5: error[CORS915]: `99999999999999999999` is not a value of TOML",
       "99999999999999999999", "too large", ""},
      {"a = 2027-13-01\n",
       "1:5: error[CORS915]: `2027-13-01` is not a value of TOML", "2027-13-01",
       "`2027-03-31`", ""},
      {"a =\nb = 1\n", "1:4: error[CORS915]: a value is missing after `=`", "",
       "on the line of its key", ""},
      {"a = ]\n", "1:5: error[CORS915]: a value is missing after `=`", "]",
       "on the line of its key", ""},
  });
}

TEST(TomlErrorsTest, ExplainsStrings) {
  ExpectRows({
      {"a = { regex = \"x\\.y\" }\n",
       "1:17: error[CORS915]: `\\.` means nothing in a double-quoted string",
       "\\.", "'single quotes'", "a = { regex = 'x\\.y' }\n"},
      // What was meant cannot be told, or cannot stand in single quotes.
      {"a = \"x\\.\\\\\"\n",
       "1:7: error[CORS915]: `\\.` means nothing in a double-quoted string",
       "\\.", "'single quotes'", ""},
      {"a = \"it's \\d\"\n",
       "1:11: error[CORS915]: `\\d` means nothing in a double-quoted string",
       "\\d", "'single quotes'", ""},
      {"a = \"\"\"\\d\"\"\"\n",
       "1:8: error[CORS915]: `\\d` means nothing in a double-quoted string",
       "\\d", "'single quotes'", ""},
      {"path = \"/api\nb = 1\n",
       "1:8: error[CORS915]: a string that is not closed", "\"/api",
       "on the line", ""},
      {"path = /api\"\nb = 1\n",
       "1:8: error[CORS915]: `/api` is not a value of TOML", "/api", "quotes",
       "path = \"/api\"\nb = 1\n"},
      {"a = \xE2\x80\x9Cx\xE2\x80\x9D\n",
       "1:5: error[CORS915]: `\xE2\x80\x9C` (U+201C) is not a quotation mark "
       "of TOML",
       "\xE2\x80\x9C", "straight quotes", ""},
      {"a =\xC2\xA0"
       "1\n",
       "1:4: error[CORS915]: the blank U+00A0 can stand only in strings and "
       "comments",
       "\xC2\xA0", "ordinary blank", "a = 1\n"},
  });
}

TEST(TomlErrorsTest, ExplainsLines) {
  ExpectRows({
      {"a: 1\n", "1:2: error[CORS915]: `=` is missing after a key", ":",
       "key = value", "a = 1\n"},
      {"ab\nc = 1\n", "1:1: error[CORS915]: a key without a value", "ab",
       "key = value", ""},
      {"a = 1;\n",
       "1:6: error[CORS915]: `;` after a value; a line has no end mark", ";",
       "remove", "a = 1\n"},
      {"a = 1 b = 2\n",
       "1:7: error[CORS915]: something after a value that is complete", "b",
       "a line", ""},
      {"// x\n", "1:1: error[CORS915]: this begins neither a key nor a table",
       "/", "`#`", ""},
      {"{\"a\": 1}\n",
       "1:1: error[CORS915]: this begins neither a key nor a table", "{",
       "JSON", ""},
      {"= 1\n", "1:1: error[CORS915]: this begins neither a key nor a table",
       "=", "key is missing", ""},
      {"\"\"\"a\"\"\" = 1\n",
       "1:1: error[CORS915]: a multi-line string as a key", "\"",
       "without quotes", ""},
      {"[a\nb = 1\n", "1:1: error[CORS915]: a table header that is not closed",
       "[a", "`[name]`", ""},
      {"[[a]\nb = 1\n",
       "1:1: error[CORS915]: a table header that is not closed", "[[a]",
       "`[[name]]`", ""},
  });
}

TEST(TomlErrorsTest, ExplainsLists) {
  ExpectRows({
      {"a = [\n  \"\xC3\xA9\"  # one\n  \"y\"\n]\n",
       "3:3: error[CORS915]: `,` is missing between two entries", "\"y\"", "",
       "a = [\n  \"\xC3\xA9\",  # one\n  \"y\"\n]\n"},
      {"a = [1,,2]\n", "1:8: error[CORS915]: a comma with nothing before it",
       ",", "remove", "a = [1,2]\n"},
      {"a = { b = 1, }\n",
       "1:12: error[CORS915]: a comma before the `}` of an inline table", ",",
       "remove", "a = { b = 1 }\n"},
      {"a = { b = 1,\n c = 2 }\n",
       "1:5: error[CORS915]: an inline table over more than one line",
       "{ b = 1,", "on the line", ""},
      {"a = [\"x\"\n\n[[route]]\npath = 1\n",
       "1:5: error[CORS915]: a list that is not closed", "[", "close the list",
       ""},
      {"a = [\"x\",\n[[route]]\n",
       "1:5: error[CORS915]: a list that is not closed", "[", "close the list",
       ""},
      {"a = [\"x\",\n[trust]\n",
       "1:5: error[CORS915]: a list that is not closed", "[", "close the list",
       ""},
      {"a = [\"x\",\nb = 1\n", "1:5: error[CORS915]: a list that is not closed",
       "[", "close the list", ""},
      {"a = [\"x\"\nb.c = 1\n",
       "1:5: error[CORS915]: a list that is not closed", "[", "close the list",
       ""},
  });
}

TEST(TomlErrorsTest, ShowsBothPlacesOfADuplicate) {
  struct Duplicate {
    std::string_view text;
    std::string_view finding;
    std::string_view first;  // place of the first
  };
  const std::vector<Duplicate> rows{
      {"a = 1\nb = 2\na = [3]\n", "3:1: error[CORS915]: `a` is defined twice",
       "t.toml:1:1"},
      {"[[r]]\na = 1\n[[r]]\nb = 1\n'b' = 2\n",
       "5:1: error[CORS915]: `b` is defined twice", "t.toml:4:1"},
      {"[a]\nx = 1\n[a]\ny = 1\n",
       "3:2: error[CORS915]: `[a]` is defined twice", "t.toml:1:2"},
      {"[p.web]\n[p.api]\n[p.web]\n",
       "3:4: error[CORS915]: `[p.web]` is defined twice", "t.toml:1:4"},
      {"[[route]]\nx = 1\n[route]\n",
       "3:2: error[CORS915]: `[route]` is defined twice", "t.toml:1:3"},
      {"a = { b = 1, c = [ { b = 2 } ], b = 3 }\n",
       "1:33: error[CORS915]: `b` is defined twice", "t.toml:1:7"},
      {"a = { b = 1, b.c = 3 }\n",
       "1:14: error[CORS915]: `b.c` is defined twice", "t.toml:1:7"},
      {"a.b = 1\na = 2\n", "2:1: error[CORS915]: `a` is defined twice",
       "t.toml:1:1"},
      {"a = 1\na.b = 2\n", "2:1: error[CORS915]: `a.b` is defined twice",
       "t.toml:1:1"},
      {"a = { x = 1 }\na.y = 2\n",
       "2:1: error[CORS915]: `a.y` is defined twice", "t.toml:1:1"},
      {"a = { x = 1 }\n[a.b]\nc = 1\n",
       "2:2: error[CORS915]: `[a.b]` is defined twice", "t.toml:1:1"},
      {"a = 1\n[a.b]\n[c]\n", "2:2: error[CORS915]: `[a.b]` is defined twice",
       "t.toml:1:1"},
  };
  for (const Duplicate& row : rows) {
    SCOPED_TRACE(row.text);
    const Reading reading = Read(row.text);
    ASSERT_EQ(reading.findings.size(), 1U);
    EXPECT_EQ(RenderShort(reading.findings, reading.sources),
              "t.toml:" + std::string(row.finding) + "\n");
    ASSERT_EQ(reading.findings[0].related.size(), 1U);
    EXPECT_EQ(reading.sources.Describe(reading.findings[0].related[0].span),
              row.first);
  }
}

TEST(TomlErrorsTest, TellsAFileThatIsCutOff) {
  const std::string whole =
      "version = 1\n\n[[route]]\npath = \"/api\"\norigins = [\n"
      "  \"https://a.example\",\n  { regex = 'x' },\n]\ncredentials = true";
  ASSERT_TRUE(Read(whole).parsed);
  std::size_t cut_off = 0;
  for (std::size_t size = 1; size < whole.size(); ++size) {
    SCOPED_TRACE(whole.substr(0, size));
    const Reading reading = Read(whole.substr(0, size));
    if (reading.parsed) continue;
    ASSERT_EQ(reading.findings.size(), 1U);
    EXPECT_EQ(reading.findings[0].code, Code::kTruncated);
    EXPECT_NE(reading.findings[0].help.find("cut off"), std::string::npos);
    ++cut_off;
  }
  // All but a few cuts fall inside something: after a line that is complete
  // and inside the number nothing can be seen.
  EXPECT_GT(cut_off, whole.size() * 8 / 10);
  const Reading in_list = Read("a = [\n 1,\n");
  ASSERT_EQ(in_list.findings.size(), 1U);
  EXPECT_EQ(in_list.findings[0].message, "the file ends inside a list");
  ASSERT_EQ(in_list.findings[0].related.size(), 1U);
  EXPECT_EQ(in_list.sources.Describe(in_list.findings[0].related[0].span),
            "t.toml:1:5");
}

TEST(TomlErrorsTest, ReportsWhatComesFirst) {
  // A mistake of grammar before one in a word, and the other way about.
  EXPECT_EQ(Read("a = GET\nb = \"x\n").findings[0].message,
            "`GET` is not a value of TOML");
  EXPECT_EQ(Read("a = GET\nb = \xC3\xA9\n").findings[0].message,
            "`GET` is not a value of TOML");
  EXPECT_EQ(Read("b = \"x\na = GET\n").findings[0].message,
            "a string that is not closed");
}

TEST(TomlErrorsTest, PassesOnWhatItHasNoWordsFor) {
  const Reading reading = Read("a = 1_\nb = +\n");
  ASSERT_EQ(reading.findings.size(), 1U);
  const Reading other = Read("[a] [b]\n");
  ASSERT_EQ(other.findings.size(), 1U);
  EXPECT_EQ(other.findings[0].code, Code::kSyntax);
  EXPECT_FALSE(other.findings[0].help.empty());
}

// Random edits of a sound file, and random words of the language: one finding
// or a tree, and every span inside the text.
TEST(TomlErrorsTest, SurvivesAnyText) {
  const std::string seed =
      "version = 1\n[policies.\"w\xC3\xA9\"]\nmax_age = 6\n[[route]]\n"
      "a.b = { x = [ '''y''', \"\"\"z\\\n q\"\"\" ], until = 2027-03-31 }\n"
      "origins = [\"https://a.example\", { regex = 'x\\.y' }] # c\r\n";
  const std::vector<std::string> words{"[",
                                       "]",
                                       "{",
                                       "}",
                                       "\"",
                                       "'",
                                       "\"\"\"",
                                       "'''",
                                       "=",
                                       ".",
                                       ",",
                                       "\n",
                                       "\r\n",
                                       "\\",
                                       "#",
                                       "a",
                                       "1",
                                       "true",
                                       "[[",
                                       "]]",
                                       "\xC2\xA7",
                                       " ",
                                       "\t",
                                       "\xEF\xB7\xBF",
                                       "\\u",
                                       "-",
                                       "1e5",
                                       "12:30:",
                                       "2027-",
                                       "0x",
                                       "inf",
                                       "nan",
                                       "_",
                                       "+",
                                       "\x01",
                                       "\r",
                                       "\xE2\x80\x9C",
                                       "\xC2\xA0"};
  std::mt19937 random(20240501);
  const auto below = [&](std::size_t n) {
    return static_cast<std::size_t>(random()) % n;
  };
  for (int i = 0; i < 1500; ++i) {
    std::string text = i % 2 == 0 ? seed : "";
    const std::size_t edits = 1 + below(i % 2 == 0 ? 4 : 24);
    for (std::size_t e = 0; e < edits; ++e) {
      const std::size_t at = below(text.size() + 1);
      if (below(3) == 0) {
        text.erase(at, below(6));
      } else {
        text.insert(at, words[below(words.size())]);
      }
    }
    const Reading reading = Read(text);
    EXPECT_NE(reading.parsed, !reading.findings.empty()) << text;
    for (const Finding& finding : reading.findings) {
      if (!finding.span.has_file()) continue;
      EXPECT_LE(finding.span.begin, finding.span.end) << text;
      EXPECT_LE(finding.span.end, text.size()) << text;
    }
    EXPECT_EQ(RenderHuman(reading.findings, reading.sources).find('\x01'),
              std::string::npos);
  }
}

}  // namespace
}  // namespace corsac
