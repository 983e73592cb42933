// The subset construction. Entry: Determinize().
// Tested by tests/compiler/automata/dfa_test.cc and, against RE2, by
// tests/compiler/automata/regex_oracle_test.cc.
#include "compiler/origins/automata/determinize.h"

#include <algorithm>
#include <unordered_map>
#include <utility>
#include <vector>

namespace corsac::automata {
namespace {

using Kind = Nfa::State::Kind;
using Items = std::vector<std::uint32_t>;

// What stands before or after a place in a text.
enum class Side : std::uint8_t { kText, kOther, kWord };  // kText: its end

// A state: the states of the Nfa that consume a byte, accept or guard, without
// the splits between them, in ascending order; and, where guards are among
// them, what was before.
struct Subset {
  Items items;
  Side before = Side::kOther;

  friend bool operator==(const Subset&, const Subset&) = default;
};

struct SubsetHash {
  std::size_t operator()(const Subset& subset) const {
    std::uint64_t hash =
        0x9E37'79B9'7F4A'7C15U ^ static_cast<std::uint64_t>(subset.before);
    for (const std::uint32_t item : subset.items) {
      hash = (hash ^ item) * 0xFF51'AFD7'ED55'8CCDU;
      hash ^= hash >> 32U;
    }
    return hash;
  }
};

class Determinizer {
 public:
  Determinizer(const Nfa& nfa, std::size_t max_states, Work* work)
      : nfa_(nfa),
        max_states_(max_states),
        work_(work),
        seen_(nfa.states.size(), 0) {
    std::vector<SymbolSet> sets = nfa.sets;
    if (nfa.has_boundaries) sets.push_back(WordSymbols());
    out_.classes = ClassesOf(sets);
  }

  std::optional<Automaton> Run() {
    Add({});  // the dead state
    Items first;
    StartSet();
    Include(nfa_.start, &first);
    std::sort(first.begin(), first.end());
    const bool guarded = HasGuards(first);
    out_.start = Add({std::move(first), guarded ? Side::kText : Side::kOther});
    for (std::uint32_t state = 0; state < subsets_.size(); ++state) {
      if (!Expand(state)) return std::nullopt;
    }
    return std::move(out_);
  }

 private:
  bool HasGuards(const Items& items) const {
    return std::any_of(items.begin(), items.end(), [this](std::uint32_t item) {
      return nfa_.states[item].kind == Kind::kGuard;
    });
  }

  std::uint32_t Add(Subset subset) {
    const auto id = static_cast<std::uint32_t>(subsets_.size());
    const auto [place, added] = ids_.try_emplace(std::move(subset), id);
    if (added) subsets_.push_back(&place->first);
    return place->second;
  }

  void StartSet() { ++stamp_; }

  // Adds what can be reached from `state` by splits to `*items`, each once
  // since StartSet(): a set costs no more than there are states, however many
  // of its items lead to the same splits.
  void Include(std::uint32_t state, Items* items) {
    open_.push_back(state);
    while (!open_.empty()) {
      const std::uint32_t id = open_.back();
      open_.pop_back();
      if (seen_[id] == stamp_) continue;
      seen_[id] = stamp_;
      ++used_;
      const Nfa::State& at = nfa_.states[id];
      if (at.kind == Kind::kSplit) {
        open_.push_back(at.other);
        open_.push_back(at.next);
      } else {
        items->push_back(id);
      }
    }
  }

  bool Holds(Guard guard, Side before, Side after) const {
    switch (guard) {
      case Guard::kBegin:
        return before == Side::kText;
      case Guard::kEnd:
        return after == Side::kText;
      case Guard::kBoundary:
        return (before == Side::kWord) != (after == Side::kWord);
      case Guard::kNotBoundary:
        return (before == Side::kWord) == (after == Side::kWord);
    }
    return false;
  }

  // The items of `subset` and those behind its guards that hold when `after`
  // comes next.
  Items PassGuards(const Subset& subset, Side after) {
    StartSet();
    Items items = subset.items;
    for (const std::uint32_t item : items) seen_[item] = stamp_;
    for (std::size_t i = 0; i < items.size(); ++i) {
      const Nfa::State& state = nfa_.states[items[i]];
      if (state.kind == Kind::kGuard &&
          Holds(state.guard, subset.before, after)) {
        Include(state.next, &items);
      }
    }
    used_ += items.size();
    return items;
  }

  bool Accepts(const Items& items) const {
    return std::any_of(items.begin(), items.end(), [this](std::uint32_t item) {
      return nfa_.states[item].kind == Kind::kMatch;
    });
  }

  // The edges of one state. False when a bound is passed.
  bool Expand(std::uint32_t id) {
    const Subset& subset = *subsets_[id];  // maps do not move their keys
    const bool guarded = HasGuards(subset.items);
    const Items at_end =
        guarded ? PassGuards(subset, Side::kText) : subset.items;
    out_.accepting.push_back(Accepts(at_end));
    const Items at_word = guarded ? PassGuards(subset, Side::kWord) : Items();
    const Items at_other = guarded ? PassGuards(subset, Side::kOther) : Items();
    for (const SymbolSet& members : out_.classes.members) {
      const unsigned symbol = members.first();
      const bool word = WordSymbols().Contains(symbol);
      const Items& from = !guarded ? subset.items : (word ? at_word : at_other);
      out_.next.push_back(
          Add(Step(from, symbol, word ? Side::kWord : Side::kOther)));
      if (subsets_.size() > max_states_ || !work_->Spend(used_)) return false;
      used_ = 0;
    }
    return true;
  }

  Subset Step(const Items& from, unsigned symbol, Side before) {
    StartSet();
    Subset to;
    for (const std::uint32_t item : from) {
      const Nfa::State& state = nfa_.states[item];
      if (state.kind == Kind::kSymbol &&
          nfa_.sets[state.set].Contains(symbol)) {
        Include(state.next, &to.items);
      }
    }
    // The beginning of the text is behind.
    std::erase_if(to.items, [this](std::uint32_t item) {
      return nfa_.states[item].kind == Kind::kGuard &&
             nfa_.states[item].guard == Guard::kBegin;
    });
    std::sort(to.items.begin(), to.items.end());
    if (HasGuards(to.items)) to.before = before;
    used_ += 1 + from.size() + to.items.size();
    return to;
  }

  const Nfa& nfa_;
  const std::size_t max_states_;
  Work* const work_;
  Automaton out_;
  std::unordered_map<Subset, std::uint32_t, SubsetHash> ids_;
  std::vector<const Subset*> subsets_;
  Items open_;                       // of Include()
  std::vector<std::uint32_t> seen_;  // [state of the Nfa] the last stamp_
  std::uint32_t stamp_ = 0;
  std::uint64_t used_ = 0;  // work since it was last accounted for
};

}  // namespace

std::optional<Automaton> Determinize(const Nfa& nfa, std::size_t max_states,
                                     Work* work) {
  return Determinizer(nfa, max_states, work).Run();
}

}  // namespace corsac::automata
