// Lines of a file or of standard input, one at a time and in constant memory.
#ifndef CORSAC_COMPILER_CLI_LINE_READER_H_
#define CORSAC_COMPILER_CLI_LINE_READER_H_

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace corsac::cli {

// Longer lines are skipped: no request is anywhere near it.
inline constexpr std::size_t kMaxRequestLineBytes = std::size_t{1} << 20;

// Not thread-safe.
class LineReader {
 public:
  // `before_wait` is called before each read that may block: the moment to
  // flush what was written, so that a program at the other end of two pipes
  // gets the answer to what it has sent.
  explicit LineReader(std::function<void()> before_wait);
  LineReader(const LineReader&) = delete;
  LineReader& operator=(const LineReader&) = delete;
  ~LineReader();

  // Opens `path`, or standard input for "-". False: it cannot be opened, and
  // error() says why.
  bool Open(const std::string& path);

  // Goes to the next line, and returns false at the end or when reading fails
  // (error() is not 0 then).
  bool Next();

  // The line, without its line end; good until Next(). Empty for one that is
  // too long.
  std::string_view line() const { return line_; }
  bool too_long() const { return too_long_; }
  std::size_t number() const { return number_; }  // from 1

  int error() const { return error_; }  // an errno

 private:
  bool Fill();

  std::function<void()> before_wait_;
  int file_ = -1;
  bool close_ = false;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::string line_;
  bool too_long_ = false;
  std::size_t number_ = 0;
  int error_ = 0;
};

}  // namespace corsac::cli

#endif  // CORSAC_COMPILER_CLI_LINE_READER_H_
