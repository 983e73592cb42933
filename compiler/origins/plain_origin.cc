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

// What a byte is in a host. One bit each, so that a host can be judged without
// a branch at every byte.
constexpr unsigned kHyphen = 1;
constexpr unsigned kDot = 2;
constexpr unsigned kOther = 4;  // neither these nor a letter nor a digit

constexpr std::array<std::uint8_t, 256> kHostBytes = [] {
  std::array<std::uint8_t, 256> bytes{};
  bytes.fill(kOther);
  for (std::size_t c = 'a'; c <= 'z'; ++c) bytes[c] = 0;
  for (std::size_t c = '0'; c <= '9'; ++c) bytes[c] = 0;
  bytes['-'] = kHyphen;
  bytes['.'] = kDot;
  return bytes;
}();

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Whether `digits` is a port, and that of no scheme.
bool IsCommonPort(std::string_view digits) {
  if (digits.empty() || digits.size() > 5 || digits.front() == '0') {
    return false;
  }
  std::uint32_t value = 0;
  for (const char c : digits) {
    value = value * 10 + static_cast<std::uint32_t>(c - '0');
  }
  return value <= 0xFFFF && value != 80 && value != 443;
}

// Labels of letters, digits and single hyphens (two might be of "xn--"), the
// last of which begins with a letter, and none of which can be too long.
bool IsCommonHost(std::string_view host) {
  if (host.empty() || host.size() > kMaxLabelBytes) return false;
  unsigned before = kDot;
  unsigned wrong = 0;
  for (const char c : host) {
    const unsigned now = kHostBytes[static_cast<unsigned char>(c)];
    wrong |= now & (before | kOther);
    before = now;
  }
  if (wrong != 0 || before == kDot) return false;
  std::size_t label = host.size() - 1;
  while (label > 0 && host[label - 1] != '.') --label;
  return host[label] >= 'a' && host[label] <= 'z';
}

// Whether `text` is a plain origin of the most common form; false says nothing.
bool IsCommonOrigin(std::string_view text) {
  if (text.starts_with("https://")) {
    text.remove_prefix(8);
  } else if (text.starts_with("http://")) {
    text.remove_prefix(7);
  } else {
    return false;
  }
  std::size_t digits = text.size();
  while (digits > 0 && IsDigit(text[digits - 1])) --digits;
  if (digits > 0 && text[digits - 1] == ':') {
    if (!IsCommonPort(text.substr(digits))) return false;
    text = text.substr(0, digits - 1);
  }
  return IsCommonHost(text);
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
