// Distinct exact origins. Entries: ExactIndex::Add() and Flush().
// Tested by tests/compiler/plain_origins_test.cc.
#include "compiler/model/exact_index.h"

#include "compiler/huge_pages.h"
#include "compiler/table/hash.h"

namespace corsac {
namespace {

// One for the process: a set is made for every list of a few origins.
std::uint64_t ProcessSeed() {
  static const std::uint64_t seed = RandomSeed();
  return seed;
}

}  // namespace

ExactIndex::ExactIndex(IrExactOrigins& origins)
    : origins_(origins), seed_(ProcessSeed()), slots_(64) {}

void ExactIndex::Reserve(std::size_t more, std::size_t bytes) {
  Flush();
  // Many small lists are better served by doubling.
  if (more < origins_.size()) return;
  origins_.Reserve(origins_.size() + more, origins_.texts().size() + bytes);
  std::size_t size = slots_.size();
  while (size < (origins_.size() + more + 1) * 2) size *= 2;
  if (size > slots_.size()) Resize(size);
}

void ExactIndex::Add(std::string_view text, const IrPlace& place) {
  if (waiting_ == kQueue) Flush();
  const std::uint64_t hash = HashOf(text);
  __builtin_prefetch(&slots_[hash & (slots_.size() - 1)], 1);
  queue_[waiting_++] = {hash, text, place};
}

void ExactIndex::Flush() {
  if ((origins_.size() + waiting_) * 2 > slots_.size()) {
    Resize(slots_.size() * 2);
  }
  for (std::size_t i = 0; i < waiting_; ++i) {
    const Waiting& waiting = queue_[i];
    Slot& slot = Find(waiting.hash, waiting.text);
    if (slot.index != kFree) continue;
    slot = {static_cast<std::uint32_t>(waiting.hash >> 32U),
            static_cast<std::uint32_t>(origins_.size())};
    origins_.Add(waiting.text, waiting.place);
  }
  waiting_ = 0;
}

std::uint64_t ExactIndex::HashOf(std::string_view text) const {
  return HashBytes(text, seed_);
}

// The slot of `text`, or the free one where it belongs.
ExactIndex::Slot& ExactIndex::Find(std::uint64_t hash, std::string_view text) {
  const std::size_t mask = slots_.size() - 1;
  const auto tag = static_cast<std::uint32_t>(hash >> 32U);
  std::size_t at = hash & mask;
  while (slots_[at].index != kFree &&
         (slots_[at].hash != tag || origins_.text(slots_[at].index) != text)) {
    at = (at + 1) & mask;
  }
  return slots_[at];
}

void ExactIndex::Resize(std::size_t size) {
  slots_ = {};
  slots_.reserve(size);
  PreferHugePages(slots_.data(), size * sizeof(Slot));
  slots_.assign(size, Slot());
  const std::size_t mask = size - 1;
  for (std::size_t i = 0; i < origins_.size(); ++i) {
    const std::uint64_t hash = HashOf(origins_.text(i));
    std::size_t at = hash & mask;
    while (slots_[at].index != kFree) at = (at + 1) & mask;  // all distinct
    slots_[at] = {static_cast<std::uint32_t>(hash >> 32U),
                  static_cast<std::uint32_t>(i)};
  }
}

}  // namespace corsac
