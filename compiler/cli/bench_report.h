// What `corsac bench` found out, and the forms in which it is written: for
// people, for programs, and as a figure. docs/benchmarking.md describes each.
#ifndef CORSAC_COMPILER_CLI_BENCH_REPORT_H_
#define CORSAC_COMPILER_CLI_BENCH_REPORT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/cli/bench_requests.h"
#include "compiler/cli/commands.h"
#include "compiler/compile.h"

namespace corsac::cli {

// One row. Times are nanoseconds of one decision.
struct Measurement {
  const BenchRow* row = nullptr;
  std::uint64_t decisions = 0;  // in one repetition
  // Of the repetitions; the tenth and ninetieth percentile are the spread.
  double median_ns = 0;
  double p10_ns = 0;
  double p90_ns = 0;
  double min_ns = 0;
  std::optional<double> allocations;  // of one decision

  // The request that takes longest when it is repeated alone, out of a choice.
  struct Slowest {
    double ns = 0;
    std::string origin;
    std::string method;
    std::string target;
    std::string route;  // its id; empty if the decision has none
    RulePlace place;    // of the rule that allowed, or else of the route
  };
  Slowest slowest;
};

// Medians of some compilations of the same source.
struct CompileMeasurement {
  std::size_t repetitions = 0;
  std::size_t source_bytes = 0;
  double read_ms = 0;
  double parse_ms = 0;
  double check_ms = 0;
  double build_ms = 0;

  double total_ms() const { return read_ms + parse_ms + check_ms + build_ms; }
};

struct BenchReport {
  std::string path;
  std::size_t repetitions = 0;
  std::size_t min_time_ms = 0;
  bool optimised = true;  // the program itself
  std::vector<Measurement> rows;
  std::vector<std::string> notes;    // what was not measured, and why
  std::vector<std::string> remarks;  // what stands out
  PolicyTable::Sizes table;
  CompileMeasurement compile;
};

// Measures every row of `bench` in repetitions that alternate in random order,
// so that a machine that slows down for a while slows all rows down.
std::vector<Measurement> MeasureRows(const PolicyTable& table, BenchRows* bench,
                                     const BenchOptions& options);

// What a person should look at first: what costs most and where it is written,
// what allocates, whether the machine was quiet enough to tell.
std::vector<std::string> Remarks(const BenchReport& report);

// "3 routes, 1 policy, 1 origin set: 12 exact, 0 any-port, …".
std::string RulesText(const PolicyTable::Sizes& table);

// Plain text of at most 80 columns but for names that are longer.
std::string ReportText(const BenchReport& report);

// A JSON object, with a line feed at its end. Its keys are public interface.
std::string ReportJson(const BenchReport& report);

// A figure as SVG: bars of the times, the table's and the compilation's parts.
// Legible on light and dark pages; no script, nothing from elsewhere.
std::string ReportSvg(const BenchReport& report);

// --- Words that the forms share ----------------------------------------------

// Three significant digits, or all that stand before the point.
std::string DigitsText(double value);
// "12,345".
std::string GroupedText(std::size_t count);
// "312 ns", "1.94 µs": three significant digits.
std::string DurationText(double ns);
// "812 B", "12.3 KiB".
std::string BytesText(double bytes);
// "1 route", "12,345 routes".
std::string CountText(std::size_t count, const std::string& what);
// "site.toml:12".
std::string PlaceText(const RulePlace& place);

// A part of the table or of the compilation.
struct ReportPart {
  std::string name;
  double value = 0;    // bytes or milliseconds
  std::string amount;  // the same as text
  std::string more;    // "44 B a rule"; may be empty
};
std::vector<ReportPart> TableParts(const PolicyTable::Sizes& table);
std::vector<ReportPart> CompileParts(const CompileMeasurement& compile);

}  // namespace corsac::cli

#endif  // CORSAC_COMPILER_CLI_BENCH_REPORT_H_
