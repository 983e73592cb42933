// Tested by tests/compiler/route_trie_test.cc.
#include "compiler/table/route_numbers.h"

#include <algorithm>
#include <utility>

#include "compiler/table/hash.h"

namespace corsac {
namespace {

// Any seed will do: an author who makes keys meet slows down only a
// compilation, and the keys are compared.
constexpr std::uint64_t kSeed = 0x9E37'79B9'7F4A'7C15U;

std::string_view BytesOf(std::span<const std::uint32_t> words) {
  return {reinterpret_cast<const char*>(words.data()), words.size_bytes()};
}

}  // namespace

void NumberSlots::Grow() {
  std::vector<Slot> old = std::exchange(
      slots_, std::vector<Slot>(std::max<std::size_t>(64, slots_.size() * 2)));
  const std::size_t mask = slots_.size() - 1;
  for (const Slot& slot : old) {
    if (slot.number == kFree) continue;
    std::size_t at = slot.hash & mask;
    while (slots_[at].number != kFree) at = (at + 1) & mask;
    slots_[at] = slot;
  }
}

std::uint32_t TextNumbers::Number(std::string_view text) {
  const auto next = static_cast<std::uint32_t>(texts_.size());
  const std::uint32_t number = slots_.FindOrAdd(
      HashBytes(text, kSeed), next,
      [&](std::uint32_t other) { return texts_[other] == text; });
  if (number == next) texts_.push_back(text);
  return number;
}

std::uint32_t SequenceNumbers::Number(std::span<const std::uint32_t> sequence) {
  const auto next = static_cast<std::uint32_t>(ends_.size());
  const std::uint32_t number = slots_.FindOrAdd(
      HashBytes(BytesOf(sequence), kSeed), next, [&](std::uint32_t other) {
        return std::ranges::equal((*this)[other], sequence);
      });
  if (number == next) {
    words_.insert(words_.end(), sequence.begin(), sequence.end());
    ends_.push_back(words_.size());
  }
  return number;
}

}  // namespace corsac
