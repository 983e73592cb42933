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
  // What to do, on this thread, without blocking for long.
  struct Handlers {
    std::function<void()> reload;  // SIGHUP
    std::function<void()> reopen;  // SIGUSR1
    // The first SIGTERM or SIGINT; the second ends the process at once, with
    // status 1.
    std::function<void()> stop;
  };

  explicit SignalThread(Handlers handlers);
  SignalThread(const SignalThread&) = delete;
  SignalThread& operator=(const SignalThread&) = delete;
  ~SignalThread();

 private:
  void Run();

  const Handlers handlers_;
  std::atomic<bool> end_{false};
  std::thread thread_;
};

}  // namespace corsac

#endif  // CORSAC_RUNTIME_SIGNALS_H_
