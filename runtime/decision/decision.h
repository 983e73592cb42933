// A Decision: what a request gets, and why. Made by Evaluate()
// (runtime/decision/evaluate.h).
#ifndef CORSAC_RUNTIME_DECISION_DECISION_H_
#define CORSAC_RUNTIME_DECISION_DECISION_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/limits.h"
#include "compiler/origins/origin.h"
#include "compiler/table/policy_table.h"

namespace corsac {

enum class RequestKind : std::uint8_t { kNotCors, kActual, kPreflight };

// "not-cors", "actual", "preflight".
std::string_view RequestKindName(RequestKind kind);

enum class Outcome : std::uint8_t { kNotApplicable, kAllow, kDeny };

// "not-applicable", "allow", "deny".
std::string_view OutcomeName(Outcome outcome);

// Why. The spelling is public interface (docs/decisions.md has each); those
// marked with `:` carry a parameter.
enum class DecisionCode : std::uint8_t {
  kNotCors,                    // not-cors
  kPreflightWithoutOrigin,     // preflight-without-origin
  kAllow,                      // allow:<kind of rule>
  kMalformedFieldName,         // malformed-field-name
  kDuplicateOrigin,            // duplicate-origin
  kDuplicateRequestMethod,     // duplicate-request-method
  kMalformedOrigin,            // malformed-origin:<detail>
  kNoMatchingRoute,            // no-matching-route
  kCorsDisabled,               // cors-disabled
  kNullOriginNotAllowed,       // null-origin-not-allowed
  kOriginNotAllowed,           // origin-not-allowed
  kMalformedRequestMethod,     // malformed-request-method
  kForbiddenMethod,            // forbidden-method:<method>
  kMethodNotAllowed,           // method-not-allowed:<method>
  kMalformedRequestHeaders,    // malformed-request-headers
  kRequestHeadersTooLarge,     // request-headers-too-large
  kHeaderNotAllowed,           // header-not-allowed:<lower-case name>
  kWebSocketOriginNotAllowed,  // websocket-origin-not-allowed
};

// The spelling without the parameter ("header-not-allowed").
std::string_view DecisionCodeName(DecisionCode code);

// Header names that a request asks for and that are allowed, as sent, distinct
// ignoring case, at most kMaxRequestHeaderNames. Views into the request. Making
// an empty list costs nothing, whatever room it has.
class AskedNames {
 public:
  std::size_t size() const { return count_; }
  std::string_view operator[](std::size_t i) const {
    return {names_[i].data, names_[i].size};
  }

  void Clear() { count_ = 0; }
  // REQUIRES: size() < kMaxRequestHeaderNames.
  void Add(std::string_view name) {
    names_[count_++] = {name.data(), static_cast<std::uint32_t>(name.size())};
  }

 private:
  struct Name {
    const char* data;
    std::uint32_t size;
  };

  std::array<Name, kMaxRequestHeaderNames> names_;  // the first count_ of them
  std::size_t count_ = 0;
};

// What a request gets. Views point into the table and into the request, so a
// decision must not outlive either; it may be copied freely.
//
// `status` 0 means that the application answers, with the headers below set on
// its answer and, if `remove_upstream`, its own CORS fields taken out first.
struct Decision {
  RequestKind kind = RequestKind::kNotCors;
  Outcome outcome = Outcome::kNotApplicable;
  DecisionCode code = DecisionCode::kNotCors;
  OriginError origin_error = OriginError::kNone;  // for kMalformedOrigin
  std::string_view detail;  // the method or header name as sent, for `code`

  const CompiledRoute* route = nullptr;
  OriginMatch match;  // the origin rule that allowed, if one did

  bool forward = true;  // does the application see the request
  bool close = false;   // must the connection be closed after the answer
  bool remove_upstream = false;
  // The application's own CORS fields, if it sends any, win over those below
  // (`upstream_cors = "keep"`).
  bool keep_upstream = false;
  // Access-Control-Expose-Headers must list the names of the application's
  // answer (`expose_mode = "expand"`); see ExpandExposedHeaders().
  bool expose_expand = false;
  std::uint16_t status = 0;

  // Header values; empty = not sent.
  std::string_view allow_origin;
  bool allow_credentials = false;
  std::string_view allow_methods;
  std::string_view allow_headers;
  // When set, Access-Control-Allow-Headers is made of `asked` instead.
  bool allow_asked_headers = false;
  bool allow_private_network = false;
  std::string_view max_age;
  std::string_view expose_headers;
  std::string_view vary;
  std::string_view timing_allow_origin;
  AskedNames asked;  // meaningful iff allow_asked_headers

  // When not empty: what all of the above but allow_origin says, as field lines
  // rendered beforehand. Saves AppendHeaderLines() most of its work.
  std::string_view lines_after_origin;

  Decision() {}  // NOLINT(modernize-use-equals-default): would zero `asked`
};

// The code with its parameter: "header-not-allowed:x-csrf".
std::string CodeText(const Decision& decision);

// The headers to set, in the order of docs/decisions.md.
std::vector<std::pair<std::string, std::string>> HeadersToSet(
    const Decision& decision);

// Appends the headers to set as field lines, each ending in CR LF. Allocates
// only if `out` lacks the room.
void AppendHeaderLines(const Decision& decision, std::string* out);

// The names of the fields to remove from the application's answer: the CORS
// response fields if decision.remove_upstream, else none.
const std::vector<std::string>& HeadersToRemove(const Decision& decision);

// The value of Access-Control-Expose-Headers that lists `names`, the fields of
// an answer, without those that are always or never readable and the CORS
// fields; lower-case, distinct, in order; empty if none is left. Names that are
// not tokens are left out.
std::string ExpandExposedHeaders(const std::vector<std::string>& names);

}  // namespace corsac

#endif  // CORSAC_RUNTIME_DECISION_DECISION_H_
