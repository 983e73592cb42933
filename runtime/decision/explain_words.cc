// Meaning and remedy of each code.
// Tested by tests/runtime/explain_test.cc.
#include "runtime/decision/explain_words.h"

#include "compiler/fetch/names.h"

namespace corsac {
namespace {

std::string Quote(const std::string& text) { return "`" + text + "`"; }

// "in route `orders` (site.toml:12)".
std::string In(const WordsContext& context) { return "in " + context.route; }

constexpr std::string_view kNoBrowser =
    "no browser sends this: look at the proxy, extension or tool that made or "
    "changed the request";
constexpr std::string_view kNoRule = "no rule can allow this";

CodeWords HygieneWords(DecisionCode code) {
  CodeWords words;
  words.frontend = kNoBrowser;
  words.backend = kNoRule;
  if (code == DecisionCode::kMalformedFieldName) {
    words.meaning =
        "a header name of the request has a byte that no header name can have, "
        "so the request is not trusted at all";
  } else if (code == DecisionCode::kDuplicateOrigin) {
    words.meaning =
        "the request has more than one Origin line, and the hops that it "
        "passes would not agree about which one counts";
    words.backend =
        "no rule can allow this; find the proxy in front that adds an Origin "
        "line of its own";
  } else {
    words.meaning =
        "the preflight has more than one Access-Control-Request-Method line, "
        "so it is not clear what it asks about";
  }
  return words;
}

CodeWords RouteWords(DecisionCode code, const WordsContext& context) {
  CodeWords words;
  if (code == DecisionCode::kCorsDisabled) {
    words.meaning =
        "the rules switch CORS off for this address, so no page of "
        "another origin may use it";
    words.frontend =
        "call this address from a page of its own origin, or from "
        "a server";
    words.backend =
        "take `cors = false` out and list `origins`, " + In(context);
    return words;
  }
  words.meaning =
      "no route of the rules is for this address and method, so no page of "
      "another origin may use it";
  words.frontend = "check host, path and method of the call";
  words.backend =
      "add a [[route]] whose `path` (and `host`, `for_methods`) "
      "takes in this request";
  return words;
}

CodeWords OriginWords(DecisionCode code, const WordsContext& context) {
  CodeWords words;
  switch (code) {
    case DecisionCode::kMalformedOrigin:
      words.meaning = "the Origin " +
                      std::string(OriginErrorWords(context.origin_error)) +
                      ", so it is no origin that a browser could have sent";
      words.frontend = kNoBrowser;
      words.backend =
          "no rule can allow this value; list origins as browsers "
          "send them: scheme, host, and a port unless it is the "
          "scheme's own";
      break;
    case DecisionCode::kNullOriginNotAllowed:
      words.meaning =
          "the page has no origin that can be told (`null`), and "
          "the rules do not allow such pages";
      words.frontend =
          "serve the page over http or https, outside of a sandboxed iframe, "
          "and call the final URL rather than one that redirects";
      words.backend =
          "anybody can make a page with the origin `null`; if that is all "
          "right, set `allow_null = true` " +
          In(context);
      break;
    case DecisionCode::kWebSocketOriginNotAllowed:
      words.meaning =
          "the page's origin is not one of those that may open a "
          "WebSocket here";
      words.frontend =
          "open the WebSocket from a page of an origin that is "
          "allowed";
      words.backend = "add " + Quote(context.origin) + " to `origins` " +
                      In(context) +
                      "; the site's own origin has to be listed too";
      break;
    default:
      words.meaning = "the page's origin, " + context.origin +
                      ", is not one of those that may use this address";
      words.frontend =
          "call from a page of an origin that is allowed; nothing "
          "in the call itself can change this";
      words.backend = "if pages of this origin are to use the address, add " +
                      Quote(context.origin) + " to `origins` " + In(context);
      break;
  }
  return words;
}

CodeWords MethodWords(DecisionCode code, const WordsContext& context) {
  CodeWords words;
  switch (code) {
    case DecisionCode::kMalformedRequestMethod:
      words.meaning =
          "the preflight does not name a method: its "
          "Access-Control-Request-Method is empty, too long or not "
          "one word";
      words.frontend = kNoBrowser;
      words.backend = kNoRule;
      break;
    case DecisionCode::kForbiddenMethod:
      words.meaning = "pages may never send the method " + context.detail;
      words.frontend = "use another method";
      words.backend = kNoRule;
      break;
    default:
      words.meaning = "pages may not send the method " + context.detail +
                      " to this address";
      words.frontend = "use a method that is allowed";
      if (EqualsIgnoreCase(context.detail, "PATCH") &&
          context.detail != "PATCH") {
        words.frontend =
            "write the method in upper case, PATCH: browsers send "
            "it as it is written";
        words.backend = "list `PATCH` in `methods` " + In(context);
        break;
      }
      words.backend =
          "add " + Quote(context.detail) + " to `methods` " + In(context);
      break;
  }
  return words;
}

CodeWords HeaderWords(DecisionCode code, const WordsContext& context) {
  CodeWords words;
  switch (code) {
    case DecisionCode::kMalformedRequestHeaders:
      words.meaning =
          "the preflight's Access-Control-Request-Headers holds "
          "something that is no header name";
      words.frontend = kNoBrowser;
      words.backend = kNoRule;
      break;
    case DecisionCode::kRequestHeadersTooLarge:
      words.meaning =
          "the preflight asks about more header names than any "
          "page needs";
      words.frontend = "send fewer request headers, or shorter names";
      words.backend = "no rule can allow this: the bound is fixed";
      break;
    default:
      words.meaning = "pages may not send the request header " +
                      Quote(context.detail) + " to this address";
      words.frontend = "leave the header out of the call";
      words.backend =
          "add " + Quote(context.detail) + " to `headers` " + In(context);
      if (IsForbiddenRequestHeader(context.detail)) {
        words.frontend =
            "scripts cannot set this header; a request that asks "
            "for it was made by hand";
        words.backend = kNoRule;
      } else if (context.detail == "authorization") {
        words.backend += " (`*` does not take it in)";
      }
      break;
  }
  return words;
}

CodeWords AllowedWords(const WordsContext& context) {
  CodeWords words;
  words.meaning = context.preflight ? "the page may make this call"
                                    : "the page may read the answer";
  if (context.rule == RuleKind::kAny) {
    words.meaning += "; pages of every origin may";
  }
  return words;
}

}  // namespace

CodeWords WordsFor(DecisionCode code, const WordsContext& context) {
  switch (code) {
    case DecisionCode::kNotCors:
      return {"the request has no Origin, so CORS does not concern it", "", ""};
    case DecisionCode::kPreflightWithoutOrigin:
      return {
          "the request asks like a preflight but has no Origin; it was not "
          "made by a browser and goes to the application",
          "add an Origin header to the request that you make by hand", ""};
    case DecisionCode::kAllow:
      return AllowedWords(context);
    case DecisionCode::kMalformedFieldName:
    case DecisionCode::kDuplicateOrigin:
    case DecisionCode::kDuplicateRequestMethod:
      return HygieneWords(code);
    case DecisionCode::kNoMatchingRoute:
    case DecisionCode::kCorsDisabled:
      return RouteWords(code, context);
    case DecisionCode::kMalformedOrigin:
    case DecisionCode::kNullOriginNotAllowed:
    case DecisionCode::kOriginNotAllowed:
    case DecisionCode::kWebSocketOriginNotAllowed:
      return OriginWords(code, context);
    case DecisionCode::kMalformedRequestMethod:
    case DecisionCode::kForbiddenMethod:
    case DecisionCode::kMethodNotAllowed:
      return MethodWords(code, context);
    case DecisionCode::kMalformedRequestHeaders:
    case DecisionCode::kRequestHeadersTooLarge:
    case DecisionCode::kHeaderNotAllowed:
      return HeaderWords(code, context);
  }
  return {};
}

CodeWords WordsForQuestion(std::string_view code, const WordsContext& context) {
  if (code == "credentials-not-allowed") {
    return {"the call sends cookies, and the rules do not let pages send them",
            "make the call without `credentials: \"include\"` "
            "(`withCredentials`)",
            "set `credentials = true` " + In(context)};
  }
  if (code == "wildcard-with-credentials") {
    return {
        "the call sends cookies, and an address that is open to everybody "
        "cannot be called with cookies",
        "make the call without `credentials: \"include\"` "
        "(`withCredentials`)",
        "list the origins instead of `*` and set `credentials = true` " +
            In(context)};
  }
  return {"the script cannot see the response header " + Quote(context.detail),
          "do without the header",
          "add " + Quote(context.detail) + " to `expose` " + In(context)};
}

std::string_view OriginErrorWords(OriginError error) {
  switch (error) {
    case OriginError::kNone:
      return "is right";
    case OriginError::kEmpty:
      return "is empty";
    case OriginError::kTooLong:
      return "is longer than any origin";
    case OriginError::kControlOrNonAscii:
      return "has a byte that is not printable ASCII";
    case OriginError::kList:
      return "has a blank or a comma in it, as if it were a list";
    case OriginError::kSyntax:
      return "does not look like scheme://host";
    case OriginError::kHasPath:
      return "has a path, and be it only a slash at its end";
    case OriginError::kUserinfo:
      return "has a user name in it (an `@`)";
    case OriginError::kBadHost:
      return "has a host that cannot be";
    case OriginError::kUppercase:
      return "has upper-case letters";
    case OriginError::kBadPort:
      return "has a port that cannot be";
    case OriginError::kDefaultPort:
      return "spells out the port that its scheme has anyway";
  }
  return "";
}

}  // namespace corsac
