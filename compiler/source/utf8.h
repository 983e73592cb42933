// UTF-8, strictly: no overlong forms, no surrogates, nothing past U+10FFFF.
//
// Internal: not installed.
#ifndef CORSAC_COMPILER_SOURCE_UTF8_H_
#define CORSAC_COMPILER_SOURCE_UTF8_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace corsac {

struct Utf8Char {
  char32_t code_point = 0;  // 0xFFFD when not `valid`
  std::uint32_t bytes = 1;  // 1 when not `valid`: the byte stands alone
  bool valid = true;
};

// The character that begins at text[at].
// REQUIRES: at < text.size().
Utf8Char DecodeUtf8(std::string_view text, std::size_t at);

// The offset of the first byte at or after `from` that begins no UTF-8
// character, or text.size(). Runs of ASCII are skipped eight bytes at a time.
std::size_t FindInvalidUtf8(std::string_view text, std::size_t from = 0);

// Whether `byte` continues a character rather than beginning one.
constexpr bool IsUtf8Continuation(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

}  // namespace corsac

#endif  // CORSAC_COMPILER_SOURCE_UTF8_H_
