// What goes into answers of the decision listener.
// Tested by tests/runtime/decision_plane_hooks_test.cc and
// tests/runtime/serve_parts_test.cc.
#include "runtime/serve/answers.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <system_error>

#include "compiler/check.h"

namespace corsac {
namespace {

bool IsOk(std::uint16_t status) { return status >= 200 && status <= 299; }

std::string_view DecisionWord(Outcome outcome) {
  switch (outcome) {
    case Outcome::kAllow:
      return "allow";
    case Outcome::kDeny:
      return "deny";
    case Outcome::kNotApplicable:
      break;
  }
  return "none";
}

// The code. Its parameter comes along where it is one of a few words of ours;
// what the client wrote (a method, a header name) stays out.
void AppendCode(const Decision& decision, std::string* out) {
  out->append(DecisionCodeName(decision.code));
  if (decision.code == DecisionCode::kAllow) {
    out->append(":").append(RuleKindName(decision.match.kind));
  } else if (decision.code == DecisionCode::kMalformedOrigin) {
    out->append(":").append(OriginErrorName(decision.origin_error));
  }
}

bool IsPlain(char c) { return c > 0x20 && c < 0x7F && c != '%'; }

}  // namespace

std::optional<std::uint16_t> AuthzStatus(const Decision& decision,
                                         ServeEndpoint endpoint) {
  if (decision.status == 0) return 200;
  if (endpoint == ServeEndpoint::kExtAuthz) {
    // 200 alone means "go on" there.
    return decision.status == 200 ? 204 : decision.status;
  }
  if (IsOk(decision.status)) return std::nullopt;
  // nginx takes any status but 2xx, 401 and 403 for a failure of the hook.
  return endpoint == ServeEndpoint::kAuthRequest ? 403 : decision.status;
}

void AppendRuleId(std::string_view id, std::string* out) {
  const auto is_inner = [](char c) { return c == ' ' || IsPlain(c); };
  if (std::all_of(id.begin(), id.end(), is_inner) && !id.starts_with(' ') &&
      !id.ends_with(' ')) {
    out->append(id);
    return;
  }
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  for (std::size_t i = 0; i < id.size(); ++i) {
    const bool at_an_end = i == 0 || i + 1 == id.size();
    if (at_an_end ? IsPlain(id[i]) : is_inner(id[i])) {
      out->push_back(id[i]);
      continue;
    }
    const auto byte = static_cast<unsigned char>(id[i]);
    out->push_back('%');
    out->push_back(kDigits[byte >> 4]);
    out->push_back(kDigits[byte & 15]);
  }
}

void AppendAuthzLines(const Decision& decision, std::uint64_t generation,
                      std::string* out) {
  AppendHeaderLines(decision, out);
  out->append("X-Cors-Decision: ").append(DecisionWord(decision.outcome));
  out->append("\r\nX-Cors-Code: ");
  AppendCode(decision, out);
  if (decision.route != nullptr) {
    out->append("\r\nX-Cors-Rule: ");
    AppendRuleId(decision.route->id, out);
  }
  std::array<char, 20> digits;  // NOLINT(*-member-init): written by to_chars
  const auto [end, error] =
      std::to_chars(digits.data(), digits.data() + digits.size(), generation);
  CORSAC_CHECK(error == std::errc());
  out->append("\r\nX-Cors-Generation: ")
      .append(digits.data(), static_cast<std::size_t>(end - digits.data()))
      .append("\r\n");
}

void WritePreflight(const Decision& decision, ResponseWriter* response) {
  response->Start(decision.status);
  AppendHeaderLines(decision, response->lines());
  response->Finish();
}

void WriteBody(std::uint16_t status, std::string_view content_type,
               std::string_view body, ResponseWriter* response) {
  response->Start(status);
  response->AddField("Cache-Control", "no-store");
  response->AddField("X-Content-Type-Options", "nosniff");
  response->Finish(content_type, body);
}

void WriteProblem(const Problem& problem, ResponseWriter* response,
                  const std::optional<HeaderField>& extra) {
  response->Start(static_cast<std::uint16_t>(problem.status));
  if (extra) response->AddField(extra->name, extra->value);
  response->AddField("Cache-Control", "no-store");
  response->AddField("X-Content-Type-Options", "nosniff");
  response->Finish(kProblemContentType, ProblemJson(problem, {}));
}

}  // namespace corsac
