// Decoding UTF-8 (RFC 3629). Entries: DecodeUtf8() and FindInvalidUtf8().
// Tested by tests/compiler/source_set_test.cc.
#include "compiler/source/utf8.h"

#include <cstring>

namespace corsac {
namespace {

constexpr Utf8Char kInvalid{0xFFFD, 1, false};

// The smallest code point that needs so many bytes; a smaller one is overlong.
constexpr char32_t SmallestOf(std::uint32_t bytes) {
  switch (bytes) {
    case 2:
      return 0x80;
    case 3:
      return 0x800;
    default:
      return 0x10000;
  }
}

}  // namespace

Utf8Char DecodeUtf8(std::string_view text, std::size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  if (lead < 0x80) return {lead, 1, true};
  std::uint32_t bytes = 0;
  char32_t value = 0;
  if (lead >= 0xC2 && lead <= 0xDF) {
    bytes = 2;
    value = lead & 0x1FU;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    bytes = 3;
    value = lead & 0x0FU;
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    bytes = 4;
    value = lead & 0x07U;
  } else {
    return kInvalid;
  }
  if (text.size() - at < bytes) return kInvalid;
  for (std::uint32_t i = 1; i < bytes; ++i) {
    if (!IsUtf8Continuation(text[at + i])) return kInvalid;
    value = (value << 6U) | (static_cast<unsigned char>(text[at + i]) & 0x3FU);
  }
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (value < SmallestOf(bytes) || surrogate || value > 0x10FFFF) {
    return kInvalid;
  }
  return {value, bytes, true};
}

std::size_t FindInvalidUtf8(std::string_view text, std::size_t from) {
  constexpr std::uint64_t kHighBits = 0x8080'8080'8080'8080;
  std::size_t at = from;
  while (at < text.size()) {
    if (text.size() - at >= sizeof(std::uint64_t)) {
      std::uint64_t word = 0;
      std::memcpy(&word, text.data() + at, sizeof word);
      if ((word & kHighBits) == 0) {
        at += sizeof word;
        continue;
      }
    }
    const Utf8Char c = DecodeUtf8(text, at);
    if (!c.valid) return at;
    at += c.bytes;
  }
  return text.size();
}

}  // namespace corsac
