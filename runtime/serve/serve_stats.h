// What the decision listener counts: decisions, and answers by endpoint and
// status. Each loop counts for itself, so that counting costs a load and a
// store in memory that nobody else writes; who reads adds the loops up.
#ifndef CORSAC_RUNTIME_SERVE_SERVE_STATS_H_
#define CORSAC_RUNTIME_SERVE_SERVE_STATS_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "runtime/decision/decision.h"
#include "runtime/serve/endpoint.h"

namespace corsac {

// What a decision is counted as; detail, route and rule do not matter.
struct DecisionSeries {
  RequestKind kind = RequestKind::kNotCors;
  Outcome outcome = Outcome::kNotApplicable;
  DecisionCode code = DecisionCode::kNotCors;

  static constexpr std::size_t kKinds = 3;
  static constexpr std::size_t kOutcomes = 3;
  static constexpr std::size_t kCodes =
      static_cast<std::size_t>(DecisionCode::kWebSocketOriginNotAllowed) + 1;
  static constexpr std::size_t kCount = kKinds * kOutcomes * kCodes;

  // A number below kCount of its own.
  constexpr std::size_t index() const {
    return (static_cast<std::size_t>(kind) * kOutcomes +
            static_cast<std::size_t>(outcome)) *
               kCodes +
           static_cast<std::size_t>(code);
  }
  // The other way round. REQUIRES: index < kCount.
  static constexpr DecisionSeries At(std::size_t index) {
    return {static_cast<RequestKind>(index / kCodes / kOutcomes),
            static_cast<Outcome>(index / kCodes % kOutcomes),
            static_cast<DecisionCode>(index % kCodes)};
  }
};

// Sums over all loops since the start.
struct ServeTotals {
  static constexpr std::size_t kFirstStatus = 200;
  static constexpr std::size_t kStatuses = 400;  // 200 to 599

  std::array<std::uint64_t, DecisionSeries::kCount> decisions{};  // by index()
  // By endpoint, then by status less kFirstStatus.
  std::array<std::array<std::uint64_t, kStatuses>, kServeEndpoints> answers{};
};

// The counters of one loop. One thread counts; any thread may read meanwhile.
class alignas(64) ServeCounters {
 public:
  void CountDecision(const Decision& decision) noexcept {
    const DecisionSeries series{decision.kind, decision.outcome, decision.code};
    Increment(&decisions_[series.index()]);
  }

  // REQUIRES: `status` is 200 to 599.
  void CountAnswer(ServeEndpoint endpoint, std::uint16_t status) noexcept {
    Increment(&answers_[static_cast<std::size_t>(endpoint)]
                       [status - ServeTotals::kFirstStatus]);
  }

  void AddTo(ServeTotals* totals) const noexcept;

 private:
  using Counter = std::atomic<std::uint64_t>;

  // Relaxed, and no read-modify-write: nobody else writes, and numbers are all
  // that is read.
  static void Increment(Counter* counter) noexcept {
    counter->store(counter->load(std::memory_order_relaxed) + 1,
                   std::memory_order_relaxed);
  }

  std::array<Counter, DecisionSeries::kCount> decisions_{};
  std::array<std::array<Counter, ServeTotals::kStatuses>, kServeEndpoints>
      answers_{};
};

// The counters of all loops. Outlives them and whoever reads. Thread-safe.
class ServeStats {
 public:
  ServeStats() = default;
  ServeStats(const ServeStats&) = delete;
  ServeStats& operator=(const ServeStats&) = delete;

  // Counters for another loop; they stay here when the loop ends, so that sums
  // never fall.
  ServeCounters* AddLoop();

  ServeTotals Sum() const;

 private:
  mutable std::mutex mutex_;  // guards the list
  std::vector<std::unique_ptr<ServeCounters>> loops_;
};

}  // namespace corsac

#endif  // CORSAC_RUNTIME_SERVE_SERVE_STATS_H_
