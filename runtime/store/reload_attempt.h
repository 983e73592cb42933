// What a reload tried and what came of it. Made by the Reloader
// (runtime/store/reloader.h), shown by the admin API, counted by the metrics.
#ifndef CORSAC_RUNTIME_STORE_RELOAD_ATTEMPT_H_
#define CORSAC_RUNTIME_STORE_RELOAD_ATTEMPT_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "compiler/compile.h"

namespace corsac {

// Why a reload was tried. The later of two counts when they are answered by one
// attempt.
enum class ReloadTrigger : std::uint8_t { kPoll, kFile, kSignal, kApi, kStart };

// "poll", "file", "signal", "api", "start".
std::string_view ReloadTriggerName(ReloadTrigger trigger);

enum class ReloadResult : std::uint8_t {
  kSuccess,    // a new table is in force
  kUnchanged,  // the rules are those in force, or those that failed before
  kFailure,    // the table in force stays
};

// "success", "unchanged", "failure".
std::string_view ReloadResultName(ReloadResult result);

// Immutable once it is handed out; shared.
struct ReloadAttempt {
  std::chrono::system_clock::time_point at;
  ReloadTrigger trigger = ReloadTrigger::kStart;
  ReloadResult result = ReloadResult::kFailure;
  // SourceSet::ContentHash() of what was read, origin lists included as far as
  // they were read.
  std::string content_hash;
  // Of the table in force after the attempt; 0 if there is none.
  std::uint64_t generation = 0;
  // Zero where a phase was not reached.
  CompileTimes times;
  std::chrono::nanoseconds publish_time{0};
  // Whether anything of the source could be read.
  bool source_read = false;
  // In kUnchanged: the contents are those of the last attempt, which failed,
  // and not those in force.
  bool repeats_failure = false;

  // The findings, rendered: the text of the files is not kept. In kUnchanged
  // there are none.
  std::size_t errors = 0;
  std::size_t warnings = 0;  // and notes
  // Arrays of kMaxFindingsKept at most each.
  std::string errors_json = "[]";
  std::string warnings_json = "[]";
  std::string first_error;    // "site.toml:7:1: error[CORS901]: …", or empty
  std::string findings_text;  // for a terminal; empty when there are no errors
};

// Errors, and warnings, that an attempt keeps in rendered form. More help
// nobody.
inline constexpr std::size_t kMaxFindingsKept = 100;

}  // namespace corsac

#endif  // CORSAC_RUNTIME_STORE_RELOAD_ATTEMPT_H_
