// A route's path and host, as written → the segments and the host that the Ir
// has, or what is wrong with them and what to write instead.
//
// A pattern must be what a request's path looks like after normalisation
// (compiler/table/target.h), byte for byte, or it could never match.
//
// Internal: not installed.
#ifndef CORSAC_COMPILER_MODEL_PATH_PATTERN_H_
#define CORSAC_COMPILER_MODEL_PATH_PATTERN_H_

#include <optional>
#include <string>
#include <vector>

#include "compiler/diagnostics/finding.h"
#include "compiler/model/ir.h"
#include "compiler/origins/written_text.h"

namespace corsac {

// The segments of a path pattern ("/a/{x}/{rest...}"); nothing after exactly
// one finding (CORS707, or CORS914 for its size) was appended to `*findings`.
std::optional<std::vector<IrSegment>> ParsePathPattern(
    const WrittenText& written, std::vector<Finding>* findings);

// The host of a route: a name, an address, or `*.` and a name; nothing after
// exactly one finding (CORS924) was appended to `*findings`.
std::optional<IrHost> ParseHostPattern(const WrittenText& written,
                                       std::vector<Finding>* findings);

// Segments as an author writes them: "/a/{x}/{rest...}".
std::string PrintPathPattern(const std::vector<IrSegment>& segments);

}  // namespace corsac

#endif  // CORSAC_COMPILER_MODEL_PATH_PATTERN_H_
