// The signals of corsacd, taken by one thread, so that no handler runs in the
// middle of anything.
#ifndef CORSAC_RUNTIME_SIGNALS_H_
#define CORSAC_RUNTIME_SIGNALS_H_

#include <atomic>
#include <functional>
#include <thread>

namespace corsac {

// Blocks the signals that SignalThread waits for, and ignores SIGPIPE. To be
// called before any thread is started: threads inherit the mask.
void BlockSignals();

class SignalThread {
 public:
  // SIGHUP calls `reload`; the first SIGTERM or SIGINT calls `stop`, the second
  // ends the process at once, with status 1. Both are called on this thread and
  // must not block for long.
  SignalThread(std::function<void()> reload, std::function<void()> stop);
  SignalThread(const SignalThread&) = delete;
  SignalThread& operator=(const SignalThread&) = delete;
  ~SignalThread();

 private:
  void Run();

  const std::function<void()> reload_;
  const std::function<void()> stop_;
  std::atomic<bool> end_{false};
  std::thread thread_;
};

}  // namespace corsac

#endif  // CORSAC_RUNTIME_SIGNALS_H_
