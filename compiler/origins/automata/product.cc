// Two automata walked in step.
// Tested by tests/compiler/automata/dfa_test.cc.
#include "compiler/origins/automata/product.h"

#include <unordered_set>
#include <utility>

#include "compiler/origins/automata/origin_shape.h"

namespace corsac::automata {
namespace {

std::uint64_t PairKey(std::uint32_t a, std::uint32_t b) {
  return (std::uint64_t{a} << 32U) | b;
}

// Without the states that lead nowhere.
Product Trim(const Product& product) {
  const Automaton& whole = product.automaton;
  const std::vector<bool> live = LiveStates(whole);
  Product trimmed;
  trimmed.automaton.classes = whole.classes;
  std::vector<std::uint32_t> id(whole.states(), Automaton::kDead);
  std::uint32_t count = 1;
  for (std::uint32_t state = 1; state < whole.states(); ++state) {
    if (live[state]) id[state] = count++;
  }
  const std::size_t classes = whole.classes.count();
  for (std::uint32_t state = 0; state < whole.states(); ++state) {
    if (state != Automaton::kDead && !live[state]) continue;
    trimmed.automaton.accepting.push_back(whole.accepting[state]);
    trimmed.shape.push_back(product.shape[state]);
    for (std::size_t c = 0; c < classes; ++c) {
      trimmed.automaton.next.push_back(id[whole.next[state * classes + c]]);
    }
  }
  trimmed.automaton.start = id[whole.start];
  return trimmed;
}

}  // namespace

std::optional<Product> WithinOrigins(const Automaton& automaton,
                                     std::size_t max_states, Work* work) {
  const Automaton& shape = GetOriginShape().automaton;
  JointClasses joint = Join(automaton.classes, shape.classes);
  const std::size_t classes = joint.classes.count();
  Product product;
  product.automaton.classes = std::move(joint.classes);
  // [own state * states of the shape + state of the shape] the pair's number.
  constexpr std::uint32_t kNone = 0xFFFF'FFFF;
  std::vector<std::uint32_t> ids(automaton.states() * shape.states(), kNone);
  std::vector<std::uint32_t> own;  // [state] the state of `automaton`
  const auto visit = [&](std::uint32_t in_own, std::uint32_t in_shape) {
    if (in_own == Automaton::kDead || in_shape == Automaton::kDead) {
      in_own = in_shape = Automaton::kDead;
    }
    std::uint32_t& id = ids[in_own * shape.states() + in_shape];
    if (id == kNone) {
      id = static_cast<std::uint32_t>(own.size());
      own.push_back(in_own);
      product.shape.push_back(in_shape);
    }
    return id;
  };
  visit(Automaton::kDead, Automaton::kDead);
  product.automaton.start = visit(automaton.start, shape.start);
  for (std::size_t state = 0; state < own.size(); ++state) {
    const std::uint32_t in_own = own[state];
    const std::uint32_t in_shape = product.shape[state];
    product.automaton.accepting.push_back(automaton.accepting[in_own] &&
                                          shape.accepting[in_shape]);
    for (std::size_t c = 0; c < classes; ++c) {
      product.automaton.next.push_back(visit(
          automaton.next[in_own * automaton.classes.count() + joint.in_a[c]],
          shape.next[in_shape * shape.classes.count() + joint.in_b[c]]));
    }
    if (own.size() > max_states || !work->Spend(3 * classes)) {
      return std::nullopt;
    }
  }
  return Trim(product);
}

bool SameLanguage(const Automaton& a, std::uint32_t state_a, const Automaton& b,
                  std::uint32_t state_b, Work* work) {
  const JointClasses joint = Join(a.classes, b.classes);
  std::unordered_set<std::uint64_t> seen = {PairKey(state_a, state_b)};
  std::vector<std::pair<std::uint32_t, std::uint32_t>> open = {
      {state_a, state_b}};
  while (!open.empty()) {
    const auto [in_a, in_b] = open.back();
    open.pop_back();
    if (a.accepting[in_a] != b.accepting[in_b]) return false;
    for (std::size_t c = 0; c < joint.classes.count(); ++c) {
      const std::uint32_t to_a =
          a.next[in_a * a.classes.count() + joint.in_a[c]];
      const std::uint32_t to_b =
          b.next[in_b * b.classes.count() + joint.in_b[c]];
      if (seen.insert(PairKey(to_a, to_b)).second)
        open.emplace_back(to_a, to_b);
    }
    if (!work->Spend(joint.classes.count())) return false;
  }
  return true;
}

}  // namespace corsac::automata
