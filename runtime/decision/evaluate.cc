// The decision, step by step. docs/decisions.md has the same steps in prose.
// Entry: Evaluate(). Tested by tests/truth_table_test.cc, and against the
// oracle by tests/exhaustive_test.cc, tests/random_test.cc and
// tests/fuzz/evaluate_fuzzer.cc.
#include "runtime/decision/evaluate.h"

#include "compiler/fetch/names.h"
#include "compiler/limits.h"
#include "compiler/table/target.h"
#include "runtime/decision/request_fields.h"
#include "runtime/decision/request_headers.h"

namespace corsac {
namespace {

constexpr std::string_view kVaryOrigin = "Origin";
constexpr std::string_view kVaryPreflight =
    "Origin, Access-Control-Request-Method, Access-Control-Request-Headers";

// Makes one decision. The decision is written in place, since it holds room for
// the names that a request may ask for.
class Evaluation {
 public:
  Evaluation(const PolicyTable& table, const RequestView& request,
             const RequestFields& fields, Decision* decision)
      : table_(table),
        request_(request),
        fields_(fields),
        origin_(fields_.origin.ValueIn(request)),
        request_method_(fields_.request_method.ValueIn(request)),
        d_(*decision) {}

  void Run() {
    d_.kind = KindOf(request_.method, fields_);
    if (!CheckHygiene()) return;
    FindRoute();
    switch (d_.kind) {
      case RequestKind::kNotCors:
        NotCors();
        break;
      case RequestKind::kActual:
        Actual();
        break;
      case RequestKind::kPreflight:
        Preflight();
        break;
    }
  }

 private:
  bool is_preflight() const { return d_.kind == RequestKind::kPreflight; }
  bool has_cors() const { return policy_ != nullptr && policy_->cors; }

  // Requests that two hops could read in two ways are answered 400 before
  // anything is looked up: any decision could be the wrong one for one of them.
  bool CheckHygiene() {
    if (fields_.malformed_name) {
      d_.code = DecisionCode::kMalformedFieldName;
    } else if (fields_.origin.count > 1) {
      d_.code = DecisionCode::kDuplicateOrigin;
    } else if (is_preflight() && fields_.request_method.count > 1) {
      d_.code = DecisionCode::kDuplicateRequestMethod;
    } else {
      return true;
    }
    d_.outcome = Outcome::kDeny;
    d_.forward = false;
    d_.close = true;
    d_.status = 400;
    d_.vary = is_preflight() ? kVaryPreflight : kVaryOrigin;
    return false;
  }

  void FindRoute() {
    const NormalizedTarget target(request_.target, request_.host);
    if (!target.valid()) return;
    // A preflight asks about another request: the route is that request's.
    d_.route =
        table_.FindRoute(target.host(), target.path(),
                         is_preflight() ? request_method_ : request_.method);
    if (d_.route != nullptr) policy_ = &table_.PolicyOf(*d_.route);
  }

  // --- Requests that the application answers --------------------------------

  // What goes for every answer of the application.
  void ForwardToApplication() {
    d_.forward = true;
    if (policy_ == nullptr && table_.unmatched_passthrough()) return;
    d_.keep_upstream = has_cors() && policy_->upstream_keep;
    d_.remove_upstream = !d_.keep_upstream;
    if (has_cors()) d_.timing_allow_origin = policy_->timing_allow_origin;
  }

  void NotCors() {
    // An OPTIONS with a request method but no origin was made by hand.
    d_.code = request_.method == "OPTIONS" && fields_.request_method.count > 0
                  ? DecisionCode::kPreflightWithoutOrigin
                  : DecisionCode::kNotCors;
    ForwardToApplication();
    if (!has_cors()) return;
    if (policy_->any_origin && StrictAllows(request_.method)) {
      SetStarAnswer();
    } else {
      // Without it a cache could hand this answer to a page of an allowed
      // origin, where the missing headers read as a refusal.
      d_.vary = kVaryOrigin;
    }
  }

  void Actual() {
    ForwardToApplication();
    if (!CheckCorsOn()) return;
    if (policy_->any_origin) {
      d_.match = {RuleKind::kAny, 0};
    } else if (!CheckOrigin()) {
      RefuseActual();
      return;
    }
    if (!StrictAllows(request_.method)) {
      d_.code = DecisionCode::kMethodNotAllowed;
      d_.detail = request_.method;
      RefuseActual();
      return;
    }
    Allow();
    if (policy_->any_origin) {
      SetStarAnswer();
      return;
    }
    d_.allow_origin = origin_;
    d_.allow_credentials = policy_->credentials;
    SetExpose();
    d_.vary = kVaryOrigin;
    d_.lines_after_origin = policy_->actual_lines;
  }

  void SetStarAnswer() {
    d_.allow_origin = "*";
    SetExpose();
    d_.lines_after_origin = policy_->actual_lines;
  }

  void SetExpose() {
    d_.expose_headers = policy_->expose_headers;
    d_.expose_expand = policy_->expose_expand;
  }

  void RefuseActual() {
    d_.outcome = Outcome::kDeny;
    d_.vary = kVaryOrigin;
    const bool origin_refused = d_.code != DecisionCode::kMethodNotAllowed;
    if (policy_->websocket_check && fields_.upgrade_websocket &&
        origin_refused) {
      // Browsers do not apply CORS to WebSocket handshakes; refusing is the
      // server's part.
      d_.code = DecisionCode::kWebSocketOriginNotAllowed;
      AnswerForbidden();
    } else if (policy_->enforce && !IsOwnSite()) {
      AnswerForbidden();
    }
  }

  void AnswerForbidden() {
    d_.forward = false;
    d_.remove_upstream = false;
    d_.keep_upstream = false;
    d_.status = 403;
  }

  // Whether the request comes from the site itself: browsers send Origin with
  // same-origin requests too when the method is not GET or HEAD. Never told by
  // Host, which proxies rewrite. Sec-Fetch-Site cannot be set by script.
  bool IsOwnSite() const {
    if (policy_->self_origins.Contains(origin_)) return true;
    const std::string_view site = fields_.fetch_site.ValueIn(request_);
    return fields_.fetch_site.count == 1 &&
           (site == "same-origin" || site == "none");
  }

  // `methods_strict` as it applies to a request that is not a preflight.
  bool StrictAllows(std::string_view method) const {
    if (!policy_->methods_strict || policy_->methods_any) return true;
    if (method == "OPTIONS" || policy_->methods.Contains(method)) return true;
    return method == "HEAD" && policy_->methods.Contains("GET");
  }

  // --- Preflights -----------------------------------------------------------

  void Preflight() {
    d_.forward = false;
    if (policy_ == nullptr && table_.unmatched_passthrough()) {
      CheckCorsOn();
      d_.forward = true;
      return;
    }
    if (!CheckCorsOn()) return RefuseHard();
    if (policy_->any_origin) {
      d_.match = {RuleKind::kAny, 0};
      d_.allow_origin = "*";
    } else if (CheckOrigin()) {
      d_.allow_origin = origin_;
    } else {
      return RefuseHard();
    }
    if (!CheckRequestMethodSyntax()) return RefuseHard();
    const std::string_view method = request_method_;
    const bool listed =
        policy_->methods_any || policy_->methods.Contains(method);
    if (!listed && policy_->methods_strict && IsSafelistedMethod(method)) {
      RefuseMethod();
      return RefuseHard();
    }
    if (!listed && !IsSafelistedMethod(method)) {
      RefuseMethod();
      return RefuseSoft();
    }
    PreflightHeaders();
  }

  bool CheckRequestMethodSyntax() {
    const std::string_view method = request_method_;
    if (method.size() > kMaxMethodBytes || !IsToken(method)) {
      d_.code = DecisionCode::kMalformedRequestMethod;
      return false;
    }
    if (IsForbiddenMethod(method)) {
      d_.code = DecisionCode::kForbiddenMethod;
      d_.detail = method;
      return false;
    }
    return true;
  }

  void RefuseMethod() {
    d_.code = DecisionCode::kMethodNotAllowed;
    d_.detail = request_method_;
  }

  void PreflightHeaders() {
    const AskedHeaders asked =
        ReadAskedHeaders(request_, fields_, *policy_, &d_.asked);
    switch (asked.status) {
      case AskedHeaders::Status::kTooLarge:
        d_.code = DecisionCode::kRequestHeadersTooLarge;
        return RefuseHard();
      case AskedHeaders::Status::kMalformed:
        d_.code = DecisionCode::kMalformedRequestHeaders;
        return RefuseHard();
      case AskedHeaders::Status::kOk:
        break;
    }
    if (!asked.first_refused.empty()) {
      d_.code = DecisionCode::kHeaderNotAllowed;
      d_.detail = asked.first_refused;
      return RefuseSoft();
    }
    AllowPreflight(asked);
  }

  void AllowPreflight(const AskedHeaders& asked) {
    Allow();
    d_.status = policy_->preflight_status;
    d_.allow_credentials = policy_->credentials;
    SetAllowMethods();
    bool as_rendered = !(policy_->methods_any && policy_->credentials);
    if (policy_->headers_any && policy_->credentials) {
      d_.allow_asked_headers = true;
      as_rendered = false;
    } else if (policy_->headers_any && asked.asks_authorization) {
      d_.allow_headers = "*,authorization";
      as_rendered = false;
    } else {
      d_.allow_headers = policy_->allow_headers;
    }
    d_.allow_private_network =
        policy_->private_network &&
        fields_.request_private_network.count == 1 &&
        fields_.request_private_network.ValueIn(request_) == "true";
    d_.max_age = policy_->max_age;
    d_.vary = policy_->preflight_vary;
    if (as_rendered && !d_.allow_private_network) {
      d_.lines_after_origin = policy_->preflight_lines;
    }
  }

  void SetAllowMethods() {
    // `*` with credentials would be read literally, so the method asked for is
    // named; it is a token by now.
    d_.allow_methods = policy_->methods_any && policy_->credentials
                           ? request_method_
                           : std::string_view(policy_->allow_methods);
  }

  // A refusal that the browser reports as a missing
  // Access-Control-Allow-Origin.
  void RefuseHard() {
    d_.outcome = Outcome::kDeny;
    d_.status = 403;
    d_.allow_origin = {};
    d_.vary =
        has_cors() ? std::string_view(policy_->preflight_vary) : kVaryPreflight;
  }

  // A refusal of a method or header. Browsers look at the origin, then the
  // status, then the lists: only an ok status with the true lists makes them
  // name what was refused.
  void RefuseSoft() {
    if (!policy_->preflight_diagnostics) return RefuseHard();
    d_.outcome = Outcome::kDeny;
    d_.status = policy_->preflight_status;
    d_.allow_credentials = policy_->credentials;
    SetAllowMethods();
    if (!policy_->headers_any) {
      d_.allow_headers = policy_->allow_headers;
    } else if (d_.code == DecisionCode::kHeaderNotAllowed) {
      d_.allow_asked_headers = true;
    }
    d_.vary = policy_->preflight_vary;
  }

  // --- Both -----------------------------------------------------------------

  bool CheckCorsOn() {
    if (has_cors()) return true;
    if (policy_ != nullptr) {
      d_.code = DecisionCode::kCorsDisabled;
    } else {
      d_.code = DecisionCode::kNoMatchingRoute;
      if (table_.unmatched_passthrough()) {
        d_.outcome = Outcome::kNotApplicable;
        return false;
      }
    }
    d_.outcome = Outcome::kDeny;
    return false;
  }

  bool CheckOrigin() {
    Origin origin;
    d_.origin_error = ParseOrigin(origin_, &origin);
    if (d_.origin_error != OriginError::kNone) {
      d_.code = DecisionCode::kMalformedOrigin;
      return false;
    }
    d_.match = table_.FindOrigin(policy_->origins, origin);
    if (d_.match) return true;
    d_.code = origin.kind == OriginKind::kNull
                  ? DecisionCode::kNullOriginNotAllowed
                  : DecisionCode::kOriginNotAllowed;
    return false;
  }

  void Allow() {
    d_.outcome = Outcome::kAllow;
    d_.code = DecisionCode::kAllow;
  }

  const PolicyTable& table_;
  const RequestView& request_;
  const RequestFields& fields_;
  const std::string_view origin_;          // the first line of each, without
  const std::string_view request_method_;  // blanks around it
  Decision& d_;
  const CompiledPolicy* policy_ = nullptr;
};

}  // namespace

RequestKind KindOf(std::string_view method,
                   const RequestFields& fields) noexcept {
  if (fields.origin.count == 0) return RequestKind::kNotCors;
  // The method is compared as it is: `options` is an ordinary method.
  return method == "OPTIONS" && fields.request_method.count > 0
             ? RequestKind::kPreflight
             : RequestKind::kActual;
}

Decision Evaluate(const PolicyTable& table, const RequestView& request,
                  const RequestFields& fields) noexcept {
  Decision decision;
  Evaluation(table, request, fields, &decision).Run();
  return decision;
}

Decision Evaluate(const PolicyTable& table,
                  const RequestView& request) noexcept {
  return Evaluate(table, request, ReadRequestFields(request));
}

}  // namespace corsac
