// Hopcroft's algorithm. Entry: Minimize().
// Tested by tests/compiler/automata/dfa_test.cc.
#include <algorithm>
#include <numeric>
#include <utility>

#include "compiler/origins/automata/determinize.h"

namespace corsac::automata {
namespace {

constexpr std::uint32_t kNone = 0xFFFF'FFFF;

// States, split into blocks whose members nothing has told apart yet.
class Blocks {
 public:
  explicit Blocks(const std::vector<bool>& accepting)
      : states_(accepting.size()),
        place_(accepting.size()),
        block_(accepting.size()) {
    std::iota(states_.begin(), states_.end(), 0U);
    std::stable_partition(states_.begin(), states_.end(),
                          [&](std::uint32_t s) { return !accepting[s]; });
    std::uint32_t refusing = 0;
    for (std::uint32_t i = 0; i < states_.size(); ++i) {
      place_[states_[i]] = i;
      if (!accepting[states_[i]]) ++refusing;
    }
    const auto all = static_cast<std::uint32_t>(states_.size());
    if (refusing > 0) AddBlock(0, refusing);
    if (refusing < all) AddBlock(refusing, all);
  }

  std::size_t count() const { return begin_.size(); }
  std::uint32_t of(std::uint32_t state) const { return block_[state]; }
  std::uint32_t size(std::uint32_t block) const {
    return end_[block] - begin_[block];
  }
  std::vector<std::uint32_t> Members(std::uint32_t block) const {
    return {states_.begin() + begin_[block], states_.begin() + end_[block]};
  }

  // Moves `state` to those of its block that will be split off.
  void Mark(std::uint32_t state) {
    const std::uint32_t block = block_[state];
    const std::uint32_t to = begin_[block] + marked_[block];
    const std::uint32_t from = place_[state];
    if (from < to) return;  // marked before
    if (marked_[block] == 0) touched_.push_back(block);
    ++marked_[block];
    std::swap(states_[from], states_[to]);
    place_[states_[from]] = from;
    place_[states_[to]] = to;
  }

  // Splits the blocks of which a part is marked, and unmarks all. Calls
  // `split(old, added)` for each.
  template <typename Split>
  void SplitMarked(const Split& split) {
    for (const std::uint32_t block : touched_) {
      const std::uint32_t marked = std::exchange(marked_[block], 0);
      if (marked == size(block)) continue;
      const std::uint32_t middle = begin_[block] + marked;
      const std::uint32_t old_begin = std::exchange(begin_[block], middle);
      split(block, AddBlock(old_begin, middle));
    }
    touched_.clear();
  }

 private:
  std::uint32_t AddBlock(std::uint32_t begin, std::uint32_t end) {
    const auto id = static_cast<std::uint32_t>(begin_.size());
    begin_.push_back(begin);
    end_.push_back(end);
    marked_.push_back(0);
    for (std::uint32_t i = begin; i < end; ++i) block_[states_[i]] = id;
    return id;
  }

  std::vector<std::uint32_t> states_;  // those of a block stand together
  std::vector<std::uint32_t> place_;   // of a state, in states_
  std::vector<std::uint32_t> block_;   // of a state
  std::vector<std::uint32_t> begin_;   // of a block, in states_
  std::vector<std::uint32_t> end_;
  std::vector<std::uint32_t> marked_;
  std::vector<std::uint32_t> touched_;
};

// Who leads to a state by a class.
class Sources {
 public:
  explicit Sources(const Automaton& automaton)
      : classes_(automaton.classes.count()),
        begin_(automaton.next.size() + 1, 0),
        states_(automaton.next.size()) {
    for (std::size_t edge = 0; edge < automaton.next.size(); ++edge) {
      ++begin_[Key(automaton, edge) + 1];
    }
    for (std::size_t i = 1; i < begin_.size(); ++i) begin_[i] += begin_[i - 1];
    std::vector<std::uint32_t> fill(begin_.begin(), begin_.end() - 1);
    for (std::size_t edge = 0; edge < automaton.next.size(); ++edge) {
      states_[fill[Key(automaton, edge)]++] =
          static_cast<std::uint32_t>(edge / classes_);
    }
  }

  template <typename Visit>
  void ForEach(std::uint32_t state, std::size_t symbol_class,
               const Visit& visit) const {
    const std::size_t key = state * classes_ + symbol_class;
    for (std::uint32_t i = begin_[key]; i < begin_[key + 1]; ++i) {
      visit(states_[i]);
    }
  }

 private:
  std::size_t Key(const Automaton& automaton, std::size_t edge) const {
    return automaton.next[edge] * classes_ + edge % classes_;
  }

  std::size_t classes_;
  std::vector<std::uint32_t> begin_;
  std::vector<std::uint32_t> states_;
};

// Splits `blocks` until their members cannot be told apart. False when `*work`
// is used up.
bool Refine(const Automaton& automaton, Blocks* blocks, Work* work) {
  const Sources sources(automaton);
  std::vector<std::uint32_t> queue(blocks->count());
  std::iota(queue.begin(), queue.end(), 0U);
  std::vector<bool> queued(automaton.states(), false);
  std::fill_n(queued.begin(), queue.size(), true);
  while (!queue.empty()) {
    const std::uint32_t splitter = queue.back();
    queue.pop_back();
    queued[splitter] = false;
    const std::vector<std::uint32_t> members = blocks->Members(splitter);
    for (std::size_t c = 0; c < automaton.classes.count(); ++c) {
      std::uint64_t edges = members.size();
      for (const std::uint32_t member : members) {
        sources.ForEach(member, c, [&](std::uint32_t state) {
          blocks->Mark(state);
          ++edges;
        });
      }
      if (!work->Spend(edges)) return false;
      blocks->SplitMarked([&](std::uint32_t old, std::uint32_t added) {
        // If the old one waits, both have to; if not, the smaller is enough.
        const std::uint32_t next =
            queued[old] || blocks->size(added) <= blocks->size(old) ? added
                                                                    : old;
        queued[next] = true;
        queue.push_back(next);
      });
    }
  }
  return true;
}

// One state for each block that can be reached, 0 for the dead one.
Automaton Merge(const Automaton& automaton, const Blocks& blocks) {
  const std::size_t classes = automaton.classes.count();
  Automaton merged;
  merged.classes = automaton.classes;
  std::vector<std::uint32_t> id(blocks.count(), kNone);
  std::vector<std::uint32_t> members;  // of each new state, one old
  const auto visit = [&](std::uint32_t state) {
    std::uint32_t& known = id[blocks.of(state)];
    if (known == kNone) {
      known = static_cast<std::uint32_t>(members.size());
      members.push_back(state);
    }
    return known;
  };
  visit(Automaton::kDead);
  merged.start = visit(automaton.start);
  // Visiting adds members.
  std::size_t done = 0;
  while (done < members.size()) {
    const std::uint32_t member = members[done++];
    merged.accepting.push_back(automaton.accepting[member]);
    for (std::size_t c = 0; c < classes; ++c) {
      merged.next.push_back(visit(automaton.next[member * classes + c]));
    }
  }
  return merged;
}

}  // namespace

std::optional<Automaton> Minimize(const Automaton& automaton, Work* work) {
  Blocks blocks(automaton.accepting);
  if (!work->Spend(automaton.next.size()) ||
      !Refine(automaton, &blocks, work)) {
    return std::nullopt;
  }
  return Merge(automaton, blocks);
}

}  // namespace corsac::automata
