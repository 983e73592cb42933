// The checks of what rule files say: a function a family, each in a file of
// its own. They report through the Reporter, and change nothing.
//
// Internal: not installed.
#ifndef CORSAC_COMPILER_LINTS_LINTS_H_
#define CORSAC_COMPILER_LINTS_LINTS_H_

#include <span>
#include <string_view>
#include <unordered_map>

#include "compiler/lints/reporter.h"
#include "compiler/model/ir.h"
#include "compiler/model/model.h"
#include "compiler/source/source_set.h"
#include "compiler/syntax/ast.h"
#include "compiler/table/lower_regexes.h"

namespace corsac {

// Everything below, over the whole model.
void Check(const Model& model, const SourceSet& sources, Reporter& reporter);

// --- One block of policy fields, wherever it stands (fields.cc) -------------

void CheckFields(const AstPolicyFields& fields, const SourceSet& sources,
                 Reporter& reporter);

// A value that must be one of `known` (CORS924).
void CheckOneOf(const AstString& value, std::string_view key,
                std::span<const std::string_view> known,
                const SourceSet& sources, Reporter& reporter);

// `self_origins` and the like: origins without wildcards.
void CheckExactOrigins(const AstStrings& list, std::string_view key,
                       const SourceSet& sources, Reporter& reporter);

// --- Families ---------------------------------------------------------------

// `methods` and `for_methods`: CORS401 to CORS403 (methods.cc).
void CheckMethods(const AstStrings& list, const SourceSet& sources,
                  Reporter& reporter);
void CheckForMethods(const AstStrings& list, const SourceSet& sources,
                     Reporter& reporter);

// CORS501 to CORS503 and CORS511; CORS501, CORS506, CORS507 and CORS511
// (headers.cc).
void CheckRequestHeaders(const AstStrings& list, const SourceSet& sources,
                         Reporter& reporter);
void CheckExpose(const AstStrings& list, const SourceSet& sources,
                 Reporter& reporter);

// CORS601 and CORS805 (caching.cc).
void CheckMaxAge(const AstInteger& value, Reporter& reporter);
void CheckPreflightStatus(const AstInteger& value, Reporter& reporter);

// What a list of origins holds, sets and lists of files included: the first
// entry of each kind that is allowed only together with something else.
struct OriginSummary {
  const AstOrigin* any = nullptr;
  const AstOrigin* null = nullptr;
  const AstOrigin* file = nullptr;
  bool empty = true;
};
using OriginSummaries = std::unordered_map<const AstOrigins*, OriginSummary>;

// Every list of origins, entry by entry: 0xx and CORS201 (origins.cc).
OriginSummaries CheckOriginLists(const Model& model, const SourceSet& sources,
                                 Reporter& reporter);

// What fields mean together, route by route: CORS001, CORS020, CORS027,
// CORS301, CORS302, CORS926 (credentials.cc).
void CheckCombinations(const Model& model, const OriginSummaries& summaries,
                       const SourceSet& sources, Reporter& reporter);

// What became of the regexes of `ir`, which was made of `model`: CORS220, and
// CORS914 for too many of these; CORS219 too if `explain` (regexes.cc).
void CheckRegexes(const Model& model, const Ir& ir,
                  const LoweredRegexes& lowered, bool explain,
                  const SourceSet& sources, Reporter& reporter);

// CORS701 to CORS703 (routes.cc).
void CheckRoutes(const Model& model, Reporter& reporter);

}  // namespace corsac

#endif  // CORSAC_COMPILER_LINTS_LINTS_H_
