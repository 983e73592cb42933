// Tests of the small parts of runtime/serve: counters, endpoints, rule ids.
#include <gtest/gtest.h>

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "runtime/serve/answers.h"
#include "runtime/serve/endpoint.h"
#include "runtime/serve/serve_stats.h"

namespace corsac {
namespace {

TEST(DecisionSeriesTest, HasANumberOfItsOwn) {
  for (std::size_t i = 0; i < DecisionSeries::kCount; ++i) {
    const DecisionSeries series = DecisionSeries::At(i);
    EXPECT_EQ(series.index(), i);
    EXPECT_NE(RequestKindName(series.kind), "");
    EXPECT_NE(OutcomeName(series.outcome), "");
    EXPECT_NE(DecisionCodeName(series.code), "");
  }
}

TEST(ServeStatsTest, AddsUpLoopsWhileTheyCount) {
  constexpr int kLoops = 3;
  constexpr int kEach = 5'000;
  ServeStats stats;
  Decision decision;
  decision.kind = RequestKind::kPreflight;
  decision.outcome = Outcome::kDeny;
  decision.code = DecisionCode::kOriginNotAllowed;
  const std::size_t series =
      DecisionSeries{decision.kind, decision.outcome, decision.code}.index();
  constexpr auto kReady = static_cast<std::size_t>(ServeEndpoint::kReady);
  std::vector<std::thread> threads;
  for (int i = 0; i < kLoops; ++i) {
    threads.emplace_back([&stats, &decision] {
      ServeCounters* const counters = stats.AddLoop();
      for (int n = 0; n < kEach; ++n) {
        counters->CountDecision(decision);
        counters->CountAnswer(ServeEndpoint::kReady, 599);
        counters->CountAnswer(ServeEndpoint::kNone, 200);
      }
    });
  }
  std::uint64_t last = 0;
  for (int i = 0; i < 50; ++i) {
    const std::uint64_t now = stats.Sum().decisions[series];
    EXPECT_GE(now, last);
    last = now;
  }
  for (std::thread& thread : threads) thread.join();
  const ServeTotals totals = stats.Sum();
  EXPECT_EQ(totals.decisions[series], kLoops * kEach);
  EXPECT_EQ(totals.answers[kReady][399], kLoops * kEach);
  EXPECT_EQ(totals.answers[0][0], kLoops * kEach);
  EXPECT_EQ(totals.answers[kReady][0], 0U);
}

TEST(ServeEndpointTest, EachHasAName) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < kServeEndpoints; ++i) {
    names.insert(ServeEndpointName(static_cast<ServeEndpoint>(i)));
  }
  EXPECT_EQ(names.size(), kServeEndpoints);
  EXPECT_FALSE(names.contains(""));
}

std::string RuleIdLine(std::string_view id) {
  std::string line;
  AppendRuleId(id, &line);
  return line;
}

TEST(RuleIdTest, IsPrintable) {
  EXPECT_EQ(RuleIdLine("site.toml:2"), "site.toml:2");
  EXPECT_EQ(RuleIdLine("my rules.toml:2"), "my rules.toml:2");
  EXPECT_EQ(RuleIdLine("\r\nSet-Cookie: a=b"), "%0D%0ASet-Cookie: a=b");
  EXPECT_EQ(RuleIdLine("caf\xC3\xA9"), "caf%C3%A9");
  EXPECT_EQ(RuleIdLine("100%"), "100%25");
  EXPECT_EQ(RuleIdLine(" a "), "%20a%20");
  EXPECT_EQ(RuleIdLine(" "), "%20");
  EXPECT_EQ(RuleIdLine(""), "");
  for (int byte = 0; byte < 256; ++byte) {
    const std::string line =
        RuleIdLine(std::string("a") + static_cast<char>(byte) + "b");
    EXPECT_EQ(line.find_first_not_of(
                  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                  "0123456789 !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"),
              std::string::npos);
  }
}

TEST(AuthzStatusTest, SaysGoOnOnlyWhenTheApplicationIsToAnswer) {
  using Status = std::optional<std::uint16_t>;
  constexpr ServeEndpoint kAll[] = {ServeEndpoint::kAuthRequest,
                                    ServeEndpoint::kForwardAuth,
                                    ServeEndpoint::kExtAuthz};
  Decision decision;
  for (const ServeEndpoint endpoint : kAll) {
    EXPECT_EQ(AuthzStatus(decision, endpoint), Status(200));
  }
  decision.status = 403;
  for (const ServeEndpoint endpoint : kAll) {
    EXPECT_EQ(AuthzStatus(decision, endpoint), Status(403));
  }
  decision.status = 400;
  EXPECT_EQ(AuthzStatus(decision, ServeEndpoint::kAuthRequest), Status(403));
  EXPECT_EQ(AuthzStatus(decision, ServeEndpoint::kForwardAuth), Status(400));
  EXPECT_EQ(AuthzStatus(decision, ServeEndpoint::kExtAuthz), Status(400));
  for (const std::uint16_t status : {std::uint16_t{200}, std::uint16_t{204}}) {
    decision.status = status;
    EXPECT_EQ(AuthzStatus(decision, ServeEndpoint::kAuthRequest), std::nullopt);
    EXPECT_EQ(AuthzStatus(decision, ServeEndpoint::kForwardAuth), std::nullopt);
    EXPECT_EQ(AuthzStatus(decision, ServeEndpoint::kExtAuthz), Status(204));
  }
}

}  // namespace
}  // namespace corsac
