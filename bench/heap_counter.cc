// Replaces the global operator new and delete by ones that count. The libraries
// that are linked dynamically (RE2 among them) use these too. Tested by
// heap_counter_test.cc.
#include "bench/heap_counter.h"

#include <malloc.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <new>

namespace corsac::bench {
namespace {

// Trivial, so that it can be used before and after everything else of a thread.
thread_local HeapCounts counts;

void* Count(void* block) noexcept {
  if (block != nullptr) {
    ++counts.allocations;
    counts.bytes += static_cast<std::int64_t>(malloc_usable_size(block));
    counts.peak = std::max(counts.peak, counts.bytes);
  }
  return block;
}

void* Allocate(std::size_t size) {
  void* const block = Count(std::malloc(size == 0 ? 1 : size));
  if (block == nullptr) throw std::bad_alloc();
  return block;
}

void* AllocateAligned(std::size_t size, std::size_t alignment) {
  // aligned_alloc() wants a multiple of the alignment.
  const std::size_t rounded = (size + alignment - 1) / alignment * alignment;
  void* const block =
      Count(std::aligned_alloc(alignment, rounded == 0 ? alignment : rounded));
  if (block == nullptr) throw std::bad_alloc();
  return block;
}

void Free(void* block) noexcept {
  if (block == nullptr) return;
  counts.bytes -= static_cast<std::int64_t>(malloc_usable_size(block));
  std::free(block);
}

}  // namespace

HeapCounts HeapNow() noexcept { return counts; }

void RestartHeapPeak() noexcept { counts.peak = counts.bytes; }

}  // namespace corsac::bench

using corsac::bench::Allocate;
using corsac::bench::AllocateAligned;
using corsac::bench::Free;

// The forms that are not here (arrays, nothrow, sized) are defined by the
// standard library in terms of these.
void* operator new(std::size_t size) { return Allocate(size); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return AllocateAligned(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* block) noexcept { Free(block); }
void operator delete(void* block, std::size_t) noexcept { Free(block); }
void operator delete(void* block, std::align_val_t) noexcept { Free(block); }
void operator delete(void* block, std::size_t, std::align_val_t) noexcept {
  Free(block);
}
