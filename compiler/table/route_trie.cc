// Route lookup. Entries: RouteTrie::Build() and RouteTrie::Find().
// Tested by tests/compiler/route_trie_test.cc.
#include "compiler/table/route_trie.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "compiler/check.h"
#include "compiler/limits.h"
#include "compiler/model/ir.h"

namespace corsac {
namespace {

// Owners of the keys of hosts_.
constexpr std::uint32_t kExactHost = 0;
constexpr std::uint32_t kWildcardHost = 1;

// What is left of a path: the offset of the next segment, or past the end when
// there is none. "/a/" has the segments "a" and ""; "/" has the segment "".
constexpr std::size_t NoSegment(std::string_view path) {
  return path.size() + 1;
}

std::string_view SegmentAt(std::string_view path, std::size_t begin) {
  return path.substr(begin, path.find('/', begin) - begin);
}

std::size_t AfterSegment(std::string_view path, std::size_t begin) {
  const std::size_t slash = path.find('/', begin);
  return slash == std::string_view::npos ? NoSegment(path) : slash + 1;
}

}  // namespace

// Builds a RouteTrie; keeps the maps that a finished trie does without.
class RouteTrieBuilder {
 public:
  explicit RouteTrieBuilder(RouteTrie* trie) : trie_(*trie) {}

  void Add(std::uint32_t id, const IrRoute& route) {
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
    auto& node_ref = trie_.nodes_[node];
    AddLeaf(rest ? &node_ref.rests : &node_ref.ends, id, route.for_methods);
  }

  void Finish() {
    for (const auto& [key, root] : hosts_) {
      trie_.hosts_.Add(key.first, key.second, root);
    }
    for (const auto& [key, child] : edges_) {
      trie_.edges_.Add(key.first, key.second, child);
    }
    trie_.hosts_.Build();
    trie_.edges_.Build();
  }

 private:
  using Key = std::pair<std::uint32_t, std::string>;

  std::uint32_t AddNode() {
    trie_.nodes_.emplace_back();
    return static_cast<std::uint32_t>(trie_.nodes_.size() - 1);
  }

  std::uint32_t ChildIn(std::map<Key, std::uint32_t>* map, Key key) {
    const auto [entry, added] = map->try_emplace(std::move(key), 0);
    if (added) entry->second = AddNode();
    return entry->second;
  }

  std::uint32_t RootFor(const IrHost& host) {
    if (host.kind == IrHost::Kind::kAny) {
      if (trie_.any_host_root_ == RouteTrie::kNone) {
        trie_.any_host_root_ = AddNode();
      }
      return trie_.any_host_root_;
    }
    const bool exact = host.kind == IrHost::Kind::kExact;
    return ChildIn(&hosts_, {exact ? kExactHost : kWildcardHost, host.name});
  }

  std::uint32_t LiteralChild(std::uint32_t node, const std::string& text) {
    return ChildIn(&edges_, {node, text});
  }

  std::uint32_t ParamChild(std::uint32_t node) {
    if (trie_.nodes_[node].param == RouteTrie::kNone) {
      const std::uint32_t child = AddNode();
      trie_.nodes_[node].param = child;
    }
    return trie_.nodes_[node].param;
  }

  void AddLeaf(std::uint32_t* first, std::uint32_t id,
               const std::vector<std::string>& methods) {
    // A route without methods comes last; there is at most one of them.
    std::uint32_t* link = first;
    if (methods.empty()) {
      while (*link != RouteTrie::kNone) link = &trie_.leaves_[*link].next;
    }
    const std::uint32_t next = *link;
    *link = static_cast<std::uint32_t>(trie_.leaves_.size());
    trie_.leaves_.push_back({id, next, methods});
  }

  RouteTrie& trie_;
  std::map<Key, std::uint32_t> hosts_;
  std::map<Key, std::uint32_t> edges_;
};

RouteTrie RouteTrie::Build(const std::vector<IrRoute>& routes) {
  RouteTrie trie;
  RouteTrieBuilder builder(&trie);
  for (std::size_t i = 0; i < routes.size(); ++i) {
    builder.Add(static_cast<std::uint32_t>(i), routes[i]);
  }
  builder.Finish();
  return trie;
}

std::uint32_t RouteTrie::Find(std::string_view host, std::string_view path,
                              std::string_view method) const noexcept {
  std::uint32_t root = hosts_.Find(kExactHost, host);
  std::uint32_t route = FindBelow(root, path, method);
  // `*.example.com` covers every depth below it; longer names, that is more
  // labels, first.
  for (std::size_t dot = host.find('.');
       route == kNone && dot != std::string_view::npos;
       dot = host.find('.', dot + 1)) {
    if (dot == 0 || hosts_.size() == 0) continue;
    root = hosts_.Find(kWildcardHost, host.substr(dot + 1));
    route = FindBelow(root, path, method);
  }
  return route != kNone ? route : FindBelow(any_host_root_, path, method);
}

std::uint32_t RouteTrie::FindBelow(std::uint32_t root, std::string_view path,
                                   std::string_view method) const noexcept {
  if (root == kNone) return kNone;
  // What is still to be tried, the most specific on top. A node adds at most
  // three entries and takes one away, and a trie is no deeper than a pattern.
  struct Frame {
    std::uint32_t node;
    bool rest;  // try the `{name...}` routes of `node`
    std::size_t segment;
  };
  std::array<Frame, 2 * (kMaxPatternSegments + 2)> stack;
  std::size_t depth = 0;
  stack[depth++] = {root, false, 1};
  while (depth > 0) {
    const Frame frame = stack[--depth];
    const Node& node = nodes_[frame.node];
    if (frame.rest || frame.segment == NoSegment(path)) {
      const std::uint32_t route =
          TakeLeaf(frame.rest ? node.rests : node.ends, method);
      if (route != kNone) return route;
      if (frame.rest) continue;
    }
    if (node.rests != kNone) stack[depth++] = {frame.node, true, 0};
    if (frame.segment == NoSegment(path)) continue;
    const std::string_view segment = SegmentAt(path, frame.segment);
    const std::size_t next = AfterSegment(path, frame.segment);
    if (node.param != kNone && !segment.empty()) {
      stack[depth++] = {node.param, false, next};
    }
    const std::uint32_t child = edges_.Find(frame.node, segment);
    if (child != kNone) stack[depth++] = {child, false, next};
  }
  return kNone;
}

std::uint32_t RouteTrie::TakeLeaf(std::uint32_t first,
                                  std::string_view method) const noexcept {
  for (std::uint32_t i = first; i != kNone; i = leaves_[i].next) {
    const Leaf& leaf = leaves_[i];
    if (leaf.methods.empty() ||
        std::find(leaf.methods.begin(), leaf.methods.end(), method) !=
            leaf.methods.end()) {
      return leaf.route;
    }
  }
  return kNone;
}

std::size_t RouteTrie::bytes() const {
  std::size_t bytes = hosts_.bytes() + edges_.bytes() +
                      nodes_.capacity() * sizeof(Node) +
                      leaves_.capacity() * sizeof(Leaf);
  for (const Leaf& leaf : leaves_) {
    bytes += leaf.methods.capacity() * sizeof(std::string);
  }
  return bytes;
}

}  // namespace corsac
