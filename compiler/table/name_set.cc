// NameSet: the methods or header names of a policy.
// Tested by tests/compiler/name_set_test.cc.
#include <algorithm>

#include "compiler/check.h"
#include "compiler/fetch/names.h"
#include "compiler/table/policy_table.h"

namespace corsac {
namespace {

// FNV-1a. Names are short, and only the rules' author chooses what is in the
// table: a request can at worst walk one run of it.
std::uint32_t HashName(std::string_view name, NameSet::Case name_case) {
  std::uint32_t hash = 2'166'136'261U;
  for (const char c : name) {
    const char byte = name_case == NameSet::Case::kIgnore ? AsciiLower(c) : c;
    hash = (hash ^ static_cast<unsigned char>(byte)) * 16'777'619U;
  }
  return hash;
}

}  // namespace

NameSet::NameSet(const std::vector<std::string>& names, Case name_case)
    : names_(names), case_(name_case) {
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
  const auto mask = static_cast<std::uint32_t>(slots_.size() - 1);
  std::uint32_t slot = HashName(name, case_) & mask;
  while (slots_[slot] != 0) {
    const std::string& other = names_[slots_[slot] - 1U];
    if (case_ == Case::kIgnore ? EqualsIgnoreCase(other, name)
                               : other == name) {
      break;
    }
    slot = (slot + 1) & mask;
  }
  return slot;
}

bool NameSet::Contains(std::string_view name) const noexcept {
  return !slots_.empty() && slots_[Slot(name)] != 0;
}

}  // namespace corsac
