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

  static constexpr std::size_t kSpareLineBytes = 64;

  struct Progress {
    Status status = Status::kMore;
    std::size_t used = 0;  // bytes of the piece that belong to the body
  };

  // Takes the body's bytes off the front of `piece`. Data are appended to
  // `data`, or thrown away if that is null. kTooLarge: the data are more than
  // `max_bytes`, or the lines around them more than `max_bytes` +
  // kSpareLineBytes: chunks of a byte have thirteen times their data. It is
  // told when a size has been read, wherever pieces end.
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
  bool IsTooLarge(std::size_t max_bytes);

  State state_ = State::kSizeStart;
  std::uint8_t digits_ = 0;
  std::uint64_t left_ = 0;   // of the chunk
  std::uint64_t total_ = 0;  // bytes of data so far
  std::uint64_t lines_ = 0;  // bytes around them, of this chunk included
};

}  // namespace corsac

#endif  // CORSAC_RUNTIME_HTTP_CHUNKED_BODY_H_
