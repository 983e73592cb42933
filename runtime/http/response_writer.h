// Writing one answer into the buffer of a connection. It adds what the protocol
// asks for: the status line, Date, Content-Length, Connection; a HEAD request
// gets no body, and a 204 no Content-Length (RFC 9110, section 8.6).
#ifndef CORSAC_RUNTIME_HTTP_RESPONSE_WRITER_H_
#define CORSAC_RUNTIME_HTTP_RESPONSE_WRITER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace corsac {

// Calls go in this order: Start(), any number of Add…(), then one Finish().
class ResponseWriter {
 public:
  struct Context {
    bool head_request = false;
    std::uint8_t minor_version = 1;
    bool keep_alive = true;      // of the request
    std::string_view date_line;  // "Date: …" CR LF
  };
  ResponseWriter(const Context& context, std::string* out)
      : context_(context), out_(*out), keep_alive_(context.keep_alive) {}
  ResponseWriter(const ResponseWriter&) = delete;
  ResponseWriter& operator=(const ResponseWriter&) = delete;

  // `status` is 200 to 599.
  void Start(std::uint16_t status);

  // REQUIRES: `name` is a token. Bytes of `value` that a header line cannot
  // hold (control bytes) become `?`: whatever a caller passes, an answer stays
  // one answer.
  void AddField(std::string_view name, std::string_view value);

  // Where rendered field lines, each with CR LF, may be appended directly.
  std::string* lines() { return &out_; }

  // The connection is closed after this answer.
  void Close() { keep_alive_ = false; }

  void Finish() { Finish({}, {}); }
  // An empty `content_type` means that there is no body.
  void Finish(std::string_view content_type, std::string_view body);

  bool keep_alive() const { return keep_alive_; }
  std::uint16_t status() const { return status_; }
  bool finished() const { return finished_; }

 private:
  const Context& context_;
  std::string& out_;
  bool keep_alive_;
  bool finished_ = false;
  std::uint16_t status_ = 0;
};

}  // namespace corsac

#endif  // CORSAC_RUNTIME_HTTP_RESPONSE_WRITER_H_
