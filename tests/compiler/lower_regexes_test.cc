// What becomes of the regexes of an Ir, and what is reported of them.
#include "compiler/table/lower_regexes.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <vector>

#include "compiler/limits.h"
#include "compiler/model/ir.h"
#include "tests/compiler/checked_rules.h"

namespace corsac {
namespace {

Ir IrOf(const std::vector<std::vector<std::string>>& sets) {
  Ir ir;
  ir.files.emplace_back("site.toml");
  std::uint32_t line = 1;
  for (const std::vector<std::string>& patterns : sets) {
    IrOriginSet& set = ir.origin_sets.emplace_back();
    for (const std::string& pattern : patterns) {
      set.regex.push_back({pattern, {0, ++line, 3}});
    }
  }
  return ir;
}

std::string Described(const std::string& pattern) {
  return DescribeForm(AnalyzeRegex(pattern));
}

TEST(LowerRegexesTest, EqualPatternsShareAForm) {
  const Ir ir = IrOf(
      {{"https://a", "https://[a-z]+"}, {}, {"https://[a-z]+", "https://b"}});
  const LoweredRegexes lowered = LowerRegexes(ir);
  ASSERT_EQ(lowered.form_of.size(), 3U);
  EXPECT_EQ(lowered.forms.size(), 3U);
  EXPECT_EQ(lowered.form_of[0], (std::vector<std::uint32_t>{0, 1}));
  EXPECT_TRUE(lowered.form_of[1].empty());
  EXPECT_EQ(lowered.form_of[2], (std::vector<std::uint32_t>{1, 2}));
  EXPECT_EQ(lowered.FormOf(2, 1).exact.front(), "https://b");
}

TEST(LowerRegexesTest, AllTogetherAreBounded) {
  const std::string costly = "https://.*a.{6}\\.b";
  const Ir ir = IrOf({{costly, costly + "x", costly + "y", "https://[a-z]+"}});
  LoweringCaps caps;
  const auto kinds = [&] {
    std::vector<RegexKind> out;
    for (const RegexForm& form : LowerRegexes(ir, caps).forms) {
      out.push_back(form.kind);
    }
    return out;
  };
  constexpr RegexKind kAutomaton = RegexKind::kAutomaton;
  constexpr RegexKind kOpaque = RegexKind::kOpaque;
  const auto expected = [](auto... kind) {
    return std::vector<RegexKind>{kind...};
  };
  EXPECT_EQ(kinds(), expected(kAutomaton, kAutomaton, kAutomaton, kAutomaton));
  const std::uint64_t one = LowerRegexes(ir).forms[0].work;
  // Enough for two, and then what each has in any case.
  caps.work = 2 * one + 1;
  EXPECT_EQ(kinds(), expected(kAutomaton, kAutomaton, kOpaque, kAutomaton));
  EXPECT_EQ(LowerRegexes(ir, caps).forms[2].host_suffix, ".by");
  caps.least_work = 0;
  EXPECT_EQ(kinds(), expected(kAutomaton, kAutomaton, kOpaque, kOpaque));
  caps = {};
  caps.automata_bytes = 3 * LowerRegexes(ir).forms[0].dfa->bytes() / 2;
  EXPECT_EQ(kinds(), expected(kAutomaton, kOpaque, kOpaque, kAutomaton));
}

TEST(LowerRegexesTest, SaysWhatBecomesOfARegex) {
  EXPECT_EQ(Described("https://a/"), "matches no origin");
  EXPECT_EQ(Described("https://a\\.b"), "becomes `https://a.b`");
  EXPECT_EQ(Described("https://[a-c]"),
            "becomes `https://a`, `https://b` and `https://c`");
  EXPECT_EQ(Described("https://[a-e]"), "becomes 5 exact origins");
  EXPECT_EQ(Described("https://(.*\\.)?a"),
            "becomes `https://*.a` and `https://a`");
  EXPECT_EQ(Described("https?://.*\\.a:81|app://x(:\\d+)?"),
            "becomes `http://*.a:81`, `https://*.a:81` and `app://x:*`");
  EXPECT_EQ(Described("https://(.*\\.)?[ab](:\\d+)?|https://[c-e]"),
            "becomes 3 exact origins, 2 subdomain rules and 2 any-port rules");
  EXPECT_EQ(Described("https://[a-z]+\\.b"),
            "is tried for hosts that end in `.b`");
  EXPECT_EQ(Described("https://[a-z]+"),
            "is tried for every host, since its hosts end in nothing fixed");
  EXPECT_EQ(Described("https://.*a.{12}\\.b"),
            "is tried for hosts that end in `.b`, by RE2: it needs more than "
            "4096 states, or too much work to find out");
}

TEST(LowerRegexesTest, DumpsEachRegexOnce) {
  Ir ir = IrOf({{"https://a", "https://[a-z]+"}, {"https://b"}});
  ir.origin_sets[1].regex.push_back(ir.origin_sets[0].regex[0]);
  EXPECT_EQ(DumpLowered(ir, LowerRegexes(ir)),
            "site.toml:2:3: `https://a` becomes `https://a`\n"
            "site.toml:3:3: `https://[a-z]+` is tried for every host, since "
            "its hosts end in nothing fixed\n"
            "site.toml:4:3: `https://b` becomes `https://b`\n");
}

// Rules with `count` regexes that say nothing of how the host ends.
std::string RulesWith(std::size_t count, const std::string& more = "") {
  std::string text =
      "version = 1\n[[route]]\npath = \"/\"\n" + more + "origins = [\n";
  for (std::size_t i = 0; i < count; ++i) {
    text += "{ regex = 'https://x" + std::to_string(i) + "[a-z]+' },\n";
  }
  // What becomes something simpler, or has an end, does not count.
  text += "{ regex = 'https://.*\\.a' }, { regex = 'https://[a-z]+\\.a' },\n";
  return text + "{ regex = 'https://[a-c]' }, { regex = 'https://b/' }]\n";
}

TEST(FreeRegexesTest, AreCountedInEachList) {
  EXPECT_EQ(testing::CheckText(RulesWith(kManyFreeRegexes)).Codes(), "");
  EXPECT_EQ(testing::CheckText(RulesWith(kManyFreeRegexes + 1)).Codes(),
            "CORS220 warning 5:1");
  EXPECT_EQ(testing::CheckText(RulesWith(kMaxFreeRegexes)).Codes(),
            "CORS220 warning 5:1");
  const testing::CheckedRules too_many =
      testing::CheckText(RulesWith(kMaxFreeRegexes + 1));
  EXPECT_EQ(too_many.Codes(), "CORS914 error 5:1");
  EXPECT_FALSE(too_many.ir.has_value());
}

TEST(FreeRegexesTest, TheWarningCanBeSilenced) {
  const std::string allow =
      "allow_lints = [{ lint = \"CORS220\", reason = \"few visitors\" }]\n";
  EXPECT_EQ(testing::CheckText(RulesWith(17, allow)).Codes(), "");
  EXPECT_EQ(testing::CheckText(RulesWith(16, allow)).Codes(),
            "CORS905 warning 4:16");
  EXPECT_EQ(testing::CheckText(RulesWith(17) + "[lints]\nCORS220 = \"deny\"\n")
                .Codes(),
            "CORS220 error 5:1");
}

TEST(FreeRegexesTest, TheNoteCannotBeSet) {
  const testing::CheckedRules checked =
      testing::CheckText(RulesWith(1) + "[lints]\nCORS219 = \"deny\"\n");
  ASSERT_EQ(checked.findings.size(), 1U);
  EXPECT_EQ(checked.findings[0].message, "`CORS219` is always a note");
}

}  // namespace
}  // namespace corsac
