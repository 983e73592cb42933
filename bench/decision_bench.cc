// Whole decisions: from the header lines of a request to the header lines of
// its answer, for requests as browsers send them.
//
//   Decision/preflight/allowed/exact/origins:1000   1,000 rules of that form
//   Decision/…/regex/origins:1000                   10 regexes and 1,000 exact
//                                                   origins, which are tried
//                                                   first
//   Decision/…/regex-only/rules:100                 100 regexes, nothing else
//   Decision/…/exact/routes:1000                    1,000 routes, 1,000 origins
//   Decision/…/exact-tokens/origins:1000            names of fields are known
//   to
//                                                   be tokens, as they are when
//                                                   our own reader made the
//                                                   request
//   Baseline/…                                      the same loop and request,
//                                                   without CORS
//
// Each iteration takes another origin; allowed ones go through the rules in
// random order.
#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "bench/corpus.h"
#include "bench/harness.h"
#include "bench/random.h"
#include "bench/requests.h"
#include "compiler/table/policy_table.h"
#include "runtime/decision/decision.h"
#include "runtime/decision/evaluate.h"

namespace corsac::bench {
namespace {

constexpr std::string_view kTarget = "/api/orders/4711?page=2";
constexpr std::size_t kRegexesBesideExact = 10;
constexpr std::size_t kOriginsBesideRoutes = 1'000;

struct Row {
  RequestKind kind = RequestKind::kPreflight;
  bool allowed = true;
  RuleForm form = RuleForm::kExact;
  std::size_t rules = 0;  // of `form`
  RuleSetSpec spec;
  bool names_are_tokens = false;

  Expected expected() const {
    if (!allowed) return {kind, DecisionCode::kOriginNotAllowed, {}};
    constexpr RuleKind kKinds[] = {RuleKind::kExact, RuleKind::kSubdomain,
                                   RuleKind::kAnyPort, RuleKind::kRegex};
    return {kind, DecisionCode::kAllow, kKinds[static_cast<int>(form)]};
  }
};

void AddLines(RequestKind kind, Request* request) {
  if (kind == RequestKind::kPreflight) {
    AddPreflightLines("", request);
  } else {
    AddActualLines("", request);
  }
}

constexpr std::string_view MethodOf(RequestKind kind) {
  return kind == RequestKind::kPreflight ? "OPTIONS" : "GET";
}

void RunDecisions(const Row& row, benchmark::State& state) {
  const PolicyTable& table = TableOf(row.spec);
  const OriginPool& origins = PoolOf(row.form, row.rules, row.allowed);
  Request request(MethodOf(row.kind), kTarget);
  AddLines(row.kind, &request);
  if (row.names_are_tokens) request.set_names_are_tokens();
  if (!Check(table, &request, origins, row.expected(), state)) return;
  TimeDecisions(table, &request, origins, state);
}

// Requests for 4,096 routes chosen at random, each from the next origin. The
// other header lines are the same ones, and the targets lie one after another:
// with a set of lines each, fetching those would cost more than the decision.
void RunRoutes(const Row& row, benchmark::State& state) {
  const PolicyTable& table = TableOf(row.spec);
  const OriginPool& origins = PoolOf(row.form, row.rules, row.allowed);
  Request request(MethodOf(row.kind), kTarget);
  AddLines(row.kind, &request);
  OriginPool targets;
  Random random(kSeed);
  for (int i = 0; i < 4096; ++i) {
    const std::uint32_t route =
        random.Below(static_cast<std::uint32_t>(row.spec.routes));
    targets.Add(TargetFor(route));
    RequestView view = request.view();
    view.target = targets[targets.size() - 1];
    request.set_origin(origins[targets.size() % origins.size()]);
    const Decision decision = Evaluate(table, view);
    if (decision.code != row.expected().code ||
        decision.route != &table.routes()[route]) {
      state.SkipWithError("another decision was made");
      return;
    }
  }
  std::string lines;
  lines.reserve(4096);
  std::size_t next = 0;
  std::size_t next_origin = 0;
  const HeapCounts before = HeapNow();
  for (auto _ : state) {
    request.set_origin(origins[next_origin]);
    if (++next_origin == origins.size()) next_origin = 0;
    RequestView view = request.view();
    view.target = targets[next];
    if (++next == targets.size()) next = 0;
    const Decision decision = Evaluate(table, view);
    lines.clear();
    AppendHeaderLines(decision, &lines);
    benchmark::DoNotOptimize(lines.data());
    benchmark::ClobberMemory();
  }
  CountAllocations(before, state);
}

// What the loop itself costs: another origin, an empty buffer. With `canned`
// the answer of an allowed request is copied into it, whatever is asked.
void RunBaseline(RequestKind kind, bool canned, benchmark::State& state) {
  const PolicyTable& table = TableOf(SpecOf(RuleForm::kExact, 1'000));
  const OriginPool& origins = PoolOf(RuleForm::kExact, 1'000, true);
  Request request(MethodOf(kind), kTarget);
  AddLines(kind, &request);
  const Expected expected{kind, DecisionCode::kAllow, RuleKind::kExact};
  if (!Check(table, &request, origins, expected, state)) return;
  std::string answer;
  if (canned) {
    request.set_origin(origins[0]);
    AppendHeaderLines(Evaluate(table, request.view()), &answer);
  }
  std::string lines;
  lines.reserve(std::size_t{64} << 10);
  std::size_t next = 0;
  const HeapCounts before = HeapNow();
  for (auto _ : state) {
    request.set_origin(origins[next]);
    if (++next == origins.size()) next = 0;
    RequestView view = request.view();
    benchmark::DoNotOptimize(view);
    lines.clear();
    lines += answer;
    benchmark::DoNotOptimize(lines.data());
    benchmark::ClobberMemory();
  }
  CountAllocations(before, state);
}

std::string NameOf(const Row& row, std::string_view rest) {
  std::string name = "Decision/";
  name += RequestKindName(row.kind);
  name += row.allowed ? "/allowed/" : "/denied/";
  name += RuleFormName(row.form);
  name += rest;
  return name;
}

void Register(const Row& row, std::string_view rest, std::size_t count) {
  const std::string name = NameOf(row, rest) + std::to_string(count);
  const auto run = row.spec.routes == 1 ? RunDecisions : RunRoutes;
  benchmark::RegisterBenchmark(
      name.c_str(), [row, run](benchmark::State& state) { run(row, state); });
}

void RegisterRowsOf(RequestKind kind, bool allowed) {
  constexpr std::size_t kSizes[] = {10, 1'000, 100'000, 1'000'000};
  for (const RuleForm form :
       {RuleForm::kExact, RuleForm::kSubdomain, RuleForm::kAnyPort}) {
    for (const std::size_t n : kSizes) {
      Register({kind, allowed, form, n, SpecOf(form, n)}, "/origins:", n);
    }
  }
  for (const std::size_t n : kSizes) {
    Row row{kind, allowed, RuleForm::kExact, n, SpecOf(RuleForm::kExact, n)};
    row.names_are_tokens = true;
    Register(row, "-tokens/origins:", n);
  }
  for (const std::size_t n : kSizes) {
    RuleSetSpec spec = SpecOf(RuleForm::kExact, n);
    spec.regex = kRegexesBesideExact;
    Register({kind, allowed, RuleForm::kRegex, kRegexesBesideExact, spec},
             "/origins:", n);
  }
  for (const std::size_t n : {1U, 10U, 100U, 1'000U}) {
    Register({kind, allowed, RuleForm::kRegex, n, SpecOf(RuleForm::kRegex, n)},
             "-only/rules:", n);
  }
  for (const std::size_t n : {10U, 1'000U, 100'000U}) {
    RuleSetSpec spec = SpecOf(RuleForm::kExact, kOriginsBesideRoutes);
    spec.routes = n;
    Register({kind, allowed, RuleForm::kExact, kOriginsBesideRoutes, spec},
             "/routes:", n);
  }
}

}  // namespace

void RegisterDecisionRows() {
  for (const RequestKind kind :
       {RequestKind::kPreflight, RequestKind::kActual}) {
    for (const bool canned : {false, true}) {
      const std::string name = "Baseline/" +
                               std::string(RequestKindName(kind)) +
                               (canned ? "/canned-answer" : "/loop");
      benchmark::RegisterBenchmark(name.c_str(),
                                   [kind, canned](benchmark::State& state) {
                                     RunBaseline(kind, canned, state);
                                   });
    }
    RegisterRowsOf(kind, true);
    RegisterRowsOf(kind, false);
  }
}

}  // namespace corsac::bench
