// What the handlers of the admin API work with. Everything in it is
// thread-safe and outlives the server.
#ifndef CORSAC_RUNTIME_ADMIN_CONTEXT_H_
#define CORSAC_RUNTIME_ADMIN_CONTEXT_H_

#include <atomic>
#include <chrono>
#include <string>

#include "runtime/admin/metrics.h"
#include "runtime/store/policy_store.h"
#include "runtime/store/reloader.h"

namespace corsac {

struct AdminContext {
  PolicyStore& store;
  Reloader& reloader;
  Metrics& metrics;
  // Set when the process has been told to end.
  const std::atomic<bool>& draining;
  std::string rules;  // the rule source as given to --rules
  std::chrono::system_clock::time_point started_at;
};

}  // namespace corsac

#endif  // CORSAC_RUNTIME_ADMIN_CONTEXT_H_
