// Tests of runtime/settings/settings_file.cc.
#include "runtime/settings/settings_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/settings/settings.h"
#include "tests/testing/temp_folder.h"

namespace corsac {
namespace {

using ::testing::HasSubstr;
using testing::TempFolder;
using testing::WriteFile;

class SettingsFileTest : public ::testing::Test {
 protected:
  // What is wrong with the file, or "".
  std::string Read(std::string_view text) {
    WriteFile(temp_ / "corsacd.toml", text);
    options_ = ServerOptions();
    return ReadSettingsFile(temp_ / "corsacd.toml", /*color=*/false, &options_)
        .value_or("");
  }
  TempFolder temp_;
  ServerOptions options_;
};

TEST_F(SettingsFileTest, SetsWhatItSaysAndNothingElse) {
  EXPECT_EQ(Read("loops = 2\ndecision = [\"unix:/run/a.sock\"]\n"
                 "idle_timeout = 0.5\nallow_shrink = true\n"
                 "socket_mode = \"0600\"\nhead_timeout = 3\n"),
            "");
  EXPECT_EQ(options_.decision.loops, 2U);
  ASSERT_EQ(options_.decision.addresses.size(), 1U);
  EXPECT_EQ(options_.decision.addresses[0].path, "/run/a.sock");
  EXPECT_EQ(options_.decision.limits.idle_timeout.count(), 500);
  EXPECT_EQ(options_.decision.limits.head_timeout.count(), 3'000);
  EXPECT_EQ(options_.decision.limits.body_timeout.count(), 10'000);
  EXPECT_TRUE(options_.allow_shrink);
}

TEST_F(SettingsFileTest, ValuesOutOfRangeHaveAPlaceAndARemedy) {
  const std::string text = Read(
      "loops = 2000\nidle_timeout = nan\n"
      "decision = [\"127.0.0.1:1\",\n  \"nowhere\"]\nmax_fields = 1\n");
  for (const char* part :
       {"corsacd.toml:1:9", "`loops`: `2000` is not a whole number from 0 to",
        "write a whole number from 0 to 1024; the default is `loops = 0`",
        "corsacd.toml:2:16", "`idle_timeout`: `nan` is not a number of seconds",
        "corsacd.toml:4:3", "`nowhere` is not ADDR:PORT", "corsacd.toml:5:14",
        "corsacd.toml: 4 errors"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
  // What is wrong is left out.
  EXPECT_EQ(options_.decision.loops, 0U);
  EXPECT_EQ(options_.decision.limits.max_fields, 128U);
}

TEST_F(SettingsFileTest, AListThatIsWrongAsAWholeIsPointedAt) {
  EXPECT_THAT(Read("decision = [\"none\", \"127.0.0.1:1\"]"),
              HasSubstr("corsacd.toml:1:12"));
}

TEST_F(SettingsFileTest, AnEmptyListIsNone) {
  EXPECT_EQ(Read("decision = []"), "");
  EXPECT_TRUE(options_.decision.addresses.empty());
}

// What --check-config prints is a file that says the same.
TEST_F(SettingsFileTest, ReadsWhatIsWritten) {
  ServerOptions written;
  written.rules = "a \"quoted\" place";
  written.decision.addresses.clear();
  written.decision.limits.write_timeout = std::chrono::milliseconds(1'234);
  written.access_log_sample = 1'000'000'000;
  const std::string text = SettingsFileText(written, /*commented=*/false);
  EXPECT_EQ(Read(text), "");
  EXPECT_EQ(SettingsFileText(options_, false), text);
  EXPECT_EQ(options_.rules, written.rules);
}

TEST_F(SettingsFileTest, TheExampleChangesNothing) {
  EXPECT_EQ(Read(SettingsFileText(ServerOptions(), /*commented=*/true)), "");
  EXPECT_EQ(SettingsFileText(options_, false),
            SettingsFileText(ServerOptions(), false));
}

// The example without its `#`s is a file of defaults, every key among them.
TEST_F(SettingsFileTest, TheExampleCanBeUncommented) {
  std::istringstream example(SettingsFileText(ServerOptions(), true));
  std::string text;
  std::size_t keys = 0;
  for (std::string line; std::getline(example, line);) {
    const bool is_setting = line.starts_with('#') && !line.starts_with("# ");
    if (is_setting) ++keys;
    text += (is_setting ? line.substr(1) : line) + "\n";
  }
  EXPECT_EQ(keys, AllSettings().size());
  EXPECT_EQ(Read(text), "");
}

TEST_F(SettingsFileTest, AFileThatIsNotThere) {
  const auto problem =
      ReadSettingsFile(temp_ / "nowhere", /*color=*/false, &options_);
  ASSERT_TRUE(problem);
  EXPECT_THAT(*problem, HasSubstr("does not exist"));
}

}  // namespace
}  // namespace corsac
