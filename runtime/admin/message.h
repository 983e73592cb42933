// Requests and answers of the admin API as the handlers see them: plain values,
// free of the HTTP library, so that a handler is a function that a test calls.
#ifndef CORSAC_RUNTIME_ADMIN_MESSAGE_H_
#define CORSAC_RUNTIME_ADMIN_MESSAGE_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/admin/query.h"

namespace corsac {

struct AdminRequest {
  std::string id;      // X-Request-Id: safe to print, at most 64 bytes
  std::string method;  // HEAD is seen as GET
  std::string path;    // as sent, up to the `?`
  Query query;
  std::string body;
};

struct AdminResponse {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  // Further header lines. Written by handlers, never made of request bytes.
  std::vector<std::pair<std::string, std::string>> headers;
};

}  // namespace corsac

#endif  // CORSAC_RUNTIME_ADMIN_MESSAGE_H_
