// Edit distance over short words. Entry: Nearest().
// Tested by tests/compiler/origin_pattern_test.cc.
#include "compiler/origins/nearest.h"

#include <algorithm>
#include <array>

namespace corsac {
namespace {

constexpr std::size_t kMaxWordBytes = 64;

using Row = std::array<std::size_t, kMaxWordBytes + 1>;

}  // namespace

std::size_t EditDistance(std::string_view a, std::string_view b,
                         std::size_t limit) {
  const std::size_t difference =
      a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
  if (difference > limit || a.size() > kMaxWordBytes ||
      b.size() > kMaxWordBytes) {
    return limit + 1;
  }
  // Three rows of the usual table: two back (for swaps), one back, this one.
  Row before_last{};
  Row last{};
  Row row{};
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replace = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, replace});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before_last[j - 2] + 1);
      }
    }
    before_last = last;
    last = row;
  }
  return std::min(last[b.size()], limit + 1);
}

std::string_view Nearest(std::string_view word,
                         std::span<const std::string_view> known,
                         std::size_t limit) {
  std::string_view nearest;
  std::size_t best = limit + 1;
  for (const std::string_view candidate : known) {
    const std::size_t distance = EditDistance(word, candidate, limit);
    if (distance < best && distance < std::min(word.size(), candidate.size())) {
      best = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

}  // namespace corsac
