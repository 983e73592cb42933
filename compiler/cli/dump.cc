// corsac dump: what a pass of the compiler made of the rules.
// Tested by tests/cli/cli_test.cc.
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "compiler/cli/commands.h"
#include "compiler/model/ir.h"
#include "compiler/model/lower.h"
#include "compiler/syntax/parse.h"
#include "compiler/table/lower_regexes.h"

namespace corsac::cli {
namespace {

// What there is after `pass`, one of the last three.
std::string TextOf(LoweredIr lowered, std::string_view pass) {
  if (pass == "ir") return DumpIr(lowered.ir);
  if (pass == "lowered") return DumpLowered(lowered.ir, lowered.regexes);
  return BuildTable(lowered.ir, std::move(lowered.regexes))->Dump();
}

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
    std::optional<LoweredIr> lowered = ResolveCheckLower(
        ast, result.sources, sink, LowerOptions{today, false});
    if (lowered) text = TextOf(*std::move(lowered), options.pass);
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
