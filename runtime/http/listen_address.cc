// Tested by tests/runtime/listen_address_test.cc.
#include "runtime/http/listen_address.h"

#include <Poco/Net/IPAddress.h>
#include <sys/un.h>

#include <charconv>
#include <limits>

namespace corsac {
namespace {

constexpr std::string_view kUnixPrefix = "unix:";

Result<ListenAddress> ParseUnix(std::string_view path) {
  // One byte is the end of the string.
  constexpr std::size_t kMax = sizeof(sockaddr_un::sun_path) - 1;
  if (path.empty() || path.front() != '/') {
    return Error{"`unix:` takes an absolute path, as in unix:/run/corsac.sock"};
  }
  if (path.size() > kMax) {
    return Error{"the path of a Unix socket has at most " +
                 std::to_string(kMax) + " bytes"};
  }
  ListenAddress address;
  address.path = path;
  return address;
}

}  // namespace

std::string ListenAddress::Text() const {
  if (is_unix()) return std::string(kUnixPrefix) + path;
  const bool v6 = host.find(':') != std::string::npos;
  return (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

Result<ListenAddress> ParseListenAddress(std::string_view text) {
  if (text.substr(0, kUnixPrefix.size()) == kUnixPrefix) {
    return ParseUnix(text.substr(kUnixPrefix.size()));
  }
  const auto wrong = [&](std::string_view why) {
    return Error{"`" + std::string(text) +
                 "` is not ADDR:PORT or unix:PATH: " + std::string(why)};
  };
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return wrong("there is no port");
  const std::string_view digits = text.substr(colon + 1);
  ListenAddress address;
  const auto [end, error] = std::from_chars(
      digits.data(), digits.data() + digits.size(), address.port);
  if (digits.empty() || error != std::errc() ||
      end != digits.data() + digits.size()) {
    return wrong("the port is a number from 0 to 65535");
  }
  std::string_view host = text.substr(0, colon);
  const bool bracketed =
      host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (host == "localhost") host = "127.0.0.1";
  Poco::Net::IPAddress parsed;
  if (!Poco::Net::IPAddress::tryParse(std::string(host), parsed) ||
      bracketed != (parsed.family() == Poco::Net::AddressFamily::IPv6)) {
    return wrong(
        "the address is an IPv4 address, or an IPv6 address in brackets");
  }
  address.host = parsed.toString();
  return address;
}

}  // namespace corsac
