// A tree of a pattern → an automaton of states and edges (Thompson's).
//
// Internal: not installed.
#ifndef CORSAC_COMPILER_ORIGINS_AUTOMATA_NFA_H_
#define CORSAC_COMPILER_ORIGINS_AUTOMATA_NFA_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "compiler/origins/automata/regex_parse.h"
#include "compiler/origins/automata/symbol_set.h"

namespace corsac::automata {

struct Nfa {
  struct State {
    enum class Kind : std::uint8_t {
      kSymbol,  // a byte of sets[set], then `next`
      kSplit,   // `next` or `other`, without a byte
      kGuard,   // `next`, without a byte, where `guard` holds
      kMatch,   // the text may end here
    };
    Kind kind = Kind::kMatch;
    Guard guard = Guard::kBegin;
    std::uint32_t next = 0;
    std::uint32_t other = 0;
    std::uint32_t set = 0;
  };

  std::vector<State> states;
  std::vector<SymbolSet> sets;
  std::uint32_t start = 0;
  bool has_boundaries = false;  // `\b` or `\B`
};

// Repeats are written out; nothing if that makes more than `max_states`.
// O(states), and O(nesting of groups) stack.
std::optional<Nfa> BuildNfa(const RegexTree& tree, std::size_t max_states);

}  // namespace corsac::automata

#endif  // CORSAC_COMPILER_ORIGINS_AUTOMATA_NFA_H_
