// corsacd: serves decisions from rules that reload themselves.
// Tested by tests/e2e.
#include <cstdio>
#include <exception>

#include "runtime/daemon.h"
#include "runtime/log/log.h"
#include "runtime/settings/command_line.h"
#include "runtime/signals.h"

namespace corsac {
namespace {

ExitStatus Run(int argc, char** argv) {
  const ParsedOptions parsed = ParseServerOptions(argc, argv);
  if (!parsed.options) return parsed.status;
  if (parsed.check) return CheckConfig(*parsed.options);
  const ExitStatus status = RunDaemon(*parsed.options);
  Log(LogLevel::kInfo, "server.end", "ended",
      {{"status", static_cast<int>(status)}});
  return status;
}

}  // namespace
}  // namespace corsac

int main(int argc, char** argv) {
  corsac::BlockSignals();
  try {
    return static_cast<int>(corsac::Run(argc, argv));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "corsacd: %s\n", error.what());
    return static_cast<int>(corsac::ExitStatus::kFailure);
  }
}
