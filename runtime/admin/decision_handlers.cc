// GET and POST /v1/decision.
// Tested by tests/runtime/admin_test.cc.
#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "runtime/admin/handlers.h"
#include "runtime/admin/limits.h"
#include "runtime/admin/problem.h"
#include "runtime/decision/decision_json.h"
#include "runtime/decision/evaluate.h"
#include "runtime/decision/explain.h"

namespace corsac {
namespace {

using Clock = std::chrono::steady_clock;

AdminResponse NoTable(const AdminRequest& request) {
  AdminResponse response =
      ProblemResponse({.status = 503,
                       .type = "no-rules-yet",
                       .title = "No rules are in force yet",
                       .detail = "the first rules are still being loaded"},
                      request.id);
  response.headers.emplace_back("Retry-After", "1");
  return response;
}

// Whether `explain=full` is asked for; nothing if the value is unknown.
std::optional<bool> WantsExplanation(const Query& query) {
  const std::string value = query.Get("explain").value_or("off");
  if (value == "full") return true;
  if (value == "off") return false;
  return std::nullopt;
}

// Decides about `request` by `snapshot` and returns the decision as JSON.
std::string Decide(const DecisionRequest& request, bool explain,
                   const PolicyStore::Snapshot& snapshot, Metrics& metrics) {
  const RequestView view = request.view();
  const Clock::time_point start = Clock::now();
  const Decision decision = Evaluate(snapshot.table(), view);
  metrics.CountDecision(decision, Clock::now() - start);
  std::string explanation;
  if (explain) {
    ExplainQuestion question;
    question.url = request.url();
    question.url_origin = request.url_origin();
    explanation = ExplanationToJson(Explain(snapshot.table(), view, question));
  }
  DecisionJsonOptions options;
  options.generation = snapshot.generation();
  options.explain = explanation;
  if (request.response_headers()) {
    options.response_headers = &*request.response_headers();
  }
  return DecisionToJson(snapshot.table(), decision, options);
}

// The request that a query string asks about.
Result<DecisionRequest> RequestOf(const Query& query) {
  const std::optional<std::string> url = query.Get("url");
  if (!url) {
    return Error{
        "`url` is missing: an absolute URL, such as "
        "url=https://api.example.com/orders/7"};
  }
  DecisionRequest::Headers headers;
  for (std::string& origin : query.GetAll("origin")) {
    headers.emplace_back("Origin", std::move(origin));
  }
  const std::optional<std::string> method = query.Get("method");
  std::optional<std::string> asked = query.Get("request_method");
  std::vector<std::string> names = query.GetAll("request_headers");
  if (asked && method && *method != "OPTIONS" && *method != *asked) {
    return Error{
        "`method` and `request_method` disagree: with "
        "`request_method` the question is about the preflight, whose "
        "method is OPTIONS"};
  }
  if (!asked && !names.empty()) asked = method.value_or("GET");
  std::string sent = method.value_or("GET");
  if (asked) {
    sent = "OPTIONS";
    headers.emplace_back("Access-Control-Request-Method", *std::move(asked));
    for (std::string& list : names) {
      headers.emplace_back("Access-Control-Request-Headers", std::move(list));
    }
  }
  Result<DecisionRequest> request =
      DecisionRequest::FromUrl(std::move(sent), *url, std::move(headers));
  if (!request) return Error{"`url`: " + request.error().message};
  return request;
}

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

// What is wrong with `batch` before anything is decided.
std::optional<AdminResponse> RefuseBatch(const DecisionBatch& batch,
                                         std::size_t max_items,
                                         const AdminRequest& request) {
  if (batch.too_many()) {
    return ProblemResponse(
        {.status = 413,
         .type = "too-many-requests-in-batch",
         .title = "Too many requests in one batch",
         .detail = "the batch holds " + std::to_string(batch.count) +
                   " requests; at most " + std::to_string(max_items) +
                   " are answered at once" +
                   (max_items < kMaxBatch ? " with explain=full" : "")},
        request.id);
  }
  const std::string errors = BatchErrors(batch);
  if (errors.empty()) return std::nullopt;
  const auto first =
      std::find_if(batch.items.begin(), batch.items.end(),
                   [](const auto& item) { return !item.has_value(); });
  return ProblemResponse(
      {.status = 422,
       .type = "bad-decision-request",
       .title = "A request cannot be decided about",
       .detail = batch.is_batch
                     ? "requests of the batch are wrong; nothing was decided"
                     : first->error().message,
       .errors_json = errors},
      request.id);
}

}  // namespace

AdminResponse HandleAsk(const AdminRequest& request, AdminContext& context) {
  if (const auto wrong = request.query.CheckNames(
          {"method", "url", "request_method", "explain"},
          {"origin", "request_headers"})) {
    return BadQuery(request, *wrong);
  }
  const std::optional<bool> explain = WantsExplanation(request.query);
  if (!explain) return BadQuery(request, "`explain` must be `full` or `off`");
  const Result<DecisionRequest> asked = RequestOf(request.query);
  if (!asked) return BadQuery(request, asked.error().message);
  const PolicyStore::Snapshot snapshot = context.store.Acquire();
  if (!snapshot) return NoTable(request);
  AdminResponse response;
  response.body = Decide(*asked, *explain, snapshot, context.metrics) + "\n";
  return response;
}

AdminResponse HandleDecide(const AdminRequest& request, AdminContext& context) {
  if (const auto wrong = request.query.CheckNames({"explain"})) {
    return BadQuery(request, *wrong);
  }
  const std::optional<bool> explain = WantsExplanation(request.query);
  if (!explain) return BadQuery(request, "`explain` must be `full` or `off`");
  const std::size_t max_items = *explain ? kMaxExplainedBatch : kMaxBatch;
  const Result<DecisionBatch> batch =
      ParseDecisionBatch(request.body, max_items);
  if (!batch) {
    return ProblemResponse({.status = 400,
                            .type = "bad-json",
                            .title = "The body cannot be read",
                            .detail = batch.error().message},
                           request.id);
  }
  if (auto refusal = RefuseBatch(*batch, max_items, request)) {
    return *std::move(refusal);
  }
  // One for the whole batch.
  const PolicyStore::Snapshot snapshot = context.store.Acquire();
  if (!snapshot) return NoTable(request);
  AdminResponse response;
  std::string& body = response.body;
  for (const Result<DecisionRequest>& item : batch->items) {
    if (!body.empty()) body += ",";
    body += Decide(*item, *explain, snapshot, context.metrics);
  }
  if (batch->is_batch) body = "{\"decisions\":[" + body + "]}";
  body += "\n";
  return response;
}

}  // namespace corsac
