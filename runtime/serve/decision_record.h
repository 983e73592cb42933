// What the decision listener tells about each decision that it has answered
// with, for an access log.
#ifndef CORSAC_RUNTIME_SERVE_DECISION_RECORD_H_
#define CORSAC_RUNTIME_SERVE_DECISION_RECORD_H_

#include <cstdint>
#include <string_view>

#include "compiler/origins/origin.h"
#include "compiler/table/policy_table.h"
#include "runtime/decision/decision.h"

namespace corsac {

// Views into the request, the table and constants: good for the length of the
// call that hands the record over. What the request said is as the client sent
// it: any byte may be in it, and it is as long as a head may be.
struct DecisionRecord {
  std::string_view endpoint;  // "preflight", "auth-request", …

  RequestKind kind = RequestKind::kNotCors;
  Outcome outcome = Outcome::kNotApplicable;
  DecisionCode code = DecisionCode::kNotCors;
  // Parameters of the code, as far as it has one (see CodeText()).
  RuleKind rule_kind = RuleKind::kNone;           // of allow:…
  OriginError origin_error = OriginError::kNone;  // of malformed-origin:…
  std::string_view detail;  // the method or header name as sent

  // The request that was decided about: what the gateway's client sent.
  std::string_view origin;  // of the first Origin line; empty without one
  std::string_view method;
  std::string_view host;
  std::string_view target;

  std::uint16_t status = 0;      // of the answer to the gateway
  std::string_view route;        // the route's id; empty when none matched
  std::uint64_t generation = 0;  // of the table
};

// Told of every decision, on the thread of the loop that made it, when the
// status of its answer is known. One observer a loop, so
// that it needs no lock for what it keeps. Must not block: every connection of
// the loop waits.
class DecisionObserver {
 public:
  DecisionObserver() = default;
  DecisionObserver(const DecisionObserver&) = delete;
  DecisionObserver& operator=(const DecisionObserver&) = delete;
  virtual ~DecisionObserver() = default;

  virtual void Observe(const DecisionRecord& record) = 0;
};

}  // namespace corsac

#endif  // CORSAC_RUNTIME_SERVE_DECISION_RECORD_H_
