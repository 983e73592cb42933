// Ast → Model.
// Entry: Resolve(). Tested by tests/compiler/resolve_test.cc.
#include "compiler/model/resolve.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/limits.h"
#include "compiler/model/path_pattern.h"
#include "compiler/model/resolve_steps.h"
#include "compiler/origins/written_text.h"

namespace corsac {
namespace internal {

LeftOut::LeftOut(const FindingSink& sink) {
  for (const Finding& finding : sink.findings()) {
    if (finding.code != Code::kWrongType) continue;
    places_[finding.span.file].push_back(finding.span.begin);
  }
  for (auto& [file, places] : places_) std::sort(places.begin(), places.end());
}

bool LeftOut::Any(std::uint32_t file, std::uint32_t begin,
                  std::uint32_t end) const {
  const auto found = places_.find(file);
  if (found == places_.end()) return false;
  const auto first =
      std::lower_bound(found->second.begin(), found->second.end(), begin);
  return first != found->second.end() && *first < end;
}

}  // namespace internal

namespace {

using internal::ResolveState;

// `field` = the value of `fields` if there is one and none was taken before.
template <class T>
void Inherit(const T*& field, const std::optional<T>& value) {
  if (field == nullptr && value) field = &*value;
}

// Fills in what `from` has and `to` does not.
void InheritFields(ModelFields& to, const AstPolicyFields& from) {
  Inherit(to.origins, from.origins);
  Inherit(to.credentials, from.credentials);
  Inherit(to.methods, from.methods);
  Inherit(to.methods_strict, from.methods_strict);
  Inherit(to.headers, from.headers);
  Inherit(to.expose, from.expose);
  Inherit(to.expose_mode, from.expose_mode);
  Inherit(to.max_age, from.max_age);
  Inherit(to.preflight_status, from.preflight_status);
  Inherit(to.preflight_diagnostics, from.preflight_diagnostics);
  Inherit(to.mode, from.mode);
  Inherit(to.self_origins, from.self_origins);
  Inherit(to.allow_null, from.allow_null);
  Inherit(to.allow_file, from.allow_file);
  Inherit(to.private_network, from.private_network);
  Inherit(to.timing_allow_origin, from.timing_allow_origin);
  Inherit(to.upstream_cors, from.upstream_cors);
  Inherit(to.websocket_origin, from.websocket_origin);
}

class RouteResolver {
 public:
  explicit RouteResolver(ResolveState& state) : state_(state) {}

  void ResolveAll();

 private:
  void ResolveRoute(const AstFile& file, const AstRoute& route,
                    std::uint32_t region_end);
  void ResolveId(const AstFile& file, const AstRoute& route,
                 ModelRoute& resolved);
  void ResolvePlace(const AstRoute& route, ModelRoute& resolved);
  void ReportNoPath(const AstRoute& route, std::uint32_t region_end);
  void ReportNoOrigins(const AstFile& file, const AstRoute& route,
                       const AstPolicy* policy, std::uint32_t region_end);
  const AstPolicy* FindPolicy(const AstString& name);
  void ReportNoEffect(const AstRoute& route);

  ResolveState& state_;
  std::unordered_map<std::string_view, Span> ids_;
};

void RouteResolver::ResolveAll() {
  std::size_t total = 0;
  for (const AstFile& file : state_.ast.files) {
    for (const AstRoute& route : file.routes) {
      if (++total != kMaxRoutes + 1) continue;
      state_.reporter.Report(
          Code::kLimit, route.span,
          "more than " + std::to_string(kMaxRoutes) + " routes",
          "merge routes with `{name}` and `{rest...}`, or split the rules "
          "between servers");
      return;
    }
  }
  state_.model.routes.reserve(total);
  for (const AstFile& file : state_.ast.files) {
    for (std::size_t i = 0; i < file.routes.size(); ++i) {
      const Reporter::RouteScope scope(state_.reporter, file.routes[i]);
      ResolveRoute(file, file.routes[i],
                   i + 1 < file.routes.size() ? file.routes[i + 1].span.begin
                                              : 0xFFFF'FFFF);
    }
  }
}

void RouteResolver::ResolveId(const AstFile& file, const AstRoute& route,
                              ModelRoute& resolved) {
  if (!route.id) {
    const std::string& name = state_.sources.files()[file.file].name();
    resolved.id = name.substr(name.find_last_of('/') + 1) + ":" +
                  std::to_string(route.position);
    return;
  }
  resolved.id = route.id->value;
  internal::CheckName(*route.id, "route", state_.reporter);
  const auto [first, added] = ids_.emplace(route.id->value, route.id->span);
  if (added) return;
  internal::ReportTwice(*route.id, first->second, "route", state_.reporter);
}

void RouteResolver::ReportNoPath(const AstRoute& route,
                                 std::uint32_t region_end) {
  if (state_.left_out.Any(route.span.file, route.span.begin, region_end)) {
    return;
  }
  if (route.last_in_file) {
    state_.reporter.Report(
        Code::kTruncated, route.span,
        "the file ends inside this route, before its `path`; was it cut off?",
        "restore the file, or give the route a `path`");
    return;
  }
  state_.reporter.Report(Code::kMissingKey, route.span, "route has no `path`",
                         "say which paths it is for: `path = \"/api/"
                         "{rest...}\"`, or `\"/{rest...}\"` for all");
}

void RouteResolver::ResolvePlace(const AstRoute& route, ModelRoute& resolved) {
  std::vector<Finding> findings;
  if (route.path) {
    auto segments = ParsePathPattern(
        WrittenText::OfTomlString(state_.sources, route.path->value,
                                  route.path->span),
        &findings);
    resolved.well_formed = segments.has_value();
    if (segments) resolved.segments = *std::move(segments);
  }
  if (route.host) {
    auto host = ParseHostPattern(
        WrittenText::OfTomlString(state_.sources, route.host->value,
                                  route.host->span),
        &findings);
    resolved.well_formed &= host.has_value();
    if (host) resolved.host = *std::move(host);
  }
  state_.reporter.Report(std::move(findings));
}

const AstPolicy* RouteResolver::FindPolicy(const AstString& name) {
  const auto found = state_.policies.find(name.value);
  if (found != state_.policies.end()) return found->second;
  if (!state_.complete) return nullptr;
  std::vector<std::string_view> known;
  if (state_.policies.size() <= internal::kMaxSuggestions) {
    for (const auto& [policy_name, policy] : state_.policies) {
      known.push_back(policy_name);
    }
  }
  state_.reporter.Report(
      Code::kUnknownName, name.span, "there is no policy " + Quoted(name.value),
      internal::HelpForUnknown(name.value, known,
                               "define it: `[policies." + name.value + "]`"));
  return nullptr;
}

void RouteResolver::ReportNoOrigins(const AstFile& file, const AstRoute& route,
                                    const AstPolicy* policy,
                                    std::uint32_t region_end) {
  if (state_.left_out.Any(file.file, route.span.begin, region_end)) return;
  // Reported as a file that was cut off.
  if (!route.path && route.last_in_file) return;
  // Where its origins could have come from, something was left out.
  if (policy != nullptr &&
      state_.left_out.Any(policy->span.file, policy->span.begin, 0xFFFF'FFFF)) {
    return;
  }
  if (file.defaults && state_.left_out.Any(file.file, 0, 0xFFFF'FFFF)) return;
  if (route.policy && policy == nullptr) return;  // reported as unknown
  state_.reporter.Report(
      Code::kNoOrigins, route.span, "route has no `origins`",
      std::string("say who may call: `origins = "
                  "[\"https://app.example.com\"]`, or `cors = false` for "
                  "nobody") +
          (route.last_in_file ? "; if the file was cut off here, restore it"
                              : ""));
}

void RouteResolver::ReportNoEffect(const AstRoute& route) {
  std::string keys;
  Span first;
  const auto note = [&](std::string_view key, Span span) {
    if (!first.has_file() || span.begin < first.begin) first = span;
    if (!keys.empty()) keys += ", ";
    keys += "`" + std::string(key) + "`";
  };
  if (route.policy) note("policy", route.policy->key_span);
  ForEachField(route.fields, [&](std::string_view key, const auto& value) {
    if (value) note(key, value->key_span);
  });
  if (keys.empty()) return;
  state_.reporter.Report(Code::kNoEffect, first,
                         keys + " without effect: `cors = false`",
                         "remove what has no effect, or the `cors = false`");
}

void RouteResolver::ResolveRoute(const AstFile& file, const AstRoute& route,
                                 std::uint32_t region_end) {
  ModelRoute resolved;
  resolved.file = &file;
  resolved.ast = &route;
  resolved.cors = !route.cors || route.cors->value;
  ResolveId(file, route, resolved);
  ResolvePlace(route, resolved);
  if (!route.path) ReportNoPath(route, region_end);
  const AstPolicy* policy = route.policy ? FindPolicy(*route.policy) : nullptr;
  if (resolved.cors) {
    InheritFields(resolved.fields, route.fields);
    if (policy != nullptr) InheritFields(resolved.fields, policy->fields);
    if (file.defaults) InheritFields(resolved.fields, *file.defaults);
    Inherit(resolved.fields.methods, route.for_methods);
    if (resolved.fields.origins == nullptr) {
      ReportNoOrigins(file, route, policy, region_end);
    }
  } else {
    ReportNoEffect(route);
  }
  state_.model.routes.push_back(std::move(resolved));
}

}  // namespace

bool HoldsAny(const AstStrings* value) {
  return value != nullptr &&
         std::any_of(value->items.begin(), value->items.end(),
                     [](const AstString& item) { return item.value == "*"; });
}

std::string ModelRoute::Name() const { return Quoted(id); }

std::optional<std::string> SetNameOf(const AstOrigin& entry) {
  if (entry.form != AstOrigin::Form::kText) return std::nullopt;
  constexpr std::string_view kBlanks = " \t\r\n\v\f";
  const std::string_view text = entry.text.value;
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos || text[begin] != '@') {
    return std::nullopt;
  }
  const std::size_t end = text.find_last_not_of(kBlanks) + 1;
  return std::string(text.substr(begin + 1, end - begin - 1));
}

Model Resolve(const Ast& ast, SourceSet& sources, FindingSink& sink,
              Reporter& reporter) {
  ResolveState state{ast,  sources, reporter, internal::LeftOut(sink),
                     true, {},      {},       {}};
  state.model.ast = &ast;
  const auto rule_files =
      std::count_if(sources.files().begin(), sources.files().end(),
                    [](const SourceFile& file) { return file.is_rule_file(); });
  state.complete = ast.files.size() == static_cast<std::size_t>(rule_files);
  const bool clean = !reporter.has_errors();
  internal::ResolveFiles(state);
  internal::ResolveNames(state);
  RouteResolver(state).ResolveAll();
  const bool routes =
      std::any_of(ast.files.begin(), ast.files.end(),
                  [](const AstFile& file) { return !file.routes.empty(); });
  if (clean && state.complete && !routes) {
    Span span;
    if (!ast.files.empty()) span = Span{ast.files.front().file, 0, 0};
    reporter.Report(Code::kEmpty, span, "there is no route in these rules",
                    "add a `[[route]]` with a `path` and `origins`");
  }
  return std::move(state.model);
}

}  // namespace corsac
