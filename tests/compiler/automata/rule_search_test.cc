// Patterns that are simpler rules in disguise, and patterns that nearly are.
#include "compiler/origins/automata/rule_search.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "compiler/origins/automata/regex_form.h"

namespace corsac {
namespace {

// The rules as an author would write them; "-" if there are none.
std::string RulesOf(const std::string& pattern, const RegexCaps& caps = {}) {
  const RegexForm form = AnalyzeRegex(pattern, caps);
  if (form.kind != RegexKind::kRules) return "-";
  std::string text;
  const auto add = [&text](const std::string& rule) {
    if (!text.empty()) text += ' ';
    text += rule;
  };
  for (const std::string& origin : form.exact) add(origin);
  for (const RegexSubdomain& rule : form.subdomain) {
    std::string written = rule.scheme + "://*." + rule.base;
    if (rule.any_port) written += ":*";
    if (rule.port != 0) written += ":" + std::to_string(rule.port);
    add(written);
  }
  for (const RegexAnyPort& rule : form.any_port) {
    add(rule.scheme + "://" + rule.host + ":*");
  }
  return text;
}

struct Row {
  std::string pattern;
  std::string rules;
};

void ExpectAll(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    EXPECT_EQ(RulesOf(row.pattern), row.rules) << row.pattern;
  }
}

TEST(FindRulesTest, Subdomains) {
  ExpectAll({
      {"https://.*\\.example\\.com", "https://*.example.com"},
      {"https://.+\\.example\\.com", "https://*.example.com"},
      {"https://(.*)\\.example\\.com$", "https://*.example.com"},
      {"https://[^/]+\\.example\\.com", "https://*.example.com"},
      {"https://[\\w.-]+\\.example\\.com", "https://*.example.com"},
      {"https://([a-z0-9_-]+\\.)+example\\.com", "https://*.example.com"},
      {"https://(.*\\.)?example\\.com",
       "https://example.com https://*.example.com"},
      {"https?://.*\\.a\\.b", "http://*.a.b https://*.a.b"},
      {"https://.*\\.a", "https://*.a"},
      {"https://.*\\.a|https://.*\\.b\\.c", "https://*.a https://*.b.c"},
      {"https://.*\\.(com|net)", "https://*.com https://*.net"},
      // One base is the end of another.
      {"https://.*\\.(a|b\\.a)", "https://*.a"},
      {"https://.*\\.(a\\.)*b", "https://*.b"},
      {"https://.*\\.a\\.a\\.b|https://a\\.a\\.b",
       "https://a.a.b https://*.a.a.b"},
      {"https://.*\\.b\\.a|https://x\\.a", "https://x.a https://*.b.a"},
      {"https://.*\\.a\\.", "https://*.a."},
  });
}

TEST(FindRulesTest, Ports) {
  ExpectAll({
      {"https://.*\\.a\\.b(:\\d+)?", "https://*.a.b:*"},
      {"https://.*\\.a\\.b(:[0-9]{1,5})?", "https://*.a.b:*"},
      {"https://.*\\.a\\.b.*", "-"},
      {"https://.*\\.a\\.b:8080", "https://*.a.b:8080"},
      {"https://.*\\.a\\.b(:(443|8080))?", "https://*.a.b https://*.a.b:8080"},
      {"http://localhost(:\\d+)?", "http://localhost:*"},
      {"http://localhost(:[1-9][0-9]*)?", "http://localhost:*"},
      {"https?://localhost(:.*)?", "http://localhost:* https://localhost:*"},
      {"http://(127\\.0\\.0\\.1|\\[::1\\])(:\\d+)?",
       "http://127.0.0.1:* http://[::1]:*"},
      {"capacitor://localhost(:\\d+)?|http://a",
       "http://a capacitor://localhost:*"},
      {"app://A\\.B_b(:\\d+)?|app://Q", "app://Q app://A.B_b:*"},
      {"https://(.*\\.)?a\\.b(:\\d+)?", "https://*.a.b:* https://a.b:*"},
      {"https://.*\\.a\\.b|https://x\\.a\\.b(:\\d+)?",
       "https://*.a.b https://x.a.b:*"},
      {"https://.*\\.a\\.b|https://x\\.a\\.b(:81)?",
       "https://x.a.b:81 https://*.a.b"},
  });
}

TEST(FindRulesTest, AlmostRules) {
  ExpectAll({
      // One label alone, or not every label.
      {"https://[^.]+\\.example\\.com", "-"},
      {"https://[a-z0-9-]+\\.example\\.com", "-"},
      {"https://[a-z0-9.-]+\\.example\\.com", "-"},
      {"https://[a-z0-9_-]{1,62}\\.example\\.com", "-"},
      {"https://[^x]+\\.example\\.com", "-"},
      {"https://(.+\\.){2}example\\.com", "-"},
      {"https://(.+\\.){1,2}example\\.com", "https://*.example.com"},
      {"https://([^.]+\\.){1,2}example\\.com", "-"},
      // Glued to the left, open to the right.
      {"https://.*example\\.com", "-"},
      {"https://.*\\.example.com", "-"},
      {"https://.*\\.example\\.com.*", "-"},
      {"https://.*\\.example\\.com\\..*", "-"},
      // Nearly every port.
      {"http://localhost(:\\d{4})?", "-"},
      {"http://localhost:\\d+", "-"},
      {"http://localhost(:[0-9]{1,4})?", "-"},
      {"http://localhost(:[1-9]\\d{1,4})?", "-"},
      {"https://.*\\.a:\\d+", "-"},
      // An exception.
      {"https://[^e]*\\.a", "-"},
      {"https://.*\\.a|.*", "-"},
      // App schemes have hosts with empty labels, and are not searched.
      {"app://.*\\.example", "-"},
      {"[a-z]+://localhost(:\\d+)?", "-"},
      {".*", "-"},
      {"https://.*", "-"},
      // Addresses have no subdomains.
      {"https://.*\\.1\\.2\\.3", "-"},
      {"https://.*\\.0x1", "-"},
  });
}

TEST(FindRulesTest, ManyRules) {
  std::string pattern = "https://.*\\.(?:";
  for (char c = 'a'; c <= 'z'; ++c) {
    if (c != 'a') pattern += '|';
    pattern.append("n").append(1, c).append("\\.x");
  }
  pattern += ')';
  EXPECT_EQ(AnalyzeRegex(pattern).subdomain.size(), 26U);
  RegexCaps caps;
  caps.origins = 25;
  EXPECT_EQ(RulesOf(pattern, caps), "-");
  caps.origins = 26;
  EXPECT_NE(RulesOf(pattern, caps), "-");
}

// Whatever bound is hit, and whenever, nothing wrong is said.
TEST(FindRulesTest, GivesUpRatherThanGuess) {
  const std::string pattern = "https?://(.*\\.)?example\\.com(:\\d+)?";
  const std::string all =
      "http://*.example.com:* https://*.example.com:* "
      "http://example.com:* https://example.com:*";
  EXPECT_EQ(RulesOf(pattern), all);
  std::size_t found = 0;
  for (std::uint64_t work = 0; work < 60'000; work += 500) {
    RegexCaps caps;
    caps.work = work;
    const std::string rules = RulesOf(pattern, caps);
    if (rules == all) ++found;
    EXPECT_TRUE(rules == "-" || rules == all) << rules;
  }
  EXPECT_GT(found, 0U);
  EXPECT_LT(found, 120U);
}

}  // namespace
}  // namespace corsac
