// Walks along the one byte that can come next, or before.
// Tested by tests/compiler/automata/regex_form_test.cc and, against RE2, by
// tests/compiler/automata/regex_oracle_test.cc.
#include "compiler/origins/automata/literals.h"

#include <algorithm>
#include <unordered_map>

#include "compiler/origins/automata/origin_shape.h"

namespace corsac::automata {
namespace {

using Edge = LiteralGraph::Edge;
using NodeId = std::uint32_t;

std::uint8_t OnlySymbol(const SymbolSet& set) {
  return set.size() == 1 ? static_cast<std::uint8_t>(set.first()) : 0;
}

// The edges of each node, one way or the other.
class EdgesOf {
 public:
  enum class Way : std::uint8_t { kForward, kBackward };

  EdgesOf(const LiteralGraph& graph, Way way)
      : begin_(graph.nodes.size() + 1, 0), edges_(graph.edges.size()) {
    const auto key = [way](const Edge& edge) {
      return way == Way::kForward ? edge.from : edge.to;
    };
    for (const Edge& edge : graph.edges) ++begin_[key(edge) + 1];
    for (std::size_t i = 1; i < begin_.size(); ++i) begin_[i] += begin_[i - 1];
    std::vector<std::uint32_t> fill(begin_.begin(), begin_.end() - 1);
    for (const Edge& edge : graph.edges) edges_[fill[key(edge)]++] = edge;
  }

  const Edge* begin(NodeId node) const { return edges_.data() + begin_[node]; }
  const Edge* end(NodeId node) const {
    return edges_.data() + begin_[node + 1];
  }
  std::size_t count(NodeId node) const {
    return begin_[node + 1] - begin_[node];
  }

 private:
  std::vector<std::uint32_t> begin_;
  std::vector<Edge> edges_;
};

// Some nodes, each once.
class NodeSet {
 public:
  explicit NodeSet(std::size_t nodes) : seen_(nodes, 0) {}

  void Clear() {
    ++stamp_;
    nodes_.clear();
  }
  void Add(NodeId node) {
    if (seen_[node] == stamp_) return;
    seen_[node] = stamp_;
    nodes_.push_back(node);
  }
  const std::vector<NodeId>& nodes() const { return nodes_; }

 private:
  std::vector<std::uint32_t> seen_;
  std::uint32_t stamp_ = 1;
  std::vector<NodeId> nodes_;
};

// The bytes that come one after the other from `first` on, as long as there is
// one choice only and no node at which `stops` holds.
template <typename Stops>
std::string OnlyWay(const EdgesOf& edges, EdgesOf::Way way, NodeSet first,
                    const Stops& stops, Work* work) {
  std::string text;
  NodeSet now = std::move(first);
  NodeSet next = now;
  while (text.size() < kMaxLiteralBytes) {
    std::uint8_t symbol = 0;
    next.Clear();
    for (const NodeId node : now.nodes()) {
      if (stops(node) || !work->Spend(1 + edges.count(node))) return text;
      for (const Edge* edge = edges.begin(node); edge != edges.end(node);
           ++edge) {
        if (edge->symbol == 0) return text;
        if (symbol != 0 && edge->symbol != symbol) return text;
        symbol = edge->symbol;
        next.Add(way == EdgesOf::Way::kForward ? edge->to : edge->from);
      }
    }
    if (symbol == 0) return text;
    text += static_cast<char>(symbol);
    std::swap(now, next);
  }
  return text;
}

// The fewest edges from node 0 to one that accepts.
std::size_t ShortestPath(const LiteralGraph& graph, const EdgesOf& edges) {
  std::vector<bool> seen(graph.nodes.size(), false);
  std::vector<NodeId> level = {0};
  seen[0] = true;
  for (std::size_t size = 0; !level.empty(); ++size) {
    std::vector<NodeId> next;
    for (const NodeId node : level) {
      if (graph.nodes[node].accepts) return size;
      for (const Edge* edge = edges.begin(node); edge != edges.end(node);
           ++edge) {
        if (seen[edge->to]) continue;
        seen[edge->to] = true;
        next.push_back(edge->to);
      }
    }
    level = std::move(next);
  }
  return 0;
}

// The most edges from node 0 to one that accepts, kMaxOriginBytes at most.
std::size_t LongestPath(const LiteralGraph& graph, const EdgesOf& edges) {
  std::vector<std::uint32_t> waits(graph.nodes.size(), 0);
  for (const Edge& edge : graph.edges) ++waits[edge.to];
  std::vector<std::size_t> size(graph.nodes.size(), 0);
  // Node 0 alone begins: all others are reached from it.
  if (waits[0] > 0) return kMaxOriginBytes;
  std::vector<NodeId> ready = {0};
  std::size_t longest = 0;
  std::size_t done = 0;
  while (!ready.empty()) {
    const NodeId node = ready.back();
    ready.pop_back();
    ++done;
    if (graph.nodes[node].accepts) longest = std::max(longest, size[node]);
    for (const Edge* edge = edges.begin(node); edge != edges.end(node);
         ++edge) {
      size[edge->to] = std::max(size[edge->to], size[node] + 1);
      if (--waits[edge->to] == 0) ready.push_back(edge->to);
    }
  }
  // Nodes that still wait lie on a circle.
  if (done < graph.nodes.size()) return kMaxOriginBytes;
  return std::min(longest, kMaxOriginBytes);
}

// Without the nodes that lead nowhere.
LiteralGraph Trim(const LiteralGraph& graph) {
  const EdgesOf edges(graph, EdgesOf::Way::kBackward);
  std::vector<bool> live(graph.nodes.size(), false);
  std::vector<NodeId> open;
  const auto add = [&](NodeId node) {
    if (live[node]) return;
    live[node] = true;
    open.push_back(node);
  };
  for (NodeId node = 0; node < graph.nodes.size(); ++node) {
    if (graph.nodes[node].accepts) add(node);
  }
  while (!open.empty()) {
    const NodeId node = open.back();
    open.pop_back();
    for (const Edge* edge = edges.begin(node); edge != edges.end(node);
         ++edge) {
      add(edge->from);
    }
  }
  LiteralGraph trimmed;
  if (graph.nodes.empty() || !live[0]) return trimmed;
  std::vector<NodeId> id(graph.nodes.size(), 0);
  for (NodeId node = 0; node < graph.nodes.size(); ++node) {
    if (!live[node]) continue;
    id[node] = static_cast<NodeId>(trimmed.nodes.size());
    trimmed.nodes.push_back(graph.nodes[node]);
  }
  for (const Edge& edge : graph.edges) {
    if (!live[edge.from] || !live[edge.to]) continue;
    trimmed.edges.push_back({id[edge.from], id[edge.to], edge.symbol});
  }
  return trimmed;
}

// Takes host_ends back where the pattern lets neither a port nor the end
// follow.
void MarkHostEnds(LiteralGraph* graph) {
  std::vector<bool> followed(graph->nodes.size(), false);
  for (const Edge& edge : graph->edges) {
    if (edge.symbol == ':') followed[edge.from] = true;
  }
  for (NodeId node = 0; node < graph->nodes.size(); ++node) {
    LiteralGraph::Node& at = graph->nodes[node];
    at.host_ends = at.host_ends && (at.accepts || followed[node]);
  }
}

// Pairs of a state of an Nfa and one of the shape of origins.
class NfaGraph {
 public:
  NfaGraph(const Nfa& nfa, std::size_t max_nodes, Work* work)
      : nfa_(nfa),
        max_nodes_(max_nodes),
        work_(work),
        seen_(nfa.states.size(), 0) {}

  std::optional<LiteralGraph> Run() {
    Visit(nfa_.start, shape_.start);
    for (std::size_t i = 0; i < pairs_.size(); ++i) {
      Expand(static_cast<NodeId>(i));
      if (pairs_.size() > max_nodes_ || !work_->Spend(used_)) {
        return std::nullopt;
      }
      used_ = 0;
    }
    LiteralGraph trimmed = Trim(graph_);
    MarkHostEnds(&trimmed);
    return trimmed;
  }

 private:
  struct Pair {
    std::uint32_t state = 0;
    std::uint32_t shape = 0;
  };

  NodeId Visit(std::uint32_t state, std::uint32_t shape) {
    const std::uint64_t key = (std::uint64_t{state} << 32U) | shape;
    const auto id = static_cast<NodeId>(pairs_.size());
    const auto [place, added] = ids_.try_emplace(key, id);
    if (added) {
      pairs_.push_back({state, shape});
      LiteralGraph::Node node;
      node.host_begins = GetOriginShape().host_begins[shape];
      node.host_ends = GetOriginShape().host_ends[shape];
      graph_.nodes.push_back(node);
    }
    return place->second;
  }

  void Expand(NodeId id) {
    const Pair pair = pairs_[id];
    ++stamp_;
    std::vector<std::uint32_t> open = {pair.state};
    while (!open.empty()) {
      const std::uint32_t at = open.back();
      open.pop_back();
      ++used_;
      if (seen_[at] == stamp_) continue;
      seen_[at] = stamp_;
      const Nfa::State& state = nfa_.states[at];
      switch (state.kind) {
        case Nfa::State::Kind::kSplit:
          open.push_back(state.other);
          open.push_back(state.next);
          break;
        case Nfa::State::Kind::kGuard:
          open.push_back(state.next);
          break;
        case Nfa::State::Kind::kMatch:
          graph_.nodes[id].accepts = shape_.accepting[pair.shape];
          break;
        case Nfa::State::Kind::kSymbol:
          AddEdges(id, pair.shape, state);
          break;
      }
    }
  }

  void AddEdges(NodeId id, std::uint32_t in_shape, const Nfa::State& state) {
    const SymbolSet& set = nfa_.sets[state.set];
    for (std::size_t c = 0; c < shape_.classes.count(); ++c) {
      ++used_;
      const std::uint32_t to =
          shape_.next[in_shape * shape_.classes.count() + c];
      const SymbolSet both = shape_.classes.members[c] & set;
      if (to == Automaton::kDead || both.empty()) continue;
      graph_.edges.push_back({id, Visit(state.next, to), OnlySymbol(both)});
    }
  }

  const Nfa& nfa_;
  const Automaton& shape_ = GetOriginShape().automaton;
  const std::size_t max_nodes_;
  Work* const work_;
  LiteralGraph graph_;
  std::vector<Pair> pairs_;  // of each node
  std::unordered_map<std::uint64_t, NodeId> ids_;
  std::vector<std::uint32_t> seen_;
  std::uint32_t stamp_ = 0;
  std::uint64_t used_ = 0;
};

}  // namespace

LiteralGraph GraphOf(const Product& product) {
  const Automaton& automaton = product.automaton;
  const std::size_t classes = automaton.classes.count();
  // Node 0 is the start, which in the automaton is another.
  const auto node_of = [&](std::uint32_t state) {
    if (state == automaton.start) return NodeId{0};
    return state < automaton.start ? state : state - 1;
  };
  LiteralGraph graph;
  graph.nodes.resize(automaton.states() - 1);
  for (std::uint32_t state = 1; state < automaton.states(); ++state) {
    const NodeId node = node_of(state);
    const std::uint32_t shape = product.shape[state];
    graph.nodes[node] = {automaton.accepting[state],
                         GetOriginShape().host_begins[shape],
                         GetOriginShape().host_ends[shape]};
    for (std::size_t c = 0; c < classes; ++c) {
      const std::uint32_t to = automaton.next[state * classes + c];
      if (to == Automaton::kDead) continue;
      graph.edges.push_back(
          {node, node_of(to), OnlySymbol(automaton.classes.members[c])});
    }
  }
  MarkHostEnds(&graph);
  return graph;
}

std::optional<LiteralGraph> GraphOf(const Nfa& nfa, std::size_t max_nodes,
                                    Work* work) {
  return NfaGraph(nfa, max_nodes, work).Run();
}

Literals FindLiterals(const LiteralGraph& graph, Work* work) {
  Literals literals;
  if (graph.nodes.empty() ||
      !work->Spend(2 * (graph.nodes.size() + graph.edges.size()))) {
    return literals;
  }
  const EdgesOf forward(graph, EdgesOf::Way::kForward);
  const EdgesOf backward(graph, EdgesOf::Way::kBackward);
  literals.min_size = ShortestPath(graph, forward);
  literals.max_size = LongestPath(graph, forward);
  NodeSet begin(graph.nodes.size());
  begin.Add(0);
  literals.prefix = OnlyWay(
      forward, EdgesOf::Way::kForward, std::move(begin),
      [&](NodeId node) { return graph.nodes[node].accepts; }, work);
  NodeSet ends(graph.nodes.size());
  for (NodeId node = 0; node < graph.nodes.size(); ++node) {
    if (graph.nodes[node].host_ends) ends.Add(node);
  }
  literals.host_suffix = OnlyWay(
      backward, EdgesOf::Way::kBackward, std::move(ends),
      [&](NodeId node) { return graph.nodes[node].host_begins; }, work);
  std::reverse(literals.host_suffix.begin(), literals.host_suffix.end());
  return literals;
}

}  // namespace corsac::automata
