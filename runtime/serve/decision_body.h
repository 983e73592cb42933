// The bodies of POST /v1/decision and its answers, as both listeners read and
// write them.
#ifndef CORSAC_RUNTIME_SERVE_DECISION_BODY_H_
#define CORSAC_RUNTIME_SERVE_DECISION_BODY_H_

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "runtime/decision/decision_json.h"
#include "runtime/http/problem.h"

namespace corsac {

// Requests in one batch on the decision listener, and bytes of its body. A
// whole batch is answered before its loop does anything else.
inline constexpr std::size_t kMaxLoopBatch = 256;
inline constexpr std::size_t kMaxLoopDecisionBytes = std::size_t{64} << 10;

// Reads a body: one request, or a batch of at most `max_items`. The problem
// says what is wrong with it as a whole, or with which of its requests.
// `remark` ends the sentence about a batch that is too large.
std::variant<DecisionBatch, Problem> ReadDecisionBody(
    std::string_view body, std::size_t max_items, std::string_view remark = {});

// The answer to `batch`: what `decide` returns for each of its requests, in
// order. REQUIRES: `batch` is from ReadDecisionBody().
std::string AnswerDecisionBody(
    const DecisionBatch& batch,
    const std::function<std::string(const DecisionRequest&)>& decide);

// 503: there is nothing to decide by. Goes with "Retry-After: 1".
Problem NoRulesYet();

// 415: a body that is not application/json.
Problem NotJson();

}  // namespace corsac

#endif  // CORSAC_RUNTIME_SERVE_DECISION_BODY_H_
