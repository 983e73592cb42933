// compiler/source/: how many files a source may have. Thousands of files take
// seconds to make.
#include <gtest/gtest.h>

#include <cstddef>
#include <filesystem>
#include <string>

#include "compiler/limits.h"
#include "compiler/source/source_set.h"
#include "tests/compiler/source_set_fixture.h"

namespace corsac {
namespace {

namespace fs = std::filesystem;
using testing::kRules;
using testing::SourceSetTest;

TEST_F(SourceSetTest, ReadsAsManyFilesAsTheLimitAllows) {
  for (std::size_t i = 0; i < kMaxSourceFiles; ++i) {
    // Links cost less than files.
    fs::create_symlink("one", Path(std::to_string(i) + ".toml"));
  }
  Write("one", kRules);
  EXPECT_EQ(Read(folder()).files().size(), kMaxSourceFiles);
  Write("more.toml", kRules);
  EXPECT_EQ(Complaint(folder()).substr(0, 8), "CORS914:");
  EXPECT_NE(findings_[0].message.find("more than 10000 rule files"),
            std::string::npos);
}

TEST_F(SourceSetTest, LimitsTheNumberOfLists) {
  SourceSet set = Read(Write("site.toml", kRules));
  Write("one", "https://a.example\n");
  for (std::size_t i = 0; i < kMaxSourceFiles; ++i) {
    fs::create_symlink("one", Path(std::to_string(i)));
    ASSERT_EQ(AddList(set, std::to_string(i)), i + 1);
  }
  EXPECT_EQ(AddList(set, "one"), Span::kNoFile);
  EXPECT_EQ(OnlyFinding(), "CORS914: more than 10000 lists of origins");
}

}  // namespace
}  // namespace corsac
