// Tested by tests/runtime/chunked_body_test.cc.
#include "runtime/http/chunked_body.h"

#include <algorithm>

namespace corsac {
namespace {

// Hexadecimal digits of one chunk's size: leading zeros count, so that a size
// is not an endless line.
constexpr std::uint8_t kMaxDigits = 8;

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

// A byte of a line with a size, its CR included. Returns whether it may stand
// there.
bool ChunkedBody::TakeSizeByte(char c) {
  if (c == '\r' && state_ == State::kSize) {
    state_ = State::kSizeLf;
    return true;
  }
  const int value = HexValue(c);
  if (value < 0 || digits_ == kMaxDigits) return false;
  ++digits_;
  left_ = left_ * 16 + static_cast<std::uint64_t>(value);
  state_ = State::kSize;
  return true;
}

// When the size of a chunk is known.
bool ChunkedBody::IsTooLarge(std::size_t max_bytes) {
  lines_ += digits_ + 4U;  // a line end after the size, another after the data
  return left_ > max_bytes - std::min<std::uint64_t>(total_, max_bytes) ||
         lines_ > max_bytes + kSpareLineBytes;
}

ChunkedBody::Progress ChunkedBody::Read(std::string_view piece,
                                        std::size_t max_bytes,
                                        std::string* data) {
  std::size_t at = 0;
  const auto stop = [&](Status status) { return Progress{status, at}; };
  // Passes over `c` and goes on with `next`.
  const auto expect = [&](char c, State next) {
    if (piece[at] != c) return false;
    ++at;
    state_ = next;
    return true;
  };
  while (at < piece.size()) {
    bool good = true;
    switch (state_) {
      case State::kSizeStart:
      case State::kSize:
        good = TakeSizeByte(piece[at]);
        if (good) ++at;
        break;
      case State::kSizeLf:
        good = expect('\n', left_ == 0 ? State::kLastCr : State::kData);
        if (good && IsTooLarge(max_bytes)) return stop(Status::kTooLarge);
        break;
      case State::kData: {
        const auto size = static_cast<std::size_t>(
            std::min<std::uint64_t>(left_, piece.size() - at));
        if (data != nullptr) data->append(piece.substr(at, size));
        at += size;
        left_ -= size;
        total_ += size;
        if (left_ == 0) state_ = State::kDataCr;
        break;
      }
      case State::kDataCr:
        good = expect('\r', State::kDataLf);
        break;
      case State::kDataLf:
        good = expect('\n', State::kSizeStart);
        digits_ = 0;
        break;
      case State::kLastCr:
        good = expect('\r', State::kLastLf);
        break;
      case State::kLastLf:
        if (piece[at] != '\n') return stop(Status::kMalformed);
        ++at;
        return stop(Status::kEnd);
    }
    if (!good) return stop(Status::kMalformed);
  }
  return stop(Status::kMore);
}

}  // namespace corsac
