// Tested by tests/compiler/keyed_table_test.cc.
#include "compiler/table/keyed_table.h"

#include <functional>

#include "compiler/check.h"

namespace corsac {
namespace {

std::uint64_t HashKey(std::uint32_t owner, std::string_view text) noexcept {
  // std::hash spreads the text; the multiplication spreads the owner over the
  // upper half (the tag) and the lower half (the slot) alike.
  const std::uint64_t hash =
      std::hash<std::string_view>{}(text) ^
      (std::uint64_t{owner} + 1) * 0x9E37'79B9'7F4A'7C15U;
  return (hash ^ (hash >> 32)) * 0xD6E8'FEB8'6659'FD93U;
}

std::uint32_t TagOf(std::uint64_t hash) {
  return static_cast<std::uint32_t>(hash >> 32);
}

}  // namespace

void KeyedTable::Add(std::uint32_t owner, std::string_view text,
                     std::uint32_t value) {
  CORSAC_CHECK(slots_.empty());
  CORSAC_CHECK(bytes_.size() + text.size() < 0xFFFF'FFFF);
  entries_.push_back({static_cast<std::uint32_t>(bytes_.size()),
                      static_cast<std::uint32_t>(text.size()), owner, value});
  bytes_.append(text);
}

void KeyedTable::Build() {
  if (entries_.empty()) return;
  bytes_.shrink_to_fit();
  entries_.shrink_to_fit();
  std::size_t slots = 4;
  while (slots < entries_.size() * 2) slots *= 2;
  slots_.assign(slots, Slot{});
  const std::size_t mask = slots - 1;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const std::uint64_t hash = HashKey(entries_[i].owner, text(i));
    std::size_t slot = hash & mask;
    while (slots_[slot].entry != 0) slot = (slot + 1) & mask;
    slots_[slot] = {TagOf(hash), static_cast<std::uint32_t>(i + 1)};
  }
}

std::uint32_t KeyedTable::Find(std::uint32_t owner,
                               std::string_view text) const noexcept {
  if (slots_.empty()) return kNone;
  const std::uint64_t hash = HashKey(owner, text);
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t slot = hash & mask; slots_[slot].entry != 0;
       slot = (slot + 1) & mask) {
    if (slots_[slot].tag != TagOf(hash)) continue;
    const Entry& entry = entries_[slots_[slot].entry - 1];
    if (entry.owner == owner &&
        std::string_view(bytes_.data() + entry.offset, entry.length) == text) {
      return entry.value;
    }
  }
  return kNone;
}

std::size_t KeyedTable::bytes() const {
  return slots_.capacity() * sizeof(Slot) +
         entries_.capacity() * sizeof(Entry) + bytes_.capacity();
}

}  // namespace corsac
