// Subdomain rules (`https://*.example.com`) of all origin sets, found by what
// follows each dot of a host.
//
// Immutable; lookups need no synchronisation and do not allocate.
//
// Internal: not installed.
#ifndef CORSAC_COMPILER_TABLE_SUBDOMAIN_TABLE_H_
#define CORSAC_COMPILER_TABLE_SUBDOMAIN_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "compiler/model/ir.h"
#include "compiler/origins/origin.h"
#include "compiler/table/text_table.h"

namespace corsac {

class SubdomainTable {
 public:
  static constexpr std::uint32_t kNone = TextTable::kNone;

  // The rules of one origin set: [begin, end), in source order.
  struct Group {
    TextTable::Group bases;
    // Bit n: a base has n labels (bit 63: 63 or more). Other suffixes of a host
    // need not be looked up.
    std::uint64_t label_counts = 0;
    std::uint32_t begin = 0;
    std::uint32_t end = 0;

    bool empty() const { return begin == end; }
  };

  // The first rule of `group` that matches `origin`, or kNone. At most one
  // lookup for each label of the host.
  std::uint32_t Find(const Group& group, const Origin& origin) const noexcept;

  std::size_t size() const { return rules_.size(); }
  // What the builder was given with the rule.
  std::uint64_t number(std::uint32_t rule) const { return rules_[rule].number; }
  // The rule as an author writes it.
  std::string Text(std::uint32_t rule) const;

  std::size_t bytes() const;

 private:
  friend class SubdomainTableBuilder;

  struct Rule {
    std::uint64_t number = 0;
    std::uint32_t base = kNone;  // entry of bases_
    std::uint32_t next = kNone;  // next rule of the same set and base
    std::uint32_t scheme = 0;    // index into schemes_
    std::uint16_t port = 0;      // 0: the origin must have none
    bool any_port = false;
  };

  std::uint32_t FindAmong(std::uint32_t first,
                          const Origin& origin) const noexcept;

  TextTable bases_;  // base → its first rule
  std::vector<Rule> rules_;
  std::vector<std::string> schemes_;
};

class SubdomainTableBuilder {
 public:
  // There will be `rules` rules at most.
  SubdomainTableBuilder(std::uint64_t seed, std::size_t rules);

  // Adds the rules of one set; `numbers` are kept beside them.
  SubdomainTable::Group AddGroup(const std::vector<IrSubdomainRule>& rules,
                                 const std::vector<std::uint64_t>& numbers);

  SubdomainTable Finish();

 private:
  std::uint32_t SchemeIndex(const std::string& scheme);

  TextTableBuilder bases_;
  std::unordered_map<std::string, std::uint32_t> schemes_;
  SubdomainTable table_;
};

}  // namespace corsac

#endif  // CORSAC_COMPILER_TABLE_SUBDOMAIN_TABLE_H_
