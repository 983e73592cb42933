// Builds the distinct origin sets of an Ir.
//
// Internal to compiler/model.
#ifndef CORSAC_COMPILER_MODEL_ORIGIN_SETS_H_
#define CORSAC_COMPILER_MODEL_ORIGIN_SETS_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <unordered_map>
#include <vector>

#include "compiler/limits.h"
#include "compiler/lints/reporter.h"
#include "compiler/model/ir.h"
#include "compiler/model/model.h"
#include "compiler/source/source_set.h"

namespace corsac {

// Not thread-safe. Refers to what it is given, which must outlive it.
//
// Two sets are one when they hold the same rules from the same places, so that
// a decision can always be traced to the line that it came from. Lists that
// consist of the same references are found to be equal without being read
// again.
class OriginSetBuilder {
 public:
  // All sets together may hold `limit` origins; tests set a lower one.
  OriginSetBuilder(const Model& model, const SourceSet& sources,
                   Reporter& reporter, std::size_t limit = kMaxOrigins)
      : model_(model), sources_(sources), reporter_(reporter), limit_(limit) {}

  // The index of the set that `fields` allow. Reports once (CORS914) when all
  // sets together hold more than the limit; they are then incomplete.
  // REQUIRES: fields.origins, and that the lints found no error in it.
  std::uint32_t IndexOf(const ModelFields& fields);

  std::vector<IrOriginSet> TakeSets() { return std::move(sets_); }

 private:
  // What a list consists of: its references, or itself.
  using Key = std::vector<const void*>;

  Key KeyOf(const ModelFields& fields) const;
  std::uint32_t Share(IrOriginSet set);

  const Model& model_;
  const SourceSet& sources_;
  Reporter& reporter_;
  std::size_t limit_;
  std::vector<IrOriginSet> sets_;
  std::map<Key, std::uint32_t> by_key_;
  std::unordered_multimap<std::size_t, std::uint32_t> by_hash_;
  std::size_t origins_ = 0;
  bool too_many_ = false;
};

}  // namespace corsac

#endif  // CORSAC_COMPILER_MODEL_ORIGIN_SETS_H_
