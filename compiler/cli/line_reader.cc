// Tested by tests/cli/line_reader_test.cc.
#include "compiler/cli/line_reader.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace corsac::cli {
namespace {

constexpr std::size_t kBufferBytes = std::size_t{64} << 10;

}  // namespace

LineReader::LineReader(std::function<void()> before_wait)
    : before_wait_(std::move(before_wait)), buffer_(kBufferBytes) {}

LineReader::~LineReader() {
  if (close_) close(file_);
}

bool LineReader::Open(const std::string& path) {
  if (path == "-") {
    file_ = STDIN_FILENO;
    return true;
  }
  file_ = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  close_ = file_ >= 0;
  if (file_ < 0) error_ = errno;
  return file_ >= 0;
}

// Reads more into the empty buffer; false at the end.
bool LineReader::Fill() {
  before_wait_();
  ssize_t bytes = -1;
  do {
    bytes = read(file_, buffer_.data(), buffer_.size());
  } while (bytes < 0 && errno == EINTR);
  if (bytes < 0) error_ = errno;
  begin_ = 0;
  end_ = bytes > 0 ? static_cast<std::size_t>(bytes) : 0;
  return bytes > 0;
}

bool LineReader::Next() {
  line_.clear();
  too_long_ = false;
  bool any = false;
  for (;;) {
    if (begin_ == end_ && !Fill()) break;
    any = true;
    const auto from = buffer_.begin() + static_cast<std::ptrdiff_t>(begin_);
    const auto to = buffer_.begin() + static_cast<std::ptrdiff_t>(end_);
    const auto feed = std::find(from, to, '\n');
    if (line_.size() + static_cast<std::size_t>(feed - from) >
        kMaxRequestLineBytes) {
      too_long_ = true;
    }
    if (!too_long_) line_.append(from, feed);
    begin_ = static_cast<std::size_t>(feed - buffer_.begin());
    if (feed == to) continue;
    ++begin_;
    break;
  }
  if (!any || error_ != 0) return false;
  ++number_;
  if (too_long_) line_.clear();
  if (line_.ends_with('\r')) line_.pop_back();
  return true;
}

}  // namespace corsac::cli
