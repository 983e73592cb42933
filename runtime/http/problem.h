// Errors of both listeners: problem documents (RFC 9457).
#ifndef CORSAC_RUNTIME_HTTP_PROBLEM_H_
#define CORSAC_RUNTIME_HTTP_PROBLEM_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace corsac {

inline constexpr std::string_view kProblemContentType =
    "application/problem+json";

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
//  "instance":"urn:corsac:request:…","errors":[…],"running":…} and a line end,
// in ASCII. `request_id` may be empty: then there is no `instance`.
std::string ProblemJson(const Problem& problem, std::string_view request_id);

}  // namespace corsac

#endif  // CORSAC_RUNTIME_HTTP_PROBLEM_H_
