// From rules to a table:
//
//   Compile/toml/exact/origins:1000     the text of a rule file → table
//   Compile/list/exact/origins:1000     the same origins in a `file = "…"`
//                                       list, a folder on disk → table
//   Compile/toml/regex/rules:100, Compile/toml/exact/routes:1000
//   Build/table/exact/origins:1000      the last pass alone: Ir → table
//   Floor/toml/memchr/origins:1000000   looking for the line ends of that text
//   Floor/list/memchr/origins:1000000   and of that list, both in memory
//   Floor/toml/library/origins:1000000  the TOML library's tree of that text,
//                                       each value moved into a tree of ours
//
// Compile rows say how the time divides (read, parse, check, build; per
// compilation), all say how large the table is, as it says itself
// (`table_bytes`) and as the heap has it (`heap_bytes`), and Compile rows how
// much of the heap was in use at most, the text included (`peak_bytes`). The
// destruction of what was made is not timed.
#include <benchmark/benchmark.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "bench/corpus.h"
#include "bench/harness.h"
#include "bench/heap_counter.h"
#include "bench/temp_folder.h"
#include "compiler/compile.h"
#include "compiler/diagnostics/finding.h"
#include "compiler/source/source_set.h"
#include "compiler/syntax/toml_tree.h"
#include "compiler/table/policy_table.h"

namespace corsac::bench {
namespace {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

std::size_t RulesIn(const RuleSetSpec& spec) {
  return spec.exact + spec.subdomain + spec.any_port + spec.regex;
}

// Whether `table` has what `spec` says and finds some of it.
bool IsRight(const PolicyTable& table, const RuleSetSpec& spec) {
  const PolicyTable::Sizes sizes = table.sizes();
  if (sizes.exact != spec.exact || sizes.subdomain != spec.subdomain ||
      sizes.any_port != spec.any_port || sizes.regex != spec.regex ||
      sizes.routes != spec.routes) {
    return false;
  }
  const std::uint32_t set = table.PolicyOf(table.routes()[0]).origins;
  const auto finds = [&table, set](RuleForm form, std::size_t i) {
    Origin origin;
    const std::string text = OriginFor(form, i);
    return ParseOrigin(text, &origin) == OriginError::kNone &&
           static_cast<bool>(table.FindOrigin(set, origin));
  };
  for (const auto& [form, count] :
       {std::pair(RuleForm::kExact, spec.exact),
        std::pair(RuleForm::kSubdomain, spec.subdomain),
        std::pair(RuleForm::kAnyPort, spec.any_port),
        std::pair(RuleForm::kRegex, spec.regex)}) {
    for (std::size_t i = 0; i < count; i += 1 + count / 100) {
      if (!finds(form, i)) return false;
    }
    if (count > 0 && (!finds(form, count - 1) || finds(form, count))) {
      return false;
    }
  }
  return true;
}

void CountBytes(const PolicyTable& table, std::int64_t heap_bytes,
                const RuleSetSpec& spec, benchmark::State& state) {
  const auto rules = static_cast<double>(RulesIn(spec));
  const auto bytes = static_cast<double>(table.sizes().bytes());
  state.counters["table_bytes"] = bytes;
  state.counters["bytes_per_rule"] = bytes / rules;
  state.counters["heap_bytes"] = static_cast<double>(heap_bytes);
}

void RunBuild(const RuleSetSpec& spec, benchmark::State& state) {
  const Ir& ir = IrOf(spec);
  for (auto _ : state) {
    const std::int64_t before = HeapNow().bytes;
    const Clock::time_point start = Clock::now();
    const std::unique_ptr<const PolicyTable> table = BuildTable(ir);
    state.SetIterationTime(Seconds(Clock::now() - start).count());
    if (!IsRight(*table, spec)) {
      state.SkipWithError("the table is not what the rules say");
      return;
    }
    CountBytes(*table, HeapNow().bytes - before, spec, state);
  }
}

// The first finding in words, for a compilation that should have succeeded.
std::string Complaint(const CompileResult& result) {
  if (result.findings.empty()) return "no table and no finding";
  return result.findings[0].message;
}

// Times `compile`, which returns a CompileResult.
template <class Compile>
void TimeCompile(const RuleSetSpec& spec, std::size_t text_bytes,
                 benchmark::State& state, const Compile& compile) {
  CompileTimes sum;
  std::int64_t heap_bytes = 0;
  std::int64_t peak_bytes = 0;
  for (auto _ : state) {
    RestartHeapPeak();
    const std::int64_t before = HeapNow().bytes;
    const Clock::time_point start = Clock::now();
    CompileResult result = compile();
    state.SetIterationTime(Seconds(Clock::now() - start).count());
    peak_bytes = HeapNow().peak - before;
    if (!result.ok()) {
      state.SkipWithError(Complaint(result).c_str());
      return;
    }
    if (!result.findings.empty() || !IsRight(*result.table, spec)) {
      state.SkipWithError("the table is not what the rules say");
      return;
    }
    sum.read += result.times.read;
    sum.parse += result.times.parse;
    sum.check += result.times.check;
    sum.build += result.times.build;
    const std::int64_t held = HeapNow().bytes;
    CountBytes(*result.table, 0, spec, state);
    result.table.reset();
    heap_bytes = held - HeapNow().bytes;
  }
  state.counters["heap_bytes"] = static_cast<double>(heap_bytes);
  state.counters["peak_bytes"] = static_cast<double>(peak_bytes);
  state.counters["text_bytes"] = static_cast<double>(text_bytes);
  const auto count_phase = [&state](const char* name,
                                    std::chrono::nanoseconds time) {
    state.counters[name] = benchmark::Counter(
        Seconds(time).count(), benchmark::Counter::kAvgIterations);
  };
  count_phase("read_s", sum.read);
  count_phase("parse_s", sum.parse);
  count_phase("check_s", sum.check);
  count_phase("build_s", sum.build);
}

void RunCompileText(const RuleSetSpec& spec, benchmark::State& state) {
  const std::string text = RuleFileText(spec);
  TimeCompile(spec, text.size(), state, [&text] {
    FindingSink sink;
    const Clock::time_point start = Clock::now();
    SourceSet sources = SourceSet::FromText("site.toml", text, sink);
    const auto read = Clock::now() - start;
    CompileResult result = Compile(std::move(sources), std::move(sink));
    result.times.read = read;
    return result;
  });
}

void RunCompileList(const RuleSetSpec& spec, benchmark::State& state) {
  const TempFolder folder;
  const std::string list = OriginListText(spec);
  const std::string rules = RuleFileTextWithList(spec, "origins.txt");
  if (!WriteFile(folder / "site.toml", rules) ||
      !WriteFile(folder / "origins.txt", list)) {
    state.SkipWithError("cannot write the rule files");
    return;
  }
  TimeCompile(spec, rules.size() + list.size(), state,
              [&folder] { return CompilePath(folder.path()); });
}

// The least that anything that reads the text must do.
void RunMemchr(std::string_view text, std::size_t lines,
               benchmark::State& state) {
  for (auto _ : state) {
    const Clock::time_point start = Clock::now();
    std::size_t found = 0;
    for (std::size_t at = text.find('\n'); at != std::string_view::npos;
         at = text.find('\n', at + 1)) {
      ++found;
    }
    state.SetIterationTime(Seconds(Clock::now() - start).count());
    if (found < lines) {
      state.SkipWithError("lines are missing");
      return;
    }
  }
  state.counters["text_bytes"] = static_cast<double>(text.size());
}

void RunMemchrText(const RuleSetSpec& spec, benchmark::State& state) {
  RunMemchr(RuleFileText(spec), spec.exact, state);
}

void RunMemchrList(const RuleSetSpec& spec, benchmark::State& state) {
  RunMemchr(OriginListText(spec), spec.exact, state);
}

void RunLibrary(const RuleSetSpec& spec, benchmark::State& state) {
  const std::string text = RuleFileText(spec);
  FindingSink sink;
  const SourceSet sources = SourceSet::FromText("site.toml", text, sink);
  std::int64_t peak_bytes = 0;
  for (auto _ : state) {
    RestartHeapPeak();
    const std::int64_t before = HeapNow().bytes;
    const Clock::time_point start = Clock::now();
    const auto parsed = ParseToml(sources, 0, text.size());
    state.SetIterationTime(Seconds(Clock::now() - start).count());
    peak_bytes = HeapNow().peak - before;
    if (!std::holds_alternative<TomlValue>(parsed)) {
      state.SkipWithError("the library does not take the text");
      return;
    }
  }
  state.counters["text_bytes"] = static_cast<double>(text.size());
  state.counters["peak_bytes"] = static_cast<double>(peak_bytes);
}

using Run = void (*)(const RuleSetSpec& spec, benchmark::State& state);

void Register(const std::string& name, Run run, const RuleSetSpec& spec) {
  benchmark::RegisterBenchmark(
      name.c_str(), [run, spec](benchmark::State& state) { run(spec, state); })
      ->UseManualTime()
      ->Unit(benchmark::kMillisecond);
}

void RegisterOriginRows(const std::string& prefix, Run run) {
  for (const std::size_t n : {10U, 1'000U, 100'000U, 1'000'000U}) {
    Register(prefix + "/exact/origins:" + std::to_string(n), run,
             SpecOf(RuleForm::kExact, n));
  }
}

void RegisterOtherRows(const std::string& prefix, Run run) {
  for (const std::size_t n : {1'000U, 100'000U, 1'000'000U}) {
    Register(prefix + "/subdomain/origins:" + std::to_string(n), run,
             SpecOf(RuleForm::kSubdomain, n));
  }
  for (const std::size_t n : {10U, 1'000U}) {
    Register(prefix + "/regex/rules:" + std::to_string(n), run,
             SpecOf(RuleForm::kRegex, n));
  }
  for (const std::size_t n : {10U, 1'000U, 100'000U}) {
    RuleSetSpec spec = SpecOf(RuleForm::kExact, 1'000);
    spec.routes = n;
    Register(prefix + "/exact/routes:" + std::to_string(n), run, spec);
  }
}

}  // namespace

void RegisterCompileRows() {
  RegisterOriginRows("Compile/toml", RunCompileText);
  RegisterOtherRows("Compile/toml", RunCompileText);
  RegisterOriginRows("Compile/list", RunCompileList);
  const RuleSetSpec million = SpecOf(RuleForm::kExact, 1'000'000);
  Register("Floor/toml/memchr/origins:1000000", RunMemchrText, million);
  Register("Floor/list/memchr/origins:1000000", RunMemchrList, million);
  Register("Floor/toml/library/origins:1000000", RunLibrary, million);
  RegisterOriginRows("Build/table", RunBuild);
  RegisterOtherRows("Build/table", RunBuild);
}

}  // namespace corsac::bench
