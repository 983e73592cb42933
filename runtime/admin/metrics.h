// What the server counts, as Prometheus reads it. Names are public interface;
// docs/http_api.md lists them. Labels have few values: none is ever made of
// something that a client or a rule author wrote.
#ifndef CORSAC_RUNTIME_ADMIN_METRICS_H_
#define CORSAC_RUNTIME_ADMIN_METRICS_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "runtime/decision/decision.h"
#include "runtime/http/http_stats.h"
#include "runtime/serve/serve_stats.h"
#include "runtime/store/policy_store.h"
#include "runtime/store/reload_attempt.h"

namespace corsac {

// Thread-safe.
class Metrics {
 public:
  Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;
  ~Metrics();

  // A decision of the admin API; those of the decision listener are counted
  // there. Costs two atomic additions, and an allocation when a combination of
  // kind, outcome and code comes up for the first time.
  void CountDecision(const Decision& decision, std::chrono::nanoseconds time);

  void CountReload(const ReloadAttempt& attempt);

  // A request to the admin API. `endpoint` must be one of a fixed set of names.
  void CountHttpRequest(std::string_view endpoint, int status,
                        std::chrono::nanoseconds time);

  // From now on Text() also has what the decision listener has counted, and
  // what `http` returns then. `serve` outlives the metrics, and so does what
  // `http` refers to.
  void AddDecisionListener(const ServeStats* serve,
                           std::function<HttpStats()> http);

  // From now on Text() says how many records the access log has dropped, which
  // `dropped` returns. What it refers to outlives the metrics.
  void AddAccessLog(std::function<std::uint64_t()> dropped);

  // Everything in Prometheus' text format 0.0.4; what is not counted but
  // measured is measured now.
  std::string Text(const PolicyStore& store);

 private:
  struct Impl;
  const std::unique_ptr<Impl> impl_;
};

}  // namespace corsac

#endif  // CORSAC_RUNTIME_ADMIN_METRICS_H_
