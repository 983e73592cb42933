// Origin lists: the files that `{ file = "…" }` names. One exact or wildcard
// origin a line; `#` at the beginning of a line or after a blank begins a
// comment; blank lines and blanks around an origin do not matter.
//
// Lists may have millions of lines, nearly all of them a plain origin and
// nothing else. Each line is parsed once, when the list is read; what is kept
// of it is one bit.
//
// Internal: not installed.
#ifndef CORSAC_COMPILER_MODEL_ORIGIN_LIST_H_
#define CORSAC_COMPILER_MODEL_ORIGIN_LIST_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "compiler/diagnostics/finding.h"
#include "compiler/source/source_set.h"

namespace corsac {

struct OriginListLine {
  std::string_view text;     // without blanks around and comment; not empty
  Span span;                 // of `text`
  std::uint32_t line = 0;    // from 1
  std::uint32_t column = 0;  // of `text`, from 1
  bool plain = false;        // IsPlainOrigin(text)
};

// The origin in one line of a list; empty if there is none.
std::string_view OriginInLine(std::string_view line);

// What is known of the lines of one list. Immutable once made. It does not hold
// the text: every function is given the file that the list was made of.
class OriginList {
 public:
  // Looks at every line. O(bytes of the list).
  explicit OriginList(const SourceFile& list);

  // How many lines have an origin in them.
  std::size_t size() const { return size_; }

  // Calls `visit(const OriginListLine&)` for each line with an origin in it,
  // until it returns false. `file` is the index of `list` in its SourceSet.
  template <class Visit>
  void ForEach(const SourceFile& list, std::uint32_t file, Visit visit) const {
    OriginListLine line;
    for (line.line = 1; line.line <= list.line_count(); ++line.line) {
      if (Fill(list, file, line) &&
          !visit(static_cast<const OriginListLine&>(line))) {
        return;
      }
    }
  }

  // The same for the lines whose origin is not plain.
  template <class Visit>
  void ForEachOdd(const SourceFile& list, std::uint32_t file,
                  Visit visit) const {
    OriginListLine line;
    for (line.line = 1; line.line <= list.line_count(); ++line.line) {
      if (whole_[line.line - 1] || !Fill(list, file, line) || line.plain) {
        continue;
      }
      if (!visit(static_cast<const OriginListLine&>(line))) return;
    }
  }

 private:
  // Fills in the rest of line `line.line`; false if no origin is in it.
  bool Fill(const SourceFile& list, std::uint32_t file,
            OriginListLine& line) const;

  // Line by line: whether it is a plain origin with nothing before or after.
  std::vector<bool> whole_;
  std::size_t size_ = 0;
};

}  // namespace corsac

#endif  // CORSAC_COMPILER_MODEL_ORIGIN_LIST_H_
