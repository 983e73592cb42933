// Explanations for people.
// Tested by tests/runtime/explain_test.cc and the golden files of tests/cli.
#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "runtime/decision/explain.h"
#include "runtime/decision/printable.h"

namespace corsac {
namespace {

// Writes lines, with or without colours.
class TextWriter {
 public:
  explicit TextWriter(bool color) : color_(color) {}

  std::string Paint(std::string_view style, std::string_view text) const {
    if (!color_) return std::string(text);
    std::string out = "\x1b[";
    out.append(style).append("m").append(text).append("\x1b[0m");
    return out;
  }

  void Line(std::string_view text) { text_.append(text).append("\n"); }

  // Each line of `text` after `indent`.
  void Block(std::string_view indent, std::string_view text) {
    while (!text.empty()) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      text_.append(indent).append(text.substr(0, end)).append("\n");
      text.remove_prefix(std::min(end + 1, text.size()));
    }
  }

  std::string Take() { return std::move(text_); }

 private:
  bool color_;
  std::string text_;
};

constexpr std::string_view kGreen = "32";
constexpr std::string_view kRed = "1;31";
constexpr std::string_view kYellow = "33";
constexpr std::string_view kBold = "1";

struct Mark {
  std::string_view word;  // six columns
  std::string_view style;
};

Mark MarkOf(StepResult result) {
  switch (result) {
    case StepResult::kPass:
      return {"ok    ", kGreen};
    case StepResult::kFail:
      return {"FAIL  ", kRed};
    case StepResult::kWouldFail:
      return {"also  ", kYellow};
    case StepResult::kBrowserRefuses:
      return {"FAIL  ", kRed};
    case StepResult::kNote:
      return {"note  ", kYellow};
    case StepResult::kSkipped:
      return {"-     ", kYellow};
  }
  return {"      ", kBold};
}

std::string Place(const std::string& file, std::uint32_t line,
                  std::uint32_t column) {
  if (file.empty()) return {};
  std::string text = file + ":" + std::to_string(line);
  if (column != 0) text += ":" + std::to_string(column);
  return text;
}

std::string Padded(std::string_view text, std::size_t width) {
  std::string out(text);
  if (out.size() < width) out.resize(width, ' ');
  return out;
}

void WriteNearMiss(const NearMiss& miss, TextWriter* out) {
  std::string line = "          near miss: ";
  line += miss.message;
  if (!miss.rule.empty()) {
    line += "\n            `" + miss.rule + "` (" +
            Place(miss.file, miss.line, miss.column) + ")";
  }
  out->Block("", line);
}

void WriteStep(const ExplainStep& step, TextWriter* out) {
  const Mark mark = MarkOf(step.result);
  std::string line =
      "  " + out->Paint(mark.style, mark.word) + Padded(step.step, 16) + " ";
  if (!step.input.empty()) line += step.input + ": ";
  line += step.message;
  const std::string place = Place(step.file, step.line, step.column);
  if (!place.empty()) {
    line += step.rule.empty() ? " (" : " (`" + step.rule + "`, ";
    line += place + ")";
  }
  out->Line(line);
  if (step.result != StepResult::kPass) {
    if (!step.code.empty()) out->Line("          code: " + step.code);
    if (!step.hint.empty()) out->Line("          hint: " + step.hint);
  }
  for (const NearMiss& miss : step.near_misses) WriteNearMiss(miss, out);
}

void WriteAnswer(const Decision& decision, TextWriter* out) {
  if (decision.forward) {
    out->Line("  answer: the application's own, with");
  } else {
    out->Line("  answer: " + std::to_string(decision.status) +
              " at once; the application does not see the request");
  }
  const auto headers = HeadersToSet(decision);
  for (const auto& [name, value] : headers) {
    std::string line = "    ";
    out->Line(line.append(name).append(": ").append(value));
  }
  if (headers.empty()) out->Line("    (no header set)");
  if (decision.expose_expand) {
    out->Line("    Access-Control-Expose-Headers: (the names of the answer)");
  }
  if (decision.remove_upstream) {
    out->Line("    (Access-Control-* headers of the application are removed)");
  }
  if (decision.close) out->Line("    (the connection is closed)");
}

std::string Verdict(const Explanation& explanation, TextWriter* out) {
  const Decision& decision = explanation.decision;
  const std::string code = Printable(CodeText(decision), 600);
  if (explanation.same_origin && decision.forward) {
    return out->Paint(kGreen, "same origin") + " (to others " + code + ")";
  }
  switch (decision.outcome) {
    case Outcome::kNotApplicable:
      return out->Paint(kBold, "not applicable") + " (" + code + ")";
    case Outcome::kDeny:
      return out->Paint(kRed, "denied") + " (" + code + ")";
    case Outcome::kAllow:
      break;
  }
  for (const ExplainStep& step : explanation.steps) {
    if (step.result != StepResult::kBrowserRefuses) continue;
    return out->Paint(kRed, "not for this call") + " (" + step.code +
           "; by itself " + code + ")";
  }
  return out->Paint(kGreen, "allowed") + " (" + code + ")";
}

}  // namespace

std::string ExplanationToText(const Explanation& explanation,
                              const ExplainTextOptions& options) {
  TextWriter out(options.color);
  out.Line("  " + Verdict(explanation, &out) + ": " +
           explanation.words.meaning);
  out.Line("");
  for (const ExplainStep& step : explanation.steps) WriteStep(step, &out);
  out.Line("");
  WriteAnswer(explanation.decision, &out);
  if (options.steps_only) return out.Take();
  if (explanation.console) {
    out.Line("");
    out.Line("  in the browser's console:");
    out.Line("    Chromium");
    out.Block("      ", explanation.console->chromium);
    out.Line("    Firefox");
    out.Block("      ", explanation.console->firefox);
    out.Line("    Safari");
    out.Block("      ", explanation.console->safari);
  }
  const CodeWords& words = explanation.words;
  if (!words.frontend.empty() || !words.backend.empty()) {
    out.Line("");
    out.Line("  what to do:");
    if (!words.frontend.empty()) {
      out.Line("    in the page:  " + words.frontend);
    }
    if (!words.backend.empty()) out.Line("    in the rules: " + words.backend);
  }
  return out.Take();
}

}  // namespace corsac
