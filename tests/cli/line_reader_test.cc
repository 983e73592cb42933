// Tests of compiler/cli/line_reader.h.
#include "compiler/cli/line_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

namespace corsac::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class LineReaderTest : public ::testing::Test {
 protected:
  LineReaderTest() {
    path_ = ::testing::TempDir() + "corsac-lines-" +
            ::testing::UnitTest::GetInstance()->current_test_info()->name();
  }
  ~LineReaderTest() override { std::remove(path_.c_str()); }

  // Each line as "number:text", or "number too long".
  std::vector<std::string> Lines(const std::string& text) {
    std::ofstream(path_, std::ios::binary) << text;
    LineReader lines([this] { ++waits_; });
    EXPECT_TRUE(lines.Open(path_));
    std::vector<std::string> out;
    while (lines.Next()) {
      out.push_back(
          std::to_string(lines.number()) +
          (lines.too_long() ? " too long" : ":" + std::string(lines.line())));
    }
    EXPECT_EQ(lines.error(), 0);
    EXPECT_FALSE(lines.Next());
    return out;
  }

  std::string path_;
  int waits_ = 0;
};

TEST_F(LineReaderTest, TakesLineEndsOfBothKindsAndNone) {
  EXPECT_THAT(Lines(""), IsEmpty());
  EXPECT_GT(waits_, 0);
  EXPECT_THAT(Lines("\n"), ElementsAre("1:"));
  EXPECT_THAT(Lines("a\r\n\nb\rc\nd"),
              ElementsAre("1:a", "2:", "3:b\rc", "4:d"));
  EXPECT_THAT(Lines(std::string("a\0b\n", 4)),
              ElementsAre(std::string("1:a\0b", 5)));
}

TEST_F(LineReaderTest, SkipsLinesPastTheLimitAndGoesOn) {
  const std::string longest(kMaxRequestLineBytes, 'x');
  EXPECT_THAT(Lines(longest + "\nb\n"), ElementsAre("1:" + longest, "2:b"));
  EXPECT_THAT(Lines(longest + "y\nb\n"), ElementsAre("1 too long", "2:b"));
  EXPECT_THAT(Lines("a\n" + longest + longest),
              ElementsAre("1:a", "2 too long"));
}

TEST_F(LineReaderTest, SaysWhyThereIsNothingToRead) {
  LineReader missing([] {});
  EXPECT_FALSE(missing.Open(path_ + ".none"));
  EXPECT_EQ(missing.error(), ENOENT);
  LineReader folder([] {});
  EXPECT_TRUE(folder.Open(::testing::TempDir()));
  EXPECT_FALSE(folder.Next());
  EXPECT_EQ(folder.error(), EISDIR);
}

}  // namespace
}  // namespace corsac::cli
