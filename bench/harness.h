// What the benchmark suites share: tables and origins that are made once, the
// check of a row's answer before it is timed, and the timed loop itself.
//
// Everything here is used by one thread at a time.
#ifndef CORSAC_BENCH_HARNESS_H_
#define CORSAC_BENCH_HARNESS_H_

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bench/corpus.h"
#include "bench/heap_counter.h"
#include "bench/requests.h"
#include "compiler/table/policy_table.h"
#include "runtime/decision/decision.h"

namespace corsac::bench {

// Origins to go through one after another, in one piece of memory in that
// order, so that fetching the next costs next to nothing.
class OriginPool {
 public:
  void Add(std::string_view origin);

  std::size_t size() const { return ends_.size(); }
  std::string_view operator[](std::size_t i) const {
    const std::size_t begin = i == 0 ? 0 : ends_[i - 1];
    return {bytes_.data() + begin, ends_[i] - begin};
  }

 private:
  std::string bytes_;
  std::vector<std::size_t> ends_;
};

// At most this many of a large set's origins are used, chosen at random: more
// than any cache holds the entries of.
inline constexpr std::size_t kMaxPool = std::size_t{1} << 18;

// The table of `spec`; built when first asked for and kept to the end.
const PolicyTable& TableOf(const RuleSetSpec& spec);

// The Ir of `spec`; likewise.
const Ir& IrOf(const RuleSetSpec& spec);

// Origins that the first `rules` rules of a form allow, or as many of the same
// shape that they do not; likewise. In random order.
const OriginPool& PoolOf(RuleForm form, std::size_t rules, bool allowed);

// What a row's decisions must be.
struct Expected {
  RequestKind kind = RequestKind::kPreflight;
  DecisionCode code = DecisionCode::kAllow;
  RuleKind rule = RuleKind::kNone;  // with kAllow
};

// Whether `table` decides as expected about `request` with each origin of
// `origins`, and answers with the right header lines. Otherwise says what is
// wrong, marks the row as failed and returns false. Leaves behind caches that
// have seen all of it once.
bool Check(const PolicyTable& table, Request* request,
           const OriginPool& origins, const Expected& expected,
           benchmark::State& state);

// Times Evaluate() and AppendHeaderLines() into a buffer with room, each
// iteration with the next of `origins`. Adds the counter `allocs`.
void TimeDecisions(const PolicyTable& table, Request* request,
                   const OriginPool& origins, benchmark::State& state);

// Adds the counter `allocs`: allocations since `before`, per iteration.
void CountAllocations(const HeapCounts& before, benchmark::State& state);

// Each suite registers its rows. Their order in the output is that of the
// calls.
void RegisterDecisionRows();
void RegisterAdversarialRows();
void RegisterLookupRows();
void RegisterCompileRows();
void RegisterPublishRows();
void RegisterReloadRows();
void RegisterRouteRows();
void RegisterServeRows();

}  // namespace corsac::bench

#endif  // CORSAC_BENCH_HARNESS_H_
