// What a decision reads of a request. Views only: the bytes belong to the
// caller and must outlive the request view and any Decision made from it.
#ifndef CORSAC_RUNTIME_DECISION_REQUEST_VIEW_H_
#define CORSAC_RUNTIME_DECISION_REQUEST_VIEW_H_

#include <span>
#include <string_view>

namespace corsac {

// One header field line as it came: name and value in the sender's bytes and
// case, without the line end. Blanks around the value do not matter.
struct HeaderField {
  std::string_view name;
  std::string_view value;
};

struct RequestView {
  std::string_view method;
  // The authority that the request is for, as in Host: "api.example.com:8443".
  // Empty when unknown; then only routes without a host match.
  std::string_view host;
  // The request target as on the request line: "/orders/7?full=1", an absolute
  // URL, or "*".
  std::string_view target;
  // Every header line in order, repeats kept. Trailers are left out.
  std::span<const HeaderField> headers;
  // Whether every name in `headers` is known to be a token (RFC 9110, section
  // 5.1), because what read the request saw to it. Otherwise a decision looks.
  bool names_are_tokens = false;
};

}  // namespace corsac

#endif  // CORSAC_RUNTIME_DECISION_REQUEST_VIEW_H_
