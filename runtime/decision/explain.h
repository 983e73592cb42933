// Explain(): why a request gets what it gets, step by step, in words for the
// people on both sides of the call: who wrote the page, and who writes the
// rules.
//
// The decision is Evaluate()'s and nobody else's; the steps retrace it. A
// request is denied iff one step has StepResult::kFail, and that step's code is
// the decision's. Checks that come after it are made all the same and marked
// kWouldFail, so that one reading finds everything that stands in the way.
#ifndef CORSAC_RUNTIME_DECISION_EXPLAIN_H_
#define CORSAC_RUNTIME_DECISION_EXPLAIN_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/table/policy_table.h"
#include "runtime/decision/console_text.h"
#include "runtime/decision/decision.h"
#include "runtime/decision/near_miss.h"
#include "runtime/decision/request_view.h"

namespace corsac {

// What a server cannot see and the asker may know.
struct ExplainQuestion {
  std::string_view url;          // of the call; empty: made up from the request
  std::string_view url_origin;   // "https://api.example.com"; empty: unknown
  std::string_view page_origin;  // empty: the Origin line's value
  bool credentials = false;  // the call sends cookies (credentials: "include")
  std::vector<std::string> read_headers;  // response headers the script reads
};

enum class StepResult : std::uint8_t {
  kPass,            // "pass"
  kFail,            // "fail": what decided
  kWouldFail,       // "would-fail": not reached, and would fail too
  kBrowserRefuses,  // "browser-refuses": allowed, but not for this question
  kNote,            // "note"
  kSkipped,         // "skipped": cannot be said, because of an earlier step
};

// The spelling above. Stable.
std::string_view StepResultName(StepResult result);

// Strings are ready to be printed: bytes that came with the request are
// escaped.
struct ExplainStep {
  std::string step;  // stable: "route", "origin-rule", "header", ...
  StepResult result = StepResult::kPass;
  std::string input;    // what of the request was looked at
  std::string code;     // of kFail, kWouldFail, kBrowserRefuses and some notes
  std::string message;  // what was found
  std::string rule;     // the origin rule or route that decided, if one did
  std::string file;     // where it stands; empty: nowhere
  std::uint32_t line = 0;
  std::uint32_t column = 0;  // 0: the whole line
  std::string hint;          // what to do; empty if nothing
  std::vector<NearMiss> near_misses;
};

// What to do about a code, and who can do it.
struct CodeWords {
  std::string meaning;   // one plain sentence
  std::string frontend;  // what to change in the call
  std::string backend;   // what to change in which line
};

// Holds views through `decision`: must outlive neither table nor request.
struct Explanation {
  Decision decision;
  std::vector<ExplainStep> steps;
  CodeWords words;           // for the decision's code
  bool same_origin = false;  // browsers do not apply CORS to it
  // Which check of a browser the answer fails, given the question.
  BrowserRefusal refusal = BrowserRefusal::kNone;
  std::optional<ConsoleText> console;  // iff refusal is not kNone
};

// Decides about `request` (see Evaluate()) and explains it. Allocates; O(size
// of the request), plus the rules of one origin set when the origin is refused.
Explanation Explain(const PolicyTable& table, const RequestView& request,
                    const ExplainQuestion& question = {});

// The steps as a JSON array: what `?explain=full` adds to a decision. ASCII.
std::string ExplanationToJson(const Explanation& explanation);

struct ExplainTextOptions {
  bool color = false;  // ANSI colours
  // Leaves console lines and remedies out: for a call that is not sent, since
  // its preflight was refused.
  bool steps_only = false;
};

// The explanation for people: several lines, each with its line end.
std::string ExplanationToText(const Explanation& explanation,
                              const ExplainTextOptions& options = {});

}  // namespace corsac

#endif  // CORSAC_RUNTIME_DECISION_EXPLAIN_H_
