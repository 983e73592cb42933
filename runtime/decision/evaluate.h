// Evaluate(): the decision about one request. Start here.
#ifndef CORSAC_RUNTIME_DECISION_EVALUATE_H_
#define CORSAC_RUNTIME_DECISION_EVALUATE_H_

#include "compiler/table/policy_table.h"
#include "runtime/decision/decision.h"
#include "runtime/decision/request_view.h"

namespace corsac {

// Decides about `request` by `table`, as docs/decisions.md says step by step.
//
// A pure function: equal arguments give equal decisions, nothing is written,
// any number of threads may call it. Never throws. Time is bounded by the size
// of the request; nothing is allocated unless regex rules have to be tried (see
// PolicyTable::FindOrigin).
Decision Evaluate(const PolicyTable& table,
                  const RequestView& request) noexcept;

}  // namespace corsac

#endif  // CORSAC_RUNTIME_DECISION_EVALUATE_H_
