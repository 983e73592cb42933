// Bodies in chunks (RFC 9112, section 7.1), read strictly: sizes in hexadecimal
// digits only, without extensions; CR LF only; no trailer lines. Nothing that
// talks to a rule server needs more, and each of these is a place where two
// readers have found different ends of one body.
#ifndef CORSAC_RUNTIME_HTTP_CHUNKED_BODY_H_
#define CORSAC_RUNTIME_HTTP_CHUNKED_BODY_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace corsac {

// The reader of one body. May be fed in pieces of any size.
class ChunkedBody {
 public:
  enum class Status : std::uint8_t { kMore, kEnd, kMalformed, kTooLarge };

  struct Progress {
    Status status = Status::kMore;
    std::size_t used = 0;  // bytes of the piece that belong to the body
  };

  // Takes the body's bytes off the front of `piece`. Data are appended to
  // `data`, or thrown away if that is null. kTooLarge: the data are more than
  // `max_bytes`; with the lines around them a body is at most thirteen times
  // as large.
  Progress Read(std::string_view piece, std::size_t max_bytes,
                std::string* data);

 private:
  enum class State : std::uint8_t {
    kSizeStart,
    kSize,
    kSizeLf,
    kData,
    kDataCr,
    kDataLf,
    kLastCr,
    kLastLf,
  };

  bool TakeSizeByte(char c);

  State state_ = State::kSizeStart;
  std::uint8_t digits_ = 0;
  bool is_last_ = false;
  std::uint64_t left_ = 0;   // of the chunk
  std::uint64_t total_ = 0;  // bytes of data so far
};

}  // namespace corsac

#endif  // CORSAC_RUNTIME_HTTP_CHUNKED_BODY_H_
