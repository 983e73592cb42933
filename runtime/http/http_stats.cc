// Names of the reasons for which connections end.
// Tested by tests/runtime/http_server_test.cc.
#include "runtime/http/http_stats.h"

#include "compiler/check.h"

namespace corsac {

std::string_view CloseReasonName(CloseReason reason) {
  switch (reason) {
    case CloseReason::kClient:
      return "client";
    case CloseReason::kAnswered:
      return "answered";
    case CloseReason::kBadRequest:
      return "bad-request";
    case CloseReason::kHeadTimeout:
      return "head-timeout";
    case CloseReason::kIdleTimeout:
      return "idle-timeout";
    case CloseReason::kBodyTimeout:
      return "body-timeout";
    case CloseReason::kWriteTimeout:
      return "write-timeout";
    case CloseReason::kShutdown:
      return "shutdown";
    case CloseReason::kMaxConnections:
      return "max-connections";
    case CloseReason::kMaxPerAddress:
      return "max-connections-per-address";
  }
  CORSAC_CHECK(false);
}

}  // namespace corsac
