// Random worlds: tables of random rules against the reference evaluator, on
// requests that nearly match.
//
// CORSAC_SEED and CORSAC_RANDOM_DECISIONS override seed and amount. A failure
// names the seed of its world; given as CORSAC_SEED with
// CORSAC_RANDOM_DECISIONS=1 it fails again at once.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>

#include "compiler/model/ir.h"
#include "tests/testing/choices.h"
#include "tests/testing/comparison.h"
#include "tests/testing/ir_generator.h"
#include "tests/testing/request_generator.h"

namespace corsac::testing {
namespace {

// Every build makes these decisions by default; only slow ones make fewer.
#ifdef CORSAC_SLOW_BUILD
constexpr std::uint64_t kDecisions = 100'000;
#else
constexpr std::uint64_t kDecisions = 10'000'000;
#endif
constexpr std::uint64_t kSeed = 20'261'123;
constexpr std::uint64_t kRequestsPerWorld = 500;
constexpr std::uint64_t kParts = 8;

std::uint64_t FromEnvironment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

std::uint64_t Seed() { return FromEnvironment("CORSAC_SEED", kSeed); }

std::uint64_t Worlds() {
  const std::uint64_t decisions =
      FromEnvironment("CORSAC_RANDOM_DECISIONS", kDecisions);
  return (decisions + kRequestsPerWorld - 1) / kRequestsPerWorld;
}

// Worlds differ in size: ties and shadowing show in crowded ones.
IrShape ShapeOf(std::uint64_t seed) {
  IrShape shape;
  if (seed % 4 == 1) shape = {.routes = 2, .policies = 2, .origin_sets = 2};
  if (seed % 4 == 2) shape.routes = 40;
  if (seed % 4 == 3) shape.rules = 20;
  return shape;
}

class RandomTest : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(RandomTest, TableAndReferenceAgree) {
  for (std::uint64_t world = GetParam(); world < Worlds(); world += kParts) {
    const std::uint64_t seed = Seed() + world;
    Choices choices = Choices::FromSeed(seed);
    const Ir ir = GenerateIr(choices, ShapeOf(seed));
    const Comparison comparison(ir);
    for (std::uint64_t i = 0; i < kRequestsPerWorld; ++i) {
      const TestRequest request(GenerateRequest(choices, ir));
      const std::string difference = comparison.Compare(request);
      ASSERT_EQ(difference, "") << "CORSAC_SEED=" << seed << ", request " << i;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Parts, RandomTest,
                         ::testing::Range<std::uint64_t>(0, kParts));

// The code without its parameter, unless that is one of a fixed few.
std::string CodeName(const ReferenceAnswer& answer) {
  const std::size_t colon = answer.code.find(':');
  const std::string name = answer.code.substr(0, colon);
  const bool fixed = name == "allow" || name == "malformed-origin";
  return fixed ? answer.code : name;
}

// A generator that never leads to some code would leave it untested.
TEST(RandomRequestsTest, LeadToEveryCode) {
  const std::set<std::string> codes = {
      "allow:any",
      "allow:any-port",
      "allow:exact",
      "allow:file",
      "allow:null",
      "allow:regex",
      "allow:subdomain",
      "cors-disabled",
      "duplicate-origin",
      "duplicate-request-method",
      "forbidden-method",
      "header-not-allowed",
      "malformed-field-name",
      "malformed-origin:bad-host",
      "malformed-origin:bad-port",
      "malformed-origin:control-or-non-ascii",
      "malformed-origin:default-port",
      "malformed-origin:empty",
      "malformed-origin:has-path",
      "malformed-origin:list",
      "malformed-origin:syntax",
      "malformed-origin:too-long",
      "malformed-origin:uppercase",
      "malformed-origin:userinfo",
      "malformed-request-headers",
      "malformed-request-method",
      "method-not-allowed",
      "no-matching-route",
      "not-cors",
      "null-origin-not-allowed",
      "origin-not-allowed",
      "preflight-without-origin",
      "request-headers-too-large",
      "websocket-origin-not-allowed",
  };
  std::set<std::string> seen;
  for (std::uint64_t world = 0; world < 40 && seen != codes; ++world) {
    Choices choices = Choices::FromSeed(world);
    const Ir ir = GenerateIr(choices);
    const Comparison comparison(ir);
    for (std::uint64_t i = 0; i < kRequestsPerWorld; ++i) {
      const TestRequest request(GenerateRequest(choices, ir));
      seen.insert(CodeName(comparison.AskTable(request)));
    }
  }
  EXPECT_EQ(seen, codes);
}

// The same rules in the opposite order, with sets and policies that no route
// has.
Ir Reordered(const Ir& ir) {
  Ir other = ir;
  for (IrOriginSet& set : other.origin_sets) {
    IrExactOrigins exact;
    for (std::size_t i = set.exact.size(); i > 0; --i) {
      exact.Add(set.exact[i - 1].text, set.exact[i - 1].place);
    }
    set.exact = std::move(exact);
    std::reverse(set.any_port.begin(), set.any_port.end());
    std::reverse(set.subdomain.begin(), set.subdomain.end());
    std::reverse(set.regex.begin(), set.regex.end());
  }
  std::reverse(other.routes.begin(), other.routes.end());
  other.origin_sets.insert(other.origin_sets.end(), ir.origin_sets.rbegin(),
                           ir.origin_sets.rend());
  other.policies.insert(other.policies.end(), ir.policies.begin(),
                        ir.policies.end());
  return other;
}

TEST(RandomRulesTest, OrderAndUnusedRulesDecideNothing) {
  constexpr std::uint64_t kFew = 60;
  for (std::uint64_t seed = Seed(); seed < Seed() + kFew; ++seed) {
    Choices choices = Choices::FromSeed(seed);
    const Ir ir = GenerateIr(choices, ShapeOf(seed));
    const Ir reordered_ir = Reordered(ir);
    const Comparison original(ir);
    const Comparison reordered(reordered_ir);
    for (std::uint64_t i = 0; i < kRequestsPerWorld; ++i) {
      const TestRequest request(GenerateRequest(choices, ir));
      const ReferenceAnswer expected = original.AskTable(request);
      const ReferenceAnswer answer = reordered.AskTable(request);
      ASSERT_EQ(Describe(answer), Describe(expected))
          << "CORSAC_SEED=" << seed << "\n"
          << Describe(request.reference);
    }
  }
}

}  // namespace
}  // namespace corsac::testing
