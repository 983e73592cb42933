// A place in a rule source, packed into as few bits as the places of one source
// need: a million origins in one list need 3 bytes each.
//
// Internal: not installed.
#ifndef CORSAC_COMPILER_TABLE_PACKED_PLACE_H_
#define CORSAC_COMPILER_TABLE_PACKED_PLACE_H_

#include <algorithm>
#include <bit>
#include <cstdint>

#include "compiler/model/ir.h"

namespace corsac {

// Packs places so that packed numbers are in the order of file, line, column.
// A value; any number of threads may use one.
class PlacePacking {
 public:
  // Makes sure that `place` fits. Call for every place before the first Pack().
  void Cover(const IrPlace& place) {
    max_.file = std::max(max_.file, place.file);
    max_.line = std::max(max_.line, place.line);
    max_.column = std::max(max_.column, ColumnOf(place));
  }

  // The largest number that Pack() may give.
  std::uint64_t max() const { return Pack(max_); }

  // Files have at most 14 bits and lines 28 (compiler/limits.h). Columns are
  // cut off at 16, which no rule file passes, so 64 are enough.
  std::uint64_t Pack(const IrPlace& place) const {
    return (std::uint64_t{place.file} << line_bits() | place.line)
               << column_bits() |
           ColumnOf(place);
  }

  IrPlace Unpack(std::uint64_t packed) const {
    const auto low = [](std::uint64_t value, unsigned bits) {
      return static_cast<std::uint32_t>(value &
                                        ((std::uint64_t{1} << bits) - 1));
    };
    return {static_cast<std::uint32_t>(packed >> line_bits() >> column_bits()),
            low(packed >> column_bits(), line_bits()),
            low(packed, column_bits())};
  }

 private:
  static std::uint32_t ColumnOf(const IrPlace& place) {
    return std::min(place.column, 0xFFFFU);
  }
  unsigned line_bits() const {
    return static_cast<unsigned>(std::bit_width(max_.line));
  }
  unsigned column_bits() const {
    return static_cast<unsigned>(std::bit_width(max_.column));
  }

  IrPlace max_;
};

}  // namespace corsac

#endif  // CORSAC_COMPILER_TABLE_PACKED_PLACE_H_
