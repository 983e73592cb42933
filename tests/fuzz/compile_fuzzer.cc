// Bytes → the text of a rule file: it gives errors or a table, never both and
// never neither; the table's invariants hold; it answers requests that are made
// of the same bytes as the reference does; and lists of origins mean the same
// whether they are held compactly or entry by entry.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "compiler/compile.h"
#include "compiler/diagnostics/finding.h"
#include "compiler/diagnostics/render.h"
#include "compiler/model/ir.h"
#include "compiler/model/lower.h"
#include "compiler/source/source_set.h"
#include "compiler/syntax/parse.h"
#include "compiler/syntax/plain_arrays.h"
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

struct Lowered {
  std::optional<Ir> ir;
  std::string ast;
  std::string findings;
};

// All passes but the last.
Lowered LowerText(const std::string& text, std::size_t long_list = kLongList) {
  FindingSink sink;
  SourceSet sources = SourceSet::FromText("fuzz.toml", text, sink);
  const Ast ast = Parse(sources, sink, long_list);
  Lowered lowered;
  lowered.ast = DumpAst(ast, sources);
  if (auto result = ResolveCheckLower(ast, sources, sink, {.today = kToday})) {
    lowered.ir = std::move(result->ir);
  }
  lowered.findings = FindingsToJson(sink.Take(), sources);
  return lowered;
}

// A text of ordinary size has no long list unless every list is long.
void CompareLists(const std::string& text, const Lowered& by_entry) {
  const Lowered compact = LowerText(text, 1);
  Require(compact.ast == by_entry.ast, "a list is read differently");
  Require(compact.findings == by_entry.findings, "findings differ");
  Require(compact.ir.has_value() == by_entry.ir.has_value() &&
              (!compact.ir || DumpIr(*compact.ir) == DumpIr(*by_entry.ir)),
          "a list means something else");
}

void CompareAnswers(const PolicyTable& table, const Ir& ir,
                    std::string_view bytes) {
  // The end of a file says less than its beginning, and changes more freely.
  const std::string reversed(bytes.rbegin(), bytes.rend());
  Choices choices = Choices::FromBytes(reversed);
  const Comparison comparison(ir);
  for (int i = 0; i < 8; ++i) {
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
  const Lowered lowered = LowerText(text);
  Require(lowered.ir.has_value() == result.ok(),
          "the passes disagree about errors");
  CompareLists(text, lowered);
  if (!result.ok()) return 0;
  result.table->CheckInvariants();
  CompareAnswers(*result.table, *lowered.ir, text);
  return 0;
}
