// The parts of a PolicyTable. docs/policy_table.md draws them.
//
// Internal: not installed. RE2 shows here, so only compiler/table/*.cc may
// include this.
#ifndef CORSAC_COMPILER_TABLE_TABLE_IMPL_H_
#define CORSAC_COMPILER_TABLE_TABLE_IMPL_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "compiler/table/origin_table.h"
#include "compiler/table/policy_table.h"
#include "compiler/table/route_trie.h"

namespace corsac {

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
  OriginTable origins;
  std::vector<CompiledPolicy> policies;
  std::vector<CompiledRoute> routes;
  RoutePolicies route_policies;
  RouteTrie trie;
};

}  // namespace corsac

#endif  // CORSAC_COMPILER_TABLE_TABLE_IMPL_H_
