// Reading one file whole, with every way in which that can fail told apart.
//
// Internal: not installed.
#ifndef CORSAC_COMPILER_SOURCE_READ_FILE_H_
#define CORSAC_COMPILER_SOURCE_READ_FILE_H_

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "compiler/diagnostics/codes.h"

namespace corsac {

// What identifies a state of a file: when none of it has changed, neither has
// the text, short of two writes within one tick of the file system's clock.
struct FileStamp {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::int64_t size = 0;
  std::int64_t modified_ns = 0;
  std::int64_t changed_ns = 0;
  int error = 0;  // the errno that kept the file from being looked at

  friend bool operator==(const FileStamp&, const FileStamp&) = default;
};

// The stamp of what `path` leads to, symbolic links followed.
FileStamp StampOf(const std::filesystem::path& path);

// Why a text cannot be used. `message` follows the name of the file: "is empty"
// makes "`site.toml` is empty".
struct ReadFault {
  Code code = Code::kUnreadable;
  std::string message;
  std::string help;
};

struct ReadOutcome {
  enum class Kind : std::uint8_t { kText, kFolder, kFault };

  Kind kind = Kind::kFault;
  std::string text;  // kText
  ReadFault fault;   // kFault; for kFolder, what to say where a file is meant
};

// Reads the regular file at `path`. A file of more than `max_bytes` is refused
// by its size, unread. Something that is no regular file is refused without
// waiting for it (a named pipe does not block). A file that changes while it is
// read is read again, up to kReadAttempts times in all, with a short pause
// between. Blocks; never throws but for memory.
ReadOutcome ReadWholeFile(const std::filesystem::path& path,
                          std::size_t max_bytes);

inline constexpr int kReadAttempts = 5;

// Waits a little before attempt `attempt` + 1, so that whoever is writing can
// finish: 20 ms more each time.
void PauseAfterAttempt(int attempt);

// The fault of a failed system call on `path`.
ReadFault SystemFault(const std::filesystem::path& path, int error);

}  // namespace corsac

#endif  // CORSAC_COMPILER_SOURCE_READ_FILE_H_
