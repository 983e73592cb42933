// The search for the worst request before it is timed. corpus_test.cc checks
// what near misses are.
#include "bench/worst_origin.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <utility>

#include "compiler/check.h"
#include "compiler/limits.h"
#include "compiler/origins/origin.h"

namespace corsac::bench {
namespace {

constexpr std::string_view kScheme = "https://";
constexpr std::size_t kMaxLabelBytes = 63;

// How often an origin is looked up, and how often that is timed.
struct Effort {
  int lookups;
  int timings;
};
constexpr Effort kRough{4, 3};
constexpr Effort kFine{32, 9};
// So many of the roughly slowest are timed finely.
constexpr std::size_t kFinalists = 64;

bool IsRefused(const PolicyTable& table, std::uint32_t set,
               std::string_view text) {
  Origin origin;
  return ParseOrigin(text, &origin) == OriginError::kNone &&
         !table.FindOrigin(set, origin);
}

// The shortest time of a few: what interrupts only ever adds.
double TimeRefusal(const PolicyTable& table, std::uint32_t set,
                   std::string_view text, const Effort& effort) {
  using Clock = std::chrono::steady_clock;
  Clock::duration best = Clock::duration::max();
  for (int i = 0; i < effort.timings; ++i) {
    const Clock::time_point start = Clock::now();
    for (int j = 0; j < effort.lookups; ++j) {
      benchmark::DoNotOptimize(IsRefused(table, set, text));
    }
    best = std::min(best, Clock::now() - start);
  }
  return std::chrono::duration<double, std::nano>(best).count() /
         effort.lookups;
}

// The byte at `place` as often as its label has room for it.
std::string Stretched(std::string_view origin, std::size_t place) {
  const std::size_t begin = origin.find_last_of("./", place) + 1;
  const std::size_t end =
      std::min(origin.find_first_of(".:", place), origin.size());
  std::string longer(origin);
  if (end - begin < kMaxLabelBytes) {
    longer.insert(place, kMaxLabelBytes - (end - begin), origin[place]);
  }
  return longer;
}

}  // namespace

std::vector<std::string> NearMisses(std::string_view origin) {
  const std::string_view rest = origin.substr(kScheme.size());
  const std::string_view host = rest.substr(0, rest.find(':'));
  const std::string_view port = rest.substr(host.size());
  std::string longest(host);
  while (longest.size() + 2 < kMaxHostBytes) longest.insert(0, "a.");
  std::vector<std::string> found = {
      "http://" + std::string(rest), std::string(origin) + "x",
      std::string(kScheme) + std::string(host) + ":8443",
      std::string(kScheme) + std::string(kMaxLabelBytes, 'a') + "." +
          std::string(rest),
      std::string(kScheme) + longest + std::string(port)};
  for (std::size_t place = kScheme.size(); place < kScheme.size() + host.size();
       ++place) {
    for (const char c : {'_', '-', 'a', '0'}) {
      found.emplace_back(origin).insert(place, 1, c);
    }
    if (origin[place] == '.') continue;
    found.push_back(Stretched(origin, place));
    // The same, but wrong at the end of what was stretched.
    const std::size_t added = found.back().size() - origin.size();
    found.push_back(found.back());
    found.back()[place + added] = '_';
  }
  return found;
}

std::string WorstNearMiss(const PolicyTable& table, std::uint32_t set,
                          const std::vector<std::string>& allowed) {
  std::vector<std::pair<double, std::string>> slowest;
  for (const std::string& origin : allowed) {
    for (std::string& text : NearMisses(origin)) {
      if (!IsRefused(table, set, text)) continue;
      const double ns = TimeRefusal(table, set, text, kRough);
      slowest.emplace_back(ns, std::move(text));
    }
  }
  CORSAC_CHECK(!slowest.empty());
  const std::size_t finalists = std::min(kFinalists, slowest.size());
  std::ranges::partial_sort(
      slowest, slowest.begin() + static_cast<std::ptrdiff_t>(finalists),
      std::ranges::greater{});
  slowest.resize(finalists);
  for (auto& [ns, text] : slowest) ns = TimeRefusal(table, set, text, kFine);
  return std::ranges::max_element(slowest)->second;
}

}  // namespace corsac::bench
