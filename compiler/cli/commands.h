// The commands of `corsac`, each in the file of its name, and what they share.
// Options come from the command line (compiler/cli/arguments.h); results are
// written to the outputs; the return value is the program's exit code.
#ifndef CORSAC_COMPILER_CLI_COMMANDS_H_
#define CORSAC_COMPILER_CLI_COMMANDS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "compiler/cli/output.h"
#include "compiler/compile.h"

namespace corsac::cli {

// Public interface; docs and `corsac --help` list them.
enum ExitCode : std::uint8_t {
  kOk = 0,
  kOperational = 1,  // a file cannot be read, output cannot be written
  kUsage = 2,        // the command line is wrong
  kDiagnostics = 3,  // the rules have findings at or above the level asked for
  kDenied = 5,       // with --exit-code only: the call is refused
};

struct CheckOptions {
  std::vector<std::string> paths;
  std::string format = "human";      // human, short, json
  std::string fail_level = "error";  // error, warning, note
  bool deny_warnings = false;
  bool quiet = false;
  std::size_t max_findings = 0;   // shown; 0: all
  bool explain_lowering = false;  // a note about each regex
};
ExitCode RunCheck(const CheckOptions& options, Outputs& outputs);

struct ExplainOptions {
  std::string path;
  std::string format = "human";  // human, json
  // One call.
  std::string origin;
  std::string method = "GET";
  std::string url;
  std::vector<std::string> request_headers;
  std::vector<std::string> read_headers;
  bool credentials = false;
  // Or many requests: a file of JSON Lines, "-" for standard input.
  std::string requests;
  bool full = false;
  bool exit_code = false;
};
ExitCode RunExplain(const ExplainOptions& options, Outputs& outputs);

struct DumpOptions {
  std::string path;
  std::string pass = "table";  // ast, ir, lowered, table
};
ExitCode RunDump(const DumpOptions& options, Outputs& outputs);

struct BenchOptions {
  std::string path;
  std::string format = "human";  // human, json, svg
  std::string plot;              // a file for the figure; empty: none
  std::size_t repetitions = 15;
  std::size_t min_time_ms = 20;  // of one repetition
};
ExitCode RunBench(const BenchOptions& options, Outputs& outputs);

// The exit code for `findings`: kOperational if a source could not be read,
// kDiagnostics if one is at `level` or above.
ExitCode ExitCodeOf(const std::vector<Finding>& findings, Severity level);

// Writes the findings of a compilation that gave no table to outputs.err and
// returns the exit code.
ExitCode ReportFailure(const CompileResult& result, Outputs& outputs);

}  // namespace corsac::cli

#endif  // CORSAC_COMPILER_CLI_COMMANDS_H_
