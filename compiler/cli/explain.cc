// corsac explain: one call of a page, with both questions that a browser asks.
// Tested by tests/cli/.
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/cli/commands.h"
#include "compiler/cli/explain_requests.h"
#include "runtime/decision/browser.h"
#include "runtime/decision/decision_json.h"
#include "runtime/decision/explain.h"
#include "runtime/decision/printable.h"

namespace corsac::cli {
namespace {

// The explanation of one of a call's requests; it must not outlive it.
Explanation ExplainOne(const PolicyTable& table, const ExplainOptions& options,
                       const DecisionRequest& request) {
  ExplainQuestion question;
  question.url = request.url();
  question.url_origin = request.url_origin();
  question.page_origin = options.origin;
  question.credentials = options.credentials;
  question.read_headers = options.read_headers;
  return Explain(table, request.view(), question);
}

struct Answer {
  const DecisionRequest* request = nullptr;
  std::optional<Explanation> explanation;
};

// Everything that is to be said about a call.
struct CallAnswer {
  BrowserRequests requests;
  Answer preflight;
  Answer actual;
  bool allowed = false;
};

bool Works(const Answer& answer) {
  if (!answer.explanation) return true;
  if (answer.explanation->same_origin) {
    return answer.explanation->decision.forward;
  }
  return !IsRefused(*answer.explanation);
}

std::string JsonOf(const PolicyTable& table, const Answer& answer) {
  if (!answer.explanation) return "null";
  DecisionJsonOptions json;
  const std::string steps = ExplanationToJson(*answer.explanation);
  json.explain = steps;
  return DecisionToJson(table, answer.explanation->decision, json);
}

void WriteJson(const PolicyTable& table, const ExplainOptions& options,
               const CallAnswer& call, Output& out) {
  std::string notes;
  for (const std::string& note : call.requests.notes) {
    if (!notes.empty()) notes += ',';
    notes += QuoteJson(note);
  }
  const auto boolean = [](bool value) { return value ? "true" : "false"; };
  std::string text = "{\"origin\":" + QuoteJson(options.origin);
  text += ",\"method\":" + QuoteJson(call.requests.actual->view().method);
  text += ",\"url\":" + QuoteJson(options.url);
  text += std::string(",\"allowed\":") + boolean(call.allowed);
  text += std::string(",\"same_origin\":") + boolean(call.requests.same_origin);
  text += ",\"not_sent\":";
  text += call.requests.not_sent.empty() ? "null"
                                         : QuoteJson(call.requests.not_sent);
  text += ",\"notes\":[" + notes + "]";
  text += ",\"preflight\":" + JsonOf(table, call.preflight);
  text += ",\"actual\":" + JsonOf(table, call.actual) + "}\n";
  out.Write(text);
}

void WriteAnswer(std::string_view title, const Answer& answer, bool sent,
                 Output& out) {
  const RequestView request = answer.request->view();
  std::string text = "\n";
  text.append(title).append(": ").append(Printable(request.method));
  text.append(" ").append(Printable(answer.request->url())).append("\n");
  for (const HeaderField& field : request.headers) {
    text +=
        "    " + Printable(field.name) + ": " + Printable(field.value) + "\n";
  }
  ExplainTextOptions style;
  style.color = out.color();
  style.steps_only = !sent;
  text += ExplanationToText(*answer.explanation, style);
  out.Write(text);
}

std::string_view ResultOf(const CallAnswer& call) {
  if (!call.requests.not_sent.empty()) return "the browser does not send it";
  if (!Works(call.preflight)) {
    return "blocked at the preflight; the call itself is not sent";
  }
  if (call.requests.same_origin) {
    return call.allowed ? "works: page and address have one origin"
                        : "refused, although page and address have one origin: "
                          "list it in `self_origins`";
  }
  return call.allowed ? "works" : "blocked: the page does not get the answer";
}

void WriteText(const ExplainOptions& options, const CallAnswer& call,
               Output& out) {
  std::string head = "A page of " + Printable(options.origin) + " calls " +
                     Printable(call.requests.actual->view().method) + " " +
                     Printable(options.url);
  if (options.credentials) head += " with cookies";
  head += "\nresult: ";
  head += ResultOf(call);
  head += "\n";
  for (const std::string& note : call.requests.notes) {
    head += "note: " + note + "\n";
  }
  if (!call.requests.not_sent.empty()) {
    head += "note: " + call.requests.not_sent + "\n";
  }
  out.Write(head);
  const bool sent = Works(call.preflight) && call.requests.not_sent.empty();
  if (!call.preflight.explanation) {
    WriteAnswer("the call itself (it needs no preflight)", call.actual, sent,
                out);
    return;
  }
  WriteAnswer("the preflight", call.preflight, call.requests.not_sent.empty(),
              out);
  WriteAnswer(sent ? "the call itself" : "the call itself, if it were sent",
              call.actual, sent, out);
}

ExitCode ExplainCall(const PolicyTable& table, const ExplainOptions& options,
                     Outputs& outputs) {
  BrowserCall page;
  page.origin = options.origin;
  page.method = options.method;
  page.url = options.url;
  page.request_headers = options.request_headers;
  Result<BrowserRequests> requests = RequestsOf(page);
  if (!requests) {
    outputs.err.Write("corsac explain: " + requests.error().message + "\n");
    return kUsage;
  }
  CallAnswer call;
  call.requests = *std::move(requests);
  if (call.requests.preflight) {
    call.preflight.request = &*call.requests.preflight;
    call.preflight.explanation =
        ExplainOne(table, options, *call.preflight.request);
  }
  call.actual.request = &*call.requests.actual;
  call.actual.explanation = ExplainOne(table, options, *call.actual.request);
  call.allowed = call.requests.not_sent.empty() && Works(call.preflight) &&
                 Works(call.actual);
  if (options.format == "json") {
    WriteJson(table, options, call, outputs.out);
  } else {
    WriteText(options, call, outputs.out);
  }
  return options.exit_code && !call.allowed ? kDenied : kOk;
}

}  // namespace

bool IsRefused(const Explanation& explanation) {
  for (const ExplainStep& step : explanation.steps) {
    if (step.result == StepResult::kFail ||
        step.result == StepResult::kBrowserRefuses) {
      return true;
    }
  }
  return false;
}

ExitCode RunExplain(const ExplainOptions& options, Outputs& outputs) {
  const CompileResult rules = CompilePath(options.path);
  if (!rules.ok()) return ReportFailure(rules, outputs);
  return options.requests.empty()
             ? ExplainCall(*rules.table, options, outputs)
             : ExplainRequests(*rules.table, options, outputs);
}

}  // namespace corsac::cli
