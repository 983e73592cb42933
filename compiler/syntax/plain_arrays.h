// Long lists of origins in a rule file, read without the TOML library.
//
// The library makes a node of every entry, at a hundred bytes and several
// hundred nanoseconds each. Most entries of a long list are plain origins, of
// which nothing need be kept but the place. So the first look over the text
// collects them, and the library is shown the text without them.
//
// An entry is taken together with the comma after it, at a place where an entry
// may begin: what is left is a list that is well formed if and only if the
// whole was. Line ends and comments between two such entries go too.
//
// Internal: not installed.
#ifndef CORSAC_COMPILER_SYNTAX_PLAIN_ARRAYS_H_
#define CORSAC_COMPILER_SYNTAX_PLAIN_ARRAYS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/syntax/ast.h"

namespace corsac {

// Fewer plain entries than these in a list, and it is read like any other.
inline constexpr std::size_t kLongList = 1'000;

// The plain entries of one list.
struct PlainArray {
  std::uint32_t begin = 0;  // of its `[`
  std::vector<AstPlainOrigin> origins;
};

// Bytes [begin, end) that the library is not shown.
struct TextCut {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

// All in the order of the text.
struct PlainArrays {
  std::vector<PlainArray> arrays;
  std::vector<TextCut> cuts;
};

// Reads plain entries, at most `max`, from `at` on, where an entry may begin;
// appends them to `origins` and to `cuts` what to cut with them. Returns where
// the next entry may begin, `at` if nothing was read.
// REQUIRES: `text` is UTF-8.
std::uint32_t ReadPlainOrigins(std::string_view text, std::uint32_t at,
                               std::size_t max,
                               std::vector<AstPlainOrigin>& origins,
                               std::vector<TextCut>& cuts);

// A text without `cuts`, and where in the whole its bytes stand.
class CutText {
 public:
  CutText(std::string_view text, const std::vector<TextCut>& cuts);

  std::string TakeText() { return std::move(text_); }

  // Where byte `offset` of the text that is left stands in the whole. For the
  // end of the text, the end of the whole.
  std::uint32_t WholeOffset(std::uint32_t offset) const;

 private:
  struct Shift {
    std::uint32_t from = 0;  // in the text that is left
    std::uint32_t by = 0;    // bytes that were cut before it
  };

  std::string text_;
  std::vector<Shift> shifts_;
};

}  // namespace corsac

#endif  // CORSAC_COMPILER_SYNTAX_PLAIN_ARRAYS_H_
