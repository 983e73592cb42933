// The decision listener: what gateways ask, and how they are answered.
// docs/http_api.md has the contract of each endpoint.
//
//   ServeStats stats;                      // outlives the server
//   server->Start([&](std::size_t) {
//     return std::make_unique<DecisionPlane>(
//         DecisionPlane::Options{.store = &store,
//                                .state = [&] { return StateName(context); },
//                                .counters = stats.AddLoop()});
//   });
//
// A request is answered from one table from its first byte to its last. Hooks
// (/v1/preflight and /v1/authz/…) allocate nothing as long as the answer fits
// into the connection's buffer, but for regex rules (see
// PolicyTable::FindOrigin) and for answers that say what is wrong.
#ifndef CORSAC_RUNTIME_SERVE_DECISION_PLANE_H_
#define CORSAC_RUNTIME_SERVE_DECISION_PLANE_H_

#include <cstddef>
#include <functional>
#include <string_view>

#include "runtime/decision/request_fields.h"
#include "runtime/decision/request_view.h"
#include "runtime/http/request_handler.h"
#include "runtime/serve/decision_record.h"
#include "runtime/serve/endpoint.h"
#include "runtime/serve/serve_stats.h"
#include "runtime/store/policy_store.h"

namespace corsac {

// Thread-compatible: one a loop, as every RequestHandler.
class DecisionPlane final : public RequestHandler {
 public:
  struct Options {
    // Outlives the plane. Required, as are the next two.
    const PolicyStore* store = nullptr;
    // What /-/ready says: "ready" and "degraded" with 200, anything else with
    // 503. Called on the loop's thread; any number of planes may share one.
    std::function<std::string_view()> state;
    // This plane's own; see ServeStats::AddLoop().
    ServeCounters* counters = nullptr;
    // Told of every decision that an endpoint was answered with; null: nobody.
    DecisionObserver* observer = nullptr;
  };
  explicit DecisionPlane(Options options);

  // Only POST /v1/decision makes use of a body.
  std::size_t BodyLimit(const RequestHead& head) override;
  void Handle(const RequestHead& head, std::string_view body,
              ResponseWriter* response) override;

 private:
  // A request that is asked about, with its lines picked out.
  struct Asked {
    RequestView request;
    RequestFields fields;
  };

  void Dispatch(ServeEndpoint endpoint, const RequestHead& head,
                std::string_view body, ResponseWriter* response);

  // Hooks. The first reads the lines of a family of gateways.
  template <class Names>
  void AnswerHook(ServeEndpoint endpoint, const RequestHead& head,
                  ResponseWriter* response);
  void AnswerExtAuthz(const RequestHead& head, ResponseWriter* response);
  void Decide(ServeEndpoint endpoint, const Asked& asked,
              ResponseWriter* response);

  void AnswerDecision(const RequestHead& head, std::string_view body,
                      ResponseWriter* response);
  void AnswerState(const RequestHead& head, bool healthy,
                   ResponseWriter* response);

  struct Decided;
  void Observe(const Decided& decided);

  const Options options_;
};

}  // namespace corsac

#endif  // CORSAC_RUNTIME_SERVE_DECISION_PLANE_H_
