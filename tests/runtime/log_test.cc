// Tests of runtime/log.
#include "runtime/log/log.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace corsac {
namespace {

std::chrono::system_clock::time_point At(std::int64_t milliseconds) {
  return std::chrono::system_clock::time_point(
      std::chrono::milliseconds(milliseconds));
}

TEST(LogTest, WritesTimesInUtcWithMilliseconds) {
  EXPECT_EQ(FormatTime(At(0)), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(FormatTime(At(1'709'251'199'007)), "2024-02-29T23:59:59.007Z");
  EXPECT_EQ(FormatTime(At(-1)), "1969-12-31T23:59:59.999Z");
}

TEST(LogTest, ALineIsOneJsonObjectWithTheFieldsInOrder) {
  EXPECT_EQ(
      FormatLogLine(At(0), LogLevel::kWarning, "reload.failure", "kept rules",
                    {{"generation", 42U},
                     {"left", -3},
                     {"seconds", 0.5},
                     {"final", true},
                     {"file", "site.toml"}}),
      R"({"time":"1970-01-01T00:00:00.000Z","level":"warning",)"
      R"("event":"reload.failure","msg":"kept rules","generation":42,)"
      R"("left":-3,"seconds":0.5,"final":true,"file":"site.toml"})");
}

TEST(LogTest, EscapesWhateverCouldForgeALineOrDriveATerminal) {
  // NOLINTBEGIN(misc-misleading-bidirectional): that is what is escaped
  std::string hostile =
      "a\r\n{\"level\":\"error\"}\x1b[31m\x7f\xc2\x9b\xe2\x80\xae\xff";
  std::string kept =
      "a\r\n{\"level\":\"error\"}\x1b[31m\x7f\xc2\x9b\xe2\x80\xae\xef\xbf\xbd";
  // NOLINTEND(misc-misleading-bidirectional)
  for (const char c : {'\0', 'z'}) {
    hostile += c;
    kept += c;
  }
  const std::string line =
      FormatLogLine(At(0), LogLevel::kInfo, "e", "m", {{"origin", hostile}});
  for (const char c : line) {
    EXPECT_TRUE(c >= 0x20 && c < 0x7f) << static_cast<int>(c);
  }
  const auto parsed = nlohmann::json::parse(line);
  EXPECT_EQ(parsed["level"], "info");
  EXPECT_EQ(parsed["origin"], kept);
}

TEST(LogTest, CutsOffLongValues) {
  const std::string line =
      FormatLogLine(At(0), LogLevel::kInfo, "e", "m",
                    {{"long", std::string(1'000'000, 'x')}});
  EXPECT_EQ(nlohmann::json::parse(line)["long"],
            std::string(kMaxLogValueBytes, 'x') + "...");
}

}  // namespace
}  // namespace corsac
