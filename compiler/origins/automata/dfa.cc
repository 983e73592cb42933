// An automaton, laid out for matching. Entry: Dfa::From().
// Tested by tests/compiler/automata/dfa_test.cc.
#include "compiler/origins/automata/dfa.h"

#include <algorithm>
#include <map>

#include "compiler/origins/automata/automaton.h"

namespace corsac {
namespace {

using automata::Automaton;
using automata::kFirstSymbol;
using automata::kLastSymbol;

// Classes that lead the same way from every state share a column. Column 0 is
// that of bytes that are no symbols: it leads to the dead state.
struct Columns {
  std::vector<std::uint32_t> of_class;       // [class] its column
  std::vector<std::uint32_t> classes = {0};  // [column] one of its classes

  explicit Columns(const Automaton& automaton) {
    const std::size_t count = automaton.classes.count();
    std::map<std::vector<std::uint32_t>, std::uint32_t> known;
    known.emplace(std::vector<std::uint32_t>(automaton.states(), 0), 0);
    for (std::uint32_t c = 0; c < count; ++c) {
      std::vector<std::uint32_t> column(automaton.states());
      for (std::size_t state = 0; state < column.size(); ++state) {
        column[state] = automaton.next[state * count + c];
      }
      const auto [place, added] = known.try_emplace(
          std::move(column), static_cast<std::uint32_t>(classes.size()));
      if (added) classes.push_back(c);
      of_class.push_back(place->second);
    }
  }
};

}  // namespace

std::optional<Dfa> Dfa::From(const Automaton& automaton,
                             std::size_t max_cells) {
  const Columns columns(automaton);
  const std::size_t width = columns.classes.size();
  if (automaton.states() * width > std::min(max_cells, kMaxCells)) {
    return std::nullopt;
  }
  // The dead state, those that refuse, those that accept.
  std::vector<std::uint32_t> order = {Automaton::kDead};
  for (const bool accepting : {false, true}) {
    for (std::uint32_t state = 1; state < automaton.states(); ++state) {
      if (automaton.accepting[state] == accepting) order.push_back(state);
    }
  }
  std::vector<std::uint16_t> row(automaton.states());
  for (std::size_t i = 0; i < order.size(); ++i) {
    row[order[i]] = static_cast<std::uint16_t>(i * width);
  }
  Dfa dfa;
  dfa.width_ = static_cast<std::uint32_t>(width);
  dfa.start_ = row[automaton.start];
  dfa.first_accepting_ = static_cast<std::uint32_t>(
      width *
      static_cast<std::size_t>(std::count(automaton.accepting.begin(),
                                          automaton.accepting.end(), false)));
  dfa.cells_.reserve(order.size() * width);
  for (const std::uint32_t state : order) {
    dfa.cells_.push_back(0);
    for (std::size_t column = 1; column < width; ++column) {
      dfa.cells_.push_back(
          row[automaton.next[state * automaton.classes.count() +
                             columns.classes[column]]]);
    }
  }
  for (unsigned symbol = kFirstSymbol; symbol <= kLastSymbol; ++symbol) {
    dfa.columns_[symbol] = static_cast<std::uint8_t>(
        columns.of_class[automaton.classes.class_of[symbol]]);
  }
  return dfa;
}

}  // namespace corsac
