// Asks the kernel about other processes. Tested by http_load_test.cc.
#include "bench/http/process_usage.h"

#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <fstream>
#include <string>

namespace corsac::bench {

std::chrono::nanoseconds CpuTime(const std::vector<int>& processes) {
  std::chrono::nanoseconds sum{0};
  for (const int process : processes) {
    clockid_t clock{};
    timespec used{};
    if (clock_getcpuclockid(process, &clock) == 0 &&
        clock_gettime(clock, &used) == 0) {
      sum += std::chrono::seconds(used.tv_sec) +
             std::chrono::nanoseconds(used.tv_nsec);
    }
  }
  return sum;
}

std::uint64_t ResidentBytes(const std::vector<int>& processes) {
  std::uint64_t most = 0;
  const auto page = static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  for (const int process : processes) {
    std::ifstream file("/proc/" + std::to_string(process) + "/statm");
    std::uint64_t size = 0;
    std::uint64_t resident = 0;
    if (file >> size >> resident) most = std::max(most, resident * page);
  }
  return most;
}

}  // namespace corsac::bench
