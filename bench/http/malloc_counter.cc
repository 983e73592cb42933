// libcorsac_malloc_counter.so, for LD_PRELOAD: counts what every thread of a
// program takes from the heap, and shows it to other processes. The first eight
// bytes of the file that CORSAC_MALLOC_COUNTS names are the number of calls of
// malloc(), calloc(), realloc() and the aligned ones; operator new is among
// them, since it calls malloc(). Without that file it counts for itself alone.
// Tested by tests/bench/http_smoke_test.py.
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

// glibc's own, under names of its own: to look the originals up with dlsym()
// would allocate before they are found.
// NOLINTBEGIN(bugprone-reserved-identifier,readability-identifier-naming)
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* block, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
}
// NOLINTEND(bugprone-reserved-identifier,readability-identifier-naming)

namespace {

using Counter = std::atomic<std::uint64_t>;
static_assert(sizeof(Counter) == 8 && Counter::is_always_lock_free);

constinit Counter own_count{0};
constinit std::atomic<Counter*> count{&own_count};

void Count() noexcept {
  count.load(std::memory_order_relaxed)
      ->fetch_add(1, std::memory_order_relaxed);
}

// Before main(); what was counted earlier is left behind.
__attribute__((constructor)) void Share() noexcept {
  // Nothing else runs yet. NOLINTNEXTLINE(concurrency-mt-unsafe)
  const char* const path = std::getenv("CORSAC_MALLOC_COUNTS");
  if (path == nullptr) return;
  const int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return;
  if (ftruncate(file, sizeof(Counter)) == 0) {
    void* const shared = mmap(nullptr, sizeof(Counter), PROT_READ | PROT_WRITE,
                              MAP_SHARED, file, 0);
    if (shared != MAP_FAILED) count.store(static_cast<Counter*>(shared));
  }
  close(file);
}

}  // namespace

// NOLINTBEGIN(readability-identifier-naming): names of the standard library
extern "C" {
void* malloc(std::size_t size) noexcept {
  Count();
  return __libc_malloc(size);
}
void* calloc(std::size_t count_of, std::size_t size) noexcept {
  Count();
  return __libc_calloc(count_of, size);
}
void* realloc(void* block, std::size_t size) noexcept {
  Count();
  return __libc_realloc(block, size);
}
void* memalign(std::size_t alignment, std::size_t size) noexcept {
  Count();
  return __libc_memalign(alignment, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
  Count();
  return __libc_memalign(alignment, size);
}
int posix_memalign(void** block, std::size_t alignment,
                   std::size_t size) noexcept {
  Count();
  *block = __libc_memalign(alignment, size);
  return *block == nullptr ? ENOMEM : 0;
}
}
// NOLINTEND(readability-identifier-naming)
