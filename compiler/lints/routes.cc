// Routes against each other: the same route twice, two routes that nothing
// separates, and routes that no request reaches. Every route goes into a trie
// of its host, so that the cost is that of the text, not of its square.
// Entry: CheckRoutes(). Tested by tests/compiler/routes_test.cc.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "compiler/fetch/names.h"
#include "compiler/lints/lints.h"
#include "compiler/model/path_pattern.h"
#include "compiler/origins/written_text.h"

namespace corsac {
namespace {

using NodeId = std::uint32_t;
constexpr NodeId kNoNode = 0xFFFF'FFFF;

// The routes of one host and path shape: patterns that end at a node, or that
// have their `{name...}` there.
struct Group {
  std::vector<std::uint32_t> routes;  // in source order
  bool any_method = false;            // one of them is for every method
};

struct Node {
  NodeId param = kNoNode;  // where a `{name}` leads
  Group end;
  Group rest;
};

struct Edge {
  NodeId node = 0;
  std::string_view literal;
  friend bool operator==(const Edge&, const Edge&) = default;
};

// A method for which a group has a route.
struct GroupMethod {
  const void* group = nullptr;
  std::string_view method;
  friend bool operator==(const GroupMethod&, const GroupMethod&) = default;
};

struct PairHash {
  std::size_t operator()(const Edge& edge) const {
    return Mix(edge.node, std::hash<std::string_view>()(edge.literal));
  }
  std::size_t operator()(const GroupMethod& key) const {
    return Mix(std::hash<const void*>()(key.group),
               std::hash<std::string_view>()(key.method));
  }
  static std::size_t Mix(std::size_t a, std::size_t b) {
    return (a * 0x9E37'79B9'7F4A'7C15U) ^ b;
  }
};

// The methods of a route in the form in which requests have them.
std::vector<std::string_view> MethodsOf(const ModelRoute& route) {
  std::vector<std::string_view> methods;
  if (!route.ast->for_methods) return methods;
  for (const AstString& method : route.ast->for_methods->items) {
    methods.push_back(NormalizeMethod(method.value));
  }
  std::sort(methods.begin(), methods.end());
  methods.erase(std::unique(methods.begin(), methods.end()), methods.end());
  return methods;
}

std::string HostKey(const IrHost& host) {
  switch (host.kind) {
    case IrHost::Kind::kAny:
      return "";
    case IrHost::Kind::kExact:
      return host.name;
    case IrHost::Kind::kWildcard:
      return "*." + host.name;
  }
  return "";
}

class RouteChecker {
 public:
  RouteChecker(const Model& model, Reporter& reporter)
      : model_(model), reporter_(reporter) {}

  void CheckAll();

 private:
  NodeId AddNode() {
    nodes_.emplace_back();
    return static_cast<NodeId>(nodes_.size() - 1);
  }
  // The node that `segments`, but for a rest, lead to. Adds what is missing.
  NodeId Descend(NodeId node, const std::vector<IrSegment>& segments);
  void AddRoute(std::uint32_t index);
  void IndexMethods();
  void ChooseFreeWord();

  Group& GroupOf(std::uint32_t index);
  bool IsRest(std::uint32_t index) const {
    return model_.routes[index].segments.back().kind == IrSegment::Kind::kRest;
  }
  // Whether `group` has a route for `method`; for no method, whether it has
  // one for every method.
  bool Takes(const Group& group, std::optional<std::string_view> method) const;

  void CheckGroup(const Group& group);
  void ReportPair(Code code, std::uint32_t later, std::uint32_t earlier,
                  std::string_view method);

  void CheckShadowed(std::uint32_t index);
  std::string PrefixOf(std::uint32_t index) const;
  // A path that route `index`, which ends in a rest, is selected for with
  // `method`; nothing if other routes take all of them, which are then added
  // to `*takers`.
  std::optional<std::string> FindPath(std::uint32_t index,
                                      std::optional<std::string_view> method,
                                      std::vector<std::uint32_t>* takers) const;
  // Whether the path that ends at `node`, or with a slash after it, is not
  // taken. Returns what is to be appended.
  std::optional<std::string> FreeEnd(NodeId node, bool root,
                                     std::optional<std::string_view> method,
                                     std::vector<std::uint32_t>* takers) const;

  const Model& model_;
  Reporter& reporter_;
  std::vector<Node> nodes_;
  std::unordered_map<std::string, NodeId> roots_;
  std::unordered_map<Edge, NodeId, PairHash> literals_;
  std::vector<NodeId> node_of_;  // by route; kNoNode if it is not well formed
  std::vector<std::vector<std::string_view>> methods_;  // by route
  std::unordered_set<GroupMethod, PairHash> group_methods_;
  std::string free_word_;  // a segment that no pattern has as a literal
};

NodeId RouteChecker::Descend(NodeId node,
                             const std::vector<IrSegment>& segments) {
  for (const IrSegment& segment : segments) {
    NodeId next = kNoNode;
    switch (segment.kind) {
      case IrSegment::Kind::kRest:
        return node;
      case IrSegment::Kind::kParam:
        if (nodes_[node].param == kNoNode) {
          next = AddNode();
          nodes_[node].param = next;
        }
        next = nodes_[node].param;
        break;
      case IrSegment::Kind::kLiteral: {
        const auto [edge, added] =
            literals_.try_emplace({node, segment.text}, kNoNode);
        if (added) edge->second = AddNode();
        next = edge->second;
        break;
      }
    }
    node = next;
  }
  return node;
}

Group& RouteChecker::GroupOf(std::uint32_t index) {
  Node& node = nodes_[node_of_[index]];
  return IsRest(index) ? node.rest : node.end;
}

void RouteChecker::AddRoute(std::uint32_t index) {
  const ModelRoute& route = model_.routes[index];
  node_of_[index] = kNoNode;
  if (!route.well_formed) return;
  const auto [root, added] = roots_.try_emplace(HostKey(route.host), kNoNode);
  if (added) root->second = AddNode();
  node_of_[index] = Descend(root->second, route.segments);
  methods_[index] = MethodsOf(route);
  Group& group = GroupOf(index);
  group.routes.push_back(index);
  group.any_method |= methods_[index].empty();
}

// After all nodes are there: groups do not move any more.
void RouteChecker::IndexMethods() {
  for (std::uint32_t index = 0; index < node_of_.size(); ++index) {
    if (node_of_[index] == kNoNode) continue;
    const Group* const group = &GroupOf(index);
    for (const std::string_view method : methods_[index]) {
      group_methods_.insert({group, method});
    }
  }
}

void RouteChecker::ChooseFreeWord() {
  std::unordered_set<std::string_view> words;
  for (const auto& [edge, node] : literals_) words.insert(edge.literal);
  free_word_ = "x";
  for (std::size_t i = 1; words.contains(free_word_); ++i) {
    free_word_ = "x" + std::to_string(i);
  }
}

bool RouteChecker::Takes(const Group& group,
                         std::optional<std::string_view> method) const {
  return group.any_method ||
         (method && group_methods_.contains({&group, *method}));
}

std::string RouteChecker::PrefixOf(std::uint32_t index) const {
  std::string path;
  for (const IrSegment& segment : model_.routes[index].segments) {
    if (segment.kind == IrSegment::Kind::kRest) break;
    path += '/';
    path +=
        segment.kind == IrSegment::Kind::kLiteral ? segment.text : free_word_;
  }
  return path;
}

std::optional<std::string> RouteChecker::FreeEnd(
    NodeId node, bool root, std::optional<std::string_view> method,
    std::vector<std::uint32_t>* takers) const {
  // No path is without any segment.
  if (!root) {
    const Group& end = nodes_[node].end;
    if (!Takes(end, method)) return "";
    takers->push_back(end.routes.front());
  }
  const auto slash = literals_.find({node, ""});
  if (slash == literals_.end()) return "/";
  const Group& end = nodes_[slash->second].end;
  if (!Takes(end, method)) return "/";
  takers->push_back(end.routes.front());
  return std::nullopt;
}

std::optional<std::string> RouteChecker::FindPath(
    std::uint32_t index, std::optional<std::string_view> method,
    std::vector<std::uint32_t>* takers) const {
  std::string path = PrefixOf(index);
  NodeId node = node_of_[index];
  // Literal segments only ever take some of the paths, so that what decides is
  // what stands at the node itself and on the way through its parameters.
  for (bool first = true;; first = false) {
    if (!first) {
      const Group& rest = nodes_[node].rest;
      if (Takes(rest, method)) {
        takers->push_back(rest.routes.front());
        return std::nullopt;
      }
    }
    const bool root = first && path.empty();
    if (const auto end = FreeEnd(node, root, method, takers)) {
      return path + *end;
    }
    path += "/" + free_word_;
    node = nodes_[node].param;
    if (node == kNoNode) return path;
  }
}

void RouteChecker::CheckShadowed(std::uint32_t index) {
  const ModelRoute& route = model_.routes[index];
  std::vector<std::uint32_t> takers;
  if (methods_[index].empty()) {
    if (FindPath(index, std::nullopt, &takers)) return;
  }
  for (const std::string_view method : methods_[index]) {
    if (FindPath(index, method, &takers)) return;
  }
  std::sort(takers.begin(), takers.end());
  takers.erase(std::unique(takers.begin(), takers.end()), takers.end());
  Finding finding;
  finding.code = Code::kRouteShadowed;
  finding.severity = InfoOf(finding.code).severity;
  finding.span = route.ast->path->span;
  finding.message = "route " + route.Name() +
                    " is never selected: more specific routes take every "
                    "path that it matches";
  finding.help = "remove it, or one of those that stand before it";
  for (const std::uint32_t taker : takers) {
    finding.related.push_back(
        {model_.routes[taker].ast->path->span,
         "route " + model_.routes[taker].Name() + " takes some of them"});
  }
  const Reporter::RouteScope scope(reporter_, *route.ast);
  reporter_.Report(std::move(finding));
}

void RouteChecker::ReportPair(Code code, std::uint32_t later,
                              std::uint32_t earlier, std::string_view method) {
  const ModelRoute& route = model_.routes[later];
  const ModelRoute& other = model_.routes[earlier];
  std::string path = PrefixOf(later);
  if (IsRest(later)) {
    std::vector<std::uint32_t> takers;
    const std::optional<std::string_view> asked =
        methods_[later].empty() ? std::nullopt : std::optional(method);
    path = FindPath(later, asked, &takers).value_or(path + "/" + free_word_);
  }
  std::string witness = Quoted(std::string(method) + " " + path);
  if (route.host.kind == IrHost::Kind::kExact) {
    witness += " to " + Quoted(route.host.name);
  } else if (route.host.kind == IrHost::Kind::kWildcard) {
    witness += " to " + Quoted(free_word_ + "." + route.host.name);
  }
  Finding finding;
  finding.code = code;
  finding.severity = InfoOf(code).severity;
  finding.span = route.ast->path->span;
  if (code == Code::kRouteTwice) {
    finding.message = "routes " + other.Name() + " and " + route.Name() +
                      " are for the same requests, such as " + witness;
    finding.help =
        "remove one of them, or tell them apart by `path`, `host` "
        "or `for_methods`";
  } else {
    finding.message = "nothing separates routes " + other.Name() + " and " +
                      route.Name() + " for " + witness;
    finding.help = "list each method in one of them only";
  }
  finding.related.push_back({other.ast->path->span, "the other route"});
  const Reporter::RouteScope scope(reporter_, *route.ast);
  reporter_.Report(std::move(finding));
}

void RouteChecker::CheckGroup(const Group& group) {
  if (group.routes.size() < 2) return;
  std::unordered_map<std::string, std::uint32_t> by_set;
  std::unordered_map<std::string_view, std::uint32_t> by_method;
  for (const std::uint32_t index : group.routes) {
    std::string set;
    for (const std::string_view method : methods_[index]) {
      set.append(method).append(",");
    }
    const std::string_view witness =
        methods_[index].empty() ? "GET" : methods_[index].front();
    const auto [same, new_set] = by_set.emplace(std::move(set), index);
    if (!new_set) {
      ReportPair(Code::kRouteTwice, index, same->second, witness);
      continue;
    }
    bool reported = false;
    for (const std::string_view method : methods_[index]) {
      const auto [other, new_method] = by_method.emplace(method, index);
      if (new_method || reported) continue;
      ReportPair(Code::kRoutesOverlap, index, other->second, method);
      reported = true;
    }
  }
}

void RouteChecker::CheckAll() {
  node_of_.resize(model_.routes.size(), kNoNode);
  methods_.resize(model_.routes.size());
  for (std::uint32_t index = 0; index < model_.routes.size(); ++index) {
    AddRoute(index);
  }
  IndexMethods();
  ChooseFreeWord();
  for (const Node& node : nodes_) {
    CheckGroup(node.end);
    CheckGroup(node.rest);
  }
  for (std::uint32_t index = 0; index < model_.routes.size(); ++index) {
    if (node_of_[index] != kNoNode && IsRest(index)) CheckShadowed(index);
  }
}

}  // namespace

void CheckRoutes(const Model& model, Reporter& reporter) {
  RouteChecker(model, reporter).CheckAll();
}

}  // namespace corsac
