// The shared part of the benchmark suites. That rows do fail when an answer is
// wrong is tested by harness_test.cc.
#include "bench/harness.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "bench/random.h"
#include "runtime/decision/evaluate.h"

namespace corsac::bench {
namespace {

using SpecKey = std::tuple<std::size_t, std::size_t, std::size_t, std::size_t,
                           std::size_t, std::uint64_t>;

SpecKey KeyOf(const RuleSetSpec& spec) {
  return {spec.exact, spec.subdomain, spec.any_port,
          spec.regex, spec.routes,    spec.seed};
}

bool Fail(const std::string& what, benchmark::State& state) {
  state.SkipWithError(what.c_str());
  return false;
}

// What is wrong with the lines of an answer; empty if nothing is.
std::string WrongLines(std::string_view lines, std::string_view origin,
                       const Expected& expected) {
  const bool names_origin =
      lines.find("Access-Control-Allow-Origin: " + std::string(origin) +
                 "\r\n") != std::string_view::npos;
  const bool names_any =
      lines.find("Access-Control-Allow-Origin") != std::string_view::npos;
  const bool has_vary = lines.find("Vary: Origin") != std::string_view::npos;
  const bool allowed = expected.code == DecisionCode::kAllow;
  if (allowed && !names_origin) return "the origin is not allowed by name";
  // A refused header or method is told to an origin that is allowed.
  const bool told = expected.code == DecisionCode::kHeaderNotAllowed ||
                    expected.code == DecisionCode::kMethodNotAllowed;
  if (!allowed && names_any != told) return "it names an origin, or none";
  if (!has_vary && expected.code != DecisionCode::kNoMatchingRoute) {
    return "Vary is missing";
  }
  return "";
}

std::string Wrong(const PolicyTable& table, const Request& request,
                  const Expected& expected) {
  const Decision decision = Evaluate(table, request.view());
  if (decision.kind != expected.kind) return "the kind of request is wrong";
  if (decision.code != expected.code) {
    return "the code is " + CodeText(decision);
  }
  if (expected.code == DecisionCode::kAllow &&
      decision.match.kind != expected.rule) {
    return "the rule is of another kind";
  }
  std::string lines;
  AppendHeaderLines(decision, &lines);
  return WrongLines(lines, request.origin(), expected);
}

}  // namespace

void OriginPool::Add(std::string_view origin) {
  bytes_ += origin;
  ends_.push_back(bytes_.size());
}

const Ir& IrOf(const RuleSetSpec& spec) {
  static auto& cache = *new std::map<SpecKey, Ir>();
  const auto [place, is_new] = cache.try_emplace(KeyOf(spec));
  if (is_new) place->second = RuleSetIr(spec);
  return place->second;
}

const PolicyTable& TableOf(const RuleSetSpec& spec) {
  static auto& cache =
      *new std::map<SpecKey, std::unique_ptr<const PolicyTable>>();
  auto& table = cache[KeyOf(spec)];
  if (table == nullptr) table = BuildTable(RuleSetIr(spec));
  return *table;
}

const OriginPool& PoolOf(RuleForm form, std::size_t rules, bool allowed) {
  using Key = std::tuple<RuleForm, std::size_t, bool>;
  static auto& cache = *new std::map<Key, OriginPool>();
  const auto [place, is_new] = cache.try_emplace({form, rules, allowed});
  OriginPool& pool = place->second;
  if (!is_new) return pool;
  for (const std::uint32_t i : Sample(rules, kMaxPool, kSeed + rules)) {
    pool.Add(OriginFor(form, allowed ? i : rules + i));
  }
  return pool;
}

bool Check(const PolicyTable& table, Request* request,
           const OriginPool& origins, const Expected& expected,
           benchmark::State& state) {
  for (std::size_t i = 0; i < origins.size(); ++i) {
    request->set_origin(origins[i]);
    const std::string wrong = Wrong(table, *request, expected);
    if (!wrong.empty()) {
      return Fail("origin " + std::string(origins[i]) + ": " + wrong, state);
    }
  }
  return true;
}

void TimeDecisions(const PolicyTable& table, Request* request,
                   const OriginPool& origins, benchmark::State& state) {
  std::string lines;
  lines.reserve(std::size_t{64} << 10);
  std::size_t next = 0;
  const HeapCounts before = HeapNow();
  for (auto _ : state) {
    request->set_origin(origins[next]);
    if (++next == origins.size()) next = 0;
    const Decision decision = Evaluate(table, request->view());
    lines.clear();
    AppendHeaderLines(decision, &lines);
    benchmark::DoNotOptimize(lines.data());
    benchmark::ClobberMemory();
  }
  CountAllocations(before, state);
}

void CountAllocations(const HeapCounts& before, benchmark::State& state) {
  const auto count =
      static_cast<double>(HeapNow().allocations - before.allocations);
  state.counters["allocs"] =
      benchmark::Counter(count, benchmark::Counter::kAvgIterations);
}

}  // namespace corsac::bench
