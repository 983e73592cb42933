// End to end: flags, a file of settings, and --check-config.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <csignal>
#include <cstdlib>
#include <sstream>

#include "tests/e2e/http_client.h"
#include "tests/e2e/server_process.h"
#include "tests/testing/temp_folder.h"

namespace corsac {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing::ReadFile;
using testing::ServerProcess;
using testing::TempFolder;
using testing::WriteFile;

const char kRules[] =
    "version = 1\n[[route]]\nid = \"api\"\npath = \"/{rest...}\"\n"
    "origins = [\"https://a.example.com\"]\n";

class SettingsTest : public ::testing::Test {
 protected:
  SettingsTest() { WriteFile(rules_, kRules); }

  void WriteConfig(const std::string& text) const {
    WriteFile(config_, "rules = '" + rules_.string() + "'\n" + text);
  }

  TempFolder temp_;
  const std::filesystem::path rules_ = temp_ / "site.toml";
  const std::filesystem::path config_ = temp_ / "corsacd.toml";
};

TEST_F(SettingsTest, AFileInPlaceOfFlags) {
  const std::string socket = (temp_ / "decision.sock").string();
  WriteConfig("admin = '127.0.0.1:0'\ndecision = ['unix:" + socket +
              "', '127.0.0.1:0']\nloops = 2\n");
  ServerProcess server({"--config", config_.string()});
  const std::uint16_t port = server.WaitForPort();
  ASSERT_NE(port, 0) << server.Log();
  EXPECT_THAT(server.Output(), HasSubstr("decision unix:" + socket + "\n"));
  EXPECT_THAT(server.Output(), HasSubstr("\ndecision http://127.0.0.1:"));
  EXPECT_EQ(testing::Get(port, "/-/ready").status, 200);
}

TEST_F(SettingsTest, FlagsWinOverTheFile) {
  WriteConfig(
      "admin = '127.0.0.1:1'\ndecision = ['127.0.0.1:1', '127.0.0.1:2']\n"
      "allow_shrink = true\nloops = 2\nhead_timeout = 3\n");
  ServerProcess check({"--config", config_.string(), "--check-config",
                       "--decision", "none", "--loops", "7", "--head-timeout",
                       "4.5", "--allow-shrink=false"});
  EXPECT_EQ(check.WaitForExit(), 0) << check.Log();
  for (const char* line :
       {"\nadmin = \"127.0.0.1:1\"\n", "\ndecision = [\"none\"]\n",
        "\nloops = 7\n", "\nhead_timeout = 4.5\n", "\nallow_shrink = false\n",
        "\nidle_timeout = 75\n"}) {
    EXPECT_THAT(check.Output(), HasSubstr(line));
  }
}

// What it prints is a file with which it prints the same.
TEST_F(SettingsTest, CheckConfigPrintsAFileOfSettings) {
  WriteConfig("max_fields = 99\n");
  ServerProcess first({"--config", config_.string(), "--check-config"});
  ASSERT_EQ(first.WaitForExit(), 0) << first.Log();
  EXPECT_THAT(first.Log(), HasSubstr("site.toml: no findings"));
  WriteFile(temp_ / "printed.toml", first.Output());
  ServerProcess second(
      {"--config", (temp_ / "printed.toml").string(), "--check-config"});
  ASSERT_EQ(second.WaitForExit(), 0) << second.Log();
  EXPECT_EQ(second.Output(), first.Output());
  EXPECT_THAT(second.Output(), HasSubstr("max_fields = 99\n"));
}

// The addresses are in use, and that is no matter.
TEST_F(SettingsTest, CheckConfigBindsNothing) {
  ServerProcess server({"--rules", rules_.string(), "--admin", "127.0.0.1:0",
                        "--decision", "127.0.0.1:0"});
  const std::string admin = "127.0.0.1:" + std::to_string(server.WaitForPort());
  const std::string decision =
      "127.0.0.1:" + std::to_string(server.WaitForDecisionPort());
  const std::string socket = (temp_ / "new.sock").string();
  ServerProcess check({"--rules", rules_.string(), "--admin", admin,
                       "--decision", decision, "--decision", "unix:" + socket,
                       "--access-log", (temp_ / "new.log").string(),
                       "--check-config"});
  EXPECT_EQ(check.WaitForExit(), 0) << check.Log();
  EXPECT_FALSE(std::filesystem::exists(socket));
  EXPECT_FALSE(std::filesystem::exists(temp_ / "new.log"));
}

TEST_F(SettingsTest, MistakesInTheFileEndTheStart) {
  WriteConfig("idel_timeout = 5\nloops = 'two'\nmax_fields = 1\n");
  for (const bool check : {false, true}) {
    std::vector<std::string> arguments = {"--config", config_.string()};
    if (check) arguments.emplace_back("--check-config");
    ServerProcess server(arguments);
    EXPECT_EQ(server.WaitForExit(), 2);
    EXPECT_EQ(server.Output(), "");
    for (const char* part :
         {"corsacd.toml:2:1", "did you mean `idle_timeout`?",
          "corsacd.toml:3:9", "must be a whole number", "corsacd.toml:4:14",
          "from 8 to 10000", "corsacd.toml: 3 errors"}) {
      EXPECT_THAT(server.Log(), HasSubstr(part));
    }
  }
}

// All that is wrong at once, in the file and among the flags.
TEST_F(SettingsTest, MistakesOfFlags) {
  WriteConfig("lops = 1\n");
  ServerProcess server({"--config", config_.string(), "--loops", "x",
                        "--decision", "127.0.0.1", "--socket-mode", "999"});
  EXPECT_EQ(server.WaitForExit(), 2);
  for (const char* part :
       {"unknown key `lops`",
        "corsacd: --loops: `x` is not a whole number from 0 to 1024\n",
        "corsacd: --decision: `127.0.0.1` is not ADDR:PORT or unix:PATH",
        "corsacd: --socket-mode: `999` is not an octal mode"}) {
    EXPECT_THAT(server.Log(), HasSubstr(part));
  }
  ServerProcess twice({"--loops", "1", "--loops", "2", "--check-config"});
  EXPECT_EQ(twice.WaitForExit(), 2);
  EXPECT_THAT(twice.Log(), HasSubstr("--loops"));
  ServerProcess nowhere({"--config", (temp_ / "nowhere.toml").string()});
  EXPECT_EQ(nowhere.WaitForExit(), 2);
  EXPECT_THAT(nowhere.Log(), HasSubstr("does not exist"));
}

TEST_F(SettingsTest, CheckConfigTellsRulesThatCannotBeUsed) {
  WriteFile(rules_, std::string(kRules) + "max-age = 5\n");
  ServerProcess check({"--rules", rules_.string(), "--check-config"});
  EXPECT_EQ(check.WaitForExit(), 3);
  EXPECT_THAT(check.Log(), HasSubstr("site.toml:6:1"));
  EXPECT_THAT(check.Log(), HasSubstr("site.toml: 1 error"));
}

TEST_F(SettingsTest, NoImplicitFile) {
  WriteFile(config_, "nonsense");
  ServerProcess check({"--rules", rules_.string(), "--check-config"});
  EXPECT_EQ(check.WaitForExit(), 0) << check.Log();
}

// --- What is packaged --------------------------------------------------------

// The words of `key=` in the unit, of several lines one after the other.
std::vector<std::vector<std::string>> UnitCommands(const std::string& key) {
  std::string unit =
      ReadFile(CORSAC_SOURCE_DIR "/packaging/systemd/corsacd.service");
  for (std::size_t at = unit.find("\\\n"); at != std::string::npos;
       at = unit.find("\\\n")) {
    unit.replace(at, 2, " ");
  }
  std::vector<std::vector<std::string>> commands;
  std::istringstream lines(unit);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(key + "=")) continue;
    std::istringstream words(line.substr(key.size() + 1));
    std::vector<std::string>& command = commands.emplace_back();
    for (std::string word; words >> word;) command.push_back(word);
  }
  return commands;
}

// The program with the flags of the unit and the packaged file accepts them,
// with the file and the rules where an administrator puts them.
TEST_F(SettingsTest, TheUnitStartsTheProgramAsItIs) {
  const auto commands = UnitCommands("ExecStart");
  ASSERT_EQ(commands.size(), 1U);
  ASSERT_EQ(commands[0].front(), "/usr/bin/corsacd");
  std::filesystem::copy(CORSAC_SOURCE_DIR "/packaging/corsacd.toml", config_);
  std::vector<std::string> arguments(commands[0].begin() + 1,
                                     commands[0].end());
  int files = 0;
  for (std::string& argument : arguments) {
    if (argument != "/etc/corsac/corsacd.toml") continue;
    argument = config_.string();
    ++files;
  }
  EXPECT_EQ(files, 1);
  for (const std::string& argument : arguments) {
    EXPECT_THAT(argument, Not(HasSubstr("/etc/"))) << "is not part of the test";
  }
  arguments.emplace_back("--check-config");
  arguments.insert(arguments.end(), {"--rules", rules_.string()});
  ServerProcess check(arguments);
  EXPECT_EQ(check.WaitForExit(), 0) << check.Log();
  // With the packaged file the addresses are those that the unit speaks of.
  EXPECT_THAT(check.Output(), HasSubstr("\nadmin = \"127.0.0.1:8481\"\n"));
}

int RunCommand(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words) line += "'" + word + "' ";
  line += ">/dev/null 2>&1";
  const int status =
      std::system(line.c_str());  // NOLINT(concurrency-mt-unsafe)
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

// ExecReload succeeds when the new rules are in force, and fails when they
// cannot be used or nobody is there.
TEST_F(SettingsTest, TheUnitReloadsInTimeAndTellsFailure) {
  const auto commands = UnitCommands("ExecReload");
  ASSERT_EQ(commands.size(), 1U);
  std::vector<std::string> command = commands[0];
  ServerProcess server({"--rules", rules_.string(), "--admin", "127.0.0.1:0",
                        "--poll-interval", "3600"});
  const std::uint16_t port = server.WaitForPort();
  ASSERT_NE(port, 0);
  const std::string documented = "127.0.0.1:8481";
  std::string& url = command.back();
  ASSERT_THAT(url, HasSubstr(documented));
  url.replace(url.find(documented), documented.size(),
              "127.0.0.1:" + std::to_string(port));
  WriteFile(rules_, std::string(kRules) + "max_age = 5\n");
  EXPECT_EQ(RunCommand(command), 0);
  EXPECT_EQ(testing::Get(port, "/v1/status").json()["running"]["generation"],
            2);
  WriteFile(rules_, "version = 1\nnonsense");
  EXPECT_NE(RunCommand(command), 0);
  EXPECT_EQ(testing::Get(port, "/v1/status").json()["running"]["generation"],
            2);
  server.Signal(SIGTERM);
  EXPECT_EQ(server.WaitForExit(), 0);
  EXPECT_NE(RunCommand(command), 0);
}

}  // namespace
}  // namespace corsac
