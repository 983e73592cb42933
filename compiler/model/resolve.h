// Pass 2: Ast → Model. Names of sets, policies and routes are looked up,
// defaults filled in, paths and hosts read, and the lists of origins that the
// rules name read into the SourceSet.
//
// Internal: not installed.
#ifndef CORSAC_COMPILER_MODEL_RESOLVE_H_
#define CORSAC_COMPILER_MODEL_RESOLVE_H_

#include "compiler/diagnostics/finding.h"
#include "compiler/lints/reporter.h"
#include "compiler/model/model.h"
#include "compiler/source/source_set.h"
#include "compiler/syntax/ast.h"

namespace corsac {

// Reports names that are unknown (CORS920), defined twice (CORS919) or not well
// formed (CORS923), circles of sets (CORS921), what files disagree about
// (CORS922), keys that are missing (CORS916 to CORS918), and paths and hosts
// that cannot be (CORS707, CORS924). The Model is usable whatever was found:
// what could not be resolved is left out of it. `sink` is where `reporter`
// reports to, and holds the findings of the passes before.
Model Resolve(const Ast& ast, SourceSet& sources, FindingSink& sink,
              Reporter& reporter);

}  // namespace corsac

#endif  // CORSAC_COMPILER_MODEL_RESOLVE_H_
