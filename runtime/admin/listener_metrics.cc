// Numbers of the decision listener as metrics.
// Tested by tests/runtime/metrics_test.cc.
#include "runtime/admin/listener_metrics.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

namespace corsac {
namespace {

using prometheus::Counter;
using prometheus::Family;

// Brings a counter of ours up to `total`, which never falls.
void RaiseTo(std::uint64_t total, Counter* counter) {
  counter->Increment(
      std::max(0.0, static_cast<double>(total) - counter->Value()));
}

}  // namespace

ListenerMetrics::ListenerMetrics(prometheus::Registry* registry,
                                 Family<Counter>* decisions,
                                 Family<Counter>* requests)
    : decisions_(*decisions),
      requests_(*requests),
      connections_(prometheus::BuildGauge()
                       .Name("corsac_connections")
                       .Help("Connections to the decision listener now.")
                       .Register(*registry)
                       .Add({})),
      accepted_(prometheus::BuildCounter()
                    .Name("corsac_connections_accepted_total")
                    .Help("Connections taken by the decision listener.")
                    .Register(*registry)
                    .Add({})) {
  Family<Counter>& closed =
      prometheus::BuildCounter()
          .Name("corsac_connections_closed_total")
          .Help(
              "Connections of the decision listener that ended or were "
              "refused, by the reason.")
          .Register(*registry);
  for (std::size_t i = 0; i < closed_.size(); ++i) {
    closed_[i] = &closed.Add({{"reason", std::string(CloseReasonName(
                                             static_cast<CloseReason>(i)))}});
  }
  Family<Counter>& errors =
      prometheus::BuildCounter()
          .Name("corsac_http_errors_total")
          .Help(
              "Requests to the decision listener that could not be read, by "
              "what was wrong.")
          .Register(*registry);
  for (std::size_t i = 1; i < errors_.size(); ++i) {
    errors_[i] = &errors.Add(
        {{"error", std::string(HttpErrorName(static_cast<HttpError>(i)))}});
  }
}

void ListenerMetrics::SetSources(const ServeStats* serve,
                                 std::function<HttpStats()> http) {
  serve_ = serve;
  http_ = std::move(http);
}

void ListenerMetrics::Update() {
  if (serve_ != nullptr) {
    const ServeTotals totals = serve_->Sum();
    UpdateDecisions(totals);
    UpdateAnswers(totals);
    last_ = totals;
  }
  if (http_ != nullptr) UpdateConnections(http_());
}

void ListenerMetrics::UpdateDecisions(const ServeTotals& totals) {
  for (std::size_t i = 0; i < totals.decisions.size(); ++i) {
    const std::uint64_t more = totals.decisions[i] - last_.decisions[i];
    if (more == 0) continue;
    const DecisionSeries series = DecisionSeries::At(i);
    decisions_
        .Add({{"kind", std::string(RequestKindName(series.kind))},
              {"outcome", std::string(OutcomeName(series.outcome))},
              {"code", std::string(DecisionCodeName(series.code))}})
        .Increment(static_cast<double>(more));
  }
}

void ListenerMetrics::UpdateAnswers(const ServeTotals& totals) {
  for (std::size_t e = 0; e < totals.answers.size(); ++e) {
    const std::string endpoint(
        ServeEndpointName(static_cast<ServeEndpoint>(e)));
    for (std::size_t s = 0; s < totals.answers[e].size(); ++s) {
      const std::uint64_t more = totals.answers[e][s] - last_.answers[e][s];
      if (more == 0) continue;
      requests_
          .Add({{"endpoint", endpoint},
                {"code", std::to_string(s + ServeTotals::kFirstStatus)}})
          .Increment(static_cast<double>(more));
    }
  }
}

void ListenerMetrics::UpdateConnections(const HttpStats& stats) {
  connections_.Set(static_cast<double>(stats.open));
  RaiseTo(stats.accepted, &accepted_);
  for (std::size_t i = 0; i < closed_.size(); ++i) {
    RaiseTo(stats.closed[i], closed_[i]);
  }
  for (std::size_t i = 1; i < errors_.size(); ++i) {
    RaiseTo(stats.errors[i], errors_[i]);
  }
}

}  // namespace corsac
