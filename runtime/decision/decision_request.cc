// Requests that are asked about: taking URLs apart, finding the host.
// Tested by tests/runtime/decision_json_test.cc.
#include "runtime/decision/decision_request.h"

#include <charconv>
#include <cstdint>

#include "compiler/fetch/names.h"
#include "runtime/decision/printable.h"

namespace corsac {
namespace {

std::string Lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = AsciiLower(c);
  return out;
}

// The authority as a browser would write it after "://" in an Origin: no
// default port, lower-case. A port that is no number is kept as it is.
std::string OriginAuthority(const std::string& scheme,
                            std::string_view authority) {
  std::string lower = Lower(authority);
  const std::size_t colon = lower.rfind(':');
  if (colon == std::string::npos ||
      lower.find(']', colon) != std::string::npos) {
    return lower;
  }
  std::string_view port = std::string_view(lower).substr(colon + 1);
  while (port.size() > 1 && port.front() == '0') port.remove_prefix(1);
  const std::string_view standard = scheme == "https" ? "443" : "80";
  std::string out = lower.substr(0, colon);
  if (!port.empty() && port != standard) out.append(":").append(port);
  return out;
}

bool IsPort(std::string_view text) {
  std::uint32_t value = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  return error == std::errc() && rest == end && value <= 65'535;
}

// Says what is wrong with `authority`, or nothing.
std::string AuthorityMistake(std::string_view authority) {
  if (authority.find('@') != std::string_view::npos) {
    return "must not hold a user name or password (an `@` before the path)";
  }
  for (const char c : authority) {
    if (c <= 0x20 || c == 0x7F || c == '\\') {
      return "has a byte in its host that cannot be there: `" +
             Printable(authority, 120) + "`";
    }
  }
  std::string_view host = authority;
  std::string_view port;
  bool has_port = false;
  const std::size_t bracket = authority.rfind(']');
  const std::size_t colon = authority.rfind(':');
  if (colon != std::string_view::npos &&
      (bracket == std::string_view::npos || colon > bracket)) {
    host = authority.substr(0, colon);
    port = authority.substr(colon + 1);
    has_port = true;
  }
  if (host.empty()) return "has no host";
  if (has_port && !port.empty() && !IsPort(port)) {
    return "has a port that is not a number up to 65535: `" +
           Printable(port, 40) + "`";
  }
  return {};
}

}  // namespace

Result<UrlParts> SplitUrl(std::string_view url) {
  UrlParts parts;
  const std::size_t colon = url.find("://");
  if (colon != std::string_view::npos) {
    parts.scheme = Lower(url.substr(0, colon));
  }
  if (parts.scheme != "http" && parts.scheme != "https") {
    return Error{"must be an absolute http or https URL, not `" +
                 Printable(url, 120) + "`"};
  }
  std::string_view rest = url.substr(colon + 3);
  rest = rest.substr(0, rest.find('#'));
  const std::size_t end = rest.find_first_of("/?");
  const std::string_view authority = rest.substr(0, end);
  if (std::string mistake = AuthorityMistake(authority); !mistake.empty()) {
    return Error{std::move(mistake)};
  }
  parts.authority = std::string(authority);
  if (end != std::string_view::npos) parts.target = rest.substr(end);
  // "?x" after the host stands for "/?x".
  if (parts.target.empty() || parts.target.front() == '?') {
    parts.target.insert(0, 1, '/');
  }
  parts.origin =
      parts.scheme + "://" + OriginAuthority(parts.scheme, authority);
  return parts;
}

DecisionRequest::DecisionRequest(std::string method, std::string host,
                                 std::string target, Headers headers)
    : method_(std::move(method)),
      host_(std::move(host)),
      target_(std::move(target)),
      headers_(std::move(headers)) {
  fields_.reserve(headers_.size());
  for (const auto& [name, value] : headers_) {
    fields_.push_back(HeaderField{name, value});
  }
}

Result<DecisionRequest> DecisionRequest::FromUrl(std::string method,
                                                 std::string_view url,
                                                 Headers headers) {
  Result<UrlParts> parts = SplitUrl(url);
  if (!parts) return Error{"`url` " + parts.error().message};
  DecisionRequest request(std::move(method), std::move(parts->authority),
                          std::move(parts->target), std::move(headers));
  request.url_ = std::string(url.substr(0, url.find('#')));
  request.url_origin_ = std::move(parts->origin);
  return request;
}

Result<DecisionRequest> DecisionRequest::FromTarget(
    std::string method, std::optional<std::string> host, std::string target,
    Headers headers) {
  if (!host) {
    std::size_t lines = 0;
    for (const auto& [name, value] : headers) {
      if (!EqualsIgnoreCase(name, "Host")) continue;
      ++lines;
      host = std::string(StripBlanks(value));
    }
    if (lines > 1) {
      return Error{"`headers` has " + std::to_string(lines) +
                   " Host lines; a request has one"};
    }
  }
  return DecisionRequest(std::move(method), host ? std::move(*host) : "",
                         std::move(target), std::move(headers));
}

}  // namespace corsac
