// Tests of runtime/store/source_files.
#include "runtime/store/source_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/testing/temp_folder.h"

namespace corsac {
namespace {

namespace fs = std::filesystem;
using ::testing::Contains;
using testing::ReplaceFile;
using testing::TempFolder;
using testing::WriteFile;

TEST(FoldersToWatchTest, AFolderCountsWholeAndThoseAboveItByName) {
  const TempFolder temp;
  fs::create_directories(temp / "rules/sub");
  const auto folders = FoldersToWatch({.path = temp / "rules"});
  EXPECT_TRUE(folders.at((temp / "rules").string()).every_name);
  const FolderWatch& above = folders.at(temp.path().string());
  EXPECT_FALSE(above.every_name);
  EXPECT_EQ(above.names, std::set<std::string>{"rules"});
  EXPECT_TRUE(folders.contains("/"));
  EXPECT_FALSE(folders.contains((temp / "rules/sub").string()));
}

TEST(FoldersToWatchTest, AFileCountsByNameUnlessAListIsMissing) {
  const TempFolder temp;
  WriteFile(temp / "site.toml", "x");
  SourcePlace place{.path = temp / "site.toml"};
  const FolderWatch by_name = FoldersToWatch(place).at(temp.path().string());
  EXPECT_FALSE(by_name.every_name);
  EXPECT_EQ(by_name.names, std::set<std::string>{"site.toml"});
  place.list_missing = true;
  EXPECT_TRUE(FoldersToWatch(place).at(temp.path().string()).every_name);
}

TEST(FoldersToWatchTest, WatchesWhatExistsOfAPathThatDoesNot) {
  const TempFolder temp;
  const auto folders = FoldersToWatch({.path = temp / "a/b/site.toml"});
  EXPECT_EQ(folders.at(temp.path().string()).names, std::set<std::string>{"a"});
  EXPECT_FALSE(folders.contains((temp / "a").string()));
}

TEST(FoldersToWatchTest, FollowsEveryLinkOnTheWay) {
  const TempFolder temp;
  fs::create_directories(temp / "mount/..2024_01");
  fs::create_directories(temp / "other");
  WriteFile(temp / "mount/..2024_01/site.toml", "x");
  WriteFile(temp / "other/list.txt", "x");
  fs::create_symlink("..2024_01", temp / "mount/..data");
  fs::create_symlink("..data/site.toml", temp / "mount/site.toml");
  fs::create_symlink(temp / "mount/../mount", temp / "rules");
  fs::create_symlink(temp / "other/list.txt", temp / "list.txt");

  const auto folders = FoldersToWatch(
      {.path = temp / "rules/site.toml", .lists = {temp / "list.txt"}});
  const FolderWatch& top = folders.at(temp.path().string());
  EXPECT_EQ(top.names,
            (std::set<std::string>{"rules", "mount", "list.txt", "other"}));
  EXPECT_EQ(folders.at((temp / "mount").string()).names,
            (std::set<std::string>{"site.toml", "..data", "..2024_01"}));
  EXPECT_THAT(folders.at((temp / "mount/..2024_01").string()).names,
              Contains("site.toml"));
  EXPECT_THAT(folders.at((temp / "other").string()).names,
              Contains("list.txt"));
}

TEST(FoldersToWatchTest, FollowsLinksInTheFolder) {
  const TempFolder temp;
  fs::create_directories(temp / "rules");
  fs::create_directories(temp / "far");
  WriteFile(temp / "far/site.toml", "x");
  fs::create_symlink("../far/site.toml", temp / "rules/site.toml");
  const auto folders = FoldersToWatch({.path = temp / "rules"});
  EXPECT_THAT(folders.at((temp / "far").string()).names, Contains("site.toml"));
}

TEST(FoldersToWatchTest, EndsOnLinksThatGoRoundInCircles) {
  const TempFolder temp;
  fs::create_symlink("b", temp / "a");
  fs::create_symlink("a", temp / "b");
  const auto folders = FoldersToWatch({.path = temp / "a/site.toml"});
  EXPECT_EQ(folders.at(temp.path().string()).names,
            (std::set<std::string>{"a", "b"}));
}

class SourceFingerprintTest : public ::testing::Test {
 protected:
  SourceFingerprintTest() {
    fs::create_directories(temp_ / "rules");
    WriteFile(temp_ / "rules/site.toml", "a");
    WriteFile(temp_ / "list.txt", "a");
    place_ = {.path = temp_ / "rules", .lists = {temp_ / "list.txt"}};
    before_ = SourceFingerprint::Take(place_);
  }
  bool Changed() const { return SourceFingerprint::Take(place_) != before_; }

  TempFolder temp_;
  SourcePlace place_;
  SourceFingerprint before_;
};

TEST_F(SourceFingerprintTest, StaysWhenNothingHappens) {
  EXPECT_FALSE(Changed());
  WriteFile(temp_ / "unrelated.toml", "x");
  WriteFile(temp_ / "rules/.site.toml.swp", "x");
  EXPECT_FALSE(Changed());
}

TEST_F(SourceFingerprintTest, SeesAFileOfAnotherSize) {
  WriteFile(temp_ / "rules/site.toml", "ab");
  EXPECT_TRUE(Changed());
}

TEST_F(SourceFingerprintTest, SeesAFileReplacedByOneLikeIt) {
  const auto time = fs::last_write_time(temp_ / "rules/site.toml");
  ReplaceFile(temp_ / "rules/site.toml", "b");
  fs::last_write_time(temp_ / "rules/site.toml", time);
  EXPECT_TRUE(Changed());
}

TEST_F(SourceFingerprintTest, SeesNewAndMissingFiles) {
  WriteFile(temp_ / "rules/more.toml", "x");
  EXPECT_TRUE(Changed());
  fs::remove(temp_ / "rules/more.toml");
  before_ = SourceFingerprint::Take(place_);
  fs::remove(temp_ / "rules/site.toml");
  EXPECT_TRUE(Changed());
}

TEST_F(SourceFingerprintTest, SeesTheFolderGoAndComeBack) {
  fs::rename(temp_ / "rules", temp_ / "away");
  EXPECT_TRUE(Changed());
  const SourceFingerprint gone = SourceFingerprint::Take(place_);
  EXPECT_EQ(gone, SourceFingerprint::Take(place_));
  fs::create_directories(temp_ / "rules");
  EXPECT_NE(gone, SourceFingerprint::Take(place_));
}

TEST_F(SourceFingerprintTest, SeesLists) {
  WriteFile(temp_ / "list.txt", "ab");
  EXPECT_TRUE(Changed());
}

TEST_F(SourceFingerprintTest, SeesPermissionsTaken) {
  fs::permissions(temp_ / "rules/site.toml", fs::perms::none);
  EXPECT_TRUE(Changed());
}

TEST(SourceFingerprintFileTest, SeesNewFilesBesideAFileIfAListIsMissing) {
  const TempFolder temp;
  WriteFile(temp / "site.toml", "a");
  SourcePlace place{.path = temp / "site.toml"};
  const SourceFingerprint alone = SourceFingerprint::Take(place);
  place.list_missing = true;
  const SourceFingerprint with_folder = SourceFingerprint::Take(place);
  WriteFile(temp / "tenants.txt", "a");
  EXPECT_NE(SourceFingerprint::Take(place), with_folder);
  place.list_missing = false;
  EXPECT_EQ(SourceFingerprint::Take(place), alone);
}

}  // namespace
}  // namespace corsac
