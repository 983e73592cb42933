// Passes 2 to 4: Ast → Model → Ir.
//
// Resolve() looks names up and fills defaults in, so that each route has every
// policy field, still as written. Check() reports every mistake in what was
// written (compiler/lints/) and changes nothing. Lower() turns a model without
// errors into the Ir.
//
// Internal: not installed.
#ifndef CORSAC_COMPILER_MODEL_LOWER_H_
#define CORSAC_COMPILER_MODEL_LOWER_H_

#include <chrono>
#include <optional>

#include "compiler/diagnostics/finding.h"
#include "compiler/model/ir.h"
#include "compiler/source/source_set.h"
#include "compiler/syntax/ast.h"
#include "compiler/table/lower_regexes.h"

namespace corsac {

// The Ir, and what its regexes become.
struct LoweredIr {
  Ir ir;
  LoweredRegexes regexes;
};

struct LowerOptions {
  std::chrono::sys_days today;
  bool explain_regexes = false;  // a note about each (CORS219)
};

// Runs the three passes. Reports into `sink`; returns the Ir iff nothing in the
// sink is an error. Origin lists that the rules name are added to `sources`.
std::optional<LoweredIr> ResolveCheckLower(const Ast& ast, SourceSet& sources,
                                           FindingSink& sink,
                                           const LowerOptions& options);

}  // namespace corsac

#endif  // CORSAC_COMPILER_MODEL_LOWER_H_
