// Standard output and standard error, as the commands write to them.
#ifndef CORSAC_COMPILER_CLI_OUTPUT_H_
#define CORSAC_COMPILER_CLI_OUTPUT_H_

#include <cstdio>
#include <string_view>

namespace corsac::cli {

// One of the two. When the reader goes away (`corsac … | head`) what is written
// after is dropped without a word: it had what it wanted. Not thread-safe.
class Output {
 public:
  // `file` stays the caller's.
  explicit Output(std::FILE* file);

  void Write(std::string_view text);
  void Flush();

  // No more can be written, for whatever reason; what is long may stop here.
  bool closed() const { return closed_; }
  // Something could not be written, and not because the reader went away:
  // the errno of it, or 0.
  int error() const { return error_; }

  // Whether colours are wanted: a terminal, TERM other than "dumb", and no
  // NO_COLOR in the environment (https://no-color.org).
  bool color() const { return color_; }

 private:
  void NoteError();

  std::FILE* file_;
  bool closed_ = false;
  bool color_ = false;
  int error_ = 0;
};

struct Outputs {
  Output out{stdout};
  Output err{stderr};
};

}  // namespace corsac::cli

#endif  // CORSAC_COMPILER_CLI_OUTPUT_H_
