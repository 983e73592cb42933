// A folder for the files of one benchmark.
#ifndef CORSAC_BENCH_TEMP_FOLDER_H_
#define CORSAC_BENCH_TEMP_FOLDER_H_

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>

namespace corsac::bench {

// A folder that is gone when this is.
class TempFolder {
 public:
  TempFolder() {
    std::string name =
        (std::filesystem::temp_directory_path() / "corsac-bench-XXXXXX")
            .string();
    if (mkdtemp(name.data()) != nullptr) path_ = name;
  }
  ~TempFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

  bool Write(std::string_view name, std::string_view text) const {
    std::ofstream file(path_ / name, std::ios::binary);
    file.write(text.data(), static_cast<std::streamsize>(text.size()));
    return file.flush().good();
  }

 private:
  std::filesystem::path path_;
};

}  // namespace corsac::bench

#endif  // CORSAC_BENCH_TEMP_FOLDER_H_
