// Large pages. Entry: PreferHugePages().
// Tested by tests/compiler/huge_pages_test.cc.
#include "compiler/huge_pages.h"

#include <sys/mman.h>

#include <memory>

namespace corsac {

void PreferHugePages(void* data, std::size_t bytes) noexcept {
  // Those of x86-64, and of ARM64 with pages of 4 KiB. With others the call
  // fails, or asks for less than could be had.
  constexpr std::size_t kHugePage = std::size_t{2} << 20;
  if (data == nullptr ||
      std::align(kHugePage, kHugePage, data, bytes) == nullptr) {
    return;
  }
  static_cast<void>(madvise(data, bytes - bytes % kHugePage, MADV_HUGEPAGE));
}

}  // namespace corsac
