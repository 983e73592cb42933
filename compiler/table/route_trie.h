// The routes of one table, by host and path. docs/policy_table.md draws it.
//
// For each host pattern an automaton over path segments: a state has an edge
// for each literal that may come next, one for any other segment, and the
// routes for the two cases that no segment is left and that the path cannot
// match further. One probe a segment leads to the most specific route; a chain
// of literals without alternatives is one edge. Only where patterns would take
// too many states (compiler/table/route_states.h) are alternatives tried one
// after the other, and then no two times what has failed before.
//
// States, labels and edges lie in one array of 32-bit words, a state's
// successors behind it:
//
//   state   kHeaderWords words, then the bytes of the label that leads to it,
//           then slots { tag: upper half of the hash | the state it leads to }
//   slots   up to kMaxScannedSlots are scanned; more are a hash table, three
//           quarters full
//
// Labels are always compared in full; a tag is a hint.
//
// Immutable; lookups do not allocate.
//
// Internal: not installed.
#ifndef CORSAC_COMPILER_TABLE_ROUTE_TRIE_H_
#define CORSAC_COMPILER_TABLE_ROUTE_TRIE_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/table/route_states.h"

namespace corsac {

struct IrRoute;

class RouteTrie {
 public:
  static constexpr std::uint32_t kNone = 0xFFFF'FFFF;

  struct Options {
    std::uint64_t seed = 0;
    // See RouteStates. 0: alternatives are tried one after the other wherever
    // there are some.
    std::size_t states_per_node = 2;
  };

  // The trie of `routes`; ids are indexes into it. Without options hashes get a
  // seed that nobody knows.
  static RouteTrie Build(const std::vector<IrRoute>& routes);
  static RouteTrie Build(const std::vector<IrRoute>& routes,
                         const Options& options);

  // The id of the most specific route, or kNone. Arguments as for
  // PolicyTable::FindRoute(). One probe for each label of the host, at most two
  // more, and one for each segment of the path as deep as patterns go, for each
  // host pattern that covers the host.
  std::uint32_t Find(std::string_view host, std::string_view path,
                     std::string_view method) const noexcept;

  std::size_t bytes() const;
  // States that are choices: alternatives tried one after the other.
  std::size_t choices() const { return choices_; }

 private:
  friend class RouteTrieWriter;
  class Walk;

  // Words of a state before its label.
  enum Header : std::uint8_t {
    kKind,        // bit 0: a choice; above it: how many slots there are
    kLabelBytes,  // of the whole label; it may be several segments
    kFirstBytes,  // of its first segment
    kAtEnd,       // RouteRefs as in RouteStates::State; a choice has the
    kDead,        // number of its alternatives in kAtEnd and the alternatives
    kOther,       // { RouteRef, shape } instead of slots
    kHeaderWords,
  };
  static constexpr std::uint32_t kChoiceBit = 1;
  static constexpr std::uint32_t kMaxScannedSlots = 8;

  // Slots in words_.
  struct SlotRange {
    std::size_t begin = 0;
    std::uint32_t count = 0;

    bool is_hashed() const { return count > kMaxScannedSlots; }
    // Where a key of this hash is looked for first, in a hash table.
    std::uint32_t FirstSlot(std::uint64_t hash) const {
      return static_cast<std::uint32_t>((hash & 0xFFFF'FFFF) * count >> 32);
    }
    std::uint32_t After(std::uint32_t slot) const {
      return slot + 1 == count ? 0 : slot + 1;
    }
  };

  // A segment of a path, or a host.
  struct Key {
    std::string_view text;
    std::uint64_t hash = 0;
  };

  // The bit of wildcard_lengths_ for a name.
  static std::size_t LengthBit(std::string_view name) {
    return std::min<std::size_t>(name.size(), 255);
  }

  Key MakeKey(std::string_view text) const noexcept;
  std::string_view LabelAt(std::uint32_t state) const noexcept;
  std::uint32_t FindSlot(SlotRange slots, const Key& key) const noexcept;
  std::uint32_t FindBelow(std::uint32_t root, std::string_view path,
                          std::string_view method) const noexcept;
  std::uint32_t MethodNumber(std::string_view method) const noexcept;

  std::uint64_t seed_ = 0;
  std::vector<std::uint32_t> words_;
  std::vector<RouteCell> cells_;
  std::vector<std::string> methods_;  // sorted; cells name them by index

  std::uint32_t any_host_root_ = kNone;
  SlotRange exact_hosts_;     // host → root
  SlotRange wildcard_hosts_;  // what follows `*.` → root
  // Bit n: there is a wildcard host of n bytes after `*.`; the last bit stands
  // for all that are longer.
  std::array<std::uint64_t, 4> wildcard_lengths_{};

  std::size_t choices_ = 0;
};

}  // namespace corsac

#endif  // CORSAC_COMPILER_TABLE_ROUTE_TRIE_H_
