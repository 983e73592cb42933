// How long browsers keep a preflight's answer, and its status.
// Tested by tests/compiler/lints_test.cc.
#include <string>

#include "compiler/limits.h"
#include "compiler/lints/lints.h"

namespace corsac {

void CheckMaxAge(const AstInteger& value, Reporter& reporter) {
  if (value.value >= -1 && value.value <= kMaxMaxAgeSeconds) return;
  reporter.Report(
      Code::kMaxAge, value.span,
      value.value < 0
          ? "`max_age` cannot be " + std::to_string(value.value)
          : "`max_age` of " + std::to_string(value.value) +
                " seconds; no browser keeps an answer for more than " +
                std::to_string(kMaxMaxAgeSeconds),
      value.value < 0 ? "write 0 to have every request preflighted, or leave "
                        "it out for the browsers' 5 seconds"
                      : "write a number of seconds up to 86400; Chromium keeps "
                        "at most 7200, Safari 600");
}

void CheckPreflightStatus(const AstInteger& value, Reporter& reporter) {
  if (value.value == 200 || value.value == 204) return;
  reporter.Report(Code::kPreflightStatus, value.span,
                  "`preflight_status` cannot be " + std::to_string(value.value),
                  "write 204, or 200 for clients that need it; browsers refuse "
                  "anything outside of 200 to 299");
}

}  // namespace corsac
