// Tests of bench/corpus.cc, bench/random.h, bench/requests.cc and
// bench/worst_origin.cc.
#include "bench/corpus.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "bench/harness.h"
#include "bench/random.h"
#include "bench/requests.h"
#include "bench/worst_origin.h"
#include "compiler/compile.h"
#include "compiler/diagnostics/finding.h"
#include "compiler/origins/origin.h"
#include "compiler/source/source_set.h"
#include "compiler/table/policy_table.h"
#include "compiler/table/target.h"

namespace corsac::bench {
namespace {

constexpr std::array<RuleForm, 4> kForms = {
    RuleForm::kExact, RuleForm::kSubdomain, RuleForm::kAnyPort,
    RuleForm::kRegex};
constexpr std::array<RuleKind, 4> kKinds = {
    RuleKind::kExact, RuleKind::kSubdomain, RuleKind::kAnyPort,
    RuleKind::kRegex};

RuleSetSpec Mixed(std::size_t each, std::size_t routes) {
  RuleSetSpec spec;
  spec.exact = spec.subdomain = spec.any_port = spec.regex = each;
  spec.routes = routes;
  return spec;
}

// FNV-1a, 64 bits: a fingerprint that fits into a test.
std::uint64_t Fingerprint(std::string_view text) {
  std::uint64_t hash = 0xCBF29CE484222325ULL;
  for (const char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
  }
  return hash;
}

// The corpus of one seed is the same everywhere and for ever: figures of two
// runs are of the same rules. When the corpus has to change, so do these.
TEST(CorpusTest, HasTheSameBytesOnEveryMachine) {
  EXPECT_EQ(RuleText(RuleForm::kExact, 0),
            "https://web.summit-e3a0p2.apps.example.com");
  EXPECT_EQ(RuleText(RuleForm::kSubdomain, 0),
            "https://*.lumen-jlvien.example.org");
  EXPECT_EQ(RuleText(RuleForm::kAnyPort, 0),
            "http://cedar-g8xmzd.dev.example:*");
  EXPECT_EQ(RuleText(RuleForm::kRegex, 0),
            "https://[a-z0-9-]+--site\\.fjord-t8elk4\\.cloud\\.example");
  EXPECT_EQ(Fingerprint(RuleFileText(Mixed(1000, 100))), 0x618A36C3BBBC036U);
  EXPECT_EQ(Fingerprint(OriginListText(Mixed(1000, 100))), 0x195732F22165946DU);
  std::string origins;
  for (const RuleForm form : kForms) {
    for (std::size_t i = 0; i < 1000; ++i) origins += OriginFor(form, i);
  }
  EXPECT_EQ(Fingerprint(origins), 0x565F2D260EE85B2CU);
}

TEST(CorpusTest, DependsOnItsSeed) {
  RuleSetSpec other = Mixed(10, 10);
  other.seed = kSeed + 1;
  EXPECT_NE(RuleFileText(Mixed(10, 10)), RuleFileText(other));
}

TEST(CorpusTest, ASmallSetIsTheBeginningOfALargerOne) {
  const std::string small = OriginListText(SpecOf(RuleForm::kExact, 10));
  const std::string large = OriginListText(SpecOf(RuleForm::kExact, 1000));
  EXPECT_TRUE(large.starts_with(small));
}

TEST(CorpusTest, ExactOriginsAreDistinctAndOfOrdinaryLength) {
  constexpr std::size_t kCount = 100'000;
  std::unordered_set<std::string> seen;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < kCount; ++i) {
    const std::string origin = RuleText(RuleForm::kExact, i);
    ASSERT_GE(origin.size(), 20U) << origin;
    ASSERT_LE(origin.size(), 60U) << origin;
    bytes += origin.size();
    ASSERT_TRUE(seen.insert(origin).second) << origin;
  }
  const double mean = static_cast<double>(bytes) / kCount;
  EXPECT_GT(mean, 36.0);
  EXPECT_LT(mean, 40.0);
}

TEST(CorpusTest, EachRuleAllowsItsOwnOriginAndNothingElse) {
  constexpr std::size_t kEach = 200;
  const auto table = BuildTable(RuleSetIr(Mixed(kEach, 1)));
  table->CheckInvariants();
  for (std::size_t f = 0; f < kForms.size(); ++f) {
    for (std::size_t i = 0; i < 2 * kEach; ++i) {
      const std::string text = OriginFor(kForms[f], i);
      SCOPED_TRACE(text);
      Origin origin;
      ASSERT_EQ(ParseOrigin(text, &origin), OriginError::kNone);
      const OriginMatch match = table->FindOrigin(0, origin);
      if (i < kEach) {
        EXPECT_EQ(match.kind, kKinds[f]);
        EXPECT_EQ(table->RuleText(0, match), RuleText(kForms[f], i));
      } else {
        EXPECT_FALSE(match);
      }
    }
  }
}

TEST(CorpusTest, EachTargetMeetsItsOwnRoute) {
  constexpr std::size_t kRoutes = 500;
  const auto table = BuildTable(RuleSetIr(Mixed(1, kRoutes)));
  table->CheckInvariants();
  std::set<std::string_view> endings;
  for (std::size_t i = 0; i < kRoutes; ++i) {
    const std::string text = TargetFor(i);
    SCOPED_TRACE(text);
    const NormalizedTarget target(text, "api.example.com");
    ASSERT_TRUE(target.valid());
    const CompiledRoute* route =
        table->FindRoute(target.host(), target.path(), "GET");
    EXPECT_EQ(route, &table->routes()[i]);
    const std::string_view pattern = table->routes()[i].pattern;
    const std::size_t end = pattern.find('/', 4);
    ASSERT_NE(end, std::string_view::npos);
    endings.insert(pattern.substr(end));
  }
  EXPECT_THAT(endings, ::testing::UnorderedElementsAre(
                           "/{rest...}", "/{id}/items", "/items"));
}

std::vector<std::string> RulesOf(const PolicyTable& table) {
  std::vector<std::string> rules;
  const std::uint32_t set = table.PolicyOf(table.routes()[0]).origins;
  table.ForEachRule(set, [&](const OriginMatch& match) {
    rules.push_back(table.RuleText(set, match));
  });
  return rules;
}

TEST(CorpusTest, TextAndIrSayTheSame) {
  const RuleSetSpec spec = Mixed(100, 50);
  FindingSink sink;
  SourceSet sources =
      SourceSet::FromText("site.toml", RuleFileText(spec), sink);
  const CompileResult result = Compile(std::move(sources), std::move(sink));
  for (const Finding& finding : result.findings) {
    ADD_FAILURE() << finding.message;
  }
  ASSERT_TRUE(result.ok());
  const auto table = BuildTable(RuleSetIr(spec));
  EXPECT_EQ(RulesOf(*result.table), RulesOf(*table));
  ASSERT_EQ(result.table->routes().size(), table->routes().size());
  for (std::size_t i = 0; i < table->routes().size(); ++i) {
    EXPECT_EQ(result.table->routes()[i].pattern, table->routes()[i].pattern);
    EXPECT_EQ(result.table->routes()[i].id, table->routes()[i].id);
  }
  const CompiledPolicy& a = result.table->policies().at(0);
  const CompiledPolicy& b = table->policies().at(0);
  EXPECT_EQ(a.credentials, b.credentials);
  EXPECT_EQ(a.allow_methods, b.allow_methods);
  EXPECT_EQ(a.allow_headers, b.allow_headers);
  EXPECT_EQ(a.expose_headers, b.expose_headers);
  EXPECT_EQ(a.max_age, b.max_age);
}

TEST(RandomTest, SampleHasDifferentNumbersOfItsRange) {
  const std::vector<std::uint32_t> all = Sample(1000, 5000, 1);
  EXPECT_EQ(std::set<std::uint32_t>(all.begin(), all.end()).size(), 1000U);
  const std::vector<std::uint32_t> some = Sample(1'000'000, 1000, 1);
  const std::set<std::uint32_t> distinct(some.begin(), some.end());
  EXPECT_EQ(distinct.size(), 1000U);
  EXPECT_LT(*distinct.rbegin(), 1'000'000U);
  // Spread over the range, not its beginning.
  EXPECT_GT(*distinct.rbegin(), 900'000U);
}

TEST(RandomTest, BelowKeepsToItsRangeAndFillsIt) {
  Random random(1);
  std::array<int, 7> hits{};
  for (int i = 0; i < 7000; ++i) ++hits.at(random.Below(7));
  EXPECT_THAT(hits, ::testing::Each(::testing::AllOf(::testing::Gt(800),
                                                     ::testing::Lt(1200))));
}

TEST(RequestsTest, LookLikeABrowsers) {
  for (const auto add : {AddPreflightLines, AddActualLines}) {
    Request request("OPTIONS", "/");
    add("https://app.example.com", &request);
    EXPECT_EQ(request.lines(), 15U);
    EXPECT_EQ(request.origin(), "https://app.example.com");
    request.set_origin("null");
    EXPECT_EQ(request.origin(), "null");
    EXPECT_EQ(request.view().headers.size(), 15U);
  }
}

TEST(WorstOriginTest, NearMissesDifferInOnePlace) {
  const std::string origin = "https://pr-7.example.com:8081";
  const std::vector<std::string> near = NearMisses(origin);
  EXPECT_THAT(near, ::testing::Not(::testing::Contains(origin)));
  EXPECT_THAT(
      near,
      ::testing::IsSupersetOf(std::vector<std::string>{
          "http://pr-7.example.com:8081", "https://pr-7.example.com:8443",
          "https://_pr-7.example.com:8081", "https://pr-70.example.com:8081",
          "https://" + std::string(60, 'p') + "r-7.example.com:8081",
          "https://" + std::string(59, 'p') + "_r-7.example.com:8081",
          "https://pr-" + std::string(60, '7') + ".example.com:8081",
          "https://pr-7.example.c" + std::string(61, 'o') + "m:8081"}));
  std::size_t longest = 0;
  for (const std::string& text : near) {
    Origin parsed;
    if (ParseOrigin(text, &parsed) != OriginError::kNone) continue;
    longest = std::max(longest, parsed.host.size());
  }
  EXPECT_GE(longest, 252U);
}

TEST(WorstOriginTest, FindsOneThatIsRefused) {
  const PolicyTable& table = TableOf(SpecOf(RuleForm::kRegex, 10));
  const std::uint32_t set = table.PolicyOf(table.routes()[0]).origins;
  std::vector<std::string> allowed;
  std::set<std::string> near;
  for (std::size_t i = 0; i < 10; ++i) {
    allowed.push_back(OriginFor(RuleForm::kRegex, i));
    for (std::string& text : NearMisses(allowed.back())) {
      near.insert(std::move(text));
    }
  }
  const std::string worst = WorstNearMiss(table, set, allowed);
  EXPECT_EQ(near.count(worst), 1U) << worst;
  Origin origin;
  ASSERT_EQ(ParseOrigin(worst, &origin), OriginError::kNone) << worst;
  EXPECT_FALSE(table.FindOrigin(set, origin)) << worst;
}

}  // namespace
}  // namespace corsac::bench
