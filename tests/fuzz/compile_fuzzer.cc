// Bytes → the text of a rule file: it gives errors or a table, never both and
// never neither; the table's invariants hold; and it answers requests that are
// made of the same bytes as the reference does.
#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "compiler/compile.h"
#include "compiler/diagnostics/finding.h"
#include "compiler/model/ir.h"
#include "compiler/model/lower.h"
#include "compiler/source/source_set.h"
#include "compiler/syntax/parse.h"
#include "runtime/decision/evaluate.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/testing/choices.h"
#include "tests/testing/comparison.h"
#include "tests/testing/exact_request.h"
#include "tests/testing/request_generator.h"

namespace corsac::testing {
namespace {

constexpr std::chrono::sys_days kToday =
    std::chrono::year{2026} / std::chrono::November / 23;

CompileResult CompileText(const std::string& text) {
  FindingSink sink;
  SourceSet sources = SourceSet::FromText("fuzz.toml", text, sink);
  return Compile(std::move(sources), std::move(sink), {.today = kToday});
}

// All passes but the last.
std::optional<Ir> LowerText(const std::string& text) {
  FindingSink sink;
  SourceSet sources = SourceSet::FromText("fuzz.toml", text, sink);
  const Ast ast = Parse(sources, sink);
  if (sink.has_errors()) return std::nullopt;
  return ResolveCheckLower(ast, sources, sink, kToday);
}

void CompareAnswers(const PolicyTable& table, const Ir& ir,
                    std::string_view bytes) {
  // The end of a file says less than its beginning, and changes more freely.
  const std::string reversed(bytes.rbegin(), bytes.rend());
  Choices choices = Choices::FromBytes(reversed);
  const Comparison comparison(ir);
  for (int i = 0; i < 4; ++i) {
    const TestRequest request(GenerateRequest(choices, ir));
    const std::string difference = comparison.Compare(request);
    Require(difference.empty(), difference);
    Require(ToReference(Evaluate(table, request.exact.view())) ==
                comparison.AskTable(request),
            "two compilations answer differently");
  }
}

}  // namespace
}  // namespace corsac::testing

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  using namespace corsac::testing;  // NOLINT(google-build-using-namespace)
  const std::string text(AsText(data, size));
  const corsac::CompileResult result = CompileText(text);
  const bool has_error =
      std::any_of(result.findings.begin(), result.findings.end(),
                  [](const corsac::Finding& finding) {
                    return finding.severity == corsac::Severity::kError;
                  });
  Require(result.ok() != has_error,
          has_error ? "a table in spite of errors" : "no table and no error");
  const std::optional<corsac::Ir> ir = LowerText(text);
  Require(ir.has_value() == result.ok(), "the passes disagree about errors");
  if (!result.ok()) return 0;
  result.table->CheckInvariants();
  CompareAnswers(*result.table, *ir, text);
  return 0;
}
