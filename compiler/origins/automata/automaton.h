// A deterministic automaton over the symbols of origins, as it is worked with
// while a pattern is analysed. What is kept for matching is a Dfa
// (compiler/origins/automata/dfa.h).
//
// Internal: not installed.
#ifndef CORSAC_COMPILER_ORIGINS_AUTOMATA_AUTOMATON_H_
#define CORSAC_COMPILER_ORIGINS_AUTOMATA_AUTOMATON_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "compiler/origins/automata/symbol_set.h"

namespace corsac::automata {

// Symbols that nothing tells apart are one class.
struct SymbolClasses {
  std::vector<SymbolSet> members;  // not empty, disjoint, together All()
  std::array<std::uint8_t, kSymbolEnd> class_of{};  // of each symbol

  std::size_t count() const { return members.size(); }
};

// The coarsest classes that each of `sets` is a union of.
SymbolClasses ClassesOf(const std::vector<SymbolSet>& sets);

// Every state has an edge for every class. State 0 is dead: nothing is
// accepted from it.
struct Automaton {
  static constexpr std::uint32_t kDead = 0;

  SymbolClasses classes;
  std::vector<std::uint32_t> next;  // [state * classes.count() + class]
  std::vector<bool> accepting;      // [state]
  std::uint32_t start = kDead;

  std::size_t states() const { return accepting.size(); }
  // REQUIRES: `symbol` is one.
  std::uint32_t Step(std::uint32_t state, unsigned symbol) const {
    return next[state * classes.count() + classes.class_of[symbol]];
  }
  // The state after `text`, all of it symbols.
  std::uint32_t Walk(std::uint32_t state, std::string_view text) const;
};

// The classes of `a` split by those of `b`, and which those are.
struct JointClasses {
  SymbolClasses classes;
  std::vector<std::uint8_t> in_a;  // [class] the class of `a` that it is in
  std::vector<std::uint8_t> in_b;
};
JointClasses Join(const SymbolClasses& a, const SymbolClasses& b);

// Whether each state of `automaton` can still lead to one that accepts.
// O(edges).
std::vector<bool> LiveStates(const Automaton& automaton);

}  // namespace corsac::automata

#endif  // CORSAC_COMPILER_ORIGINS_AUTOMATA_AUTOMATON_H_
