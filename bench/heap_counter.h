// Counts what the calling thread takes from the heap through operator new,
// which a program that links heap_counter.cc replaces.
#ifndef CORSAC_BENCH_HEAP_COUNTER_H_
#define CORSAC_BENCH_HEAP_COUNTER_H_

#include <cstdint>

namespace corsac::bench {

struct HeapCounts {
  std::int64_t allocations = 0;  // calls of operator new so far
  std::int64_t bytes = 0;        // held now, as malloc rounds them up
  std::int64_t peak = 0;         // most that was held since RestartHeapPeak()
};

// Of the calling thread. Memory that another thread frees stays counted.
HeapCounts HeapNow() noexcept;

// Makes what the calling thread holds now its peak.
void RestartHeapPeak() noexcept;

}  // namespace corsac::bench

#endif  // CORSAC_BENCH_HEAP_COUNTER_H_
