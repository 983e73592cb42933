// From fetch(url, {…}) to what goes over the wire.
// Tested by tests/runtime/explain_test.cc.
#include "runtime/decision/browser.h"

#include <set>
#include <string_view>
#include <utility>

#include "compiler/fetch/names.h"
#include "runtime/decision/printable.h"

namespace corsac {
namespace {

bool IsSafelistedByValue(std::string_view lower_name) {
  return lower_name == "accept" || lower_name == "accept-language" ||
         lower_name == "content-language" || lower_name == "content-type" ||
         lower_name == "range";
}

// The value of Access-Control-Request-Headers; empty for no such line.
std::string AskedHeaders(const BrowserCall& call, BrowserRequests* out) {
  std::set<std::string> names;
  for (const std::string& name : call.request_headers) {
    std::string lower = name;
    for (char& c : lower) c = AsciiLower(c);
    if (IsForbiddenRequestHeader(lower)) {
      out->notes.push_back("scripts cannot set the header `" + lower +
                           "`: the browser drops it from the call");
      continue;
    }
    if (IsSafelistedByValue(lower)) {
      out->notes.push_back("`" + lower +
                           "` is asked about only when its value is not one "
                           "that a plain form could send; that is assumed");
    }
    names.insert(std::move(lower));
  }
  std::string value;
  for (const std::string& name : names) {
    if (!value.empty()) value += ',';
    value += name;
  }
  return value;
}

std::optional<Error> MistakeIn(const BrowserCall& call) {
  if (call.origin.empty()) return Error{"the origin is empty"};
  if (!IsToken(call.method)) {
    return Error{"`" + Printable(call.method, 80) +
                 "` is not a method: a method is one word of letters, digits "
                 "and !#$%&'*+-.^_`|~"};
  }
  for (const std::string& name : call.request_headers) {
    if (!IsToken(name)) {
      return Error{"`" + Printable(name, 80) +
                   "` is not a header name (give the name alone, without a "
                   "value)"};
    }
  }
  return std::nullopt;
}

}  // namespace

Result<BrowserRequests> RequestsOf(const BrowserCall& call) {
  if (std::optional<Error> mistake = MistakeIn(call)) return *mistake;
  Result<UrlParts> url = SplitUrl(call.url);
  if (!url) return Error{"the URL " + url.error().message};

  BrowserRequests out;
  const std::string method(NormalizeMethod(call.method));
  if (method != call.method) {
    out.notes.push_back("the browser sends the method `" + call.method +
                        "` as " + method);
  }
  if (IsForbiddenMethod(method)) {
    out.not_sent = "no browser sends the method " + method +
                   ": fetch throws a TypeError before anything goes out";
  }
  out.same_origin = url->origin == call.origin;
  const std::string asked = AskedHeaders(call, &out);

  DecisionRequest::Headers headers;
  const bool names_origin =
      !out.same_origin || (method != "GET" && method != "HEAD");
  if (names_origin) headers.emplace_back("Origin", call.origin);
  Result<DecisionRequest> actual =
      DecisionRequest::FromUrl(method, call.url, std::move(headers));
  if (!actual) return actual.error();
  out.actual = *std::move(actual);

  if (out.same_origin || (IsSafelistedMethod(method) && asked.empty())) {
    return out;
  }
  DecisionRequest::Headers question;
  question.emplace_back("Origin", call.origin);
  question.emplace_back("Access-Control-Request-Method", method);
  if (!asked.empty()) {
    question.emplace_back("Access-Control-Request-Headers", asked);
  }
  Result<DecisionRequest> preflight =
      DecisionRequest::FromUrl("OPTIONS", call.url, std::move(question));
  if (!preflight) return preflight.error();
  out.preflight = *std::move(preflight);
  return out;
}

}  // namespace corsac
