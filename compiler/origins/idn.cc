// International host names through libidn2, and Punycode (RFC 3492) for the
// labels that libidn2 refuses although browsers take them.
// Tested by tests/compiler/origin_pattern_test.cc.
#include "compiler/origins/idn.h"

#include <idn2.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

namespace corsac {
namespace {

// RFC 3492, section 5.
constexpr std::uint32_t kBase = 36;
constexpr std::uint32_t kTMin = 1;
constexpr std::uint32_t kTMax = 26;
constexpr std::uint32_t kSkew = 38;
constexpr std::uint32_t kDamp = 700;
constexpr std::uint32_t kInitialBias = 72;
constexpr std::uint32_t kInitialN = 128;
constexpr std::uint32_t kMaxCodePoint = 0x10FFFF;
constexpr std::string_view kPrefix = "xn--";

// Labels longer than this are refused anyway; it also keeps the arithmetic
// below within 32 bits.
constexpr std::size_t kMaxLabelCodePoints = 63;

bool IsAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x80;
  });
}

// RFC 3492, section 6.1.
std::uint32_t Adapt(std::uint32_t delta, std::uint32_t points, bool first) {
  delta = first ? delta / kDamp : delta / 2;
  delta += delta / points;
  std::uint32_t k = 0;
  while (delta > ((kBase - kTMin) * kTMax) / 2) {
    delta /= kBase - kTMin;
    k += kBase;
  }
  return k + (kBase - kTMin + 1) * delta / (delta + kSkew);
}

std::uint32_t Threshold(std::uint32_t k, std::uint32_t bias) {
  if (k <= bias + kTMin) return kTMin;
  return std::min(k - bias, kTMax);
}

char EncodeDigit(std::uint32_t digit) {
  return static_cast<char>(digit < 26 ? 'a' + digit : '0' + (digit - 26));
}

// The value of digit `c`, or kBase if it is none.
std::uint32_t DecodeDigit(char c) {
  if (c >= 'a' && c <= 'z') return static_cast<std::uint32_t>(c - 'a');
  if (c >= '0' && c <= '9') return static_cast<std::uint32_t>(c - '0') + 26;
  return kBase;
}

// The code points of valid UTF-8; nothing if it is not valid.
std::optional<std::vector<std::uint32_t>> CodePoints(std::string_view text) {
  std::vector<std::uint32_t> points;
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    std::size_t size = 1;
    std::uint32_t point = lead;
    if (lead >= 0xF0) {
      size = 4;
      point = lead & 0x07U;
    } else if (lead >= 0xE0) {
      size = 3;
      point = lead & 0x0FU;
    } else if (lead >= 0xC0) {
      size = 2;
      point = lead & 0x1FU;
    } else if (lead >= 0x80) {
      return std::nullopt;
    }
    if (i + size > text.size()) return std::nullopt;
    for (std::size_t k = 1; k < size; ++k) {
      const auto next = static_cast<unsigned char>(text[i + k]);
      if ((next & 0xC0U) != 0x80) return std::nullopt;
      point = (point << 6U) | (next & 0x3FU);
    }
    points.push_back(point);
    i += size;
  }
  return points;
}

// RFC 3492, section 6.3, without the prefix.
std::string PunycodeEncode(const std::vector<std::uint32_t>& points) {
  std::string out;
  for (const std::uint32_t point : points) {
    if (point < 0x80) out += static_cast<char>(point);
  }
  const auto basic = static_cast<std::uint32_t>(out.size());
  if (basic > 0) out += '-';
  std::uint32_t n = kInitialN;
  std::uint32_t delta = 0;
  std::uint32_t bias = kInitialBias;
  std::uint32_t handled = basic;
  while (handled < points.size()) {
    std::uint32_t next = kMaxCodePoint;
    for (const std::uint32_t point : points) {
      if (point >= n) next = std::min(next, point);
    }
    delta += (next - n) * (handled + 1);
    n = next;
    for (const std::uint32_t point : points) {
      if (point < n) ++delta;
      if (point != n) continue;
      std::uint32_t q = delta;
      for (std::uint32_t k = kBase;; k += kBase) {
        const std::uint32_t t = Threshold(k, bias);
        if (q < t) break;
        out += EncodeDigit(t + (q - t) % (kBase - t));
        q = (q - t) / (kBase - t);
      }
      out += EncodeDigit(q);
      bias = Adapt(delta, handled + 1, handled == basic);
      delta = 0;
      ++handled;
    }
    ++delta;
    ++n;
  }
  return out;
}

// RFC 3492, section 6.2, without the prefix.
std::optional<std::vector<std::uint32_t>> PunycodeDecode(
    std::string_view text) {
  std::vector<std::uint32_t> points;
  const std::size_t delimiter = text.rfind('-');
  if (delimiter != std::string_view::npos) {
    for (const char c : text.substr(0, delimiter)) {
      points.push_back(static_cast<unsigned char>(c));
    }
    text.remove_prefix(delimiter + 1);
  }
  std::uint64_t n = kInitialN;
  std::uint64_t i = 0;
  std::uint32_t bias = kInitialBias;
  while (!text.empty()) {
    const std::uint64_t before = i;
    std::uint64_t weight = 1;
    for (std::uint32_t k = kBase;; k += kBase) {
      if (text.empty()) return std::nullopt;
      const std::uint32_t digit = DecodeDigit(text.front());
      text.remove_prefix(1);
      if (digit == kBase) return std::nullopt;
      i += digit * weight;
      if (i > 0xFFFF'FFFF) return std::nullopt;
      const std::uint32_t t = Threshold(k, bias);
      if (digit < t) break;
      weight *= kBase - t;
      if (weight > 0xFFFF'FFFF) return std::nullopt;
    }
    const auto size = static_cast<std::uint32_t>(points.size() + 1);
    bias = Adapt(static_cast<std::uint32_t>(i - before), size, before == 0);
    n += i / size;
    i %= size;
    if (n > kMaxCodePoint || (n >= 0xD800 && n <= 0xDFFF)) return std::nullopt;
    points.insert(points.begin() + static_cast<std::ptrdiff_t>(i),
                  static_cast<std::uint32_t>(n));
    ++i;
  }
  return points;
}

// What libidn2 makes of `host`.
std::optional<std::string> LookupHost(const std::string& host) {
  char* ascii = nullptr;
  // Not IDN2_USE_STD3_ASCII_RULES: it deletes `_` without a word.
  const int status = idn2_to_ascii_8z(host.c_str(), &ascii,
                                      IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT);
  const std::unique_ptr<char, void (*)(void*)> owned(ascii, idn2_free);
  if (status != IDN2_OK || ascii == nullptr) return std::nullopt;
  return std::string(ascii);
}

// One label for which libidn2 has no answer, encoded as it stands.
std::optional<std::string> EncodeLabel(std::string_view label) {
  const auto points = CodePoints(label);
  if (!points || points->empty() || points->size() > kMaxLabelCodePoints) {
    return std::nullopt;
  }
  return std::string(kPrefix) + PunycodeEncode(*points);
}

}  // namespace

std::optional<AsciiHost> HostToAscii(std::string_view host) {
  // A NUL would end the host for libidn2.
  if (host.find('\0') != std::string_view::npos) return std::nullopt;
  AsciiHost out;
  while (true) {
    const std::size_t dot = host.find('.');
    const std::string_view label = host.substr(0, dot);
    // ASCII labels bypass libidn2, which is stricter than browsers are.
    std::optional<std::string> ascii =
        IsAscii(label) ? std::string(label) : LookupHost(std::string(label));
    if (!ascii) {
      out.certain = false;
      ascii = EncodeLabel(label);
    }
    if (!ascii) return std::nullopt;
    out.text += *ascii;
    if (dot == std::string_view::npos) return out;
    out.text += '.';
    host.remove_prefix(dot + 1);
  }
}

bool IsPunycodeLabel(std::string_view label) {
  if (!label.starts_with(kPrefix)) return false;
  const std::string_view encoded = label.substr(kPrefix.size());
  if (encoded.empty() || encoded.size() > kMaxLabelCodePoints) return false;
  const auto points = PunycodeDecode(encoded);
  if (!points) return false;
  const bool ascii = std::all_of(points->begin(), points->end(),
                                 [](std::uint32_t p) { return p < 0x80; });
  return !ascii && PunycodeEncode(*points) == encoded;
}

}  // namespace corsac
