// Problem documents.
// Tested by tests/runtime/admin_parts_test.cc and
// tests/runtime/decision_plane_test.cc.
#include "runtime/http/problem.h"

#include "runtime/decision/decision_json.h"

namespace corsac {

std::string ProblemJson(const Problem& problem, std::string_view request_id) {
  std::string body = "{\"type\":";
  body += QuoteJson("urn:corsac:problem:" + std::string(problem.type));
  body += ",\"title\":" + QuoteJson(problem.title);
  body += ",\"status\":" + std::to_string(problem.status);
  body += ",\"detail\":" + QuoteJson(problem.detail);
  if (!request_id.empty()) {
    body += ",\"instance\":";
    body += QuoteJson("urn:corsac:request:" + std::string(request_id));
  }
  if (!problem.errors_json.empty()) {
    body += ",\"errors\":" + problem.errors_json;
  }
  if (problem.running) {
    body += ",\"running\":" + std::to_string(*problem.running);
  }
  body += "}\n";
  return body;
}

}  // namespace corsac
