// Reporter: how the passes after parsing report. It stands before the
// FindingSink and applies what the author said about levels: `[lints]` of the
// file that a finding lies in, and `allow_lints` of the route it is about.
// Codes that are not adjustable go through untouched.
//
// Internal: not installed.
#ifndef CORSAC_COMPILER_LINTS_REPORTER_H_
#define CORSAC_COMPILER_LINTS_REPORTER_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "compiler/diagnostics/finding.h"
#include "compiler/syntax/ast.h"

namespace corsac {

// Not thread-safe. Refers to the Ast and the sink, which must outlive it.
class Reporter {
 public:
  // Reads the levels of `ast`, and reports what is wrong with them: unknown
  // codes, levels or dates, and reasons that are missing (lints/levels.cc).
  Reporter(const Ast& ast, FindingSink& sink, std::chrono::sys_days today);

  Reporter(const Reporter&) = delete;
  Reporter& operator=(const Reporter&) = delete;

  // Reports `finding`, unless the author has silenced it, with the severity
  // that the author gave its code, if any, instead of its own.
  void Report(Finding finding);
  void Report(Code code, Span span, std::string message, std::string help);
  void Report(std::vector<Finding> findings);

  // While one lives, findings are about `route` and its `allow_lints` apply.
  class RouteScope {
   public:
    RouteScope(Reporter& reporter, const AstRoute& route)
        : RouteScope(reporter, &route) {}
    // No route when null.
    RouteScope(Reporter& reporter, const AstRoute* route)
        : reporter_(reporter), before_(reporter.route_) {
      reporter.route_ = route;
    }
    ~RouteScope() { reporter_.route_ = before_; }
    RouteScope(const RouteScope&) = delete;
    RouteScope& operator=(const RouteScope&) = delete;

   private:
    Reporter& reporter_;
    const AstRoute* before_;
  };

  // Reports the `allow_lints` entries that silenced nothing. Call it last.
  void Finish();

  bool has_errors() const { return sink_.has_errors(); }

 private:
  enum class Level : std::uint8_t { kAllow, kWarn, kDeny };

  // An `allow_lints` entry that is in force.
  struct Allow {
    Code code = Code::kUnusedAllow;
    Span span;
    bool used = false;
  };

  void ReadFileLevels(const AstFile& file);
  void ReadAllows(const AstRoute& route);
  bool HasExpired(const AstString& until);
  // Silences `finding` if its route says so.
  bool AllowedByRoute(const Finding& finding);

  FindingSink& sink_;
  std::chrono::sys_days today_;
  const AstRoute* route_ = nullptr;
  std::map<std::pair<std::uint32_t, Code>, Level> levels_;
  std::unordered_map<const AstRoute*, std::vector<Allow>> allows_;
  std::vector<const AstRoute*> routes_with_allows_;  // in source order
};

}  // namespace corsac

#endif  // CORSAC_COMPILER_LINTS_REPORTER_H_
