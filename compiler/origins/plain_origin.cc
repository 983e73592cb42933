// Origins that need no second look. Entry: IsPlainOrigin().
// Tested by tests/compiler/plain_origins_test.cc.
#include "compiler/origins/plain_origin.h"

#include <array>
#include <cstddef>
#include <cstdint>

#include "compiler/limits.h"
#include "compiler/origins/origin.h"

namespace corsac {
namespace {

enum class HostByte : std::uint8_t { kNone, kLetter, kDigit, kHyphen, kDot };

constexpr std::array<HostByte, 256> kHostBytes = [] {
  std::array<HostByte, 256> bytes{};
  for (std::size_t c = 'a'; c <= 'z'; ++c) bytes[c] = HostByte::kLetter;
  for (std::size_t c = '0'; c <= '9'; ++c) bytes[c] = HostByte::kDigit;
  bytes['-'] = HostByte::kHyphen;
  bytes['.'] = HostByte::kDot;
  return bytes;
}();

// Whether `text` is a port of no scheme's own.
bool IsCommonPort(std::string_view text) {
  if (text.empty() || text.size() > 5 || text.front() == '0') return false;
  std::uint32_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return false;
    value = value * 10 + static_cast<std::uint32_t>(c - '0');
  }
  return value <= 0xFFFF && value != 80 && value != 443;
}

// Whether `text` is a plain origin of the most common form: labels of letters,
// digits and single hyphens, the last of which begins with a letter, and
// perhaps a port. One pass; false says nothing.
bool IsCommonOrigin(std::string_view text) {
  std::size_t at = 0;
  if (text.starts_with("https://")) {
    at = 8;
  } else if (text.starts_with("http://")) {
    at = 7;
  } else {
    return false;
  }
  const std::size_t host = at;
  std::size_t label = at;
  HostByte before = HostByte::kDot;
  for (; at < text.size(); ++at) {
    const HostByte now = kHostBytes[static_cast<unsigned char>(text[at])];
    if (now == HostByte::kNone) break;
    if (now == HostByte::kDot) {
      if (before == HostByte::kDot || at - label > kMaxLabelBytes) return false;
      label = at + 1;
    } else if (now == HostByte::kHyphen && before == HostByte::kHyphen) {
      return false;  // of "xn--", perhaps
    }
    before = now;
  }
  if (before == HostByte::kDot || at - label > kMaxLabelBytes ||
      at - host >= kMaxHostBytes || text[label] < 'a' || text[label] > 'z') {
    return false;
  }
  return at == text.size() ||
         (text[at] == ':' && IsCommonPort(text.substr(at + 1)));
}

}  // namespace

bool IsPlainOrigin(std::string_view text) noexcept {
  if (IsCommonOrigin(text)) return true;
  Origin origin;
  return ParseOrigin(text, &origin) == OriginError::kNone &&
         origin.kind == OriginKind::kWeb &&
         origin.host.find('_') == std::string_view::npos &&
         origin.host.find("xn--") == std::string_view::npos &&
         !origin.host.ends_with('.');
}

}  // namespace corsac
