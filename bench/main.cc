// corsac_bench: every benchmark in one program. Takes the flags of Google
// Benchmark; bench/run calls it with those that make a report. Exits with 1 if
// any row failed the check of its answer.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <cstddef>
#include <sstream>
#include <string>
#include <vector>

#include "bench/harness.h"

namespace {

// The console reporter without one line: Debian's build of the library has
// assertions on and therefore warns that timings may be affected, though it is
// optimised, and the timed loop is compiled into this program anyway.
class Reporter : public benchmark::ConsoleReporter {
 public:
  Reporter() : ConsoleReporter(isatty(1) != 0 ? OO_Color : OO_None) {}

  bool ReportContext(const Context& context) override {
    std::ostream& errors = GetErrorStream();
    std::ostringstream text;
    SetErrorStream(&text);
    const bool ok = ConsoleReporter::ReportContext(context);
    SetErrorStream(&errors);
    std::istringstream lines(text.str());
    for (std::string line; std::getline(lines, line);) {
      if (line.find("Library was built as DEBUG") == std::string::npos) {
        errors << line << '\n';
      }
    }
    return ok;
  }

  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) {
      if (run.error_occurred) failed_ = true;
    }
    ConsoleReporter::ReportRuns(runs);
  }

  bool failed() const { return failed_; }

 private:
  bool failed_ = false;
};

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::AddCustomContext("corsac_build", CORSAC_BENCH_BUILD_TYPE);
  benchmark::AddCustomContext("compiler", CORSAC_BENCH_COMPILER);
  benchmark::AddCustomContext("flags", CORSAC_BENCH_FLAGS);
  corsac::bench::RegisterDecisionRows();
  corsac::bench::RegisterAdversarialRows();
  corsac::bench::RegisterLookupRows();
  corsac::bench::RegisterCompileRows();
  corsac::bench::RegisterPublishRows();
  corsac::bench::RegisterReloadRows();
  corsac::bench::RegisterRouteRows();
  corsac::bench::RegisterServeRows();
  Reporter reporter;
  const std::size_t rows = benchmark::RunSpecifiedBenchmarks(&reporter);
  benchmark::Shutdown();
  return rows == 0 || reporter.failed() ? 1 : 0;
}
