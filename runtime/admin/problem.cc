// Problem documents as answers of the admin API.
// Tested by tests/runtime/admin_parts_test.cc.
#include "runtime/admin/problem.h"

#include <utility>

namespace corsac {

AdminResponse ProblemResponse(const Problem& problem,
                              std::string_view request_id) {
  AdminResponse response;
  response.status = problem.status;
  response.content_type = kProblemContentType;
  response.body = ProblemJson(problem, request_id);
  return response;
}

AdminResponse BadQuery(const AdminRequest& request, std::string detail) {
  return ProblemResponse({.status = 400,
                          .type = "bad-query",
                          .title = "The query cannot be used",
                          .detail = std::move(detail)},
                         request.id);
}

}  // namespace corsac
