// Work that must not disturb the threads that answer requests: compiling rules,
// and destroying tables.
//
// It is done on a thread of its own under SCHED_IDLE (sched(7)), which gets a
// processor while no other thread wants it and gives it up the moment one does.
// Merely a lower priority (nice) does not do: a thread that is given a time
// slice keeps it for milliseconds while a request waits.
//
// A thread may always become idle, but only with CAP_SYS_NICE or a limit
// RLIMIT_NICE of 20 may it be made an ordinary one again. That is why the work
// has a thread of its own, which ends with it, and why whatever others may wait
// for (locks, publishing, the log) stays with the caller, whose priority is
// never touched.
//
// Where every processor is busy with other things all the time an idle thread
// still gets about one part in a hundred of one. When that is not enough, after
// `patience`, the work becomes ordinary if the system allows it.
#ifndef CORSAC_RUNTIME_STORE_BACKGROUND_WORK_H_
#define CORSAC_RUNTIME_STORE_BACKGROUND_WORK_H_

#include <chrono>
#include <functional>

namespace corsac {

struct BackgroundLimits {
  // The processor time that the work may take as an ordinary thread before it
  // becomes idle; 0: it is idle from the beginning.
  std::chrono::milliseconds grace{0};
  // How long, by the clock, it stays idle before it is made ordinary again.
  std::chrono::milliseconds patience{10'000};
};

// Runs `work` as described and waits for its end. `work` must not throw. If
// there is no other thread to be had it is done on the calling one.
void RunInBackground(const std::function<void()>& work,
                     const BackgroundLimits& limits);

// The processor time that the calling thread has used.
std::chrono::nanoseconds ThreadProcessorTime();

}  // namespace corsac

#endif  // CORSAC_RUNTIME_STORE_BACKGROUND_WORK_H_
