// corsac bench: what decisions about a person's own rules cost on this machine.
// Tested by tests/cli/cli_test.cc.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/check.h"
#include "compiler/cli/allocation_count.h"
#include "compiler/cli/bench_requests.h"
#include "compiler/cli/commands.h"
#include "runtime/decision/evaluate.h"

namespace corsac::cli {
namespace {

using Clock = std::chrono::steady_clock;
using OrderedJson = nlohmann::ordered_json;

struct Measurement {
  std::string name;
  std::string code;
  std::size_t requests = 0;     // different ones
  std::uint64_t decisions = 0;  // in one repetition
  double median_ns = 0;
  double low_ns = 0;  // the first and third quartile of the repetitions
  double high_ns = 0;
  std::optional<double> allocations;  // of one decision
};

// Keeps the optimiser from leaving a decision out.
void Consume(const Decision& decision) {
  asm volatile("" : : "g"(&decision) : "memory");
}

// Nanoseconds for `rounds` passes over the requests.
std::uint64_t TimeRounds(const PolicyTable& table,
                         const std::vector<RequestView>& views,
                         std::uint64_t rounds) {
  const Clock::time_point start = Clock::now();
  for (std::uint64_t round = 0; round < rounds; ++round) {
    for (const RequestView& view : views) Consume(Evaluate(table, view));
  }
  return static_cast<std::uint64_t>(
      std::chrono::nanoseconds(Clock::now() - start).count());
}

double Quantile(const std::vector<double>& sorted, double at) {
  const double place = at * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  const double part = place - static_cast<double>(below);
  return sorted[below] + part * (sorted[above] - sorted[below]);
}

Measurement Measure(const PolicyTable& table, const BenchRow& row,
                    const BenchOptions& options) {
  std::vector<RequestView> views;
  for (const DecisionRequest& request : row.requests) {
    views.push_back(request.view());
    // A wrong answer is not worth timing.
    const Decision decision = Evaluate(table, views.back());
    CORSAC_CHECK(CodeText(decision).starts_with(row.code));
  }
  const std::uint64_t wanted_ns = options.min_time_ms * 1'000'000ULL;
  std::uint64_t rounds = 1;
  // Also warms caches and RE2's automata.
  for (std::uint64_t took = 0; took < wanted_ns && rounds < (1ULL << 40U);) {
    took = TimeRounds(table, views, rounds);
    if (took < wanted_ns) {
      const std::uint64_t factor = wanted_ns / std::max<std::uint64_t>(took, 1);
      rounds *= std::clamp<std::uint64_t>(factor + 1, 2, 16);
    }
  }
  const auto decisions = static_cast<double>(rounds * views.size());
  std::vector<double> times;
  times.reserve(options.repetitions);  // the loop below counts allocations
  std::uint64_t allocations = 0;
  for (std::size_t i = 0; i < options.repetitions; ++i) {
    const std::uint64_t before = AllocationCount().value_or(0);
    times.push_back(static_cast<double>(TimeRounds(table, views, rounds)) /
                    decisions);
    allocations += AllocationCount().value_or(0) - before;
  }
  std::ranges::sort(times);
  Measurement result;
  result.name = row.name;
  result.code = row.code;
  result.requests = views.size();
  result.decisions = rounds * views.size();
  result.median_ns = Quantile(times, 0.5);
  result.low_ns = Quantile(times, 0.25);
  result.high_ns = Quantile(times, 0.75);
  if (AllocationCount()) {
    result.allocations = static_cast<double>(allocations) /
                         (decisions * static_cast<double>(options.repetitions));
  }
  return result;
}

std::string Format(const char* format, double value) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), format, value);
  return text.data();
}

double Milliseconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

std::string Padded(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

std::string PaddedLeft(std::string text, std::size_t width) {
  if (text.size() < width) text.insert(0, width - text.size(), ' ');
  return text;
}

std::string Bytes(std::size_t bytes) {
  const auto value = static_cast<double>(bytes);
  if (bytes < 10'240) return std::to_string(bytes) + " B";
  if (bytes < 10'485'760) return Format("%.1f KiB", value / 1024);
  return Format("%.1f MiB", value / 1'048'576);
}

void WriteRows(const std::vector<Measurement>& rows, Output& out) {
  std::string text = Padded("decision", 30) + PaddedLeft("median", 12) +
                     PaddedLeft("quartiles", 22) +
                     PaddedLeft("allocations", 13) + "\n";
  for (const Measurement& row : rows) {
    text += Padded(row.name, 30);
    text += PaddedLeft(Format("%.1f ns", row.median_ns), 12);
    text += PaddedLeft(
        Format("%.1f", row.low_ns) + " - " + Format("%.1f ns", row.high_ns),
        22);
    text += PaddedLeft(
        row.allocations ? Format("%.2f", *row.allocations) : "not counted", 13);
    text += "\n";
  }
  out.Write(text);
}

void WriteText(const CompileResult& rules, const BenchOptions& options,
               const std::vector<Measurement>& rows,
               const std::vector<std::string>& notes, Output& out) {
  WriteRows(rows, out);
  std::string text = "\n" + std::to_string(options.repetitions) +
                     " repetitions of at least " +
                     std::to_string(options.min_time_ms) +
                     " ms each; answers were checked first\n";
  for (const std::string& note : notes) text += "note: " + note + "\n";
  const PolicyTable::Sizes sizes = rules.table->sizes();
  text += "\ntable        " + Bytes(sizes.bytes()) + ": origins " +
          Bytes(sizes.origin_bytes) + ", routes " + Bytes(sizes.route_bytes) +
          ", policies " + Bytes(sizes.policy_bytes) + ", regexes " +
          Bytes(sizes.regex_bytes) + "\n";
  text += "rules        " + std::to_string(sizes.routes) + " routes, " +
          std::to_string(sizes.policies) + " policies, " +
          std::to_string(sizes.origin_sets) +
          " origin sets: " + std::to_string(sizes.exact) + " exact, " +
          std::to_string(sizes.any_port) + " any-port, " +
          std::to_string(sizes.subdomain) + " subdomain, " +
          std::to_string(sizes.regex) + " regex\n";
  const CompileTimes& times = rules.times;
  text += "compile      read " + Format("%.2f", Milliseconds(times.read)) +
          " ms, parse " + Format("%.2f", Milliseconds(times.parse)) +
          " ms, check " + Format("%.2f", Milliseconds(times.check)) +
          " ms, build " + Format("%.2f", Milliseconds(times.build)) + " ms\n";
#ifndef __OPTIMIZE__
  text += "note: this build is not optimised; the numbers say little\n";
#endif
  out.Write(text);
}

OrderedJson RowJson(const Measurement& row) {
  OrderedJson json = OrderedJson::object();
  json["name"] = row.name;
  json["code"] = row.code;
  json["requests"] = row.requests;
  json["decisions"] = row.decisions;
  json["median_ns"] = row.median_ns;
  json["quartile1_ns"] = row.low_ns;
  json["quartile3_ns"] = row.high_ns;
  json["allocations"] =
      row.allocations ? OrderedJson(*row.allocations) : OrderedJson(nullptr);
  return json;
}

void WriteJson(const CompileResult& rules, const BenchOptions& options,
               const std::vector<Measurement>& rows,
               const std::vector<std::string>& notes, Output& out) {
  OrderedJson json = OrderedJson::object();
  json["repetitions"] = options.repetitions;
  json["min_time_ms"] = options.min_time_ms;
#ifdef __OPTIMIZE__
  json["optimised"] = true;
#else
  json["optimised"] = false;
#endif
  json["rows"] = OrderedJson::array();
  for (const Measurement& row : rows) json["rows"].push_back(RowJson(row));
  json["notes"] = notes;
  const PolicyTable::Sizes sizes = rules.table->sizes();
  OrderedJson table = OrderedJson::object();
  table["bytes"] = sizes.bytes();
  table["origin_bytes"] = sizes.origin_bytes;
  table["route_bytes"] = sizes.route_bytes;
  table["policy_bytes"] = sizes.policy_bytes;
  table["regex_bytes"] = sizes.regex_bytes;
  table["routes"] = sizes.routes;
  table["policies"] = sizes.policies;
  table["origin_sets"] = sizes.origin_sets;
  table["exact"] = sizes.exact;
  table["any_port"] = sizes.any_port;
  table["subdomain"] = sizes.subdomain;
  table["regex"] = sizes.regex;
  json["table"] = std::move(table);
  OrderedJson compile = OrderedJson::object();
  compile["read_ms"] = Milliseconds(rules.times.read);
  compile["parse_ms"] = Milliseconds(rules.times.parse);
  compile["check_ms"] = Milliseconds(rules.times.check);
  compile["build_ms"] = Milliseconds(rules.times.build);
  json["compile"] = std::move(compile);
  out.Write(json.dump(2, ' ', /*ensure_ascii=*/true,
                      OrderedJson::error_handler_t::replace) +
            "\n");
}

}  // namespace

ExitCode RunBench(const BenchOptions& options, Outputs& outputs) {
  const CompileResult rules = CompilePath(options.path);
  if (!rules.ok()) return ReportFailure(rules, outputs);
  const BenchRows bench = MakeBenchRows(*rules.table);
  std::vector<Measurement> rows;
  rows.reserve(bench.rows.size());
  for (const BenchRow& row : bench.rows) {
    rows.push_back(Measure(*rules.table, row, options));
  }
  if (options.format == "json") {
    WriteJson(rules, options, rows, bench.notes, outputs.out);
  } else {
    WriteText(rules, options, rows, bench.notes, outputs.out);
  }
  return kOk;
}

}  // namespace corsac::cli
