// The guards of the admin API.
// Tested by tests/runtime/admin_parts_test.cc and tests/e2e/admin_http_test.cc.
#include "runtime/admin/guard.h"

#include <algorithm>
#include <charconv>

namespace corsac {
namespace {

std::string LowerCase(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

// Decimal, no sign, no leading zeros, at most `most`.
std::optional<unsigned> ParseNumber(std::string_view text, unsigned most) {
  unsigned value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return {};
  if (value > most || (text.size() > 1 && text[0] == '0')) return {};
  return value;
}

// 127.0.0.0/8, as a dotted quad.
bool IsLoopbackQuad(std::string_view host) {
  if (!host.starts_with("127.")) return false;
  int parts = 0;
  for (;;) {
    const std::size_t dot = std::min(host.find('.'), host.size());
    if (dot == 0 || !ParseNumber(host.substr(0, dot), 255)) return false;
    ++parts;
    if (dot == host.size()) return parts == 4;
    host.remove_prefix(dot + 1);
  }
}

struct HostPort {
  std::string host;  // lower-case, brackets taken off
  std::optional<std::uint16_t> port;
};

// "host", "host:port", "[v6]" or "[v6]:port".
std::optional<HostPort> SplitAuthority(std::string_view text) {
  HostPort result;
  std::string_view rest;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    result.host = LowerCase(text.substr(1, end - 1));
    rest = text.substr(end + 1);
  } else {
    const std::size_t colon = std::min(text.find(':'), text.size());
    result.host = LowerCase(text.substr(0, colon));
    rest = text.substr(colon);
  }
  if (rest.empty()) return result;
  const auto port = ParseNumber(rest.substr(1), 65'535);
  if (rest[0] != ':' || !port) return std::nullopt;
  result.port = static_cast<std::uint16_t>(*port);
  return result;
}

bool IsLoopback(std::string_view host) {
  return host == "localhost" || host == "::1" || IsLoopbackQuad(host);
}

}  // namespace

std::string AdminAddress::Authority() const {
  const bool v6 = host.find(':') != std::string::npos;
  return (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

Result<AdminAddress> ParseAdminAddress(std::string_view text) {
  const std::optional<HostPort> parts = SplitAuthority(text);
  if (!parts || !parts->port) {
    return Error{"`" + std::string(text) +
                 "` is not ADDR:PORT, such as 127.0.0.1:8481 or [::1]:8481"};
  }
  if (!IsLoopback(parts->host) ||
      (parts->host == "::1") != text.starts_with('[')) {
    return Error{
        "`" + std::string(text) +
        "` is not an address of loopback: the admin API has no "
        "authentication, so it listens on 127.0.0.0/8 or [::1] only; to "
        "reach it from elsewhere, put something in front that authenticates"};
  }
  AdminAddress address;
  address.host = parts->host == "localhost" ? "127.0.0.1" : parts->host;
  address.port = *parts->port;
  return address;
}

std::optional<std::string> CheckGuard(const std::vector<std::string>& hosts,
                                      const std::vector<std::string>& origins,
                                      std::uint16_t port) {
  if (hosts.size() != 1) return "there must be exactly one Host line";
  const std::optional<HostPort> host = SplitAuthority(hosts[0]);
  if (!host || !IsLoopback(host->host) || host->port.value_or(port) != port) {
    return "the Host line does not name this server: it must be localhost or "
           "an address of loopback, with port " +
           std::to_string(port) + " or none";
  }
  if (origins.empty()) return std::nullopt;
  constexpr std::string_view kScheme = "http://";
  if (origins.size() == 1 && origins[0].starts_with(kScheme)) {
    const std::optional<HostPort> origin =
        SplitAuthority(std::string_view(origins[0]).substr(kScheme.size()));
    if (origin && origin->host == host->host &&
        origin->port.value_or(80) == port) {
      return std::nullopt;
    }
  }
  return "the Origin line does not name this server: web pages of other "
         "origins may not use the admin API";
}

}  // namespace corsac
