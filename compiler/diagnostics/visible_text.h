// Text of other people made fit for a terminal. A rule file, a file's name or
// a message that quotes them may hold bytes that move the cursor, change
// colours, hide text or reverse its order; shown here, they are escapes.
//
// Internal: not installed.
#ifndef CORSAC_COMPILER_DIAGNOSTICS_VISIBLE_TEXT_H_
#define CORSAC_COMPILER_DIAGNOSTICS_VISIBLE_TEXT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace corsac {

// One character as it is shown.
struct VisibleChar {
  std::string text;         // itself, blanks for a tab, or an escape
  std::uint32_t bytes = 1;  // that it takes in the source
  std::size_t cells = 1;    // that `text` takes on a terminal
};

// The character at text[at]. A tab is four blanks. Control characters, bytes
// that are no UTF-8 (`\xNN`), and characters that are invisible or change the
// direction of writing (`\u{NNNN}`) are escapes. East Asian wide characters
// take two cells, combining marks none.
// REQUIRES: at < text.size().
VisibleChar VisibleCharAt(std::string_view text, std::size_t at);

// `text` with every character as above, but a tab as `\t` and a line feed as
// `\n`.
std::string VisibleText(std::string_view text);

}  // namespace corsac

#endif  // CORSAC_COMPILER_DIAGNOSTICS_VISIBLE_TEXT_H_
