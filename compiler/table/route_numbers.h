// Numbers for texts and for sequences of numbers, so that the building of a
// RouteTrie can compare them as one word: equal ones get the same number, and
// the numbers are 0, 1, 2 … in the order of first appearance.
//
// Not thread-safe. Used while a table is built, never for a request.
//
// Internal: not installed.
#ifndef CORSAC_COMPILER_TABLE_ROUTE_NUMBERS_H_
#define CORSAC_COMPILER_TABLE_ROUTE_NUMBERS_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace corsac {

// Open addressing over numbers; who owns the keys says whether two are equal.
class NumberSlots {
 public:
  // Returns the number of the key with this hash for which `is_key(number)`
  // holds. If there is none, files `next` under the hash and returns it.
  template <class IsKey>
  std::uint32_t FindOrAdd(std::uint64_t hash, std::uint32_t next,
                          const IsKey& is_key) {
    if ((used_ + 1) * 2 > slots_.size()) Grow();
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = hash & mask;
    for (; slots_[at].number != kFree; at = (at + 1) & mask) {
      if (slots_[at].hash == hash && is_key(slots_[at].number)) {
        return slots_[at].number;
      }
    }
    slots_[at] = {hash, next};
    ++used_;
    return next;
  }

 private:
  static constexpr std::uint32_t kFree = 0xFFFF'FFFF;
  struct Slot {
    std::uint64_t hash = 0;
    std::uint32_t number = kFree;
  };

  void Grow();

  std::vector<Slot> slots_;
  std::size_t used_ = 0;
};

// The texts must outlive this.
class TextNumbers {
 public:
  std::uint32_t Number(std::string_view text);
  std::string_view operator[](std::uint32_t number) const {
    return texts_[number];
  }
  std::size_t size() const { return texts_.size(); }

 private:
  std::vector<std::string_view> texts_;
  NumberSlots slots_;
};

class SequenceNumbers {
 public:
  std::uint32_t Number(std::span<const std::uint32_t> sequence);
  // Valid until the next Number().
  std::span<const std::uint32_t> operator[](std::uint32_t number) const {
    const std::size_t begin = number == 0 ? 0 : ends_[number - 1];
    return std::span(words_).subspan(begin, ends_[number] - begin);
  }
  std::size_t size() const { return ends_.size(); }

 private:
  std::vector<std::uint32_t> words_;  // the sequences, end to end
  std::vector<std::size_t> ends_;
  NumberSlots slots_;
};

}  // namespace corsac

#endif  // CORSAC_COMPILER_TABLE_ROUTE_NUMBERS_H_
