// A regex as RE2 has it, for the few that no automaton of ours is made of, and
// as the judge of those that one is made of.
//
// Internal: not installed.
#ifndef CORSAC_COMPILER_TABLE_RE2_PATTERN_H_
#define CORSAC_COMPILER_TABLE_RE2_PATTERN_H_

#include <cstddef>
#include <memory>
#include <string_view>

#include "compiler/origins/automata/dfa.h"

namespace corsac {

class Re2Pattern {
 public:
  // REQUIRES: RE2 accepts `pattern`.
  explicit Re2Pattern(std::string_view pattern);
  ~Re2Pattern();
  Re2Pattern(const Re2Pattern&) = delete;
  Re2Pattern& operator=(const Re2Pattern&) = delete;

  // Whether the whole of `text` matches. Takes a shared lock, and allocates
  // while RE2's own automaton grows, within kRegexMemory.
  bool Matches(std::string_view text) const noexcept;

  // An estimate: RE2 does not tell.
  std::size_t bytes() const;

 private:
  struct Impl;
  std::unique_ptr<const Impl> impl_;
};

// Whether `dfa` decides as RE2 does about texts that `dfa` accepts, and about
// texts that differ from those in a byte: some dozens of each, from walks over
// the automaton. The same texts every time. A last look, beside the tests: if a
// pattern is ever read in two ways, RE2's is the one that counts.
bool AgreesWithRe2(const Dfa& dfa, std::string_view pattern);

}  // namespace corsac

#endif  // CORSAC_COMPILER_TABLE_RE2_PATTERN_H_
