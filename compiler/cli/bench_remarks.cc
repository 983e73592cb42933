// What stands out in a report of `corsac bench`.
// Tested by tests/cli/bench_remarks_test.cc.
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include "compiler/cli/bench_report.h"
#include "compiler/diagnostics/visible_text.h"

namespace corsac::cli {
namespace {

// From here on a difference or a spread is worth a remark.
constexpr double kMuchSlower = 2.5;
constexpr double kWideSpread = 1.3;  // the remark says 30 %

// The slowest and the fastest row of requests of `kind` that are allowed, or
// the slowest of all.
const Measurement* Extreme(const BenchReport& report, RequestKind kind,
                           bool slowest) {
  const Measurement* found = nullptr;
  for (const Measurement& row : report.rows) {
    if (row.row->kind != kind) continue;
    if (!slowest && row.row->outcome != Outcome::kAllow) continue;
    if (found == nullptr || (slowest ? row.median_ns > found->median_ns
                                     : row.median_ns < found->median_ns)) {
      found = &row;
    }
  }
  return found;
}

std::string PerSecond(double ns) {
  const double rate = 1e9 / ns;
  if (rate >= 999.5e3) return DigitsText(rate / 1e6) + " million";
  return GroupedText(static_cast<std::size_t>(
      rate >= 10'000 ? std::round(rate / 1'000) * 1'000 : std::round(rate)));
}

std::string SlowestRequest(const Measurement& row) {
  const Measurement::Slowest& slowest = row.slowest;
  std::string text = "its slowest request takes " + DurationText(slowest.ns) +
                     " (Origin: " + VisibleText(slowest.origin) + ", " +
                     VisibleText(slowest.method) + " " +
                     VisibleText(slowest.target) + ")";
  if (slowest.place.line > 0) {
    text += ", decided at " + PlaceText(slowest.place);
  }
  return text;
}

void RemarkOnKind(const BenchReport& report, RequestKind kind,
                  std::vector<std::string>* remarks) {
  const Measurement* slowest = Extreme(report, kind, true);
  const Measurement* fastest = Extreme(report, kind, false);
  if (slowest == nullptr) return;
  const std::string word =
      kind == RequestKind::kPreflight ? "a preflight" : "an actual request";
  if (fastest == nullptr) fastest = slowest;
  std::string text = word + " takes " + DurationText(fastest->median_ns);
  if (slowest != fastest) text += " to " + DurationText(slowest->median_ns);
  remarks->push_back(text + ": at least " + PerSecond(slowest->median_ns) +
                     " a second on one core");
  if (slowest->median_ns < kMuchSlower * fastest->median_ns) return;
  remarks->push_back("`" + slowest->row->name() + "` takes " +
                     DigitsText(slowest->median_ns / fastest->median_ns) +
                     " times as long as `" + fastest->row->name() + "`; " +
                     SlowestRequest(*slowest));
}

void RemarkOnRegexes(const BenchReport& report,
                     std::vector<std::string>* remarks) {
  if (report.table.regex == 0) return;
  const Measurement* exact = nullptr;
  const Measurement* regex = nullptr;
  for (const Measurement& row : report.rows) {
    if (row.row->kind != RequestKind::kActual) continue;
    if (row.row->what == RuleKindName(RuleKind::kExact)) exact = &row;
    if (row.row->what == RuleKindName(RuleKind::kRegex)) regex = &row;
  }
  if (regex == nullptr || exact == nullptr) return;
  if (regex->median_ns < kMuchSlower * exact->median_ns) return;
  remarks->emplace_back(
      "regexes cost most here: an exact origin or `https://*.example.com` "
      "instead of a regex, where it says the same, is found without trying "
      "any");
}

}  // namespace

std::vector<std::string> Remarks(const BenchReport& report) {
  std::vector<std::string> remarks;
  RemarkOnKind(report, RequestKind::kPreflight, &remarks);
  RemarkOnKind(report, RequestKind::kActual, &remarks);
  RemarkOnRegexes(report, &remarks);
  std::size_t wide = 0;
  for (const Measurement& row : report.rows) {
    if (row.p90_ns > kWideSpread * row.p10_ns) ++wide;
    if (row.allocations.value_or(0) >= 0.01) {
      remarks.push_back("`" + row.row->name() + "` allocates " +
                        DigitsText(*row.allocations) + " times a decision");
    }
  }
  if (wide * 4 > report.rows.size()) {
    remarks.push_back(
        CountText(wide, "row") + " of " + std::to_string(report.rows.size()) +
        " vary by more than 30 %: other programs were running; measure again "
        "on a quiet machine");
  }
  if (!report.optimised) {
    remarks.emplace_back("this build is not optimised; its times say little");
  }
  return remarks;
}

}  // namespace corsac::cli
