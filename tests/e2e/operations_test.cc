// End to end: what corsacd is to those who run it: addresses and Unix sockets,
// the access log, the service manager, limits, and an orderly end.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <sstream>
#include <thread>

#include "tests/e2e/http_client.h"
#include "tests/e2e/server_process.h"
#include "tests/testing/notify_socket.h"
#include "tests/testing/temp_folder.h"

namespace corsac {
namespace {

using namespace std::chrono_literals;
using testing::Get;
using ::testing::HasSubstr;
using testing::HttpAnswer;
using testing::HttpConnection;
using testing::kPatience;
using testing::MakeRequest;
using ::testing::Not;
using testing::NotifySocket;
using testing::ReadFile;
using testing::ServerProcess;
using testing::TempFolder;
using testing::WriteFile;

const char kRules[] =
    "version = 1\n[[route]]\nid = \"api\"\npath = \"/{rest...}\"\n"
    "origins = [\"https://a.example.com\"]\n";

// What a gateway asks about a request of `origin`.
std::string Hook(std::string_view origin, std::string_view uri = "/x") {
  return MakeRequest(
      "GET", "/v1/authz/forward-auth",
      "X-Forwarded-Method: GET\r\nX-Forwarded-Uri: " + std::string(uri) +
          "\r\nX-Forwarded-Host: api.example.com\r\nOrigin: " +
          std::string(origin) +
          "\r\nCookie: session=secret\r\nAuthorization: "
          "Bearer secret\r\n");
}

class OperationsTest : public ::testing::Test {
 protected:
  OperationsTest() { WriteFile(rules_, kRules); }

  std::vector<std::string> Arguments(std::vector<std::string> more) const {
    std::vector<std::string> all = {"--rules", rules_.string(), "--admin",
                                    "127.0.0.1:0"};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }

  TempFolder temp_;
  const std::filesystem::path rules_ = temp_ / "site.toml";
  const std::filesystem::path socket_ = temp_ / "decision.sock";
  const std::filesystem::path log_ = temp_ / "access.log";
};

TEST_F(OperationsTest, UnixSocketsAlone) {
  ServerProcess server(Arguments(
      {"--decision", "unix:" + socket_.string(), "--socket-mode", "0620"}));
  const std::uint16_t port = server.WaitForPort();
  ASSERT_NE(port, 0) << server.Log();
  EXPECT_EQ(server.Output(),
            "decision unix:" + socket_.string() +
                "\nadmin http://127.0.0.1:" + std::to_string(port) + "\n");
  struct stat info {};
  ASSERT_EQ(stat(socket_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0620U);
  HttpConnection connection(socket_);
  ASSERT_TRUE(connection.Send(Hook("https://a.example.com")));
  const HttpAnswer answer = connection.Receive();
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.headers.at("access-control-allow-origin"),
            "https://a.example.com");
  server.Signal(SIGTERM);
  EXPECT_EQ(server.WaitForExit(), 0) << server.Log();
  EXPECT_FALSE(std::filesystem::exists(socket_)) << "it is left behind";
}

TEST_F(OperationsTest, NoDecisionListener) {
  ServerProcess server(Arguments({"--decision", "none"}));
  const std::uint16_t port = server.WaitForPort();
  ASSERT_NE(port, 0);
  EXPECT_THAT(server.Output(), Not(HasSubstr("decision")));
  server.Signal(SIGTERM);
  EXPECT_EQ(server.WaitForExit(), 0) << server.Log();
}

TEST_F(OperationsTest, AnAddressInUseEndsTheStart) {
  ServerProcess first(Arguments(
      {"--decision", "127.0.0.1:0", "--decision", "unix:" + socket_.string()}));
  const std::uint16_t port = first.WaitForDecisionPort();
  ASSERT_NE(port, 0) << first.Log();
  for (const std::string& address :
       {"127.0.0.1:" + std::to_string(port), "unix:" + socket_.string()}) {
    ServerProcess second(Arguments({"--decision", address}));
    EXPECT_EQ(second.WaitForExit(), 1);
    EXPECT_EQ(second.Output(), "");
    EXPECT_THAT(second.Log(), HasSubstr("--decision: cannot listen on " +
                                        address + ": another program"));
    // Before anything else is done.
    EXPECT_THAT(second.Log(), Not(HasSubstr("server.start")));
  }
  ServerProcess log(Arguments({"--access-log", (temp_ / "no/log").string()}));
  EXPECT_EQ(log.WaitForExit(), 1);
  EXPECT_THAT(log.Log(), HasSubstr("--access-log: cannot open"));
  // The first one is none the worse.
  HttpConnection connection(socket_);
  ASSERT_TRUE(connection.Send(Hook("https://a.example.com")));
  EXPECT_EQ(connection.Receive().status, 200);
}

TEST_F(OperationsTest, AccessLog) {
  ServerProcess server(Arguments({"--decision", "127.0.0.1:0", "--loops", "2",
                                  "--access-log", log_.string()}));
  const std::uint16_t port = server.WaitForDecisionPort();
  ASSERT_NE(port, 0) << server.Log();
  const auto ask = [port](std::string_view origin, std::string_view uri) {
    HttpConnection connection(port);
    ASSERT_TRUE(connection.Send(Hook(origin, uri)));
    EXPECT_EQ(connection.Receive().status, 200);
  };
  const auto wait_for = [](const std::filesystem::path& path,
                           std::string_view part) {
    for (int i = 0; i < 6'000; ++i, std::this_thread::sleep_for(10ms)) {
      if (std::filesystem::exists(path) &&
          ReadFile(path).find(part) != std::string::npos) {
        return true;
      }
    }
    return false;
  };
  ask("https://a.example.com", "/first?token=secret");
  ASSERT_TRUE(wait_for(log_, "/first"));
  const auto line = nlohmann::json::parse(ReadFile(log_), nullptr, false);
  EXPECT_EQ(line["endpoint"], "forward-auth");
  EXPECT_EQ(line["outcome"], "allow");
  EXPECT_EQ(line["code"], "allow:exact");
  EXPECT_EQ(line["path"], "/first");
  EXPECT_EQ(line["route"], "api");
  EXPECT_EQ(line["generation"], 1);
  EXPECT_THAT(ReadFile(log_), Not(HasSubstr("secret")));

  std::filesystem::rename(log_, temp_ / "access.log.1");
  server.Signal(SIGUSR1);
  for (int i = 0; i < 6'000 && !std::filesystem::exists(log_); ++i) {
    std::this_thread::sleep_for(10ms);
  }
  ask("https://evil.example", "/second");
  // What is still to be written is, before the end.
  server.Signal(SIGTERM);
  EXPECT_EQ(server.WaitForExit(), 0) << server.Log();
  EXPECT_THAT(ReadFile(log_), HasSubstr("/second"));
  EXPECT_THAT(ReadFile(log_), HasSubstr("\"code\":\"origin-not-allowed\""));
  EXPECT_THAT(ReadFile(log_), Not(HasSubstr("/first")));
}

TEST_F(OperationsTest, AccessLogOnStandardOutput) {
  ServerProcess server(Arguments({"--decision", "127.0.0.1:0", "--access-log",
                                  "-", "--access-log-sample", "1000"}));
  const std::uint16_t port = server.WaitForDecisionPort();
  ASSERT_NE(port, 0) << server.Log();
  {
    HttpConnection connection(port);
    for (int i = 0; i < 3; ++i) {
      ASSERT_TRUE(connection.Send(Hook("https://evil.example", "/refused")));
      EXPECT_EQ(connection.Receive().status, 200);
    }
  }
  server.Signal(SIGTERM);
  EXPECT_EQ(server.WaitForExit(), 0);
  std::istringstream output(server.Output());
  int refused = 0;
  for (std::string line; std::getline(output, line);) {
    if (line.find("\"path\":\"/refused\"") != std::string::npos) ++refused;
  }
  EXPECT_EQ(refused, 3) << server.Output();
}

TEST_F(OperationsTest, DroppedLinesAreCounted) {
  ServerProcess server(
      Arguments({"--decision", "127.0.0.1:0", "--access-log", "/dev/full"}));
  const std::uint16_t admin = server.WaitForPort();
  const std::uint16_t port = server.WaitForDecisionPort();
  ASSERT_NE(port, 0) << server.Log();
  HttpConnection connection(port);
  ASSERT_TRUE(connection.Send(Hook("https://evil.example")));
  EXPECT_EQ(connection.Receive().status, 200);
  EXPECT_TRUE(server.WaitForLog("access_log.failure"));
  std::string metrics;
  const std::string counted = "\ncorsac_access_log_dropped_total 1\n";
  for (int i = 0; i < 6'000; ++i, std::this_thread::sleep_for(10ms)) {
    metrics = Get(admin, "/metrics").body;
    if (metrics.find(counted) != std::string::npos) break;
  }
  EXPECT_THAT(metrics, HasSubstr(counted));
}

TEST_F(OperationsTest, TellsTheServiceManager) {
  const std::string path = (temp_ / "notify").string();
  const NotifySocket manager(path);
  ServerProcess server(Arguments({"--poll-interval", "3600"}),
                       {"NOTIFY_SOCKET=" + path});
  EXPECT_EQ(manager.Next(kPatience), "READY=1\nSTATUS=generation 1");
  const std::uint16_t port = server.WaitForPort();
  ASSERT_NE(port, 0);
  const auto reload = [&](const std::string& rules) {
    testing::ReplaceFile(rules_, rules);
    return testing::Ask(port, "POST", "/-/reload").status;
  };
  EXPECT_EQ(reload(std::string(kRules) + "max_age = 5\n"), 200);
  EXPECT_THAT(manager.Next(kPatience),
              HasSubstr("RELOADING=1\nMONOTONIC_USEC="));
  EXPECT_EQ(manager.Next(kPatience), "READY=1\nSTATUS=generation 2");
  EXPECT_EQ(reload(std::string(kRules) + "max-age = 5\n"), 422);
  server.Signal(SIGTERM);
  EXPECT_EQ(server.WaitForExit(), 0) << server.Log();
  // The edit may have been noticed before it was asked for, and be tried twice.
  std::string message = manager.Next(kPatience);
  int tries = 0;
  for (; message.starts_with("RELOADING=1\n");
       message = manager.Next(kPatience)) {
    ++tries;
    EXPECT_EQ(manager.Next(kPatience),
              "READY=1\nSTATUS=reload failed: 1 error, generation 2 kept");
  }
  EXPECT_GE(tries, 1);
  EXPECT_THAT(message, HasSubstr("STOPPING=1\n"));
}

// The first rules are no good: it never says that it is ready.
TEST_F(OperationsTest, IsNotReadyWithoutRules) {
  const std::string path = (temp_ / "notify").string();
  const NotifySocket manager(path);
  WriteFile(rules_, "nonsense");
  ServerProcess server(Arguments({}), {"NOTIFY_SOCKET=" + path});
  EXPECT_EQ(server.WaitForExit(), 3);
  ServerProcess good({"--version"}, {"NOTIFY_SOCKET=" + path});
  EXPECT_EQ(good.WaitForExit(), 0);
  WriteFile(rules_, kRules);
  ServerProcess ready(Arguments({}), {"NOTIFY_SOCKET=" + path});
  // The first word that ever came.
  EXPECT_EQ(manager.Next(kPatience), "READY=1\nSTATUS=generation 1");
}

TEST_F(OperationsTest, EnoughFilesForTheConnections) {
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  const rlimit low{300, before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &low), 0);
  ServerProcess server(Arguments({"--max-connections", "700", "--loops", "3"}));
  ServerProcess greedy(Arguments({"--max-connections", "1000000"}));
  EXPECT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
  const std::uint16_t port = server.WaitForPort();
  ASSERT_NE(port, 0) << server.Log();
  EXPECT_THAT(Get(port, "/metrics").body, HasSubstr("\nprocess_max_fds 962\n"));
  EXPECT_THAT(server.Log(), Not(HasSubstr("server.file_limit")));
  ASSERT_NE(greedy.WaitForPort(), 0) << greedy.Log();
  constexpr rlim_t kGreedy = 1'000'256;
  EXPECT_EQ(greedy.Log().find("server.file_limit") != std::string::npos,
            before.rlim_max < kGreedy);
}

TEST_F(OperationsTest, ClientsAreToldToLeaveBeforeTheListenerCloses) {
  ServerProcess server(
      Arguments({"--decision", "127.0.0.1:0", "--shutdown-delay", "2"}));
  const std::uint16_t port = server.WaitForDecisionPort();
  ASSERT_NE(port, 0) << server.Log();
  HttpConnection connection(port);
  ASSERT_TRUE(connection.Send(Hook("https://a.example.com")));
  EXPECT_FALSE(connection.Receive().headers.contains("connection"));
  server.Signal(SIGTERM);
  ASSERT_TRUE(server.WaitForLog("server.draining"));
  // The listener is open, and says that it is not for long.
  const HttpAnswer ready = Get(port, "/-/ready");
  EXPECT_EQ(ready.status, 503);
  EXPECT_EQ(ready.body, "draining\n");
  EXPECT_EQ(Get(port, "/-/healthy").status, 200);
  // A request that comes together with the announcement may be answered before
  // it is heard.
  bool told = false;
  for (int i = 0; i < 20 && !told; ++i) {
    ASSERT_TRUE(connection.Send(Hook("https://a.example.com")));
    const HttpAnswer answer = connection.Receive();
    ASSERT_EQ(answer.status, 200) << server.Log();
    const auto line = answer.headers.find("connection");
    told = line != answer.headers.end() && line->second == "close";
  }
  EXPECT_TRUE(told);
  EXPECT_TRUE(connection.IsClosed());
  EXPECT_EQ(server.WaitForExit(), 0) << server.Log();
}

TEST_F(OperationsTest, ASecondSignalDoesNotWait) {
  ServerProcess server(
      Arguments({"--decision", "127.0.0.1:0", "--shutdown-delay", "3000"}));
  ASSERT_NE(server.WaitForDecisionPort(), 0) << server.Log();
  server.Signal(SIGTERM);
  ASSERT_TRUE(server.WaitForLog("server.draining"));
  server.Signal(SIGINT);
  EXPECT_EQ(server.WaitForExit(), 1);
}

// What the rules are does not matter any more, nor is anybody told that it is
// ready. A machine that is slow to bring the signal compiles slowly too, but
// not always.
TEST_F(OperationsTest, EndsAfterTheFirstCompilationWhenItIsToldMeanwhile) {
  std::string list;
  for (int i = 0; i < 500'000; ++i) {
    list += "https://a" + std::to_string(i) + ".example.com\n";
  }
  WriteFile(temp_ / "list.txt", list);
  const std::string path = (temp_ / "notify").string();
  const NotifySocket manager(path);
  for (const std::string_view end : {"", "max-age = 5\n"}) {
    WriteFile(rules_,
              "version = 1\n[[route]]\npath = \"/\"\norigins = [{ file "
              "= \"list.txt\" }]\n" +
                  std::string(end));
    std::string log = "server.ready";
    int status = -1;
    for (int i = 0; i < 10 && log.find("server.ready") != std::string::npos;
         ++i) {
      ServerProcess server(Arguments({}), {"NOTIFY_SOCKET=" + path});
      ASSERT_TRUE(server.WaitForLog("server.start"));
      server.Signal(SIGTERM);
      status = server.WaitForExit();
      log = server.Log();
      if (log.find("server.ready") == std::string::npos) {
        EXPECT_THAT(manager.Next(kPatience), HasSubstr("STOPPING=1\n"));
      }
      while (!manager.Next().empty()) {
      }
    }
    EXPECT_THAT(log, Not(HasSubstr("server.ready")));
    EXPECT_EQ(status, 0) << log;
  }
}

// USR1 without an access log is nothing to end for.
TEST_F(OperationsTest, SigusrOneIsHarmless) {
  ServerProcess server(Arguments({}));
  const std::uint16_t port = server.WaitForPort();
  ASSERT_NE(port, 0);
  server.Signal(SIGUSR1);
  server.Signal(SIGHUP);
  EXPECT_TRUE(server.WaitForLog("reload.unchanged"));
  EXPECT_EQ(Get(port, "/-/ready").status, 200);
}

}  // namespace
}  // namespace corsac
