// What other processes use, as the kernel counts it.
#ifndef CORSAC_BENCH_HTTP_PROCESS_USAGE_H_
#define CORSAC_BENCH_HTTP_PROCESS_USAGE_H_

#include <chrono>
#include <cstdint>
#include <vector>

namespace corsac::bench {

// Processor time of the processes, in user space and in the kernel, of all of
// their threads, also of those that have ended. Exact to the nanosecond, unlike
// /proc/PID/stat. Processes that are gone count as 0.
std::chrono::nanoseconds CpuTime(const std::vector<int>& processes);

// Bytes of the largest of the processes that are in memory. A process that
// only watches over another shares most of its memory with it, so that a sum
// would count that twice.
std::uint64_t ResidentBytes(const std::vector<int>& processes);

}  // namespace corsac::bench

#endif  // CORSAC_BENCH_HTTP_PROCESS_USAGE_H_
