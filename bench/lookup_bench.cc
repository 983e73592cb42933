// Finding an origin, and nothing else:
//
//   Lookup/table/…           ParseOrigin() and PolicyTable::FindOrigin()
//   Lookup/find/…            PolicyTable::FindOrigin() alone, of origins that
//                            were parsed before
//   Lookup/subdomain/…, Lookup/regex/…
//                            the same for a table of nothing but such rules
//   Lookup/unordered_map/…   std::unordered_map::find() with the same origins,
//                            taken as they are: what a server would do that
//                            checks nothing
//   Lookup/parse/…           ParseOrigin() alone
//
// and Build/unordered_map/…, making that map, for comparison with the rows of
// compile_bench.cc: without its destruction, as there.
//
// `miss` rows look for as many origins of the same shape that no rule allows.
#include <benchmark/benchmark.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bench/corpus.h"
#include "bench/harness.h"
#include "bench/heap_counter.h"
#include "bench/origin_map.h"
#include "compiler/origins/origin.h"
#include "compiler/table/policy_table.h"

namespace corsac::bench {
namespace {

using Clock = std::chrono::steady_clock;

OriginMap MakeMap(const Ir& ir) {
  OriginMap map;
  map.reserve(ir.origin_sets[0].exact.size());
  for (const IrExactOrigin& origin : ir.origin_sets[0].exact) {
    map.emplace(origin.text, 0U);
  }
  return map;
}

const OriginMap& MapOf(std::size_t rules) {
  static auto& cache = *new std::map<std::size_t, OriginMap>();
  const auto [place, is_new] = cache.try_emplace(rules);
  if (is_new)
    place->second = MakeMap(RuleSetIr(SpecOf(RuleForm::kExact, rules)));
  return place->second;
}

// Checks that `found(origin)` is `hit` for every origin, then times it.
template <class Found>
void TimeLookups(const OriginPool& origins, bool hit, benchmark::State& state,
                 const Found& found) {
  for (std::size_t i = 0; i < origins.size(); ++i) {
    if (found(origins[i]) != hit) {
      state.SkipWithError(std::string(origins[i]).c_str());
      return;
    }
  }
  std::size_t next = 0;
  const HeapCounts before = HeapNow();
  for (auto _ : state) {
    benchmark::DoNotOptimize(found(origins[next]));
    if (++next == origins.size()) next = 0;
  }
  CountAllocations(before, state);
}

void RunTable(std::size_t rules, bool hit, benchmark::State& state) {
  const PolicyTable& table = TableOf(SpecOf(RuleForm::kExact, rules));
  const std::uint32_t set = table.PolicyOf(table.routes()[0]).origins;
  TimeLookups(PoolOf(RuleForm::kExact, rules, hit), hit, state,
              [&table, set](std::string_view text) {
                Origin origin;
                return ParseOrigin(text, &origin) == OriginError::kNone &&
                       table.FindOrigin(set, origin);
              });
}

void RunFind(RuleForm form, std::size_t rules, bool hit,
             benchmark::State& state) {
  const PolicyTable& table = TableOf(SpecOf(form, rules));
  const std::uint32_t set = table.PolicyOf(table.routes()[0]).origins;
  const OriginPool& texts = PoolOf(form, rules, hit);
  std::vector<Origin> origins(texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (ParseOrigin(texts[i], &origins[i]) != OriginError::kNone ||
        static_cast<bool>(table.FindOrigin(set, origins[i])) != hit) {
      state.SkipWithError(std::string(texts[i]).c_str());
      return;
    }
  }
  std::size_t next = 0;
  const HeapCounts before = HeapNow();
  for (auto _ : state) {
    benchmark::DoNotOptimize(table.FindOrigin(set, origins[next]));
    if (++next == origins.size()) next = 0;
  }
  CountAllocations(before, state);
}

void RunMap(std::size_t rules, bool hit, benchmark::State& state) {
  const OriginMap& map = MapOf(rules);
  TimeLookups(
      PoolOf(RuleForm::kExact, rules, hit), hit, state,
      [&map](std::string_view text) { return map.find(text) != map.end(); });
}

void RunParse(std::size_t rules, benchmark::State& state) {
  TimeLookups(PoolOf(RuleForm::kExact, rules, true), true, state,
              [](std::string_view text) {
                Origin origin;
                return ParseOrigin(text, &origin) == OriginError::kNone;
              });
}

void RunBuildMap(std::size_t rules, benchmark::State& state) {
  const Ir& ir = IrOf(SpecOf(RuleForm::kExact, rules));
  std::int64_t bytes = 0;
  for (auto _ : state) {
    const std::int64_t before = HeapNow().bytes;
    const Clock::time_point start = Clock::now();
    const OriginMap map = MakeMap(ir);
    state.SetIterationTime(
        std::chrono::duration<double>(Clock::now() - start).count());
    bytes = HeapNow().bytes - before;
    if (map.size() != rules) {
      state.SkipWithError("the corpus has origins twice");
      return;
    }
  }
  state.counters["bytes_per_rule"] =
      static_cast<double>(bytes) / static_cast<double>(rules);
}

void RegisterFindRow(const std::string& name, RuleForm form, std::size_t rules,
                     bool hit) {
  benchmark::RegisterBenchmark(("Lookup/" + name).c_str(),
                               [form, rules, hit](benchmark::State& state) {
                                 RunFind(form, rules, hit, state);
                               });
}

}  // namespace

void RegisterLookupRows() {
  for (const std::size_t n : {10U, 1'000U, 100'000U, 1'000'000U}) {
    const std::string size = "origins:" + std::to_string(n);
    for (const bool hit : {true, false}) {
      const std::string rest = (hit ? "hit/" : "miss/") + size;
      benchmark::RegisterBenchmark(
          ("Lookup/table/" + rest).c_str(),
          [n, hit](benchmark::State& state) { RunTable(n, hit, state); });
      RegisterFindRow("find/" + rest, RuleForm::kExact, n, hit);
      benchmark::RegisterBenchmark(
          ("Lookup/unordered_map/" + rest).c_str(),
          [n, hit](benchmark::State& state) { RunMap(n, hit, state); });
    }
    benchmark::RegisterBenchmark(
        ("Lookup/parse/" + size).c_str(),
        [n](benchmark::State& state) { RunParse(n, state); });
    benchmark::RegisterBenchmark(
        ("Build/unordered_map/" + size).c_str(),
        [n](benchmark::State& state) { RunBuildMap(n, state); })
        ->UseManualTime()
        ->Unit(benchmark::kMillisecond);
  }
  for (const auto& [form, n] : {std::pair(RuleForm::kSubdomain, 10'000U),
                                std::pair(RuleForm::kRegex, 1'000U)}) {
    for (const bool hit : {true, false}) {
      std::string name(RuleFormName(form));
      name.append(hit ? "/hit/rules:" : "/miss/rules:");
      name.append(std::to_string(n));
      RegisterFindRow(name, form, n, hit);
    }
  }
}

}  // namespace corsac::bench
