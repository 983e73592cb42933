// NameSet: the methods or header names of a policy.
// Tested by tests/compiler/name_set_test.cc.
#include "compiler/check.h"
#include "compiler/fetch/names.h"
#include "compiler/table/hash.h"
#include "compiler/table/policy_table.h"

namespace corsac {
NameSet::NameSet(const std::vector<std::string>& names, Case name_case)
    : names_(names), seed_(RandomSeed()), case_(name_case) {
  if (names_.empty()) return;
  CORSAC_CHECK(names_.size() < 0xFFFF);
  std::size_t slots = 4;
  while (slots < names_.size() * 2) slots *= 2;
  slots_.assign(slots, 0);
  for (std::size_t i = 0; i < names_.size(); ++i) {
    const std::uint32_t slot = Slot(names_[i]);
    CORSAC_CHECK(slots_[slot] == 0);  // names are distinct
    slots_[slot] = static_cast<std::uint16_t>(i + 1);
  }
}

// The slot that holds `name`, or the empty one where it would be.
std::uint32_t NameSet::Slot(std::string_view name) const noexcept {
  const bool ignore = case_ == Case::kIgnore;
  const std::uint64_t hash =
      ignore ? HashBytes<kFoldCase>(name, seed_) : HashBytes(name, seed_);
  const auto mask = static_cast<std::uint32_t>(slots_.size() - 1);
  std::uint32_t slot = static_cast<std::uint32_t>(hash) & mask;
  for (; slots_[slot] != 0; slot = (slot + 1) & mask) {
    const std::string& other = names_[slots_[slot] - 1U];
    if (ignore ? EqualsIgnoreCase(other, name) : EqualBytes(other, name)) break;
  }
  return slot;
}

bool NameSet::Contains(std::string_view name) const noexcept {
  return !slots_.empty() && slots_[Slot(name)] != 0;
}

}  // namespace corsac
