// The access log: one JSON object a line about each decision of the decision
// listener (runtime/log/access_line.h shows one).
//
// A loop packs what it decided into a ring of its own, which costs it about a
// hundred nanoseconds, no lock and no allocation; one thread takes the records
// out, makes lines of them and writes those. When that thread cannot keep up,
// or nobody takes what it writes, records are dropped and counted: a decision
// never waits for its line.
//
// Refusals are always written; of everything else one in `sample`, loop by
// loop.
#ifndef CORSAC_RUNTIME_LOG_ACCESS_LOG_H_
#define CORSAC_RUNTIME_LOG_ACCESS_LOG_H_

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "compiler/result.h"
#include "runtime/log/line_file.h"
#include "runtime/log/record_ring.h"
#include "runtime/serve/decision_record.h"

namespace corsac {

// The size of one of `loops` rings: 4 MiB, or less so that all together take no
// more than 64 MiB, but not below 256 KiB. A record usually takes 100 to 200
// bytes, so 4 MiB are what a loop at 100,000 decisions a second makes in a
// fifth of a second or more: time for the thread to come, and for a disk that
// stalls.
std::size_t AccessLogRingBytes(std::size_t loops);

// Thread-safe, except that an observer belongs to its loop.
class AccessLog {
 public:
  struct Options {
    std::string path = {};  // "-": standard output
    std::uint32_t sample = 1;
    std::size_t loops = 1;
    // Of each loop's ring, a power of two; 0: AccessLogRingBytes().
    std::size_t ring_bytes = 0;
    // How long a record may wait to be written.
    std::chrono::milliseconds interval{100};
  };

  // Opens the file and starts the thread. An error says why the file cannot be
  // written.
  static Result<std::unique_ptr<AccessLog>> Open(Options options);

  AccessLog(const AccessLog&) = delete;
  AccessLog& operator=(const AccessLog&) = delete;
  // Close(), without waiting for a reader.
  ~AccessLog();

  // What to tell of the decisions of loop `loop`, once for each. Must not
  // outlive the log.
  std::unique_ptr<DecisionObserver> MakeObserver(std::size_t loop);

  // Opens the file again soon, after it was moved away. Returns at once.
  void Reopen();

  // Writes what is left, and ends. Returns whether all could be written within
  // `timeout`: a pipe may have a reader that has stopped reading. What
  // observers are told from then on is lost.
  bool Close(std::chrono::milliseconds timeout);

  // Records that are in no file, since the start: no room in the ring, or the
  // file could not be written.
  std::uint64_t dropped() const {
    return dropped_.load(std::memory_order_relaxed);
  }

 private:
  class Observer;

  explicit AccessLog(Options options);
  void Run();
  bool WriteOut();
  void Wake() const;
  bool GivesUp() const;

  const Options options_;
  const int wake_fd_;  // an eventfd
  std::vector<std::unique_ptr<RecordRing>> rings_;
  std::atomic<std::uint64_t> dropped_{0};
  std::atomic<bool> reopen_{false};
  std::atomic<bool> closing_{false};
  // When closing: after this nobody is waited for. Nanoseconds of the steady
  // clock.
  std::atomic<std::int64_t> deadline_{0};
  LineFile file_;  // the thread's own, once it runs

  std::mutex mutex_;
  std::condition_variable ended_;
  bool done_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace corsac

#endif  // CORSAC_RUNTIME_LOG_ACCESS_LOG_H_
