// Tested by tests/cli/.
#include "compiler/cli/explain_requests.h"

#include <cstring>
#include <string>
#include <string_view>

#include "compiler/cli/line_reader.h"
#include "compiler/fetch/names.h"
#include "runtime/decision/decision_json.h"
#include "runtime/decision/evaluate.h"
#include "runtime/decision/printable.h"

namespace corsac::cli {
namespace {

// Answers line after line.
class RequestStream {
 public:
  RequestStream(const PolicyTable& table, const ExplainOptions& options,
                Outputs& outputs)
      : table_(table),
        options_(options),
        out_(outputs.out),
        json_(options.format == "json") {}

  void Answer(const LineReader& lines) {
    if (lines.too_long()) {
      AnswerError("the line is longer than " +
                      std::to_string(kMaxRequestLineBytes) + " bytes",
                  lines.number());
      return;
    }
    Result<DecisionRequest> request = ParseDecisionRequest(lines.line());
    if (!request) {
      AnswerError(request.error().message, lines.number());
    } else if (json_) {
      AnswerJson(*request);
    } else {
      AnswerText(*request, lines.number());
    }
  }

  ExitCode exit_code() const {
    if (errors_ > 0) return kOperational;
    return options_.exit_code && refused_ > 0 ? kDenied : kOk;
  }

 private:
  void AnswerError(const std::string& message, std::size_t line) {
    ++errors_;
    if (json_) {
      out_.Write(ErrorToJson(message, line) + "\n");
    } else {
      out_.Write("line " + std::to_string(line) + ": error: " + message +
                 "\n\n");
    }
  }

  Explanation ExplainOf(const DecisionRequest& request) const {
    ExplainQuestion question;
    question.url = request.url();
    question.url_origin = request.url_origin();
    return Explain(table_, request.view(), question);
  }

  void AnswerJson(const DecisionRequest& request) {
    DecisionJsonOptions json;
    if (request.response_headers()) {
      json.response_headers = &*request.response_headers();
    }
    if (options_.full) {
      const Explanation explanation = ExplainOf(request);
      const std::string steps = ExplanationToJson(explanation);
      json.explain = steps;
      Count(explanation.decision);
      out_.Write(DecisionToJson(table_, explanation.decision, json) + "\n");
      return;
    }
    const Decision decision = Evaluate(table_, request.view());
    Count(decision);
    out_.Write(DecisionToJson(table_, decision, json) + "\n");
  }

  void AnswerText(const DecisionRequest& request, std::size_t line) {
    const Explanation explanation = ExplainOf(request);
    Count(explanation.decision);
    const RequestView view = request.view();
    ExplainTextOptions style;
    style.color = out_.color();
    out_.Write(
        "line " + std::to_string(line) + ": " + Printable(view.method) + " " +
        Printable(request.url().empty() ? view.target
                                        : std::string_view(request.url())) +
        "\n" + ExplanationToText(explanation, style) + "\n");
  }

  void Count(const Decision& decision) {
    if (decision.outcome == Outcome::kDeny) ++refused_;
  }

  const PolicyTable& table_;
  const ExplainOptions& options_;
  Output& out_;
  const bool json_;
  std::size_t errors_ = 0;
  std::size_t refused_ = 0;
};

ExitCode ReportUnreadable(const ExplainOptions& options, int error,
                          Outputs& outputs) {
  outputs.err.Write("corsac explain: cannot read " +
                    Printable(options.requests) + ": " +
                    std::strerror(error) +  // NOLINT(concurrency-mt-unsafe)
                    "\n");
  return kOperational;
}

}  // namespace

ExitCode ExplainRequests(const PolicyTable& table,
                         const ExplainOptions& options, Outputs& outputs) {
  LineReader lines([&outputs] { outputs.out.Flush(); });
  if (!lines.Open(options.requests)) {
    return ReportUnreadable(options, lines.error(), outputs);
  }
  RequestStream stream(table, options, outputs);
  while (!outputs.out.closed() && lines.Next()) {
    if (StripBlanks(lines.line()).empty() && !lines.too_long()) continue;
    stream.Answer(lines);
  }
  if (lines.error() != 0) {
    return ReportUnreadable(options, lines.error(), outputs);
  }
  return stream.exit_code();
}

}  // namespace corsac::cli
