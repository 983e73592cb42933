// Pass 1: the text of the rule files → Ast.
#ifndef CORSAC_COMPILER_SYNTAX_PARSE_H_
#define CORSAC_COMPILER_SYNTAX_PARSE_H_

#include <cstddef>
#include <string>

#include "compiler/diagnostics/finding.h"
#include "compiler/source/source_set.h"
#include "compiler/syntax/ast.h"
#include "compiler/syntax/plain_arrays.h"

namespace corsac {

// Parses every rule file of `sources`. Reports TOML errors (one a file, since
// nothing sound can be read past the first), unknown keys with the nearest
// known one, and values of the wrong type; what was reported is left out of the
// result. Never throws.
//
// Lists of origins with at least `long_list` plain ones are held compactly
// (AstOrigins::plain), which changes nothing else; tests set it lower.
Ast Parse(const SourceSet& sources, FindingSink& sink,
          std::size_t long_list = kLongList);

// The Ast as text, for `corsac dump --pass ast` and tests: one line a value,
// with its place.
std::string DumpAst(const Ast& ast, const SourceSet& sources);

}  // namespace corsac

#endif  // CORSAC_COMPILER_SYNTAX_PARSE_H_
