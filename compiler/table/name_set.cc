// NameSet: the methods or header names of a policy.
// Tested by tests/compiler/name_set_test.cc.
#include "compiler/check.h"
#include "compiler/fetch/names.h"
#include "compiler/table/hash.h"
#include "compiler/table/policy_table.h"

namespace corsac {
namespace {

// So many names are looked through faster than one is hashed.
constexpr std::size_t kFewNames = 8;

}  // namespace

NameSet::NameSet(const std::vector<std::string>& names, Case name_case,
                 std::uint64_t seed)
    : names_(names), seed_(seed), case_(name_case) {
  CORSAC_CHECK(names_.size() < 0xFFFF);
  if (names_.size() <= kFewNames) {
    for (const std::string& name : names_) {
      CORSAC_CHECK(!Contains(name));  // names are distinct
      heads_.push_back(HeadOf(name));
    }
    return;
  }
  std::size_t slots = 4;
  while (slots < names_.size() * 2) slots *= 2;
  slots_.assign(slots, 0);
  for (std::size_t i = 0; i < names_.size(); ++i) {
    const std::uint32_t slot = Slot(names_[i]);
    CORSAC_CHECK(slots_[slot] == 0);
    slots_[slot] = static_cast<std::uint16_t>(i + 1);
  }
}

NameSet::Head NameSet::HeadOf(std::string_view name) const noexcept {
  const std::size_t size = name.size();
  std::uint64_t bytes = 0;
  if (size >= 8) {
    bytes = internal::Load64(name.data());
  } else if (size >= 4) {
    bytes = internal::Load32(name.data()) |
            internal::Load32(name.data() + size - 4) << 32;
  } else if (size > 0) {
    for (const std::size_t i : {std::size_t{0}, size / 2, size - 1}) {
      bytes = bytes << 8 | static_cast<unsigned char>(name[i]);
    }
  }
  return {size, case_ == Case::kIgnore ? bytes | kFoldCase : bytes};
}

bool NameSet::Equals(const std::string& known,
                     std::string_view name) const noexcept {
  return case_ == Case::kIgnore ? EqualsIgnoreCase(known, name)
                                : EqualBytes(known, name);
}

// The slot that holds `name`, or the empty one where it would be.
std::uint32_t NameSet::Slot(std::string_view name) const noexcept {
  const std::uint64_t hash = case_ == Case::kIgnore
                                 ? HashBytes<kFoldCase>(name, seed_)
                                 : HashBytes(name, seed_);
  const auto mask = static_cast<std::uint32_t>(slots_.size() - 1);
  std::uint32_t slot = static_cast<std::uint32_t>(hash) & mask;
  while (slots_[slot] != 0 && !Equals(names_[slots_[slot] - 1U], name)) {
    slot = (slot + 1) & mask;
  }
  return slot;
}

bool NameSet::Contains(std::string_view name) const noexcept {
  if (!slots_.empty()) return slots_[Slot(name)] != 0;
  const Head head = HeadOf(name);
  for (std::size_t i = 0; i < heads_.size(); ++i) {
    if (heads_[i].size == head.size && heads_[i].bytes == head.bytes &&
        Equals(names_[i], name)) {
      return true;
    }
  }
  return false;
}

}  // namespace corsac
