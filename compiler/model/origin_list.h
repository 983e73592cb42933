// Origin lists: the files that `{ file = "…" }` names. One exact or wildcard
// origin a line; `#` at the beginning of a line or after a blank begins a
// comment; blank lines and blanks around an origin do not matter.
//
// Lists may have millions of lines, so nothing is kept for a line: it is read
// where it stands, once by the lints and once when the Ir is made.
//
// Internal: not installed.
#ifndef CORSAC_COMPILER_MODEL_ORIGIN_LIST_H_
#define CORSAC_COMPILER_MODEL_ORIGIN_LIST_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "compiler/diagnostics/finding.h"
#include "compiler/source/source_set.h"

namespace corsac {

struct OriginListLine {
  std::string_view text;     // without blanks around and comment; not empty
  Span span;                 // of `text`
  std::uint32_t line = 0;    // from 1
  std::uint32_t column = 0;  // of `text`, from 1
};

// The origin in one line of a list; empty if there is none.
std::string_view OriginInLine(std::string_view line);

// Whether `text` is an exact web origin about which there is nothing to say, so
// that it need not be looked at closely. Does not allocate.
bool IsPlainOrigin(std::string_view text);

// Calls `visit(const OriginListLine&)` for each line with an origin in it,
// until it returns false. `file` is the index of `list` in its SourceSet.
// O(bytes of the list).
template <class Visit>
void ForEachOriginLine(const SourceFile& list, std::uint32_t file,
                       Visit visit) {
  const std::string_view text = list.text();
  OriginListLine line;
  for (std::size_t begin = 0; begin < text.size();) {
    std::size_t end = text.find('\n', begin);
    if (end == std::string_view::npos) end = text.size();
    ++line.line;
    line.text = OriginInLine(text.substr(begin, end - begin));
    if (!line.text.empty()) {
      const auto at = static_cast<std::size_t>(line.text.data() - text.data());
      line.span = Span{file, static_cast<std::uint32_t>(at),
                       static_cast<std::uint32_t>(at + line.text.size())};
      line.column = static_cast<std::uint32_t>(at - begin + 1);
      if (!visit(static_cast<const OriginListLine&>(line))) return;
    }
    begin = end + 1;
  }
}

}  // namespace corsac

#endif  // CORSAC_COMPILER_MODEL_ORIGIN_LIST_H_
