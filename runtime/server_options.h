// The command line of corsacd.
#ifndef CORSAC_RUNTIME_SERVER_OPTIONS_H_
#define CORSAC_RUNTIME_SERVER_OPTIONS_H_

#include <chrono>
#include <filesystem>
#include <optional>

#include "runtime/admin/guard.h"

namespace corsac {

struct ServerOptions {
  std::filesystem::path rules;
  AdminAddress admin;
  std::chrono::milliseconds poll_interval{0};
  bool allow_shrink = false;
  std::chrono::milliseconds shutdown_delay{0};
  std::chrono::milliseconds shutdown_timeout{0};
};

// Exit statuses of corsacd.
enum class ExitStatus : int {
  kOk = 0,
  kFailure = 1,  // the system would not let us: a port in use
  kUsage = 2,    // the command line cannot be understood
  kRules = 3,    // the first rules cannot be used
};

struct ParsedOptions {
  // Nothing if the program is to end, with `status`, everything having been
  // said already (help, version, a mistake).
  std::optional<ServerOptions> options;
  ExitStatus status = ExitStatus::kOk;
};

ParsedOptions ParseServerOptions(int argc, char** argv);

}  // namespace corsac

#endif  // CORSAC_RUNTIME_SERVER_OPTIONS_H_
