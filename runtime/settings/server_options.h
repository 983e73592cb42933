// What corsacd is told to do: the values in force of all its settings. The
// defaults stand here and in HttpLimits; flag, key, range and help of each
// setting stand in runtime/settings/settings.cc.
#ifndef CORSAC_RUNTIME_SETTINGS_SERVER_OPTIONS_H_
#define CORSAC_RUNTIME_SETTINGS_SERVER_OPTIONS_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>

#include "runtime/admin/guard.h"
#include "runtime/http/http_server.h"

namespace corsac {

struct ServerOptions {
  std::filesystem::path rules = "rules/";
  std::chrono::milliseconds poll_interval{1'000};
  bool allow_shrink = false;

  AdminAddress admin{"127.0.0.1", 8481};

  // No addresses: no decision listener. loops == 0: one for each processor.
  HttpServer::Options decision{
      .addresses = {{.host = "127.0.0.1", .port = 8480, .path = {}}},
      .loops = 0,
      .limits = {}};

  std::string access_log;  // a path or "-"; empty: none
  std::uint32_t access_log_sample = 1;

  std::chrono::milliseconds shutdown_delay{0};
  std::chrono::milliseconds shutdown_timeout{10'000};
};

// Exit statuses of corsacd.
enum class ExitStatus : int {
  kOk = 0,
  kFailure = 1,  // the system would not let us: a port in use
  kUsage = 2,    // the command line or the settings cannot be used
  kRules = 3,    // the first rules cannot be used
};

}  // namespace corsac

#endif  // CORSAC_RUNTIME_SETTINGS_SERVER_OPTIONS_H_
