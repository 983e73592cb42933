// The endings of a host that begin after a dot, counted in labels.
//
// Internal: not installed.
#ifndef CORSAC_COMPILER_TABLE_HOST_SUFFIXES_H_
#define CORSAC_COMPILER_TABLE_HOST_SUFFIXES_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace corsac {

// The labels of "example.com": 2.
inline std::size_t CountLabels(std::string_view host) noexcept {
  return static_cast<std::size_t>(std::count(host.begin(), host.end(), '.')) +
         1;
}

// A bit for each number of labels; 63 and more share one.
inline std::uint64_t BitOfLabels(std::size_t labels) noexcept {
  return std::uint64_t{1} << std::min<std::size_t>(labels, 63);
}

// Calls `visit(suffix)` for what follows each dot of `host`, from the right, if
// the bit of its labels is in `label_counts`. O(host.size()).
template <class Visit>
void ForEachSuffix(std::string_view host, std::uint64_t label_counts,
                   const Visit& visit) noexcept {
  std::size_t labels = 0;
  for (std::size_t begin = host.size(); begin > 0; --begin) {
    if (host[begin - 1] != '.') continue;
    const std::uint64_t bit = BitOfLabels(++labels);
    if ((label_counts & bit) != 0) visit(host.substr(begin));
    if (bit > label_counts) return;  // nothing that is looked for is so long
  }
}

}  // namespace corsac

#endif  // CORSAC_COMPILER_TABLE_HOST_SUFFIXES_H_
