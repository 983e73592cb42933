// Lines about reloads.
// Tested by tests/e2e/reload_test.cc.
#include "runtime/reload_log.h"

#include <string_view>

#include "runtime/log/log.h"

namespace corsac {

void ReloadLog::Write(const ReloadAttempt& attempt) {
  const std::string_view trigger = ReloadTriggerName(attempt.trigger);
  switch (attempt.result) {
    case ReloadResult::kSuccess:
      Log(LogLevel::kInfo, "reload.success", "new rules are in force",
          {{"trigger", trigger},
           {"generation", attempt.generation},
           {"bundle", attempt.content_hash},
           {"warnings", attempt.warnings}});
      failed_ = false;
      break;
    case ReloadResult::kUnchanged:
      if (attempt.repeats_failure) break;
      if (failed_ || attempt.trigger >= ReloadTrigger::kSignal) {
        Log(LogLevel::kInfo, "reload.unchanged", "the rules are those in force",
            {{"trigger", trigger}, {"generation", attempt.generation}});
      }
      failed_ = false;
      break;
    case ReloadResult::kFailure:
      Log(LogLevel::kError, "reload.failure",
          "the new rules cannot be used; those in force stay",
          {{"trigger", trigger},
           {"generation", attempt.generation},
           {"bundle", attempt.content_hash},
           {"errors", attempt.errors},
           {"first_error", attempt.first_error}});
      failed_ = true;
      break;
  }
}

}  // namespace corsac
