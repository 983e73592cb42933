// What the operational log says of reloads.
#ifndef CORSAC_RUNTIME_RELOAD_LOG_H_
#define CORSAC_RUNTIME_RELOAD_LOG_H_

#include "runtime/store/reload_attempt.h"

namespace corsac {

// Writes what came of each reload to the log. Attempts that find nothing new
// are worth a line only to those who asked by name, or after a failure. Not
// thread-safe.
class ReloadLog {
 public:
  void Write(const ReloadAttempt& attempt);

 private:
  bool failed_ = false;
};

}  // namespace corsac

#endif  // CORSAC_RUNTIME_RELOAD_LOG_H_
