// Tests of bench/heap_counter.cc.
#include "bench/heap_counter.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <string>
#include <thread>
#include <vector>

namespace corsac::bench {
namespace {

struct alignas(256) Wide {
  char bytes[256];
};

TEST(HeapCounterTest, CountsEveryFormOfNew) {
  const HeapCounts before = HeapNow();
  {
    const auto one = std::make_unique<std::string>();
    const auto array = std::make_unique<std::uint64_t[]>(100);
    const auto wide = std::make_unique<Wide>();
    const std::unique_ptr<int> tried(new (std::nothrow) int(7));
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(wide.get()) % 256, 0U);
    EXPECT_EQ(HeapNow().allocations, before.allocations + 4);
    EXPECT_GE(HeapNow().bytes, before.bytes + 800 + 256);
    EXPECT_LE(HeapNow().bytes, before.bytes + 800 + 256 + 200);
  }
  EXPECT_EQ(HeapNow().bytes, before.bytes);
}

TEST(HeapCounterTest, CountsNothingWhereNothingIsTaken) {
  std::string text;
  text.reserve(1000);
  const HeapCounts before = HeapNow();
  text.assign(900, 'x');
  EXPECT_EQ(HeapNow().allocations, before.allocations);
  EXPECT_EQ(HeapNow().bytes, before.bytes);
}

TEST(HeapCounterTest, KnowsThePeak) {
  RestartHeapPeak();
  const HeapCounts before = HeapNow();
  EXPECT_EQ(before.peak, before.bytes);
  for (const std::size_t bytes : {1'000U, 100'000U, 10'000U}) {
    std::make_unique<std::vector<char>>(bytes);
  }
  EXPECT_EQ(HeapNow().bytes, before.bytes);
  EXPECT_GE(HeapNow().peak, before.bytes + 100'000);
  EXPECT_LE(HeapNow().peak, before.bytes + 101'000);
  RestartHeapPeak();
  EXPECT_EQ(HeapNow().peak, before.bytes);
}

TEST(HeapCounterTest, CountsTheCallingThreadAlone) {
  std::vector<int> kept;
  const std::int64_t before = HeapNow().bytes;
  std::int64_t in_thread = 0;
  std::thread([&kept, &in_thread] {
    const std::int64_t thread_before = HeapNow().bytes;
    kept.resize(std::size_t{1} << 16);
    in_thread = HeapNow().bytes - thread_before;
  }).join();
  EXPECT_GE(in_thread, 4 << 16);
  // What starting a thread leaves behind is far less than that.
  EXPECT_LT(HeapNow().bytes - before, 4096);
}

}  // namespace
}  // namespace corsac::bench
