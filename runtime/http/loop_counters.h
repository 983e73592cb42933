// What one loop counts. Written by its thread only, read by any; each loop's
// counters lie in cache lines of their own.
#ifndef CORSAC_RUNTIME_HTTP_LOOP_COUNTERS_H_
#define CORSAC_RUNTIME_HTTP_LOOP_COUNTERS_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "runtime/http/http_stats.h"

namespace corsac {

// A number with one writer: an addition is a load and a store, without the
// locked instruction that several writers would need.
class Counter {
 public:
  void Add(std::uint64_t n = 1) noexcept {
    value_.store(value_.load(std::memory_order_relaxed) + n,
                 std::memory_order_relaxed);
  }
  std::uint64_t value() const noexcept {
    return value_.load(std::memory_order_relaxed);
  }

 private:
  std::atomic<std::uint64_t> value_{0};
};

struct alignas(64) LoopCounters {
  Counter requests;
  Counter accepted;
  std::array<Counter, kCloseReasons> closed;  // [CloseReason]
  std::array<Counter, kHttpErrors> errors;    // [HttpError]

  void Close(CloseReason reason) noexcept {
    closed[static_cast<std::size_t>(reason)].Add();
  }
  void Fail(HttpError error) noexcept {
    errors[static_cast<std::size_t>(error)].Add();
  }
};

}  // namespace corsac

#endif  // CORSAC_RUNTIME_HTTP_LOOP_COUNTERS_H_
