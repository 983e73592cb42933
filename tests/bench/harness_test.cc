// Tests of bench/harness.cc: a row whose answers are not the expected ones
// fails instead of being timed.
#include "bench/harness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "bench/corpus.h"
#include "bench/requests.h"
#include "compiler/table/policy_table.h"
#include "runtime/decision/decision.h"

namespace corsac::bench {
namespace {

using ::testing::HasSubstr;

class Recorder : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context&) override { return true; }
  void ReportRuns(const std::vector<Run>& of_row) override {
    runs.insert(runs.end(), of_row.begin(), of_row.end());
  }

  std::vector<Run> runs;
};

// Runs one row and returns what was reported of it.
benchmark::BenchmarkReporter::Run RunRow(
    const std::function<void(benchmark::State&)>& row) {
  benchmark::RegisterBenchmark("row", row)->Iterations(100);
  Recorder recorder;
  benchmark::RunSpecifiedBenchmarks(&recorder, "row");
  benchmark::ClearRegisteredBenchmarks();
  EXPECT_EQ(recorder.runs.size(), 1U);
  return recorder.runs.at(0);
}

// A row of preflights from origins that a table of ten allows.
benchmark::BenchmarkReporter::Run RunExpecting(const Expected& expected,
                                               bool allowed = true) {
  return RunRow([&](benchmark::State& state) {
    const PolicyTable& table = TableOf(SpecOf(RuleForm::kExact, 10));
    const OriginPool& origins = PoolOf(RuleForm::kExact, 10, allowed);
    Request request("OPTIONS", "/api/orders");
    AddPreflightLines("", &request);
    if (!Check(table, &request, origins, expected, state)) return;
    TimeDecisions(table, &request, origins, state);
  });
}

TEST(HarnessTest, TimesARowThatIsRight) {
  const auto run = RunExpecting(
      {RequestKind::kPreflight, DecisionCode::kAllow, RuleKind::kExact});
  EXPECT_FALSE(run.error_occurred) << run.error_message;
  EXPECT_EQ(run.iterations, 100);
  ASSERT_TRUE(run.counters.contains("allocs"));
  EXPECT_EQ(run.counters.at("allocs").value, 0.0);
}

TEST(HarnessTest, RefusesARowWithAnotherKindOfRule) {
  const auto run = RunExpecting(
      {RequestKind::kPreflight, DecisionCode::kAllow, RuleKind::kRegex});
  EXPECT_TRUE(run.error_occurred);
  EXPECT_THAT(run.error_message, HasSubstr("rule is of another kind"));
}

TEST(HarnessTest, RefusesARowWithAnotherKindOfRequest) {
  const auto run = RunExpecting(
      {RequestKind::kActual, DecisionCode::kAllow, RuleKind::kExact});
  EXPECT_TRUE(run.error_occurred);
  EXPECT_THAT(run.error_message, HasSubstr("kind of request"));
}

TEST(HarnessTest, RefusesARowWithAnotherCode) {
  const auto run = RunExpecting(
      {RequestKind::kPreflight, DecisionCode::kAllow, RuleKind::kExact}, false);
  EXPECT_TRUE(run.error_occurred);
  EXPECT_THAT(run.error_message, HasSubstr("origin-not-allowed"));
}

TEST(HarnessTest, CountsAllocations) {
  const auto run = RunRow([](benchmark::State& state) {
    const HeapCounts before = HeapNow();
    for (auto _ : state) {
      benchmark::DoNotOptimize(std::string(100, 'x'));
      benchmark::DoNotOptimize(std::string(200, 'y'));
    }
    CountAllocations(before, state);
  });
  EXPECT_EQ(run.counters.at("allocs").value, 2.0);
}

TEST(OriginPoolTest, GivesBackWhatWasPutIn) {
  OriginPool pool;
  pool.Add("https://a.example");
  pool.Add("");
  pool.Add("null");
  ASSERT_EQ(pool.size(), 3U);
  EXPECT_EQ(pool[0], "https://a.example");
  EXPECT_EQ(pool[1], "");
  EXPECT_EQ(pool[2], "null");
}

TEST(OriginPoolTest, HoldsEveryOriginOfASmallSetOnce) {
  const OriginPool& pool = PoolOf(RuleForm::kExact, 50, true);
  std::vector<std::string> got;
  std::vector<std::string> want;
  for (std::size_t i = 0; i < pool.size(); ++i) got.emplace_back(pool[i]);
  for (std::size_t i = 0; i < 50; ++i) {
    want.push_back(OriginFor(RuleForm::kExact, i));
  }
  EXPECT_NE(got, want);  // in random order
  EXPECT_THAT(got, ::testing::UnorderedElementsAreArray(want));
}

}  // namespace
}  // namespace corsac::bench
