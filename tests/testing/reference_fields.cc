// What the reference evaluator reads of header lines.
// Tested by tests/reference_test.cc.
#include "tests/testing/reference_fields.h"

#include <cstddef>
#include <set>

#include "tests/testing/reference_text.h"

namespace corsac::testing {

std::vector<std::string> LinesOf(const ReferenceRequest& request,
                                 std::string_view lower_name) {
  std::vector<std::string> values;
  for (const auto& [name, value] : request.headers) {
    if (ToLower(name) == lower_name) values.push_back(Strip(value));
  }
  return values;
}

bool IsForbiddenName(const std::string& name) {
  static const std::set<std::string> names = {"accept-charset",
                                              "accept-encoding",
                                              "access-control-request-headers",
                                              "access-control-request-method",
                                              "connection",
                                              "content-length",
                                              "cookie",
                                              "cookie2",
                                              "date",
                                              "dnt",
                                              "expect",
                                              "host",
                                              "keep-alive",
                                              "origin",
                                              "referer",
                                              "set-cookie",
                                              "te",
                                              "trailer",
                                              "transfer-encoding",
                                              "upgrade",
                                              "via"};
  return names.contains(name) || name.starts_with("proxy-") ||
         name.starts_with("sec-");
}

AskedHeaders ParseAskedHeaders(const std::vector<std::string>& lines) {
  AskedHeaders asked;
  std::size_t bytes = 0;
  for (const std::string& line : lines) bytes += line.size();
  if (bytes > 4096) {
    asked.error = "request-headers-too-large";
    return asked;
  }
  std::set<std::string> seen;
  for (const std::string& line : lines) {
    for (const std::string& piece : Split(line, ',')) {
      const std::string name = ToLower(Strip(piece));
      if (name.empty()) continue;
      if (!IsHttpToken(name) || name.size() > 256) {
        asked.error = "malformed-request-headers";
        return asked;
      }
      if (!seen.insert(name).second) continue;
      if (seen.size() > 128) {
        asked.error = "request-headers-too-large";
        return asked;
      }
      asked.names.push_back(name);
    }
  }
  return asked;
}

}  // namespace corsac::testing
