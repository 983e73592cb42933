// Tested by tests/runtime/listen_address_test.cc.
#include "runtime/http/listen_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <charconv>

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

// An address of `family` in its shortest form, or nothing. With inet_pton(3),
// since Poco reads "127.1" as well, and takes "::" for no address.
std::string PlainAddress(int family, const std::string& text) {
  in6_addr address{};  // an in_addr is smaller
  std::array<char, INET6_ADDRSTRLEN> plain{};
  if (inet_pton(family, text.c_str(), &address) != 1) return {};
  inet_ntop(family, &address, plain.data(), plain.size());
  return plain.data();
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
  address.host =
      PlainAddress(bracketed ? AF_INET6 : AF_INET, std::string(host));
  if (address.host.empty()) {
    return wrong(
        "the address is an IPv4 address, or an IPv6 address in brackets");
  }
  return address;
}

}  // namespace corsac
