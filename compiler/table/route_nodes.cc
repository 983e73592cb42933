// Builds the trie of the patterns, and tells nodes that are alike.
// Tested by tests/compiler/route_trie_test.cc.
#include "compiler/table/route_nodes.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

#include "compiler/check.h"
#include "compiler/limits.h"

namespace corsac {

RouteNodes::RouteNodes(const std::vector<IrRoute>& routes) {
  NumberMethods(routes);
  for (std::size_t i = 0; i < routes.size(); ++i) {
    Add(static_cast<std::uint32_t>(i), routes[i]);
  }
  // Children come after their parents.
  for (std::size_t i = nodes_.size(); i-- > 0;) {
    Node& node = nodes_[i];
    node.tree_size = 1 + node.leaf_size;
    for (std::uint32_t child = node.first_child; child != kNone;
         child = nodes_[child].next_sibling) {
      node.tree_size += nodes_[child].tree_size;
    }
    if (node.param != kNone) node.tree_size += nodes_[node.param].tree_size;
  }
}

void RouteNodes::NumberMethods(const std::vector<IrRoute>& routes) {
  for (const IrRoute& route : routes) {
    for (const std::string& method : route.for_methods) {
      method_names_.Number(method);
    }
  }
  std::vector<std::uint32_t> sorted(method_names_.size());
  std::iota(sorted.begin(), sorted.end(), 0U);
  std::sort(sorted.begin(), sorted.end(),
            [&](std::uint32_t a, std::uint32_t b) {
              return method_names_[a] < method_names_[b];
            });
  method_places_.resize(sorted.size());
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    method_places_[sorted[i]] = static_cast<std::uint32_t>(i);
    methods_.emplace_back(method_names_[sorted[i]]);
  }
}

void RouteNodes::Add(std::uint32_t id, const IrRoute& route) {
  CORSAC_CHECK(route.segments.size() <= kMaxPatternSegments);
  std::uint32_t node = RootFor(route.host);
  bool rest = false;
  for (const IrSegment& segment : route.segments) {
    CORSAC_CHECK(!rest);
    switch (segment.kind) {
      case IrSegment::Kind::kLiteral:
        node = LiteralChild(node, segment.text);
        break;
      case IrSegment::Kind::kParam:
        node = ParamChild(node);
        break;
      case IrSegment::Kind::kRest:
        rest = true;
        break;
    }
  }
  Node& last = nodes_[node];
  last.leaf_size += static_cast<std::uint32_t>(
      std::max<std::size_t>(1, route.for_methods.size()));
  if (rest && route.for_methods.empty()) last.rests_take_all = true;
  AddLeaf(rest ? &last.rests : &last.ends, id, route);
}

std::uint32_t RouteNodes::AddNode() {
  nodes_.emplace_back();
  return static_cast<std::uint32_t>(nodes_.size() - 1);
}

std::uint32_t RouteNodes::RootFor(const IrHost& host) {
  const std::array<std::uint32_t, 2> key = {
      static_cast<std::uint32_t>(host.kind), host_names_.Number(host.name)};
  const std::uint32_t tree = hosts_.Number(key);
  if (tree == trees_.size()) trees_.push_back({host, AddNode()});
  return trees_[tree].root;
}

std::uint32_t RouteNodes::LiteralChild(std::uint32_t node,
                                       std::string_view text) {
  const std::uint32_t label = labels_.Number(text);
  const std::uint32_t edge = edges_.Number(std::array{node, label});
  if (edge == edge_children_.size()) {
    const std::uint32_t child = AddNode();
    nodes_[child].label = label;
    nodes_[child].next_sibling = nodes_[node].first_child;
    nodes_[node].first_child = child;
    ++nodes_[node].children;
    edge_children_.push_back(child);
  }
  return edge_children_[edge];
}

std::uint32_t RouteNodes::ParamChild(std::uint32_t node) {
  if (nodes_[node].param == kNone) {
    const std::uint32_t child = AddNode();
    nodes_[node].param = child;
  }
  return nodes_[node].param;
}

void RouteNodes::AddLeaf(std::uint32_t* first, std::uint32_t id,
                         const IrRoute& route) {
  // A route without methods comes last; there is at most one of them.
  std::uint32_t* link = first;
  if (route.for_methods.empty()) {
    while (*link != kNone) link = &leaves_[*link].next;
  }
  Leaf leaf{id, *link, {}};
  for (const std::string& method : route.for_methods) {
    leaf.methods.push_back(method_places_[method_names_.Number(method)]);
  }
  *link = static_cast<std::uint32_t>(leaves_.size());
  leaves_.push_back(std::move(leaf));
}

bool RouteNodes::AreAlike(std::uint32_t a, std::uint32_t b) {
  const Node& x = nodes_[a];
  const Node& y = nodes_[b];
  return x.tree_size == y.tree_size && x.children == y.children &&
         ShapeOf(a) == ShapeOf(b);
}

std::uint32_t RouteNodes::ShapeOf(std::uint32_t node) {
  if (shapes_.empty()) MakeShapes();
  return shapes_[node];
}

void RouteNodes::MakeShapes() {
  shapes_.resize(nodes_.size());
  std::vector<std::pair<std::uint32_t, std::uint32_t>> children;
  std::vector<std::uint32_t> shape;
  for (std::size_t i = nodes_.size(); i-- > 0;) {
    const Node& node = nodes_[i];
    children.clear();
    for (std::uint32_t child = node.first_child; child != kNone;
         child = nodes_[child].next_sibling) {
      children.emplace_back(nodes_[child].label, shapes_[child]);
    }
    std::sort(children.begin(), children.end());
    shape = {MethodsShape(node.ends), MethodsShape(node.rests),
             node.param == kNone ? kNone : shapes_[node.param]};
    for (const auto& [label, child_shape] : children) {
      shape.push_back(label);
      shape.push_back(child_shape);
    }
    shapes_[i] = shape_numbers_.Number(shape);
  }
}

std::uint32_t RouteNodes::MethodsShape(std::uint32_t first_leaf) {
  if (first_leaf == kNone) return kNone;
  std::vector<std::uint32_t> methods;
  for (std::uint32_t i = first_leaf; i != kNone; i = leaves_[i].next) {
    const std::vector<std::uint32_t>& own = leaves_[i].methods;
    methods.insert(methods.end(), own.begin(), own.end());
    if (own.empty()) methods.push_back(kNone);
  }
  std::sort(methods.begin(), methods.end());
  // With a route that takes every method the others make no difference.
  if (methods.back() == kNone) methods = {kNone};
  return method_set_numbers_.Number(methods);
}

}  // namespace corsac
