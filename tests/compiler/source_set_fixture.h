// A folder of its own for each test of compiler/source/, and findings as short
// text.
#ifndef CORSAC_TESTS_COMPILER_SOURCE_SET_FIXTURE_H_
#define CORSAC_TESTS_COMPILER_SOURCE_SET_FIXTURE_H_

#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/source/source_set.h"
#include "tests/testing/temp_folder.h"

namespace corsac::testing {

inline constexpr std::string_view kRules = "version = 1\n";

class SourceSetTest : public ::testing::Test {
 protected:
  const std::filesystem::path& folder() const { return temp_.path(); }

  std::filesystem::path Path(std::string_view name) const {
    return temp_ / name;
  }

  std::filesystem::path Write(std::string_view name,
                              std::string_view text) const {
    std::filesystem::create_directories(Path(name).parent_path());
    WriteFile(Path(name), text);
    return Path(name);
  }

  // A file of `size` bytes that takes no room on the disk.
  std::filesystem::path WriteSparse(std::string_view name,
                                    std::uintmax_t size) const {
    Write(name, "");
    std::filesystem::resize_file(Path(name), size);
    return Path(name);
  }

  SourceSet Read(const std::filesystem::path& path) {
    FindingSink sink;
    SourceSet set = SourceSet::Read(path, sink);
    findings_ = sink.Take();
    return set;
  }

  // Reads what must give exactly one finding, and returns it as
  // "CORS910: message" with the folder's name taken out.
  std::string Complaint(const std::filesystem::path& path) {
    const SourceSet set = Read(path);
    EXPECT_TRUE(set.files().empty()) << path;
    return OnlyFinding();
  }

  std::string OnlyFinding() const {
    if (findings_.size() != 1) {
      return std::to_string(findings_.size()) + " findings";
    }
    EXPECT_FALSE(findings_[0].help.empty()) << findings_[0].message;
    std::string text =
        std::string(InfoOf(findings_[0].code).id) + ": " + findings_[0].message;
    const std::string prefix = folder().string() + "/";
    for (std::size_t at = text.find(prefix); at != std::string::npos;
         at = text.find(prefix)) {
      text.erase(at, prefix.size());
    }
    return text;
  }

  // Adds an origin list from a rule file in the folder.
  std::uint32_t AddList(SourceSet& set, std::string_view relative) {
    FindingSink sink;
    const std::uint32_t index =
        set.AddOriginList(relative, Span{0, 0, 7}, sink);
    findings_ = sink.Take();
    return index;
  }

  std::vector<Finding> findings_;

 private:
  TempFolder temp_;
};

}  // namespace corsac::testing

#endif  // CORSAC_TESTS_COMPILER_SOURCE_SET_FIXTURE_H_
