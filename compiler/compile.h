// The compiler's front door: a rule source in, a PolicyTable out, or findings
// that say why there is none.
//
//   FindingSink sink;
//   SourceSet sources = SourceSet::Read("rules", sink);
//   CompileResult result = Compile(sources, std::move(sink));
//   if (result.table) { … Evaluate(*result.table, request) … }
#ifndef CORSAC_COMPILER_COMPILE_H_
#define CORSAC_COMPILER_COMPILE_H_

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "compiler/diagnostics/finding.h"
#include "compiler/source/source_set.h"
#include "compiler/table/policy_table.h"

namespace corsac {

struct CompileOptions {
  // Today, for `until` dates in `allow_lints`; the system's date by default.
  std::optional<std::chrono::sys_days> today;
  // Whether to add a note about each regex (CORS219).
  bool explain_lowering = false;
};

// Wall time of each phase.
struct CompileTimes {
  std::chrono::nanoseconds read{0};
  std::chrono::nanoseconds parse{0};
  std::chrono::nanoseconds check{0};  // resolve, check and lower
  std::chrono::nanoseconds build{0};
};

struct CompileResult {
  // A table iff no finding is an error.
  std::shared_ptr<const PolicyTable> table;
  std::vector<Finding> findings;     // in source order
  std::size_t findings_dropped = 0;  // past kMaxFindings
  SourceSet sources;                 // what the spans of `findings` refer to
  CompileTimes times;

  bool ok() const { return table != nullptr; }
};

// Compiles what was read into `sources`; `sink` may hold findings of reading.
// Never throws; a failure to allocate memory is the one exception.
CompileResult Compile(SourceSet sources, FindingSink sink,
                      const CompileOptions& options = {});

// Reads the source at `path` and compiles it.
CompileResult CompilePath(const std::filesystem::path& path,
                          const CompileOptions& options = {});

}  // namespace corsac

#endif  // CORSAC_COMPILER_COMPILE_H_
