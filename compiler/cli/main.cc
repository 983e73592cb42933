// corsac: the command line of the compiler. The only file of it that ends the
// program. Tested by tests/cli/.
#include <csignal>
#include <cstring>
#include <exception>
#include <string>

#include "compiler/cli/arguments.h"
#include "compiler/cli/commands.h"
#include "compiler/cli/output.h"

namespace corsac::cli {
namespace {

ExitCode Run(const Arguments& arguments, Outputs& outputs) {
  switch (arguments.command) {
    case Arguments::Command::kNone:
      return arguments.exit_code;
    case Arguments::Command::kCheck:
      return RunCheck(arguments.check, outputs);
    case Arguments::Command::kExplain:
      return RunExplain(arguments.explain, outputs);
    case Arguments::Command::kDump:
      return RunDump(arguments.dump, outputs);
    case Arguments::Command::kBench:
      return RunBench(arguments.bench, outputs);
  }
  return kOperational;
}

ExitCode Main(int argc, const char* const* argv) {
  // A reader that goes away is seen when writing (compiler/cli/output.h).
  std::signal(SIGPIPE, SIG_IGN);
  Outputs outputs;
  ExitCode code = Run(ParseArguments(argc, argv, outputs), outputs);
  outputs.out.Flush();
  if (outputs.out.error() != 0) {
    outputs.err.Write(
        "corsac: cannot write the output: " +
        std::string(std::strerror(  // NOLINT(concurrency-mt-unsafe)
            outputs.out.error())) +
        "\n");
    code = kOperational;
  }
  outputs.err.Flush();
  return code;
}

}  // namespace
}  // namespace corsac::cli

int main(int argc, char** argv) {
  try {
    return corsac::cli::Main(argc, argv);
  } catch (const std::exception& exception) {
    // Memory has run out, or something is our mistake.
    std::fputs("corsac: ", stderr);
    std::fputs(exception.what(), stderr);
    std::fputs("\n", stderr);
    return corsac::cli::kOperational;
  }
}
