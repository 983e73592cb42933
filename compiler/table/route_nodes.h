// The patterns of the routes as a trie, as they are written: a tree for each
// host pattern, a node for each beginning of a path pattern. RouteStates
// (compiler/table/route_states.h) makes of it what lookups go through.
//
// Not thread-safe. Lives while a table is built.
//
// Internal: not installed.
#ifndef CORSAC_COMPILER_TABLE_ROUTE_NODES_H_
#define CORSAC_COMPILER_TABLE_ROUTE_NODES_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/model/ir.h"
#include "compiler/table/route_numbers.h"

namespace corsac {

class RouteNodes {
 public:
  static constexpr std::uint32_t kNone = 0xFFFF'FFFF;

  struct Node {
    std::uint32_t label = kNone;  // of the literal edge that leads here
    // Literal children, linked; `children` of them.
    std::uint32_t first_child = kNone;
    std::uint32_t next_sibling = kNone;
    std::uint32_t children = 0;
    std::uint32_t param = kNone;  // child for `{name}`
    std::uint32_t ends = kNone;   // first leaf of the routes that end here
    std::uint32_t rests = kNone;  // first leaf of those with `{name...}` here
    // Whether one of those takes every method.
    bool rests_take_all = false;
    // Names of methods, and routes without, in `ends` and `rests`.
    std::uint32_t leaf_size = 0;
    // Nodes and leaf sizes of the whole tree below, this one included.
    std::size_t tree_size = 0;
  };

  // A route in the list of a node; those that name methods come first.
  struct Leaf {
    std::uint32_t route = kNone;
    std::uint32_t next = kNone;
    std::vector<std::uint32_t> methods;  // empty: every method
  };

  // The tree of one host pattern.
  struct Tree {
    IrHost host;
    std::uint32_t root = kNone;
  };

  // `routes` must outlive this. REQUIRES: `{name...}` only as last segment, at
  // most kMaxPatternSegments segments.
  explicit RouteNodes(const std::vector<IrRoute>& routes);

  const Node& node(std::uint32_t index) const { return nodes_[index]; }
  const Leaf& leaf(std::uint32_t index) const { return leaves_[index]; }
  std::size_t size() const { return nodes_.size(); }
  const std::vector<Tree>& trees() const { return trees_; }
  const TextNumbers& labels() const { return labels_; }
  // Methods that routes name, sorted; leaves name them by their index.
  const std::vector<std::string>& methods() const { return methods_; }

  // Whether the same rests of paths, with the same methods, match something
  // below `a` and below `b`: whichever comes first leaves nothing to the other.
  bool AreAlike(std::uint32_t a, std::uint32_t b);

  // The same number for nodes that are alike.
  std::uint32_t ShapeOf(std::uint32_t node);

 private:
  void Add(std::uint32_t id, const IrRoute& route);
  void NumberMethods(const std::vector<IrRoute>& routes);
  std::uint32_t AddNode();
  std::uint32_t RootFor(const IrHost& host);
  std::uint32_t LiteralChild(std::uint32_t node, std::string_view text);
  std::uint32_t ParamChild(std::uint32_t node);
  void AddLeaf(std::uint32_t* first, std::uint32_t id, const IrRoute& route);
  void MakeShapes();
  std::uint32_t MethodsShape(std::uint32_t first_leaf);

  std::vector<Node> nodes_;  // children after their parents
  std::vector<Leaf> leaves_;
  std::vector<Tree> trees_;
  TextNumbers labels_;
  std::vector<std::string> methods_;

  TextNumbers method_names_;
  std::vector<std::uint32_t> method_places_;  // in methods_, by number
  TextNumbers host_names_;
  SequenceNumbers hosts_;  // (kind, name) → index into trees_
  SequenceNumbers edges_;  // (node, label) → index into edge_children_
  std::vector<std::uint32_t> edge_children_;

  std::vector<std::uint32_t> shapes_;  // of each node; empty until needed
  SequenceNumbers shape_numbers_;
  SequenceNumbers method_set_numbers_;
};

}  // namespace corsac

#endif  // CORSAC_COMPILER_TABLE_ROUTE_NODES_H_
