// From a request head to an answer. Entry: DecisionPlane::Handle().
// Tested by tests/runtime/decision_plane_test.cc,
// tests/runtime/decision_plane_hooks_test.cc and
// tests/runtime/decision_plane_random_test.cc.
#include "runtime/serve/decision_plane.h"

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "compiler/check.h"
#include "compiler/fetch/names.h"
#include "runtime/decision/decision_json.h"
#include "runtime/decision/field_pass.h"
#include "runtime/serve/answers.h"
#include "runtime/serve/decision_body.h"
#include "runtime/serve/hook_lines.h"

namespace corsac {
namespace {

bool IsJson(const RequestHead& head) {
  std::size_t lines = 0;
  std::string_view type;
  for (const HeaderField& field : head.fields) {
    if (!EqualsIgnoreCase(field.name, "content-type")) continue;
    ++lines;
    type = field.value.substr(0, field.value.find(';'));
  }
  return lines == 1 && EqualsIgnoreCase(StripBlanks(type), "application/json");
}

void WriteNoRulesYet(ResponseWriter* response) {
  WriteProblem(NoRulesYet(), response, HeaderField{"Retry-After", "1"});
}

void WriteNotAllowed(std::string_view allow, ResponseWriter* response) {
  WriteProblem({.status = 405,
                .type = "method-not-allowed",
                .title = "The method is of no use here",
                .detail = "use " + std::string(allow)},
               response, HeaderField{"Allow", allow});
}

void WriteNotFound(ResponseWriter* response) {
  WriteProblem({.status = 404,
                .type = "not-found",
                .title = "There is nothing here",
                .detail = "there is /v1/preflight, /v1/authz/auth-request, "
                          "/v1/authz/forward-auth, /v1/authz/ext-authz/…, "
                          "/v1/decision, /-/healthy, /-/ready"},
               response);
}

void WriteBadHook(std::string mistake, ResponseWriter* response) {
  WriteProblem({.status = 500,
                .type = "bad-hook",
                .title = "The gateway does not say what it asks about",
                .detail = std::move(mistake)},
               response);
}

void WriteNoPreflight(ResponseWriter* response) {
  WriteProblem({.status = 500,
                .type = "not-a-preflight",
                .title = "Only preflights are answered here",
                .detail = "the gateway must send only OPTIONS requests with "
                          "Origin and Access-Control-Request-Method here"},
               response);
}

void WritePassedThrough(ResponseWriter* response) {
  WriteProblem({.status = 404,
                .type = "no-matching-route",
                .title = "No rule is about this preflight",
                .detail = "the rules leave requests without a route to the "
                          "application"},
               response);
}

void WriteMisplacedPreflight(ResponseWriter* response) {
  WriteProblem(
      {.status = 500,
       .type = "preflight-in-authz",
       .title = "A preflight cannot be answered here",
       .detail =
           "the gateway would send it on to the application; it must send "
           "preflights to /v1/preflight instead"},
      response);
}

}  // namespace

// A decision with what it was about and how it was answered.
struct DecisionPlane::Decided {
  ServeEndpoint endpoint;
  const RequestView& request;
  std::string_view origin;
  const Decision& decision;
  std::uint64_t generation;
  std::uint16_t status;
};

DecisionPlane::DecisionPlane(Options options) : options_(std::move(options)) {
  CORSAC_CHECK(options_.store != nullptr && options_.counters != nullptr &&
               options_.state != nullptr);
}

std::size_t DecisionPlane::BodyLimit(const RequestHead& head) {
  const bool wanted =
      ServeEndpointOf(head.path_and_query) == ServeEndpoint::kDecision &&
      head.method == "POST" && IsJson(head);
  return wanted ? kMaxLoopDecisionBytes : 0;
}

void DecisionPlane::Handle(const RequestHead& head, std::string_view body,
                           ResponseWriter* response) {
  const ServeEndpoint endpoint = ServeEndpointOf(head.path_and_query);
  Dispatch(endpoint, head, body, response);
  options_.counters->CountAnswer(endpoint, response->status());
}

void DecisionPlane::Dispatch(ServeEndpoint endpoint, const RequestHead& head,
                             std::string_view body, ResponseWriter* response) {
  switch (endpoint) {
    case ServeEndpoint::kPreflight:
    case ServeEndpoint::kForwardAuth:
      return AnswerHook<ForwardedNames>(endpoint, head, response);
    case ServeEndpoint::kAuthRequest:
      return AnswerHook<OriginalNames>(endpoint, head, response);
    case ServeEndpoint::kExtAuthz:
      return AnswerExtAuthz(head, response);
    case ServeEndpoint::kDecision:
      return AnswerDecision(head, body, response);
    case ServeEndpoint::kHealthy:
      return AnswerState(head, true, response);
    case ServeEndpoint::kReady:
      return AnswerState(head, false, response);
    case ServeEndpoint::kNone:
      return WriteNotFound(response);
  }
}

template <class Names>
void DecisionPlane::AnswerHook(ServeEndpoint endpoint, const RequestHead& head,
                               ResponseWriter* response) {
  HookLines<Names> lines;
  Asked asked;
  asked.fields = internal::ReadFieldsAnd(head.fields, &lines);
  if (!lines.good()) return WriteBadHook(lines.Mistake(), response);
  asked.request = {.method = lines.method(),
                   .host = lines.host(),
                   .target = lines.uri(),
                   .headers = head.fields,
                   .names_are_tokens = true};
  Decide(endpoint, asked, response);
}

void DecisionPlane::AnswerExtAuthz(const RequestHead& head,
                                   ResponseWriter* response) {
  internal::NoOtherFields none;
  Asked asked;
  asked.fields = internal::ReadFieldsAnd(head.fields, &none);
  asked.request = {.method = head.method,
                   .host = head.host,
                   .target = head.path_and_query.substr(kExtAuthzPrefix.size()),
                   .headers = head.fields,
                   .names_are_tokens = true};
  Decide(ServeEndpoint::kExtAuthz, asked, response);
}

void DecisionPlane::Decide(ServeEndpoint endpoint, const Asked& asked,
                           ResponseWriter* response) {
  const bool answers_preflight = endpoint == ServeEndpoint::kPreflight;
  if (answers_preflight &&
      KindOf(asked.request.method, asked.fields) != RequestKind::kPreflight) {
    return WriteNoPreflight(response);
  }
  const PolicyStore::Snapshot snapshot = options_.store->Acquire();
  if (!snapshot) return WriteNoRulesYet(response);
  const Decision decision =
      Evaluate(snapshot.table(), asked.request, asked.fields);
  if (answers_preflight) {
    if (decision.forward) {
      WritePassedThrough(response);
    } else {
      WritePreflight(decision, response);
    }
  } else if (const auto status = AuthzStatus(decision, endpoint)) {
    response->Start(*status);
    AppendAuthzLines(decision, snapshot.generation(), response->lines());
    response->Finish();
  } else {
    WriteMisplacedPreflight(response);
  }
  options_.counters->CountDecision(decision);
  if (options_.observer != nullptr) {
    Observe({endpoint, asked.request,
             asked.fields.origin.ValueIn(asked.request), decision,
             snapshot.generation(), response->status()});
  }
}

void DecisionPlane::Observe(const Decided& decided) {
  const Decision& decision = decided.decision;
  DecisionRecord record;
  record.endpoint = ServeEndpointName(decided.endpoint);
  record.kind = decision.kind;
  record.outcome = decision.outcome;
  record.code = decision.code;
  record.rule_kind = decision.match.kind;
  record.origin_error = decision.origin_error;
  record.detail = decision.detail;
  record.origin = decided.origin;
  record.method = decided.request.method;
  record.host = decided.request.host;
  record.target = decided.request.target;
  record.status = decided.status;
  if (decision.route != nullptr) record.route = decision.route->id;
  record.generation = decided.generation;
  options_.observer->Observe(record);
}

void DecisionPlane::AnswerDecision(const RequestHead& head,
                                   std::string_view body,
                                   ResponseWriter* response) {
  if (head.method != "POST") return WriteNotAllowed("POST", response);
  if (!IsJson(head)) return WriteProblem(NotJson(), response);
  const auto read = ReadDecisionBody(body, kMaxLoopBatch);
  if (const auto* problem = std::get_if<Problem>(&read)) {
    return WriteProblem(*problem, response);
  }
  // One for the whole batch.
  const PolicyStore::Snapshot snapshot = options_.store->Acquire();
  if (!snapshot) return WriteNoRulesYet(response);
  const auto decide = [&](const DecisionRequest& asked) {
    const RequestView request = asked.view();
    const RequestFields fields = ReadRequestFields(request);
    const Decision decision = Evaluate(snapshot.table(), request, fields);
    options_.counters->CountDecision(decision);
    if (options_.observer != nullptr) {
      Observe({ServeEndpoint::kDecision, request,
               fields.origin.ValueIn(request), decision, snapshot.generation(),
               200});
    }
    DecisionJsonOptions options;
    options.generation = snapshot.generation();
    if (asked.response_headers()) {
      options.response_headers = &*asked.response_headers();
    }
    return DecisionToJson(snapshot.table(), decision, options);
  };
  WriteBody(200, "application/json",
            AnswerDecisionBody(std::get<DecisionBatch>(read), decide),
            response);
}

void DecisionPlane::AnswerState(const RequestHead& head, bool healthy,
                                ResponseWriter* response) {
  if (head.method != "GET" && head.method != "HEAD") {
    return WriteNotAllowed("GET, HEAD", response);
  }
  const std::string_view state = healthy ? "healthy" : options_.state();
  const bool good = healthy || state == "ready" || state == "degraded";
  WriteBody(good ? 200 : 503, "text/plain; charset=utf-8",
            std::string(state) + "\n", response);
}

}  // namespace corsac
