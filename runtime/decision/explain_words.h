// The words for codes: what each means, and who can do what about it.
//
// Internal: not installed.
#ifndef CORSAC_RUNTIME_DECISION_EXPLAIN_WORDS_H_
#define CORSAC_RUNTIME_DECISION_EXPLAIN_WORDS_H_

#include <string>
#include <string_view>

#include "runtime/decision/decision.h"
#include "runtime/decision/explain.h"

namespace corsac {

// What the words are about; everything printable already.
struct WordsContext {
  std::string origin;  // the value of the Origin line
  std::string method;
  std::string route;   // "route `orders` (site.toml:12)"; empty: none
  std::string detail;  // method or header name that was refused, as printed
  OriginError origin_error = OriginError::kNone;
  RuleKind rule = RuleKind::kNone;
  bool preflight = false;
};

// Never empty words; `frontend` and `backend` may be empty where there is
// nothing to do.
CodeWords WordsFor(DecisionCode code, const WordsContext& context);

// For the codes that only a question has: "credentials-not-allowed",
// "wildcard-with-credentials", "response-header-not-exposed".
CodeWords WordsForQuestion(std::string_view code, const WordsContext& context);

// What is wrong with a malformed origin, as the end of "the Origin …".
std::string_view OriginErrorWords(OriginError error);

}  // namespace corsac

#endif  // CORSAC_RUNTIME_DECISION_EXPLAIN_WORDS_H_
