// Replaces `operator new` by one that counts; the array and nothrow forms call
// it. Tested by tests/cli/bench_test.cc.
#include "compiler/cli/allocation_count.h"

#include <cstdlib>
#include <new>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CORSAC_COUNT_ALLOCATIONS 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(memory_sanitizer)
#define CORSAC_COUNT_ALLOCATIONS 0
#endif
#endif
#ifndef CORSAC_COUNT_ALLOCATIONS
#define CORSAC_COUNT_ALLOCATIONS 1
#endif

namespace corsac::cli {
namespace {

thread_local std::uint64_t g_allocations = 0;

}  // namespace

std::optional<std::uint64_t> AllocationCount() {
  if (CORSAC_COUNT_ALLOCATIONS == 0) return std::nullopt;
  return g_allocations;
}

}  // namespace corsac::cli

#if CORSAC_COUNT_ALLOCATIONS

// NOLINTBEGIN(cppcoreguidelines-no-malloc,misc-new-delete-overloads)
void* operator new(std::size_t size) {
  ++corsac::cli::g_allocations;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}

void operator delete(void* memory) noexcept { std::free(memory); }

void operator delete(void* memory, std::size_t /*size*/) noexcept {
  std::free(memory);
}
// NOLINTEND(cppcoreguidelines-no-malloc,misc-new-delete-overloads)

#endif  // CORSAC_COUNT_ALLOCATIONS
