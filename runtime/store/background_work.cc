// Runs work on an idle thread.
// Tested by tests/runtime/background_work_test.cc.
#include "runtime/store/background_work.h"

#include <pthread.h>
#include <sched.h>
#include <unistd.h>

#include <condition_variable>
#include <ctime>
#include <mutex>
#include <system_error>
#include <thread>

namespace corsac {
namespace {

// Where the system refuses the work goes on as it is.
void SetPolicy(pid_t thread, int policy) {
  const sched_param no_priority{};
  sched_setscheduler(thread, policy, &no_priority);
}

std::chrono::nanoseconds DurationOf(const timespec& time) {
  return std::chrono::seconds(time.tv_sec) +
         std::chrono::nanoseconds(time.tv_nsec);
}

// One piece of work and its thread.
class Worker {
 public:
  Worker(const std::function<void()>& work, bool idle) {
    policy_ = idle ? SCHED_IDLE : SCHED_OTHER;
    thread_ = std::thread([this, &work] {
      {
        const std::lock_guard<std::mutex> lock(mutex_);
        id_ = gettid();
        if (policy_ == SCHED_IDLE) SetPolicy(id_, policy_);
      }
      work();
      const std::lock_guard<std::mutex> lock(mutex_);
      done_ = true;
      ended_.notify_all();
    });
  }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  ~Worker() { thread_.join(); }

  // Returns whether the work is done.
  bool WaitFor(std::chrono::milliseconds time) {
    std::unique_lock<std::mutex> lock(mutex_);
    return ended_.wait_for(lock, time, [this] { return done_; });
  }

  std::chrono::nanoseconds ProcessorTime() {
    clockid_t clock{};
    timespec now{};
    if (pthread_getcpuclockid(thread_.native_handle(), &clock) != 0 ||
        clock_gettime(clock, &now) != 0) {
      return {};  // it is ending
    }
    return DurationOf(now);
  }

  void Wait() {
    std::unique_lock<std::mutex> lock(mutex_);
    ended_.wait(lock, [this] { return done_; });
  }

  void Become(int policy) {
    const std::lock_guard<std::mutex> lock(mutex_);
    policy_ = policy;
    if (id_ != 0 && !done_) SetPolicy(id_, policy);
  }

 private:
  std::mutex mutex_;
  std::condition_variable ended_;
  // Guarded by mutex_.
  pid_t id_ = 0;  // of the thread, once it runs
  int policy_ = SCHED_OTHER;
  bool done_ = false;

  std::thread thread_;
};

}  // namespace

std::chrono::nanoseconds ThreadProcessorTime() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return DurationOf(now);
}

void RunInBackground(const std::function<void()>& work,
                     const BackgroundLimits& limits) {
  const bool idle = limits.grace == std::chrono::milliseconds(0);
  try {
    Worker worker(work, idle);
    if (!idle) {
      while (!worker.WaitFor(limits.grace)) {
        if (worker.ProcessorTime() < limits.grace) continue;
        worker.Become(SCHED_IDLE);
        break;
      }
    }
    if (!worker.WaitFor(limits.patience)) worker.Become(SCHED_OTHER);
    worker.Wait();
  } catch (const std::system_error&) {
    work();
  }
}

}  // namespace corsac
