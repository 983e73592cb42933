// The reference parser of Origin values. It takes the value apart by its
// separators, part by part, where the product's parser goes through it once.
// Tested by tests/reference_test.cc.
#include "tests/testing/reference_origin.h"

#include <array>
#include <cstddef>
#include <cstdlib>
#include <optional>
#include <vector>

#include "tests/testing/reference_text.h"

namespace corsac::testing {
namespace {

constexpr std::string_view kLowerDigits =
    "abcdefghijklmnopqrstuvwxyz0123456789";

bool OnlyOf(std::string_view text, std::string_view bytes) {
  return text.find_first_not_of(bytes) == std::string_view::npos;
}

// scheme = lower *63( lower / DIGIT / "+" / "-" / "." )
bool IsScheme(std::string_view text) {
  static const std::string rest = std::string(kLowerDigits) + "+-.";
  return !text.empty() && text.size() <= 64 && 'a' <= text[0] &&
         text[0] <= 'z' && OnlyOf(text, rest);
}

// name = label *("." label) ["."], at most 254 bytes, and a dotted quad if its
// last label is numeric. `text` is in lower case.
bool IsWebName(const std::string& text) {
  static const std::string label_bytes = std::string(kLowerDigits) + "-_";
  if (HasNumericLastLabel(text)) return IsReferenceDottedQuad(text);
  if (text.empty() || text.size() > 254) return false;
  std::vector<std::string> labels = Split(text, '.');
  if (labels.size() > 1 && labels.back().empty()) labels.pop_back();
  for (const std::string& label : labels) {
    if (label.empty() || label.size() > 63 || !OnlyOf(label, label_bytes)) {
      return false;
    }
  }
  return true;
}

// ahost = 1*254( ALPHA / DIGIT / "-" / "_" / "." )
bool IsAppHost(const std::string& text) {
  static const std::string bytes = std::string(kLowerDigits) + "-_.";
  return !text.empty() && text.size() <= 254 && OnlyOf(ToLower(text), bytes);
}

// port = 1..65535, no leading zero. Returns 0 for anything else.
unsigned PortOf(const std::string& text) {
  if (!IsDecimal(text) || text[0] == '0' || text.size() > 5) return 0;
  const auto port = std::strtoul(text.c_str(), nullptr, 10);
  return port <= 65535 ? static_cast<unsigned>(port) : 0;
}

// The eight pieces of an IPv6 address in which `::` may stand once; none if
// that cannot be read. Says nothing about canonical form.
std::optional<std::array<unsigned, 8>> PiecesOf(const std::string& text) {
  const auto pieces_of =
      [](const std::string& part) -> std::optional<std::vector<unsigned>> {
    std::vector<unsigned> pieces;
    if (part.empty()) return pieces;
    for (const std::string& piece : Split(part, ':')) {
      if (!IsHex(piece) || piece.size() > 4) return std::nullopt;
      pieces.push_back(
          static_cast<unsigned>(std::strtoul(piece.c_str(), nullptr, 16)));
    }
    return pieces;
  };
  std::array<unsigned, 8> address{};
  const std::size_t gap = text.find("::");
  const auto left = pieces_of(text.substr(0, gap));
  if (!left || left->size() > 8) return std::nullopt;
  for (std::size_t i = 0; i < left->size(); ++i) address[i] = (*left)[i];
  if (gap == std::string::npos) {
    return left->size() == 8 ? std::optional(address) : std::nullopt;
  }
  const auto right = pieces_of(text.substr(gap + 2));
  if (!right || left->size() + right->size() > 7) return std::nullopt;
  for (std::size_t i = 0; i < right->size(); ++i) {
    address[8 - right->size() + i] = (*right)[i];
  }
  return address;
}

// RFC 5952, section 4, hexadecimal pieces only: the longest run of two or more
// zero pieces becomes `::`, the first of equals.
std::string CanonicalText(const std::array<unsigned, 8>& address) {
  std::size_t best = 0;
  std::size_t best_length = 1;
  for (std::size_t begin = 0; begin < 8; ++begin) {
    std::size_t end = begin;
    while (end < 8 && address[end] == 0) ++end;
    if (end - begin > best_length) {
      best = begin;
      best_length = end - begin;
    }
  }
  const auto pieces = [&](std::size_t begin, std::size_t end) {
    std::vector<std::string> texts;
    for (std::size_t i = begin; i < end; ++i) {
      std::string text;
      for (unsigned rest = address[i]; rest > 0 || text.empty(); rest /= 16) {
        text.insert(text.begin(), "0123456789abcdef"[rest % 16]);
      }
      texts.push_back(text);
    }
    return Join(texts, ":");
  };
  if (best_length < 2) return pieces(0, 8);
  return pieces(0, best) + "::" + pieces(best + best_length, 8);
}

// What stands after "://": the host, and the text after its colon if it has
// one.
struct HostAndPort {
  bool valid = false;
  std::string host;
  std::optional<std::string> port;
};

HostAndPort TakeApart(const std::string& rest) {
  HostAndPort parts;
  std::size_t end = rest.find(':');
  if (rest.starts_with('[')) {
    const std::size_t close = rest.find(']');
    if (close == std::string::npos) return parts;
    end = close + 1 == rest.size() ? std::string::npos : close + 1;
    if (end != std::string::npos && rest[end] != ':') return parts;
  }
  parts.valid = true;
  parts.host = rest.substr(0, end);
  if (end != std::string::npos) parts.port = rest.substr(end + 1);
  return parts;
}

bool IsHostOf(bool web, const std::string& host) {
  if (!web) return IsAppHost(host);
  const std::string lower = ToLower(host);
  if (lower.starts_with('[')) {
    return IsReferenceIpv6(lower.substr(1, lower.size() - 2));
  }
  return IsWebName(lower);
}

// Everything after the checks of single bytes.
std::string ParseUrlLike(const std::string& value, ReferenceOrigin* origin) {
  const std::size_t separator = value.find("://");
  if (separator == std::string::npos) return "syntax";
  origin->scheme = value.substr(0, separator);
  const std::string scheme = ToLower(origin->scheme);
  if (!IsScheme(scheme)) return "syntax";
  const std::string rest = value.substr(separator + 3);
  const bool has_path = rest.find_first_of("/?#") != std::string::npos;
  if (scheme == "file") {
    if (rest.empty()) return "uppercase";  // "file://" itself was taken before
    return has_path ? "has-path" : "syntax";
  }
  if (has_path) return "has-path";
  if (rest.find('@') != std::string::npos) return "userinfo";

  origin->is_web = scheme == "http" || scheme == "https";
  const HostAndPort parts = TakeApart(rest);
  if (!parts.valid || !IsHostOf(origin->is_web, parts.host)) return "bad-host";
  origin->host = parts.host;
  if (scheme != origin->scheme) return "uppercase";
  if (origin->is_web && ToLower(parts.host) != parts.host) return "uppercase";

  if (!parts.port) return "";
  origin->port = PortOf(*parts.port);
  if (origin->port == 0) return "bad-port";
  if (scheme == "http" && origin->port == 80) return "default-port";
  if (scheme == "https" && origin->port == 443) return "default-port";
  return "";
}

std::string Parse(const std::string& value, ReferenceOrigin* origin) {
  if (value.empty()) return "empty";
  if (value.size() > 327) return "too-long";
  bool list = false;
  for (const char c : value) {
    if (c < 0x20 || c > 0x7E) return "control-or-non-ascii";
    list = list || c == ' ' || c == ',';
  }
  if (list) return "list";
  if (value == "null") {
    origin->is_null = true;
    return "";
  }
  if (value == "file://") {
    origin->is_file = true;
    origin->scheme = "file";
    return "";
  }
  return ParseUrlLike(value, origin);
}

}  // namespace

ReferenceOrigin ParseReferenceOrigin(const std::string& value) {
  ReferenceOrigin origin;
  origin.text = value;
  origin.error = Parse(value, &origin);
  return origin;
}

bool IsReferenceDottedQuad(std::string_view text) {
  const std::vector<std::string> octets = Split(text, '.');
  if (octets.size() != 4) return false;
  for (const std::string& octet : octets) {
    if (!IsDecimal(octet) || octet.size() > 3) return false;
    if (octet.size() > 1 && octet[0] == '0') return false;
    if (std::strtoul(octet.c_str(), nullptr, 10) > 255) return false;
  }
  return true;
}

bool IsReferenceIpv6(std::string_view text) {
  const auto address = PiecesOf(std::string(text));
  return address && CanonicalText(*address) == text;
}

bool HasNumericLastLabel(std::string_view host) {
  std::vector<std::string> labels = Split(host, '.');
  if (labels.size() > 1 && labels.back().empty()) labels.pop_back();
  const std::string& last = labels.back();
  if (IsDecimal(last)) return true;
  return last.starts_with("0x") && (last.size() == 2 || IsHex(last.substr(2)));
}

}  // namespace corsac::testing
