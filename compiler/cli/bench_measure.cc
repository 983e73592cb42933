// Timing: repetitions of all rows, one after the other in random order.
// Tested by tests/cli/bench_test.cc.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <numeric>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/cli/allocation_count.h"
#include "compiler/cli/bench_report.h"
#include "runtime/decision/evaluate.h"

namespace corsac::cli {
namespace {

using Clock = std::chrono::steady_clock;

// Requests of a row that are also timed one by one.
constexpr std::size_t kMaxAlone = 256;
// How long one such timing takes at least, and how many there are of each.
constexpr std::uint64_t kAloneNs = 10'000;
constexpr std::size_t kAloneTimings = 7;

// Room for the lines of any answer to a request made here.
constexpr std::size_t kAnswerBytes = std::size_t{128} << 10;

// Keeps the optimiser from leaving an answer out.
void Consume(const std::string& answer) {
  asm volatile("" : : "g"(answer.data()) : "memory");
}

double Quantile(const std::vector<double>& sorted, double at) {
  const double place = at * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  const double part = place - static_cast<double>(below);
  return sorted[below] + part * (sorted[above] - sorted[below]);
}

// Decides about the requests of one row, in turn.
class RowTimer {
 public:
  RowTimer(const PolicyTable& table, const std::vector<RequestShape>& shapes,
           const BenchRow& row)
      : table_(table), shapes_(shapes), row_(row) {
    answer_.reserve(kAnswerBytes);
  }

  const BenchRow& row() const { return row_; }

  // From the request's header lines to those of the answer. Nanoseconds.
  std::uint64_t Time(std::uint64_t decisions) {
    const Clock::time_point start = Clock::now();
    for (std::uint64_t i = 0; i < decisions; ++i) {
      Decide(row_.requests[next_]);
      if (++next_ == row_.requests.size()) next_ = 0;
    }
    return Since(start);
  }

  // The same, for one request over and over; nanoseconds of one decision.
  double TimeAlone(const BenchRequest& request, std::uint64_t decisions) {
    const Clock::time_point start = Clock::now();
    for (std::uint64_t i = 0; i < decisions; ++i) Decide(request);
    return static_cast<double>(Since(start)) / static_cast<double>(decisions);
  }

  // How many decisions take `wanted_ns`. Also warms caches and automata.
  std::uint64_t Calibrate(std::uint64_t wanted_ns) {
    std::uint64_t decisions = 1;
    for (std::uint64_t took = Time(1);
         took < wanted_ns && decisions < (1ULL << 40U);) {
      const std::uint64_t factor = wanted_ns / std::max<std::uint64_t>(took, 1);
      decisions *= std::clamp<std::uint64_t>(factor + 1, 2, 16);
      took = Time(decisions);
    }
    return decisions;
  }

  Measurement::Slowest FindSlowest();

 private:
  static std::uint64_t Since(Clock::time_point start) {
    return static_cast<std::uint64_t>(
        std::chrono::nanoseconds(Clock::now() - start).count());
  }

  void Decide(const BenchRequest& request) {
    answer_.clear();
    const Decision decision =
        Evaluate(table_, shapes_[request.shape].With(request.origin));
    AppendHeaderLines(decision, &answer_);
    Consume(answer_);
  }

  const PolicyTable& table_;
  const std::vector<RequestShape>& shapes_;
  const BenchRow& row_;
  std::size_t next_ = 0;
  std::string answer_;
};

Measurement::Slowest RowTimer::FindSlowest() {
  const std::size_t step = (row_.requests.size() + kMaxAlone - 1) / kMaxAlone;
  const BenchRequest* slowest = &row_.requests.front();  // a row has some
  double slowest_ns = 0;
  for (std::size_t i = 0; i < row_.requests.size(); i += step) {
    const BenchRequest& request = row_.requests[i];
    const double rough = TimeAlone(request, 2);
    const std::uint64_t decisions =
        1 + kAloneNs / static_cast<std::uint64_t>(std::max(rough, 1.0));
    double best = TimeAlone(request, decisions);
    // What interrupts only ever adds.
    for (std::size_t j = 1; j < kAloneTimings; ++j) {
      best = std::min(best, TimeAlone(request, decisions));
    }
    if (best > slowest_ns) {
      slowest = &request;
      slowest_ns = best;
    }
  }
  const RequestShape& shape = shapes_[slowest->shape];
  const Decision decision = Evaluate(table_, shape.With(slowest->origin));
  Measurement::Slowest result;
  result.ns = slowest_ns;
  result.origin = slowest->origin;
  result.method = shape.method();
  result.target = shape.target();
  if (decision.route == nullptr) return result;
  result.route = decision.route->id;
  result.place = table_.PlaceOf(*decision.route);
  if (decision.match) {
    const std::uint32_t set = table_.PolicyOf(*decision.route).origins;
    result.place = table_.PlaceOf(set, decision.match);
  }
  return result;
}

}  // namespace

std::vector<Measurement> MeasureRows(const PolicyTable& table, BenchRows* bench,
                                     const BenchOptions& options) {
  std::vector<RowTimer> timers;
  std::vector<Measurement> results;
  for (const BenchRow& row : bench->rows) {
    timers.emplace_back(table, bench->shapes, row);
    Measurement result;
    result.row = &row;
    result.decisions =
        timers.back().Calibrate(options.min_time_ms * 1'000'000ULL);
    result.slowest = timers.back().FindSlowest();
    results.push_back(std::move(result));
  }
  std::vector<std::size_t> order(timers.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::vector<std::vector<double>> times(timers.size());
  for (std::vector<double>& of_row : times) of_row.reserve(options.repetitions);
  std::vector<std::uint64_t> allocations(timers.size());
  std::mt19937_64 random{1};
  for (std::size_t i = 0; i < options.repetitions; ++i) {
    std::ranges::shuffle(order, random);
    for (const std::size_t at : order) {
      const std::uint64_t decisions = results[at].decisions;
      const std::uint64_t before = AllocationCount().value_or(0);
      const std::uint64_t took = timers[at].Time(decisions);
      allocations[at] += AllocationCount().value_or(0) - before;
      times[at].push_back(static_cast<double>(took) /
                          static_cast<double>(decisions));
    }
  }
  for (std::size_t at = 0; at < results.size(); ++at) {
    Measurement& result = results[at];
    std::ranges::sort(times[at]);
    result.median_ns = Quantile(times[at], 0.5);
    result.p10_ns = Quantile(times[at], 0.1);
    result.p90_ns = Quantile(times[at], 0.9);
    result.min_ns = times[at].front();
    if (AllocationCount()) {
      result.allocations =
          static_cast<double>(allocations[at]) /
          static_cast<double>(result.decisions * options.repetitions);
    }
  }
  return results;
}

}  // namespace corsac::cli
