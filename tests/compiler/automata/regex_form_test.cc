// What AnalyzeRegex() says of patterns, form by form.
#include "compiler/origins/automata/regex_form.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "compiler/limits.h"

namespace corsac {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

RegexKind KindOf(const std::string& pattern) {
  return AnalyzeRegex(pattern).kind;
}

TEST(AnalyzeRegexTest, WhatMatchesNoOrigin) {
  for (const char* pattern :
       {"null", "file://", "", "https://", "a$b", "https://a/.*",
        "https://A\\.com", "https://a\\.com:443", "http://a:0.*", "[^!-~]",
        "https://a\\.com:65536", "https://a{64}", "http://a\\.1", "ftp:/a",
        "https?://[1-9]\\.2\\.3\\.4\\.5"}) {
    const RegexForm form = AnalyzeRegex(pattern);
    EXPECT_EQ(form.kind, RegexKind::kNever) << pattern;
    EXPECT_TRUE(form.exact.empty());
    EXPECT_FALSE(form.dfa.has_value());
  }
}

TEST(AnalyzeRegexTest, AFewOrigins) {
  EXPECT_THAT(
      AnalyzeRegex("https://(b|a)\\.com(:(80|443|8080))?").exact,
      ElementsAre("https://a.com", "https://a.com:80", "https://a.com:8080",
                  "https://b.com", "https://b.com:80", "https://b.com:8080"));
  EXPECT_THAT(AnalyzeRegex("^https?://a$|app://X\\.y|null|file://").exact,
              ElementsAre("app://X.y", "http://a", "https://a"));
  EXPECT_THAT(AnalyzeRegex("(?i)HTTPS://A\\.COM").exact,
              ElementsAre("https://a.com"));
  EXPECT_THAT(AnalyzeRegex("http://\\[::[1-3]\\]|http://\\[0:0::1\\]").exact,
              ElementsAre("http://[::1]", "http://[::2]", "http://[::3]"));
  const RegexForm addresses = AnalyzeRegex("http://192\\.168\\.0\\.\\d{1,3}");
  EXPECT_EQ(addresses.kind, RegexKind::kFinite);
  EXPECT_EQ(addresses.exact.size(), 256U);
  EXPECT_EQ(AnalyzeRegex("https://[a-z]\\.com").exact.size(), 26U);
}

TEST(AnalyzeRegexTest, OneOriginMoreThanAFew) {
  RegexCaps caps;
  caps.origins = 26;
  EXPECT_EQ(AnalyzeRegex("https://[a-z]\\.com", caps).kind, RegexKind::kFinite);
  caps.origins = 25;
  EXPECT_EQ(AnalyzeRegex("https://[a-z]\\.com", caps).kind,
            RegexKind::kAutomaton);
  const std::string sixteen = "https://[a-p][a-p]";
  EXPECT_EQ(AnalyzeRegex(sixteen + "\\.com").exact.size(), kMaxLoweredOrigins);
  EXPECT_EQ(KindOf(sixteen + "\\.com|https://x"), RegexKind::kAutomaton);
}

struct LiteralsRow {
  std::string pattern;
  std::string prefix;
  std::string host_suffix;
  std::size_t min_size;
  std::size_t max_size;
};

void ExpectLiterals(const std::vector<LiteralsRow>& rows, const RegexCaps& caps,
                    RegexKind kind) {
  for (const LiteralsRow& row : rows) {
    SCOPED_TRACE(row.pattern);
    const RegexForm form = AnalyzeRegex(row.pattern, caps);
    EXPECT_EQ(form.kind, kind);
    EXPECT_EQ(form.prefix, row.prefix);
    EXPECT_EQ(form.host_suffix, row.host_suffix);
    EXPECT_EQ(form.min_size, row.min_size);
    EXPECT_EQ(form.max_size, row.max_size);
  }
}

const std::vector<LiteralsRow>& LiteralsRows() {
  static const std::vector<LiteralsRow> rows = {
      {"https://pr-[0-9]+\\.example\\.com", "https://pr-", ".example.com", 24,
       327},
      {"https://[a-z]+-team\\.vercel\\.app(:\\d+)?", "https://",
       "-team.vercel.app", 25, 327},
      {"https?://[a-z]+\\.a\\.com:8080", "http", ".a.com", 19, 327},
      {"https://([a-z]+)\\.(a|b)\\.com", "https://", ".com", 15, 327},
      {"https://([a-z]+)\\.(ba|a)", "https://", "a", 11, 327},
      {"https://([a-z]+--)?site\\.app", "https://", "site.app", 16, 327},
      {"https://(x|[a-z]+y)site", "https://", "site", 13, 327},
      {"chrome-extension://[a-p]{32}", "chrome-extension://", "", 51, 51},
      {"http://10\\..*", "http://10.", "", 10, 327},
      {"https://[a-z]{3}\\.com", "https://", ".com", 15, 15},
      {"https://[a-z]{3}\\.com(:[0-9]+)?", "https://", ".com", 15, 21},
      {"(http://a|https://b)[0-9]{3,4}x", "http", "x", 12, 14},
      {".*\\.example\\.com", "", ".example.com", 16, 327},
  };
  return rows;
}

TEST(AnalyzeRegexTest, LiteralsOfAutomata) {
  ExpectLiterals(LiteralsRows(), {}, RegexKind::kAutomaton);
}

// Found without a deterministic automaton.
TEST(AnalyzeRegexTest, LiteralsOfWhatIsTooLarge) {
  RegexCaps caps;
  caps.dfa_states = 2;
  ExpectLiterals(LiteralsRows(), caps, RegexKind::kOpaque);
}

TEST(AnalyzeRegexTest, LiteralsAreNotEndless) {
  const std::string label(50, 'a');
  const RegexForm form = AnalyzeRegex("https://" + label + "\\." + label +
                                      ".*\\." + label + "\\." + label);
  EXPECT_EQ(form.prefix.size(), 64U);
  EXPECT_EQ(form.host_suffix.size(), 64U);
}

TEST(AnalyzeRegexTest, AutomataDecide) {
  const RegexForm form =
      AnalyzeRegex("https://[a-z0-9-]+\\.example\\.com(:\\d{4})?");
  ASSERT_EQ(form.kind, RegexKind::kAutomaton);
  EXPECT_TRUE(form.dfa->Matches("https://a-1.example.com"));
  EXPECT_TRUE(form.dfa->Matches("https://a.example.com:8443"));
  EXPECT_FALSE(form.dfa->Matches("https://a.b.example.com"));
  EXPECT_FALSE(form.dfa->Matches("https://a_b.example.com"));
  EXPECT_FALSE(form.dfa->Matches("https://a.example.com:84430"));
}

TEST(AnalyzeRegexTest, EachBoundIsKept) {
  const auto with = [](auto set) {
    RegexCaps caps;
    set(caps);
    return AnalyzeRegex("https://.*a.{6}\\.example\\.com", caps);
  };
  EXPECT_EQ(with([](RegexCaps&) {}).kind, RegexKind::kAutomaton);

  const RegexForm nfa = with([](RegexCaps& caps) { caps.nfa_states = 20; });
  EXPECT_EQ(nfa.kind, RegexKind::kOpaque);
  EXPECT_THAT(nfa.reason, HasSubstr("more than 20 states"));
  EXPECT_EQ(nfa.host_suffix, "");

  const RegexForm dfa = with([](RegexCaps& caps) { caps.dfa_states = 100; });
  EXPECT_EQ(dfa.kind, RegexKind::kOpaque);
  EXPECT_THAT(dfa.reason, HasSubstr("more than 100 states"));
  EXPECT_EQ(dfa.host_suffix, ".example.com");

  const RegexForm cells = with([](RegexCaps& caps) { caps.dfa_cells = 100; });
  EXPECT_EQ(cells.kind, RegexKind::kOpaque);
  EXPECT_THAT(cells.reason, HasSubstr("more than 100 table cells"));
  EXPECT_EQ(cells.host_suffix, ".example.com");

  const RegexForm product =
      with([](RegexCaps& caps) { caps.product_states = 100; });
  EXPECT_EQ(product.kind, RegexKind::kAutomaton);

  const RegexForm work = with([](RegexCaps& caps) { caps.work = 10'000; });
  EXPECT_EQ(work.kind, RegexKind::kOpaque);
  EXPECT_EQ(work.host_suffix, ".example.com");
  EXPECT_LE(work.work, 20'000U);
  const RegexForm none = with([](RegexCaps& caps) { caps.work = 0; });
  EXPECT_EQ(none.kind, RegexKind::kOpaque);
  EXPECT_EQ(none.host_suffix, "");
  EXPECT_EQ(none.max_size, kMaxOriginBytes);
}

// What would take the square of a pattern's size, or more, if anything were
// looked at more often than it is counted, is answered at once.
TEST(AnalyzeRegexTest, HostilePatterns) {
  std::string nested = "a";
  for (int i = 0; i < 9; ++i) nested = "(?:" + nested + "|a*){2}";
  std::string optional;
  while (optional.size() + 8 < kMaxRegexBytes) optional += "(a?|b?)*";
  struct Row {
    std::string pattern;
    RegexKind kind;
  };
  for (const Row& row :
       std::vector<Row>{{"https://" + nested, RegexKind::kAutomaton},
                        {"https://" + optional, RegexKind::kAutomaton},
                        {"https://(?:[ab]?){1000}", RegexKind::kOpaque},
                        {"https://(?:.?.?.?.?.?){1000}", RegexKind::kOpaque},
                        {"https://(?:.?\\b.?){900}", RegexKind::kOpaque},
                        {"https://(.*a){40}.{200}", RegexKind::kOpaque},
                        {"https://([a-z]{0,63}\\.){1,15}[a-z]{0,63}",
                         RegexKind::kAutomaton}}) {
    const RegexForm form = AnalyzeRegex(row.pattern);
    EXPECT_EQ(form.kind, row.kind) << row.pattern;
    EXPECT_LE(form.work, 2 * RegexCaps().work) << row.pattern;
    // Few units are little work.
    RegexCaps little;
    little.work = 1'000;
    EXPECT_EQ(AnalyzeRegex(row.pattern, little).kind, RegexKind::kOpaque);
  }
}

}  // namespace
}  // namespace corsac
