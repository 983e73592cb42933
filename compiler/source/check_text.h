// What must hold for a file's bytes before anything reads them as text.
//
// Internal: not installed.
#ifndef CORSAC_COMPILER_SOURCE_CHECK_TEXT_H_
#define CORSAC_COMPILER_SOURCE_CHECK_TEXT_H_

#include <optional>
#include <string>
#include <string_view>

#include "compiler/source/read_file.h"

namespace corsac {

// Removes a UTF-8 byte order mark, which says nothing.
void StripByteOrderMark(std::string& text);

// Returns why `text` cannot be used, if so: it is UTF-16, holds a NUL or bytes
// that are no UTF-8 (CORS913); it is empty or has only blanks and comments
// (CORS912); a line of a rule file is longer than kMaxLineBytes (CORS914).
// O(text.size()).
std::optional<ReadFault> CheckText(std::string_view text, bool is_rule_file);

}  // namespace corsac

#endif  // CORSAC_COMPILER_SOURCE_CHECK_TEXT_H_
