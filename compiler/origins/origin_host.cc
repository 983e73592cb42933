// The host of an `origins` entry: wildcards, addresses, international names,
// and the bytes that cannot be.
// Entry: ReadOriginHost(). Tested by tests/compiler/origin_pattern_test.cc.
#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "compiler/fetch/names.h"
#include "compiler/limits.h"
#include "compiler/origins/idn.h"
#include "compiler/origins/ip_address.h"
#include "compiler/origins/origin.h"
#include "compiler/origins/origin_reader.h"

namespace corsac::internal {
namespace {

bool IsLowerOrDigit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool IsHostByte(char c) {
  return IsLowerOrDigit(AsciiLower(c)) || c == '-' || c == '_' || c == '.';
}

std::string Lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), AsciiLower);
  return out;
}

int HexDigit(char c) {
  const char lower = AsciiLower(c);
  if (lower >= '0' && lower <= '9') return lower - '0';
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// `text` with its percent escapes decoded; nothing if one is broken or stands
// for a byte that no host has.
std::optional<std::string> PercentDecode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = HexDigit(text[i + 1]);
    const int low = HexDigit(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    const auto c = static_cast<char>(high * 16 + low);
    if (static_cast<unsigned char>(c) < 0x80 && !IsHostByte(c)) {
      return std::nullopt;
    }
    out += c;
    i += 2;
  }
  return out;
}

// What `glob` seems to stand for as a regex.
std::string GlobAsRegex(std::string_view glob) {
  std::string out;
  for (const char c : glob) {
    if (c == '*') {
      out += "[a-z0-9-]+";
    } else if (c == '.') {
      out += "\\.";
    } else {
      out += AsciiLower(c);
    }
  }
  return out;
}

bool HasNonAscii(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) >= 0x80;
  });
}

// One host being read. A class only so that the steps need not hand each other
// the same four things.
class HostReader {
 public:
  HostReader(const OriginParts& parts, OriginReading& reading)
      : parts_(parts), reading_(reading) {}

  std::optional<std::string> Read(bool* wildcard);

 private:
  OriginRemark& Fail(Code code, std::string message) {
    return reading_.Fail(code, parts_.HostBegin(), parts_.HostEnd(),
                         std::move(message));
  }
  // Fails at the `size` bytes from `begin` on of the host.
  OriginRemark& FailAt(Code code, std::size_t begin, std::size_t size,
                       std::string message) {
    return reading_.Fail(code, parts_.HostBegin() + begin,
                         parts_.HostBegin() + begin + size, std::move(message));
  }

  bool CheckBytes(std::string_view host, std::size_t offset);
  bool CheckWildcard(std::string_view host, bool* wildcard);
  bool CheckLabels(std::string_view host, std::size_t offset);
  std::optional<std::string> ReadIpv6();
  std::optional<std::string> ReadIpv4(const std::string& host);
  std::optional<std::string> ReadApp(std::string_view host);
  void NotePeculiarities(std::string_view host, std::size_t offset);

  const OriginParts& parts_;
  OriginReading& reading_;
};

// `%` and non-ASCII come first, for what they stand for decides the rest.
bool HostReader::CheckBytes(std::string_view host, std::size_t offset) {
  if (const std::size_t percent = host.find('%');
      percent != std::string_view::npos) {
    OriginRemark& remark = FailAt(
        Code::kOriginBadHost, offset + percent,
        std::min<std::size_t>(3, host.size() - percent),
        "an origin has no percent escapes; browsers decode them in the host");
    if (const auto decoded = PercentDecode(parts_.host)) {
      remark.mended = parts_.WithHost(*decoded);
    } else {
      remark.help = "write the host as the browser sends it, without `%`";
    }
    return false;
  }
  if (HasNonAscii(host)) {
    const std::optional<AsciiHost> ascii = HostToAscii(parts_.host);
    OriginRemark& remark =
        Fail(Code::kOriginNotAscii,
             "host " + Quoted(parts_.host) +
                 " is not ASCII; browsers send it in Punycode");
    if (ascii) {
      remark.mended = parts_.WithHost(ascii->text);
      remark.certain = ascii->certain;
    } else {
      remark.help =
          "write the host as it stands in the Origin header, beginning with "
          "`xn--`";
    }
    return false;
  }
  for (std::size_t i = 0; i < host.size(); ++i) {
    if (IsHostByte(host[i]) || host[i] == '*') continue;
    FailAt(Code::kOriginBadHost, offset + i, 1,
           Quoted(host.substr(i, 1)) + " cannot stand in the host of an origin")
        .help = "a host consists of letters, digits, `-`, `_` and dots";
    return false;
  }
  return true;
}

// Where `*` may stand: as the whole first label, before a name.
bool HostReader::CheckWildcard(std::string_view host, bool* wildcard) {
  *wildcard = false;
  const std::size_t star = host.find('*');
  if (star == std::string_view::npos) return true;
  const std::size_t last = host.rfind('*');
  if (host == "*") {
    OriginRemark& remark = FailAt(Code::kOriginBadWildcard, 0, 1,
                                  "`*` cannot stand for a whole host");
    const std::string scheme(parts_.scheme);
    remark.help = parts_.web
                      ? "name the domain (`" + scheme +
                            "://*.example.com`), or allow everybody "
                            "with `\"*\"` alone"
                      : "list each `" + scheme + "://…` origin that may call";
    return false;
  }
  if (star == 0 && last == 0 && host.starts_with("*.")) {
    if (EndsInNumber(host)) {
      FailAt(Code::kOriginBadWildcard, 0, host.size(),
             "an IP address has no subdomains, so `*.` matches nothing here")
          .help = "list each address";
      return false;
    }
    *wildcard = true;
    return true;
  }
  OriginRemark& remark =
      FailAt(Code::kOriginBadWildcard, star, 1,
             "`*` can only be the first label, as in `*.example.com`");
  // "*.*.a.com", ".*.a.com", "*a.com": what is left without the stars.
  const std::string_view rest = host.substr(last + 1);
  const std::string_view base =
      rest.substr(std::min(rest.find_first_not_of(".-_"), rest.size()));
  if (!base.empty() && base.find('.') != std::string_view::npos &&
      host.find_first_not_of("*.") == last + 1 + (rest.size() - base.size())) {
    remark.mended = parts_.WithHost("*." + std::string(base));
    // "*a.com" may have meant the domain itself as well.
    remark.certain = rest.front() == '.';
    remark.help =
        "`*.` covers any depth of subdomains, not the domain itself: list "
        "that too if it is wanted";
  } else if (host.ends_with('*')) {
    remark.help =
        "list each domain: anybody can register the same name with another "
        "ending";
  } else {
    remark.help = "list the hosts, or write `{ host_regex = '" +
                  GlobAsRegex(host) + "' }`";
  }
  return false;
}

bool HostReader::CheckLabels(std::string_view host, std::size_t offset) {
  const std::string_view name =
      host.ends_with('.') ? host.substr(0, host.size() - 1) : host;
  if (name.size() + 1 > kMaxHostBytes) {
    Fail(Code::kOriginBadLabel, "host is longer than 253 bytes").help =
        "no DNS name is that long; check the entry";
    return false;
  }
  for (std::size_t begin = 0; begin <= name.size();) {
    const std::size_t end = std::min(name.find('.', begin), name.size());
    if (end == begin) {
      OriginRemark& remark =
          FailAt(Code::kOriginBadLabel, offset + begin, 1,
                 host.empty() ? "there is no host"
                              : "host has an empty label: a dot too many");
      if (begin == 0 && !name.empty() && offset == 0) {
        remark.help = "for all subdomains write `" +
                      std::string(parts_.scheme) + "://*" + std::string(name) +
                      parts_.port_suffix + "`";
      } else {
        remark.help = "write the host as it stands in the address bar";
      }
      return false;
    }
    if (end - begin > kMaxLabelBytes) {
      FailAt(Code::kOriginBadLabel, offset + begin, end - begin,
             "a label of the host is longer than 63 bytes")
          .help = "no DNS name has such a label; check the entry";
      return false;
    }
    begin = end + 1;
  }
  return true;
}

std::optional<std::string> HostReader::ReadIpv6() {
  const std::string_view inner = parts_.host.substr(1, parts_.host.size() - 2);
  if (const std::size_t zone = inner.find('%');
      zone != std::string_view::npos) {
    FailAt(Code::kOriginBadIpv6, 1 + zone, inner.size() - zone,
           "an origin has no IPv6 zone")
        .help =
        "browsers refuse addresses with a zone; use an address that needs none";
    return std::nullopt;
  }
  const std::optional<std::string> canonical = CanonicalIpv6(inner);
  if (!canonical) {
    Fail(Code::kOriginBadIpv6, Quoted(parts_.host) + " is not an IPv6 address")
        .help = "write the address as the browser does, for example `[::1]`";
    return std::nullopt;
  }
  std::string bracketed = "[" + *canonical + "]";
  const std::string lower = Lower(parts_.host);
  if (bracketed != lower) {
    Fail(Code::kOriginBadIpv6,
         "browsers send this address as " + Quoted(bracketed))
        .mended = parts_.WithHost(bracketed);
    return std::nullopt;
  }
  return bracketed;
}

std::optional<std::string> HostReader::ReadIpv4(const std::string& host) {
  if (IsDottedQuad(host)) return host;
  const std::optional<std::string> quad = CanonicalIpv4(host);
  OriginRemark& remark =
      Fail(Code::kOriginBadIpv4,
           quad ? "browsers send this address as " + Quoted(*quad)
                : "a host whose last label is a number must be an IPv4 "
                  "address, and " +
                      Quoted(parts_.host) + " is none");
  if (quad) {
    remark.mended = parts_.WithHost(*quad);
  } else {
    remark.help =
        "browsers refuse such a URL; write four numbers up to 255, "
        "or a name";
  }
  return std::nullopt;
}

// The host of a scheme other than http and https keeps its case, and is not
// looked into.
std::optional<std::string> HostReader::ReadApp(std::string_view host) {
  if (host.empty() || host.size() > kMaxHostBytes) {
    Fail(Code::kOriginBadLabel,
         host.empty() ? "there is no host" : "host is longer than 254 bytes")
        .help = "write what the browser sends after `" +
                std::string(parts_.scheme) + "://`";
    return std::nullopt;
  }
  return std::string(host);
}

void HostReader::NotePeculiarities(std::string_view host, std::size_t offset) {
  const std::size_t at = parts_.HostBegin() + offset;
  if (host.ends_with('.')) {
    reading_
        .Note(Code::kOriginTrailingDot, at + host.size() - 1, at + host.size(),
              "host ends in a dot, which makes it another origin than " +
                  Quoted(host.substr(0, host.size() - 1)))
        .help = "list both if both are wanted";
  }
  if (const std::size_t underscore = host.find('_');
      underscore != std::string_view::npos) {
    reading_
        .Note(Code::kOriginUnderscore, at + underscore, at + underscore + 1,
              "host has an underscore: browsers take it, some DNS servers and "
              "certificate authorities do not")
        .help = "nothing needs to be done if the site works";
  }
  for (std::size_t begin = 0; begin < host.size();) {
    const std::size_t end = std::min(host.find('.', begin), host.size());
    const std::string_view label = host.substr(begin, end - begin);
    if (label.starts_with("xn--") && !IsPunycodeLabel(label)) {
      reading_
          .Note(Code::kOriginBadPunycode, at + begin, at + end,
                "label " + Quoted(label) +
                    " begins with `xn--` but is not the Punycode of anything")
          .help =
          "check the name: write the host with its letters, and the "
          "error shows its Punycode";
    }
    begin = end + 1;
  }
}

std::optional<std::string> HostReader::Read(bool* wildcard) {
  *wildcard = false;
  if (parts_.host.starts_with('[')) {
    if (parts_.web) {
      std::optional<std::string> host = ReadIpv6();
      return host;
    }
    Fail(Code::kOriginBadHost, "only http and https origins have an IPv6 host")
        .help = "write a name";
    return std::nullopt;
  }
  if (!CheckBytes(parts_.host, 0)) return std::nullopt;
  if (!CheckWildcard(parts_.host, wildcard)) return std::nullopt;
  const std::size_t offset = *wildcard ? 2 : 0;
  const std::string_view host = parts_.host.substr(offset);
  if (!parts_.web) return ReadApp(host);
  std::string lower = Lower(host);
  if (EndsInNumber(lower)) return ReadIpv4(lower);
  if (!CheckLabels(lower, offset)) return std::nullopt;
  NotePeculiarities(lower, offset);
  return lower;
}

}  // namespace

std::string OriginParts::WithHost(std::string_view new_host) const {
  std::string out(scheme);
  out += "://";
  out += new_host;
  out += port_suffix;
  return out;
}

std::optional<std::string> ReadOriginHost(const OriginParts& parts,
                                          OriginReading& reading,
                                          bool* wildcard) {
  std::optional<std::string> host = HostReader(parts, reading).Read(wildcard);
  const bool upper = std::any_of(parts.host.begin(), parts.host.end(),
                                 [](char c) { return c != AsciiLower(c); });
  if (host && parts.web && upper) {
    reading.Note(Code::kOriginUppercase, parts.HostBegin(), parts.HostEnd(),
                 "browsers send host names in lower case");
  }
  return host;
}

}  // namespace corsac::internal
