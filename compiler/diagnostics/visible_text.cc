// Escapes and widths of characters on a terminal. Entry: VisibleCharAt().
// Tested by tests/compiler/render_test.cc.
#include "compiler/diagnostics/visible_text.h"

#include <algorithm>
#include <array>
#include <span>

#include "compiler/source/utf8.h"

namespace corsac {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

// Characters that show nothing, or turn the text around them about: C1
// controls, soft hyphen, Arabic letter mark, Mongolian vowel separator, zero
// width and directional characters, separators, invisible operators, the byte
// order mark, interlinear marks, tags. Sorted.
constexpr auto kHidden = std::to_array<Range>({
    {0x0080, 0x009F},
    {0x00AD, 0x00AD},
    {0x061C, 0x061C},
    {0x115F, 0x1160},
    {0x180B, 0x180F},
    {0x200B, 0x200F},
    {0x2028, 0x202E},
    {0x2060, 0x206F},
    {0x3164, 0x3164},
    {0xFEFF, 0xFEFF},
    {0xFFA0, 0xFFA0},
    {0xFFF0, 0xFFFB},
    {0xFFFE, 0xFFFF},
    {0x1BCA0, 0x1BCA3},
    {0x1D173, 0x1D17A},
    {0xE0000, 0xE0FFF},
});

// Marks that are drawn over the character before them: the blocks made of
// nothing else, and variation selectors. Marks inside the blocks of a script
// are counted as one cell, which puts a caret off by that much. Sorted.
constexpr auto kCombining = std::to_array<Range>({
    {0x0300, 0x036F},
    {0x0483, 0x0489},
    {0x0591, 0x05BD},
    {0x064B, 0x065F},
    {0x1AB0, 0x1AFF},
    {0x1DC0, 0x1DFF},
    {0x20D0, 0x20FF},
    {0x302A, 0x302D},
    {0x3099, 0x309A},
    {0xFE00, 0xFE0F},
    {0xFE20, 0xFE2F},
});

// East Asian Wide and Fullwidth (UAX #11), runs joined where only unassigned
// code points lie between. Sorted.
constexpr auto kWide = std::to_array<Range>({
    {0x1100, 0x115F},   {0x231A, 0x231B},   {0x2329, 0x232A},
    {0x23E9, 0x23EC},   {0x23F0, 0x23F0},   {0x23F3, 0x23F3},
    {0x25FD, 0x25FE},   {0x2614, 0x2615},   {0x2648, 0x2653},
    {0x267F, 0x267F},   {0x2693, 0x2693},   {0x26A1, 0x26A1},
    {0x26AA, 0x26AB},   {0x26BD, 0x26BE},   {0x26C4, 0x26C5},
    {0x26CE, 0x26CE},   {0x26D4, 0x26D4},   {0x26EA, 0x26EA},
    {0x26F2, 0x26F3},   {0x26F5, 0x26F5},   {0x26FA, 0x26FA},
    {0x26FD, 0x26FD},   {0x2705, 0x2705},   {0x270A, 0x270B},
    {0x2728, 0x2728},   {0x274C, 0x274C},   {0x274E, 0x274E},
    {0x2753, 0x2755},   {0x2757, 0x2757},   {0x2795, 0x2797},
    {0x27B0, 0x27B0},   {0x27BF, 0x27BF},   {0x2B1B, 0x2B1C},
    {0x2B50, 0x2B50},   {0x2B55, 0x2B55},   {0x2E80, 0x303E},
    {0x3041, 0x3247},   {0x3250, 0x4DBF},   {0x4E00, 0xA4CF},
    {0xA960, 0xA97F},   {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},
    {0xFE10, 0xFE19},   {0xFE30, 0xFE6F},   {0xFF01, 0xFF60},
    {0xFFE0, 0xFFE6},   {0x16FE0, 0x18D08}, {0x1AFF0, 0x1B2FB},
    {0x1F004, 0x1F004}, {0x1F0CF, 0x1F0CF}, {0x1F18E, 0x1F18E},
    {0x1F191, 0x1F19A}, {0x1F200, 0x1F320}, {0x1F32D, 0x1F335},
    {0x1F337, 0x1F37C}, {0x1F37E, 0x1F393}, {0x1F3A0, 0x1F3CA},
    {0x1F3CF, 0x1F3D3}, {0x1F3E0, 0x1F3F0}, {0x1F3F4, 0x1F3F4},
    {0x1F3F8, 0x1F43E}, {0x1F440, 0x1F440}, {0x1F442, 0x1F4FC},
    {0x1F4FF, 0x1F53D}, {0x1F54B, 0x1F54E}, {0x1F550, 0x1F567},
    {0x1F57A, 0x1F57A}, {0x1F595, 0x1F596}, {0x1F5A4, 0x1F5A4},
    {0x1F5FB, 0x1F64F}, {0x1F680, 0x1F6C5}, {0x1F6CC, 0x1F6CC},
    {0x1F6D0, 0x1F6D2}, {0x1F6D5, 0x1F6DF}, {0x1F6EB, 0x1F6EF},
    {0x1F6F4, 0x1F6FF}, {0x1F7E0, 0x1F7F0}, {0x1F90C, 0x1F93A},
    {0x1F93C, 0x1F945}, {0x1F947, 0x1F9FF}, {0x1FA70, 0x1FAFF},
    {0x20000, 0x2FFFD}, {0x30000, 0x3FFFD},
});

bool Contains(std::span<const Range> ranges, char32_t code_point) {
  const auto after = std::upper_bound(
      ranges.begin(), ranges.end(), code_point,
      [](char32_t value, const Range& range) { return value < range.first; });
  return after != ranges.begin() && code_point <= (after - 1)->last;
}

std::string Hex(std::uint32_t value, std::size_t digits) {
  constexpr std::string_view kHexDigits = "0123456789abcdef";
  std::string hex;
  for (std::size_t i = digits; i-- > 0;) {
    hex += kHexDigits[(value >> (4 * i)) & 0xFU];
  }
  return hex;
}

std::string EscapeOf(char32_t code_point) {
  if (code_point < 0x80) return "\\x" + Hex(code_point, 2);
  return "\\u{" + Hex(code_point, code_point > 0xFFFF ? 5 : 4) + "}";
}

}  // namespace

VisibleChar VisibleCharAt(std::string_view text, std::size_t at) {
  const Utf8Char c = DecodeUtf8(text, at);
  VisibleChar visible;
  visible.bytes = c.bytes;
  if (!c.valid) {
    visible.text = "\\x" + Hex(static_cast<unsigned char>(text[at]), 2);
  } else if (c.code_point == '\t') {
    visible.text = "    ";
  } else if (c.code_point < 0x20 || c.code_point == 0x7F ||
             Contains(kHidden, c.code_point)) {
    visible.text = EscapeOf(c.code_point);
  } else {
    visible.text = text.substr(at, c.bytes);
    if (Contains(kCombining, c.code_point)) {
      visible.cells = 0;
    } else {
      visible.cells = Contains(kWide, c.code_point) ? 2 : 1;
    }
    return visible;
  }
  visible.cells = visible.text.size();
  return visible;
}

std::string VisibleText(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const VisibleChar c = VisibleCharAt(text, at);
    if (text[at] == '\t') {
      out += "\\t";
    } else if (text[at] == '\n') {
      out += "\\n";
    } else {
      out += c.text;
    }
    at += c.bytes;
  }
  return out;
}

}  // namespace corsac
