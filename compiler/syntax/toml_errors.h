// What the TOML library says, told to the author of a rule file.
//
// Internal: not installed.
#ifndef CORSAC_COMPILER_SYNTAX_TOML_ERRORS_H_
#define CORSAC_COMPILER_SYNTAX_TOML_ERRORS_H_

#include <cstdint>

#include "compiler/diagnostics/finding.h"
#include "compiler/source/source_set.h"
#include "compiler/syntax/toml_lexer.h"
#include "compiler/syntax/toml_tree.h"

namespace corsac {

// The finding for an error of the library in file `file`: CORS916 when the file
// ends too early, CORS915 otherwise. Frequent mistakes get words and a remedy
// of their own; the rest is passed on as the library put it.
Finding ExplainTomlError(const SourceSet& sources, std::uint32_t file,
                         const TomlError& error);

// The finding for a key or table that is given twice, with the first place.
Finding ExplainDuplicate(const SourceSet& sources, std::uint32_t file,
                         const TomlError& error);

// The finding for a fault of ScanToml().
Finding ExplainFault(const TomlFault& fault, std::uint32_t file);

}  // namespace corsac

#endif  // CORSAC_COMPILER_SYNTAX_TOML_ERRORS_H_
