// What a pattern matches among origins, as an automaton.
//
// Internal: not installed.
#ifndef CORSAC_COMPILER_ORIGINS_AUTOMATA_PRODUCT_H_
#define CORSAC_COMPILER_ORIGINS_AUTOMATA_PRODUCT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "compiler/origins/automata/automaton.h"
#include "compiler/origins/automata/work.h"

namespace corsac::automata {

// Every state but the dead one is reached from the start and leads to
// acceptance. If nothing is accepted, the start is the dead state.
struct Product {
  Automaton automaton;
  std::vector<std::uint32_t> shape;  // [state] the state of OriginShape
};

// The texts that `automaton` and GetOriginShape() both accept. `automaton` is
// minimal, so that its dead state is 0 alone. Nothing past `max_states` or when
// `*work` is used up.
std::optional<Product> WithinOrigins(const Automaton& automaton,
                                     std::size_t max_states, Work* work);

// Whether `a` from `state_a` accepts the same texts as `b` from `state_b`;
// false too when `*work` is used up.
bool SameLanguage(const Automaton& a, std::uint32_t state_a, const Automaton& b,
                  std::uint32_t state_b, Work* work);

}  // namespace corsac::automata

#endif  // CORSAC_COMPILER_ORIGINS_AUTOMATA_PRODUCT_H_
