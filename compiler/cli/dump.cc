// corsac dump: what a pass of the compiler made of the rules.
// Tested by tests/cli/cli_test.cc.
#include <chrono>
#include <memory>
#include <optional>
#include <utility>

#include "compiler/cli/commands.h"
#include "compiler/model/ir.h"
#include "compiler/model/lower.h"
#include "compiler/syntax/parse.h"

namespace corsac::cli {
namespace {

// Runs the passes by hand up to the one that is asked for.
ExitCode Dump(const DumpOptions& options, Outputs& outputs) {
  FindingSink sink;
  CompileResult result;
  result.sources = SourceSet::Read(options.path, sink);
  const Ast ast = Parse(result.sources, sink);
  std::string text;
  if (options.pass == "ast") {
    if (!sink.has_errors()) text = DumpAst(ast, result.sources);
  } else {
    const auto today =
        std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
    const std::optional<Ir> ir =
        ResolveCheckLower(ast, result.sources, sink, today);
    if (ir && !sink.has_errors()) {
      text = options.pass == "ir" ? DumpIr(*ir) : BuildTable(*ir)->Dump();
    }
  }
  if (sink.has_errors()) {
    result.findings_dropped = sink.dropped();
    result.findings = sink.Take();
    return ReportFailure(result, outputs);
  }
  outputs.out.Write(text);
  return kOk;
}

}  // namespace

ExitCode RunDump(const DumpOptions& options, Outputs& outputs) {
  return Dump(options, outputs);
}

}  // namespace corsac::cli
