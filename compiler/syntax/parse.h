// Pass 1: the text of the rule files → Ast.
#ifndef CORSAC_COMPILER_SYNTAX_PARSE_H_
#define CORSAC_COMPILER_SYNTAX_PARSE_H_

#include <string>

#include "compiler/diagnostics/finding.h"
#include "compiler/source/source_set.h"
#include "compiler/syntax/ast.h"

namespace corsac {

// Parses every rule file of `sources`. Reports TOML errors (one a file, since
// nothing sound can be read past the first), unknown keys with the nearest
// known one, and values of the wrong type; what was reported is left out of the
// result. Never throws.
Ast Parse(const SourceSet& sources, FindingSink& sink);

// The Ast as text, for `corsac dump --pass ast` and tests: one line a value,
// with its place.
std::string DumpAst(const Ast& ast, const SourceSet& sources);

}  // namespace corsac

#endif  // CORSAC_COMPILER_SYNTAX_PARSE_H_
