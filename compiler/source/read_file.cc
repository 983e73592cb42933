// Reading one file whole. Entry: ReadWholeFile().
// Tested by tests/compiler/source_set_test.cc.
#include "compiler/source/read_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include "compiler/huge_pages.h"
#include "compiler/limits.h"

namespace corsac {
namespace {

class FileDescriptor {
 public:
  explicit FileDescriptor(int fd) : fd_(fd) {}
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  ~FileDescriptor() {
    if (fd_ >= 0) ::close(fd_);
  }

  bool open() const { return fd_ >= 0; }
  int get() const { return fd_; }

 private:
  int fd_;
};

std::int64_t Nanoseconds(const timespec& time) {
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

FileStamp StampOf(const struct stat& info) {
  FileStamp stamp;
  stamp.device = info.st_dev;
  stamp.inode = info.st_ino;
  stamp.size = info.st_size;
  stamp.modified_ns = Nanoseconds(info.st_mtim);
  stamp.changed_ns = Nanoseconds(info.st_ctim);
  return stamp;
}

// What a file that is not a regular one is, in words.
std::string_view KindName(mode_t mode) {
  if (S_ISDIR(mode)) return "a folder";
  if (S_ISFIFO(mode)) return "a named pipe";
  if (S_ISSOCK(mode)) return "a socket";
  if (S_ISCHR(mode) || S_ISBLK(mode)) return "a device";
  return "a special file";
}

ReadOutcome Faulty(ReadFault fault) {
  ReadOutcome outcome;
  outcome.fault = std::move(fault);
  return outcome;
}

ReadOutcome NotAFile(mode_t mode) {
  ReadOutcome outcome;
  if (S_ISDIR(mode)) outcome.kind = ReadOutcome::Kind::kFolder;
  outcome.fault.code = Code::kNotAFile;
  outcome.fault.message =
      "is " + std::string(KindName(mode)) + ", not a regular file";
  outcome.fault.help = "put a regular file, or a link to one, in its place";
  return outcome;
}

ReadFault TooBig(std::uint64_t bytes) {
  constexpr std::size_t kMebi = std::size_t{1} << 20;
  ReadFault fault;
  fault.code = Code::kLimit;
  fault.message = "has " + std::to_string(bytes) +
                  " bytes; all files of a source together may have " +
                  std::to_string(kMaxSourceBytes) + " (" +
                  std::to_string(kMaxSourceBytes / kMebi) + " MiB)";
  fault.help =
      "is it a rule file at all? It was not read. Rules of that size are "
      "better written with wildcards such as `https://*.example.com`";
  return fault;
}

// Reads to the end of the file or one byte past `max_bytes`. Returns the errno
// of a read that failed, or 0.
int ReadAll(int fd, std::size_t expected, std::size_t max_bytes,
            std::string& text) {
  constexpr std::size_t kChunk = std::size_t{64} << 10;
  text.reserve(std::min(expected, max_bytes) + 1);
  PreferHugePages(text.data(), text.capacity());
  text.resize(std::min(expected, max_bytes) + 1);
  std::size_t used = 0;
  while (used <= max_bytes) {
    if (used == text.size()) {
      text.resize(std::min(used + std::max(used / 2, kChunk), max_bytes + 1));
    }
    const ssize_t got = ::read(fd, text.data() + used, text.size() - used);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno;
    if (got == 0) break;
    used += static_cast<std::size_t>(got);
  }
  text.resize(used);
  return 0;
}

// One attempt; nothing when the file changed meanwhile.
std::optional<ReadOutcome> TryRead(const std::filesystem::path& path,
                                   std::size_t max_bytes) {
  // Without O_NONBLOCK, opening a named pipe would wait for a writer.
  const FileDescriptor file(
      ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
  struct stat before {};
  if (!file.open()) {
    const int error = errno;
    // A socket, or a device without a driver, cannot be opened at all.
    if (error == ENXIO && ::stat(path.c_str(), &before) == 0 &&
        !S_ISREG(before.st_mode)) {
      return NotAFile(before.st_mode);
    }
    return Faulty(SystemFault(path, error));
  }
  if (::fstat(file.get(), &before) != 0) {
    return Faulty(SystemFault(path, errno));
  }
  if (!S_ISREG(before.st_mode)) return NotAFile(before.st_mode);
  const auto size = static_cast<std::uint64_t>(before.st_size);
  if (size > max_bytes) return Faulty(TooBig(size));

  ReadOutcome outcome;
  const int error = ReadAll(file.get(), size, max_bytes, outcome.text);
  if (error != 0) return Faulty(SystemFault(path, error));
  struct stat after {};
  if (::fstat(file.get(), &after) != 0) {
    return Faulty(SystemFault(path, errno));
  }
  if (StampOf(before) != StampOf(after)) return std::nullopt;
  // Files that the kernel makes up say that they are empty.
  if (outcome.text.size() > max_bytes) {
    return Faulty(TooBig(outcome.text.size()));
  }
  outcome.kind = ReadOutcome::Kind::kText;
  return outcome;
}

}  // namespace

FileStamp StampOf(const std::filesystem::path& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) == 0) return StampOf(info);
  FileStamp stamp;
  stamp.error = errno;
  return stamp;
}

ReadFault SystemFault(const std::filesystem::path& path, int error) {
  ReadFault fault;
  fault.code = Code::kUnreadable;
  const std::string reason = std::generic_category().message(error);
  struct stat link {};
  const bool is_link =
      ::lstat(path.c_str(), &link) == 0 && S_ISLNK(link.st_mode);
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      if (is_link) {
        fault.message = "is a symbolic link that leads nowhere: " + reason;
        fault.help = "make the link point at a file that exists, or remove it";
      } else {
        fault.message = "does not exist: " + reason;
        fault.help =
            "give the path of a rule file, or of a folder of rule files";
      }
      break;
    case ELOOP:
      fault.message = "cannot be read: " + reason;
      fault.help = "the symbolic links lead in a circle; point one at a file";
      break;
    case EACCES:
    case EPERM:
      fault.message = "cannot be read: " + reason;
      fault.help =
          "let the user that runs this program read the file and enter its "
          "folder";
      break;
    default:
      fault.message = "cannot be read: " + reason;
      fault.help = "see to the file and to the disk that it is on";
      break;
  }
  return fault;
}

void PauseAfterAttempt(int attempt) {
  std::this_thread::sleep_for(std::chrono::milliseconds(20) * (attempt + 1));
}

ReadOutcome ReadWholeFile(const std::filesystem::path& path,
                          std::size_t max_bytes) {
  // The system would see only what stands before the NUL.
  if (path.native().find('\0') != std::string::npos) {
    return Faulty({Code::kUnreadable, "cannot be read: its name has a NUL byte",
                   "give the path of a file"});
  }
  for (int attempt = 0; attempt < kReadAttempts; ++attempt) {
    if (attempt > 0) PauseAfterAttempt(attempt - 1);
    std::optional<ReadOutcome> outcome = TryRead(path, max_bytes);
    if (outcome) return *std::move(outcome);
  }
  return Faulty({Code::kUnreadable, "keeps changing while it is read",
                 "write the new text beside it and rename it into place"});
}

}  // namespace corsac
