// The hash map that lookups are compared with: exact origins, as an engineer
// who looks for speed would keep them with nothing but the standard library.
#ifndef CORSAC_BENCH_ORIGIN_MAP_H_
#define CORSAC_BENCH_ORIGIN_MAP_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace corsac::bench {

// Lets a map of strings be asked for a view without making a string of it.
struct ViewHash {
  using is_transparent = void;  // NOLINT(readability-identifier-naming)
  std::size_t operator()(std::string_view text) const noexcept {
    return std::hash<std::string_view>()(text);
  }
};

using OriginMap =
    std::unordered_map<std::string, std::uint32_t, ViewHash, std::equal_to<>>;

}  // namespace corsac::bench

#endif  // CORSAC_BENCH_ORIGIN_MAP_H_
