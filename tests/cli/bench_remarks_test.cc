// What `corsac bench` remarks on, and how it writes numbers: reports made up
// here, without a clock. Covers compiler/cli/bench_remarks.cc and the words of
// bench_text.cc.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <utility>

#include "compiler/cli/bench_report.h"

namespace corsac::cli {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class BenchRemarksTest : public ::testing::Test {
 protected:
  // A row whose repetitions were all within one in ten of `ns`.
  Measurement& Add(RequestKind kind, RuleKind rule, double ns) {
    rows_.push_back(
        {kind, Outcome::kAllow, std::string(RuleKindName(rule)), {}});
    Measurement row;
    row.row = &rows_.back();
    row.median_ns = ns;
    row.p10_ns = 0.95 * ns;
    row.p90_ns = 1.05 * ns;
    row.allocations = 0;
    report_.rows.push_back(std::move(row));
    return report_.rows.back();
  }

  std::deque<BenchRow> rows_;
  BenchReport report_;
};

TEST_F(BenchRemarksTest, SaysHowFastEachKindIs) {
  EXPECT_THAT(Remarks(report_), IsEmpty());
  Add(RequestKind::kPreflight, RuleKind::kExact, 200);
  EXPECT_THAT(Remarks(report_),
              ElementsAre("a preflight takes 200 ns: at least 5.00 million a "
                          "second on one core"));
  Add(RequestKind::kPreflight, RuleKind::kAny, 250);
  Add(RequestKind::kActual, RuleKind::kExact, 2'000);
  EXPECT_THAT(Remarks(report_),
              ElementsAre("a preflight takes 200 ns to 250 ns: at least 4.00 "
                          "million a second on one core",
                          "an actual request takes 2.00 µs: at least 500,000 a "
                          "second on one core"));
}

TEST_F(BenchRemarksTest, NamesTheRowThatStandsOutAndItsSlowestRequest) {
  Add(RequestKind::kPreflight, RuleKind::kExact, 100);
  Measurement::Slowest& slowest =
      Add(RequestKind::kPreflight, RuleKind::kSubdomain, 240).slowest;
  slowest.ns = 260;
  slowest.origin = "https://x.example";
  slowest.method = "OPTIONS";
  slowest.target = "/a";
  EXPECT_EQ(Remarks(report_).size(), 1U) << "not yet much slower";
  report_.rows.back().median_ns = 260;
  EXPECT_THAT(
      Remarks(report_),
      ElementsAre(StartsWith("a preflight"),
                  "`preflight/allowed/subdomain` takes 2.60 times as long as "
                  "`preflight/allowed/exact`; its slowest request takes 260 ns "
                  "(Origin: https://x.example, OPTIONS /a)"));
  report_.rows.back().slowest.place = {"site.toml", 7, 1};
  EXPECT_THAT(Remarks(report_).back(),
              ::testing::EndsWith(", decided at site.toml:7"));
}

TEST_F(BenchRemarksTest, SaysWhenRegexesCostMost) {
  Add(RequestKind::kActual, RuleKind::kExact, 100);
  Add(RequestKind::kActual, RuleKind::kRegex, 300);
  EXPECT_EQ(Remarks(report_).size(), 2U) << "the table has none";
  report_.table.regex = 1;
  EXPECT_THAT(Remarks(report_).back(), StartsWith("regexes cost most here"));
  report_.rows.back().median_ns = 240;
  EXPECT_THAT(Remarks(report_), ElementsAre(StartsWith("an actual request")));
}

TEST_F(BenchRemarksTest, SaysWhenTheMachineWasBusy) {
  for (int i = 0; i < 4; ++i) {
    Add(RequestKind::kNotCors, RuleKind::kNone, 100);
  }
  report_.rows[0].p90_ns = 200;
  EXPECT_THAT(Remarks(report_), IsEmpty()) << "one of four";
  report_.rows[1].p90_ns = 200;
  EXPECT_THAT(Remarks(report_),
              ElementsAre(StartsWith("2 rows of 4 vary by more than 30 %: ")));
}

TEST_F(BenchRemarksTest, SaysWhatAllocatesAndWhatIsNotOptimised) {
  Add(RequestKind::kNotCors, RuleKind::kNone, 100).allocations = 0.001;
  EXPECT_THAT(Remarks(report_), IsEmpty());
  report_.rows[0].allocations = 2;
  report_.optimised = false;
  EXPECT_THAT(Remarks(report_),
              ElementsAre(AllOf(StartsWith("`not-cors"),
                                HasSubstr("allocates 2.00 times a decision")),
                          StartsWith("this build is not optimised")));
}

TEST(BenchWordsTest, NumbersHaveThreeDigitsAndAUnit) {
  EXPECT_EQ(DurationText(9.994), "9.99 ns");
  EXPECT_EQ(DurationText(9.996), "10.0 ns");
  EXPECT_EQ(DurationText(99.96), "100 ns");
  EXPECT_EQ(DurationText(999.4), "999 ns");
  EXPECT_EQ(DurationText(999.6), "1.00 µs");
  EXPECT_EQ(DurationText(1.94e6), "1.94 ms");
  EXPECT_EQ(DurationText(2.5e9), "2.50 s");
  EXPECT_EQ(BytesText(999), "999 B");
  EXPECT_EQ(BytesText(1'024), "1.00 KiB");
  EXPECT_EQ(BytesText(1'023'000), "999 KiB");
  EXPECT_EQ(BytesText(1'048'576), "1.00 MiB");
  EXPECT_EQ(GroupedText(0), "0");
  EXPECT_EQ(GroupedText(999), "999");
  EXPECT_EQ(GroupedText(1'234'567), "1,234,567");
  EXPECT_EQ(CountText(1, "route"), "1 route");
  EXPECT_EQ(CountText(12'345, "route"), "12,345 routes");
}

}  // namespace
}  // namespace corsac::cli
