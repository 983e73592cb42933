// Lines and columns of many offsets, one after the other.
//
// Internal: not installed.
#ifndef CORSAC_COMPILER_SOURCE_PLACE_CURSOR_H_
#define CORSAC_COMPILER_SOURCE_PLACE_CURSOR_H_

#include <cstdint>

#include "compiler/source/source_set.h"

namespace corsac {

// Says what SourceFile::PlaceOf() says, for offsets asked for in file order
// mostly: the last place is kept, and to go on from there costs the distance
// rather than a search and the length of the line. Not thread-safe; refers to
// the file.
class PlaceCursor {
 public:
  explicit PlaceCursor(const SourceFile& file) : file_(file) {}

  LineColumn PlaceOf(std::uint32_t offset);

 private:
  // Where line `line` ends: the next one begins, or the text ends for good.
  std::uint32_t EndOf(std::uint32_t line) const;

  const SourceFile& file_;
  std::uint32_t offset_ = 0;
  LineColumn place_;
};

}  // namespace corsac

#endif  // CORSAC_COMPILER_SOURCE_PLACE_CURSOR_H_
