// Decisions as JSON: the request that is asked about comes in, the decision
// goes out. One shape for the command line (`corsac explain`), the admin API
// (`/v1/decision`) and logs; docs/http_api.md describes both.
//
// The text that comes in is not trusted: bad JSON, bad UTF-8, a key given
// twice, deep nesting and values of the wrong type are errors, never a crash or
// an exception. The text that goes out is ASCII: every other byte is escaped,
// and what is not UTF-8 becomes U+FFFD.
#ifndef CORSAC_RUNTIME_DECISION_DECISION_JSON_H_
#define CORSAC_RUNTIME_DECISION_DECISION_JSON_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/result.h"
#include "compiler/table/policy_table.h"
#include "runtime/decision/decision.h"
#include "runtime/decision/decision_request.h"

namespace corsac {

// Reads one request:
//   {"method": "PUT", "url": "https://api.example.com/orders/7",
//    "headers": [["Origin", "https://app.example.com"]]}
// or "target" and, if there is no Host line among the headers, "host" in place
// of "url"; "response_headers" (a list of names) may be added. Errors name the
// key and say what is wrong with it.
Result<DecisionRequest> ParseDecisionRequest(std::string_view json);

struct DecisionBatch {
  // Whether the text was {"requests": […]} rather than one request.
  bool is_batch = false;
  // One entry a request, in order: it, or what is wrong with it.
  std::vector<Result<DecisionRequest>> items;
  // How many requests the text held. When that is more than was allowed,
  // `items` is empty.
  std::size_t count = 0;
  bool too_many() const { return count > items.size(); }
};

// Reads one request, or {"requests": […]} with at most `max_items` of them. An
// error means that the text as a whole cannot be used; an item that is wrong by
// itself is an error in `items`.
Result<DecisionBatch> ParseDecisionBatch(std::string_view json,
                                         std::size_t max_items);

struct DecisionJsonOptions {
  std::uint64_t generation = 0;
  // DecisionRequest::response_headers() of the request, if it has any.
  const std::vector<std::string>* response_headers = nullptr;
  // A JSON array to stand as "explain", last (ExplanationToJson() of
  // runtime/decision/explain.h); empty: no such key.
  std::string_view explain;
};

// The decision as one line of JSON without a line end:
//   {"kind":…,"outcome":…,"code":…,"route":{"id":…,"file":…,"line":…}|null,
//    "forward":…,"response":{"status":…|null,"set":[[name,value],…],
//    "remove":[name,…]},"generation":…}
// with the keys in this order. `response` ends with "keep_upstream":true,
// "expose":"expand" and "close":true where they apply.
std::string DecisionToJson(const PolicyTable& table, const Decision& decision,
                           const DecisionJsonOptions& options = {});

// {"error":…} and, when `line` is not 0, "line": how a request that cannot be
// read is answered, as one line of JSON.
std::string ErrorToJson(std::string_view message, std::size_t line = 0);

// `text` as a JSON string, quotes included: ASCII, everything else escaped.
std::string QuoteJson(std::string_view text);

}  // namespace corsac

#endif  // CORSAC_RUNTIME_DECISION_DECISION_JSON_H_
