// The driver: the passes in order. Entries: Compile() and CompilePath().
// Tested by tests/compiler/compile_test.cc and tests/compiler/golden_test.cc.
#include "compiler/compile.h"

#include <utility>

#include "compiler/model/ir.h"
#include "compiler/model/lower.h"
#include "compiler/syntax/parse.h"

namespace corsac {
namespace {

using Clock = std::chrono::steady_clock;

// The time since the last call, or since construction.
class Lap {
 public:
  std::chrono::nanoseconds Take() {
    const Clock::time_point now = Clock::now();
    return now - std::exchange(start_, now);
  }

 private:
  Clock::time_point start_ = Clock::now();
};

std::chrono::sys_days Today() {
  return std::chrono::floor<std::chrono::days>(
      std::chrono::system_clock::now());
}

}  // namespace

CompileResult Compile(SourceSet sources, FindingSink sink,
                      const CompileOptions& options) {
  CompileResult result;
  result.sources = std::move(sources);
  Lap lap;
  // Text → a tree that mirrors the files, spans included.
  Ast ast = Parse(result.sources, sink);
  result.times.parse = lap.Take();
  // Look up names, report every mistake, bring everything to its canonical
  // form. Also runs when the files did not parse as a whole, so that what can
  // be said about the rest is said in the same run.
  std::optional<LoweredIr> lowered = ResolveCheckLower(
      ast, result.sources, sink,
      LowerOptions{options.today.value_or(Today()), options.explain_lowering});
  ast = Ast{};  // its memory is better used for the table
  result.times.check = lap.Take();
  // From here on the rules are known to be valid.
  if (lowered && !sink.has_errors()) {
    result.table = BuildTable(lowered->ir, std::move(lowered->regexes));
#ifndef NDEBUG
    result.table->CheckInvariants();
#endif
  }
  result.times.build = lap.Take();
  result.findings_dropped = sink.dropped();
  result.findings = sink.Take();
  return result;
}

CompileResult CompilePath(const std::filesystem::path& path,
                          const CompileOptions& options) {
  FindingSink sink;
  Lap lap;
  SourceSet sources = SourceSet::Read(path, sink);
  const std::chrono::nanoseconds read = lap.Take();
  CompileResult result = Compile(std::move(sources), std::move(sink), options);
  result.times.read = read;
  return result;
}

}  // namespace corsac
