// Bytes → a pattern and texts: what RE2 takes our automata must match alike,
// and what they say of origins must be true.
//
// The first line is the pattern, and each further line a text. Where the first
// line is empty the pattern is generated from the bytes after it.
#include <cstddef>
#include <string>
#include <string_view>

#include "compiler/limits.h"
#include "compiler/origins/automata/regex_form.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/testing/choices.h"
#include "tests/testing/regex_generator.h"
#include "tests/testing/regex_oracle.h"

namespace corsac::testing {
namespace {

constexpr std::size_t kTexts = 8;

// What is not a byte of origins is no text for the automata.
bool IsText(std::string_view text) {
  for (const char c : text) {
    if (c < 0x21 || c > 0x7E) return false;
  }
  return true;
}

std::string_view TakeLine(std::string_view* text) {
  const std::size_t end = text->find('\n');
  const std::string_view line = text->substr(0, end);
  text->remove_prefix(end == std::string_view::npos ? text->size() : end + 1);
  return line;
}

void CheckPattern(const std::string& pattern, std::string_view lines,
                  Choices choices) {
  if (pattern.size() > kMaxRegexBytes) return;
  // Smaller than usual, so that the bounds are met too.
  RegexCaps caps;
  caps.dfa_states = 500;
  caps.work = 200'000;
  const RegexOracle oracle(pattern, caps);
  if (!oracle.accepted()) return;
  Require(oracle.form().work <= 2 * caps.work, "the analysis costs too much");
  std::size_t comparisons = 0;
  const std::string difference =
      oracle.CompareAll(choices, kTexts, &comparisons);
  Require(difference.empty(), difference);
  for (std::size_t i = 0; i < kTexts && !lines.empty(); ++i) {
    const std::string text(TakeLine(&lines));
    if (!IsText(text)) continue;
    for (const std::string& found :
         {oracle.CompareText(text), oracle.CompareOrigin(text)}) {
      Require(found.empty(), found);
    }
  }
}

}  // namespace
}  // namespace corsac::testing

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  using namespace corsac::testing;  // NOLINT(google-build-using-namespace)
  std::string_view rest = AsText(data, size);
  std::string pattern(TakeLine(&rest));
  Choices choices = Choices::FromBytes(rest);
  if (pattern.empty()) {
    pattern = choices.OneIn(2) ? GeneratePattern(choices)
                               : GenerateOriginPattern(choices);
  }
  CheckPattern(pattern, rest, choices);
  return 0;
}
