// The steps of Resolve(), and what they share.
//
// Internal to compiler/model.
#ifndef CORSAC_COMPILER_MODEL_RESOLVE_STEPS_H_
#define CORSAC_COMPILER_MODEL_RESOLVE_STEPS_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "compiler/diagnostics/finding.h"
#include "compiler/lints/reporter.h"
#include "compiler/model/model.h"
#include "compiler/source/source_set.h"
#include "compiler/syntax/ast.h"

namespace corsac::internal {

// Where the parser left something out because its key is unknown or its type
// wrong (CORS901). What is missing there was reported already.
class LeftOut {
 public:
  explicit LeftOut(const FindingSink& sink);

  // Whether something was left out in bytes [begin, end) of `file`.
  bool Any(std::uint32_t file, std::uint32_t begin, std::uint32_t end) const;

 private:
  std::map<std::uint32_t, std::vector<std::uint32_t>> places_;  // sorted
};

struct ResolveState {
  const Ast& ast;
  SourceSet& sources;
  Reporter& reporter;
  LeftOut left_out;
  // Every rule file was parsed. When one was not, names that are unknown may
  // be defined in it.
  bool complete = true;
  std::unordered_map<std::string_view, const AstOriginSet*> sets;
  std::unordered_map<std::string_view, const AstPolicy*> policies;
  Model model;
};

// Versions, `unmatched` and `[trust]` of all files (resolve_files.cc).
void ResolveFiles(ResolveState& state);

// Names of sets and policies, references between sets, and origin lists
// (resolve_names.cc).
void ResolveNames(ResolveState& state);

// Reports a name that is not well formed (CORS923).
void CheckName(const AstString& name, std::string_view what,
               Reporter& reporter);

// Reports that `name` is defined a second time (CORS919).
void ReportTwice(const AstString& name, Span first, std::string_view what,
                 Reporter& reporter);

// Names among which a likely one is looked for. With more of them, as many
// unknown ones would make the search quadratic.
inline constexpr std::size_t kMaxSuggestions = 1'000;

// "did you mean `x`?", or what else to do about the unknown `name`.
std::string HelpForUnknown(std::string_view name,
                           const std::vector<std::string_view>& known,
                           std::string_view otherwise);

}  // namespace corsac::internal

#endif  // CORSAC_COMPILER_MODEL_RESOLVE_STEPS_H_
