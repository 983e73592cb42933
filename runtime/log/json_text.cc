// Escapes of JSON. Entry: AppendJsonText().
// Tested by tests/runtime/access_line_test.cc.
#include "runtime/log/json_text.h"

#include <cstddef>

#include "compiler/source/utf8.h"

namespace corsac {
namespace {

// One UTF-16 unit as \uNNNN.
void AppendUnit(char32_t unit, std::string* out) {
  constexpr std::string_view kHexDigits = "0123456789abcdef";
  *out += "\\u";
  for (unsigned shift = 16; shift > 0;) {
    shift -= 4;
    *out += kHexDigits[(unit >> shift) & 0xFU];
  }
}

void AppendEscaped(char32_t code_point, std::string* out) {
  switch (code_point) {
    case '"':
    case '\\':
      *out += '\\';
      *out += static_cast<char>(code_point);
      return;
    case '\b':
      *out += "\\b";
      return;
    case '\f':
      *out += "\\f";
      return;
    case '\n':
      *out += "\\n";
      return;
    case '\r':
      *out += "\\r";
      return;
    case '\t':
      *out += "\\t";
      return;
    default:
      break;
  }
  constexpr char32_t kFirstOfTwo = 0x10000;
  if (code_point < kFirstOfTwo) return AppendUnit(code_point, out);
  const char32_t rest = code_point - kFirstOfTwo;
  AppendUnit(0xD800 + (rest >> 10U), out);
  AppendUnit(0xDC00 + (rest & 0x3FFU), out);
}

constexpr bool IsPlain(char c) {
  return c >= 0x20 && c < 0x7F && c != '"' && c != '\\';
}

}  // namespace

void AppendJsonText(std::string_view text, std::string* out) {
  *out += '"';
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && IsPlain(text[end])) ++end;
    out->append(text, at, end - at);
    at = end;
    if (at == text.size()) break;
    const Utf8Char next = DecodeUtf8(text, at);
    AppendEscaped(next.code_point, out);
    at += next.bytes;
  }
  *out += '"';
}

}  // namespace corsac
