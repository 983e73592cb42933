// What Access-Control-Request-Headers asks for, in one bounded pass.
//
// Internal: not installed.
#ifndef CORSAC_RUNTIME_DECISION_REQUEST_HEADERS_H_
#define CORSAC_RUNTIME_DECISION_REQUEST_HEADERS_H_

#include <cstdint>
#include <string_view>

#include "compiler/table/policy_table.h"
#include "runtime/decision/decision.h"
#include "runtime/decision/request_fields.h"
#include "runtime/decision/request_view.h"

namespace corsac {

struct AskedHeaders {
  enum class Status : std::uint8_t { kOk, kTooLarge, kMalformed };

  Status status = Status::kOk;
  std::string_view first_refused;  // as sent; empty when all are allowed
  bool asks_authorization = false;
};

// Whether `policy` lets a request carry the header `name` (any case): it is
// listed, or `*` is and it is not `authorization`; and script can set it at
// all.
bool AllowsRequestHeader(const CompiledPolicy& policy,
                         std::string_view name) noexcept;

// Reads every Access-Control-Request-Headers line of `request`, from which
// `fields` was read, against `policy`. Lines may be split and joined as proxies
// please: blanks, empty elements, repeats and case do not matter, nor does
// order. With `policy.headers_any` the distinct names that are allowed are
// written to `*allowed` in the order asked; otherwise it is left as it is.
//
// More than kMaxRequestHeadersBytes in all or kMaxRequestHeaderNames distinct
// names are too large; an element that is no token, or longer than
// kMaxHeaderNameBytes, is malformed; what is met first counts.
// O(bytes), does not allocate.
AskedHeaders ReadAskedHeaders(const RequestView& request,
                              const RequestFields& fields,
                              const CompiledPolicy& policy,
                              AskedNames* allowed) noexcept;

}  // namespace corsac

#endif  // CORSAC_RUNTIME_DECISION_REQUEST_HEADERS_H_
