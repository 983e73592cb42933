// corsacd from its options to its end: listeners, rules, signals, shutdown.
#ifndef CORSAC_RUNTIME_DAEMON_H_
#define CORSAC_RUNTIME_DAEMON_H_

#include "runtime/settings/server_options.h"

namespace corsac {

// Serves until told to end; see docs/operations.md. What keeps it from starting
// is said on standard error. REQUIRES: BlockSignals() was called.
ExitStatus RunDaemon(const ServerOptions& options);

}  // namespace corsac

#endif  // CORSAC_RUNTIME_DAEMON_H_
