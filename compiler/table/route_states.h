// The trie of the patterns made deterministic: what a RouteTrie is written
// from.
//
// A walk through the trie may have to go back: at a node with a literal child
// and one for `{name}` the more specific is tried first, and when nothing below
// it matches the other one is. A state therefore stands for all nodes that a
// path may have led to, the most specific first, with the `{name...}` routes
// passed on the way in between and at the end. From a state one segment leads
// to one other state, so a lookup never goes back.
//
// What comes in a list after something that would have matched just as well is
// left out: after a `{name...}` that takes every method, and a node after
// another one below which the same paths match (RouteNodes::AreAlike).
// Patterns can nevertheless be written whose states would be 2^depth times as
// many as their nodes. When a tree has used up its allowance, or a list would
// merge more than kMaxMergedEdges edges, its state becomes a choice: the
// alternatives are tried one after the other, each by states of its own.
//
// Not thread-safe. Lives while a table is built.
//
// Internal: not installed.
#ifndef CORSAC_COMPILER_TABLE_ROUTE_STATES_H_
#define CORSAC_COMPILER_TABLE_ROUTE_STATES_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "compiler/table/route_nodes.h"
#include "compiler/table/route_numbers.h"

namespace corsac {

// Where a step of a lookup leads: to a state, or to the routes that it ends
// with, the most specific first.
class RouteRef {
 public:
  static constexpr std::uint32_t kMaxIndex = 0x3FFF'FFFF;

  constexpr RouteRef() = default;  // no route
  static constexpr RouteRef FromWord(std::uint32_t word) {
    return RouteRef(word);
  }
  static RouteRef State(std::size_t index) { return Make(0, index); }
  // A cell of a list: a route for one method, then another RouteRef.
  static RouteRef Cell(std::size_t index) { return Make(1, index); }
  // A route for every method.
  static RouteRef Route(std::size_t index) { return Make(2, index); }

  constexpr bool is_none() const { return word_ == 0xFFFF'FFFF; }
  constexpr bool is_state() const { return word_ <= kMaxIndex; }
  constexpr bool is_cell() const { return word_ >> 30 == 1; }
  constexpr std::uint32_t index() const { return word_ & kMaxIndex; }
  constexpr std::uint32_t word() const { return word_; }

  friend constexpr bool operator==(RouteRef, RouteRef) = default;

 private:
  explicit constexpr RouteRef(std::uint32_t word) : word_(word) {}
  static RouteRef Make(std::uint32_t kind, std::size_t index);

  std::uint32_t word_ = 0xFFFF'FFFF;
};

// A route for one method, and what to try for others.
struct RouteCell {
  std::uint32_t route = 0;
  std::uint32_t method = 0;  // index into RouteNodes::methods()
  RouteRef next;             // never a state
};

class RouteStates {
 public:
  static constexpr std::size_t kMaxMergedEdges = 64;
  static constexpr std::uint32_t kNone = RouteNodes::kNone;

  struct Edge {
    std::uint32_t label = kNone;
    std::uint32_t target = kNone;  // a state
  };
  struct Alternative {
    RouteRef ref;                 // a state that is no choice, or routes
    std::uint32_t shape = kNone;  // of the node, for a state
  };
  struct State {
    bool is_choice = false;
    // The literal that leads here from whatever state, or kNone.
    std::uint32_t label = kNone;
    // Edges, or of a choice its alternatives.
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    RouteRef at_end;  // when no segment is left; routes
    RouteRef dead;    // when the path cannot match further; routes
    RouteRef other;   // on a segment without an edge that is not empty
  };
  struct Root {
    IrHost host;
    std::uint32_t state = kNone;  // not a choice
  };

  // A tree of n nodes may have `states_per_node` times n states, and a few,
  // besides those for one node each.
  RouteStates(RouteNodes* nodes, std::size_t states_per_node);

  const std::vector<State>& states() const { return states_; }
  const std::vector<Root>& roots() const { return roots_; }
  std::span<const Edge> EdgesOf(const State& state) const {
    return std::span(edges_).subspan(state.begin, state.end - state.begin);
  }
  std::span<const Alternative> AlternativesOf(const State& state) const {
    return std::span(alternatives_)
        .subspan(state.begin, state.end - state.begin);
  }
  std::vector<RouteCell> Cells() const;

 private:
  // What a state stands for: items, then `tail`. An item is a node, or with
  // kRest set the `{name...}` routes of one.
  static constexpr std::uint32_t kRest = 0x8000'0000;
  struct List {
    std::vector<std::uint32_t> items;
    RouteRef tail;  // routes
  };
  // A literal edge out of one of the nodes of a list.
  struct Step {
    std::uint32_t label = kNone;
    std::uint32_t item = 0;
    std::uint32_t child = kNone;
  };

  RouteRef StateFor(List* list);
  std::uint32_t SingleState(std::uint32_t node);
  void Simplify(List* list);
  bool MayExpand(const List& list);
  void MakeChoice(std::uint32_t state, const List& list);
  void Expand(std::uint32_t state);
  void ExpandEdges(std::uint32_t state);
  // What `label` leads to; `steps` are those of that label.
  RouteRef Target(std::span<const Step> steps, std::uint32_t label);
  RouteRef EndOf(const List& list);
  RouteRef Prepend(std::uint32_t first_leaf, RouteRef tail);
  std::uint32_t AddState();

  RouteNodes& nodes_;
  std::vector<State> states_;
  std::vector<Edge> edges_;
  std::vector<Alternative> alternatives_;
  std::vector<Root> roots_;
  SequenceNumbers cells_;  // (route, method, next)

  std::vector<std::uint32_t> single_states_;  // by node; list of it alone
  SequenceNumbers lists_;                     // items and tail
  std::vector<std::uint32_t> list_states_;
  // What is still to be expanded: state and list (a node, or a number).
  struct Pending {
    std::uint32_t state;
    std::uint32_t list;
    bool is_single;
  };
  std::vector<Pending> pending_;

  std::size_t allowed_states_ = 0;
  std::size_t allowed_work_ = 0;

  // Scratch.
  List list_;             // that is being expanded
  RouteRef list_ending_;  // the `{name...}` of its last node, and its tail
  List next_;
  std::vector<Step> steps_;
  std::vector<std::uint32_t> key_;
  std::vector<std::uint32_t> prepended_;
};

}  // namespace corsac

#endif  // CORSAC_COMPILER_TABLE_ROUTE_STATES_H_
