// The routes of one table, by host and path: for each host pattern a trie over
// path segments.
//
// A trie node has an edge for each literal segment, one for `{name}`, the
// routes whose pattern ends at it and the routes whose `{name...}` begins at
// it. A lookup walks the trie depth first, the more specific edge first, so the
// first route found that takes the method is the most specific one.
//
// Immutable; lookups do not allocate.
//
// Internal: not installed.
#ifndef CORSAC_COMPILER_TABLE_ROUTE_TRIE_H_
#define CORSAC_COMPILER_TABLE_ROUTE_TRIE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/table/keyed_table.h"

namespace corsac {

struct IrRoute;

class RouteTrie {
 public:
  static constexpr std::uint32_t kNone = KeyedTable::kNone;

  // The trie of `routes`; ids are indexes into it.
  static RouteTrie Build(const std::vector<IrRoute>& routes);

  // The id of the most specific route, or kNone. Arguments as for
  // PolicyTable::FindRoute().
  std::uint32_t Find(std::string_view host, std::string_view path,
                     std::string_view method) const noexcept;

  std::size_t bytes() const;

 private:
  friend class RouteTrieBuilder;

  struct Node {
    std::uint32_t param = kNone;  // child for `{name}`
    std::uint32_t ends = kNone;   // first leaf of the routes that end here
    std::uint32_t rests = kNone;  // first leaf of those that go on as they like
  };

  // A route in the list of a node; those that name methods come first.
  struct Leaf {
    std::uint32_t route = kNone;
    std::uint32_t next = kNone;
    std::vector<std::string> methods;  // empty: every method
  };

  std::uint32_t FindBelow(std::uint32_t root, std::string_view path,
                          std::string_view method) const noexcept;
  std::uint32_t TakeLeaf(std::uint32_t first,
                         std::string_view method) const noexcept;

  std::vector<Node> nodes_;
  std::vector<Leaf> leaves_;
  KeyedTable hosts_;  // (kind of host, name) → root node
  KeyedTable edges_;  // (node, literal segment) → child
  std::uint32_t any_host_root_ = kNone;
};

}  // namespace corsac

#endif  // CORSAC_COMPILER_TABLE_ROUTE_TRIE_H_
