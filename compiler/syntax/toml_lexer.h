// The words of a TOML text: as much of the language as it takes to say where
// strings, comments and brackets begin and end.
//
// It runs before the TOML library does, for three reasons: a mistake inside a
// string (a regex in double quotes, a quote forgotten) can be explained where
// it stands; limits on nesting and size can be kept before memory is spent; and
// the library must not meet characters outside ASCII where it does not expect
// them (its tests for blanks are undefined for some).
//
// Internal: not installed.
#ifndef CORSAC_COMPILER_SYNTAX_TOML_LEXER_H_
#define CORSAC_COMPILER_SYNTAX_TOML_LEXER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "compiler/diagnostics/codes.h"

namespace corsac {

struct TomlToken {
  enum class Kind : std::uint8_t {
    kBare,     // a run of letters, digits and _-+:
    kString,   // with its quotes, of any of the four kinds
    kPunct,    // one other byte
    kNewline,  // "\n" or "\r\n"
    kEnd,      // of the text
    kFault,    // see TomlLexer::fault()
  };

  Kind kind = Kind::kEnd;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

// What is wrong with a text, in bytes [begin, end) of it.
struct TomlFault {
  Code code = Code::kSyntax;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  // The TOML library must not be shown the statement that this is in.
  bool unsafe = false;
  std::string message;
  std::string label;
  std::string help;
  // What to write in place of bytes [fix_begin, fix_end).
  std::optional<std::string> fix;
  std::uint32_t fix_begin = 0;
  std::uint32_t fix_end = 0;
};

// Not thread-safe. The text must outlive it.
class TomlLexer {
 public:
  // REQUIRES: `text` is UTF-8, and at most 4 GiB; `begin` is not inside a
  // string or a comment.
  explicit TomlLexer(std::string_view text, std::uint32_t begin = 0)
      : text_(text), at_(begin) {}

  // The next token; blanks and comments are skipped. After kEnd or kFault the
  // same again.
  TomlToken Next();

  // Where the next token is looked for.
  std::uint32_t at() const { return at_; }

  // Of the token kFault.
  const TomlFault& fault() const { return *fault_; }

 private:
  bool AtEnd() const { return at_ >= text_.size(); }
  char Peek(std::uint32_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  std::uint32_t LineEnd(std::uint32_t from) const;

  void SkipBlanksAndComments();
  void LexString();
  void LexEscape(std::uint32_t string_begin, bool multi_line);
  void LexLineContinuation(std::uint32_t begin);
  void LexStray();

  // Each reports unless something was reported before.
  TomlFault& Fault(std::uint32_t begin, std::uint32_t end,
                   std::string_view message);
  void FaultUnterminated(std::uint32_t begin, bool multi_line);
  void FaultBadEscape(std::uint32_t string_begin, std::uint32_t escape);
  void FaultControl(std::string_view where);

  std::string_view text_;
  std::uint32_t at_;
  std::optional<TomlFault> fault_;
};

// Whether `byte` can stand neither in a comment nor in a string; a line end
// before which there is a '\r' excepted.
constexpr bool IsTomlControl(char byte) {
  const auto value = static_cast<unsigned char>(byte);
  return (value < 0x20 && byte != '\t') || value == 0x7F;
}

// Whether `byte` can stand in a bare key.
constexpr bool IsBareKeyByte(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
         (byte >= '0' && byte <= '9') || byte == '_' || byte == '-';
}

}  // namespace corsac

#endif  // CORSAC_COMPILER_SYNTAX_TOML_LEXER_H_
