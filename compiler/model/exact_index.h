// Distinct exact origins, collected by the million.
//
// Internal to compiler/model.
#ifndef CORSAC_COMPILER_MODEL_EXACT_INDEX_H_
#define CORSAC_COMPILER_MODEL_EXACT_INDEX_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "compiler/model/ir_exact_origins.h"

namespace corsac {

// Adds origins to a list unless their text is in it already: one flat hash
// table of (hash, index) pairs over the list, whose texts are thus held once.
// Additions wait in a short queue, so that the memory each of them needs can be
// fetched while others are dealt with; nothing is in the list for certain
// before Flush(). The hash has a seed of its own in each process: rules made to
// collide do not. Not thread-safe; refers to the list.
class ExactIndex {
 public:
  // REQUIRES: `origins` is empty, and changed by nobody else.
  explicit ExactIndex(IrExactOrigins& origins);

  // Makes room for `more` origins whose texts have `bytes` in all, so that
  // millions of them are not moved several times over.
  void Reserve(std::size_t more, std::size_t bytes);

  // Adds `text`, with the place of its first mention. `text` must stay as it is
  // until Flush(). Amortised O(text.size()).
  void Add(std::string_view text, const IrPlace& place);

  // Ends what Add() began.
  void Flush();

 private:
  static constexpr std::uint32_t kFree = 0xFFFF'FFFF;
  static constexpr std::size_t kQueue = 16;

  struct Slot {
    std::uint32_t hash = 0;       // the upper half of the hash
    std::uint32_t index = kFree;  // into the list
  };
  struct Waiting {
    std::uint64_t hash = 0;
    std::string_view text;
    IrPlace place;
  };

  std::uint64_t HashOf(std::string_view text) const;
  Slot& Find(std::uint64_t hash, std::string_view text);
  void Resize(std::size_t size);

  IrExactOrigins& origins_;
  std::uint64_t seed_;
  std::vector<Slot> slots_;  // a power of two, at most half of them taken
  std::array<Waiting, kQueue> queue_;
  std::size_t waiting_ = 0;
};

}  // namespace corsac

#endif  // CORSAC_COMPILER_MODEL_EXACT_INDEX_H_
