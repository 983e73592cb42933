// Lines and columns of many offsets. Entry: PlaceCursor::PlaceOf().
// Tested by tests/compiler/source_set_test.cc.
#include "compiler/source/place_cursor.h"

#include <limits>
#include <string_view>

#include "compiler/source/utf8.h"

namespace corsac {

std::uint32_t PlaceCursor::EndOf(std::uint32_t line) const {
  return line < file_.line_count() ? file_.LineStart(line + 1)
                                   : std::numeric_limits<std::uint32_t>::max();
}

LineColumn PlaceCursor::PlaceOf(std::uint32_t offset) {
  // Further lines than these are found sooner by a search.
  constexpr std::uint32_t kSteps = 8;
  const std::string_view text = file_.text();
  std::uint32_t line = place_.line;
  while (offset >= EndOf(line) && line < place_.line + kSteps) ++line;
  if (offset < offset_ || offset > text.size() || offset >= EndOf(line)) {
    place_ = file_.PlaceOf(offset);
    offset_ = offset;
    return place_;
  }
  if (line != place_.line) {
    place_ = {line, 1};
    offset_ = file_.LineStart(line);
  }
  for (; offset_ < offset; ++offset_) {
    if (!IsUtf8Continuation(text[offset_])) ++place_.column;
  }
  return place_;
}

}  // namespace corsac
