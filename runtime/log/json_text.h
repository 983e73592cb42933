// Text of other people as a JSON string, without a JSON library: for a log that
// may write a hundred thousand lines a second.
#ifndef CORSAC_RUNTIME_LOG_JSON_TEXT_H_
#define CORSAC_RUNTIME_LOG_JSON_TEXT_H_

#include <string>
#include <string_view>

namespace corsac {

// Appends `text` in quotes to `out`. All of it is printable ASCII: every other
// character is escaped as JSON does, and a byte that is no UTF-8 becomes
// U+FFFD.
void AppendJsonText(std::string_view text, std::string* out);

}  // namespace corsac

#endif  // CORSAC_RUNTIME_LOG_JSON_TEXT_H_
