// Errors of the admin API: problem documents (RFC 9457).
#ifndef CORSAC_RUNTIME_ADMIN_PROBLEM_H_
#define CORSAC_RUNTIME_ADMIN_PROBLEM_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/admin/message.h"

namespace corsac {

struct Problem {
  int status = 500;
  // Stable, kebab-case; the end of the problem's `type`. docs/http_api.md lists
  // them.
  std::string_view type;
  std::string_view title;  // the same for all problems of a type
  std::string detail;      // about this one; may hold request bytes
  // A JSON array; empty: no member `errors`.
  std::string errors_json = {};
  // The generation that is in force in spite of the problem.
  std::optional<std::uint64_t> running = {};
};

// {"type":"urn:corsac:problem:…","title":…,"status":…,"detail":…,
//  "instance":"urn:corsac:request:…","errors":[…],"running":…}
AdminResponse ProblemResponse(const Problem& problem,
                              std::string_view request_id);

// The problem of a query string that an endpoint cannot use: status 400.
AdminResponse BadQuery(const AdminRequest& request, std::string detail);

}  // namespace corsac

#endif  // CORSAC_RUNTIME_ADMIN_PROBLEM_H_
