// A folder that is gone when its object is, and writing a file: for benchmarks,
// and, through tests/testing/temp_folder.h, for tests.
#ifndef CORSAC_BENCH_TEMP_FOLDER_H_
#define CORSAC_BENCH_TEMP_FOLDER_H_

#include <stdlib.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>

namespace corsac::bench {

// Nothing can be measured or tested without the folder, so the constructor
// throws std::filesystem::filesystem_error if it cannot be made.
class TempFolder {
 public:
  TempFolder() {
    std::string name = std::filesystem::temp_directory_path() / "corsac-XXXXXX";
    if (mkdtemp(name.data()) == nullptr) {
      throw std::filesystem::filesystem_error(
          "cannot make a temporary folder", name,
          std::error_code(errno, std::generic_category()));
    }
    path_ = std::filesystem::canonical(name);
  }
  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  // Without symbolic links.
  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(std::string_view name) const {
    return path_ / name;
  }

 private:
  std::filesystem::path path_;
};

// Writes `text` over what is in `path`, in place. Returns whether it could.
inline bool WriteFile(const std::filesystem::path& path,
                      std::string_view text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(text.data(), static_cast<std::streamsize>(text.size()));
  return file.flush().good();
}

}  // namespace corsac::bench

#endif  // CORSAC_BENCH_TEMP_FOLDER_H_
