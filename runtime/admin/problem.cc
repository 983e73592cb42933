// Problem documents.
// Tested by tests/runtime/admin_parts_test.cc.
#include "runtime/admin/problem.h"

#include <utility>

#include "runtime/decision/decision_json.h"

namespace corsac {

AdminResponse ProblemResponse(const Problem& problem,
                              std::string_view request_id) {
  AdminResponse response;
  response.status = problem.status;
  response.content_type = "application/problem+json";
  std::string& body = response.body;
  body += "{\"type\":";
  body += QuoteJson("urn:corsac:problem:" + std::string(problem.type));
  body += ",\"title\":" + QuoteJson(problem.title);
  body += ",\"status\":" + std::to_string(problem.status);
  body += ",\"detail\":" + QuoteJson(problem.detail);
  body += ",\"instance\":";
  body += QuoteJson("urn:corsac:request:" + std::string(request_id));
  if (!problem.errors_json.empty()) {
    body += ",\"errors\":" + problem.errors_json;
  }
  if (problem.running) {
    body += ",\"running\":" + std::to_string(*problem.running);
  }
  body += "}\n";
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
