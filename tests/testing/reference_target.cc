// The reference reading of host and path, one textual step after the other.
// Tested by tests/reference_test.cc.
#include "tests/testing/reference_target.h"

#include <cstddef>
#include <cstdlib>
#include <optional>
#include <vector>

#include "tests/testing/reference_text.h"

namespace corsac::testing {
namespace {

struct Authority {
  std::string host;
  std::string port;  // as written, without the colon
};

// Where the host ends: at the first colon that is not within brackets.
std::size_t HostEnd(const std::string& authority) {
  const std::size_t close = authority.rfind(']');
  return authority.find(':', close == std::string::npos ? 0 : close);
}

// Lower case, the port taken off, one trailing dot dropped. What is no host
// name at all is taken as it is: no route has it.
Authority ReadAuthority(const std::string& text) {
  Authority authority;
  const std::size_t end = HostEnd(text);
  authority.host = ToLower(text.substr(0, end));
  if (end != std::string::npos) authority.port = text.substr(end + 1);
  if (!authority.host.empty() && authority.host.back() == '.') {
    authority.host.pop_back();
  }
  return authority;
}

// %XX of an unreserved character becomes that character; any other escape
// stays; what is no escape makes the path invalid.
std::optional<std::string> DecodeUnreserved(const std::string& path) {
  std::string decoded;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i] != '%') {
      decoded += path[i];
      continue;
    }
    const std::string digits = path.substr(i + 1, 2);
    if (digits.size() != 2 || !IsHex(ToLower(digits))) return std::nullopt;
    const auto value = std::strtol(digits.c_str(), nullptr, 16);
    const char byte = static_cast<char>(value);
    const bool unreserved =
        value > 0 && value < 0x7F &&
        std::string_view("abcdefghijklmnopqrstuvwxyz0123456789-._~")
                .find(ToLower(std::string(1, byte))) != std::string_view::npos;
    if (unreserved) {
      decoded += byte;
    } else {
      decoded += '%' + digits;
    }
    i += 2;
  }
  return decoded;
}

std::string MergeSlashes(std::string path) {
  for (std::size_t at = path.find("//"); at != std::string::npos;
       at = path.find("//", at)) {
    path.erase(at, 1);
  }
  return path;
}

// RFC 3986, section 5.2.4: what is left of the segments, never above the root.
std::string RemoveDotSegments(const std::string& path) {
  const std::vector<std::string> segments = Split(path.substr(1), '/');
  std::vector<std::string> kept;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const bool last = i + 1 == segments.size();
    const bool up = segments[i] == "..";
    if (up && !kept.empty()) kept.pop_back();
    if (!up && segments[i] != ".") {
      kept.push_back(segments[i]);
    } else if (last) {
      kept.emplace_back();  // "/a/." and "/a/b/.." keep their last slash
    }
  }
  return "/" + Join(kept, "/");
}

// Takes scheme and authority off an absolute target. False if that leads to no
// route.
bool TakeAuthority(std::string* target, std::string* host) {
  const std::string lower = ToLower(*target);
  std::string default_port;
  std::size_t begin = 0;
  if (lower.starts_with("http://")) {
    default_port = "80";
    begin = 7;
  } else if (lower.starts_with("https://")) {
    default_port = "443";
    begin = 8;
  } else {
    return false;
  }
  const std::size_t end = target->find_first_of("/?", begin);
  const std::string text = target->substr(
      begin, end == std::string::npos ? std::string::npos : end - begin);
  if (text.find('@') != std::string::npos) return false;
  if (text.empty() || HostEnd(text) == 0) return false;  // a URL has a host
  const Authority mine = ReadAuthority(text);
  if (host->empty()) {
    *host = text;
  } else {
    const Authority theirs = ReadAuthority(*host);
    const auto port_of = [&](const Authority& authority) {
      return authority.port.empty() ? default_port : authority.port;
    };
    if (theirs.host != mine.host || port_of(theirs) != port_of(mine)) {
      return false;
    }
  }
  *target = end == std::string::npos ? "/" : target->substr(end);
  if ((*target)[0] == '?') *target = "/" + *target;
  return true;
}

}  // namespace

ReferenceTarget NormalizeReferenceTarget(const std::string& target,
                                         const std::string& host) {
  if (target.size() > 8192) return {};
  std::string path = target;
  std::string authority_text = host;
  if (!path.starts_with('/') && !TakeAuthority(&path, &authority_text)) {
    return {};
  }
  const Authority authority = ReadAuthority(authority_text);
  if (authority.host.size() > 256) return {};  // no DNS name is that long
  path = path.substr(0, path.find('?'));
  if (!path.starts_with('/')) return {};
  const std::optional<std::string> decoded = DecodeUnreserved(path);
  if (!decoded) return {};

  ReferenceTarget result;
  result.valid = true;
  result.path = RemoveDotSegments(MergeSlashes(*decoded));
  result.host = authority.host;
  return result;
}

}  // namespace corsac::testing
