// A KeyedTable maps (owner, text) to an index: the exact origins of all origin
// sets, the hosts and the edges of the route trie live in tables of this kind.
// It is filled once and only looked up afterwards; the texts are kept end to
// end in one string and compared in full, so that a collision of hashes costs
// time and nothing else.
//
//   slots_    open addressing, a power of two, at most half full:
//             { tag: upper 32 bits of the hash | entry: index + 1, 0 = empty }
//   entries_  in the order of insertion: { offset, length, owner, value }
//   bytes_    the texts, end to end
//
// Immutable after Build(); lookups then need no synchronisation and do not
// allocate.
//
// Internal: not installed.
#ifndef CORSAC_COMPILER_TABLE_KEYED_TABLE_H_
#define CORSAC_COMPILER_TABLE_KEYED_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace corsac {

class KeyedTable {
 public:
  static constexpr std::uint32_t kNone = 0xFFFF'FFFF;

  // Adds a key that is not in the table yet. REQUIRES: not built.
  void Add(std::uint32_t owner, std::string_view text, std::uint32_t value);

  // Makes the table ready for Find().
  void Build();

  // The value of (owner, text), or kNone. O(text.size()) expected.
  std::uint32_t Find(std::uint32_t owner, std::string_view text) const noexcept;

  std::size_t size() const { return entries_.size(); }
  std::string_view text(std::size_t entry) const {
    return std::string_view(bytes_).substr(entries_[entry].offset,
                                           entries_[entry].length);
  }
  std::uint32_t owner(std::size_t entry) const { return entries_[entry].owner; }
  std::uint32_t value(std::size_t entry) const { return entries_[entry].value; }

  // Bytes of memory that the table holds.
  std::size_t bytes() const;

 private:
  struct Entry {
    std::uint32_t offset;
    std::uint32_t length;
    std::uint32_t owner;
    std::uint32_t value;
  };
  struct Slot {
    std::uint32_t tag = 0;
    std::uint32_t entry = 0;  // index + 1
  };

  std::vector<Slot> slots_;
  std::vector<Entry> entries_;
  std::string bytes_;
};

}  // namespace corsac

#endif  // CORSAC_COMPILER_TABLE_KEYED_TABLE_H_
