// One part of a pattern, tried on each symbol by RE2.
// Tested by tests/compiler/automata/regex_parse_test.cc.
#include "compiler/origins/automata/ask_re2.h"

#include <re2/re2.h>

#include <string>

#include "compiler/table/regex_options.h"

namespace corsac::automata {

std::optional<SymbolSet> AskRe2(std::string_view atom, bool fold_case) {
  std::string pattern = fold_case ? "(?i)" : "";
  pattern += atom;
  const re2::RE2 regex(pattern, RegexOptions());
  if (!regex.ok()) return std::nullopt;
  SymbolSet set;
  for (unsigned symbol = kFirstSymbol; symbol <= kLastSymbol; ++symbol) {
    const auto byte = static_cast<char>(symbol);
    if (regex.Match(re2::StringPiece(&byte, 1), 0, 1, re2::RE2::ANCHOR_BOTH,
                    nullptr, 0)) {
      set.Add(symbol);
    }
  }
  return set;
}

}  // namespace corsac::automata
