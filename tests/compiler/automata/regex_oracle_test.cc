// Our automata against RE2, on random patterns and texts that nearly match.
//
// CORSAC_SEED and CORSAC_REGEX_COMPARISONS override seed and amount. A failure
// names the seed of its pattern; given as CORSAC_SEED with
// CORSAC_REGEX_COMPARISONS=1 it fails again at once.
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>

#include "tests/testing/choices.h"
#include "tests/testing/regex_generator.h"
#include "tests/testing/regex_oracle.h"

namespace corsac::testing {
namespace {

// Of each test. When it was written, 23 million were made in all.
constexpr std::uint64_t kComparisons = 300'000;
constexpr std::uint64_t kSeed = 20'261'124;
constexpr std::size_t kTextsPerPattern = 24;

std::uint64_t FromEnvironment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

// How many comparisons were made, and of patterns of which kind.
struct Tally {
  std::size_t comparisons = 0;
  std::map<RegexKind, std::size_t> kinds;
  std::size_t refused = 0;
};

template <typename Generate>
Tally CompareMany(const Generate& generate, const RegexCaps& caps) {
  const std::uint64_t wanted =
      FromEnvironment("CORSAC_REGEX_COMPARISONS", kComparisons);
  Tally tally;
  for (std::uint64_t seed = FromEnvironment("CORSAC_SEED", kSeed);
       tally.comparisons < wanted; ++seed) {
    Choices choices = Choices::FromSeed(seed);
    const RegexOracle oracle(generate(choices), caps);
    if (!oracle.accepted()) {
      ++tally.refused;
      continue;
    }
    ++tally.kinds[oracle.form().kind];
    const std::string difference =
        oracle.CompareAll(choices, kTextsPerPattern, &tally.comparisons);
    if (!difference.empty()) {
      ADD_FAILURE() << "CORSAC_SEED=" << seed << ": " << difference;
      break;
    }
  }
  return tally;
}

TEST(RegexOracleTest, AnySyntax) {
  const Tally tally = CompareMany(GeneratePattern, {});
  // Most patterns are patterns, and few are beyond us.
  if (tally.comparisons < 10'000) return;
  const std::size_t patterns = tally.comparisons / (3 * kTextsPerPattern);
  EXPECT_LT(tally.refused, patterns);
  const auto opaque = tally.kinds.find(RegexKind::kOpaque);
  EXPECT_LT(opaque == tally.kinds.end() ? 0 : opaque->second, patterns / 10);
}

TEST(RegexOracleTest, PatternsOfOrigins) {
  Tally tally = CompareMany(GenerateOriginPattern, {});
  if (tally.comparisons < 10'000) return;
  // Every form is met.
  const std::size_t patterns = tally.comparisons / (3 * kTextsPerPattern);
  EXPECT_GT(tally.kinds[RegexKind::kNever], patterns / 200);
  EXPECT_GT(tally.kinds[RegexKind::kFinite], patterns / 50);
  EXPECT_GT(tally.kinds[RegexKind::kRules], patterns / 50);
  EXPECT_GT(tally.kinds[RegexKind::kAutomaton], patterns / 10);
}

// What is said when a bound is passed must be true as well.
TEST(RegexOracleTest, TightBounds) {
  RegexCaps caps;
  caps.dfa_states = 20;
  caps.product_states = 60;
  caps.nfa_states = 60;
  caps.origins = 4;
  Tally tally = CompareMany(GenerateOriginPattern, caps);
  if (tally.comparisons < 10'000) return;
  EXPECT_GT(tally.kinds[RegexKind::kOpaque],
            tally.comparisons / (30 * kTextsPerPattern));
}

}  // namespace
}  // namespace corsac::testing
