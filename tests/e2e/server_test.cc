// End to end: how corsacd starts, ends and says what is wrong.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <csignal>

#include "tests/e2e/http_client.h"
#include "tests/e2e/server_process.h"
#include "tests/testing/temp_folder.h"

namespace corsac {
namespace {

using namespace std::chrono_literals;
using testing::Get;
using ::testing::HasSubstr;
using testing::HttpAnswer;
using testing::HttpConnection;
using testing::MakeRequest;
using testing::ServerProcess;
using ::testing::StartsWith;
using testing::TempFolder;
using testing::WriteFile;

const char kRules[] =
    "version = 1\n[[route]]\nid = \"api\"\npath = \"/{rest...}\"\n"
    "origins = [\"https://a.example.com\"]\n";

class ServerTest : public ::testing::Test {
 protected:
  ServerTest() { WriteFile(file_, kRules); }
  std::vector<std::string> Arguments() const {
    return {"--rules", file_.string(), "--admin", "127.0.0.1:0"};
  }
  std::vector<std::string> Arguments(std::vector<std::string> more) const {
    std::vector<std::string> all = Arguments();
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
  TempFolder temp_;
  const std::filesystem::path file_ = temp_ / "site.toml";
};

TEST_F(ServerTest, SaysWhereItListensAndServes) {
  ServerProcess server(Arguments());
  const std::uint16_t port = server.WaitForPort();
  ASSERT_NE(port, 0);
  EXPECT_EQ(server.Output(),
            "decision http://127.0.0.1:" +
                std::to_string(server.WaitForDecisionPort()) +
                "\nadmin http://127.0.0.1:" + std::to_string(port) + "\n");
  const HttpAnswer ready = Get(port, "/-/ready");
  EXPECT_EQ(ready.status, 200);
  EXPECT_EQ(ready.body, "ready\n");
  server.Signal(SIGTERM);
  EXPECT_EQ(server.WaitForExit(), 0) << server.Log();
  // Every line of the log is a JSON object with the usual keys.
  std::istringstream log(server.Log());
  std::vector<std::string> events;
  for (std::string line; std::getline(log, line);) {
    const auto json = nlohmann::json::parse(line, nullptr, false);
    ASSERT_TRUE(json.is_object()) << line;
    EXPECT_TRUE(json.contains("time") && json.contains("level") &&
                json.contains("msg"))
        << line;
    events.push_back(json["event"]);
  }
  EXPECT_THAT(events, ::testing::ElementsAre("server.start", "reload.success",
                                             "server.ready", "server.draining",
                                             "server.end"));
}

TEST_F(ServerTest, HelpAndVersion) {
  ServerProcess help({"--help"});
  EXPECT_EQ(help.WaitForExit(), 0);
  EXPECT_THAT(help.Output(), HasSubstr("--rules PATH"));
  EXPECT_THAT(help.Output(), HasSubstr("Examples:"));
  ServerProcess version({"--version"});
  EXPECT_EQ(version.WaitForExit(), 0);
  EXPECT_THAT(version.Output(), StartsWith("corsacd "));
}

TEST_F(ServerTest, RefusesACommandLineItDoesNotUnderstand) {
  const std::vector<std::vector<std::string>> rows = {
      {"--nonsense"},           {"rules/"},
      {"--admin", "127.0.0.1"}, {"--admin", "127.0.0.1:99999"},
      {"--poll-interval", "0"}, {"--poll-interval", "soon"},
  };
  for (const std::vector<std::string>& row : rows) {
    SCOPED_TRACE(row.back());
    ServerProcess server(row);
    EXPECT_EQ(server.WaitForExit(), 2);
    EXPECT_FALSE(server.Log().empty());
    EXPECT_EQ(server.Output(), "");
  }
}

TEST_F(ServerTest, ListensOnLoopbackOnly) {
  for (const char* address : {"0.0.0.0:0", "10.0.0.1:0", "[::]:0",
                              "example.com:0", "127.evil.com:0"}) {
    SCOPED_TRACE(address);
    ServerProcess server({"--rules", file_.string(), "--admin", address});
    EXPECT_EQ(server.WaitForExit(), 2);
    EXPECT_THAT(server.Log(), HasSubstr("not an address of loopback"));
  }
}

TEST_F(ServerTest, APortInUseIsAnOperationalError) {
  ServerProcess first(Arguments());
  const std::uint16_t port = first.WaitForPort();
  ASSERT_NE(port, 0);
  ServerProcess second({"--rules", file_.string(), "--admin",
                        "127.0.0.1:" + std::to_string(port)});
  EXPECT_EQ(second.WaitForExit(), 1);
  EXPECT_THAT(second.Log(), HasSubstr("Address already in use"));
  EXPECT_EQ(Get(port, "/-/healthy").status, 200);
}

TEST_F(ServerTest, RulesThatCannotBeUsedEndTheStart) {
  WriteFile(file_, std::string(kRules) + "max-age = 5\n");
  ServerProcess server(Arguments());
  EXPECT_EQ(server.WaitForExit(), 3);
  EXPECT_EQ(server.Output(), "");
  EXPECT_THAT(server.Log(), HasSubstr("site.toml:6:1"));
  EXPECT_THAT(server.Log(), HasSubstr("max_age"));
  EXPECT_THAT(server.Log(), HasSubstr("6 | max-age = 5"));

  ServerProcess missing(
      {"--rules", (temp_ / "nowhere").string(), "--admin", "127.0.0.1:0"});
  EXPECT_EQ(missing.WaitForExit(), 3);
  EXPECT_THAT(missing.Log(), HasSubstr("nowhere"));
}

TEST_F(ServerTest, SighupReadsTheRulesAgain) {
  ServerProcess server(Arguments({"--poll-interval", "3600"}));
  const std::uint16_t port = server.WaitForPort();
  ASSERT_NE(port, 0);
  server.Signal(SIGHUP);
  EXPECT_TRUE(server.WaitForLog("reload.unchanged"));
  const auto status = Get(port, "/v1/status").json();
  EXPECT_EQ(status["last_attempt"]["trigger"], "signal");
  EXPECT_EQ(status["last_attempt"]["result"], "unchanged");
  EXPECT_EQ(status["running"]["generation"], 1);
}

TEST_F(ServerTest, EndsByInterruptToo) {
  ServerProcess server(Arguments());
  ASSERT_NE(server.WaitForPort(), 0);
  server.Signal(SIGINT);
  EXPECT_EQ(server.WaitForExit(), 0) << server.Log();
}

TEST_F(ServerTest, SaysThatItIsAboutToEnd) {
  ServerProcess server(Arguments({"--shutdown-delay", "30"}));
  const std::uint16_t port = server.WaitForPort();
  ASSERT_NE(port, 0);
  server.Signal(SIGTERM);
  EXPECT_TRUE(server.WaitForLog("server.draining"));
  const HttpAnswer ready = Get(port, "/-/ready");
  EXPECT_EQ(ready.status, 503);
  EXPECT_EQ(ready.body, "draining\n");
  EXPECT_EQ(ready.headers.at("connection"), "Close");
  EXPECT_EQ(Get(port, "/-/healthy").status, 200);
  EXPECT_EQ(Get(port, "/v1/status").json()["state"], "draining");
  EXPECT_EQ(Get(port, "/v1/decision?url=https://x.example.com/").status, 200);
  server.Signal(SIGTERM);  // the second does not wait
  EXPECT_EQ(server.WaitForExit(), 1);
}

// A client that has sent its whole request gets its answer, or finds the
// connection closed before anything came; half an answer it never gets.
TEST_F(ServerTest, SigtermUnderLoadEndsInOrder) {
  ServerProcess server(Arguments());
  const std::uint16_t port = server.WaitForPort();
  ASSERT_NE(port, 0);
  std::string batch;
  for (int i = 0; i < 500; ++i) {
    batch += std::string(batch.empty() ? "" : ",") +
             R"({"method":"GET","url":"https://x.example.com/",)" +
             R"("headers":[["Origin","https://a.example.com"]]})";
  }
  const std::string request =
      MakeRequest("POST", "/v1/decision", "Content-Type: application/json\r\n",
                  "{\"requests\":[" + batch + "]}");
  std::atomic<int> answers{0};
  std::atomic<int> mistakes{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < 8; ++i) {
    clients.emplace_back([&] {
      for (;;) {
        HttpConnection connection(port);
        if (!connection.Send(request)) return;
        const HttpAnswer answer = connection.Receive();
        if (answer.status == 0) return;
        const bool whole = answer.json()["decisions"].size() == 500;
        (answer.status == 200 && whole ? answers : mistakes).fetch_add(1);
      }
    });
  }
  while (answers.load() < 40) std::this_thread::sleep_for(1ms);
  server.Signal(SIGTERM);
  EXPECT_EQ(server.WaitForExit(), 0) << server.Log();
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(mistakes.load(), 0);
  EXPECT_THAT(server.Log(), HasSubstr("server.end"));
}

// Nobody can hold the end up by sending slowly.
TEST_F(ServerTest, AHalfSentRequestDoesNotDelayTheEnd) {
  ServerProcess server(Arguments());
  const std::uint16_t port = server.WaitForPort();
  ASSERT_NE(port, 0);
  HttpConnection idle(port);
  HttpConnection slow(port);
  ASSERT_TRUE(slow.Send("GET /-/healthy HTTP/1.1\r\nHost: 127"));
  EXPECT_EQ(Get(port, "/-/healthy").status, 200);
  const auto begin = std::chrono::steady_clock::now();
  server.Signal(SIGTERM);
  EXPECT_EQ(server.WaitForExit(), 0) << server.Log();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 8s);
}

}  // namespace
}  // namespace corsac
