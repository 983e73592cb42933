// Errors of the admin API: problem documents as answers.
#ifndef CORSAC_RUNTIME_ADMIN_PROBLEM_H_
#define CORSAC_RUNTIME_ADMIN_PROBLEM_H_

#include <string>
#include <string_view>

#include "runtime/admin/message.h"
#include "runtime/http/problem.h"

namespace corsac {

AdminResponse ProblemResponse(const Problem& problem,
                              std::string_view request_id);

// The problem of a query string that an endpoint cannot use: status 400.
AdminResponse BadQuery(const AdminRequest& request, std::string detail);

}  // namespace corsac

#endif  // CORSAC_RUNTIME_ADMIN_PROBLEM_H_
