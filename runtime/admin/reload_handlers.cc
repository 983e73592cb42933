// /-/reload and /v1/check.
// Tested by tests/runtime/admin_test.cc and tests/e2e/reload_test.cc.
#include <atomic>

#include "compiler/compile.h"
#include "runtime/admin/handlers.h"
#include "runtime/admin/limits.h"
#include "runtime/admin/problem.h"
#include "runtime/store/reload_findings.h"

namespace corsac {
namespace {

// Counts what goes on at once, and says no past a number.
class Turnstile {
 public:
  explicit Turnstile(int most) : entered_(inside.fetch_add(1) < most) {}
  Turnstile(const Turnstile&) = delete;
  Turnstile& operator=(const Turnstile&) = delete;
  ~Turnstile() { inside.fetch_sub(1); }
  bool entered() const { return entered_; }

 private:
  static inline std::atomic<int> inside{0};
  const bool entered_;
};

}  // namespace

AdminResponse HandleReload(const AdminRequest& request, AdminContext& context) {
  if (const auto wrong = request.query.CheckNames({"allow_shrink"})) {
    return BadQuery(request, *wrong);
  }
  const std::string allow = request.query.Get("allow_shrink").value_or("false");
  if (allow != "true" && allow != "false") {
    return BadQuery(request, "`allow_shrink` must be `true` or `false`");
  }
  const std::shared_ptr<const ReloadAttempt> attempt =
      context.reloader.Reload(ReloadTrigger::kApi, allow == "true");
  if (attempt == nullptr) {
    return ProblemResponse({.status = 503,
                            .type = "draining",
                            .title = "The server is about to end",
                            .detail = "the rules were not read"},
                           request.id);
  }
  if (attempt->result == ReloadResult::kFailure) {
    return ProblemResponse(
        {.status = 422,
         .type = "rules-refused",
         .title = "The rules cannot be used",
         .detail = std::to_string(attempt->errors) +
                   (attempt->errors == 1 ? " error" : " errors") +
                   "; the rules in force have not changed",
         .errors_json = attempt->errors_json,
         .running = attempt->generation},
        request.id);
  }
  const bool changed = attempt->result == ReloadResult::kSuccess;
  AdminResponse response;
  response.body = "{\"generation\":" + std::to_string(attempt->generation) +
                  ",\"changed\":" + (changed ? "true" : "false") +
                  ",\"bundle\":\"" + attempt->content_hash +
                  "\",\"warnings\":" + attempt->warnings_json + "}\n";
  return response;
}

AdminResponse HandleCheck(const AdminRequest& request, AdminContext& context) {
  if (const auto wrong = request.query.CheckNames({})) {
    return BadQuery(request, *wrong);
  }
  const Turnstile turnstile(kMaxChecksAtOnce);
  if (!turnstile.entered()) {
    AdminResponse response = ProblemResponse(
        {.status = 503,
         .type = "busy",
         .title = "Too many checks at once",
         .detail = "at most " + std::to_string(kMaxChecksAtOnce) +
                   " checks run at the same time"},
        request.id);
    response.headers.emplace_back("Retry-After", "1");
    return response;
  }
  FindingSink sink;
  SourceSet sources = SourceSet::FromText("candidate.toml", request.body, sink);
  const CompileResult result = Compile(std::move(sources), std::move(sink));
  ReloadAttempt rendered;
  RenderFindings(result.findings, result.findings_dropped, result.sources,
                 &rendered);
  if (!result.ok()) {
    return ProblemResponse(
        {.status = 422,
         .type = "rules-refused",
         .title = "The rules cannot be used",
         .detail = std::to_string(rendered.errors) +
                   (rendered.errors == 1 ? " error" : " errors") +
                   "; nothing was activated",
         .errors_json = rendered.errors_json,
         .running = context.store.Acquire().generation()},
        request.id);
  }
  const PolicyTable::Sizes sizes = result.table->sizes();
  AdminResponse response;
  response.body = "{\"ok\":true,\"routes\":" + std::to_string(sizes.routes) +
                  ",\"origin_rules\":" + std::to_string(sizes.rules()) +
                  ",\"warnings\":" + rendered.warnings_json + "}\n";
  return response;
}

}  // namespace corsac
