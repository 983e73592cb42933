// The Reloader keeps the table in force in step with the rule source: it reads,
// compiles and publishes, never on a thread that answers requests. One attempt
// runs at a time; requests that come meanwhile are answered together by the
// next one.
//
// Once a table is in force, reading, compiling and destroying what is replaced
// are background work (runtime/store/background_work.h): they take no
// processor from a thread that wants one. Only rules whose compilation was last
// a matter of milliseconds are compiled at once. Publishing and everything that
// takes a lock stay with the reloader's own thread, an ordinary one.
//
// The rule is that a failed attempt changes nothing but what is said about it:
//   - the same contents as in force: unchanged, nothing is compiled (and an
//     earlier failure is over: the bad edit was taken back);
//   - the same contents as in the last attempt, when nobody asked by name:
//     unchanged, the findings of that attempt stand;
//   - findings that are errors: the table in force stays;
//   - rules that have shrunk by more than half: CORS904, the table in force
//     stays, unless that is allowed. An empty or truncated file is valid TOML,
//     so without this rule a careless copy would take every origin away.
//   - a source that cannot be read: the table in force stays.
#ifndef CORSAC_RUNTIME_STORE_RELOADER_H_
#define CORSAC_RUNTIME_STORE_RELOADER_H_

#include <chrono>
#include <condition_variable>
#include <exception>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "compiler/compile.h"
#include "runtime/store/background_work.h"
#include "runtime/store/policy_store.h"
#include "runtime/store/reload_attempt.h"
#include "runtime/store/rule_watcher.h"

namespace corsac {

// Thread-safe.
class Reloader {
 public:
  struct Options {
    std::filesystem::path rules;
    bool allow_shrink = false;
    CompileOptions compile;
    // Compile at once, whatever it takes from others.
    bool in_foreground = false;
    // Called on the thread that compiles, before it begins. Not called by
    // attempts that find nothing new.
    std::function<void()> on_compile = {};
  };

  // What the server says about its rules.
  struct Status {
    // The attempt that made the table in force, null if there is none.
    std::shared_ptr<const ReloadAttempt> running;
    // The last attempt that met other contents than the one before it, or that
    // was asked for by name; null before the first is over.
    std::shared_ptr<const ReloadAttempt> last;

    // The table in force is not what the source says.
    bool degraded() const {
      return last != nullptr && last->result == ReloadResult::kFailure;
    }
  };

  // `store` must outlive the reloader; nobody else publishes there. `observer`
  // is called on the reloader's thread after each attempt, also those that
  // change nothing, before anybody who waits for the attempt goes on. Reads
  // nothing until asked.
  Reloader(Options options, PolicyStore* store,
           std::function<void(const ReloadAttempt&)> observer);
  Reloader(const Reloader&) = delete;
  Reloader& operator=(const Reloader&) = delete;
  // Stop(), however long a running attempt takes.
  ~Reloader();

  // No attempt begins any more, and waiting callers of Reload() get null. Waits
  // for a running attempt to end, but not longer than `timeout`: while others
  // keep the processors busy, background work takes long. Returns whether none
  // runs.
  bool Stop(std::chrono::milliseconds timeout);

  // From now on reloads whenever the source changes on disk. Call once.
  void StartWatching(const RuleWatcher::Options& options);

  // Asks for an attempt and returns at once.
  void Request(ReloadTrigger trigger);

  // Asks for an attempt and waits for it: the result is of one that began after
  // the call. Attempts that others wait for with `allow_shrink` allow it for
  // all. Returns null when the reloader is destroyed meanwhile.
  std::shared_ptr<const ReloadAttempt> Reload(ReloadTrigger trigger,
                                              bool allow_shrink = false);

  Status status() const;

 private:
  // A list of origins that the rules name, as last read.
  struct ListFile {
    std::filesystem::path path;
    std::string hash;
  };
  // What an attempt read, to know it again without compiling.
  struct Contents {
    // Whether the source still holds this. `now` is what `rule_files` would be.
    bool IsStill(const std::string& now) const;

    // The rule files' hash and what was wrong with reading them.
    std::string rule_files;
    std::vector<ListFile> lists;
    // A list could not be used: it may be mended without any change to the
    // rest.
    bool list_missing = false;
  };
  struct Pending {
    ReloadTrigger trigger = ReloadTrigger::kPoll;
    bool allow_shrink = false;
  };

  void Run();
  std::uint64_t Ask(ReloadTrigger trigger, bool allow_shrink);
  ReloadAttempt Try(const Pending& pending);
  ReloadAttempt Prepare(const Pending& pending);
  void CompileSource(const Pending& pending, SourceSet sources,
                     FindingSink sink, std::string rule_files,
                     ReloadAttempt* attempt);
  std::optional<Finding> FindShrinkage(std::size_t after) const;
  void Publish(ReloadAttempt* attempt);
  void Fail(const std::exception& error, ReloadAttempt* attempt);
  bool Discard();
  BackgroundLimits Limits() const;
  void Record(const Pending& pending, ReloadAttempt attempt);

  const Options options_;
  PolicyStore* const store_;
  const std::function<void(const ReloadAttempt&)> observer_;
  const std::filesystem::path place_;  // absolute

  // The reloader thread's own, or its background work's while it waits.
  std::optional<Contents> running_contents_;
  std::string running_hash_;
  std::size_t running_amount_ = 0;         // of routes and origin rules
  std::optional<Contents> last_contents_;  // of the last attempt
  // A table that is ready to be published, and its amount.
  std::shared_ptr<const PolicyTable> ready_;
  std::size_t ready_amount_ = 0;
  PolicyStore::Tables retired_;  // to be destroyed
  // Whether the last compilation took little time.
  bool is_brief_ = false;

  mutable std::mutex mutex_;
  std::condition_variable asked_;  // the thread waits
  std::condition_variable done_;   // callers and Stop() wait
  // All guarded by mutex_.
  bool stop_ = false;
  bool ended_ = false;  // the thread is past its last attempt
  std::optional<Pending> pending_;
  std::uint64_t tickets_ = 0;      // attempts asked for
  std::uint64_t done_ticket_ = 0;  // tickets up to this one are answered
  std::shared_ptr<const ReloadAttempt> done_attempt_;
  Status status_;
  SourcePlace watched_;
  std::unique_ptr<RuleWatcher> watcher_;

  std::thread thread_;
};

}  // namespace corsac

#endif  // CORSAC_RUNTIME_STORE_RELOADER_H_
