// A folder for one test, removed with everything in it when the test is over.
#ifndef CORSAC_TESTS_RUNTIME_TEMP_FOLDER_H_
#define CORSAC_TESTS_RUNTIME_TEMP_FOLDER_H_

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>

namespace corsac::testing {

class TempFolder {
 public:
  TempFolder() {
    std::string name = ::testing::TempDir() + "corsac-XXXXXX";
    EXPECT_NE(mkdtemp(name.data()), nullptr) << name;
    path_ = std::filesystem::canonical(name);
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(std::string_view name) const {
    return path_ / name;
  }

 private:
  std::filesystem::path path_;
};

// Writes `text` over what is in `path`, in place.
inline void WriteFile(const std::filesystem::path& path,
                      std::string_view text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text << std::flush;
  EXPECT_TRUE(file.good()) << path;
}

// Writes `text` to a file beside `path` and renames it over `path`.
inline void ReplaceFile(const std::filesystem::path& path,
                        std::string_view text) {
  std::filesystem::path beside = path;
  beside += ".new";
  WriteFile(beside, text);
  std::filesystem::rename(beside, path);
}

}  // namespace corsac::testing

#endif  // CORSAC_TESTS_RUNTIME_TEMP_FOLDER_H_
