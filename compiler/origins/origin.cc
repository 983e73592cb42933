// The strict parser of Origin header values.
// Entry: ParseOrigin(). Tested by tests/compiler/origin_test.cc, and against an
// independent parser by tests/fuzz/origin_fuzzer.cc.
#include "compiler/origins/origin.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstddef>

#include "compiler/fetch/byte_block.h"
#include "compiler/fetch/names.h"
#include "compiler/limits.h"

namespace corsac {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool IsHexLower(char c) { return IsDigit(c) || (c >= 'a' && c <= 'f'); }

bool HasUpper(std::string_view text) {
  return std::any_of(text.begin(), text.end(), IsUpper);
}

// A host in lower case, on the stack: hosts are checked as if they were lower
// case, so that a stray capital is told apart from a byte that cannot be.
class LowerHost {
 public:
  explicit LowerHost(std::string_view host) : size_(host.size()) {
    std::transform(host.begin(), host.end(), bytes_.begin(), AsciiLower);
  }
  std::string_view view() const { return {bytes_.data(), size_}; }

 private:
  std::array<char, kMaxOriginBytes> bytes_;
  std::size_t size_;
};

bool IsSchemeIgnoringCase(std::string_view scheme) {
  if (scheme.empty() || scheme.size() > kMaxSchemeBytes) return false;
  if (!IsLower(AsciiLower(scheme.front()))) return false;
  return std::all_of(scheme.begin(), scheme.end(), [](char c) {
    return IsLower(AsciiLower(c)) || IsDigit(c) || c == '+' || c == '-' ||
           c == '.';
  });
}

bool IsName(std::string_view host) {
  if (host.empty() || host.size() > kMaxHostBytes) return false;
  if (host.back() == '.') host.remove_suffix(1);
  std::size_t label_bytes = 0;
  for (const char c : host) {
    if (c == '.') {
      if (label_bytes == 0) return false;
      label_bytes = 0;
      continue;
    }
    if (!IsLower(c) && !IsDigit(c) && c != '-' && c != '_') return false;
    if (++label_bytes > kMaxLabelBytes) return false;
  }
  return label_bytes > 0;
}

bool IsWebHost(std::string_view host) {
  if (host.size() >= 2 && host.front() == '[' && host.back() == ']') {
    return IsCanonicalIpv6(host.substr(1, host.size() - 2));
  }
  return EndsInNumber(host) ? IsDottedQuad(host) : IsName(host);
}

bool IsAppHost(std::string_view host) {
  if (host.empty() || host.size() > kMaxHostBytes) return false;
  return std::all_of(host.begin(), host.end(), [](char c) {
    return IsLower(AsciiLower(c)) || IsDigit(c) || c == '-' || c == '_' ||
           c == '.';
  });
}

// The host and the text after its colon, if there is one.
struct HostPort {
  std::string_view host;
  std::string_view port;
  bool has_port = false;
};

// Splits `rest`, what stands after "://". False if an IPv6 bracket is not
// closed, or is followed by something that is not a port.
bool SplitHostPort(std::string_view rest, HostPort* out) {
  std::size_t host_end = 0;
  if (!rest.empty() && rest.front() == '[') {
    const std::size_t bracket = rest.find(']');
    if (bracket == std::string_view::npos) return false;
    host_end = bracket + 1;
    if (host_end < rest.size() && rest[host_end] != ':') return false;
  } else {
    host_end = std::min(rest.find(':'), rest.size());
  }
  out->host = rest.substr(0, host_end);
  out->has_port = host_end < rest.size();
  if (out->has_port) out->port = rest.substr(host_end + 1);
  return true;
}

// The port that `text` spells; 0 if it spells none.
std::uint16_t ParsePort(std::string_view text) {
  if (text.empty() || text.size() > 5 || text.front() == '0') return 0;
  std::uint32_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end || value > 0xFFFF) return 0;
  return static_cast<std::uint16_t>(value);
}

// The bytes that no origin has, wherever they stand.
OriginError CheckBytes(std::string_view value) {
  if (value.empty()) return OriginError::kEmpty;
  if (value.size() > kMaxOriginBytes) return OriginError::kTooLong;
  bool list = false;
  for (const char c : value) {
    if (c < 0x20 || c > 0x7E) return OriginError::kControlOrNonAscii;
    list |= c == ' ' || c == ',';
  }
  return list ? OriginError::kList : OriginError::kNone;
}

// What stands after "://" of an origin that is not `file://`.
OriginError CheckRest(std::string_view rest, bool web, bool scheme_upper,
                      Origin* origin) {
  if (rest.find_first_of("/?#") != std::string_view::npos) {
    return OriginError::kHasPath;
  }
  if (rest.find('@') != std::string_view::npos) return OriginError::kUserinfo;
  HostPort parts;
  if (!SplitHostPort(rest, &parts)) return OriginError::kBadHost;
  if (web ? !IsWebHost(LowerHost(parts.host).view()) : !IsAppHost(parts.host)) {
    return OriginError::kBadHost;
  }
  if (scheme_upper || (web && HasUpper(parts.host))) {
    return OriginError::kUppercase;
  }
  origin->host = parts.host;
  origin->port = ParsePort(parts.port);
  if (parts.has_port && origin->port == 0) return OriginError::kBadPort;
  return OriginError::kNone;
}

// One piece of an IPv6 address: 1 to 4 lower-case hexadecimal digits without
// leading zeros.
bool IsIpv6Piece(std::string_view piece) {
  return !piece.empty() && piece.size() <= 4 &&
         std::all_of(piece.begin(), piece.end(), IsHexLower) &&
         (piece.size() == 1 || piece.front() != '0');
}

// The pieces of one side of "::" (or of a whole address), and which are zero.
struct Ipv6Pieces {
  std::array<bool, 8> zero{};
  std::size_t count = 0;
};

bool AppendIpv6Pieces(std::string_view text, Ipv6Pieces* pieces) {
  while (!text.empty()) {
    const std::size_t colon = std::min(text.find(':'), text.size());
    const std::string_view piece = text.substr(0, colon);
    if (!IsIpv6Piece(piece) || pieces->count == 8) return false;
    pieces->zero[pieces->count++] = piece == "0";
    if (colon + 1 == text.size()) return false;  // ends in a colon
    text.remove_prefix(std::min(colon + 1, text.size()));
  }
  return true;
}

// The longest run of zero pieces in [begin, end) of `pieces`.
std::size_t LongestZeroRun(const Ipv6Pieces& pieces, std::size_t begin,
                           std::size_t end) {
  std::size_t longest = 0;
  std::size_t run = 0;
  for (std::size_t i = begin; i < end; ++i) {
    run = pieces.zero[i] ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return longest;
}

// The bytes of a text of 16 to 64 bytes, one bit for each.
struct ByteMasks {
  std::uint64_t host = 0;  // letters, digits, `-`, `_` and `.`
  std::uint64_t dots = 0;
  std::uint64_t colons = 0;
};

ByteMasks MasksOf(std::string_view text) {
  using internal::ByteBlock;
  ByteMasks masks;
  const auto add = [&](std::size_t at) {
    const ByteBlock block(text.data() + at);
    const ByteBlock dots = block.Equals('.');
    const ByteBlock host = block.InRange('a', 'z') | block.InRange('0', '9') |
                           block.Equals('-') | block.Equals('_') | dots;
    masks.host |= std::uint64_t{host.Mask()} << at;
    masks.dots |= std::uint64_t{dots.Mask()} << at;
    masks.colons |= std::uint64_t{block.Equals(':').Mask()} << at;
  };
  for (std::size_t at = 0; at + ByteBlock::kSize < text.size();
       at += ByteBlock::kSize) {
    add(at);
  }
  add(text.size() - ByteBlock::kSize);
  return masks;
}

// Parses what nearly every request brings, without a branch a byte: an https or
// http origin of 16 to 64 bytes with a name for a host. Refuses everything
// else, and some origins with it; those are for ParseAnyOrigin() to judge.
bool ParsePlainOrigin(std::string_view value, Origin* origin) noexcept {
  if (value.size() < 16 || value.size() > 64) return false;
  const bool https = value.starts_with("https://");
  if (!https && !value.starts_with("http://")) return false;
  const std::size_t begin = https ? 8 : 7;
  const std::string_view rest = value.substr(begin);
  const ByteMasks masks = MasksOf(value);
  // From here on bit i is byte i of `rest`, which has less than 64.
  const std::uint64_t colons = masks.colons >> begin;
  const std::uint64_t end_bit = colons | std::uint64_t{1} << rest.size();
  const auto host_size = static_cast<std::size_t>(std::countr_zero(end_bit));
  const std::uint64_t inside = (std::uint64_t{1} << host_size) - 1;
  const std::uint64_t dots = masks.dots >> begin & inside;
  if (host_size == 0 || (~(masks.host >> begin) & inside) != 0) return false;
  // An empty label: a dot first, last, or after another.
  const std::uint64_t first_and_last = 1 | std::uint64_t{1} << (host_size - 1);
  if ((dots & (dots << 1 | first_and_last)) != 0) return false;
  // A last label that may be a number: only an IPv4 address may have one. A
  // label has less than 64 bytes as the whole has.
  const auto last_label = static_cast<std::size_t>(std::bit_width(dots));
  if (IsDigit(rest[last_label])) return false;
  std::uint16_t port = 0;
  if (host_size < rest.size()) {
    port = ParsePort(rest.substr(host_size + 1));
    if (port == 0 || port == (https ? 443 : 80)) return false;
  }
  *origin = {OriginKind::kWeb, value, value.substr(0, begin - 3),
             rest.substr(0, host_size), port};
  return true;
}

}  // namespace

std::string_view OriginErrorName(OriginError error) {
  switch (error) {
    case OriginError::kNone:
      return "";
    case OriginError::kEmpty:
      return "empty";
    case OriginError::kTooLong:
      return "too-long";
    case OriginError::kControlOrNonAscii:
      return "control-or-non-ascii";
    case OriginError::kList:
      return "list";
    case OriginError::kSyntax:
      return "syntax";
    case OriginError::kHasPath:
      return "has-path";
    case OriginError::kUserinfo:
      return "userinfo";
    case OriginError::kBadHost:
      return "bad-host";
    case OriginError::kUppercase:
      return "uppercase";
    case OriginError::kBadPort:
      return "bad-port";
    case OriginError::kDefaultPort:
      return "default-port";
  }
  return "";
}

namespace {

OriginError ParseAnyOrigin(std::string_view value, Origin* origin) noexcept {
  if (const OriginError error = CheckBytes(value);
      error != OriginError::kNone) {
    return error;
  }
  *origin = Origin{};
  origin->text = value;
  if (value == "null") return OriginError::kNone;
  const std::size_t colon = value.find("://");
  if (colon == std::string_view::npos) return OriginError::kSyntax;
  origin->scheme = value.substr(0, colon);
  const std::string_view rest = value.substr(colon + 3);
  if (!IsSchemeIgnoringCase(origin->scheme)) return OriginError::kSyntax;
  const bool upper = HasUpper(origin->scheme);

  if (EqualsIgnoreCase(origin->scheme, "file")) {
    origin->kind = OriginKind::kFile;
    if (rest.empty()) {
      return upper ? OriginError::kUppercase : OriginError::kNone;
    }
    return rest.find_first_of("/?#") != std::string_view::npos
               ? OriginError::kHasPath
               : OriginError::kSyntax;
  }

  const bool https = EqualsIgnoreCase(origin->scheme, "https");
  const bool web = https || EqualsIgnoreCase(origin->scheme, "http");
  origin->kind = web ? OriginKind::kWeb : OriginKind::kApp;
  if (const OriginError error = CheckRest(rest, web, upper, origin);
      error != OriginError::kNone) {
    return error;
  }
  if (web && origin->port == (https ? 443 : 80)) {
    return OriginError::kDefaultPort;
  }
  return OriginError::kNone;
}

}  // namespace

OriginError ParseOrigin(std::string_view value, Origin* origin) noexcept {
  return ParsePlainOrigin(value, origin) ? OriginError::kNone
                                         : ParseAnyOrigin(value, origin);
}

bool IsDottedQuad(std::string_view text) noexcept {
  for (int octet = 0; octet < 4; ++octet) {
    const std::size_t end = octet < 3 ? text.find('.') : text.size();
    if (end == std::string_view::npos || end == 0 || end > 3) return false;
    unsigned value = 0;
    for (const char c : text.substr(0, end)) {
      if (!IsDigit(c)) return false;
      value = value * 10 + static_cast<unsigned>(c - '0');
    }
    if (value > 255 || (end > 1 && text.front() == '0')) return false;
    text.remove_prefix(octet < 3 ? end + 1 : end);
  }
  return true;
}

bool IsCanonicalIpv6(std::string_view text) noexcept {
  Ipv6Pieces pieces;
  const std::size_t gap = text.find("::");
  if (gap == std::string_view::npos) {
    // RFC 5952, 4.2: a run of two zeros or more must have been shortened.
    return AppendIpv6Pieces(text, &pieces) && pieces.count == 8 &&
           LongestZeroRun(pieces, 0, 8) < 2;
  }
  if (!AppendIpv6Pieces(text.substr(0, gap), &pieces)) return false;
  const std::size_t before = pieces.count;
  if (!AppendIpv6Pieces(text.substr(gap + 2), &pieces)) return false;
  if (pieces.count > 6) return false;  // "::" stands for two pieces or more
  // The gap must be the longest run, the first of equals, and whole.
  const std::size_t gap_pieces = 8 - pieces.count;
  if (before > 0 && pieces.zero[before - 1]) return false;
  if (before < pieces.count && pieces.zero[before]) return false;
  return LongestZeroRun(pieces, 0, before) < gap_pieces &&
         LongestZeroRun(pieces, before, pieces.count) <= gap_pieces;
}

bool EndsInNumber(std::string_view text) noexcept {
  if (!text.empty() && text.back() == '.') text.remove_suffix(1);
  const std::size_t dot = text.rfind('.');
  const std::string_view last =
      dot == std::string_view::npos ? text : text.substr(dot + 1);
  if (last.empty()) return false;
  if (std::all_of(last.begin(), last.end(), IsDigit)) return true;
  return last.starts_with("0x") &&
         std::all_of(last.begin() + 2, last.end(), IsHexLower);
}

}  // namespace corsac
