// An automaton of states that are sets of states of another, and the smallest
// that accepts the same texts.
//
// Internal: not installed.
#ifndef CORSAC_COMPILER_ORIGINS_AUTOMATA_DETERMINIZE_H_
#define CORSAC_COMPILER_ORIGINS_AUTOMATA_DETERMINIZE_H_

#include <cstddef>
#include <optional>

#include "compiler/origins/automata/automaton.h"
#include "compiler/origins/automata/nfa.h"
#include "compiler/origins/automata/work.h"

namespace corsac::automata {

// Exact, guards included: what `^`, `$`, `\b` and `\B` need to know of the byte
// before is part of a state, what they need of the byte after is looked at when
// it comes. Nothing past `max_states` or when `*work` is used up.
std::optional<Automaton> Determinize(const Nfa& nfa, std::size_t max_states,
                                     Work* work);

// The smallest automaton that accepts the same, its states numbered in the
// order in which a breadth-first walk meets them, so that equal languages over
// equal classes give equal automata. Hopcroft's algorithm, O(edges · log
// states); nothing when `*work` is used up.
std::optional<Automaton> Minimize(const Automaton& automaton, Work* work);

}  // namespace corsac::automata

#endif  // CORSAC_COMPILER_ORIGINS_AUTOMATA_DETERMINIZE_H_
