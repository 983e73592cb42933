// "Did you mean": the known word that is closest to what was written.
#ifndef CORSAC_COMPILER_ORIGINS_NEAREST_H_
#define CORSAC_COMPILER_ORIGINS_NEAREST_H_

#include <cstddef>
#include <span>
#include <string_view>

namespace corsac {

// Edits (one byte inserted, removed or replaced, or two neighbours swapped)
// that turn `a` into `b`, or `limit + 1` when it takes more than `limit`.
// Words longer than 64 bytes are never close to anything.
std::size_t EditDistance(std::string_view a, std::string_view b,
                         std::size_t limit);

// The first of the closest `known` words within `limit` edits of `word`; empty
// when none is. A word must share something with what it stands for, so that
// fewer edits than the shorter of the two has bytes are allowed.
std::string_view Nearest(std::string_view word,
                         std::span<const std::string_view> known,
                         std::size_t limit = 2);

}  // namespace corsac

#endif  // CORSAC_COMPILER_ORIGINS_NEAREST_H_
