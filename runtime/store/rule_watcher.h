// A RuleWatcher notices that the files of a rule source may have changed. It
// does not read them: it calls back, and the reloader compares contents.
//
// Two means, for neither is enough alone:
//   - inotify, as a hint that comes within milliseconds: on the folder, on the
//     folders above it and on the folder of every symbolic link passed on the
//     way (a Kubernetes ConfigMap changes by swapping a link and never touches
//     the name of the rule file);
//   - a poll of stat(2), and now and then of the contents, as the guarantee:
//     network file systems, bind mounts and queues that overflow send no
//     events.
// A burst of changes is let settle: `quiet` without another change and two
// equal fingerprints, but no longer than `longest_wait` in all. Watches are set
// anew after each change, so that a folder which is deleted, renamed or
// replaced is watched again when it is back.
#ifndef CORSAC_RUNTIME_STORE_RULE_WATCHER_H_
#define CORSAC_RUNTIME_STORE_RULE_WATCHER_H_

#include <chrono>
#include <functional>
#include <memory>

#include "runtime/store/source_files.h"

namespace corsac {

class RuleWatcher {
 public:
  // How a change was noticed.
  enum class Hint : std::uint8_t {
    kEvent,      // the kernel told
    kPoll,       // stat(2) gives something else than before
    kCheckText,  // nothing was noticed; it is time to compare contents
  };

  struct Options {
    std::chrono::milliseconds poll_interval{1'000};  // of stat(2)
    std::chrono::milliseconds text_interval{30'000};
    std::chrono::milliseconds quiet{120};
    std::chrono::milliseconds longest_wait{2'000};
    // Intervals are drawn from ±20 %, so that a fleet does not read its common
    // file system in step.
    bool jitter = true;
    bool use_events = true;  // false: poll alone
  };

  // Watches until destroyed. `changed` is called on the watcher's thread and
  // should be quick; it is called once, with kCheckText, when the watches have
  // been set, for what changed before.
  RuleWatcher(SourcePlace place, Options options,
              std::function<void(Hint)> changed);
  RuleWatcher(const RuleWatcher&) = delete;
  RuleWatcher& operator=(const RuleWatcher&) = delete;
  ~RuleWatcher();

  // Watches `place` from now on; nothing happens if that is what is watched.
  // Thread-safe, but not to be called while the watcher is destroyed.
  void SetPlace(SourcePlace place);

 private:
  class Loop;
  const std::unique_ptr<Loop> loop_;
};

}  // namespace corsac

#endif  // CORSAC_RUNTIME_STORE_RULE_WATCHER_H_
