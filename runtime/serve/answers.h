// The answers of the decision listener, written.
#ifndef CORSAC_RUNTIME_SERVE_ANSWERS_H_
#define CORSAC_RUNTIME_SERVE_ANSWERS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/decision/decision.h"
#include "runtime/decision/request_view.h"
#include "runtime/http/problem.h"
#include "runtime/http/response_writer.h"
#include "runtime/serve/endpoint.h"

namespace corsac {

// The status of the answer to an authorisation hook, or nothing if the hook of
// `endpoint` cannot give the answer that was decided: a gateway that goes on to
// the application at every status of 200 to 299 would do so with a preflight
// that has been answered.
std::optional<std::uint16_t> AuthzStatus(const Decision& decision,
                                         ServeEndpoint endpoint);

// The header lines that an authorisation hook is answered with: those to set,
// then X-Cors-Decision, X-Cors-Code, X-Cors-Rule and X-Cors-Generation. Each
// ends in CR LF and is printable ASCII. Allocates only if `out` lacks the room.
void AppendAuthzLines(const Decision& decision, std::uint64_t generation,
                      std::string* out);

// Appends `id` as the value of a header line: printable ASCII as it is, every
// other byte, `%`, and blanks at the ends as %XX.
void AppendRuleId(std::string_view id, std::string* out);

// Writes the preflight's answer that `decision` holds, and nothing else.
void WritePreflight(const Decision& decision, ResponseWriter* response);

// Writes a body that must not be kept.
void WriteBody(std::uint16_t status, std::string_view content_type,
               std::string_view body, ResponseWriter* response);

// Writes a problem, with one more header line if `extra` is given.
void WriteProblem(const Problem& problem, ResponseWriter* response,
                  const std::optional<HeaderField>& extra = std::nullopt);

}  // namespace corsac

#endif  // CORSAC_RUNTIME_SERVE_ANSWERS_H_
