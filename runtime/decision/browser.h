// What a browser sends for a call that a page makes: fetch(url, {…}). Two
// requests at most: the question (a preflight), when the call needs one, and
// the call itself.
#ifndef CORSAC_RUNTIME_DECISION_BROWSER_H_
#define CORSAC_RUNTIME_DECISION_BROWSER_H_

#include <optional>
#include <string>
#include <vector>

#include "compiler/result.h"
#include "runtime/decision/decision_request.h"

namespace corsac {

struct BrowserCall {
  std::string origin;  // of the page, as in an Origin header
  std::string method = "GET";
  std::string url;
  // Names of request headers that the script sets. Their values are taken to be
  // none that Fetch lets through without a preflight.
  std::vector<std::string> request_headers;
};

struct BrowserRequests {
  // The page and the URL have one origin: the browser asks nothing and reads
  // everything, whatever the answer says.
  bool same_origin = false;
  // Not empty: the browser throws before it sends anything, for this reason.
  std::string not_sent;
  std::optional<DecisionRequest> preflight;
  std::optional<DecisionRequest> actual;
  // What a person should know about how the call became these requests
  // ("`put` is sent as PUT").
  std::vector<std::string> notes;
};

// Returns the requests of `call` (Fetch, "HTTP fetch"): the method normalised,
// forbidden header names dropped, Access-Control-Request-Headers sorted. An
// error names what cannot be: a URL that is not http or https, a method or
// header name that is not a token, an empty origin.
Result<BrowserRequests> RequestsOf(const BrowserCall& call);

}  // namespace corsac

#endif  // CORSAC_RUNTIME_DECISION_BROWSER_H_
