// Says which check failed, and ends the program.
#include "compiler/check.h"

#include <cstdio>
#include <cstdlib>

namespace corsac::internal {

void CheckFailed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: check failed: %s\n", file, line, condition);
  std::abort();
}

}  // namespace corsac::internal
