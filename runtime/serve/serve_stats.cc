// Adding up the counters of loops.
// Tested by tests/runtime/serve_parts_test.cc.
#include "runtime/serve/serve_stats.h"

namespace corsac {

void ServeCounters::AddTo(ServeTotals* totals) const noexcept {
  for (std::size_t i = 0; i < decisions_.size(); ++i) {
    totals->decisions[i] += decisions_[i].load(std::memory_order_relaxed);
  }
  for (std::size_t e = 0; e < answers_.size(); ++e) {
    for (std::size_t s = 0; s < answers_[e].size(); ++s) {
      totals->answers[e][s] += answers_[e][s].load(std::memory_order_relaxed);
    }
  }
}

ServeCounters* ServeStats::AddLoop() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return loops_.emplace_back(std::make_unique<ServeCounters>()).get();
}

ServeTotals ServeStats::Sum() const {
  ServeTotals totals;
  const std::lock_guard<std::mutex> lock(mutex_);
  for (const auto& loop : loops_) loop->AddTo(&totals);
  return totals;
}

}  // namespace corsac
