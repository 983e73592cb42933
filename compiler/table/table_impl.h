// The parts of a PolicyTable. docs/policy_table.md draws them.
//
// Internal: not installed. RE2 shows here, so only compiler/table/*.cc may
// include this.
#ifndef CORSAC_COMPILER_TABLE_TABLE_IMPL_H_
#define CORSAC_COMPILER_TABLE_TABLE_IMPL_H_

#include <re2/re2.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "compiler/table/keyed_table.h"
#include "compiler/table/policy_table.h"
#include "compiler/table/route_trie.h"

namespace corsac {

// A place in a rule file, packed.
struct TablePlace {
  std::uint32_t file = 0;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

// Rules [begin, end) of one kind; the rules of all sets lie side by side.
struct RuleRange {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;

  bool empty() const { return begin == end; }
};

struct TableOriginSet {
  bool any = false;
  bool null = false;
  bool file = false;
  TablePlace any_place;
  TablePlace null_place;
  TablePlace file_place;
  RuleRange exact;
  RuleRange any_port;
  RuleRange subdomain;
  RuleRange regex;
};

struct TableSubdomainRule {
  std::string scheme;
  std::string base;
  bool any_port = false;
  std::uint16_t port = 0;  // 0: the origin must have none
  // The next rule with the same set and base, in source order.
  std::uint32_t next = KeyedTable::kNone;
  TablePlace place;
};

struct TableRegexRule {
  std::unique_ptr<re2::RE2> regex;
  TablePlace place;
};

// CompiledRoute::policy of each route, in two bytes while that is enough: with
// many routes the lines of CompiledRoute are seldom in the cache, and most
// decisions read nothing else of it.
class RoutePolicies {
 public:
  void Add(std::uint32_t policy) {
    if (policy > 0xFFFF && wide_.empty()) {
      wide_.assign(narrow_.begin(), narrow_.end());
      narrow_ = {};
    }
    if (wide_.empty() && policy <= 0xFFFF) {
      narrow_.push_back(static_cast<std::uint16_t>(policy));
    } else {
      wide_.push_back(policy);
    }
  }
  std::uint32_t operator[](std::size_t route) const {
    return wide_.empty() ? narrow_[route] : wide_[route];
  }
  std::size_t bytes() const {
    return narrow_.capacity() * sizeof(narrow_[0]) +
           wide_.capacity() * sizeof(wide_[0]);
  }

 private:
  std::vector<std::uint16_t> narrow_;
  std::vector<std::uint32_t> wide_;  // in use as soon as it is not empty
};

struct PolicyTable::Impl {
  std::vector<std::string> files;
  bool unmatched_passthrough = false;
  std::vector<TableOriginSet> sets;

  // Rule i of a kind is entry i of its table.
  KeyedTable exact;  // (set, origin) → rule
  std::vector<TablePlace> exact_places;
  KeyedTable any_port;  // (set, "scheme://host") → rule
  std::vector<TablePlace> any_port_places;
  KeyedTable subdomain;  // (set, base) → first rule
  std::vector<TableSubdomainRule> subdomain_rules;
  std::vector<TableRegexRule> regex_rules;

  std::vector<CompiledPolicy> policies;
  std::vector<CompiledRoute> routes;
  RoutePolicies route_policies;
  RouteTrie trie;

  OriginMatch FindSubdomain(std::uint32_t set, const Origin& origin) const;
  OriginMatch FindRegex(const TableOriginSet& set, const Origin& origin) const;
  TablePlace PlaceOfRule(std::uint32_t set, const OriginMatch& match) const;
};

}  // namespace corsac

#endif  // CORSAC_COMPILER_TABLE_TABLE_IMPL_H_
