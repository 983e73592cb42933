// Tests of compiler/syntax/settings_reader.cc and SourceSet::ReadSettings().
#include "compiler/syntax/settings_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <utility>

#include "compiler/diagnostics/render.h"
#include "tests/testing/temp_folder.h"

namespace corsac {
namespace {

using ::testing::HasSubstr;
using testing::TempFolder;
using testing::WriteFile;

constexpr std::array<SettingKey, 5> kKeys{{
    {"allow_shrink", SettingType::kBoolean},
    {"loops", SettingType::kInteger},
    {"idle_timeout", SettingType::kNumber},
    {"rules", SettingType::kString},
    {"decision", SettingType::kStrings},
}};

class SettingsReaderTest : public ::testing::Test {
 protected:
  std::vector<SettingEntry> Read(std::string_view text) {
    WriteFile(temp_ / "s.toml", text);
    return ReadFrom(temp_ / "s.toml");
  }
  std::vector<SettingEntry> ReadFrom(const std::filesystem::path& path) {
    FindingSink sink;
    sources_ = SourceSet::ReadSettings(path, sink);
    std::vector<SettingEntry> entries = ReadSettings(sources_, kKeys, sink);
    findings_ = sink.Take();
    short_ = RenderShort(findings_, sources_);
    return entries;
  }
  std::string TextOf(Span span) const {
    return std::string(sources_.files()[span.file].text().substr(
        span.begin, span.end - span.begin));
  }

  TempFolder temp_;
  SourceSet sources_;
  std::vector<Finding> findings_;
  std::string short_;
};

TEST_F(SettingsReaderTest, ReadsEachTypeWithItsPlace) {
  const auto entries = Read(
      "# all of them\nloops = 0x10\nidle_timeout = 1_0.5e0\nrules = 'a/b'\n"
      "decision = [\n  \"one\", # the first\n  'two',\n]\nallow_shrink = "
      "true\n");
  ASSERT_EQ(short_, "");
  ASSERT_EQ(entries.size(), 5U);
  EXPECT_EQ(entries[0].key, 1U);
  EXPECT_EQ(std::get<std::int64_t>(entries[0].value), 16);
  EXPECT_EQ(TextOf(entries[0].key_span), "loops");
  EXPECT_EQ(TextOf(entries[0].span), "0x10");
  EXPECT_EQ(std::get<double>(entries[1].value), 10.5);
  EXPECT_EQ(std::get<std::string>(entries[2].value), "a/b");
  const auto& items = std::get<std::vector<SettingItem>>(entries[3].value);
  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(items[1].text, "two");
  EXPECT_EQ(TextOf(items[1].span), "'two'");
  EXPECT_EQ(std::get<bool>(entries[4].value), true);
}

TEST_F(SettingsReaderTest, AWholeNumberIsANumberToo) {
  const auto entries = Read("idle_timeout = +75");
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(std::get<double>(entries[0].value), 75);
}

TEST_F(SettingsReaderTest, NumbersAtTheEdge) {
  for (const auto& [text, value] :
       {std::pair<std::string_view, double>{"-inf", -HUGE_VAL},
        {"+inf", HUGE_VAL},
        {"1.7976931348623157e308", 1.7976931348623157e308},
        {"-0.0", 0},
        {"+1e+5", 100'000},
        {"1E06", 1'000'000},
        {"9_9.2_5", 99.25},
        {"2.5 # seconds", 2.5},
        {"2.5\r", 2.5}}) {
    SCOPED_TRACE(text);
    const auto entries = Read("idle_timeout = " + std::string(text) + "\n");
    ASSERT_EQ(entries.size(), 1U) << short_;
    EXPECT_EQ(std::get<double>(entries[0].value), value);
  }
  EXPECT_TRUE(Read("idle_timeout = 1e999").empty());
  EXPECT_THAT(short_, HasSubstr("s.toml:1:16: error"));
  const auto nan = Read("idle_timeout = nan");
  ASSERT_EQ(nan.size(), 1U);
  EXPECT_NE(std::get<double>(nan[0].value), std::get<double>(nan[0].value));
}

TEST_F(SettingsReaderTest, ReportsEveryMistakeAndKeepsTheRest) {
  const auto entries = Read(
      "lops = 1\nidle-timeout = 2\nrules = 3\nloops = 'x'\n"
      "decision = 'one'\nallow_shrink = 'true'\nzzzzzzzz = 1\n"
      "[table]\nloops = 1\n");
  EXPECT_EQ(entries.size(), 0U);
  const std::string name = (temp_ / "s.toml").string();
  for (const std::string line : {
           "1:1: error[CORS901]: unknown key `lops` in the settings",
           "2:1: error[CORS901]: unknown key `idle-timeout` in the settings",
           "3:9: error[CORS901]: `rules` must be a string, not a whole number",
           "4:9: error[CORS901]: `loops` must be a whole number, not a string",
           "5:12: error[CORS901]: `decision` must be a list of strings",
           "6:16: error[CORS901]: `allow_shrink` must be true or false",
           "7:1: error[CORS901]: unknown key `zzzzzzzz`",
           "8:2: error[CORS901]: unknown key `table` in the settings",
       }) {
    EXPECT_THAT(short_, HasSubstr(name + ":" + line));
  }
  EXPECT_EQ(findings_.size(), 8U);
  const std::string all = RenderHuman(findings_, sources_);
  EXPECT_THAT(all, HasSubstr("did you mean `loops`?"));
  EXPECT_THAT(all, HasSubstr("did you mean `idle_timeout`?"));
  EXPECT_THAT(all, HasSubstr("write `['one']`"));
  EXPECT_THAT(all, HasSubstr("known here: allow_shrink, loops"));
}

TEST_F(SettingsReaderTest, AKeyGivenTwiceShowsBothPlaces) {
  EXPECT_TRUE(Read("loops = 1\nrules = 'x'\nloops = 2\n").empty());
  ASSERT_EQ(findings_.size(), 1U);
  EXPECT_THAT(short_, HasSubstr("s.toml:3:1: error"));
  ASSERT_EQ(findings_[0].related.size(), 1U);
  EXPECT_EQ(findings_[0].related[0].span.begin, 0U);
}

// What makes the TOML library stop the process, or accept what it should not.
TEST_F(SettingsReaderTest, IsSafeFromTheTomlLibrary) {
  for (const std::string_view text :
       {"[\n", "[[[\n", "[[=\n", "a=1\xEF\xB7\xBF", "loops = ", "rules = \"x",
        "decision = [", "loops = 1 2", "= 1", "{\"loops\": 1}"}) {
    SCOPED_TRACE(text);
    EXPECT_TRUE(Read(text).empty());
    ASSERT_EQ(findings_.size(), 1U);
    EXPECT_THAT(short_, HasSubstr("s.toml:1:"));
    // Remedies are for people who write settings, not rules.
    EXPECT_THAT(findings_[0].help,
                ::testing::Not(::testing::ContainsRegex("rule|route|origin")));
  }
  std::string deep = "a";
  for (int i = 0; i < 20'000; ++i) deep += ".a";
  EXPECT_TRUE(Read(deep + " = 1").empty());
  EXPECT_EQ(findings_.size(), 1U);
}

TEST_F(SettingsReaderTest, CommentsAloneAreSettingsButNothingIsNot) {
  EXPECT_TRUE(Read("# loops = 1\n").empty());
  EXPECT_TRUE(findings_.empty());
  for (const std::string_view text : {"", " \n\t\n"}) {
    EXPECT_TRUE(Read(text).empty());
    ASSERT_EQ(findings_.size(), 1U);
    EXPECT_EQ(findings_[0].code, Code::kEmpty);
    EXPECT_THAT(findings_[0].help, HasSubstr("leave the file out"));
  }
}

TEST_F(SettingsReaderTest, FilesThatCannotBeRead) {
  ReadFrom(temp_ / "nowhere.toml");
  ASSERT_EQ(findings_.size(), 1U);
  EXPECT_THAT(short_, HasSubstr("nowhere.toml` does not exist"));
  EXPECT_THAT(findings_[0].help, HasSubstr("that exists"));
  std::filesystem::create_directory(temp_ / "folder");
  ReadFrom(temp_ / "folder");
  ASSERT_EQ(findings_.size(), 1U);
  EXPECT_THAT(short_, HasSubstr("is a folder, not a file of settings"));
  Read(std::string(3 << 20, '#'));
  ASSERT_EQ(findings_.size(), 1U);
  EXPECT_THAT(short_, HasSubstr("too large"));
  Read("rules = '" + std::string(70'000, 'x') + "'");
  ASSERT_EQ(findings_.size(), 1U);
  EXPECT_EQ(findings_[0].code, Code::kLimit);
  Read("rules = '\xFF'");
  ASSERT_EQ(findings_.size(), 1U);
  EXPECT_EQ(findings_[0].code, Code::kNotText);
}

}  // namespace
}  // namespace corsac
