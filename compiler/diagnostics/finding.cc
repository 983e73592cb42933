// Collects and sorts findings. Tested by tests/compiler/finding_test.cc.
#include "compiler/diagnostics/finding.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "compiler/limits.h"

namespace corsac {

Finding& FindingSink::Add(Code code, Span span, std::string message) {
  Finding finding;
  finding.code = code;
  finding.severity = InfoOf(code).severity;
  finding.span = span;
  finding.message = std::move(message);
  return Add(std::move(finding));
}

Finding& FindingSink::Add(Finding finding) {
  if (finding.severity == Severity::kError) ++errors_;
  if (findings_.size() >= kMaxFindings) {
    ++dropped_;
    scratch_ = std::move(finding);
    return scratch_;
  }
  findings_.push_back(std::move(finding));
  return findings_.back();
}

std::vector<Finding> FindingSink::Take() {
  // A span without a file sorts first: kNoFile + 1 wraps to 0.
  const auto key = [](const Finding& f) {
    return std::tuple(f.span.file + 1, f.span.begin, f.span.end);
  };
  std::stable_sort(
      findings_.begin(), findings_.end(),
      [&](const Finding& a, const Finding& b) { return key(a) < key(b); });
  errors_ = 0;
  dropped_ = 0;
  return std::exchange(findings_, {});
}

}  // namespace corsac
