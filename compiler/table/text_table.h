// A TextTable maps texts to numbers, for many owners at once: the exact origins
// of all origin sets are in one, and so are the bases of their subdomain rules.
// It is filled once and only looked up afterwards.
//
// The texts lie in the order of their hashes, so that a bucket is one piece of
// memory and needs no pointers:
//
//   directory_  a bucket of 8 bytes: { offset of its first entry : 32 |
//               filter : 32 }; an owner has a run of them (a Group), and the
//               bucket after it tells where its last one ends
//   arena_      entry after entry:
//               { length : 9 | tag : 7 } { number : 0 to 8 bytes } { text }
//
// A lookup reads the directory, where the filter turns most unknown texts away
// (each entry sets two of its bits), and then the entries of the
// bucket, four on average, whose length and tag are compared at once. Tag and
// filter save time only: the bytes of the text are always compared.
//
// Immutable; lookups need no synchronisation and do not allocate.
//
// Internal: not installed.
#ifndef CORSAC_COMPILER_TABLE_TEXT_TABLE_H_
#define CORSAC_COMPILER_TABLE_TEXT_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "compiler/table/hash.h"

namespace corsac {

class TextTable {
 public:
  static constexpr std::uint32_t kNone = 0xFFFF'FFFF;
  // Of a text.
  static constexpr std::size_t kMaxBytes = 511;

  // What belongs to one owner. A default one is empty.
  struct Group {
    std::uint32_t first = 0;    // in the directory
    std::uint32_t buckets = 0;  // 0: nothing
    std::uint32_t entries = 0;

    bool empty() const { return buckets == 0; }
  };

  TextTable() = default;

  // The entry of `text` in `group`, or kNone. O(text.size()) expected.
  std::uint32_t Find(Group group, std::string_view text) const noexcept {
    return group.empty() ? kNone
                         : FindHashed(group, text, HashBytes(text, seed_));
  }

  // The text of an entry. Valid as long as the table.
  std::string_view text(std::uint32_t entry) const noexcept {
    return {arena_.data() + entry + kHeaderBytes + number_bytes_,
            HeaderAt(entry) & kLengthMask};
  }

  // The number of an entry.
  std::uint64_t number(std::uint32_t entry) const noexcept {
    std::uint64_t number = 0;
    for (std::size_t i = number_bytes_; i > 0; --i) {
      const char byte = arena_[entry + kHeaderBytes + i - 1];
      number = number << 8 | static_cast<unsigned char>(byte);
    }
    return number;
  }

  // The entries of `group`, those with smaller numbers first. O(n log n).
  std::vector<std::uint32_t> EntriesOf(Group group) const;

  // Calls `visit(entry)` for every entry of every group, in no order.
  template <class Visit>
  void ForEachEntry(const Visit& visit) const {
    if (directory_.empty()) return;
    const std::uint32_t end = OffsetIn(directory_.back());
    for (std::uint32_t entry = 0; entry < end; entry += SizeAt(entry)) {
      visit(entry);
    }
  }

  // Bytes of memory that the table holds.
  std::size_t bytes() const {
    return directory_.capacity() * sizeof(std::uint64_t) + arena_.capacity();
  }

 private:
  friend class TextTableBuilder;

  static constexpr std::size_t kHeaderBytes = 2;
  static constexpr std::uint32_t kLengthMask = 511;
  static constexpr std::size_t kCacheLine = 64;
  static constexpr std::size_t kPadding = 2 * kCacheLine;

  // How a hash is used: the upper half chooses the bucket, the lower the rest.
  static std::uint32_t BucketOf(std::uint64_t hash, Group group) noexcept {
    return group.first +
           static_cast<std::uint32_t>((hash >> 32) * group.buckets >> 32);
  }
  static std::uint32_t FilterOf(std::uint64_t hash) noexcept {
    return 1U << (hash & 31) | 1U << (hash >> 5 & 31);
  }
  static std::uint16_t HeaderOf(std::uint64_t hash, std::size_t size) noexcept {
    return static_cast<std::uint16_t>(size | (hash >> 10 & 127) << 9);
  }
  static std::uint32_t OffsetIn(std::uint64_t bucket) noexcept {
    return static_cast<std::uint32_t>(bucket);
  }

  std::uint16_t HeaderAt(std::uint32_t entry) const noexcept {
    std::uint16_t header;
    std::memcpy(&header, arena_.data() + entry, sizeof(header));
    return header;
  }
  std::uint32_t SizeAt(std::uint32_t entry) const noexcept {
    return static_cast<std::uint32_t>(kHeaderBytes) + number_bytes_ +
           (HeaderAt(entry) & kLengthMask);
  }

  std::uint32_t FindHashed(Group group, std::string_view text,
                           std::uint64_t hash) const noexcept {
    const std::uint64_t* const bucket =
        directory_.data() + BucketOf(hash, group);
    const std::uint32_t filter = FilterOf(hash);
    if ((bucket[0] >> 32 & filter) != filter) return kNone;
    std::uint32_t entry = OffsetIn(bucket[0]);
    const std::uint32_t end = OffsetIn(bucket[1]);
    // A bucket spans three or four cache lines; in a large table each would be
    // waited for in turn.
    for (std::uint32_t line = entry + kCacheLine; line < end;
         line += kCacheLine) {
      __builtin_prefetch(arena_.data() + line);
    }
    const std::uint16_t header = HeaderOf(hash, text.size());
    for (; entry < end; entry += SizeAt(entry)) {
      if (HeaderAt(entry) == header && EqualBytes(this->text(entry), text)) {
        return entry;
      }
    }
    return kNone;
  }

  std::uint64_t seed_ = 0;
  std::uint32_t number_bytes_ = 0;
  std::vector<std::uint64_t> directory_;  // one more than there are buckets
  std::vector<char> arena_;
};

// Fills a TextTable. Not thread-safe.
class TextTableBuilder {
 public:
  // Numbers will be at most `max_number`.
  TextTableBuilder(std::uint64_t seed, std::uint64_t max_number);

  // Makes room for groups with `entries` texts of `text_bytes` bytes together.
  void Reserve(std::size_t entries, std::size_t text_bytes);

  // Adds a group of `count` texts, all different and none longer than
  // kMaxBytes. `key_at(i)` is the text number i, `number_at(i)` its number;
  // each is called twice at most, and the texts need not stay. The arena must
  // stay under 4 GiB.
  template <class KeyAt, class NumberAt>
  TextTable::Group AddGroup(std::size_t count, const KeyAt& key_at,
                            const NumberAt& number_at) {
    if (count == 0) return {};
    const TextTable::Group group = BeginGroup(count);
    for (std::size_t i = 0; i < count; ++i) CountKey(i, key_at(i));
    LayOut();
    for (std::size_t i = 0; i < count; ++i) {
      PutKey(i, key_at(i), number_at(i));
    }
    return group;
  }

  TextTable Finish();

 private:
  // Texts a bucket, on average. Measured from 1 to 8: fewer cost a longer
  // directory, more a longer walk; see docs/policy_table.md.
  static constexpr std::size_t kTextsPerBucket = 4;

  TextTable::Group BeginGroup(std::size_t count);
  void CountKey(std::size_t i, std::string_view text);
  void LayOut();
  void PutKey(std::size_t i, std::string_view text, std::uint64_t number);

  bool reserved_ = false;
  TextTable table_;
  TextTable::Group group_;             // the one being added
  std::vector<std::uint64_t> hashes_;  // of its texts
  std::vector<std::uint32_t> next_;    // of its buckets: bytes, then the end
};

}  // namespace corsac

#endif  // CORSAC_COMPILER_TABLE_TEXT_TABLE_H_
