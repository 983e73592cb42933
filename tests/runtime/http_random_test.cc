// Made-up connections against the reference reader of HTTP: heads field by
// field, and sessions answer by answer, wherever the bytes are cut.
//
// CORSAC_SEED and CORSAC_RANDOM_STREAMS override seed and amount. A failure
// names the seed of its stream; given as CORSAC_SEED with
// CORSAC_RANDOM_STREAMS=1 it fails again at once.
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>
#include <vector>

#include "runtime/http/request_head.h"
#include "tests/testing/choices.h"
#include "tests/testing/http_comparison.h"
#include "tests/testing/http_generator.h"
#include "tests/testing/reference_http.h"

namespace corsac::testing {
namespace {

#ifdef CORSAC_SLOW_BUILD
constexpr std::uint64_t kStreams = 20'000;
#else
constexpr std::uint64_t kStreams = 300'000;
#endif
constexpr std::uint64_t kSeed = 20'261'125;

std::uint64_t FromEnvironment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

// Every byte that is not printable as \xNN, so that a failure can be read.
std::string Visible(const std::string& bytes) {
  constexpr const char* kDigits = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 32 && byte < 127) {
      text += c;
    } else {
      text += std::string("\\x") + kDigits[byte / 16] + kDigits[byte % 16];
    }
    if (c == '\n') text += '\n';
  }
  return text;
}

TEST(HttpRandomTest, SessionsAndReferenceAgree) {
  const std::uint64_t seed = FromEnvironment("CORSAC_SEED", kSeed);
  const std::uint64_t count =
      FromEnvironment("CORSAC_RANDOM_STREAMS", kStreams);
  HttpComparison comparison;
  for (std::uint64_t i = 0; i < count; ++i) {
    Choices choices = Choices::FromSeed(seed + i);
    const std::string stream = GenerateHttpStream(choices);
    const std::vector<std::size_t> cuts = GenerateCuts(choices, stream.size());
    ASSERT_EQ(comparison.CompareHead(stream), "")
        << "CORSAC_SEED=" << seed + i << "\n"
        << Visible(stream);
    ASSERT_EQ(comparison.CompareSession(stream, cuts), "")
        << "CORSAC_SEED=" << seed + i << ", cut at "
        << ::testing::PrintToString(cuts) << "\n"
        << Visible(stream);
  }
}

// A generator that never leads to some error would leave it untested.
TEST(HttpRandomTest, StreamsLeadToEveryError) {
  std::set<std::string> wanted;
  for (std::size_t i = 1; i < kHttpErrors; ++i) {
    wanted.emplace(HttpErrorName(static_cast<HttpError>(i)));
  }
  std::set<std::string> seen;
  const ReferenceHttpLimits limits = {
      .head_bytes = 640, .fields = 9, .drain_bytes = 64};
  for (std::uint64_t i = 0; i < 400'000 && seen != wanted; ++i) {
    Choices choices = Choices::FromSeed(kSeed + i);
    const ReferenceConnection connection = ReadReferenceConnection(
        GenerateHttpStream(choices), {}, limits,
        [](const ReferenceHead&) { return std::size_t{48}; });
    if (!connection.error.empty() && connection.error != "any") {
      seen.insert(connection.error);
    }
  }
  EXPECT_EQ(seen, wanted);
}

}  // namespace
}  // namespace corsac::testing
