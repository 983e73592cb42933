// The command line of corsacd, and with it the settings file that it names.
#ifndef CORSAC_RUNTIME_SETTINGS_COMMAND_LINE_H_
#define CORSAC_RUNTIME_SETTINGS_COMMAND_LINE_H_

#include <optional>

#include "runtime/settings/server_options.h"

namespace corsac {

struct ParsedOptions {
  // Nothing if the program is to end, with `status`, everything having been
  // said already (help, version, a mistake).
  std::optional<ServerOptions> options;
  ExitStatus status = ExitStatus::kOk;
  // Asked with --check-config: nothing is to be served.
  bool check = false;
};

// Reads flags, and the file of --config before them: what a flag says wins.
// Mistakes go to standard error, all of them.
ParsedOptions ParseServerOptions(int argc, char** argv);

// --check-config, the settings being good: prints them on standard output as a
// file (SettingsFileText()), compiles the rules and writes their findings to
// standard error. Binds nothing. Returns kOk, or kRules if the rules cannot be
// used.
ExitStatus CheckConfig(const ServerOptions& options);

}  // namespace corsac

#endif  // CORSAC_RUNTIME_SETTINGS_COMMAND_LINE_H_
