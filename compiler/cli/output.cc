// Tested by tests/cli/cli_test.cc.
#include "compiler/cli/output.h"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string_view>

namespace corsac::cli {
namespace {

// Read once, before there is any other thread.
std::string_view Environment(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
  return value == nullptr ? std::string_view() : std::string_view(value);
}

}  // namespace

Output::Output(std::FILE* file)
    : file_(file),
      color_(isatty(fileno(file)) == 1 && Environment("NO_COLOR").empty() &&
             Environment("TERM") != "dumb") {}

void Output::Write(std::string_view text) {
  if (closed_ || text.empty()) return;
  if (std::fwrite(text.data(), 1, text.size(), file_) != text.size()) {
    NoteError();
  }
}

void Output::Flush() {
  if (!closed_ && std::fflush(file_) != 0) NoteError();
}

void Output::NoteError() {
  closed_ = true;
  if (errno != EPIPE) error_ = errno;
}

}  // namespace corsac::cli
