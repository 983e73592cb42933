// A pattern in RE2's syntax → a tree of what it means for origins.
//
// RE2 judges patterns; this reader only sees what RE2 has accepted, and reads
// it as table/regex_options.h has RE2 do: Latin-1, the flags of Perl, `^` and
// `$` at the ends of the text alone. (`(?m)` would let them stand beside line
// breaks, and `(?s)` let `.` match one; no origin has any, so both are read
// and have no effect.) Only bytes that an origin can hold are kept.
//
// Internal: not installed.
#ifndef CORSAC_COMPILER_ORIGINS_AUTOMATA_REGEX_PARSE_H_
#define CORSAC_COMPILER_ORIGINS_AUTOMATA_REGEX_PARSE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/origins/automata/symbol_set.h"

namespace corsac::automata {

// What has to be true at a place between two bytes.
enum class Guard : std::uint8_t {
  kBegin,        // `^`, `\A`
  kEnd,          // `$`, `\z`
  kBoundary,     // `\b`
  kNotBoundary,  // `\B`
};

struct RegexNode {
  enum class Kind : std::uint8_t {
    kEmpty,      // the empty text
    kSymbol,     // one byte of sets[set], which may be empty
    kConcat,     // children, one after the other
    kAlternate,  // one of the children
    kRepeat,     // the one child, `min` to `max` times
    kGuard,      // the empty text, where `guard` holds
  };
  static constexpr std::uint32_t kNoMax = 0xFFFF'FFFF;

  Kind kind = Kind::kEmpty;
  Guard guard = Guard::kBegin;
  std::uint32_t set = 0;
  std::uint32_t min = 0;
  std::uint32_t max = 0;
  std::vector<std::uint32_t> children;  // indexes into RegexTree::nodes
};

struct RegexTree {
  std::vector<RegexNode> nodes;
  std::vector<SymbolSet> sets;  // distinct
  std::uint32_t root = 0;
};

// Depth to which groups may nest here; RE2 takes 1,000.
inline constexpr std::size_t kMaxRegexDepth = 500;

// Classes such as `\p{Greek}` that one pattern may ask RE2 about.
inline constexpr std::size_t kMaxAskedClasses = 16;

// Reads `pattern`, which RE2 accepts. Nothing, and why in `*reason`, if it
// holds what is not read here: too deep a nesting, too many Unicode classes,
// or both cases of a letter beside one of them among alternatives, which RE2
// of 2022 merges wrongly (`[a-c]|(?i)A` does not match `A`) so that only RE2
// itself can say what it does. O(pattern), and O(nesting) stack.
std::optional<RegexTree> ParseRegex(std::string_view pattern,
                                    std::string* reason);

}  // namespace corsac::automata

#endif  // CORSAC_COMPILER_ORIGINS_AUTOMATA_REGEX_PARSE_H_
