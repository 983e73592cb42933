// Lines into a file that may not always be there.
// Tested by tests/runtime/access_log_test.cc.
#include "runtime/log/line_file.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstddef>
#include <system_error>
#include <utility>

#include "runtime/log/log.h"

namespace corsac {
namespace {

using Clock = std::chrono::steady_clock;

// How often to try to open a file that could not be opened, and to look whether
// the one that is open still has a name.
constexpr std::chrono::seconds kLookInterval{1};

bool IsStandardOutput(const std::string& path) { return path == "-"; }

std::uint64_t LinesIn(std::string_view text) {
  return static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
}

std::string Words(int error) { return std::generic_category().message(error); }

// How much of `lines` goes into one write to a pipe: no more than one that has
// room takes without waiting, and whole, so that others may write to it as
// well; and whole lines, but for one that is longer.
std::size_t BytesForPipe(std::string_view lines) {
  if (lines.size() <= PIPE_BUF) return lines.size();
  const std::size_t end = lines.rfind('\n', PIPE_BUF - 1);
  return end == std::string_view::npos ? PIPE_BUF : end + 1;
}

}  // namespace

LineFile::LineFile(Options options) : options_(std::move(options)) {}

LineFile::~LineFile() {
  if (fd_ >= 0 && !IsStandardOutput(options_.path)) close(fd_);
}

Result<bool> LineFile::Open() {
  if (const int error = TryToOpen(); error != 0) {
    return Error{"cannot open " + options_.path + ": " + Words(error)};
  }
  return true;
}

int LineFile::TryToOpen() {
  if (IsStandardOutput(options_.path)) {
    fd_ = STDOUT_FILENO;
  } else {
    // Without waiting: a named pipe that nobody reads is no file to write to.
    constexpr mode_t kMode = 0640;
    fd_ =
        open(options_.path.c_str(),
             O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK,
             kMode);
    if (fd_ < 0) return errno;
  }
  struct stat info {};
  regular_ = fstat(fd_, &info) == 0 && S_ISREG(info.st_mode);
  next_look_ = Clock::now() + kLookInterval;
  return 0;
}

void LineFile::Reopen() {
  if (IsStandardOutput(options_.path)) return;
  if (fd_ >= 0) close(fd_);
  fd_ = -1;
  torn_ = false;
  next_look_ = {};
  Ready();
}

// A file without a name loses every line that is written to it, and nobody
// would be told.
bool LineFile::IsGone() {
  if (!regular_ || IsStandardOutput(options_.path)) return false;
  if (Clock::now() < next_look_) return false;
  next_look_ = Clock::now() + kLookInterval;
  struct stat info {};
  return fstat(fd_, &info) != 0 || info.st_nlink == 0;
}

bool LineFile::Ready() {
  if (fd_ >= 0) {
    if (!IsGone()) return true;
    close(fd_);
    fd_ = -1;
    torn_ = false;
  } else if (Clock::now() < next_look_) {
    return false;
  }
  next_look_ = Clock::now() + kLookInterval;
  const int error = TryToOpen();
  if (error != 0) Fail(error);
  return error == 0;
}

std::uint64_t LineFile::Write(std::string_view lines) {
  if (lines.empty()) return 0;
  std::size_t written = 0;
  if (Ready()) {
    // The rest of a line that was cut off is lost; the next begins afresh.
    if (torn_ && WriteBytes("\n") == 1) torn_ = false;
    if (!torn_) written = WriteBytes(lines);
    if (written == lines.size()) {
      Recover();
      return 0;
    }
    Fail(errno);
    if (written > 0) torn_ = lines[written - 1] != '\n';
  }
  const std::uint64_t lost = LinesIn(lines.substr(written));
  lost_ += lost;
  return lost;
}

std::size_t LineFile::WriteBytes(std::string_view bytes) const {
  std::size_t done = 0;
  while (done < bytes.size()) {
    std::size_t size = bytes.size() - done;
    if (!regular_) {
      if (!WaitUntilWritable()) {
        errno = ETIMEDOUT;
        break;
      }
      size = BytesForPipe(bytes.substr(done));
    }
    const ssize_t got = write(fd_, bytes.data() + done, size);
    if (got > 0) {
      done += static_cast<std::size_t>(got);
    } else if (got == 0) {
      errno = ENOSPC;
      break;
    } else if (errno != EINTR && errno != EAGAIN) {
      break;
    }
  }
  return done;
}

bool LineFile::WaitUntilWritable() const {
  for (;;) {
    pollfd file{fd_, POLLOUT, 0};
    constexpr int kLook = 100;  // milliseconds
    // Asked first: what is given up must not wait once for each of many writes.
    const bool gives_up = options_.give_up();
    // An error of the file is for write() to tell.
    const int ready = poll(&file, 1, gives_up ? 0 : kLook);
    if (ready != 0 && file.revents != 0) return true;
    if (gives_up) return false;
  }
}

void LineFile::Fail(int error) {
  if (failing_) return;
  failing_ = true;
  lost_ = 0;
  Log(LogLevel::kError, "access_log.failure",
      "lines of the access log are lost until it can be written again",
      {{"path", options_.path}, {"error", Words(error)}});
}

void LineFile::Recover() {
  if (!failing_) return;
  failing_ = false;
  Log(LogLevel::kInfo, "access_log.recovered",
      "the access log is written again",
      {{"path", options_.path}, {"lost", lost_}});
}

}  // namespace corsac
