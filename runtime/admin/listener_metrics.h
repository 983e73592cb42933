// The part of the metrics that comes from the decision listener, which counts
// for itself: its numbers are fetched whenever metrics are read.
//
// Internal to runtime/admin/metrics.cc.
#ifndef CORSAC_RUNTIME_ADMIN_LISTENER_METRICS_H_
#define CORSAC_RUNTIME_ADMIN_LISTENER_METRICS_H_

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <array>
#include <cstddef>
#include <functional>

#include "runtime/http/http_stats.h"
#include "runtime/serve/serve_stats.h"

namespace corsac {

// Not thread-safe: the owner has a mutex for it.
class ListenerMetrics {
 public:
  // Decisions and answers go to families that the admin API counts in too.
  // All of them outlive this object.
  ListenerMetrics(prometheus::Registry* registry,
                  prometheus::Family<prometheus::Counter>* decisions,
                  prometheus::Family<prometheus::Counter>* requests);

  // From now on Update() reads these. `serve` outlives this object.
  void SetSources(const ServeStats* serve, std::function<HttpStats()> http);

  // Brings the metrics up to what has been counted.
  void Update();

 private:
  void UpdateDecisions(const ServeTotals& totals);
  void UpdateAnswers(const ServeTotals& totals);
  void UpdateConnections(const HttpStats& stats);

  prometheus::Family<prometheus::Counter>& decisions_;
  prometheus::Family<prometheus::Counter>& requests_;
  prometheus::Gauge& connections_;
  prometheus::Counter& accepted_;
  std::array<prometheus::Counter*, kCloseReasons> closed_{};
  std::array<prometheus::Counter*, kHttpErrors> errors_{};  // none for kNone

  const ServeStats* serve_ = nullptr;
  std::function<HttpStats()> http_;
  ServeTotals last_;  // what the families have been given so far
};

}  // namespace corsac

#endif  // CORSAC_RUNTIME_ADMIN_LISTENER_METRICS_H_
