// The parts of a PolicyTable. docs/policy_table.md draws them.
//
// Internal: not installed. RE2 shows here, so only compiler/table/*.cc may
// include this.
#ifndef CORSAC_COMPILER_TABLE_TABLE_IMPL_H_
#define CORSAC_COMPILER_TABLE_TABLE_IMPL_H_

#include <string>
#include <vector>

#include "compiler/table/origin_table.h"
#include "compiler/table/policy_table.h"
#include "compiler/table/route_trie.h"

namespace corsac {

struct PolicyTable::Impl {
  std::vector<std::string> files;
  bool unmatched_passthrough = false;
  OriginTable origins;
  std::vector<CompiledPolicy> policies;
  std::vector<CompiledRoute> routes;
  RouteTrie trie;
};

}  // namespace corsac

#endif  // CORSAC_COMPILER_TABLE_TABLE_IMPL_H_
