#include "compiler/table/policy_table.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "compiler/model/ir.h"

namespace corsac {
namespace {

// One policy with one rule of each kind, and a star policy.
Ir SmallIr() {
  Ir ir;
  ir.files = {"a.toml", "b.toml"};
  IrOriginSet set;
  set.null = true;
  set.null_place = {0, 3, 14};
  set.exact = {{"https://app.example.com", {0, 4, 3}},
               {"https://one.example.com:8443", {1, 9, 5}}};
  set.any_port = {{"http", "localhost", {0, 5, 3}}};
  set.subdomain = {{"https", "example.com", false, std::nullopt, {0, 6, 3}},
                   {"https", "a.example.com", false, std::nullopt, {0, 7, 3}},
                   {"https", "p.example.com", false, 8443, {0, 8, 3}},
                   {"http", "q.example.com", true, std::nullopt, {0, 9, 3}}};
  set.regex = {{R"(https://pr-[0-9]+\.test)", {0, 10, 3}},
               {R"(https://pr-1\.test)", {0, 11, 3}}};
  IrOriginSet star;
  star.any = true;
  ir.origin_sets = {set, star};
  IrPolicy policy;
  policy.credentials = true;
  policy.methods.names = {"DELETE", "PUT"};
  policy.headers.names = {"content-type", "x-csrf"};
  policy.max_age = 600;
  IrPolicy open;
  open.origins = 1;
  open.methods.any = true;
  ir.policies = {policy, open};
  IrRoute app{"app", "/app", {},        {{IrSegment::Kind::kLiteral, "app"}},
              {},    0,      {1, 12, 1}};
  IrRoute rest{
      "pub",
      "/pub/{rest...}",
      {IrHost::Kind::kWildcard, "example.com"},
      {{IrSegment::Kind::kLiteral, "pub"}, {IrSegment::Kind::kRest, "rest"}},
      {"GET"},
      1,
      {0, 20, 1}};
  ir.routes = {app, rest};
  return ir;
}

class PolicyTableTest : public ::testing::Test {
 protected:
  // "exact 4": the kind and the line of the rule that matches.
  std::string Match(std::string_view text) const {
    Origin origin;
    EXPECT_EQ(ParseOrigin(text, &origin), OriginError::kNone) << text;
    const OriginMatch match = table_->FindOrigin(0, origin);
    if (!match) return "none";
    return std::string(RuleKindName(match.kind)) + " " +
           std::to_string(table_->PlaceOf(0, match).line);
  }

  std::unique_ptr<const PolicyTable> table_ = BuildTable(SmallIr());
};

TEST_F(PolicyTableTest, FindsTheFirstRuleOfEachKind) {
  EXPECT_EQ(Match("null"), "null 3");
  EXPECT_EQ(Match("file://"), "none");
  EXPECT_EQ(Match("https://app.example.com"), "exact 4");
  EXPECT_EQ(Match("https://one.example.com:8443"), "exact 9");
  EXPECT_EQ(Match("http://localhost"), "any-port 5");
  EXPECT_EQ(Match("http://localhost:1"), "any-port 5");
  EXPECT_EQ(Match("https://localhost:1"), "none");
  EXPECT_EQ(Match("http://localhost.test"), "none");
  EXPECT_EQ(Match("https://b.example.com"), "subdomain 6");
  EXPECT_EQ(Match("https://pr-1.test"), "regex 10");
  EXPECT_EQ(Match("https://pr-1.test.evil"), "none");
  EXPECT_EQ(Match("https://xpr-1.test"), "none");
}

TEST_F(PolicyTableTest, SubdomainRulesMatchAtLabelsOnly) {
  EXPECT_EQ(Match("https://x.y.example.com"), "subdomain 6");
  EXPECT_EQ(Match("https://example.com"), "none");
  EXPECT_EQ(Match("https://evilexample.com"), "none");
  EXPECT_EQ(Match("https://b.example.com."), "none");
  EXPECT_EQ(Match("https://b.example.com:1"), "none");
  EXPECT_EQ(Match("http://b.example.com"), "none");
  EXPECT_EQ(Match("https://b.example.com.evil.test"), "none");
  // Two rules match; the first in the file is reported.
  EXPECT_EQ(Match("https://x.a.example.com"), "subdomain 6");
  EXPECT_EQ(Match("https://x.p.example.com:8443"), "subdomain 8");
  EXPECT_EQ(Match("https://x.p.example.com:8444"), "none");
  EXPECT_EQ(Match("http://x.q.example.com"), "subdomain 9");
  EXPECT_EQ(Match("http://x.q.example.com:77"), "subdomain 9");
}

TEST_F(PolicyTableTest, FindsRoutes) {
  const CompiledRoute* route = table_->FindRoute("h", "/app", "GET");
  ASSERT_NE(route, nullptr);
  EXPECT_EQ(route->id, "app");
  EXPECT_EQ(table_->PlaceOf(*route).file, "b.toml");
  EXPECT_EQ(table_->PlaceOf(*route).line, 12U);
  EXPECT_EQ(table_->PolicyOf(*route).allow_methods, "DELETE,PUT");
  EXPECT_EQ(table_->FindRoute("h", "/pub/x", "GET"), nullptr);
  EXPECT_NE(table_->FindRoute("x.example.com", "/pub/x", "GET"), nullptr);
  EXPECT_EQ(table_->FindRoute("x.example.com", "/pub/x", "PUT"), nullptr);
}

TEST_F(PolicyTableTest, RendersRulesAsWritten) {
  std::string rules;
  table_->ForEachRule(0, [&](const OriginMatch& match) {
    rules += table_->RuleText(0, match) + "\n";
  });
  EXPECT_EQ(rules,
            "null\n"
            "https://app.example.com\n"
            "https://one.example.com:8443\n"
            "http://localhost:*\n"
            "https://*.example.com\n"
            "https://*.a.example.com\n"
            "https://*.p.example.com:8443\n"
            "http://*.q.example.com:*\n"
            "https://pr-[0-9]+\\.test\n"
            "https://pr-1\\.test\n");
}

TEST_F(PolicyTableTest, KeepsItsInvariantsAndCountsItsParts) {
  table_->CheckInvariants();
  const PolicyTable::Sizes sizes = table_->sizes();
  EXPECT_EQ(sizes.routes, 2U);
  EXPECT_EQ(sizes.policies, 2U);
  EXPECT_EQ(sizes.exact, 2U);
  EXPECT_EQ(sizes.any_port, 1U);
  EXPECT_EQ(sizes.subdomain, 4U);
  EXPECT_EQ(sizes.regex, 2U);
  EXPECT_EQ(sizes.rules(), 9U);
  EXPECT_GT(sizes.bytes(), 1'000U);
}

TEST_F(PolicyTableTest, DumpIsStable) {
  EXPECT_EQ(table_->Dump(), BuildTable(SmallIr())->Dump());
  EXPECT_EQ(BuildTable(Ir{})->Dump(), "unmatched deny\nroutes\n");
  EXPECT_NE(table_->Dump().find("  subdomain https://*.example.com  "
                                "(a.toml:6)\n"),
            std::string::npos);
  EXPECT_NE(table_->Dump().find("  pub  *.example.com  /pub/{rest...} GET  "
                                "policy 1  (a.toml:20)\n"),
            std::string::npos);
}

TEST(PolicyTableDeathTest, CredentialsWithAnyOriginBreakAnInvariant) {
  Ir ir = SmallIr();
  ir.policies[1].credentials = true;
  const auto table = BuildTable(ir);
  EXPECT_DEATH(table->CheckInvariants(), "check failed");
}

}  // namespace
}  // namespace corsac
