// The HTTP side of one connection: bytes in, answers out. It knows no socket
// and no clock, so that tests and fuzzers can drive it byte by byte.
//
// A session that waits for a request holds no buffer. Bytes of a request that
// is not all there are kept in one taken from the loop's pool.
//
// A body that the answer makes no use of must have come with its head, and have
// at most HttpLimits::max_drain_bytes, or the connection is closed after the
// answer: nginx's auth_request announces bodies that it never sends, and
// whatever came next on the connection would be taken for the body.
#ifndef CORSAC_RUNTIME_HTTP_HTTP_SESSION_H_
#define CORSAC_RUNTIME_HTTP_HTTP_SESSION_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/http/chunked_body.h"
#include "runtime/http/http_limits.h"
#include "runtime/http/http_stats.h"
#include "runtime/http/loop_counters.h"
#include "runtime/http/request_handler.h"
#include "runtime/http/request_head.h"

namespace corsac {

// Buffers that are not in use. Keeps few, and none that grew large.
class BufferPool {
 public:
  // An empty string, with room in it if there is one.
  std::string Take();
  void Give(std::string buffer);

 private:
  std::vector<std::string> free_;
};

// What the sessions of one loop share.
struct SessionTools {
  SessionTools(const HttpLimits& l, RequestHandler* h, LoopCounters* c)
      : limits(l), handler(h), counters(c), heads(l) {}

  const HttpLimits& limits;
  RequestHandler* const handler;
  LoopCounters* const counters;
  HeadReader heads;
  BufferPool buffers;
  std::string date_line;  // "Date: …" CR LF, of now
  bool ending = false;    // every answer closes its connection
};

// Not thread-safe. All calls must be given the tools of one loop.
class HttpSession {
 public:
  // What the session waits for.
  enum class Wait : std::uint8_t {
    kRequest,  // the first byte of a request
    kHead,     // the rest of a head
    kBody,     // the rest of a body
    kRoom,     // room for output: write what is there, then call Take({})
    kClose,    // nothing: write what is there, then close
  };

  // Bytes of output after which a session waits for room.
  static constexpr std::size_t kMaxOutput = std::size_t{256} << 10;

  // Takes what the client sent and appends answers to `out`. After kClose bytes
  // are no longer looked at.
  Wait Take(std::string_view bytes, SessionTools* tools, std::string* out);

  // The client took too long for the rest of a request: appends an answer that
  // says so. The connection must then be closed. REQUIRES: the last Take()
  // returned kHead or kBody.
  void TimeOut(SessionTools* tools, std::string* out);

  // Gives the buffer back, when the connection is gone.
  void Release(SessionTools* tools);

  // Why, after kClose.
  CloseReason close_reason() const { return close_reason_; }

 private:
  // A request whose body is being read for its answer.
  struct Collecting {
    std::size_t head_size = 0;
    std::size_t body_limit = 0;
    bool chunked = false;
    std::size_t size = 0;  // of the body, if not chunked
    std::size_t read = 0;  // bytes of the chunked body, lines included
    ChunkedBody chunks;
    std::string data;  // of the chunks
  };

  // Each works on `in`, what has come and is not used up. Returns the bytes
  // used; 0 means that more are needed or the connection is to be closed.
  std::size_t ReadHead(std::string_view in);
  std::size_t AnswerHead(std::string_view in);
  std::size_t StartCollecting(std::string_view in);
  std::size_t Collect(std::string_view in);
  std::size_t SkipBody(std::string_view after, bool* keep_alive);
  void Answer(std::string_view body, bool keep_alive);
  void Refuse(HttpError error, std::string_view in);
  void Keep(std::string_view rest, bool in_buffer);

  // Of the running call.
  SessionTools* tools_ = nullptr;
  std::string* out_ = nullptr;

  std::string buffer_;         // from the pool; what is not used up yet
  std::size_t looked_at_ = 0;  // bytes of buffer_ known to hold no whole head
  std::unique_ptr<Collecting> collecting_;
  bool closing_ = false;
  CloseReason close_reason_ = CloseReason::kAnswered;
};

}  // namespace corsac

#endif  // CORSAC_RUNTIME_HTTP_HTTP_SESSION_H_
