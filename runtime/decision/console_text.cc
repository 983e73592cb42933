// The browsers' own words for a refused answer.
// Tested by tests/runtime/console_text_test.cc.
#include "runtime/decision/console_text.h"

#include "compiler/check.h"
#include "runtime/decision/printable.h"

namespace corsac {
namespace {

constexpr std::string_view kNoAllowOriginText =
    "No 'Access-Control-Allow-Origin' header is present on the requested "
    "resource.";
constexpr std::string_view kWildcardText =
    "The value of the 'Access-Control-Allow-Origin' header in the response "
    "must not be the wildcard '*' when the request's credentials mode is "
    "'include'.";
constexpr std::string_view kCredentialsText =
    "The value of the 'Access-Control-Allow-Credentials' header in the "
    "response is '' which must be 'true' when the request's credentials mode "
    "is 'include'.";

// The facts, escaped and with the status filled in.
struct Facts {
  explicit Facts(const ConsoleFacts& facts)
      : url(Printable(facts.url)),
        origin(Printable(facts.origin)),
        method(Printable(facts.method)),
        header(Printable(facts.header)),
        status(std::to_string(facts.status == 0 ? 200 : facts.status)) {}

  std::string url;
  std::string origin;
  std::string method;
  std::string header;
  std::string status;
};

std::string ChromiumReason(const ConsoleFacts& facts, const Facts& shown) {
  switch (facts.refusal) {
    case BrowserRefusal::kNoAllowOrigin:
      return std::string(kNoAllowOriginText);
    case BrowserRefusal::kWildcardWithCredentials:
      return std::string(kWildcardText);
    case BrowserRefusal::kNoAllowCredentials:
      return std::string(kCredentialsText);
    case BrowserRefusal::kMethod:
      return "Method " + shown.method +
             " is not allowed by Access-Control-Allow-Methods in preflight "
             "response.";
    case BrowserRefusal::kHeader:
      return "Request header field " + shown.header +
             " is not allowed by Access-Control-Allow-Headers in preflight "
             "response.";
    case BrowserRefusal::kNone:
    case BrowserRefusal::kWebSocket:
      break;
  }
  return {};
}

std::string_view StatusText(std::uint16_t status) {
  switch (status) {
    case 0:
      return " (OK)";
    case 400:
      return " (Bad Request)";
    case 403:
      return " (Forbidden)";
    default:
      return "";
  }
}

std::string Chromium(const ConsoleFacts& facts, const Facts& shown) {
  std::string text = "Access to fetch at '" + shown.url + "' from origin '" +
                     shown.origin + "' has been blocked by CORS policy: ";
  // The access check runs on both answers; the other two checks exist for
  // preflights only, and their texts say so themselves.
  const bool access_check = facts.refusal != BrowserRefusal::kMethod &&
                            facts.refusal != BrowserRefusal::kHeader;
  if (facts.preflight && access_check) {
    text += "Response to preflight request doesn't pass access control check: ";
  }
  text += ChromiumReason(facts, shown);
  text += "\n" + shown.method + " " + shown.url + " net::ERR_FAILED";
  if (!facts.preflight) {
    text += " " + shown.status;
    text += StatusText(facts.status);
  }
  return text;
}

std::string FirefoxReason(const ConsoleFacts& facts, const Facts& shown) {
  switch (facts.refusal) {
    case BrowserRefusal::kNoAllowOrigin:
      return "(Reason: CORS header ‘Access-Control-Allow-Origin’ missing). "
             "Status code: " +
             shown.status + ".";
    case BrowserRefusal::kWildcardWithCredentials:
      return "(Reason: Credential is not supported if the CORS header "
             "‘Access-Control-Allow-Origin’ is ‘*’).";
    case BrowserRefusal::kNoAllowCredentials:
      return "(Reason: expected ‘true’ in CORS header "
             "‘Access-Control-Allow-Credentials’).";
    case BrowserRefusal::kMethod:
      return "(Reason: Did not find method in CORS header "
             "‘Access-Control-Allow-Methods’).";
    case BrowserRefusal::kHeader:
      return "(Reason: header ‘" + shown.header +
             "’ is not allowed according to header "
             "‘Access-Control-Allow-Headers’ from CORS preflight response).";
    case BrowserRefusal::kNone:
    case BrowserRefusal::kWebSocket:
      break;
  }
  return {};
}

std::string Firefox(const ConsoleFacts& facts, const Facts& shown) {
  const std::string start =
      "Cross-Origin Request Blocked: The Same Origin Policy disallows reading "
      "the remote resource at ";
  const bool quoted = facts.refusal == BrowserRefusal::kWildcardWithCredentials;
  std::string text = start + (quoted ? "‘" + shown.url + "’" : shown.url) +
                     ". " + FirefoxReason(facts, shown);
  if (facts.preflight) {
    text += "\n" + start + shown.url +
            ". (Reason: CORS request did not succeed). Status code: (null).";
  }
  return text;
}

std::string SafariReason(const ConsoleFacts& facts, const Facts& shown) {
  // WebKit looks at a preflight's status before its headers.
  if (facts.preflight && facts.status > 299) {
    return "Preflight response is not successful. Status code: " + shown.status;
  }
  switch (facts.refusal) {
    case BrowserRefusal::kNoAllowOrigin:
      return "Origin " + shown.origin +
             " is not allowed by Access-Control-Allow-Origin. Status code: " +
             shown.status;
    case BrowserRefusal::kWildcardWithCredentials:
      return "Cannot use wildcard in Access-Control-Allow-Origin when "
             "credentials flag is true.";
    case BrowserRefusal::kNoAllowCredentials:
      return "Credentials flag is true, but Access-Control-Allow-Credentials "
             "is not \"true\".";
    case BrowserRefusal::kMethod:
      return "Method " + shown.method +
             " is not allowed by Access-Control-Allow-Methods.";
    case BrowserRefusal::kHeader:
      return "Request header field " + shown.header +
             " is not allowed by Access-Control-Allow-Headers.";
    case BrowserRefusal::kNone:
    case BrowserRefusal::kWebSocket:
      break;
  }
  return {};
}

// A handshake that is answered with an error.
ConsoleText WebSocket(const Facts& shown) {
  // "http://…" is "ws://…" to a WebSocket, "https://…" is "wss://…".
  std::string url = shown.url;
  if (url.starts_with("http")) url.replace(0, 4, "ws");
  ConsoleText text;
  text.chromium = "WebSocket connection to '" + url +
                  "' failed: Error during WebSocket handshake: Unexpected "
                  "response code: " +
                  shown.status;
  text.firefox =
      "Firefox can’t establish a connection to the server at " + url + ".";
  text.safari = "WebSocket connection to '" + url +
                "' failed: There was a bad response from the server.";
  return text;
}

}  // namespace

BrowserRefusal RefusalOf(const Decision& decision, bool credentials) {
  // Passing through, and an answer with CORS headers of the application's own,
  // say nothing that could be checked here.
  if (decision.kind == RequestKind::kNotCors ||
      decision.outcome == Outcome::kNotApplicable) {
    return BrowserRefusal::kNone;
  }
  if (decision.allow_origin.empty()) return BrowserRefusal::kNoAllowOrigin;
  if (credentials && decision.allow_origin == "*") {
    return BrowserRefusal::kWildcardWithCredentials;
  }
  if (credentials && !decision.allow_credentials) {
    return BrowserRefusal::kNoAllowCredentials;
  }
  if (decision.kind == RequestKind::kPreflight) {
    if (decision.code == DecisionCode::kMethodNotAllowed) {
      return BrowserRefusal::kMethod;
    }
    if (decision.code == DecisionCode::kHeaderNotAllowed) {
      return BrowserRefusal::kHeader;
    }
  }
  return BrowserRefusal::kNone;
}

ConsoleText ConsoleTextFor(const ConsoleFacts& facts) {
  CORSAC_CHECK(facts.refusal != BrowserRefusal::kNone);
  const Facts shown(facts);
  if (facts.refusal == BrowserRefusal::kWebSocket) return WebSocket(shown);
  ConsoleText text;
  text.chromium = Chromium(facts, shown);
  text.firefox = Firefox(facts, shown);
  text.safari = SafariReason(facts, shown) + "\nFetch API cannot load " +
                shown.url + " due to access control checks.";
  return text;
}

}  // namespace corsac
