// corsac bench: what decisions about a person's own rules cost on this machine.
// Tested by tests/cli/bench_test.cc.
#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/cli/bench_report.h"
#include "compiler/cli/bench_requests.h"
#include "compiler/cli/commands.h"

namespace corsac::cli {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kMaxCompilations = 9;
// No further compilation is started after so long.
constexpr std::chrono::milliseconds kCompileTime{1'000};

#ifdef __OPTIMIZE__
constexpr bool kOptimised = true;
#else
constexpr bool kOptimised = false;
#endif

double MedianMs(std::vector<CompileTimes> times,
                std::chrono::nanoseconds CompileTimes::*phase) {
  std::ranges::sort(times, {}, phase);
  return std::chrono::duration<double, std::milli>(times[times.size() / 2].*
                                                   phase)
      .count();
}

// Compiles again and again. What was compiled first is measured too: it is what
// a program that starts has to wait for.
CompileMeasurement MeasureCompilation(const std::string& path,
                                      const CompileResult& first) {
  std::vector<CompileTimes> times = {first.times};
  const Clock::time_point start = Clock::now();
  std::chrono::nanoseconds took = first.times.read + first.times.parse +
                                  first.times.check + first.times.build;
  while (times.size() < kMaxCompilations &&
         Clock::now() - start + took < kCompileTime) {
    const CompileResult again = CompilePath(path);
    if (!again.ok()) break;  // somebody is editing
    times.push_back(again.times);
  }
  CompileMeasurement result;
  result.repetitions = times.size();
  for (const SourceFile& file : first.sources.files()) {
    result.source_bytes += file.text().size();
  }
  result.read_ms = MedianMs(times, &CompileTimes::read);
  result.parse_ms = MedianMs(times, &CompileTimes::parse);
  result.check_ms = MedianMs(times, &CompileTimes::check);
  result.build_ms = MedianMs(times, &CompileTimes::build);
  return result;
}

ExitCode ReportPlotFailure(const std::string& path, int error,
                           Outputs& outputs) {
  outputs.err.Write(
      "corsac bench: cannot write the plot to `" + path + "`: " +
      std::string(std::strerror(error)) +  // NOLINT(concurrency-mt-unsafe)
      "\n  help: --plot takes the name of a file in a folder that exists and "
      "may be written to\n");
  return kOperational;
}

// Whether `path` can be written, before time is spent on measuring. Leaves what
// it holds alone.
int WhyNotWritable(const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "ab");
  if (file == nullptr) return errno;
  std::fclose(file);
  return 0;
}

// 0, or the errno of what failed.
int WriteWhole(const std::string& path, std::string_view text) {
  errno = 0;
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (file == nullptr) return errno;
  const bool written =
      std::fwrite(text.data(), 1, text.size(), file) == text.size();
  const int error = written ? 0 : errno;
  if (std::fclose(file) != 0 && written) return errno;
  return error;
}

void WriteReport(const BenchReport& report, const std::string& format,
                 Output& out) {
  if (format == "json") {
    out.Write(ReportJson(report));
  } else if (format == "svg") {
    out.Write(ReportSvg(report));
  } else {
    out.Write(ReportText(report));
  }
}

}  // namespace

ExitCode RunBench(const BenchOptions& options, Outputs& outputs) {
  const CompileResult rules = CompilePath(options.path);
  if (!rules.ok()) return ReportFailure(rules, outputs);
  if (!options.plot.empty()) {
    if (const int error = WhyNotWritable(options.plot); error != 0) {
      return ReportPlotFailure(options.plot, error, outputs);
    }
  }
  BenchReport report;
  report.path = options.path;
  report.repetitions = options.repetitions;
  report.min_time_ms = options.min_time_ms;
  report.optimised = kOptimised;
  report.table = rules.table->sizes();
  report.compile = MeasureCompilation(options.path, rules);
  BenchRows bench = MakeBenchRows(*rules.table);
  report.notes = bench.notes;
  report.rows = MeasureRows(*rules.table, &bench, options);
  report.remarks = Remarks(report);
  WriteReport(report, options.format, outputs.out);
  if (!options.plot.empty()) {
    if (const int error = WriteWhole(options.plot, ReportSvg(report));
        error != 0) {
      return ReportPlotFailure(options.plot, error, outputs);
    }
  }
  return kOk;
}

}  // namespace corsac::cli
