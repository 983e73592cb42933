// Is it text at all? Entry: CheckText().
// Tested by tests/compiler/source_set_test.cc.
#include "compiler/source/check_text.h"

#include <algorithm>
#include <cstddef>

#include "compiler/limits.h"
#include "compiler/source/utf8.h"

namespace corsac {
namespace {

constexpr std::string_view kHexDigits = "0123456789ABCDEF";

std::string Hex(char byte) {
  const auto value = static_cast<unsigned char>(byte);
  return std::string("0x") + kHexDigits[value >> 4U] + kHexDigits[value & 0xFU];
}

// "line 3, byte 14": bytes rather than columns, for what is no text has no
// characters to count.
std::string PlaceInBytes(std::string_view text, std::size_t at) {
  const std::string_view before = text.substr(0, at);
  const std::size_t line = 1 + static_cast<std::size_t>(std::count(
                                   before.begin(), before.end(), '\n'));
  const std::size_t end_of_last = before.rfind('\n');
  const std::size_t start =
      end_of_last == std::string_view::npos ? 0 : end_of_last + 1;
  return "line " + std::to_string(line) + ", byte " +
         std::to_string(at - start + 1);
}

std::optional<ReadFault> CheckEncoding(std::string_view text) {
  using namespace std::string_view_literals;
  if (text.starts_with("\xFF\xFE"sv) || text.starts_with("\xFE\xFF"sv) ||
      text.starts_with("\0\0\xFE\xFF"sv)) {
    return ReadFault{Code::kNotText,
                     "is not UTF-8 text: line 1, byte 1 begins a UTF-16 or "
                     "UTF-32 byte order mark",
                     "save the file as UTF-8"};
  }
  const std::size_t nul = text.find('\0');
  const std::size_t invalid = FindInvalidUtf8(text);
  if (nul < invalid) {
    return ReadFault{
        Code::kNotText,
        "is not text: " + PlaceInBytes(text, nul) + " is a NUL byte",
        "is it a binary file, or text saved as UTF-16? Save it as UTF-8"};
  }
  if (invalid < text.size()) {
    return ReadFault{Code::kNotText,
                     "is not UTF-8 text: " + PlaceInBytes(text, invalid) +
                         " (" + Hex(text[invalid]) +
                         ") begins no UTF-8 character",
                     "save the file as UTF-8; an older encoding such as "
                     "Latin-1 is not understood"};
  }
  return std::nullopt;
}

// Goes through the lines: is there anything but blanks and comments, and is
// none too long?
std::optional<ReadFault> CheckLines(std::string_view text, bool is_rule_file) {
  bool has_content = false;
  std::size_t line = 0;
  for (std::size_t start = 0; start < text.size();) {
    ++line;
    const std::size_t end = std::min(text.find('\n', start), text.size());
    const std::size_t content = text.find_first_not_of(" \t\r", start);
    if (content < end && text[content] != '#') has_content = true;
    if (is_rule_file && end - start > kMaxLineBytes) {
      return ReadFault{
          Code::kLimit,
          "has " + std::to_string(end - start) + " bytes in line " +
              std::to_string(line) + "; a line may have " +
              std::to_string(kMaxLineBytes),
          "write a long list with one entry a line, or put it into a file of "
          "origins: `{ file = \"origins.txt\" }`"};
    }
    start = end + 1;
  }
  if (has_content) return std::nullopt;
  return ReadFault{Code::kEmpty, "has nothing in it but blanks and comments",
                   ""};
}

}  // namespace

void StripByteOrderMark(std::string& text) {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  if (text.starts_with(kMark)) text.erase(0, kMark.size());
}

std::optional<ReadFault> CheckText(std::string_view text, bool is_rule_file) {
  std::optional<ReadFault> fault;
  if (text.empty()) {
    fault = ReadFault{Code::kEmpty, "is empty", ""};
  } else {
    fault = CheckEncoding(text);
    if (!fault) fault = CheckLines(text, is_rule_file);
  }
  if (fault && fault->code == Code::kEmpty) {
    fault->help = is_rule_file ? "write `version = 1` and a `[[route]]`, or "
                                 "remove the file if it is not wanted"
                               : "write one origin a line, or remove the "
                                 "entry that names the file";
  }
  return fault;
}

}  // namespace corsac
