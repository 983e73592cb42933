// How often this program has asked for memory: `corsac bench` shows what a
// decision asks for (nothing, regexes aside).
#ifndef CORSAC_COMPILER_CLI_ALLOCATION_COUNT_H_
#define CORSAC_COMPILER_CLI_ALLOCATION_COUNT_H_

#include <cstdint>
#include <optional>

namespace corsac::cli {

// Calls of `operator new` by this thread so far. Nothing in builds with a
// sanitizer, which has an `operator new` of its own.
std::optional<std::uint64_t> AllocationCount();

}  // namespace corsac::cli

#endif  // CORSAC_COMPILER_CLI_ALLOCATION_COUNT_H_
