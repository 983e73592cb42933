// Puts an explanation together: the decision, its steps, the words for its
// code, and what a browser makes of the answer.
// Tested by tests/runtime/explain_test.cc.
#include "runtime/decision/explain.h"

#include <utility>

#include "compiler/fetch/names.h"
#include "runtime/decision/evaluate.h"
#include "runtime/decision/explain_steps.h"
#include "runtime/decision/explain_words.h"
#include "runtime/decision/printable.h"

namespace corsac {
namespace {

std::string Lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = AsciiLower(c);
  return out;
}

CodeWords WordsOf(const Explanation& explanation, const RequestFacts& facts,
                  const RequestView& request, std::string route) {
  const Decision& decision = explanation.decision;
  WordsContext context;
  context.origin = Printable(facts.origin, 400);
  context.method = Printable(request.method, 100);
  context.route = std::move(route);
  context.detail = decision.code == DecisionCode::kHeaderNotAllowed
                       ? Printable(Lower(decision.detail), 300)
                       : Printable(decision.detail, 100);
  context.origin_error = decision.origin_error;
  context.rule = decision.match.kind;
  context.preflight = decision.kind == RequestKind::kPreflight;
  if (explanation.same_origin && decision.forward) {
    return {"page and address have one origin, so browsers do not apply CORS",
            "", ""};
  }
  if (decision.outcome != Outcome::kAllow) {
    return WordsFor(decision.code, context);
  }
  // Allowed, but perhaps not for the call that was asked about.
  for (const ExplainStep& step : explanation.steps) {
    if (step.result != StepResult::kBrowserRefuses) continue;
    context.detail = Lower(step.input);
    return WordsForQuestion(step.code, context);
  }
  return WordsFor(decision.code, context);
}

ConsoleText ConsoleOf(const Explanation& explanation,
                      const RequestView& request, const RequestFacts& facts,
                      const ExplainQuestion& question) {
  const Decision& decision = explanation.decision;
  ConsoleFacts console;
  console.refusal = explanation.refusal;
  console.preflight = decision.kind == RequestKind::kPreflight;
  const std::string made_up =
      (request.host.empty() ? "" : "//" + std::string(request.host)) +
      std::string(request.target);
  console.url = question.url.empty() ? std::string_view(made_up) : question.url;
  console.origin =
      question.page_origin.empty() ? facts.origin : question.page_origin;
  console.method = console.preflight ? facts.request_method : request.method;
  const std::string header = Lower(decision.detail);
  console.header = header;
  console.status = decision.status;
  return ConsoleTextFor(console);
}

BrowserRefusal WhatTheBrowserRefuses(const Explanation& explanation,
                                     const RequestFacts& facts,
                                     const ExplainQuestion& question) {
  const Decision& decision = explanation.decision;
  if (facts.asks_websocket() && decision.kind == RequestKind::kActual) {
    return decision.forward ? BrowserRefusal::kNone
                            : BrowserRefusal::kWebSocket;
  }
  if (explanation.same_origin) return BrowserRefusal::kNone;
  return RefusalOf(decision, question.credentials);
}

}  // namespace

std::string_view StepResultName(StepResult result) {
  switch (result) {
    case StepResult::kPass:
      return "pass";
    case StepResult::kFail:
      return "fail";
    case StepResult::kWouldFail:
      return "would-fail";
    case StepResult::kBrowserRefuses:
      return "browser-refuses";
    case StepResult::kNote:
      return "note";
    case StepResult::kSkipped:
      return "skipped";
  }
  return "";
}

Explanation Explain(const PolicyTable& table, const RequestView& request,
                    const ExplainQuestion& question) {
  Explanation explanation;
  explanation.decision = Evaluate(table, request);
  const RequestFacts facts(request);
  const std::string_view page =
      question.page_origin.empty() ? facts.origin : question.page_origin;
  explanation.same_origin =
      !question.url_origin.empty() && question.url_origin == page;
  ExplainSteps steps(table, request, explanation.decision, question);
  explanation.steps = steps.Run(explanation.same_origin);
  explanation.words = WordsOf(explanation, facts, request, steps.RouteWords());
  explanation.refusal = WhatTheBrowserRefuses(explanation, facts, question);
  if (explanation.refusal != BrowserRefusal::kNone) {
    explanation.console = ConsoleOf(explanation, request, facts, question);
  }
  return explanation;
}

}  // namespace corsac
