// Reading the body of a request that Poco parsed.
#ifndef CORSAC_RUNTIME_ADMIN_REQUEST_BODY_H_
#define CORSAC_RUNTIME_ADMIN_REQUEST_BODY_H_

#include <Poco/Net/HTTPServerRequest.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "runtime/admin/problem.h"

namespace corsac {

// How the end of a request's body is found (RFC 9112, 6.3).
struct AdminBodyFraming {
  enum class Kind : std::uint8_t {
    kNone,     // neither Content-Length nor Transfer-Encoding
    kLength,   // exactly `length` bytes
    kChunked,  // Transfer-Encoding: chunked
    kBad,      // both, several, or what cannot be understood
  };
  Kind kind = Kind::kNone;
  std::size_t length = 0;

  bool has_body() const { return kind != Kind::kNone && !IsEmpty(); }
  bool IsEmpty() const { return kind == Kind::kLength && length == 0; }
};

AdminBodyFraming FramingOf(const Poco::Net::HTTPServerRequest& request);

// Reads the body of `request`, at most `max` bytes and for at most
// kAdminBodyTime, into `body`. Returns what is wrong, or nothing.
std::optional<Problem> ReadBody(Poco::Net::HTTPServerRequest& request,
                                const AdminBodyFraming& framing,
                                std::size_t max, std::string* body);

// Reads and forgets what a client goes on sending, within kMaxDrainBytes and
// kAdminDrainTime. A connection that is closed while there is something unread
// is reset, and the client loses the answer.
void DrainBody(Poco::Net::HTTPServerRequest& request,
               const AdminBodyFraming& framing);

}  // namespace corsac

#endif  // CORSAC_RUNTIME_ADMIN_REQUEST_BODY_H_
