// Findings of a reload, rendered.
// Tested by tests/runtime/reloader_test.cc.
#include "runtime/store/reload_findings.h"

#include <algorithm>
#include <span>

#include "compiler/diagnostics/render.h"

namespace corsac {
namespace {

std::span<const Finding> First(const std::vector<Finding>& findings) {
  return std::span(findings).first(std::min(findings.size(), kMaxFindingsKept));
}

}  // namespace

void RenderFindings(const std::vector<Finding>& findings, std::size_t dropped,
                    const SourceSet& sources, ReloadAttempt* attempt) {
  std::vector<Finding> errors;
  std::vector<Finding> warnings;
  for (const Finding& finding : findings) {
    (finding.severity == Severity::kError ? errors : warnings)
        .push_back(finding);
  }
  attempt->errors = errors.size() + dropped;
  attempt->warnings = warnings.size();
  attempt->errors_json = FindingsToJson(First(errors), sources);
  attempt->warnings_json = FindingsToJson(First(warnings), sources);
  if (errors.empty()) return;
  attempt->first_error = RenderShort(std::span(errors).first(1), sources);
  attempt->first_error.erase(attempt->first_error.find_last_not_of('\n') + 1);
  attempt->findings_text = RenderHuman(First(findings), sources);
}

}  // namespace corsac
