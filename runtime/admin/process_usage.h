// What the system says about this process (Linux, /proc).
#ifndef CORSAC_RUNTIME_ADMIN_PROCESS_USAGE_H_
#define CORSAC_RUNTIME_ADMIN_PROCESS_USAGE_H_

namespace corsac {

// A value that cannot be read is 0.
struct ProcessUsage {
  double cpu_seconds = 0;
  double resident_bytes = 0;
  double virtual_bytes = 0;
  double open_fds = 0;
  double max_fds = 0;
};

ProcessUsage ReadProcessUsage();

}  // namespace corsac

#endif  // CORSAC_RUNTIME_ADMIN_PROCESS_USAGE_H_
