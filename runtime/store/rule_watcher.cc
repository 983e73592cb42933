// RuleWatcher: one thread that waits for inotify events, for the time to poll
// and for the end.
// Tested by tests/runtime/rule_watcher_test.cc.
#include "runtime/store/rule_watcher.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <map>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "compiler/check.h"

namespace corsac {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint32_t kEvents =
    IN_CLOSE_WRITE | IN_MODIFY | IN_ATTRIB | IN_CREATE | IN_DELETE |
    IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;

// An inotify instance that follows a changing set of folders. Not thread-safe.
class FolderEvents {
 public:
  // Without a descriptor (the system has run out of them) there are no events.
  FolderEvents() = default;
  FolderEvents(const FolderEvents&) = delete;
  FolderEvents& operator=(const FolderEvents&) = delete;
  ~FolderEvents() {
    if (fd_ >= 0) close(fd_);
  }

  int fd() const { return fd_; }

  // Watches exactly `folders`. A folder that was replaced by another of the
  // same name is another inode, and so gets another watch.
  void Watch(const std::map<std::string, FolderWatch>& folders) {
    if (fd_ < 0) fd_ = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (fd_ < 0) return;
    std::map<int, FolderWatch> watches;
    for (const auto& [path, folder] : folders) {
      const int watch = inotify_add_watch(fd_, path.c_str(), kEvents);
      if (watch < 0) continue;  // gone again; its parent's watch will tell
      FolderWatch& known = watches[watch];
      known.every_name |= folder.every_name;
      known.names.insert(folder.names.begin(), folder.names.end());
    }
    for (const auto& [watch, folder] : watches_) {
      if (!watches.contains(watch)) inotify_rm_watch(fd_, watch);
    }
    watches_ = std::move(watches);
  }

  // Reads every event that waits. Returns whether one of them matters.
  bool Drain() {
    bool matters = false;
    alignas(inotify_event) std::array<char, 16'384> buffer;
    for (;;) {
      const ssize_t length = read(fd_, buffer.data(), buffer.size());
      if (length < 0 && errno == EINTR) continue;
      if (length <= 0) return matters;
      const std::string_view events(buffer.data(),
                                    static_cast<std::size_t>(length));
      for (std::size_t at = 0; at + sizeof(inotify_event) <= events.size();) {
        inotify_event event{};
        std::memcpy(&event, events.data() + at, sizeof(event));
        at += sizeof(event);
        const std::string_view padded = events.substr(at, event.len);
        matters |= Matters(event, padded.substr(0, padded.find('\0')));
        at += event.len;
      }
    }
  }

 private:
  bool Matters(const inotify_event& event, std::string_view name) const {
    if ((event.mask & (IN_Q_OVERFLOW | IN_UNMOUNT)) != 0) return true;
    const auto watch = watches_.find(event.wd);
    // Of a watch that was taken away: late, or IN_IGNORED as an answer to that.
    if (watch == watches_.end()) return false;
    // About the folder itself: deleted, moved, ignored.
    if (name.empty()) return true;
    return watch->second.every_name ||
           watch->second.names.contains(std::string(name));
  }

  int fd_ = -1;
  std::map<int, FolderWatch> watches_;
};

}  // namespace

class RuleWatcher::Loop {
 public:
  Loop(SourcePlace place, Options options, std::function<void(Hint)> changed)
      : options_(options),
        changed_(std::move(changed)),
        place_(std::move(place)),
        wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
        random_(std::random_device{}()) {
    CORSAC_CHECK(wake_ >= 0);
    thread_ = std::thread([this] { Run(); });
  }
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  ~Loop() {
    // Relaxed would do: the eventfd orders it.
    stop_.store(true);
    Wake();
    thread_.join();
    close(wake_);
  }

  void SetPlace(SourcePlace place) {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (next_place_ ? *next_place_ == place : known_place_ == place) return;
      next_place_ = std::move(place);
    }
    Wake();
  }

 private:
  void Run() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      known_place_ = place_;
    }
    Arm();
    settled_ = SourceFingerprint::Take(place_);
    changed_(Hint::kCheckText);
    next_poll_ = Clock::now() + Jitter(options_.poll_interval);
    next_text_ = Clock::now() + Jitter(options_.text_interval);
    while (!stop_.load()) {
      if (WaitForEvents()) Touch(Hint::kEvent);
      TakeNextPlace();
      if (Clock::now() >= next_poll_) Poll();
      if (burst_ && Clock::now() >= burst_->look_at) Look();
    }
  }

  // Waits for an event that matters, or until the next thing is due.
  bool WaitForEvents() {
    Clock::time_point until = next_poll_;
    if (burst_) until = std::min(until, burst_->look_at);
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
    std::array<pollfd, 2> fds{
        {{wake_, POLLIN, 0}, {events_.fd(), POLLIN, 0}}};  // -1 is skipped
    const int ready = poll(
        fds.data(), fds.size(),
        static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 60'000)));
    if (ready <= 0) return false;
    if (fds[0].revents != 0) {
      std::uint64_t count = 0;
      [[maybe_unused]] const ssize_t got = read(wake_, &count, sizeof(count));
    }
    return fds[1].revents != 0 && events_.Drain();
  }

  void Poll() {
    const Clock::time_point now = Clock::now();
    next_poll_ = now + Jitter(options_.poll_interval);
    if (burst_) return;
    if (SourceFingerprint::Take(place_) != settled_) {
      Touch(Hint::kPoll);
    } else if (now >= next_text_) {
      Arm();
      next_text_ = now + Jitter(options_.text_interval);
      changed_(Hint::kCheckText);
    }
  }

  // Something changed: starts or prolongs a burst.
  void Touch(Hint hint) {
    const Clock::time_point now = Clock::now();
    if (!burst_) {
      burst_ = Burst{hint, now + options_.longest_wait, now,
                     SourceFingerprint::Take(place_)};
    }
    burst_->look_at = std::min(now + options_.quiet, burst_->end);
  }

  // The burst has been quiet for a while: is it over?
  void Look() {
    // Watches first, so that what changes after the fingerprint is noticed.
    Arm();
    SourceFingerprint now = SourceFingerprint::Take(place_);
    if (now != burst_->fingerprint && Clock::now() < burst_->end) {
      burst_->fingerprint = std::move(now);
      burst_->look_at = std::min(Clock::now() + options_.quiet, burst_->end);
      return;
    }
    settled_ = std::move(now);
    const Hint hint = burst_->hint;
    burst_.reset();
    next_text_ = Clock::now() + Jitter(options_.text_interval);
    changed_(hint);
  }

  void TakeNextPlace() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (!next_place_) return;
      place_ = std::move(*next_place_);
      next_place_.reset();
      known_place_ = place_;
    }
    Arm();
    Touch(Hint::kPoll);  // the new part may have changed before it was watched
  }

  void Arm() {
    if (options_.use_events) events_.Watch(FoldersToWatch(place_));
  }

  Clock::duration Jitter(std::chrono::milliseconds interval) {
    if (!options_.jitter) return interval;
    std::uniform_int_distribution<std::int64_t> percent(80, 120);
    return std::max<Clock::duration>(interval * percent(random_) / 100,
                                     std::chrono::milliseconds(1));
  }

  void Wake() const {
    const std::uint64_t one = 1;
    // Cannot fail: the counter is nowhere near its end.
    [[maybe_unused]] const ssize_t put = write(wake_, &one, sizeof(one));
  }

  struct Burst {
    Hint hint;
    Clock::time_point end;
    Clock::time_point look_at;
    SourceFingerprint fingerprint;
  };

  const Options options_;
  const std::function<void(Hint)> changed_;

  // The thread's own.
  SourcePlace place_;
  FolderEvents events_;
  SourceFingerprint settled_;
  std::optional<Burst> burst_;
  Clock::time_point next_poll_;
  Clock::time_point next_text_;

  const int wake_;  // eventfd
  std::minstd_rand random_;
  std::atomic<bool> stop_{false};

  std::mutex mutex_;
  SourcePlace known_place_;                // guarded by mutex_
  std::optional<SourcePlace> next_place_;  // guarded by mutex_

  std::thread thread_;
};

RuleWatcher::RuleWatcher(SourcePlace place, Options options,
                         std::function<void(Hint)> changed)
    : loop_(std::make_unique<Loop>(std::move(place), options,
                                   std::move(changed))) {}

RuleWatcher::~RuleWatcher() = default;

void RuleWatcher::SetPlace(SourcePlace place) {
  loop_->SetPlace(std::move(place));
}

}  // namespace corsac
