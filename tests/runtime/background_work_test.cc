#include "runtime/store/background_work.h"

#include <gtest/gtest.h>
#include <sched.h>
#include <unistd.h>

#include <chrono>
#include <thread>

namespace corsac {
namespace {

using namespace std::chrono_literals;

int Policy() { return sched_getscheduler(0); }

// Waits until the calling thread has `policy`; someone else sets it.
bool Becomes(int policy) {
  const auto end = std::chrono::steady_clock::now() + 20s;
  while (Policy() != policy) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(1ms);
  }
  return true;
}

// Whether an idle thread may become an ordinary one here.
bool MayReturn() {
  bool may = false;
  std::thread thread([&may] {
    const sched_param none{};
    may = sched_setscheduler(0, SCHED_IDLE, &none) == 0 &&
          sched_setscheduler(0, SCHED_OTHER, &none) == 0;
  });
  thread.join();
  return may;
}

TEST(BackgroundWorkTest, IsIdleFromTheBeginning) {
  const pid_t caller = gettid();
  int policy = -1;
  pid_t worker = caller;
  RunInBackground(
      [&] {
        policy = Policy();
        worker = gettid();
      },
      {});
  EXPECT_EQ(policy, SCHED_IDLE);
  EXPECT_NE(worker, caller);
  EXPECT_EQ(Policy(), SCHED_OTHER) << "the caller stays as it was";
}

TEST(BackgroundWorkTest, BecomesIdleAfterTheGrace) {
  int before = -1;
  bool became = false;
  RunInBackground(
      [&] {
        before = Policy();
        std::this_thread::sleep_for(50ms);  // takes no processor time
        EXPECT_EQ(Policy(), SCHED_OTHER);
        const auto start = ThreadProcessorTime();
        while (ThreadProcessorTime() - start < 20ms) {
        }
        became = Becomes(SCHED_IDLE);
      },
      {.grace = 10ms});
  EXPECT_EQ(before, SCHED_OTHER);
  EXPECT_TRUE(became);
  EXPECT_EQ(Policy(), SCHED_OTHER);
}

TEST(BackgroundWorkTest, WithinTheGraceItStaysOrdinary) {
  int policy = -1;
  RunInBackground([&] { policy = Policy(); }, {.grace = 20s});
  EXPECT_EQ(policy, SCHED_OTHER);
}

TEST(BackgroundWorkTest, PatienceEnds) {
  // Without the privilege the work goes on as it is.
  const bool may_return = MayReturn();
  int before = -1;
  int after = -1;
  RunInBackground(
      [&] {
        before = Policy();
        if (may_return) {
          Becomes(SCHED_OTHER);
        } else {
          std::this_thread::sleep_for(200ms);
        }
        after = Policy();
      },
      {.patience = 50ms});
  EXPECT_EQ(before, SCHED_IDLE);
  EXPECT_EQ(after, may_return ? SCHED_OTHER : SCHED_IDLE);
}

TEST(BackgroundWorkTest, ReturnsWhenTheWorkIsDone) {
  bool done = false;
  RunInBackground(
      [&] {
        std::this_thread::sleep_for(20ms);
        done = true;
      },
      {.grace = 1ms, .patience = 1ms});
  EXPECT_TRUE(done);
}

TEST(BackgroundWorkTest, MeasuresProcessorTimeOfTheThread) {
  const auto before = ThreadProcessorTime();
  std::thread([] {
    const auto start = ThreadProcessorTime();
    while (ThreadProcessorTime() - start < 20ms) {
    }
  }).join();
  const auto slept = ThreadProcessorTime() - before;
  EXPECT_LT(slept, 20ms);
  EXPECT_GE(slept, 0ns);
}

}  // namespace
}  // namespace corsac
