// What answers the requests of a listener.
#ifndef CORSAC_RUNTIME_HTTP_REQUEST_HANDLER_H_
#define CORSAC_RUNTIME_HTTP_REQUEST_HANDLER_H_

#include <cstddef>
#include <string_view>

#include "runtime/http/request_head.h"
#include "runtime/http/response_writer.h"

namespace corsac {

// One a loop, called by that loop's thread only. Must not block: every
// connection of the loop waits.
class RequestHandler {
 public:
  RequestHandler() = default;
  RequestHandler(const RequestHandler&) = delete;
  RequestHandler& operator=(const RequestHandler&) = delete;
  virtual ~RequestHandler() = default;

  // Bytes of a body that the answer to this request makes use of; 0: it is
  // answered as soon as its head is there, and a body is thrown away. Asked
  // only for a request that announces a body.
  virtual std::size_t BodyLimit(const RequestHead& head) = 0;

  // Writes one answer. `body` is the whole body, or empty when BodyLimit() was
  // 0. Views are good for the length of the call.
  virtual void Handle(const RequestHead& head, std::string_view body,
                      ResponseWriter* response) = 0;
};

}  // namespace corsac

#endif  // CORSAC_RUNTIME_HTTP_REQUEST_HANDLER_H_
