// Classes of symbols, and which states are alive.
// Tested by tests/compiler/automata/dfa_test.cc.
#include "compiler/origins/automata/automaton.h"

namespace corsac::automata {
namespace {

void Number(SymbolClasses* classes) {
  for (std::size_t id = 0; id < classes->members.size(); ++id) {
    classes->members[id].ForEach([&](unsigned symbol) {
      classes->class_of[symbol] = static_cast<std::uint8_t>(id);
    });
  }
}

}  // namespace

SymbolClasses ClassesOf(const std::vector<SymbolSet>& sets) {
  SymbolClasses classes;
  classes.members.push_back(SymbolSet::All());
  for (const SymbolSet& set : sets) {
    const std::size_t before = classes.members.size();
    for (std::size_t i = 0; i < before; ++i) {
      const SymbolSet inside = classes.members[i] & set;
      if (inside.empty() || inside == classes.members[i]) continue;
      const SymbolSet outside = classes.members[i] & set.Complement();
      classes.members[i] = inside;
      classes.members.push_back(outside);
    }
  }
  Number(&classes);
  return classes;
}

std::uint32_t Automaton::Walk(std::uint32_t state,
                              std::string_view text) const {
  for (const char c : text) {
    state = Step(state, static_cast<unsigned char>(c));
  }
  return state;
}

JointClasses Join(const SymbolClasses& a, const SymbolClasses& b) {
  JointClasses joint;
  for (std::size_t i = 0; i < a.count(); ++i) {
    for (std::size_t j = 0; j < b.count(); ++j) {
      const SymbolSet both = a.members[i] & b.members[j];
      if (both.empty()) continue;
      joint.classes.members.push_back(both);
      joint.in_a.push_back(static_cast<std::uint8_t>(i));
      joint.in_b.push_back(static_cast<std::uint8_t>(j));
    }
  }
  Number(&joint.classes);
  return joint;
}

std::vector<bool> LiveStates(const Automaton& automaton) {
  const std::size_t states = automaton.states();
  const std::size_t classes = automaton.classes.count();
  // Who leads to each state: counted, then filled in.
  std::vector<std::uint32_t> begin(states + 1, 0);
  for (const std::uint32_t to : automaton.next) ++begin[to + 1];
  for (std::size_t i = 0; i < states; ++i) begin[i + 1] += begin[i];
  std::vector<std::uint32_t> from(automaton.next.size());
  std::vector<std::uint32_t> fill(begin.begin(), begin.end() - 1);
  for (std::size_t edge = 0; edge < automaton.next.size(); ++edge) {
    from[fill[automaton.next[edge]]++] =
        static_cast<std::uint32_t>(edge / classes);
  }
  std::vector<bool> live = automaton.accepting;
  std::vector<std::uint32_t> queue;
  for (std::uint32_t state = 0; state < states; ++state) {
    if (live[state]) queue.push_back(state);
  }
  while (!queue.empty()) {
    const std::uint32_t state = queue.back();
    queue.pop_back();
    for (std::uint32_t i = begin[state]; i < begin[state + 1]; ++i) {
      if (live[from[i]]) continue;
      live[from[i]] = true;
      queue.push_back(from[i]);
    }
  }
  return live;
}

}  // namespace corsac::automata
