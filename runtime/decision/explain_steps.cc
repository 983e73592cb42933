// The checks on a request up to its origin; explain_checks.cc has the rest.
// Tested by tests/runtime/explain_test.cc, which also holds the steps against
// Evaluate() for random requests.
#include "runtime/decision/explain_steps.h"

#include <algorithm>
#include <set>
#include <utility>

#include "compiler/fetch/names.h"
#include "compiler/table/target.h"
#include "runtime/decision/explain_words.h"
#include "runtime/decision/near_miss.h"
#include "runtime/decision/printable.h"

namespace corsac {
namespace {

// Routes that are tried in search of a hint; a table may have far more.
constexpr std::size_t kMaxRoutesForHints = 20'000;

std::string Quoted(std::string_view text) {
  return "`" + Printable(text, 400) + "`";
}

std::string Count(std::size_t count, std::string_view noun) {
  std::string text = std::to_string(count) + " ";
  text += noun;
  if (count != 1) text += 's';
  return text;
}

}  // namespace

RequestFacts::RequestFacts(const RequestView& request) {
  std::size_t fetch_sites = 0;
  std::string_view fetch_site;
  const auto count = [](const HeaderField& field, std::string_view name,
                        std::size_t* lines, std::string_view* first) {
    if (!EqualsIgnoreCase(field.name, name)) return;
    if ((*lines)++ == 0) *first = StripBlanks(field.value);
  };
  for (const HeaderField& field : request.headers) {
    if (!IsToken(field.name) && bad_name.data() == nullptr) {
      bad_name = field.name.data() == nullptr ? "" : field.name;
    }
    count(field, "Origin", &origins, &origin);
    count(field, "Access-Control-Request-Method", &request_methods,
          &request_method);
    count(field, "Access-Control-Request-Private-Network", &private_networks,
          &private_network);
    count(field, "Sec-Fetch-Site", &fetch_sites, &fetch_site);
    if (EqualsIgnoreCase(field.name, "Upgrade") &&
        ListHasElement(field.value, "websocket")) {
      upgrade = field.value;
    }
  }
  own_site =
      fetch_sites == 1 && (fetch_site == "same-origin" || fetch_site == "none");
}

ExplainSteps::ExplainSteps(const PolicyTable& table, const RequestView& request,
                           const Decision& decision,
                           const ExplainQuestion& question)
    : table_(table),
      request_(request),
      decision_(decision),
      question_(question),
      facts_(request),
      preflight_(decision.kind == RequestKind::kPreflight) {}

std::vector<ExplainStep> ExplainSteps::Run(bool same_origin) {
  same_origin_ = same_origin;
  if (same_origin) {
    Add("same-origin", question_.url_origin,
        "page and address have one origin: browsers do not apply CORS, and "
        "what follows is for pages of other origins")
        .result = StepResult::kNote;
  }
  Request();
  Hygiene();
  if (!Route() || !CorsOn()) return std::move(steps_);
  if (decision_.kind == RequestKind::kNotCors) {
    Actual();
    return std::move(steps_);
  }
  OriginSteps();
  if (preflight_) {
    Preflight();
  } else {
    StrictMethod();
    Actual();
  }
  // Browsers check nothing of what follows for these.
  const bool websocket = !preflight_ && facts_.asks_websocket();
  if (same_origin || websocket) return std::move(steps_);
  Credentials();
  if (!preflight_) {
    for (const std::string& name : question_.read_headers) ReadHeader(name);
  }
  return std::move(steps_);
}

std::string ExplainSteps::RouteWords() const {
  if (route_ == nullptr) return {};
  const RulePlace place = table_.PlaceOf(*route_);
  return "route " + Quoted(route_->id) + " (" + std::string(place.file) + ":" +
         std::to_string(place.line) + ")";
}

ExplainStep& ExplainSteps::Add(std::string_view step, std::string_view input,
                               std::string message) {
  ExplainStep& added = steps_.emplace_back();
  added.step = step;
  added.input = Printable(input, 400);
  added.message = std::move(message);
  return added;
}

// What a policy's fields say stands in its route, or where the route points.
ExplainStep& ExplainSteps::AddAtRoute(std::string_view step,
                                      std::string_view input,
                                      std::string message) {
  ExplainStep& added = Add(step, input, std::move(message));
  const RulePlace place = table_.PlaceOf(*route_);
  added.rule = route_->id;
  added.file = std::string(place.file);
  added.line = place.line;
  return added;
}

void ExplainSteps::Fail(ExplainStep& step, std::string_view code,
                        std::string hint) {
  const bool decided = !failed_ && decision_.outcome == Outcome::kDeny;
  step.result = decided ? StepResult::kFail : StepResult::kWouldFail;
  step.code = Printable(code, 600);
  step.hint = std::move(hint);
  failed_ = true;
}

void ExplainSteps::PutRule(ExplainStep& step, OriginMatch match) {
  step.rule = table_.RuleText(policy_->origins, match);
  const RulePlace place = table_.PlaceOf(policy_->origins, match);
  step.file = std::string(place.file);
  step.line = place.line;
  step.column = place.column;
}

void ExplainSteps::Request() {
  std::string input =
      std::string(request_.method) + " " + std::string(request_.target);
  std::string message;
  switch (decision_.kind) {
    case RequestKind::kPreflight:
      message = "a preflight: the browser asks whether the page may send " +
                Quoted(facts_.request_method);
      break;
    case RequestKind::kActual:
      message = "an actual request: it carries an Origin";
      if (request_.method == "OPTIONS") {
        message +=
            "; it is no preflight, since it names no "
            "Access-Control-Request-Method";
      }
      break;
    case RequestKind::kNotCors:
      message = decision_.code == DecisionCode::kPreflightWithoutOrigin
                    ? "it asks like a preflight, but without an Origin: it was "
                      "not made by a browser"
                    : "it carries no Origin: CORS does not concern it";
      break;
  }
  Add("request", input, std::move(message));
}

// These steps show up only when they fail.
void ExplainSteps::Hygiene() {
  if (facts_.bad_name.data() != nullptr) {
    Fail(Add("field-names", facts_.bad_name,
             Quoted(facts_.bad_name) + " is not a header name"),
         "malformed-field-name",
         "look at what made the request; blanks before the colon are the "
         "usual cause");
  }
  if (facts_.origins > 1) {
    Fail(Add("origin-lines", "",
             "there are " + Count(facts_.origins, "Origin line") +
                 "; a browser sends one"),
         "duplicate-origin", "find the proxy or tool that adds one");
  }
  if (preflight_ && facts_.request_methods > 1) {
    Fail(Add("method-lines", "",
             "there are " +
                 Count(facts_.request_methods,
                       "Access-Control-Request-Method line") +
                 "; a browser sends one"),
         "duplicate-request-method", "find the proxy or tool that adds one");
  }
}

bool ExplainSteps::Route() {
  const std::string_view method =
      preflight_ ? facts_.request_method : request_.method;
  const NormalizedTarget target(request_.target, request_.host);
  const std::string input = std::string(method) + " " +
                            std::string(target.host()) +
                            std::string(target.path());
  if (target.valid()) {
    route_ = table_.FindRoute(target.host(), target.path(), method);
  }
  if (route_ != nullptr) {
    policy_ = &table_.PolicyOf(*route_);
    std::string message = Quoted(route_->host + route_->pattern) + " takes it";
    if (route_->for_methods.empty()) {
      message += ", whatever the method";
    }
    AddAtRoute("route", input, std::move(message));
    return true;
  }
  ExplainStep& step = Add(
      "route", target.valid() ? input : std::string(request_.target),
      target.valid()
          ? "no route takes this address and method"
          : "the target is not one that routes can match: it has no path of "
            "its own, a bad escape, or disagrees with Host");
  std::string hint = target.valid()
                         ? RouteHint(target.host(), target.path(), method)
                         : std::string();
  if (decision_.kind == RequestKind::kNotCors) {
    step.result = StepResult::kNote;
    step.hint = std::move(hint);
  } else if (table_.unmatched_passthrough()) {
    step.result = StepResult::kNote;
    step.code = "no-matching-route";
    step.message += "; `unmatched = \"passthrough\"` lets it through untouched";
    step.hint = std::move(hint);
  } else {
    Fail(step, "no-matching-route", std::move(hint));
  }
  return false;
}

std::string ExplainSteps::RouteHint(std::string_view host,
                                    std::string_view path,
                                    std::string_view method) const {
  const auto found = [&](std::string_view h, std::string_view p,
                         std::string_view m) -> std::string {
    const CompiledRoute* route = table_.FindRoute(h, p, m);
    if (route == nullptr) return {};
    const RulePlace place = table_.PlaceOf(*route);
    return "route " + Quoted(route->id) + " (" + std::string(place.file) + ":" +
           std::to_string(place.line) + ")";
  };
  std::string other(path);
  if (path.size() > 1 && path.ends_with('/')) {
    other.pop_back();
  } else {
    other += '/';
  }
  if (std::string route = found(host, other, method); !route.empty()) {
    return route + " takes " + Quoted(other) +
           ": a slash at the end makes another path";
  }
  other = path;
  for (char& c : other) c = AsciiLower(c);
  if (std::string route = found(host, other, method); !route.empty()) {
    return route + " takes " + Quoted(other) + ": paths are compared by case";
  }
  std::set<std::string_view> seen;
  const std::vector<CompiledRoute>& routes = table_.routes();
  const std::size_t count = std::min(routes.size(), kMaxRoutesForHints);
  for (std::size_t i = 0; i < count; ++i) {
    const CompiledRoute& route = routes[i];
    for (const std::string& m : route.for_methods) {
      if (!seen.insert(m).second) continue;
      if (std::string words = found(host, path, m); !words.empty()) {
        return words +
               " takes this address, but only for other methods: " + Quoted(m);
      }
    }
    if (route.host.empty() || !seen.insert(route.host).second) continue;
    const std::string example =
        route.host.starts_with("*.") ? "x" + route.host.substr(1) : route.host;
    if (std::string words = found(example, path, method); !words.empty()) {
      return words +
             " takes this path, but at another host: " + Quoted(route.host);
    }
  }
  return {};
}

bool ExplainSteps::CorsOn() {
  if (policy_->cors) return true;
  ExplainStep& step = AddAtRoute("cors", "", "the route says `cors = false`");
  if (decision_.kind == RequestKind::kNotCors) {
    step.result = StepResult::kNote;
  } else {
    Fail(step, "cors-disabled", "take `cors = false` out and list `origins`");
  }
  return false;
}

void ExplainSteps::OriginSteps() {
  if (policy_->any_origin) {
    origin_allowed_ = true;
    PutRule(Add("origin-rule", facts_.origin,
                "pages of every origin may use this route; the Origin is not "
                "looked at"),
            OriginMatch{RuleKind::kAny, 0});
    return;
  }
  if (facts_.origins > 1) {
    Add("origin-rule", "",
        "which Origin line counts cannot be said, so none is looked up")
        .result = StepResult::kSkipped;
    return;
  }
  Origin origin;
  const OriginError error = ParseOrigin(facts_.origin, &origin);
  const OriginMatch match = error == OriginError::kNone
                                ? table_.FindOrigin(policy_->origins, origin)
                                : OriginMatch{};
  origin_allowed_ = static_cast<bool>(match);
  WebSocket(origin_allowed_);
  if (error != OriginError::kNone) {
    ExplainStep& step =
        Add("origin-syntax", facts_.origin,
            "the Origin " + std::string(OriginErrorWords(error)));
    Fail(step, "malformed-origin:" + std::string(OriginErrorName(error)),
         "browsers never send this; look at what made or changed the request");
    step.near_misses =
        FindNearMisses(table_, policy_->origins, facts_.origin).found;
    return;
  }
  Add("origin-syntax", facts_.origin, "an origin as browsers send it");
  if (match) {
    PutRule(
        Add("origin-rule", facts_.origin,
            "the " + std::string(RuleKindName(match.kind)) + " rule allows it"),
        match);
    return;
  }
  NearMisses misses = FindNearMisses(table_, policy_->origins, facts_.origin);
  ExplainStep& step = AddAtRoute(
      "origin-rule", facts_.origin,
      misses.rules == 1 ? "the one origin rule of the route does not match"
                        : "none of the " + Count(misses.rules, "origin rule") +
                              " of the route matches");
  if (origin.kind == OriginKind::kNull) {
    Fail(step, "null-origin-not-allowed",
         "`allow_null = true` would allow it, and with it anybody");
  } else {
    Fail(step, "origin-not-allowed",
         "add " + Quoted(facts_.origin) + " to `origins`");
  }
  step.near_misses = std::move(misses.found);
}

// Takes the place of the origin steps' codes, so it comes before them.
void ExplainSteps::WebSocket(bool allowed) {
  if (preflight_ || !policy_->websocket_check || !facts_.asks_websocket()) {
    return;
  }
  ExplainStep& step = AddAtRoute(
      "websocket", facts_.upgrade,
      allowed ? "a WebSocket handshake from an origin that is allowed"
              : "a WebSocket handshake from an origin that is not allowed, and "
                "the route says `websocket_origin = \"check\"`");
  if (allowed) return;
  Fail(step, "websocket-origin-not-allowed",
       "add " + Quoted(facts_.origin) + " to `origins`");
}

}  // namespace corsac
