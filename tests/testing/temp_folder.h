// A folder for one test, removed with everything in it when the test is over,
// and whole files, read and written. A file that cannot be is a failure of the
// test.
#ifndef CORSAC_TESTS_TESTING_TEMP_FOLDER_H_
#define CORSAC_TESTS_TESTING_TEMP_FOLDER_H_

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

#include "bench/temp_folder.h"

namespace corsac::testing {

// Benchmarks need it as well, and they may not use tests/.
using bench::TempFolder;

// Writes `text` over what is in `path`, in place.
inline void WriteFile(const std::filesystem::path& path,
                      std::string_view text) {
  EXPECT_TRUE(bench::WriteFile(path, text)) << path;
}

// Writes `text` to a file beside `path` and renames it over `path`.
inline void ReplaceFile(const std::filesystem::path& path,
                        std::string_view text) {
  std::filesystem::path beside = path;
  beside += ".new";
  WriteFile(beside, text);
  std::filesystem::rename(beside, path);
}

inline std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  EXPECT_TRUE(file) << path;
  return text.str();
}

}  // namespace corsac::testing

#endif  // CORSAC_TESTS_TESTING_TEMP_FOLDER_H_
