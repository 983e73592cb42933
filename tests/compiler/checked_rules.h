// Rules through the passes up to the Ir, for tests.
#ifndef CORSAC_TESTS_COMPILER_CHECKED_RULES_H_
#define CORSAC_TESTS_COMPILER_CHECKED_RULES_H_

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "compiler/diagnostics/finding.h"
#include "compiler/model/ir.h"
#include "compiler/model/lower.h"
#include "compiler/source/source_set.h"
#include "compiler/syntax/parse.h"

namespace corsac::testing {

// The day on which tests are run, as far as the rules know.
inline std::chrono::sys_days TestDay() {
  return std::chrono::sys_days(std::chrono::year(2026) / 11 / 24);
}

struct CheckedRules {
  SourceSet sources;
  std::vector<Finding> findings;
  std::size_t dropped = 0;
  std::optional<Ir> ir;

  // One line a finding: "CORS002 error 4:12", followed by the line with what is
  // pointed at if that is asked for.
  std::string Codes() const {
    std::string out;
    for (const Finding& finding : findings) {
      if (!out.empty()) out += "\n";
      out += std::string(InfoOf(finding.code).id) + " " +
             std::string(SeverityName(finding.severity));
      if (!finding.span.has_file()) continue;
      const SourceFile& file = sources.files()[finding.span.file];
      const LineColumn at = file.PlaceOf(finding.span.begin);
      out += " " + std::to_string(at.line) + ":" + std::to_string(at.column);
    }
    return out;
  }

  // The Ir as text; the codes when there is none.
  std::string Dump() const { return ir ? DumpIr(*ir) : Codes(); }
};

inline CheckedRules CheckRules(SourceSet sources, FindingSink sink,
                               bool explain_regexes = false) {
  CheckedRules checked;
  checked.sources = std::move(sources);
  const Ast ast = Parse(checked.sources, sink);
  std::optional<LoweredIr> lowered = ResolveCheckLower(
      ast, checked.sources, sink, LowerOptions{TestDay(), explain_regexes});
  if (lowered) checked.ir = std::move(lowered->ir);
  checked.dropped = sink.dropped();
  checked.findings = sink.Take();
  return checked;
}

// The rules `text` of a file that is called "rules.toml".
inline CheckedRules CheckText(std::string text,
                              const std::filesystem::path& folder = {}) {
  FindingSink sink;
  SourceSet sources =
      SourceSet::FromText("rules.toml", std::move(text), sink, folder);
  return CheckRules(std::move(sources), std::move(sink));
}

inline CheckedRules CheckPath(const std::filesystem::path& path,
                              bool explain_regexes = false) {
  FindingSink sink;
  SourceSet sources = SourceSet::Read(path, sink);
  return CheckRules(std::move(sources), std::move(sink), explain_regexes);
}

}  // namespace corsac::testing

#endif  // CORSAC_TESTS_COMPILER_CHECKED_RULES_H_
