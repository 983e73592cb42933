// The reference evaluator. The numbers in comments are the steps of
// docs/decisions.md, "Preflights".
// Tested by tests/reference_test.cc and tests/truth_table_test.cc.
#include "tests/testing/reference_evaluator.h"

#include <re2/re2.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "tests/testing/reference_fields.h"
#include "tests/testing/reference_origin.h"
#include "tests/testing/reference_route.h"
#include "tests/testing/reference_target.h"
#include "tests/testing/reference_text.h"

namespace corsac::testing {

// By origin set, in source order.
struct ReferenceEvaluator::Regexes {
  std::vector<std::vector<std::unique_ptr<RE2>>> sets;
};

namespace {

constexpr char kAllowOrigin[] = "Access-Control-Allow-Origin";
constexpr char kAllowCredentials[] = "Access-Control-Allow-Credentials";
constexpr char kAllowMethods[] = "Access-Control-Allow-Methods";
constexpr char kAllowHeaders[] = "Access-Control-Allow-Headers";
constexpr char kExposeHeaders[] = "Access-Control-Expose-Headers";
constexpr char kMaxAge[] = "Access-Control-Max-Age";
constexpr char kAllowPrivateNetwork[] = "Access-Control-Allow-Private-Network";
constexpr char kVary[] = "Vary";
constexpr char kTimingAllowOrigin[] = "Timing-Allow-Origin";
constexpr char kPreflightVary[] =
    "Origin, Access-Control-Request-Method, Access-Control-Request-Headers";

bool SubdomainMatches(const IrSubdomainRule& rule,
                      const ReferenceOrigin& origin) {
  if (rule.scheme != origin.scheme) return false;
  const std::string suffix = "." + rule.base;
  if (origin.host.size() <= suffix.size()) return false;
  const std::size_t boundary = origin.host.size() - suffix.size();
  // A label must stand before the suffix; only hosts of app schemes can have an
  // empty one there.
  if (origin.host.substr(boundary) != suffix) return false;
  if (origin.host[boundary - 1] == '.') return false;
  if (rule.any_port) return true;
  return origin.port == (rule.port ? *rule.port : 0U);
}

using CompiledRegexes = std::vector<std::unique_ptr<RE2>>;

// The kind of the first rule that matches, in the order in which they are
// tried; empty for none.
std::string MatchOrigin(const IrOriginSet& set, const CompiledRegexes& regexes,
                        const ReferenceOrigin& origin) {
  if (set.any) return "any";
  if (set.null && origin.is_null) return "null";
  if (set.file && origin.is_file) return "file";
  for (const IrExactOrigin& rule : set.exact) {
    if (rule.text == origin.text) return "exact";
  }
  if (origin.is_null || origin.is_file) return "";
  for (const IrAnyPortRule& rule : set.any_port) {
    if (rule.scheme == origin.scheme && rule.host == origin.host) {
      return "any-port";
    }
  }
  for (const IrSubdomainRule& rule : set.subdomain) {
    if (SubdomainMatches(rule, origin)) return "subdomain";
  }
  for (const std::unique_ptr<RE2>& regex : regexes) {
    if (RE2::FullMatch(origin.text, *regex)) return "regex";
  }
  return "";
}

bool IsSafelisted(const std::string& method) {
  return method == "GET" || method == "HEAD" || method == "POST";
}

// One request on its way to an answer.
class Evaluation {
 public:
  Evaluation(const Ir& ir, const std::vector<CompiledRegexes>& regexes,
             const ReferenceRequest& request)
      : ir_(ir),
        regexes_(regexes),
        request_(request),
        origins_(LinesOf(request, "origin")),
        request_methods_(LinesOf(request, "access-control-request-method")) {}

  ReferenceAnswer Run() {
    Classify();
    if (const std::string code = HygieneError(); !code.empty()) {
      answer_.code = code;
      answer_.outcome = "deny";
      answer_.status = 400;
      answer_.close = true;
      answer_.set = {{kVary, is_preflight() ? kPreflightVary : "Origin"}};
      return answer_;
    }
    const ReferenceTarget target =
        NormalizeReferenceTarget(request_.target, request_.host);
    const std::string& method =
        is_preflight() ? request_methods_[0] : request_.method;
    const IrRoute* route = ChooseReferenceRoute(ir_, target, method);
    if (route == nullptr) {
      NoRoute();
      return answer_;
    }
    answer_.route = route->id;
    policy_ = &ir_.policies[route->policy];
    if (policy_->cors) set_ = &ir_.origin_sets[policy_->origins];
    if (is_preflight()) {
      Preflight();
    } else if (answer_.kind == "actual") {
      Actual();
    } else {
      NotCors();
    }
    return answer_;
  }

 private:
  bool is_preflight() const { return answer_.kind == "preflight"; }

  void Classify() {
    if (origins_.empty()) {
      answer_.kind = "not-cors";
    } else if (request_.method == "OPTIONS" && !request_methods_.empty()) {
      answer_.kind = "preflight";
    } else {
      answer_.kind = "actual";
    }
  }

  std::string HygieneError() const {
    for (const auto& [name, value] : request_.headers) {
      if (!IsHttpToken(name)) return "malformed-field-name";
    }
    if (origins_.size() > 1) return "duplicate-origin";
    if (is_preflight() && request_methods_.size() > 1) {
      return "duplicate-request-method";
    }
    return "";
  }

  // --- What an application's answer carries ---------------------------------

  void Forward() {
    answer_.forward = true;
    if (policy_ != nullptr && policy_->upstream_keep) {
      answer_.keep_upstream = true;
      return;
    }
    answer_.remove = {kAllowOrigin,        kAllowCredentials, kAllowMethods,
                      kAllowHeaders,       kExposeHeaders,    kMaxAge,
                      kAllowPrivateNetwork};
  }

  void AddVaryAndTiming(bool vary) {
    if (vary) answer_.set.emplace_back(kVary, "Origin");
    const IrNames& timing = policy_->timing_allow_origin;
    if (timing.any) {
      answer_.set.emplace_back(kTimingAllowOrigin, "*");
    } else if (!timing.names.empty()) {
      answer_.set.emplace_back(kTimingAllowOrigin, Join(timing.names, ","));
    }
  }

  void AddExpose() {
    if (policy_->expose_expand) {
      answer_.expose_expand = true;
    } else if (policy_->expose.any) {
      answer_.set.emplace_back(kExposeHeaders, "*");
    } else if (!policy_->expose.names.empty()) {
      answer_.set.emplace_back(kExposeHeaders,
                               Join(policy_->expose.names, ","));
    }
  }

  void NoRoute() {
    if (answer_.kind == "not-cors") {
      answer_.code = NotCorsCode();
      answer_.outcome = "not-applicable";
    } else {
      answer_.code = "no-matching-route";
      answer_.outcome = ir_.unmatched_passthrough ? "not-applicable" : "deny";
    }
    if (ir_.unmatched_passthrough) {
      answer_.forward = true;  // untouched
    } else if (is_preflight()) {
      Hard("no-matching-route");
    } else {
      Forward();
    }
  }

  std::string NotCorsCode() const {
    return request_.method == "OPTIONS" && !request_methods_.empty()
               ? "preflight-without-origin"
               : "not-cors";
  }

  // --- Requests that are no preflight ----------------------------------------

  // Whether `methods_strict` refuses the method of this request.
  bool StrictlyRefused() const {
    if (!policy_->methods_strict || policy_->methods.any) return false;
    const std::string& method = request_.method;
    if (method == "OPTIONS") return false;
    const std::vector<std::string>& listed = policy_->methods.names;
    return !Contains(listed, method) &&
           !(method == "HEAD" && Contains(listed, "GET"));
  }

  void NotCors() {
    answer_.code = NotCorsCode();
    answer_.outcome = "not-applicable";
    Forward();
    if (!policy_->cors) return;
    const bool star = set_->any && !StrictlyRefused();
    if (star) {
      answer_.set.emplace_back(kAllowOrigin, "*");
      AddExpose();
    }
    AddVaryAndTiming(!star);
  }

  // The code that refuses the origin, or empty; then `matched_` is the kind of
  // the rule that allows it.
  std::string OriginError() {
    if (set_->any) {
      matched_ = "any";
      return "";
    }
    const ReferenceOrigin origin = ParseReferenceOrigin(origins_[0]);
    if (!origin.error.empty()) return "malformed-origin:" + origin.error;
    matched_ = MatchOrigin(*set_, regexes_[policy_->origins], origin);
    if (!matched_.empty()) return "";
    return origin.is_null ? "null-origin-not-allowed" : "origin-not-allowed";
  }

  bool IsWebSocket() const {
    for (const std::string& line : LinesOf(request_, "upgrade")) {
      for (const std::string& piece : Split(line, ',')) {
        if (ToLower(Strip(piece)) == "websocket") return true;
      }
    }
    return false;
  }

  // Whether `enforce` lets a refused request through all the same: it comes
  // from the site itself.
  bool IsOwnRequest() const {
    if (Contains(policy_->self_origins, origins_[0])) return true;
    const std::vector<std::string> sites = LinesOf(request_, "sec-fetch-site");
    return sites.size() == 1 &&
           (sites[0] == "same-origin" || sites[0] == "none");
  }

  void Actual() {
    if (!policy_->cors) {
      answer_.code = "cors-disabled";
      answer_.outcome = "deny";
      Forward();
      return;
    }
    std::string refusal = OriginError();
    if (!refusal.empty() && policy_->websocket_check && IsWebSocket()) {
      Refuse("websocket-origin-not-allowed", /*answer_403=*/true);
      return;
    }
    if (refusal.empty() && StrictlyRefused()) {
      refusal = "method-not-allowed:" + request_.method;
    }
    if (!refusal.empty()) {
      Refuse(refusal, policy_->mode == IrMode::kEnforce && !IsOwnRequest());
      return;
    }
    answer_.code = "allow:" + matched_;
    answer_.outcome = "allow";
    Forward();
    answer_.set.emplace_back(kAllowOrigin, set_->any ? "*" : origins_[0]);
    if (policy_->credentials)
      answer_.set.emplace_back(kAllowCredentials, "true");
    AddExpose();
    AddVaryAndTiming(!set_->any);
  }

  void Refuse(const std::string& code, bool answer_403) {
    answer_.code = code;
    answer_.outcome = "deny";
    if (answer_403) {
      answer_.status = 403;
    } else {
      Forward();
    }
    AddVaryAndTiming(true);
  }

  // --- Preflights
  // -------------------------------------------------------------

  std::string PreflightVary() const {
    std::string vary = kPreflightVary;
    if (policy_ != nullptr && policy_->cors && policy_->private_network) {
      vary += ", Access-Control-Request-Private-Network";
    }
    return vary;
  }

  void Hard(const std::string& code) {
    answer_.code = code;
    answer_.outcome = "deny";
    answer_.status = 403;
    answer_.set = {{kVary, PreflightVary()}};
  }

  // What allowed and softly refused preflights have in common, up to
  // Access-Control-Allow-Methods.
  void BeginOkAnswer() {
    answer_.status = policy_->preflight_status;
    answer_.set.emplace_back(kAllowOrigin, set_->any ? "*" : origins_[0]);
    if (policy_->credentials)
      answer_.set.emplace_back(kAllowCredentials, "true");
    if (policy_->methods.any) {
      answer_.set.emplace_back(
          kAllowMethods, policy_->credentials ? request_methods_[0] : "*");
    } else {
      AddList(kAllowMethods, policy_->methods.names);
    }
  }

  void AddList(const char* name, const std::vector<std::string>& list) {
    if (!list.empty()) answer_.set.emplace_back(name, Join(list, ","));
  }

  // `allowed` is what may be said of the asked names when `*` is configured.
  void Soft(const std::string& code, const std::vector<std::string>& allowed) {
    if (!policy_->preflight_diagnostics) {
      Hard(code);
      return;
    }
    answer_.code = code;
    answer_.outcome = "deny";
    BeginOkAnswer();
    AddList(kAllowHeaders,
            policy_->headers.any ? allowed : policy_->headers.names);
    answer_.set.emplace_back(kVary, PreflightVary());
  }

  bool IsAllowedHeader(const std::string& name) const {
    if (IsForbiddenName(name)) return false;
    if (Contains(policy_->headers.names, name)) return true;
    return policy_->headers.any && name != "authorization";
  }

  void Preflight() {
    // 1 is in Run().
    // 2
    if (!policy_->cors) return Hard("cors-disabled");
    // 3 to 5
    if (const std::string code = OriginError(); !code.empty()) {
      return Hard(code);
    }
    // 6
    const std::string& method = request_methods_[0];
    if (method.size() > 32 || !IsHttpToken(method)) {
      return Hard("malformed-request-method");
    }
    // 7
    const std::string lower = ToLower(method);
    if (lower == "connect" || lower == "trace" || lower == "track") {
      return Hard("forbidden-method:" + method);
    }
    // 8
    const bool listed =
        policy_->methods.any || Contains(policy_->methods.names, method);
    if (!listed && IsSafelisted(method) && policy_->methods_strict) {
      return Hard("method-not-allowed:" + method);
    }
    if (!listed && !IsSafelisted(method)) {
      return Soft("method-not-allowed:" + method, {});
    }
    // 9
    const AskedHeaders asked =
        ParseAskedHeaders(LinesOf(request_, "access-control-request-headers"));
    if (!asked.error.empty()) return Hard(asked.error);
    // 10
    std::vector<std::string> allowed;
    std::string refused;
    for (const std::string& name : asked.names) {
      if (IsAllowedHeader(name)) {
        allowed.push_back(name);
      } else if (refused.empty()) {
        refused = name;
      }
    }
    if (!refused.empty()) {
      return Soft("header-not-allowed:" + refused, allowed);
    }
    // 11
    Allow(asked.names);
  }

  void Allow(const std::vector<std::string>& asked) {
    answer_.code = "allow:" + matched_;
    answer_.outcome = "allow";
    BeginOkAnswer();
    if (!policy_->headers.any) {
      AddList(kAllowHeaders, policy_->headers.names);
    } else if (policy_->credentials) {
      AddList(kAllowHeaders, asked);
    } else {
      answer_.set.emplace_back(kAllowHeaders, Contains(asked, "authorization")
                                                  ? "*,authorization"
                                                  : "*");
    }
    if (policy_->private_network) {
      const std::vector<std::string> lines =
          LinesOf(request_, "access-control-request-private-network");
      if (lines.size() == 1 && lines[0] == "true") {
        answer_.set.emplace_back(kAllowPrivateNetwork, "true");
      }
    }
    if (policy_->max_age) {
      answer_.set.emplace_back(kMaxAge, std::to_string(*policy_->max_age));
    }
    answer_.set.emplace_back(kVary, PreflightVary());
  }

  const Ir& ir_;
  const std::vector<CompiledRegexes>& regexes_;
  const ReferenceRequest& request_;
  const std::vector<std::string> origins_;
  const std::vector<std::string> request_methods_;

  ReferenceAnswer answer_;
  const IrPolicy* policy_ = nullptr;
  const IrOriginSet* set_ = nullptr;
  std::string matched_;  // the kind of rule
};

}  // namespace

ReferenceEvaluator::ReferenceEvaluator(const Ir& ir)
    : ir_(ir), regexes_(std::make_unique<Regexes>()) {
  RE2::Options options(RE2::Latin1);
  options.set_never_nl(true);
  options.set_dot_nl(false);
  options.set_never_capture(true);
  options.set_log_errors(false);
  for (const IrOriginSet& set : ir.origin_sets) {
    CompiledRegexes compiled;
    for (const IrRegexRule& rule : set.regex) {
      compiled.push_back(std::make_unique<RE2>(rule.pattern, options));
    }
    regexes_->sets.push_back(std::move(compiled));
  }
}

ReferenceEvaluator::~ReferenceEvaluator() = default;

ReferenceAnswer ReferenceEvaluator::Evaluate(
    const ReferenceRequest& request) const {
  return Evaluation(ir_, regexes_->sets, request).Run();
}

}  // namespace corsac::testing
