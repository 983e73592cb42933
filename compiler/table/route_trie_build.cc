// Writes the states of the routes into the words of a RouteTrie. Entry:
// RouteTrie::Build().
// Tested by tests/compiler/route_trie_test.cc.
#include <algorithm>
#include <cstring>
#include <span>
#include <utility>

#include "compiler/check.h"
#include "compiler/model/ir.h"
#include "compiler/table/hash.h"
#include "compiler/table/route_trie.h"

namespace corsac {

class RouteTrieWriter {
 public:
  RouteTrieWriter(const RouteNodes& nodes, const RouteStates& states,
                  RouteTrie* trie)
      : nodes_(nodes),
        states_(states),
        trie_(*trie),
        places_(states.states().size()) {}

  void Write() {
    CountWays();
    for (const RouteStates::Root& root : states_.roots()) {
      places_[root.state].host = root.host.name;
      PlaceFrom(root.state);
    }
    const std::vector<Edge> exact = HostEdges(IrHost::Kind::kExact);
    const std::vector<Edge> wildcard = HostEdges(IrHost::Kind::kWildcard);
    trie_.words_.resize(used_ + 2 * std::size_t{SlotsFor(exact.size())} +
                        2 * std::size_t{SlotsFor(wildcard.size())});
    for (const std::uint32_t state : order_) WriteState(state);
    trie_.exact_hosts_ = {used_, SlotsFor(exact.size())};
    WriteSlots(trie_.exact_hosts_, exact);
    trie_.wildcard_hosts_ = {used_ + 2 * std::size_t{trie_.exact_hosts_.count},
                             SlotsFor(wildcard.size())};
    WriteSlots(trie_.wildcard_hosts_, wildcard);
    for (const RouteStates::Root& root : states_.roots()) NoteHost(root);
    trie_.cells_ = states_.Cells();
    trie_.methods_ = nodes_.methods();
  }

 private:
  using State = RouteStates::State;

  static constexpr std::uint32_t kNone = RouteTrie::kNone;

  // The first label of an edge, and the state at its end.
  struct Edge {
    std::string_view label;
    std::uint32_t target;
  };

  // A state in the words.
  struct Place {
    std::size_t offset = 0;        // 0: not yet; the first word is not used
    std::uint32_t ways = 0;        // that lead here
    std::uint32_t first_edge = 0;  // in edges_
    std::string_view host;         // of a root
    // Where an edge takes several labels: these, of chains_.
    std::uint32_t chain = 0;
    std::uint32_t chain_labels = 0;
  };

  // --- Sizes ----------------------------------------------------------------

  // Slots for `count` edges.
  static std::uint32_t SlotsFor(std::size_t count) {
    if (count > RouteTrie::kMaxScannedSlots) count = count * 4 / 3;
    CORSAC_CHECK(count <= RouteRef::kMaxIndex);
    return static_cast<std::uint32_t>(count);
  }

  std::size_t LabelBytes(std::uint32_t state) const {
    const Place& place = places_[state];
    if (place.chain_labels == 0) return FirstLabel(state).size();
    std::size_t bytes = place.chain_labels - 1;  // slashes
    for (const std::uint32_t label : ChainOf(place)) {
      bytes += nodes_.labels()[label].size();
    }
    return bytes;
  }

  std::string_view FirstLabel(std::uint32_t state) const {
    const Place& place = places_[state];
    if (place.chain_labels > 0) return nodes_.labels()[chains_[place.chain]];
    const std::uint32_t label = states_.states()[state].label;
    return label == kNone ? place.host : nodes_.labels()[label];
  }

  std::span<const std::uint32_t> ChainOf(const Place& place) const {
    return std::span(chains_).subspan(place.chain, place.chain_labels);
  }

  // --- Places ---------------------------------------------------------------

  void CountWays() {
    const auto count = [this](RouteRef ref) {
      if (ref.is_state()) ++places_[ref.index()].ways;
    };
    for (const State& state : states_.states()) {
      if (state.is_choice) {
        for (const auto& alternative : states_.AlternativesOf(state)) {
          count(alternative.ref);
        }
        continue;
      }
      for (const auto& edge : states_.EdgesOf(state)) {
        ++places_[edge.target].ways;
      }
      count(state.other);
    }
    for (const RouteStates::Root& root : states_.roots()) {
      ++places_[root.state].ways;
    }
  }

  // Whether `state`, which an edge of `before` leads to, does nothing but lead
  // on to one other state: it need not be there if the edge takes both labels.
  bool IsLink(std::uint32_t index, const State& before) const {
    const State& state = states_.states()[index];
    if (state.is_choice || state.end - state.begin != 1) return false;
    const RouteStates::Edge& edge = states_.EdgesOf(state).front();
    return state.other == before.dead && state.dead == before.dead &&
           state.at_end == before.dead && places_[index].ways == 1 &&
           places_[edge.target].ways == 1;
  }

  // Follows the links that an edge of `before` leads to; returns the state
  // after them.
  std::uint32_t Follow(const State& before, const RouteStates::Edge& edge) {
    const auto chain = static_cast<std::uint32_t>(chains_.size());
    std::uint32_t at = edge.target;
    while (IsLink(at, before)) {
      if (chains_.size() == chain) chains_.push_back(edge.label);
      const RouteStates::Edge next =
          states_.EdgesOf(states_.states()[at]).front();
      chains_.push_back(next.label);
      at = next.target;
    }
    if (chains_.size() > chain) {
      places_[at].chain = chain;
      places_[at].chain_labels =
          static_cast<std::uint32_t>(chains_.size()) - chain;
    }
    return at;
  }

  // Gives a place to what can be reached from a root, depth first, so that
  // states which follow one another lie side by side.
  void PlaceFrom(std::uint32_t root) {
    std::vector<std::uint32_t> stack = {root};
    while (!stack.empty()) {
      const std::uint32_t index = stack.back();
      stack.pop_back();
      Place& place = places_[index];
      if (place.offset != 0) continue;
      const State& state = states_.states()[index];
      place.offset = used_;
      place.first_edge = static_cast<std::uint32_t>(edges_.size());
      order_.push_back(index);
      used_ += RouteTrie::kHeaderWords + (LabelBytes(index) + 3) / 4;
      if (state.is_choice) {
        const auto alternatives = states_.AlternativesOf(state);
        used_ += 2 * alternatives.size();
        for (std::size_t i = alternatives.size(); i-- > 0;) {
          const RouteRef ref = alternatives[i].ref;
          if (ref.is_state()) stack.push_back(ref.index());
        }
      } else {
        if (state.other.is_state()) stack.push_back(state.other.index());
        PlaceEdges(state, &stack);
      }
      CORSAC_CHECK(used_ <= RouteRef::kMaxIndex);
    }
  }

  void PlaceEdges(const State& state, std::vector<std::uint32_t>* stack) {
    const auto edges = states_.EdgesOf(state);
    used_ += 2 * std::size_t{SlotsFor(edges.size())};
    for (const RouteStates::Edge& edge : edges) {
      const std::uint32_t target = Follow(state, edge);
      edges_.push_back({nodes_.labels()[edge.label], target});
      stack->push_back(target);
    }
  }

  // --- Words ----------------------------------------------------------------

  // The word of `ref` with a state's place instead of its number.
  std::uint32_t WordOf(RouteRef ref) const {
    if (!ref.is_state()) return ref.word();
    return RouteRef::State(places_[ref.index()].offset).word();
  }

  void WriteState(std::uint32_t index) {
    const State& state = states_.states()[index];
    const Place& place = places_[index];
    const std::size_t label_bytes = LabelBytes(index);
    std::uint32_t* const header = trie_.words_.data() + place.offset;
    header[RouteTrie::kLabelBytes] = static_cast<std::uint32_t>(label_bytes);
    header[RouteTrie::kFirstBytes] =
        static_cast<std::uint32_t>(FirstLabel(index).size());
    WriteLabel(index, header + RouteTrie::kHeaderWords);
    const std::size_t after =
        place.offset + RouteTrie::kHeaderWords + (label_bytes + 3) / 4;
    if (state.is_choice) {
      header[RouteTrie::kKind] = RouteTrie::kChoiceBit;
      header[RouteTrie::kAtEnd] = state.end - state.begin;
      std::uint32_t* at = trie_.words_.data() + after;
      for (const auto& alternative : states_.AlternativesOf(state)) {
        *at++ = WordOf(alternative.ref);
        *at++ = alternative.shape;
      }
      ++trie_.choices_;
      return;
    }
    const std::uint32_t slots = SlotsFor(state.end - state.begin);
    header[RouteTrie::kKind] = slots << 1;
    header[RouteTrie::kAtEnd] = WordOf(state.at_end);
    header[RouteTrie::kDead] = WordOf(state.dead);
    header[RouteTrie::kOther] = WordOf(state.other);
    WriteSlots({after, slots}, std::span(edges_).subspan(
                                   place.first_edge, state.end - state.begin));
  }

  void WriteLabel(std::uint32_t index, std::uint32_t* words) const {
    auto* at = reinterpret_cast<char*>(words);
    const auto write = [&at](std::string_view text) {
      if (!text.empty()) std::memcpy(at, text.data(), text.size());
      at += text.size();
    };
    const Place& place = places_[index];
    if (place.chain_labels == 0) write(FirstLabel(index));
    for (std::uint32_t i = 0; i < place.chain_labels; ++i) {
      if (i > 0) write("/");
      write(nodes_.labels()[chains_[place.chain + i]]);
    }
  }

  void WriteSlots(RouteTrie::SlotRange range, std::span<const Edge> edges) {
    std::uint32_t* const words = trie_.words_.data() + range.begin;
    if (range.is_hashed()) {
      std::fill_n(words, std::size_t{2} * range.count, kNone);
    }
    std::uint32_t next = 0;
    for (const Edge& edge : edges) {
      const std::uint64_t hash = trie_.MakeKey(edge.label).hash;
      std::uint32_t slot = next++;
      if (range.is_hashed()) {
        slot = range.FirstSlot(hash);
        while (words[std::size_t{2} * slot + 1] != kNone) {
          slot = range.After(slot);
        }
      }
      words[std::size_t{2} * slot] = static_cast<std::uint32_t>(hash >> 32);
      words[std::size_t{2} * slot + 1] = WordOf(RouteRef::State(edge.target));
    }
  }

  // --- Hosts ----------------------------------------------------------------

  std::vector<Edge> HostEdges(IrHost::Kind kind) const {
    std::vector<Edge> edges;
    for (const RouteStates::Root& root : states_.roots()) {
      if (root.host.kind == kind) edges.push_back({root.host.name, root.state});
    }
    return edges;
  }

  void NoteHost(const RouteStates::Root& root) {
    if (root.host.kind == IrHost::Kind::kAny) {
      trie_.any_host_root_ = WordOf(RouteRef::State(root.state));
    } else if (root.host.kind == IrHost::Kind::kWildcard) {
      const std::size_t bit = RouteTrie::LengthBit(root.host.name);
      trie_.wildcard_lengths_[bit / 64] |= std::uint64_t{1} << (bit % 64);
    }
  }

  const RouteNodes& nodes_;
  const RouteStates& states_;
  RouteTrie& trie_;
  std::vector<Place> places_;         // by state
  std::vector<std::uint32_t> order_;  // of the states
  std::vector<Edge> edges_;           // of the states in that order
  std::vector<std::uint32_t> chains_;
  std::size_t used_ = 1;  // words
};

RouteTrie RouteTrie::Build(const std::vector<IrRoute>& routes) {
  Options options;
  options.seed = RandomSeed();
  return Build(routes, options);
}

RouteTrie RouteTrie::Build(const std::vector<IrRoute>& routes,
                           const Options& options) {
  RouteTrie trie;
  trie.seed_ = options.seed;
  if (routes.empty()) return trie;
  RouteNodes nodes(routes);
  const RouteStates states(&nodes, options.states_per_node);
  RouteTrieWriter(nodes, states, &trie).Write();
  return trie;
}

}  // namespace corsac
