// Bodies of POST /v1/decision.
// Tested by tests/runtime/admin_test.cc and
// tests/runtime/decision_plane_test.cc.
#include "runtime/serve/decision_body.h"

#include <algorithm>
#include <utility>

#include "compiler/result.h"

namespace corsac {
namespace {

// {"index":3,"detail":"…"} for each request of the batch that is wrong.
std::string BatchErrors(const DecisionBatch& batch) {
  std::string errors;
  for (std::size_t i = 0; i < batch.items.size(); ++i) {
    if (batch.items[i]) continue;
    errors += errors.empty() ? "[" : ",";
    errors += "{\"index\":" + std::to_string(i) +
              ",\"detail\":" + QuoteJson(batch.items[i].error().message) + "}";
  }
  return errors.empty() ? errors : errors + "]";
}

}  // namespace

std::variant<DecisionBatch, Problem> ReadDecisionBody(std::string_view body,
                                                      std::size_t max_items,
                                                      std::string_view remark) {
  Result<DecisionBatch> batch = ParseDecisionBatch(body, max_items);
  if (!batch) {
    return Problem{.status = 400,
                   .type = "bad-json",
                   .title = "The body cannot be read",
                   .detail = batch.error().message};
  }
  if (batch->too_many()) {
    return Problem{.status = 413,
                   .type = "too-many-requests-in-batch",
                   .title = "Too many requests in one batch",
                   .detail = "the batch holds " + std::to_string(batch->count) +
                             " requests; at most " + std::to_string(max_items) +
                             " are answered at once" + std::string(remark)};
  }
  std::string errors = BatchErrors(*batch);
  if (errors.empty()) return *std::move(batch);
  const auto first =
      std::find_if(batch->items.begin(), batch->items.end(),
                   [](const auto& item) { return !item.has_value(); });
  return Problem{
      .status = 422,
      .type = "bad-decision-request",
      .title = "A request cannot be decided about",
      .detail = batch->is_batch
                    ? "requests of the batch are wrong; nothing was decided"
                    : first->error().message,
      .errors_json = std::move(errors)};
}

std::string AnswerDecisionBody(
    const DecisionBatch& batch,
    const std::function<std::string(const DecisionRequest&)>& decide) {
  std::string body;
  for (const Result<DecisionRequest>& item : batch.items) {
    if (!body.empty()) body += ",";
    body += decide(*item);
  }
  if (batch.is_batch) body = "{\"decisions\":[" + body + "]}";
  body += "\n";
  return body;
}

Problem NoRulesYet() {
  return {.status = 503,
          .type = "no-rules-yet",
          .title = "No rules are in force yet",
          .detail = "the first rules are still being loaded"};
}

Problem NotJson() {
  return {.status = 415,
          .type = "unsupported-media-type",
          .title = "The body is of a type that is not read here",
          .detail = "send Content-Type: application/json"};
}

}  // namespace corsac
