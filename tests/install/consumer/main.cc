// What somebody else's program does with the library: compiles rules, publishes
// the table, asks for a decision.
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "compiler/compile.h"
#include "runtime/decision/evaluate.h"
#include "runtime/store/policy_store.h"

namespace {

constexpr const char* kRules = R"(version = 1
[[route]]
path    = "/api/{rest...}"
origins = ["https://app.example.com", { host_regex = 'pr-[0-9]+\.example\.com', schemes = ["https"] }]
)";

int Fail(const std::string& what) {
  std::fprintf(stderr, "consumer: %s\n", what.c_str());
  return 1;
}

}  // namespace

int main() {
  corsac::FindingSink sink;
  corsac::SourceSet sources =
      corsac::SourceSet::FromText("rules.toml", kRules, sink);
  corsac::CompileResult result =
      corsac::Compile(std::move(sources), std::move(sink));
  if (!result.ok()) {
    for (const corsac::Finding& finding : result.findings) {
      Fail(finding.message);
    }
    return 1;
  }

  corsac::PolicyStore store;
  store.Publish(std::move(result.table), result.sources.ContentHash());
  const corsac::PolicyStore::Snapshot snapshot = store.Acquire();
  const std::vector<corsac::HeaderField> headers = {
      {"Origin", "https://pr-7.example.com"}};
  const corsac::Decision decision = corsac::Evaluate(
      snapshot.table(), {"GET", "api.example.com", "/api/orders", headers});
  const std::string code = corsac::CodeText(decision);
  return code == "allow:regex" ? 0 : Fail("unexpected decision " + code);
}
