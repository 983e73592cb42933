// Looks for the origin that costs most to refuse.
#ifndef CORSAC_BENCH_WORST_ORIGIN_H_
#define CORSAC_BENCH_WORST_ORIGIN_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/table/policy_table.h"

namespace corsac::bench {

// Origins that differ from `origin` in one place of its host, its scheme or its
// port, or have a label or a whole host before it as long as the grammar lets
// it be. Some may be malformed, and some may be allowed as well.
// REQUIRES: `origin` begins with "https://".
std::vector<std::string> NearMisses(std::string_view origin);

// Of the near misses of all origins of `allowed`, the one that ParseOrigin()
// and the lookup in origin set `set` take longest to refuse. Takes some
// microseconds for each near miss. REQUIRES: there is one.
std::string WorstNearMiss(const PolicyTable& table, std::uint32_t set,
                          const std::vector<std::string>& allowed);

}  // namespace corsac::bench

#endif  // CORSAC_BENCH_WORST_ORIGIN_H_
