// The smallest parts of a pattern: escapes, classes and repeat counts, read as
// RE2 reads them. compiler/origins/automata/regex_parse.h puts them together.
//
// Internal: not installed.
#ifndef CORSAC_COMPILER_ORIGINS_AUTOMATA_REGEX_READER_H_
#define CORSAC_COMPILER_ORIGINS_AUTOMATA_REGEX_READER_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "compiler/origins/automata/symbol_set.h"

namespace corsac::automata {

// A place in a pattern that moves forward. Whatever returns an optional or a
// bool says with it whether that could be read; the place is then lost.
class RegexReader {
 public:
  explicit RegexReader(std::string_view pattern) : pattern_(pattern) {}

  bool done() const { return at_ >= pattern_.size(); }
  // REQUIRES: !done(), as for Next().
  char peek() const { return pattern_[at_]; }
  char Next() { return pattern_[at_++]; }
  // Steps over `text` if it comes next.
  bool Skip(std::string_view text);

  // What follows a backslash and stands for one byte.
  std::optional<unsigned> Escape();

  // What follows a backslash and stands for a class: `d`, `W`, `pL`, `P{Lu}`.
  // Nothing, with the place unmoved, if it does not; failed() if it does but
  // cannot be told.
  std::optional<SymbolSet> ClassEscape(bool fold_case);

  // A class, from after its `[` to after its `]`.
  std::optional<SymbolSet> Class(bool fold_case);

  // `{n}`, `{n,}` or `{n,m}` from after its `{`; nothing, with the place
  // unmoved, if that is no repeat and the `{` therefore is a literal.
  struct Repeat {
    std::uint32_t min = 0;
    std::uint32_t max = 0;  // RegexNode::kNoMax without a bound
  };
  std::optional<Repeat> RepeatCount();

  bool failed() const { return failed_; }

 private:
  std::optional<unsigned> HexEscape();
  std::optional<std::uint32_t> Integer();
  std::optional<SymbolSet> Asked(std::string_view atom, bool fold_case);
  std::optional<SymbolSet> NamedClass(bool fold_case);
  std::optional<unsigned> ClassByte();

  std::string_view pattern_;
  std::size_t at_ = 0;
  bool failed_ = false;
  std::map<std::pair<std::string, bool>, SymbolSet> asked_;
};

}  // namespace corsac::automata

#endif  // CORSAC_COMPILER_ORIGINS_AUTOMATA_REGEX_READER_H_
