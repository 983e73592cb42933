// End to end: every way to edit rules, with the real server, its watcher as it
// comes and a real clock. An edit must be in force within two seconds.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>
#include <csignal>

#include "tests/e2e/http_client.h"
#include "tests/e2e/server_process.h"
#include "tests/testing/temp_folder.h"

namespace corsac {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::Ask;
using testing::Get;
using ::testing::HasSubstr;
using testing::HttpAnswer;
using testing::ReplaceFile;
using testing::ServerProcess;
using testing::TempFolder;
using testing::WriteFile;

using Clock = std::chrono::steady_clock;

// The promise to the people who edit rules. What a sanitizer adds is not part
// of it.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::chrono::milliseconds kPromise = 8s;
#else
constexpr std::chrono::milliseconds kPromise = 2s;
#endif

// Rules whose one route is called `id`.
std::string Rules(const std::string& id) {
  return "version = 1\n\n[[route]]\nid = \"" + id +
         "\"\npath = \"/{rest...}\"\norigins = [\"https://a.example.com\"]\n";
}

class ReloadTest : public ::testing::Test {
 protected:
  ReloadTest() {
    fs::create_directories(folder());
    WriteFile(file(), Rules("first"));
  }
  fs::path folder() const { return temp_ / "rules"; }
  fs::path file() const { return temp_ / "rules/site.toml"; }

  void Start(const fs::path& rules, std::vector<std::string> more = {}) {
    std::vector<std::string> arguments = {"--rules", rules.string(), "--admin",
                                          "127.0.0.1:0"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    server_ = std::make_unique<ServerProcess>(arguments);
    port_ = server_->WaitForPort();
    ASSERT_NE(port_, 0) << server_->Log();
    ASSERT_EQ(Route(), "first");
  }
  // The route that decides.
  std::string Route() {
    const HttpAnswer answer = Get(
        port_,
        "/v1/decision?origin=https://a.example.com&url=https://x.example.com/");
    return answer.json()["route"]["id"];
  }
  nlohmann::json Status() { return Get(port_, "/v1/status").json(); }

  // Expects that `id` decides, within the promised time from now.
  void ExpectRoute(const std::string& id, const char* what) {
    const Clock::time_point begin = Clock::now();
    while (Route() != id && Clock::now() - begin < kPromise) {
      std::this_thread::sleep_for(10ms);
    }
    EXPECT_EQ(Route(), id) << what << "\n" << Status().dump(2);
  }
  // Expects that the server is in `state`, within the promised time from now.
  void ExpectState(const std::string& state, const char* what) {
    const Clock::time_point begin = Clock::now();
    while (Status()["state"] != state && Clock::now() - begin < kPromise) {
      std::this_thread::sleep_for(10ms);
    }
    EXPECT_EQ(Status()["state"], state) << what << "\n" << Status().dump(2);
  }

  TempFolder temp_;
  std::unique_ptr<ServerProcess> server_;
  std::uint16_t port_ = 0;
};

// Edits `file` in every way that leaves its folder alone.
class EditStylesTest : public ReloadTest,
                       public ::testing::WithParamInterface<const char*> {
 protected:
  void Edit() {
    WriteFile(file(), Rules("in-place"));
    ExpectRoute("in-place", "in place");

    ReplaceFile(file(), Rules("renamed-over"));
    ExpectRoute("renamed-over", "written beside and renamed over");

    WriteFile(file(), Rules("in-place-again"));
    ExpectRoute("in-place-again", "in place, after it was another file");

    const fs::path backup = file().string() + "~";
    fs::rename(file(), backup);
    WriteFile(file(), Rules("like-vim"));
    fs::remove(backup);
    ExpectRoute("like-vim", "moved away, written anew, backup removed");

    fs::remove(file());
    ExpectState("degraded", "deleted");
    EXPECT_EQ(Route(), "like-vim") << "deleted: the rules stay";
    WriteFile(file(), Rules("restored"));
    ExpectRoute("restored", "restored with other rules");
    ExpectState("ready", "restored");

    fs::remove(file());
    ExpectState("degraded", "deleted again");
    WriteFile(file(), Rules("restored"));
    ExpectState("ready", "restored with the same rules");
  }
};

TEST_P(EditStylesTest, EveryEditOfAFileIsSeen) {
  Start(GetParam() == std::string("folder") ? folder() : file());
  Edit();
}

INSTANTIATE_TEST_SUITE_P(, EditStylesTest, ::testing::Values("folder", "file"),
                         [](const auto& row) {
                           return std::string(row.param);
                         });

// Runs a command and waits for it; false if it is not installed or fails.
bool RunCommand(std::vector<std::string> words) {
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  const pid_t pid = fork();
  if (pid == 0) {
    const int nowhere = open("/dev/null", O_RDWR);
    for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
      dup2(nowhere, fd);
    }
    execvp(argv[0], argv.data());
    _exit(127);
  }
  int status = 0;
  return waitpid(pid, &status, 0) == pid && status == 0;
}

TEST_F(ReloadTest, RealEditorsAreSeen) {
  Start(folder());
  ASSERT_TRUE(RunCommand({"sed", "-i", "s/first/by-sed/", file().string()}));
  ExpectRoute("by-sed", "sed -i");
  // Not everywhere installed; what they do is done by hand above.
  if (RunCommand({"vim.tiny", "-es", "-c", "%s/by-sed/by-vim/", "-c", "wq",
                  file().string()})) {
    ExpectRoute("by-vim", "vim");
  }
  ASSERT_TRUE(
      RunCommand({"cp", file().string(), (temp_ / "copy.toml").string()}));
  WriteFile(temp_ / "copy.toml", Rules("by-mv"));
  ASSERT_TRUE(
      RunCommand({"mv", (temp_ / "copy.toml").string(), file().string()}));
  ExpectRoute("by-mv", "mv");
  WriteFile(temp_ / "copy.toml", Rules("by-cp"));
  ASSERT_TRUE(
      RunCommand({"cp", (temp_ / "copy.toml").string(), file().string()}));
  ExpectRoute("by-cp", "cp");
}

TEST_F(ReloadTest, AConfigMapSwapIsSeen) {
  const fs::path mount = temp_ / "mount";
  fs::create_directories(mount / "..v1");
  WriteFile(mount / "..v1/site.toml", Rules("first"));
  fs::create_symlink("..v1", mount / "..data");
  fs::create_symlink("..data/site.toml", mount / "site.toml");
  for (const fs::path& rules : {mount, mount / "site.toml"}) {
    SCOPED_TRACE(rules);
    Start(rules);
    for (const char* version : {"v2", "v3"}) {
      const std::string name = std::string("..") + version;
      const fs::path old = mount / fs::read_symlink(mount / "..data");
      fs::create_directories(mount / name);
      WriteFile(mount / name / "site.toml", Rules(version));
      fs::create_symlink(name, mount / "..data_tmp");
      fs::rename(mount / "..data_tmp", mount / "..data");
      fs::remove_all(old);
      ExpectRoute(version, "link swapped");
    }
    server_.reset();
    WriteFile(mount / "..v3/site.toml", Rules("first"));  // for the next round
    fs::rename(mount / "..v3", mount / "..v1");
    fs::remove(mount / "..data");
    fs::create_symlink("..v1", mount / "..data");
  }
}

TEST_F(ReloadTest, AFolderThatIsReplacedIsSeen) {
  Start(folder());
  fs::create_directories(temp_ / "next");
  WriteFile(temp_ / "next/site.toml", Rules("replaced"));
  fs::rename(folder(), temp_ / "previous");
  fs::rename(temp_ / "next", folder());
  ExpectRoute("replaced", "folder replaced");
  WriteFile(file(), Rules("edited"));
  ExpectRoute("edited", "edit in the new folder");

  fs::remove_all(folder());
  ExpectState("degraded", "folder deleted");
  EXPECT_EQ(Route(), "edited");
  fs::create_directories(folder());
  WriteFile(file(), Rules("back"));
  ExpectRoute("back", "folder is back");
  WriteFile(file(), Rules("edited-again"));
  ExpectRoute("edited-again", "edit after it came back");
}

TEST_F(ReloadTest, AFolderBehindALinkIsSeen) {
  fs::create_directories(temp_ / "release-1");
  fs::create_directories(temp_ / "release-2");
  WriteFile(temp_ / "release-1/site.toml", Rules("first"));
  WriteFile(temp_ / "release-2/site.toml", Rules("second"));
  fs::create_directory_symlink("release-1", temp_ / "current");
  Start(temp_ / "current");
  fs::create_directory_symlink("release-2", temp_ / "current.new");
  fs::rename(temp_ / "current.new", temp_ / "current");
  ExpectRoute("second", "link turned to another folder");
}

TEST_F(ReloadTest, FilesComeAndGo) {
  Start(folder());
  WriteFile(
      temp_ / "rules/more.toml",
      "version = 1\n[[route]]\nid = \"special\"\nhost = \"x.example.com\"\n"
      "path = \"/{rest...}\"\norigins = [\"https://a.example.com\"]\n");
  ExpectRoute("special", "a second file");
  fs::rename(temp_ / "rules/more.toml", temp_ / "rules/.more.toml");
  ExpectRoute("first", "hidden");
  fs::rename(temp_ / "rules/.more.toml", temp_ / "rules/more.toml");
  ExpectRoute("special", "shown");
  fs::remove(temp_ / "rules/more.toml");
  ExpectRoute("first", "removed");
}

TEST_F(ReloadTest, AListOfOriginsIsFollowed) {
  fs::create_directories(temp_ / "rules/lists");
  const fs::path list = temp_ / "rules/lists/tenants.txt";
  WriteFile(list, "https://a.example.com\n");
  WriteFile(file(),
            "version = 1\n[[route]]\nid = \"first\"\npath = \"/{rest...}\"\n"
            "origins = [{ file = \"lists/tenants.txt\" }]\n");
  Start(folder());
  WriteFile(list, "https://b.example.com\n");
  const Clock::time_point begin = Clock::now();
  while (Status()["running"]["generation"] != 2 &&
         Clock::now() - begin < kPromise) {
    std::this_thread::sleep_for(10ms);
  }
  EXPECT_EQ(Status()["running"]["generation"], 2);
}

TEST_F(ReloadTest, ABadFileChangesNothingButTheStatus) {
  Start(folder());
  const auto before = Status();
  WriteFile(file(), Rules("second") + "max-age = 600\n");
  ExpectState("degraded", "unknown key");
  auto status = Status();
  EXPECT_EQ(status["running"], before["running"]);
  EXPECT_EQ(status["last_attempt"]["result"], "failure");
  const auto error = status["last_attempt"]["errors"][0];
  EXPECT_EQ(error["line"], 7);
  EXPECT_THAT(error["file"], HasSubstr("site.toml"));
  EXPECT_THAT(error["help"].dump() + error["label"].dump(),
              HasSubstr("max_age"));
  EXPECT_EQ(Route(), "first");
  EXPECT_EQ(Get(port_, "/-/ready").status, 200);
  EXPECT_THAT(Get(port_, "/metrics").body,
              HasSubstr("corsac_config_last_reload_successful 0"));

  // The bad edit is taken back: as good as new, and no new generation.
  WriteFile(file(), Rules("first"));
  ExpectState("ready", "bad edit taken back");
  EXPECT_EQ(Status()["running"], before["running"]);
  EXPECT_THAT(Get(port_, "/metrics").body,
              HasSubstr("corsac_config_last_reload_successful 1"));

  // The same mistake again, and then it is mended.
  WriteFile(file(), Rules("second") + "max-age = 600\n");
  ExpectState("degraded", "the same mistake");
  WriteFile(file(), Rules("second") + "max_age = 600\n");
  ExpectRoute("second", "mended");
  ExpectState("ready", "mended");
}

TEST_F(ReloadTest, AnEmptyOrTruncatedFileChangesNothing) {
  std::string many =
      "version = 1\n\n[[route]]\nid = \"first\"\n"
      "path = \"/{rest...}\"\norigins = [\n";
  for (int i = 0; i < 20; ++i) {
    many += "  \"https://" + std::string(1, static_cast<char>('a' + i)) +
            ".example.com\",\n";
  }
  many += "]\n";
  WriteFile(file(), many);
  Start(folder());
  WriteFile(file(), "");
  ExpectState("degraded", "empty");
  EXPECT_EQ(Route(), "first");
  WriteFile(file(), many);
  ExpectState("ready", "restored");
  // Valid TOML, but most of it is gone.
  WriteFile(file(), Rules("second"));
  ExpectState("degraded", "shrunk");
  EXPECT_THAT(Status()["last_attempt"]["errors"].dump(), HasSubstr("CORS904"));
  EXPECT_EQ(Route(), "first");
  EXPECT_EQ(Ask(port_, "POST", "/-/reload").status, 422);
  EXPECT_EQ(Ask(port_, "POST", "/-/reload?allow_shrink=true").status, 200);
  EXPECT_EQ(Route(), "second");
  EXPECT_EQ(Status()["state"], "ready");
}

TEST_F(ReloadTest, ShrinkingMayBeAllowed) {
  WriteFile(file(), Rules("first") +
                        "[[route]]\npath = \"/a\"\norigins = [\"*\"]\n"
                        "[[route]]\npath = \"/b\"\norigins = [\"*\"]\n");
  Start(folder(), {"--allow-shrink"});
  WriteFile(file(),
            "version = 1\n[[route]]\nid = \"tiny\"\n"
            "path = \"/{rest...}\"\norigins = [\"*\"]\n");
  ExpectRoute("tiny", "shrunk");
}

TEST_F(ReloadTest, ThePollIsEnoughWhenItIsFast) {
  // A folder that is made after the start, inside one that is made then too:
  // the events of the first may be missed, the poll may not.
  Start(folder(), {"--poll-interval", "0.1"});
  for (int round = 0; round < 3; ++round) {
    fs::remove_all(folder());
    fs::create_directories(folder());
    WriteFile(file(), Rules("round-" + std::to_string(round)));
    ExpectRoute("round-" + std::to_string(round), "folder made anew");
  }
}

}  // namespace
}  // namespace corsac
