// What `corsac explain` says, word for word: one file of golden/ a case. A file
// begins with `$ ` and a command, run in that folder; then comes its output
// and, last, its exit code. With CORSAC_UPDATE_GOLDEN=1 the files are written
// anew; read the difference before it is committed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <ostream>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/decision/decision.h"
#include "tests/cli/run_program.h"
#include "tests/testing/temp_folder.h"

namespace corsac::testing {
namespace {

const std::filesystem::path kFolder = CORSAC_SOURCE_DIR "/tests/cli/golden";

std::vector<std::string> Cases() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    if (entry.path().extension() == ".txt") {
      names.push_back(entry.path().stem());
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

// The command of a case: the first line, and those after it while a line ends
// in a backslash.
std::string CommandOf(const std::string& text) {
  std::size_t end = text.find('\n');
  while (end != std::string::npos && end > 0 && text[end - 1] == '\\') {
    end = text.find('\n', end + 1);
  }
  return text.substr(0, end);
}

class ExplainGoldenTest : public ::testing::TestWithParam<std::string> {};

INSTANTIATE_TEST_SUITE_P(Cases, ExplainGoldenTest, ::testing::ValuesIn(Cases()),
                         [](const ::testing::TestParamInfo<std::string>& test) {
                           std::string name = test.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           std::replace(name.begin(), name.end(), '.', '_');
                           return name;
                         });

TEST_P(ExplainGoldenTest, SaysWhatItSaid) {
  const std::filesystem::path path = kFolder / (GetParam() + ".txt");
  const std::string expected = ReadFile(path);
  const std::string command = CommandOf(expected);
  ASSERT_TRUE(command.starts_with("$ ")) << path;
  ProgramInput input;
  input.folder = kFolder;
  const ProgramResult result = RunShell(command.substr(2), input);
  EXPECT_EQ(result.err, "");
  std::string actual = command + "\n" + result.out;
  actual += "[exit " + std::to_string(result.exit_code) + "]\n";
  // Nothing changes the environment. NOLINTNEXTLINE(concurrency-mt-unsafe)
  if (std::getenv("CORSAC_UPDATE_GOLDEN") != nullptr) {
    WriteFile(path, actual);
    return;
  }
  EXPECT_EQ(actual, expected);
}

// Every code that denies, and every code that only a question has, is shown by
// some case.
TEST(ExplainGoldenTest, ShowsEveryCode) {
  std::string all;
  for (const std::string& name : Cases()) {
    all += ReadFile(kFolder / (name + ".txt"));
  }
  std::vector<std::string> codes = {
      "not for this call (credentials-not-allowed",
      "not for this call (wildcard-with-credentials",
      "not for this call (response-header-not-exposed:x-request-id",
      "code: upstream-cors",
      "code: private-network-ignored",
  };
  constexpr auto kFirst = static_cast<int>(DecisionCode::kMalformedFieldName);
  constexpr auto kLast =
      static_cast<int>(DecisionCode::kWebSocketOriginNotAllowed);
  for (int code = kFirst; code <= kLast; ++code) {
    codes.push_back("denied (" + std::string(DecisionCodeName(
                                     static_cast<DecisionCode>(code))));
  }
  for (const std::string& code : codes) {
    EXPECT_THAT(all, ::testing::HasSubstr(code));
  }
}

}  // namespace
}  // namespace corsac::testing
