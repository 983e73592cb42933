// What RE2 takes a part of a pattern for that consumes one byte: the way to
// have Unicode classes without tables of them.
//
// Internal: not installed. RE2 is behind this header.
#ifndef CORSAC_COMPILER_ORIGINS_AUTOMATA_ASK_RE2_H_
#define CORSAC_COMPILER_ORIGINS_AUTOMATA_ASK_RE2_H_

#include <optional>
#include <string_view>

#include "compiler/origins/automata/symbol_set.h"

namespace corsac::automata {

// The symbols that `atom` (`\pL`, `\P{Greek}`) matches by RE2, case aside if
// `fold_case`; nothing if RE2 does not take it. Some 50 µs: RE2 compiles the
// whole class.
std::optional<SymbolSet> AskRe2(std::string_view atom, bool fold_case);

}  // namespace corsac::automata

#endif  // CORSAC_COMPILER_ORIGINS_AUTOMATA_ASK_RE2_H_
