// Punycode (RFC 3492) for hints about hosts that are not ASCII. Deciding is
// never done with it: the compiler refuses such hosts in rules, and the origin
// grammar refuses them in requests.
// Tested by tests/runtime/near_miss_test.cc.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/fetch/names.h"
#include "compiler/limits.h"
#include "runtime/decision/near_miss.h"

namespace corsac {
namespace {

// Returns the code point at the front of `text` and takes it away; nothing if
// there is no well-formed one.
std::optional<char32_t> TakeCodePoint(std::string_view* text) {
  const auto lead = static_cast<unsigned char>(text->front());
  std::size_t length = 1;
  char32_t point = lead;
  if (lead >= 0xF0 && lead <= 0xF4) {
    length = 4;
    point = lead & 0x07U;
  } else if (lead >= 0xE0 && lead < 0xF0) {
    length = 3;
    point = lead & 0x0FU;
  } else if (lead >= 0xC2 && lead < 0xE0) {
    length = 2;
    point = lead & 0x1FU;
  } else if (lead >= 0x80) {
    return std::nullopt;
  }
  if (text->size() < length) return std::nullopt;
  for (std::size_t i = 1; i < length; ++i) {
    const auto byte = static_cast<unsigned char>((*text)[i]);
    if ((byte & 0xC0U) != 0x80U) return std::nullopt;
    point = (point << 6U) | (byte & 0x3FU);
  }
  const bool overlong =
      (length == 3 && point < 0x800) || (length == 4 && point < 0x10000);
  if (overlong || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) {
    return std::nullopt;
  }
  text->remove_prefix(length);
  return point;
}

char32_t LowerPoint(char32_t point) {
  if (point >= U'A' && point <= U'Z') return point + 0x20;
  // Full-width forms stand for ASCII.
  if (point >= 0xFF01 && point <= 0xFF5E) return LowerPoint(point - 0xFEE0);
  const bool latin = point >= 0xC0 && point <= 0xDE && point != 0xD7;
  const bool greek = point >= 0x391 && point <= 0x3A9 && point != 0x3A2;
  const bool cyrillic = point >= 0x410 && point <= 0x42F;
  if (latin || greek || cyrillic) return point + 0x20;
  if (point >= 0x400 && point <= 0x40F) return point + 0x50;
  return point;
}

bool IsDot(char32_t point) {
  return point == U'.' || point == 0x3002 || point == 0xFF0E || point == 0xFF61;
}

constexpr std::uint32_t kBase = 36;
constexpr std::uint32_t kTMin = 1;
constexpr std::uint32_t kTMax = 26;

// RFC 3492, section 6.1.
std::uint32_t Adapt(std::uint32_t delta, std::uint32_t count, bool first) {
  constexpr std::uint32_t kSkew = 38;
  constexpr std::uint32_t kDamp = 700;
  delta = first ? delta / kDamp : delta / 2;
  delta += delta / count;
  std::uint32_t k = 0;
  while (delta > ((kBase - kTMin) * kTMax) / 2) {
    delta /= kBase - kTMin;
    k += kBase;
  }
  return k + (kBase - kTMin + 1) * delta / (delta + kSkew);
}

char Digit(std::uint32_t value) {
  return static_cast<char>(value < 26 ? 'a' + value : '0' + (value - 26));
}

void AppendVariableLength(std::uint32_t delta, std::uint32_t bias,
                          std::string* out) {
  std::uint32_t q = delta;
  for (std::uint32_t k = kBase;; k += kBase) {
    const std::uint32_t t =
        k <= bias ? kTMin : (k >= bias + kTMax ? kTMax : k - bias);
    if (q < t) break;
    *out += Digit(t + (q - t) % (kBase - t));
    q = (q - t) / (kBase - t);
  }
  *out += Digit(q);
}

// RFC 3492, section 6.3. Labels are short, so nothing overflows.
std::string EncodeLabel(const std::u32string& label) {
  std::string out;
  for (const char32_t point : label) {
    if (point < 0x80) out += static_cast<char>(point);
  }
  const auto basic = static_cast<std::uint32_t>(out.size());
  if (basic == label.size()) return out;
  if (basic > 0) out += '-';
  std::uint32_t handled = basic;
  std::uint32_t n = 0x80;
  std::uint32_t delta = 0;
  std::uint32_t bias = 72;
  while (handled < label.size()) {
    std::uint32_t next = std::numeric_limits<std::uint32_t>::max();
    for (const char32_t point : label) {
      if (point >= n) next = std::min(next, static_cast<std::uint32_t>(point));
    }
    delta += (next - n) * (handled + 1);
    n = next;
    for (const char32_t point : label) {
      if (point < n) ++delta;
      if (point != n) continue;
      AppendVariableLength(delta, bias, &out);
      bias = Adapt(delta, handled + 1, handled == basic);
      delta = 0;
      ++handled;
    }
    ++delta;
    ++n;
  }
  return "xn--" + out;
}

}  // namespace

std::string PunycodeHost(std::string_view host) {
  if (host.size() > kMaxOriginBytes) return {};
  std::string out;
  std::u32string label;
  while (!host.empty()) {
    const std::optional<char32_t> point = TakeCodePoint(&host);
    if (!point) return {};
    if (IsDot(*point)) {
      out += EncodeLabel(label) + ".";
      label.clear();
    } else {
      label += LowerPoint(*point);
    }
  }
  return out + EncodeLabel(label);
}

}  // namespace corsac
