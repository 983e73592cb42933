// Thompson's construction, from the end of a pattern to its beginning: each
// part is given the state that follows it and returns the one it begins with.
// Entry: BuildNfa(). Tested by tests/compiler/automata/dfa_test.cc.
#include "compiler/origins/automata/nfa.h"

#include <algorithm>
#include <ranges>

namespace corsac::automata {
namespace {

using Kind = Nfa::State::Kind;
using StateId = std::uint32_t;

class Builder {
 public:
  Builder(const RegexTree& tree, std::size_t max_states)
      : tree_(tree), max_states_(max_states) {}

  std::optional<Nfa> Run() {
    nfa_.sets = tree_.sets;
    const StateId match = Add({});
    nfa_.start = Build(tree_.root, match);
    if (too_many_) return std::nullopt;
    return std::move(nfa_);
  }

 private:
  StateId Add(const Nfa::State& state) {
    if (nfa_.states.size() >= max_states_) {
      too_many_ = true;
      return 0;
    }
    nfa_.states.push_back(state);
    return static_cast<StateId>(nfa_.states.size() - 1);
  }

  StateId AddSplit(StateId next, StateId other) {
    Nfa::State state;
    state.kind = Kind::kSplit;
    state.next = next;
    state.other = other;
    return Add(state);
  }

  StateId Build(std::uint32_t id, StateId next) {
    if (too_many_) return 0;
    const RegexNode& node = tree_.nodes[id];
    switch (node.kind) {
      case RegexNode::Kind::kEmpty:
        return next;
      case RegexNode::Kind::kSymbol: {
        Nfa::State state;
        state.kind = Kind::kSymbol;
        state.set = node.set;
        state.next = next;
        return Add(state);
      }
      case RegexNode::Kind::kConcat: {
        StateId begin = next;
        for (const std::uint32_t child : std::views::reverse(node.children)) {
          begin = Build(child, begin);
        }
        return begin;
      }
      case RegexNode::Kind::kAlternate: {
        StateId begin = Build(node.children.back(), next);
        for (std::size_t i = node.children.size() - 1; i-- > 0;) {
          begin = AddSplit(Build(node.children[i], next), begin);
        }
        return begin;
      }
      case RegexNode::Kind::kRepeat:
        return BuildRepeat(node, next);
      case RegexNode::Kind::kGuard: {
        Nfa::State state;
        state.kind = Kind::kGuard;
        state.guard = node.guard;
        state.next = next;
        nfa_.has_boundaries |=
            node.guard == Guard::kBoundary || node.guard == Guard::kNotBoundary;
        return Add(state);
      }
    }
    return next;
  }

  StateId BuildRepeat(const RegexNode& node, StateId next) {
    const std::uint32_t child = node.children.front();
    StateId begin = next;
    std::uint32_t copies = node.min;
    if (node.max == RegexNode::kNoMax) {
      // The last copy may be taken again. The split is made first, so that the
      // copy can lead back to it.
      const StateId loop = AddSplit(0, next);
      const StateId again = Build(child, loop);
      if (too_many_) return 0;
      nfa_.states[loop].next = again;
      begin = copies == 0 ? loop : again;
      copies -= std::min<std::uint32_t>(copies, 1);
    } else {
      for (std::uint32_t i = node.min; i < node.max && !too_many_; ++i) {
        begin = AddSplit(Build(child, begin), next);
      }
    }
    for (std::uint32_t i = 0; i < copies && !too_many_; ++i) {
      const StateId copy = Build(child, begin);
      if (copy == begin) break;  // an empty child: none of its copies counts
      begin = copy;
    }
    return begin;
  }

  const RegexTree& tree_;
  const std::size_t max_states_;
  Nfa nfa_;
  bool too_many_ = false;
};

}  // namespace

std::optional<Nfa> BuildNfa(const RegexTree& tree, std::size_t max_states) {
  return Builder(tree, max_states).Run();
}

}  // namespace corsac::automata
