// The words of a TOML text. Entry: TomlLexer::Next().
// Tested by tests/compiler/toml_scan_test.cc and parse_test.cc.
#include "compiler/syntax/toml_lexer.h"

#include <algorithm>

#include "compiler/source/utf8.h"

namespace corsac {
namespace {

bool IsBlank(char byte) { return byte == ' ' || byte == '\t'; }

bool IsAscii(char byte) { return static_cast<unsigned char>(byte) < 0x80; }

bool IsHexDigit(char byte) {
  return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'f') ||
         (byte >= 'A' && byte <= 'F');
}

// "U+201C".
std::string CodePointName(char32_t code_point) {
  constexpr std::string_view kHexDigits = "0123456789ABCDEF";
  std::string digits;
  for (auto value = static_cast<std::uint32_t>(code_point);
       value != 0 || digits.size() < 4; value >>= 4U) {
    digits += kHexDigits[value & 0xFU];
  }
  std::reverse(digits.begin(), digits.end());
  return "U+" + digits;
}

bool IsTypographicQuote(char32_t c) {
  return (c >= 0x2018 && c <= 0x201F) || c == 0xAB || c == 0xBB || c == 0xB4 ||
         c == 0x300C || c == 0x300D || c == 0xFF02 || c == 0xFF07;
}

bool IsTypographicBlank(char32_t c) {
  return c == 0xA0 || (c >= 0x2000 && c <= 0x200B) || c == 0x202F ||
         c == 0x205F || c == 0x3000 || c == 0xFEFF;
}

}  // namespace

TomlToken TomlLexer::Next() {
  SkipBlanksAndComments();
  TomlToken token;
  token.begin = at_;
  if (fault_) {
    token.kind = TomlToken::Kind::kFault;
  } else if (AtEnd()) {
    token.kind = TomlToken::Kind::kEnd;
  } else if (Peek() == '\n' || (Peek() == '\r' && Peek(1) == '\n')) {
    token.kind = TomlToken::Kind::kNewline;
    at_ += Peek() == '\r' ? 2U : 1U;
  } else if (Peek() == '"' || Peek() == '\'') {
    token.kind = TomlToken::Kind::kString;
    LexString();
  } else if (IsBareKeyByte(Peek()) || Peek() == '+' || Peek() == ':') {
    token.kind = TomlToken::Kind::kBare;
    while (IsBareKeyByte(Peek()) || Peek() == '+' || Peek() == ':') ++at_;
  } else if (IsTomlControl(Peek()) || !IsAscii(Peek())) {
    LexStray();
  } else {
    token.kind = TomlToken::Kind::kPunct;
    ++at_;
  }
  if (fault_) {
    token.kind = TomlToken::Kind::kFault;
    token.begin = fault_->begin;
    token.end = fault_->end;
  } else {
    token.end = at_;
  }
  return token;
}

std::uint32_t TomlLexer::LineEnd(std::uint32_t from) const {
  auto end = static_cast<std::uint32_t>(
      std::min(text_.find('\n', from), text_.size()));
  if (end > from && text_[end - 1] == '\r') --end;
  return end;
}

void TomlLexer::SkipBlanksAndComments() {
  if (fault_) return;
  while (IsBlank(Peek())) ++at_;
  if (Peek() != '#') return;
  const std::uint32_t end = LineEnd(at_);
  while (at_ < end) {
    if (IsTomlControl(Peek())) {
      FaultControl("in a comment");
      return;
    }
    ++at_;
  }
}

void TomlLexer::LexString() {
  const std::uint32_t begin = at_;
  const char quote = Peek();
  const bool multi_line = Peek(1) == quote && Peek(2) == quote;
  at_ += multi_line ? 3U : 1U;
  while (!fault_) {
    if (AtEnd() || (!multi_line && Peek() == '\n') ||
        (!multi_line && Peek() == '\r' && Peek(1) == '\n')) {
      FaultUnterminated(begin, multi_line);
    } else if (Peek() == quote) {
      if (!multi_line) {
        ++at_;
        return;
      }
      // Up to two quotes may stand before the three that close.
      std::uint32_t run = 0;
      while (run < 5 && Peek(run) == quote) ++run;
      at_ += run;
      if (run >= 3) return;
    } else if (quote == '"' && Peek() == '\\') {
      LexEscape(begin, multi_line);
    } else if (multi_line &&
               (Peek() == '\n' || (Peek() == '\r' && Peek(1) == '\n'))) {
      ++at_;
    } else if (IsTomlControl(Peek())) {
      // A "\r" before a "\n" is met again as that "\n".
      FaultControl("in a string");
    } else {
      ++at_;
    }
  }
}

void TomlLexer::LexEscape(std::uint32_t string_begin, bool multi_line) {
  const std::uint32_t escape = at_;
  const char letter = Peek(1);
  if (multi_line && (IsBlank(letter) || letter == '\n' ||
                     (letter == '\r' && Peek(2) == '\n'))) {
    LexLineContinuation(escape);
    return;
  }
  if (letter == '\0' || letter == '\n' || letter == '\r') {
    // The end of the line or of the text is what is wrong.
    ++at_;
    return;
  }
  if (std::string_view("btnfr\"\\").find(letter) != std::string_view::npos) {
    at_ += 2;
    return;
  }
  if (letter != 'u' && letter != 'U') {
    FaultBadEscape(string_begin, escape);
    return;
  }
  const std::uint32_t digits = letter == 'u' ? 4 : 8;
  std::uint64_t value = 0;
  for (std::uint32_t i = 0; i < digits; ++i) {
    const char digit = Peek(2 + i);
    if (!IsHexDigit(digit)) {
      TomlFault& fault =
          Fault(escape, escape + 2, "an escape that is not complete");
      fault.label = "needs " + std::to_string(digits) + " hexadecimal digits";
      fault.help =
          "write a backslash that stands for itself as `\\\\`, or put the "
          "text into 'single quotes'";
      return;
    }
    value = value * 16 +
            static_cast<std::uint64_t>(
                digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10);
  }
  if (value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) {
    TomlFault& fault = Fault(escape, escape + 2 + digits,
                             "an escape for a character that does not exist");
    fault.help = "characters go up to U+10FFFF, surrogates left out";
    return;
  }
  at_ += 2 + digits;
}

// A backslash at the end of a line of a multi-line string swallows the line end
// and the blanks that follow.
void TomlLexer::LexLineContinuation(std::uint32_t begin) {
  ++at_;
  while (IsBlank(Peek())) ++at_;
  if (AtEnd()) return;
  if (Peek() == '\r' && Peek(1) == '\n') ++at_;
  if (Peek() != '\n') {
    TomlFault& fault = Fault(begin, begin + 1, "a backslash before a blank");
    fault.unsafe = !IsAscii(Peek());
    fault.help =
        "a backslash may end a line; one that stands for itself is written "
        "`\\\\`";
    return;
  }
  while (IsBlank(Peek()) || Peek() == '\n' || Peek() == '\r') ++at_;
  if (!IsAscii(Peek())) {
    const Utf8Char c = DecodeUtf8(text_, at_);
    TomlFault& fault =
        Fault(at_, at_ + c.bytes,
              "a line of text begins with " + CodePointName(c.code_point) +
                  " after a line that ends in a backslash");
    fault.unsafe = true;
    fault.help = "this is not supported; write the text in one line";
  }
}

// A byte that no token begins with.
void TomlLexer::LexStray() {
  if (IsAscii(Peek())) {
    FaultControl("outside a string");
    return;
  }
  const Utf8Char c = DecodeUtf8(text_, at_);
  const std::string name = CodePointName(c.code_point);
  const std::string shown(text_.substr(at_, c.bytes));
  if (IsTypographicQuote(c.code_point)) {
    TomlFault& fault =
        Fault(at_, at_ + c.bytes,
              "`" + shown + "` (" + name + ") is not a quotation mark of TOML");
    fault.unsafe = true;
    fault.help = "write straight quotes: `\"text\"` or `'text'`";
  } else if (IsTypographicBlank(c.code_point)) {
    TomlFault& fault =
        Fault(at_, at_ + c.bytes,
              "the blank " + name + " can stand only in strings and comments");
    fault.unsafe = true;
    fault.help = "write an ordinary blank";
    fault.fix = " ";
    fault.fix_begin = at_;
    fault.fix_end = at_ + c.bytes;
  } else {
    TomlFault& fault = Fault(at_, at_ + c.bytes,
                             "`" + shown + "` (" + name +
                                 ") can stand only in strings and comments");
    fault.unsafe = true;
    fault.help = "put the text into quotes";
  }
}

TomlFault& TomlLexer::Fault(std::uint32_t begin, std::uint32_t end,
                            std::string_view message) {
  fault_.emplace();
  fault_->begin = begin;
  fault_->end = std::min(end, static_cast<std::uint32_t>(text_.size()));
  fault_->message = message;
  return *fault_;
}

void TomlLexer::FaultUnterminated(std::uint32_t begin, bool multi_line) {
  const std::string quotes(multi_line ? 3 : 1, text_[begin]);
  const std::uint32_t end =
      multi_line ? begin + 3 : std::max(begin + 1, LineEnd(begin));
  const bool at_end = AtEnd();
  TomlFault& fault = Fault(begin, end, "a string that is not closed");
  if (at_end) fault.code = Code::kTruncated;
  fault.label = "the closing `" + quotes + "` is missing";
  fault.help = at_end ? "the file ends inside a string; was it cut off?"
                      : "close the string with `" + quotes +
                            "` on the line that it begins on";
}

void TomlLexer::FaultBadEscape(std::uint32_t string_begin,
                               std::uint32_t escape) {
  const Utf8Char letter = DecodeUtf8(text_, escape + 1);
  const std::string shown(text_.substr(escape, 1 + letter.bytes));
  TomlFault& fault = Fault(escape, escape + 1 + letter.bytes,
                           "`" + shown +
                               "` means nothing in a double-quoted "
                               "string");
  fault.unsafe = !IsAscii(text_[escape + 1]);
  fault.label = "not an escape of TOML";
  fault.help =
      "put a regex into 'single quotes', where a backslash stands for itself";
  // The same text in single quotes, if it can stand there and no escape of it
  // was meant as one.
  if (text_.substr(string_begin, 3) == "\"\"\"") return;
  const std::uint32_t line_end = LineEnd(escape);
  std::uint32_t close = string_begin + 1;
  while (close < line_end && text_[close] != '"') {
    if (text_[close] == '\\' && close + 1 < line_end &&
        (text_[close + 1] == '\\' || text_[close + 1] == '"')) {
      return;
    }
    if (text_[close] == '\'' || IsTomlControl(text_[close])) return;
    ++close;
  }
  if (close >= line_end) return;
  fault.fix =
      "'" +
      std::string(text_.substr(string_begin + 1, close - string_begin - 1)) +
      "'";
  fault.fix_begin = string_begin;
  fault.fix_end = close + 1;
}

void TomlLexer::FaultControl(std::string_view where) {
  const auto byte = static_cast<unsigned char>(Peek());
  TomlFault& fault = Fault(
      at_, at_ + 1,
      "control character " + CodePointName(byte) + " " + std::string(where));
  fault.help = byte == '\r'
                   ? "end lines in a line feed, with or without a carriage "
                     "return before it"
                   : "remove it; in a string it can be written as an escape";
}

}  // namespace corsac
