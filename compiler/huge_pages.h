// Large pages for large blocks of memory.
#ifndef CORSAC_COMPILER_HUGE_PAGES_H_
#define CORSAC_COMPILER_HUGE_PAGES_H_

#include <cstddef>

namespace corsac {

// Asks the system to back bytes [data, data + bytes) with large pages, best
// before they are first written: tens of millions of bytes are then not faulted
// in 4 KiB at a time, and what reads them here and there finds their addresses
// sooner. Only whole large pages inside the block are asked for, so that a
// small one costs nothing. A hint: where the system has none to give, nothing
// changes. Thread-safe.
void PreferHugePages(void* data, std::size_t bytes) noexcept;

}  // namespace corsac

#endif  // CORSAC_COMPILER_HUGE_PAGES_H_
