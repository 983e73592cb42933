// The header lines that a decision looks at, picked out of all the lines of a
// request in one pass.
//
// Internal: not installed.
#ifndef CORSAC_RUNTIME_DECISION_REQUEST_FIELDS_H_
#define CORSAC_RUNTIME_DECISION_REQUEST_FIELDS_H_

#include <cstdint>
#include <string_view>

#include "compiler/fetch/names.h"
#include "compiler/table/policy_table.h"
#include "runtime/decision/decision.h"
#include "runtime/decision/request_view.h"

namespace corsac {

// Where they are; the request is needed to read them.
struct RequestFields {
  // One header: how many lines it has, and which is the first.
  struct Lines {
    std::uint32_t count = 0;
    std::uint32_t first = 0;  // index into RequestView::headers

    // The first line's value without blanks around it; empty if there is none.
    std::string_view ValueIn(const RequestView& request) const noexcept {
      return count == 0 ? std::string_view()
                        : StripBlanks(request.headers[first].value);
    }
  };

  Lines origin;
  Lines request_method;           // Access-Control-Request-Method
  Lines request_headers;          // Access-Control-Request-Headers
  Lines request_private_network;  // Access-Control-Request-Private-Network
  Lines fetch_site;               // Sec-Fetch-Site
  bool upgrade_websocket = false;
  bool malformed_name = false;  // a field name is no token
};

// O(number of lines), and the bytes of their names unless
// `request.names_are_tokens`.
RequestFields ReadRequestFields(const RequestView& request) noexcept;

// What kind of request it is that `method` and `fields` belong to.
RequestKind KindOf(std::string_view method,
                   const RequestFields& fields) noexcept;

// Evaluate() (runtime/decision/evaluate.h) for who has read the lines already.
// REQUIRES: `fields` are those of `request`.
Decision Evaluate(const PolicyTable& table, const RequestView& request,
                  const RequestFields& fields) noexcept;

// Whether `name` is Access-Control-Request-Headers.
bool IsRequestHeadersName(std::string_view name) noexcept;

}  // namespace corsac

#endif  // CORSAC_RUNTIME_DECISION_REQUEST_FIELDS_H_
