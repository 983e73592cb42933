// GET and POST /v1/decision.
// Tested by tests/runtime/admin_test.cc.
#include <chrono>
#include <optional>
#include <utility>
#include <variant>

#include "runtime/admin/handlers.h"
#include "runtime/admin/limits.h"
#include "runtime/admin/problem.h"
#include "runtime/decision/decision_json.h"
#include "runtime/decision/evaluate.h"
#include "runtime/decision/explain.h"
#include "runtime/serve/decision_body.h"

namespace corsac {
namespace {

using Clock = std::chrono::steady_clock;

AdminResponse NoTable(const AdminRequest& request) {
  AdminResponse response = ProblemResponse(NoRulesYet(), request.id);
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
  const auto read =
      ReadDecisionBody(request.body, *explain ? kMaxExplainedBatch : kMaxBatch,
                       *explain ? " with explain=full" : "");
  if (const auto* problem = std::get_if<Problem>(&read)) {
    return ProblemResponse(*problem, request.id);
  }
  // One for the whole batch.
  const PolicyStore::Snapshot snapshot = context.store.Acquire();
  if (!snapshot) return NoTable(request);
  AdminResponse response;
  response.body = AnswerDecisionBody(
      std::get<DecisionBatch>(read), [&](const DecisionRequest& asked) {
        return Decide(asked, *explain, snapshot, context.metrics);
      });
  return response;
}

}  // namespace corsac
