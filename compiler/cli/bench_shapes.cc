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

// The lines of a Chromium, in its order: finding those that matter is a part of
// what a decision costs.
RequestShape::Lines PreflightLines(std::string host, std::string method,
                                   std::string headers) {
  RequestShape::Lines lines = {
      {"Host", std::move(host)},
      {"Connection", "keep-alive"},
      {"Pragma", "no-cache"},
      {"Cache-Control", "no-cache"},
      {"Accept", "*/*"},
      {"Access-Control-Request-Method", std::move(method)}};
  if (!headers.empty()) {
    lines.emplace_back("Access-Control-Request-Headers", std::move(headers));
  }
  lines.emplace_back("Origin", "");
  lines.emplace_back("User-Agent", kUserAgent);
  lines.emplace_back("Sec-Fetch-Mode", "cors");
  lines.emplace_back("Sec-Fetch-Site", "cross-site");
  lines.emplace_back("Sec-Fetch-Dest", "empty");
  lines.emplace_back("Referer", "https://app.example.com/");
  lines.emplace_back("Accept-Encoding", "gzip, deflate, br, zstd");
  lines.emplace_back("Accept-Language", "en-US,en;q=0.9");
  return lines;
}

RequestShape::Lines ActualLines(std::string host, bool origin) {
  RequestShape::Lines lines = {
      {"Host", std::move(host)},
      {"Connection", "keep-alive"},
      {"sec-ch-ua-platform", "\"Linux\""},
      {"Authorization", "Bearer 0123456789abcdef0123456789abcdef"},
      {"User-Agent", std::string(kUserAgent)},
      {"sec-ch-ua", R"("Chromium";v="140", "Not=A?Brand";v="24")"},
      {"sec-ch-ua-mobile", "?0"},
      {"Accept", "application/json"}};
  if (origin) lines.emplace_back("Origin", "");
  lines.emplace_back("Sec-Fetch-Site", origin ? "cross-site" : "same-origin");
  lines.emplace_back("Sec-Fetch-Mode", "cors");
  lines.emplace_back("Sec-Fetch-Dest", "empty");
  lines.emplace_back("Referer", "https://app.example.com/");
  lines.emplace_back("Accept-Encoding", "gzip, deflate, br, zstd");
  lines.emplace_back("Accept-Language", "en-US,en;q=0.9");
  return lines;
}

}  // namespace

RequestShape::RequestShape(const CompiledRoute* route, std::string method,
                           std::string host, std::string target, Lines lines)
    : route_(route),
      method_(std::move(method)),
      host_(std::move(host)),
      target_(std::move(target)),
      lines_(std::move(lines)),
      origin_line_(lines_.size()) {
  fields_.reserve(lines_.size());
  for (const auto& [name, value] : lines_) {
    if (name == "Origin") origin_line_ = fields_.size();
    fields_.push_back({name, value});
  }
}

bool ShapeMaker::Add(const CompiledRoute& route, ShapeKind kind) {
  const CompiledPolicy& policy = table_.PolicyOf(route);
  const std::string host = HostOf(route);
  std::string target = PathOf(route);
  if (kind == ShapeKind::kNoRoutePreflight ||
      kind == ShapeKind::kNoRouteActual) {
    target = "/corsac-bench/no-such-route";
  }
  if (kind == ShapeKind::kActual || kind == ShapeKind::kNoRouteActual ||
      kind == ShapeKind::kWithoutOrigin) {
    shapes_->emplace_back(&route, ActualMethod(route, policy), host, target,
                          ActualLines(host, kind != ShapeKind::kWithoutOrigin));
    return true;
  }
  std::string method = AskedMethod(route, policy);
  std::string headers = AskedHeaders(policy);
  if (kind == ShapeKind::kOtherMethod) method = OtherMethod(policy);
  if (kind == ShapeKind::kOtherHeader) {
    if (policy.headers_any) return false;
    headers += headers.empty() ? "x-corsac-bench" : ",x-corsac-bench";
  }
  if (method.empty()) return false;
  shapes_->emplace_back(
      &route, "OPTIONS", host, target,
      PreflightLines(host, std::move(method), std::move(headers)));
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
