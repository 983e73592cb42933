// Spelling of decisions: codes, and the response headers in their order.
// Tested by tests/runtime/decision_test.cc.
#include "runtime/decision/decision.h"

#include <algorithm>

#include "compiler/fetch/names.h"

namespace corsac {
namespace {

void AppendLower(std::string_view text, std::string* out) {
  for (const char c : text) out->push_back(AsciiLower(c));
}

void AppendAsked(const AskedNames& asked, std::string* out) {
  for (std::size_t i = 0; i < asked.size(); ++i) {
    if (i > 0) out->push_back(',');
    AppendLower(asked[i], out);
  }
}

// Calls `emit(name, value)` for each header to set, in order, but for
// Access-Control-Allow-Headers made of asked names: that is
// `emit_asked(name)`.
template <class Emit, class EmitAsked>
void VisitHeaders(const Decision& d, Emit emit, EmitAsked emit_asked) {
  const auto text = [&emit](std::string_view name, std::string_view value) {
    if (!value.empty()) emit(name, value);
  };
  const auto flag = [&emit](std::string_view name, bool set) {
    if (set) emit(name, std::string_view("true"));
  };
  text("Access-Control-Allow-Origin", d.allow_origin);
  flag("Access-Control-Allow-Credentials", d.allow_credentials);
  text("Access-Control-Allow-Methods", d.allow_methods);
  constexpr std::string_view kAllowHeaders = "Access-Control-Allow-Headers";
  if (!d.allow_asked_headers) {
    text(kAllowHeaders, d.allow_headers);
  } else if (d.asked.size() > 0) {
    emit_asked(kAllowHeaders);
  }
  flag("Access-Control-Allow-Private-Network", d.allow_private_network);
  text("Access-Control-Max-Age", d.max_age);
  text("Access-Control-Expose-Headers", d.expose_headers);
  text("Vary", d.vary);
  text("Timing-Allow-Origin", d.timing_allow_origin);
}

}  // namespace

std::string_view RequestKindName(RequestKind kind) {
  switch (kind) {
    case RequestKind::kNotCors:
      return "not-cors";
    case RequestKind::kActual:
      return "actual";
    case RequestKind::kPreflight:
      return "preflight";
  }
  return "";
}

std::string_view OutcomeName(Outcome outcome) {
  switch (outcome) {
    case Outcome::kNotApplicable:
      return "not-applicable";
    case Outcome::kAllow:
      return "allow";
    case Outcome::kDeny:
      return "deny";
  }
  return "";
}

std::string_view DecisionCodeName(DecisionCode code) {
  switch (code) {
    case DecisionCode::kNotCors:
      return "not-cors";
    case DecisionCode::kPreflightWithoutOrigin:
      return "preflight-without-origin";
    case DecisionCode::kAllow:
      return "allow";
    case DecisionCode::kMalformedFieldName:
      return "malformed-field-name";
    case DecisionCode::kDuplicateOrigin:
      return "duplicate-origin";
    case DecisionCode::kDuplicateRequestMethod:
      return "duplicate-request-method";
    case DecisionCode::kMalformedOrigin:
      return "malformed-origin";
    case DecisionCode::kNoMatchingRoute:
      return "no-matching-route";
    case DecisionCode::kCorsDisabled:
      return "cors-disabled";
    case DecisionCode::kNullOriginNotAllowed:
      return "null-origin-not-allowed";
    case DecisionCode::kOriginNotAllowed:
      return "origin-not-allowed";
    case DecisionCode::kMalformedRequestMethod:
      return "malformed-request-method";
    case DecisionCode::kForbiddenMethod:
      return "forbidden-method";
    case DecisionCode::kMethodNotAllowed:
      return "method-not-allowed";
    case DecisionCode::kMalformedRequestHeaders:
      return "malformed-request-headers";
    case DecisionCode::kRequestHeadersTooLarge:
      return "request-headers-too-large";
    case DecisionCode::kHeaderNotAllowed:
      return "header-not-allowed";
    case DecisionCode::kWebSocketOriginNotAllowed:
      return "websocket-origin-not-allowed";
  }
  return "";
}

std::string CodeText(const Decision& decision) {
  std::string text(DecisionCodeName(decision.code));
  switch (decision.code) {
    case DecisionCode::kAllow:
      text.append(":").append(RuleKindName(decision.match.kind));
      break;
    case DecisionCode::kMalformedOrigin:
      text.append(":").append(OriginErrorName(decision.origin_error));
      break;
    case DecisionCode::kForbiddenMethod:
    case DecisionCode::kMethodNotAllowed:
      text.append(":").append(decision.detail);
      break;
    case DecisionCode::kHeaderNotAllowed:
      text.push_back(':');
      AppendLower(decision.detail, &text);
      break;
    default:
      break;
  }
  return text;
}

std::vector<std::pair<std::string, std::string>> HeadersToSet(
    const Decision& decision) {
  std::vector<std::pair<std::string, std::string>> headers;
  VisitHeaders(
      decision,
      [&headers](std::string_view name, std::string_view value) {
        headers.emplace_back(name, value);
      },
      [&](std::string_view name) {
        headers.emplace_back(name, "");
        AppendAsked(decision.asked, &headers.back().second);
      });
  return headers;
}

void AppendHeaderLines(const Decision& decision, std::string* out) {
  if (!decision.lines_after_origin.empty()) {
    out->append("Access-Control-Allow-Origin: ")
        .append(decision.allow_origin)
        .append("\r\n")
        .append(decision.lines_after_origin);
    return;
  }
  VisitHeaders(
      decision,
      [out](std::string_view name, std::string_view value) {
        out->append(name).append(": ").append(value).append("\r\n");
      },
      [&](std::string_view name) {
        out->append(name).append(": ");
        AppendAsked(decision.asked, out);
        out->append("\r\n");
      });
}

const std::vector<std::string>& HeadersToRemove(const Decision& decision) {
  static const std::vector<std::string> none;
  static const std::vector<std::string> cors_fields = {
      "Access-Control-Allow-Origin",
      "Access-Control-Allow-Credentials",
      "Access-Control-Allow-Methods",
      "Access-Control-Allow-Headers",
      "Access-Control-Expose-Headers",
      "Access-Control-Max-Age",
      "Access-Control-Allow-Private-Network",
  };
  return decision.remove_upstream ? cors_fields : none;
}

std::string ExpandExposedHeaders(const std::vector<std::string>& names) {
  constexpr std::string_view kCorsPrefix = "access-control-";
  std::vector<std::string> exposed;
  for (const std::string& name : names) {
    std::string lower;
    AppendLower(name, &lower);
    if (!IsToken(lower) || IsSafelistedResponseHeader(lower) ||
        IsForbiddenResponseHeader(lower) || lower.starts_with(kCorsPrefix) ||
        std::find(exposed.begin(), exposed.end(), lower) != exposed.end()) {
      continue;
    }
    exposed.push_back(std::move(lower));
  }
  std::string value;
  for (const std::string& name : exposed) {
    if (!value.empty()) value += ',';
    value += name;
  }
  return value;
}

}  // namespace corsac
