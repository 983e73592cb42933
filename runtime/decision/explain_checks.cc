// The checks on a request past its origin: methods, headers, mode, and what
// only the question asks about.
// Tested by tests/runtime/explain_test.cc.
#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/fetch/names.h"
#include "compiler/limits.h"
#include "runtime/decision/console_text.h"
#include "runtime/decision/explain_steps.h"
#include "runtime/decision/printable.h"
#include "runtime/decision/request_headers.h"

namespace corsac {
namespace {

std::string Quoted(std::string_view text) {
  return "`" + Printable(text, 400) + "`";
}

std::string Lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = AsciiLower(c);
  return out;
}

// The elements of a comma-separated list, without blanks and empty ones.
std::vector<std::string_view> Elements(std::string_view list) {
  std::vector<std::string_view> out;
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    const std::string_view element = StripBlanks(list.substr(0, comma));
    if (!element.empty()) out.push_back(element);
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return out;
}

// The distinct names that a preflight asks about, in order.
// REQUIRES: they are well-formed, and so at most kMaxRequestHeaderNames.
std::vector<std::string_view> AskedNamesOf(const RequestView& request) {
  std::vector<std::string_view> names;
  for (const HeaderField& field : request.headers) {
    if (!EqualsIgnoreCase(field.name, "Access-Control-Request-Headers")) {
      continue;
    }
    for (const std::string_view name : Elements(field.value)) {
      const bool known =
          std::ranges::any_of(names, [name](std::string_view other) {
            return EqualsIgnoreCase(name, other);
          });
      if (!known) names.push_back(name);
    }
  }
  return names;
}

// "DELETE, PUT", or "none".
std::string Listing(const NameSet& names) {
  std::string out;
  for (const std::string& name : names.names()) {
    if (!out.empty()) out += ", ";
    out += name;
  }
  return out.empty() ? "none" : out;
}

}  // namespace

void ExplainSteps::Preflight() {
  if (facts_.request_methods > 1) {
    Add("request-method", "",
        "which method the preflight asks about cannot be said")
        .result = StepResult::kSkipped;
  } else if (RequestMethod()) {
    Method();
  }
  RequestHeaders();
  PrivateNetwork();
}

bool ExplainSteps::RequestMethod() {
  const std::string_view method = facts_.request_method;
  if (method.size() > kMaxMethodBytes || !IsToken(method)) {
    std::string_view what = "it is not one word";
    if (method.empty()) what = "it is empty";
    if (method.size() > kMaxMethodBytes) what = "it is too long";
    Fail(Add("request-method", method,
             "Access-Control-Request-Method does not name a method: " +
                 std::string(what)),
         "malformed-request-method",
         "browsers never send this; look at what made the request");
    return false;
  }
  if (IsForbiddenMethod(method)) {
    Fail(Add("request-method", method,
             "browsers never let a page send " + std::string(method)),
         "forbidden-method:" + std::string(method), "use another method");
    return false;
  }
  Add("request-method", method, "a method that pages can send");
  return true;
}

void ExplainSteps::Method() {
  const std::string_view method = facts_.request_method;
  if (policy_->methods_any) {
    AddAtRoute("method", method, "the route allows every method");
    return;
  }
  if (policy_->methods.Contains(method)) {
    AddAtRoute("method", method, "it is in `methods`");
    return;
  }
  if (IsSafelistedMethod(method) && !policy_->methods_strict) {
    Add("method", method, "GET, HEAD and POST need no listing");
    return;
  }
  std::string message =
      "it is not in `methods` (" + Listing(policy_->methods) + ")";
  std::string hint = "add " + Quoted(method) + " to `methods`";
  if (policy_->methods_strict && IsSafelistedMethod(method)) {
    message += ", and `methods_strict` makes even GET, HEAD and POST need it";
  }
  if (EqualsIgnoreCase(method, "PATCH") && method != "PATCH") {
    hint =
        "browsers send this method as it is written: write PATCH in the "
        "call, and list it in `methods`";
  }
  for (const std::string& name : policy_->methods.names()) {
    if (!EqualsIgnoreCase(name, method)) continue;
    hint = Quoted(name) + " is listed; methods are compared by case, so send " +
           name;
  }
  Fail(AddAtRoute("method", method, std::move(message)),
       "method-not-allowed:" + std::string(method), std::move(hint));
}

void ExplainSteps::RequestHeaders() {
  AskedNames allowed;
  const AskedHeaders asked = ReadAskedHeaders(
      request_, ReadRequestFields(request_), *policy_, &allowed);
  std::string input;
  for (const HeaderField& field : request_.headers) {
    if (!EqualsIgnoreCase(field.name, "Access-Control-Request-Headers")) {
      continue;
    }
    if (!input.empty()) input += ',';
    input += StripBlanks(field.value);
  }
  switch (asked.status) {
    case AskedHeaders::Status::kTooLarge:
      Fail(Add("request-headers", input,
               "it asks about more than " +
                   std::to_string(kMaxRequestHeaderNames) +
                   " names, or has more than " +
                   std::to_string(kMaxRequestHeadersBytes) + " bytes"),
           "request-headers-too-large", "send fewer request headers");
      return;
    case AskedHeaders::Status::kMalformed:
      Fail(Add("request-headers", input,
               "Access-Control-Request-Headers holds something that is no "
               "header name"),
           "malformed-request-headers",
           "browsers never send this; look at what made the request");
      return;
    case AskedHeaders::Status::kOk:
      break;
  }
  const std::vector<std::string_view> names = AskedNamesOf(request_);
  Add("request-headers", input,
      names.empty()
          ? "it asks about no request headers"
          : "it asks about " + std::to_string(names.size()) +
                (names.size() == 1 ? " request header" : " request headers"));
  for (const std::string_view name : names) Header(name);
}

void ExplainSteps::Header(std::string_view name) {
  const std::string lower = Lower(name);
  if (AllowsRequestHeader(*policy_, name)) {
    AddAtRoute("header", name,
               policy_->headers.Contains(name)
                   ? "it is in `headers`"
                   : "`*` in `headers` takes it in");
    return;
  }
  std::string message;
  std::string hint = "add " + Quoted(lower) + " to `headers`";
  if (IsForbiddenRequestHeader(name)) {
    message = "scripts cannot set this header, so no page asks for it";
    hint = "the request was made by hand; no rule can allow it";
  } else if (policy_->headers_any) {
    message = "`*` in `headers` does not take `authorization` in";
  } else {
    message = "it is not in `headers` (" + Listing(policy_->headers) + ")";
  }
  Fail(AddAtRoute("header", name, std::move(message)),
       "header-not-allowed:" + lower, std::move(hint));
}

void ExplainSteps::PrivateNetwork() {
  if (facts_.private_networks == 0) return;
  const bool asked =
      facts_.private_networks == 1 && facts_.private_network == "true";
  if (asked && policy_->private_network) {
    AddAtRoute("private-network", facts_.private_network,
               "`private_network = true` answers the question");
    return;
  }
  ExplainStep& step = AddAtRoute(
      "private-network", facts_.private_network,
      asked ? "the request asks for private network access; the route does "
              "not set `private_network`, so it is not answered"
            : "Access-Control-Request-Private-Network is not one line with "
              "the value `true`, so it does not count");
  step.result = StepResult::kNote;
  step.code = "private-network-ignored";
  step.hint = "browsers of today do not need the answer";
}

void ExplainSteps::StrictMethod() {
  const std::string_view method = request_.method;
  const bool listed = policy_->methods_any || policy_->methods.Contains(method);
  if (!policy_->methods_strict || method == "OPTIONS") {
    // A preflight would have been refused; a request that is here anyway is
    // answered all the same.
    if (listed || IsSafelistedMethod(method) || method == "OPTIONS") return;
    AddAtRoute("method", method,
               "it is not in `methods` (" + Listing(policy_->methods) +
                   "): a preflight for it is refused, this request is not")
        .result = StepResult::kNote;
    return;
  }
  if (listed || (method == "HEAD" && policy_->methods.Contains("GET"))) {
    AddAtRoute("method", method, "`methods_strict` is on, and it is listed");
    return;
  }
  Fail(AddAtRoute("method", method,
                  "it is not in `methods` (" + Listing(policy_->methods) +
                      "), and `methods_strict` is on"),
       "method-not-allowed:" + std::string(method),
       "add " + Quoted(method) + " to `methods`");
}

void ExplainSteps::Actual() {
  if (decision_.kind == RequestKind::kActual &&
      decision_.outcome == Outcome::kDeny) {
    Mode();
  }
  if (policy_->upstream_keep && decision_.forward) {
    ExplainStep& step = AddAtRoute(
        "upstream-cors", "",
        "`upstream_cors = \"keep\"`: if the application sends "
        "Access-Control-Allow-Origin itself, its CORS headers stand in place "
        "of those shown here");
    step.result = StepResult::kNote;
    step.code = "upstream-cors";
  }
}

void ExplainSteps::Mode() {
  if (decision_.status == 400) return;
  std::string message;
  if (decision_.code == DecisionCode::kWebSocketOriginNotAllowed) {
    message = "a refused handshake is answered 403, whatever `mode` is";
  } else if (!policy_->enforce && same_origin_) {
    message = "`mode` is \"advise\": the application gets the request";
  } else if (!policy_->enforce && facts_.asks_websocket()) {
    message =
        "browsers do not apply CORS to WebSockets, so this one opens if "
        "the application lets it; `websocket_origin = \"check\"` would "
        "refuse it";
  } else if (!policy_->enforce) {
    message =
        "`mode` is \"advise\": the application gets the request all the "
        "same, and the browser keeps the answer from the page";
  } else if (!decision_.forward) {
    message =
        "`mode` is \"enforce\": the request is answered 403 and does not "
        "reach the application";
  } else {
    message =
        "`mode` is \"enforce\", but the request comes from the site "
        "itself (" +
        std::string(policy_->self_origins.Contains(facts_.origin)
                        ? "`self_origins`"
                        : "Sec-Fetch-Site") +
        "), so the application gets it";
  }
  AddAtRoute("mode", facts_.origin, std::move(message)).result =
      StepResult::kNote;
}

void ExplainSteps::Credentials() {
  if (!question_.credentials || !(origin_allowed_)) return;
  if (policy_->credentials) {
    AddAtRoute("credentials", "include", "the route says `credentials = true`");
    return;
  }
  ExplainStep& step =
      policy_->any_origin
          ? AddAtRoute("credentials", "include",
                       "the route is open to everybody (`*`), and browsers "
                       "do not accept that for a call with cookies")
          : AddAtRoute("credentials", "include",
                       "the route does not say `credentials = true`");
  step.code = policy_->any_origin ? "wildcard-with-credentials"
                                  : "credentials-not-allowed";
  step.hint = policy_->any_origin
                  ? "list the origins instead of `*` and set `credentials = "
                    "true`, or make the call without cookies"
                  : "set `credentials = true`, or make the call without "
                    "cookies";
  const BrowserRefusal refusal = RefusalOf(decision_, true);
  const bool decides = refusal == BrowserRefusal::kWildcardWithCredentials ||
                       refusal == BrowserRefusal::kNoAllowCredentials;
  step.result = decides ? StepResult::kBrowserRefuses : StepResult::kWouldFail;
}

void ExplainSteps::ReadHeader(const std::string& name) {
  if (IsSafelistedResponseHeader(name)) {
    Add("response-header", name, "scripts can always read it");
    return;
  }
  const bool never = IsForbiddenResponseHeader(name);
  const bool listed = std::ranges::any_of(
      Elements(policy_->expose_headers), [&name](std::string_view other) {
        return EqualsIgnoreCase(name, other);
      });
  // With credentials `*` would be a name like any other.
  const bool any = policy_->expose_headers == "*" && !question_.credentials;
  if (!never && (listed || any || policy_->expose_expand)) {
    AddAtRoute("response-header", name, "it is exposed (`expose`)");
    return;
  }
  ExplainStep& step =
      AddAtRoute("response-header", name,
                 never ? "browsers show this header to no script"
                       : "it is not in `expose`");
  step.code = "response-header-not-exposed:" + Printable(Lower(name), 300);
  if (!never) step.hint = "add " + Quoted(Lower(name)) + " to `expose`";
  step.result = decision_.outcome == Outcome::kAllow
                    ? StepResult::kBrowserRefuses
                    : StepResult::kWouldFail;
}

}  // namespace corsac
