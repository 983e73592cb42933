// The file that a log's lines go to. It may be moved away, its disk may be
// full, its folder may vanish: then lines are lost, and counted, until it is
// well again. What went wrong is said in the operational log, once.
#ifndef CORSAC_RUNTIME_LOG_LINE_FILE_H_
#define CORSAC_RUNTIME_LOG_LINE_FILE_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "compiler/result.h"

namespace corsac {

// Not thread-safe.
class LineFile {
 public:
  struct Options {
    std::string path;  // "-": standard output
    // Asked now and then while a write waits: whether to wait no longer.
    std::function<bool()> give_up;
  };

  explicit LineFile(Options options);
  LineFile(const LineFile&) = delete;
  LineFile& operator=(const LineFile&) = delete;
  ~LineFile();

  // Opens the file, which is made if need be (mode 0640), or says why not.
  Result<bool> Open();

  // Opens it again, whatever it is now. An error is treated as one of
  // writing.
  void Reopen();

  // Writes whole lines. A pipe or a terminal is waited for; a file on disk as
  // long as the system takes. Returns how many lines were lost.
  std::uint64_t Write(std::string_view lines);

 private:
  int TryToOpen();  // returns errno, or 0
  // Makes sure that there is a file to write to.
  bool Ready();
  bool IsGone();
  bool WaitUntilWritable() const;
  // Returns how many bytes were written; sets errno if not all.
  std::size_t WriteBytes(std::string_view bytes) const;
  void Fail(int error);
  void Recover();

  const Options options_;
  int fd_ = -1;
  bool regular_ = false;    // writes do not wait for a reader
  bool torn_ = false;       // the last line was written in part
  bool failing_ = false;    // said already
  std::uint64_t lost_ = 0;  // since it began to fail
  std::chrono::steady_clock::time_point next_look_{};
};

}  // namespace corsac

#endif  // CORSAC_RUNTIME_LOG_LINE_FILE_H_
