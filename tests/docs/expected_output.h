// Comparing what a command printed with what a document shows.
#ifndef CORSAC_TESTS_DOCS_EXPECTED_OUTPUT_H_
#define CORSAC_TESTS_DOCS_EXPECTED_OUTPUT_H_

#include <string_view>

namespace corsac::testing {

// Whether `actual` is what `expected` shows. In `expected` a line that is `…`
// alone stands for any number of lines, and `…` within a line for any text.
// If both are JSON they are compared as values, so that a document may break
// lines where it likes; then a string "…" stands for any value.
// Blanks at the ends of lines, and empty lines at the end, do not matter.
bool OutputMatches(std::string_view expected, std::string_view actual);

}  // namespace corsac::testing

#endif  // CORSAC_TESTS_DOCS_EXPECTED_OUTPUT_H_
