#include "compiler/table/subdomain_table.h"

#include <gtest/gtest.h>

#include <numeric>
#include <string>
#include <string_view>
#include <vector>

namespace corsac {
namespace {

class Rules {
 public:
  explicit Rules(const std::vector<IrSubdomainRule>& rules) {
    SubdomainTableBuilder builder(1, rules.size() + 1);
    // Another owner's rules, which must never be found.
    builder.AddGroup({{"https", "other.example", true, {}, {}}}, {77});
    std::vector<std::uint64_t> numbers(rules.size());
    std::iota(numbers.begin(), numbers.end(), 100);
    group_ = builder.AddGroup(rules, numbers);
    table_ = builder.Finish();
  }

  // The rule that matches, as an author writes it; "none".
  std::string Match(std::string_view text) const {
    Origin origin;
    EXPECT_EQ(ParseOrigin(text, &origin), OriginError::kNone) << text;
    const std::uint32_t rule = table_.Find(group_, origin);
    if (rule == SubdomainTable::kNone) return "none";
    EXPECT_EQ(table_.number(rule), 100 + rule - group_.begin);
    return table_.Text(rule);
  }

 private:
  SubdomainTable table_;
  SubdomainTable::Group group_;
};

TEST(SubdomainTableTest, NoRuleMatchesNothing) {
  EXPECT_EQ(Rules({}).Match("https://a.other.example"), "none");
}

TEST(SubdomainTableTest, MatchesAtLabelsOfAnyDepth) {
  const Rules rules({{"https", "example.com", false, {}, {}},
                     {"https", "test", false, {}, {}}});
  EXPECT_EQ(rules.Match("https://a.example.com"), "https://*.example.com");
  EXPECT_EQ(rules.Match("https://a.b.c.example.com"), "https://*.example.com");
  EXPECT_EQ(rules.Match("https://example.com"), "none");
  EXPECT_EQ(rules.Match("https://aexample.com"), "none");
  EXPECT_EQ(rules.Match("https://a.example.com."), "none");
  EXPECT_EQ(rules.Match("https://a.example.com.evil.net"), "none");
  EXPECT_EQ(rules.Match("https://x.test"), "https://*.test");
  EXPECT_EQ(rules.Match("https://x.y.test"), "https://*.test");
  EXPECT_EQ(rules.Match("https://test"), "none");
  EXPECT_EQ(rules.Match("https://a.other.example"), "none");
}

TEST(SubdomainTableTest, SchemeAndPortAreThoseOfTheRule) {
  const Rules rules({{"https", "a.test", false, {}, {}},
                     {"https", "a.test", false, 8443, {}},
                     {"http", "a.test", true, {}, {}},
                     {"app", "a.test", false, 1, {}}});
  EXPECT_EQ(rules.Match("https://x.a.test"), "https://*.a.test");
  EXPECT_EQ(rules.Match("https://x.a.test:8443"), "https://*.a.test:8443");
  EXPECT_EQ(rules.Match("https://x.a.test:8444"), "none");
  EXPECT_EQ(rules.Match("http://x.a.test"), "http://*.a.test:*");
  EXPECT_EQ(rules.Match("http://x.a.test:9"), "http://*.a.test:*");
  EXPECT_EQ(rules.Match("app://x.a.test"), "none");
  EXPECT_EQ(rules.Match("app://x.a.test:1"), "app://*.a.test:1");
}

TEST(SubdomainTableTest, TheFirstOfSeveralInTheSourceIsFound) {
  const std::vector<IrSubdomainRule> shallow_first = {
      {"https", "test", false, {}, {}}, {"https", "a.test", false, {}, {}}};
  EXPECT_EQ(Rules(shallow_first).Match("https://x.a.test"), "https://*.test");
  const std::vector<IrSubdomainRule> deep_first = {
      {"https", "a.test", false, {}, {}}, {"https", "test", false, {}, {}}};
  EXPECT_EQ(Rules(deep_first).Match("https://x.a.test"), "https://*.a.test");
  EXPECT_EQ(Rules(deep_first).Match("https://x.b.test"), "https://*.test");
}

// Hosts of extensions may hold empty labels, which count for none.
TEST(SubdomainTableTest, AnEmptyLabelIsNoSubdomain) {
  const Rules rules({{"app", "a.test", false, {}, {}}});
  EXPECT_EQ(rules.Match("app://x.a.test"), "app://*.a.test");
  EXPECT_EQ(rules.Match("app://.a.test"), "none");
  EXPECT_EQ(rules.Match("app://x..a.test"), "none");
  EXPECT_EQ(rules.Match("app://.x.a.test"), "app://*.a.test");
}

TEST(SubdomainTableTest, BasesOfManyLabels) {
  std::string base = "t";
  while (base.size() < 200) base += ".t";
  const Rules rules({{"https", base, false, {}, {}}});
  EXPECT_EQ(rules.Match("https://x." + base), "https://*." + base);
  EXPECT_EQ(rules.Match("https://x.t." + base), "https://*." + base);
  EXPECT_EQ(rules.Match("https://x." + base.substr(2)), "none");
  EXPECT_EQ(rules.Match("https://" + base), "none");
}

}  // namespace
}  // namespace corsac
