// The origin sets of a PolicyTable: which rule of a set, if any, matches an
// origin, and what that rule says. docs/policy_table.md draws it.
//
// Immutable; lookups need no synchronisation.
//
// Internal: not installed.
#ifndef CORSAC_COMPILER_TABLE_ORIGIN_TABLE_H_
#define CORSAC_COMPILER_TABLE_ORIGIN_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "compiler/model/ir.h"
#include "compiler/origins/origin.h"
#include "compiler/table/lower_regexes.h"
#include "compiler/table/packed_place.h"
#include "compiler/table/policy_table.h"
#include "compiler/table/regex_table.h"
#include "compiler/table/subdomain_table.h"
#include "compiler/table/text_table.h"

namespace corsac {

class OriginTable {
 public:
  // The table of the origin sets of `ir`, whose regexes become what `lowered`
  // says, with `seed` for its hashes. No answer depends on the seed. At most
  // 4 GiB of texts.
  static OriginTable Build(const Ir& ir, LoweredRegexes lowered,
                           std::uint64_t seed);

  // As PolicyTable::FindOrigin().
  OriginMatch Find(std::uint32_t set, const Origin& origin) const noexcept;

  IrPlace PlaceOf(std::uint32_t set, const OriginMatch& match) const;
  std::string RuleText(const OriginMatch& match) const;

  // The rules of a set in the order of Find(); exact and any-port rules by
  // place. O(n log n).
  std::vector<OriginMatch> RulesOf(std::uint32_t set) const;

  std::size_t sets() const { return sets_.size(); }

  // Adds what this table holds to the parts of `*sizes` that are about origins.
  void AddSizes(PolicyTable::Sizes* sizes) const;

  // Aborts if an exact origin is malformed or not found.
  void CheckInvariants() const;

 private:
  friend class OriginTableBuilder;

  struct Set {
    bool any = false;
    bool null = false;
    bool file = false;
    IrPlace any_place;
    IrPlace null_place;
    IrPlace file_place;
    TextTable::Group exact;
    TextTable::Group any_port;
    SubdomainTable::Group subdomain;
    RegexTable::Group regex;
  };

  std::vector<Set> sets_;
  PlacePacking places_;
  TextTable exact_;           // origin → packed place
  TextTable any_port_;        // "scheme://host" → packed place
  SubdomainTable subdomain_;  // with packed places
  RegexTable regex_;
};

}  // namespace corsac

#endif  // CORSAC_COMPILER_TABLE_ORIGIN_TABLE_H_
