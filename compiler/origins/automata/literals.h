// Texts that every match of a pattern has in common.
//
// Internal: not installed.
#ifndef CORSAC_COMPILER_ORIGINS_AUTOMATA_LITERALS_H_
#define CORSAC_COMPILER_ORIGINS_AUTOMATA_LITERALS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/limits.h"
#include "compiler/origins/automata/nfa.h"
#include "compiler/origins/automata/product.h"
#include "compiler/origins/automata/work.h"

namespace corsac::automata {

// Bytes of a literal that are looked for: longer ones tell no more apart.
inline constexpr std::size_t kMaxLiteralBytes = 64;

// What is true of every origin that a pattern matches.
struct Literals {
  std::string prefix;       // the origin begins with it
  std::string host_suffix;  // its host (no port) ends with it
  std::size_t min_size = 0;
  std::size_t max_size = kMaxOriginBytes;
};

// An automaton, deterministic or not, of origins: its nodes are reached from
// node 0 and lead to acceptance.
struct LiteralGraph {
  struct Node {
    bool accepts = false;
    bool host_begins = false;
    bool host_ends = false;
  };
  struct Edge {
    std::uint32_t from = 0;
    std::uint32_t to = 0;
    std::uint8_t symbol = 0;  // 0: one of several
  };
  std::vector<Node> nodes;
  std::vector<Edge> edges;
};

// REQUIRES: `product` accepts something.
LiteralGraph GraphOf(const Product& product);

// The same without a deterministic automaton: guards are taken to hold
// everywhere, so that it may accept more than the pattern. Nothing past
// `max_nodes` or when `*work` is used up; an empty graph if it accepts nothing.
std::optional<LiteralGraph> GraphOf(const Nfa& nfa, std::size_t max_nodes,
                                    Work* work);

// When `*work` is used up, what is known by then, which still is true.
Literals FindLiterals(const LiteralGraph& graph, Work* work);

}  // namespace corsac::automata

#endif  // CORSAC_COMPILER_ORIGINS_AUTOMATA_LITERALS_H_
