// A value as an author wrote it: its bytes, and where in the source each of
// them stands, so that a finding can point inside a string and a fix can
// replace what is between the quotes.
#ifndef CORSAC_COMPILER_ORIGINS_WRITTEN_TEXT_H_
#define CORSAC_COMPILER_ORIGINS_WRITTEN_TEXT_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "compiler/diagnostics/finding.h"
#include "compiler/source/source_set.h"

namespace corsac {

// A view: what `value` refers to must outlive it. Immutable.
class WrittenText {
 public:
  // A value that stands in the source as it is, such as a line of an origin
  // list.
  WrittenText(std::string_view value, Span span);

  // The value of a TOML string whose text, quotes included, is at `span`. When
  // the string has escapes, its bytes cannot be told apart in the source, and
  // Sub() gives the whole.
  static WrittenText OfTomlString(const SourceSet& sources,
                                  std::string_view value, Span span);

  std::string_view value() const { return value_; }

  // The whole, quotes included.
  Span span() const { return span_; }

  // Whether it is a TOML string rather than a line of a list.
  bool quoted() const { return quoted_; }

  // Where bytes [begin, end) of the value stand.
  Span Sub(std::size_t begin, std::size_t end) const;

  // The edit that makes the value `text`.
  FixIt ReplaceBy(std::string_view text) const;

 private:
  std::string_view value_;
  Span span_;
  Span inner_;         // the value's bytes, if `exact_`
  bool exact_ = true;  // the value stands in the source byte for byte
  bool quoted_ = false;
};

// `text` in back quotes for use in a message: control bytes and back quotes
// escaped, and cut short when it is very long.
std::string Quoted(std::string_view text);

// `text` as a TOML string: literal if it can be, otherwise basic.
std::string TomlString(std::string_view text);

}  // namespace corsac

#endif  // CORSAC_COMPILER_ORIGINS_WRITTEN_TEXT_H_
