// From a route to the requests that a page would send to it.
// Tested by tests/cli/bench_test.cc.
#include "compiler/cli/bench_shapes.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "compiler/fetch/names.h"

namespace corsac::cli {
namespace {

// "/orders/{id}" → "/orders/x1"; "{rest...}" → "x1/x2".
std::string PathOf(const CompiledRoute& route) {
  std::string path;
  std::string_view pattern = route.pattern;
  while (!pattern.empty()) {
    const std::size_t open = std::min(pattern.find('{'), pattern.size());
    path += pattern.substr(0, open);
    pattern.remove_prefix(open);
    const std::size_t close = pattern.find('}');
    if (close == std::string_view::npos) break;
    path += pattern.substr(0, close).ends_with("...") ? "x1/x2" : "x1";
    pattern.remove_prefix(close + 1);
  }
  return path;
}

std::string HostOf(const CompiledRoute& route) {
  if (route.host.empty()) return "api.invalid";
  if (route.host.starts_with("*.")) return "x" + route.host.substr(1);
  return route.host;
}

std::string ActualMethod(const CompiledRoute& route,
                         const CompiledPolicy& policy) {
  if (!route.for_methods.empty()) return route.for_methods.front();
  const bool get_is_fine = !policy.methods_strict || policy.methods_any ||
                           policy.methods.Contains("GET") ||
                           policy.methods.empty();
  return get_is_fine ? "GET" : policy.methods.names().front();
}

std::string AskedMethod(const CompiledRoute& route,
                        const CompiledPolicy& policy) {
  if (!route.for_methods.empty()) return route.for_methods.front();
  return policy.methods.empty() ? "GET" : policy.methods.names().front();
}

// A method that the policy refuses; empty if it refuses none.
std::string OtherMethod(const CompiledPolicy& policy) {
  if (policy.methods_any) return "";
  for (const std::string_view method : {"PATCH", "DELETE", "PUT"}) {
    if (!policy.methods.Contains(method)) return std::string(method);
  }
  return "CORSAC-BENCH";
}

// Up to three headers that the policy allows, as browsers list them: sorted.
std::string AskedHeaders(const CompiledPolicy& policy) {
  std::vector<std::string> names;
  for (const std::string& name : policy.headers.names()) {
    if (names.size() < 3 && !IsForbiddenRequestHeader(name)) {
      names.push_back(name);
    }
  }
  if (names.empty() && policy.headers_any) names.emplace_back("x-bench");
  std::ranges::sort(names);
  std::string text;
  for (const std::string& name : names)
    text += (text.empty() ? "" : ",") + name;
  return text;
}

constexpr std::string_view kUserAgent =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0.0.0 Safari/537.36";

// What every request of a Chromium ends with.
void AppendLastLines(RequestLines* lines) {
  lines->fields.insert(lines->fields.end(),
                       {{"Sec-Fetch-Dest", "empty"},
                        {"Referer", "https://app.example.com/"},
                        {"Accept-Encoding", "gzip, deflate, br, zstd"},
                        {"Accept-Language", "en-US,en;q=0.9"}});
}

// The lines of a Chromium, in its order: finding those that matter is a part of
// what a decision costs.
RequestLines PreflightLines(bool asks_headers) {
  RequestLines lines;
  lines.fields = {
      {"Host", ""},           {"Connection", "keep-alive"},
      {"Pragma", "no-cache"}, {"Cache-Control", "no-cache"},
      {"Accept", "*/*"},      {"Access-Control-Request-Method", ""}};
  lines.host = 0;
  lines.asked_method = 5;
  if (asks_headers) {
    lines.asked_headers = lines.fields.size();
    lines.fields.push_back({"Access-Control-Request-Headers", ""});
  }
  lines.origin = lines.fields.size();
  lines.fields.insert(lines.fields.end(), {{"Origin", ""},
                                           {"User-Agent", kUserAgent},
                                           {"Sec-Fetch-Mode", "cors"},
                                           {"Sec-Fetch-Site", "cross-site"}});
  AppendLastLines(&lines);
  return lines;
}

RequestLines ActualLines(bool has_origin) {
  RequestLines lines;
  lines.fields = {{"Host", ""},
                  {"Connection", "keep-alive"},
                  {"sec-ch-ua-platform", "\"Linux\""},
                  {"Authorization", "Bearer 0123456789abcdef0123456789abcdef"},
                  {"User-Agent", kUserAgent},
                  {"sec-ch-ua", R"("Chromium";v="140", "Not=A?Brand";v="24")"},
                  {"sec-ch-ua-mobile", "?0"},
                  {"Accept", "application/json"}};
  lines.host = 0;
  if (has_origin) {
    lines.origin = lines.fields.size();
    lines.fields.push_back({"Origin", ""});
  }
  lines.fields.push_back(
      {"Sec-Fetch-Site", has_origin ? "cross-site" : "same-origin"});
  lines.fields.push_back({"Sec-Fetch-Mode", "cors"});
  AppendLastLines(&lines);
  return lines;
}

}  // namespace

RequestView RequestShape::With(std::string_view origin) const {
  std::vector<HeaderField>& fields = lines_->fields;
  fields[lines_->host].value = values_.host;
  if (lines_->origin != RequestLines::kNone) {
    fields[lines_->origin].value = origin;
  }
  if (lines_->asked_method != RequestLines::kNone) {
    fields[lines_->asked_method].value = values_.asked_method;
  }
  if (lines_->asked_headers != RequestLines::kNone) {
    fields[lines_->asked_headers].value = values_.asked_headers;
  }
  return {values_.method, values_.host, values_.target, fields};
}

ShapeMaker::ShapeMaker(const PolicyTable& table, BenchRows* rows)
    : table_(table),
      shapes_(&rows->shapes),
      preflight_(&rows->lines.emplace_back(PreflightLines(false))),
      preflight_headers_(&rows->lines.emplace_back(PreflightLines(true))),
      actual_(&rows->lines.emplace_back(ActualLines(true))),
      without_origin_(&rows->lines.emplace_back(ActualLines(false))) {}

bool ShapeMaker::Add(const CompiledRoute& route, ShapeKind kind) {
  const CompiledPolicy& policy = table_.PolicyOf(route);
  RequestShape::Values values;
  values.host = HostOf(route);
  values.target = PathOf(route);
  if (kind == ShapeKind::kNoRoutePreflight ||
      kind == ShapeKind::kNoRouteActual) {
    values.target = "/corsac-bench/no-such-route";
  }
  if (kind == ShapeKind::kActual || kind == ShapeKind::kNoRouteActual ||
      kind == ShapeKind::kWithoutOrigin) {
    values.method = ActualMethod(route, policy);
    shapes_->emplace_back(
        &route, kind == ShapeKind::kWithoutOrigin ? without_origin_ : actual_,
        std::move(values));
    return true;
  }
  values.method = "OPTIONS";
  values.asked_method = kind == ShapeKind::kOtherMethod
                            ? OtherMethod(policy)
                            : AskedMethod(route, policy);
  values.asked_headers = AskedHeaders(policy);
  if (kind == ShapeKind::kOtherHeader) {
    if (policy.headers_any) return false;
    values.asked_headers +=
        values.asked_headers.empty() ? "x-corsac-bench" : ",x-corsac-bench";
  }
  if (values.asked_method.empty()) return false;
  shapes_->emplace_back(
      &route, values.asked_headers.empty() ? preflight_ : preflight_headers_,
      std::move(values));
  return true;
}

std::optional<std::uint32_t> ShapeMaker::Get(const CompiledRoute& route,
                                             ShapeKind kind) {
  const std::pair<const CompiledRoute*, ShapeKind> key(&route, kind);
  if (const auto made = made_.find(key); made != made_.end()) {
    return made->second;
  }
  std::size_t& count = counts_[kind];
  if (count == kMaxShapes || !Add(route, kind)) return std::nullopt;
  ++count;
  const auto index = static_cast<std::uint32_t>(shapes_->size() - 1);
  made_.emplace(key, index);
  return index;
}

}  // namespace corsac::cli
