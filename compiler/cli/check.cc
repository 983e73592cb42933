// corsac check: every finding about rule sources.
// Tested by tests/cli/cli_test.cc.
#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "compiler/cli/commands.h"
#include "compiler/diagnostics/render.h"

namespace corsac::cli {
namespace {

Severity LevelOf(const CheckOptions& options) {
  if (options.fail_level == "note") return Severity::kNote;
  if (options.fail_level == "warning" || options.deny_warnings) {
    return Severity::kWarning;
  }
  return Severity::kError;
}

std::string Plural(std::size_t count, std::string_view noun) {
  std::string text = std::to_string(count) + " ";
  text += noun;
  if (count != 1) text += 's';
  return text;
}

// "rules/: no findings; 3 routes, 12 origin rules".
std::string SummaryLine(const std::string& path, const CompileResult& result,
                        std::size_t shown) {
  std::string line = path + ": ";
  line += Summary(result.findings, result.findings_dropped);
  const std::size_t hidden = result.findings.size() - shown;
  if (hidden > 0) line += " (" + Plural(hidden, "finding") + " not shown)";
  if (result.ok()) {
    const PolicyTable::Sizes sizes = result.table->sizes();
    line += "; " + Plural(sizes.routes, "route") + ", " +
            Plural(sizes.rules(), "origin rule");
  }
  return line + "\n";
}

// Checks one source after the other and writes what there is to say.
class Checker {
 public:
  Checker(const CheckOptions& options, Outputs& outputs)
      : options_(options), out_(outputs.out), level_(LevelOf(options)) {}

  ExitCode Run() {
    for (const std::string& path : options_.paths) Check(path);
    if (options_.format == "json" && !options_.quiet) {
      out_.Write(json_ + (json_.empty() ? "[]\n" : "]\n"));
    }
    return code_;
  }

 private:
  void Check(const std::string& path) {
    const CompileResult result = CompilePath(
        path,
        {.today = std::nullopt, .explain_lowering = options_.explain_lowering});
    const ExitCode code = ExitCodeOf(result.findings, level_);
    // A source that cannot be read outweighs findings about another.
    if (code == kOperational || code_ == kOk) code_ = code;
    if (options_.quiet) return;
    std::span<const Finding> shown = result.findings;
    if (options_.max_findings > 0) {
      const std::size_t room =
          options_.max_findings - std::min(options_.max_findings, shown_);
      shown = shown.first(std::min(room, shown.size()));
    }
    shown_ += shown.size();
    if (options_.format == "json") {
      AddJson(FindingsToJson(shown, result.sources));
      return;
    }
    if (options_.format == "short") {
      out_.Write(RenderShort(shown, result.sources));
      return;
    }
    RenderOptions render;
    render.color = out_.color();
    const std::string text = RenderHuman(shown, result.sources, render);
    out_.Write(text);
    if (!text.empty()) out_.Write("\n");
    out_.Write(SummaryLine(path, result, shown.size()));
  }

  // All sources make one array.
  void AddJson(std::string_view array) {
    array.remove_prefix(1);
    array.remove_suffix(1);
    if (array.empty()) return;
    json_ += json_.empty() ? "[" : ",";
    json_ += array;
  }

  const CheckOptions& options_;
  Output& out_;
  const Severity level_;
  ExitCode code_ = kOk;
  std::size_t shown_ = 0;
  std::string json_;
};

}  // namespace

ExitCode RunCheck(const CheckOptions& options, Outputs& outputs) {
  return Checker(options, outputs).Run();
}

ExitCode ExitCodeOf(const std::vector<Finding>& findings, Severity level) {
  ExitCode code = kOk;
  for (const Finding& finding : findings) {
    if (finding.code == Code::kUnreadable) return kOperational;
    // Asked for, and nothing to mend.
    if (finding.code == Code::kRegexLowering) continue;
    if (finding.severity >= level) code = kDiagnostics;
  }
  return code;
}

ExitCode ReportFailure(const CompileResult& result, Outputs& outputs) {
  RenderOptions render;
  render.color = outputs.err.color();
  outputs.err.Write(RenderHuman(result.findings, result.sources, render));
  outputs.err.Write("\n" + Summary(result.findings, result.findings_dropped) +
                    "\n");
  return ExitCodeOf(result.findings, Severity::kError);
}

}  // namespace corsac::cli
