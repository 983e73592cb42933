// RLIMIT_NOFILE. Tested by tests/runtime/file_limit_test.cc.
#include "runtime/file_limit.h"

#include <sys/resource.h>

#include <algorithm>

namespace corsac {

FileLimit RaiseFileLimit(std::size_t connections) {
  FileLimit result;
  result.needed = connections + kOtherFiles;
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
    result.allowed = result.needed;  // nothing is known of a limit
    return result;
  }
  result.allowed = limit.rlim_cur;
  if (result.enough()) return result;
  limit.rlim_cur = std::min<rlim_t>(result.needed, limit.rlim_max);
  if (setrlimit(RLIMIT_NOFILE, &limit) == 0) result.allowed = limit.rlim_cur;
  return result;
}

}  // namespace corsac
