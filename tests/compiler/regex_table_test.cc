// What BuildTable() makes of regexes, against RE2 asked one regex after the
// other, as the rules say.
#include "compiler/table/regex_table.h"

#include <gtest/gtest.h>
#include <re2/re2.h>

#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/origins/automata/regex_form.h"
#include "compiler/table/lower_regexes.h"
#include "compiler/table/policy_table.h"
#include "compiler/table/re2_pattern.h"
#include "compiler/table/regex_options.h"

namespace corsac {
namespace {

// One of each form, and several that overlap.
const std::vector<std::string>& Patterns() {
  static const auto& patterns = *new std::vector<std::string>{
      R"(https://(app|www)\.example\.(com|net)(:8443)?)",
      R"(https://([^/]+\.)?example\.com)",
      R"(https?://.+\.example\.org(:\d+)?)",
      R"(http://localhost(:[0-9]+)?)",
      R"(https://pr-[0-9]+\.example\.com)",
      R"(https://pr-[0-9]+-team\.vercel\.app)",
      R"(https://[a-z0-9-]+-team\.vercel\.app)",
      R"(https://x[a-z]*\.vercel\.app(:\d{4})?)",
      R"(https://[a-z]+)",
      R"(https://[a-z]{2,4}\.(com|org|net))",
      R"((?i)https://UPPER\.example\.net)",
      R"(https://.*a.{14}b.*)",
      R"(nothing)",
      R"(app://[A-Za-z.]+\.host)",
      R"(https://(a|b)\.x\.test:(80|8080|65536))",
      R"(.*)",
  };
  return patterns;
}

IrOriginSet SetOf(const std::vector<std::string>& patterns) {
  IrOriginSet set;
  std::uint32_t line = 1;
  for (const std::string& pattern : patterns) {
    set.regex.push_back({pattern, {0, line++, 1}});
  }
  return set;
}

// What a set must give: the line of the first pattern that RE2 matches.
class Expected {
 public:
  explicit Expected(const std::vector<std::string>& patterns) {
    for (const std::string& pattern : patterns) {
      regexes_.push_back(std::make_unique<RE2>(pattern, RegexOptions()));
      EXPECT_TRUE(regexes_.back()->ok()) << pattern;
    }
  }

  std::uint32_t LineFor(const std::string& origin) const {
    for (std::size_t i = 0; i < regexes_.size(); ++i) {
      if (RE2::FullMatch(origin, *regexes_[i])) {
        return static_cast<std::uint32_t>(i) + 1;
      }
    }
    return 0;
  }

 private:
  std::vector<std::unique_ptr<RE2>> regexes_;
};

std::uint32_t LineIn(const PolicyTable& table, std::uint32_t set,
                     const std::string& text) {
  Origin origin;
  EXPECT_EQ(ParseOrigin(text, &origin), OriginError::kNone) << text;
  const OriginMatch match = table.FindOrigin(set, origin);
  if (!match) return 0;
  EXPECT_EQ(match.kind, RuleKind::kRegex);
  return table.PlaceOf(set, match).line;
}

// Origins near what the patterns speak of.
class Origins {
 public:
  explicit Origins(std::uint32_t seed) : random_(seed) {}

  std::string Next() {
    for (;;) {
      std::string text = From({"https://", "http://", "app://"});
      text += From({"", "app.", "www.", "pr-1.", "pr-22-team.", "x.", "xyz.",
                    "a.b.", "-team.", "q-team.", "UPPER.", "upper.", "A.",
                    "a123456789012345b.", "b.x.", "a.x."});
      text += From({"example.com", "example.net", "example.org", "localhost",
                    "vercel.app", "team.vercel.app", "test", "host", "abc",
                    "com", "ab.com", "example.com.evil.test", "h_st"});
      text += From({"", "", "", ":8443", ":8080", ":1", ":80", ":443"});
      if (Below(3) == 0) Mutate(&text);
      Origin origin;
      if (ParseOrigin(text, &origin) == OriginError::kNone) return text;
    }
  }

 private:
  std::size_t Below(std::size_t bound) { return random_() % bound; }
  std::string From(const std::vector<std::string>& texts) {
    return texts[Below(texts.size())];
  }
  void Mutate(std::string* text) {
    const std::size_t place = Below(text->size());
    const char c = "abcxyz019-._:"[Below(13)];
    switch (Below(3)) {
      case 0:
        (*text)[place] = c;
        break;
      case 1:
        text->insert(place, 1, c);
        break;
      default:
        text->erase(place, 1);
        break;
    }
  }

  std::mt19937 random_;
};

TEST(RegexTableTest, TheFormsOfTheTestAreThere) {
  std::vector<std::size_t> counts(5);
  for (const std::string& pattern : Patterns()) {
    ++counts[static_cast<std::size_t>(AnalyzeRegex(pattern).kind)];
  }
  for (const RegexKind kind :
       {RegexKind::kNever, RegexKind::kFinite, RegexKind::kRules,
        RegexKind::kAutomaton, RegexKind::kOpaque}) {
    EXPECT_GT(counts[static_cast<std::size_t>(kind)], 0U)
        << static_cast<int>(kind);
  }
}

TEST(RegexTableTest, EachPatternAloneIsRe2s) {
  Ir ir;
  ir.files = {"a.toml"};
  for (const std::string& pattern : Patterns()) {
    ir.origin_sets.push_back(SetOf({pattern}));
  }
  const auto table = BuildTable(ir);
  table->CheckInvariants();
  Origins origins(1);
  std::vector<Expected> expected;
  for (const std::string& pattern : Patterns()) {
    expected.emplace_back(std::vector<std::string>{pattern});
  }
  for (int i = 0; i < 3'000; ++i) {
    const std::string origin = origins.Next();
    for (std::uint32_t set = 0; set < expected.size(); ++set) {
      ASSERT_EQ(LineIn(*table, set, origin), expected[set].LineFor(origin))
          << Patterns()[set] << " " << origin;
    }
  }
}

// Whatever way each is found, the first in the source is reported.
TEST(RegexTableTest, OfSeveralTheFirstInTheSourceIsFound) {
  std::mt19937 random(7);
  for (int round = 0; round < 60; ++round) {
    std::vector<std::string> patterns = Patterns();
    std::shuffle(patterns.begin(), patterns.end(), random);
    patterns.resize(1 + random() % patterns.size());
    Ir ir;
    ir.files = {"a.toml"};
    ir.origin_sets = {SetOf({R"(https://other\.example)"}), SetOf(patterns)};
    const auto table = BuildTable(ir);
    const Expected expected(patterns);
    Origins origins(static_cast<std::uint32_t>(round));
    for (int i = 0; i < 300; ++i) {
      const std::string origin = origins.Next();
      ASSERT_EQ(LineIn(*table, 1, origin), expected.LineFor(origin)) << origin;
    }
  }
}

TEST(RegexTableTest, ManyPatternsWithOneEnding) {
  std::vector<std::string> patterns;
  for (int i = 0; i < 300; ++i) {
    patterns.push_back("https://t" + std::to_string(i) +
                       R"(-[a-z0-9-]+\.example\.com)");
  }
  Ir ir;
  ir.files = {"a.toml"};
  ir.origin_sets = {SetOf(patterns)};
  const auto table = BuildTable(ir);
  for (std::uint32_t i = 0; i < 300; ++i) {
    const std::string begin = "https://t" + std::to_string(i);
    EXPECT_EQ(LineIn(*table, 0, begin + "-x.example.com"), i + 1);
    EXPECT_EQ(LineIn(*table, 0, begin + ".example.com"), 0U);
    EXPECT_EQ(LineIn(*table, 0, begin + "-x.example.org"), 0U);
  }
}

// In the shortest match the literal beginning and ending share bytes.
TEST(RegexTableTest, BeginningAndEndingMayOverlap) {
  const std::string pattern = R"(https://(a\.)+example\.com)";
  const RegexForm form = AnalyzeRegex(pattern);
  ASSERT_EQ(form.kind, RegexKind::kAutomaton);
  ASSERT_GT(form.prefix.size() + form.host_suffix.size(), form.min_size);
  Ir ir;
  ir.files = {"a.toml"};
  ir.origin_sets = {SetOf({pattern})};
  const auto table = BuildTable(ir);
  EXPECT_EQ(LineIn(*table, 0, "https://a.example.com"), 1U);
  EXPECT_EQ(LineIn(*table, 0, "https://a.a.example.com"), 1U);
  EXPECT_EQ(LineIn(*table, 0, "https://a.b.a.example.com"), 0U);
  EXPECT_EQ(LineIn(*table, 0, "https://ba.example.com"), 0U);
}

// Endings that are longer than what is looked up.
TEST(RegexTableTest, LongEndings) {
  const std::string label(60, 'l');
  const std::string base = label + "." + label + ".example";
  Ir ir;
  ir.files = {"a.toml"};
  ir.origin_sets = {
      SetOf({"https://[a-z]+\\." + label + "\\." + label + "\\.example"})};
  const auto table = BuildTable(ir);
  EXPECT_EQ(LineIn(*table, 0, "https://x." + base), 1U);
  EXPECT_EQ(LineIn(*table, 0, "https://x.m" + base.substr(1)), 0U);
  EXPECT_EQ(LineIn(*table, 0, "https://x.y." + base), 0U);
}

// An ending without a dot leads to no whole labels, so such a regex is tried
// for every host, and what people are told says so.
TEST(RegexTableTest, EndingsWithoutADotAreNoEndings) {
  const std::string pattern = "https://[a-z.]+-x";
  const RegexForm form = AnalyzeRegex(pattern);
  ASSERT_EQ(form.host_suffix, "-x");
  EXPECT_TRUE(IsTriedForEveryHost(form));
  EXPECT_NE(DescribeForm(form).find("every host"), std::string::npos);
  Ir ir;
  ir.files = {"a.toml"};
  ir.origin_sets = {SetOf({pattern})};
  const auto table = BuildTable(ir);
  EXPECT_EQ(LineIn(*table, 0, "https://a-x"), 1U);
  EXPECT_EQ(LineIn(*table, 0, "https://a.b-x"), 1U);
  EXPECT_EQ(LineIn(*table, 0, "https://a.b-y"), 0U);
}

TEST(Re2PatternTest, JudgesAutomata) {
  const std::string pattern = R"(https://[a-z]+-x\.example\.com)";
  RegexForm form = AnalyzeRegex(pattern);
  ASSERT_TRUE(form.dfa);
  EXPECT_TRUE(AgreesWithRe2(*form.dfa, pattern));
  for (const char* const other :
       {R"(https://[a-z]+-x\.example\.org)", R"(https://[a-z]+-x)",
        R"(https://.+-x\.example\.com)", R"(https://[a-y]+-x\.example\.com)",
        R"(https://[a-z]{1,3}-x\.example\.com)"}) {
    EXPECT_FALSE(AgreesWithRe2(*form.dfa, other)) << other;
  }
}

}  // namespace
}  // namespace corsac
