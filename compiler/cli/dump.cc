// corsac dump: what a pass of the compiler made of the rules.
// Tested by tests/cli/cli_test.cc.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "compiler/cli/commands.h"
#include "compiler/diagnostics/visible_text.h"
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

// `text` fit for a terminal: a pattern or a file's name may hold any byte. Few
// lines do, and there may be millions.
std::string VisibleLines(std::string text) {
  const auto is_plain = [](char c) {
    return (c >= 0x20 && c < 0x7F) || c == '\n';
  };
  if (std::all_of(text.begin(), text.end(), is_plain)) return text;
  std::string visible;
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t size = std::min(rest.find('\n'), rest.size());
    visible += VisibleText(rest.substr(0, size));
    if (size < rest.size()) visible += '\n';
    rest.remove_prefix(std::min(size + 1, rest.size()));
  }
  return visible;
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
  outputs.out.Write(VisibleLines(std::move(text)));
  return kOk;
}

}  // namespace

ExitCode RunDump(const DumpOptions& options, Outputs& outputs) {
  return Dump(options, outputs);
}

}  // namespace corsac::cli
