// The command line of `corsac`, taken apart. CLI11 is used behind this header
// and nowhere else.
#ifndef CORSAC_COMPILER_CLI_ARGUMENTS_H_
#define CORSAC_COMPILER_CLI_ARGUMENTS_H_

#include <cstdint>

#include "compiler/cli/commands.h"
#include "compiler/cli/output.h"

namespace corsac::cli {

struct Arguments {
  enum class Command : std::uint8_t { kNone, kCheck, kExplain, kDump, kBench };

  // kNone: there is nothing to run (help or version was written, or the command
  // line is wrong and that was said); `exit_code` has the rest.
  Command command = Command::kNone;
  ExitCode exit_code = kOk;
  CheckOptions check;
  ExplainOptions explain;
  DumpOptions dump;
  BenchOptions bench;
};

Arguments ParseArguments(int argc, const char* const* argv, Outputs& outputs);

}  // namespace corsac::cli

#endif  // CORSAC_COMPILER_CLI_ARGUMENTS_H_
