// Reading the head of an HTTP/1.x request: the request line and the header
// lines, up to the empty line (RFC 9112, sections 2 to 5).
//
// The reader is strict. A gateway in front reads the same bytes, and whatever
// the two could read differently is how one request is made to look like two:
// so lines end in CR LF only, names are tokens directly before the colon, no
// line continues another, values hold no control bytes, the length of the body
// is said once, and anything else is an error after which the connection is
// closed. Nothing is decoded or joined: every line is kept as sent, repeats and
// order included.
#ifndef CORSAC_RUNTIME_HTTP_REQUEST_HEAD_H_
#define CORSAC_RUNTIME_HTTP_REQUEST_HEAD_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "runtime/decision/request_view.h"
#include "runtime/http/http_limits.h"

namespace corsac {

// Why a request cannot be read. Names are public interface: they show in
// metrics and in answers.
enum class HttpError : std::uint8_t {
  kNone,
  kLineEnd,           // a line that does not end in CR LF
  kRequestLine,       // not method, target and version with one SP between
  kMethod,            // not a token of at most kMaxHttpMethodBytes
  kTarget,            // neither origin-form, absolute-form nor "*"; CONNECT
  kVersion,           // not "HTTP/" digit "." digit
  kVersionSupport,    // not HTTP/1.0 or HTTP/1.1
  kFieldName,         // not a token, or blanks before the colon
  kFieldFold,         // a line that continues the one before
  kFieldValue,        // a control byte
  kHeadSize,          // more than HttpLimits::max_head_bytes
  kFieldCount,        // more than HttpLimits::max_fields
  kHost,              // none (in HTTP/1.1), several, or not an authority
  kContentLength,     // several, or not digits
  kTransferEncoding,  // anything but one `chunked`, or in HTTP/1.0
  kTwoLengths,        // Transfer-Encoding beside Content-Length
  kExpect,            // anything but 100-continue
  kChunk,             // a chunked body that is not one
  kBodySize,          // more than the answer can make use of
};

inline constexpr std::size_t kHttpErrors = 19;
inline constexpr std::size_t kMaxHttpMethodBytes = 64;

// "line-end", "request-line", …
std::string_view HttpErrorName(HttpError error);
// What is wrong, as a sentence without a full stop. REQUIRES: not kNone.
std::string_view HttpErrorText(HttpError error);
// The status that it is answered with: 400, 413, 417, 431 or 505.
std::uint16_t HttpErrorStatus(HttpError error);

// How the end of the body is found (RFC 9112, section 6).
enum class BodyEnd : std::uint8_t { kNone, kLength, kChunked };

// Views into the bytes that were read, and into the HeadReader.
struct RequestHead {
  std::string_view method;
  std::string_view target;  // as on the request line
  // `target` without scheme and authority, for absolute-form; else the same.
  std::string_view path_and_query;
  // The authority: that of an absolute-form target, else the value of Host.
  std::string_view host;
  // Every line, in order; names are tokens, values have no blanks around them.
  std::span<const HeaderField> fields;

  std::uint8_t minor_version = 1;  // of HTTP/1.x
  bool keep_alive = true;          // as far as the client goes
  bool expects_continue = false;
  BodyEnd body_end = BodyEnd::kNone;
  std::uint64_t content_length = 0;  // for kLength

  std::size_t size = 0;  // bytes of the head, the empty line included

  bool has_body() const {
    return body_end == BodyEnd::kChunked || content_length != 0;
  }
};

// Thread-compatible; one a loop. Does not allocate once it is made.
class HeadReader {
 public:
  explicit HeadReader(const HttpLimits& limits);

  enum class Status : std::uint8_t { kComplete, kIncomplete, kError };

  // Reads the head that `bytes` begins with. kComplete: head() is valid until
  // the next call, while `bytes` is. kIncomplete: `bytes` is a good beginning
  // as far as its complete lines go; it is not read again from where it was
  // left, so do not call before there is another line end. kError: error().
  //
  // One CR LF before the request line is passed over (RFC 9112, section 2.2).
  // O(bytes of the head).
  Status Read(std::string_view bytes);

  const RequestHead& head() const { return head_; }
  HttpError error() const { return error_; }

 private:
  class Parse;

  const std::size_t max_head_bytes_;
  std::vector<HeaderField> fields_;  // room for max_fields
  RequestHead head_;
  HttpError error_ = HttpError::kNone;
};

}  // namespace corsac

#endif  // CORSAC_RUNTIME_HTTP_REQUEST_HEAD_H_
