// Tests of runtime/file_limit.cc.
#include "runtime/file_limit.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

namespace corsac {
namespace {

// Puts the limits back as they were.
class FileLimitTest : public ::testing::Test {
 protected:
  FileLimitTest() { getrlimit(RLIMIT_NOFILE, &before_); }
  ~FileLimitTest() override { setrlimit(RLIMIT_NOFILE, &before_); }
  static rlim_t Soft() {
    rlimit now{};
    getrlimit(RLIMIT_NOFILE, &now);
    return now.rlim_cur;
  }
  void SetSoft(rlim_t soft) const {
    const rlimit limit{soft, before_.rlim_max};
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
  }
  rlimit before_{};
};

TEST_F(FileLimitTest, RaisesTheSoftLimitAsFarAsIsNeeded) {
  SetSoft(300);
  const FileLimit limit = RaiseFileLimit(100);
  EXPECT_TRUE(limit.enough());
  EXPECT_EQ(limit.needed, 100 + kOtherFiles);
  EXPECT_EQ(Soft(), 100 + kOtherFiles);
}

TEST_F(FileLimitTest, NeverLowersIt) {
  SetSoft(600);
  EXPECT_TRUE(RaiseFileLimit(1).enough());
  EXPECT_EQ(Soft(), 600U);
}

TEST_F(FileLimitTest, SaysWhenTheHardLimitIsTooLow) {
  SetSoft(300);
  constexpr std::size_t kMany = 4'000'000'000;
  const FileLimit limit = RaiseFileLimit(kMany);
  if (before_.rlim_max >= kMany + kOtherFiles) {
    EXPECT_TRUE(limit.enough());
  } else {
    EXPECT_FALSE(limit.enough());
    EXPECT_EQ(limit.allowed, before_.rlim_max);
    EXPECT_EQ(Soft(), before_.rlim_max);
  }
}

}  // namespace
}  // namespace corsac
