// End to end: a thousand reloads that alternate two policies, under eight
// clients that never stop asking. Every answer belongs wholly to one
// generation, and none fails.
#include <gtest/gtest.h>

#include <atomic>
#include <csignal>

#include "tests/e2e/http_client.h"
#include "tests/e2e/server_process.h"
#include "tests/testing/temp_folder.h"

namespace corsac {
namespace {

using testing::Ask;
using testing::Get;
using testing::HttpAnswer;
using testing::HttpConnection;
using testing::MakeRequest;
using testing::ReplaceFile;
using testing::ServerProcess;
using testing::TempFolder;
using testing::WriteFile;
using Json = nlohmann::json;

constexpr int kReloads = 1'000;
constexpr int kClients = 8;

// Odd generations allow A for route "odd" and nothing else, even ones B for
// route "even". Nothing that is true of one is true of the other.
std::string Rules(bool odd) {
  return std::string("version = 1\n[[route]]\nid = \"") +
         (odd ? "odd" : "even") + "\"\npath = \"/{rest...}\"\n" +
         "origins = [\"https://" + (odd ? "a" : "b") + ".example.com\"]\n" +
         "methods = [\"" + (odd ? "PUT" : "DELETE") + "\"]\n" +
         "max_age = " + (odd ? "100" : "200") + "\n";
}

const char kBatch[] = R"({"requests":[
  {"method":"OPTIONS","target":"/x","headers":[
    ["Origin","https://a.example.com"],
    ["Access-Control-Request-Method","PUT"]]},
  {"method":"OPTIONS","target":"/x","headers":[
    ["Origin","https://b.example.com"],
    ["Access-Control-Request-Method","DELETE"]]},
  {"method":"GET","target":"/x","headers":[
    ["Origin","https://a.example.com"]]},
  {"method":"GET","target":"/x","headers":[
    ["Origin","https://b.example.com"]]}]})";

// What generation `odd` answers to kBatch.
bool IsWholly(bool odd, const Json& decisions) {
  const Json& ours = decisions[odd ? 0 : 1];
  const Json& theirs = decisions[odd ? 1 : 0];
  for (const Json& decision : decisions) {
    if (decision["route"]["id"] != (odd ? "odd" : "even")) return false;
    if (decision["generation"] != decisions[0]["generation"]) return false;
  }
  const std::string set = ours["response"]["set"].dump();
  return ours["outcome"] == "allow" && theirs["outcome"] == "deny" &&
         decisions[odd ? 2 : 3]["outcome"] == "allow" &&
         decisions[odd ? 3 : 2]["outcome"] == "deny" &&
         set.find(odd ? "\"PUT\"" : "\"DELETE\"") != std::string::npos &&
         set.find(odd ? "\"100\"" : "\"200\"") != std::string::npos &&
         set.find(odd ? "https://a" : "https://b") != std::string::npos;
}

struct Tally {
  std::atomic<std::uint64_t> answers{0};
  std::atomic<std::uint64_t> failures{0};
  std::atomic<std::uint64_t> mixed{0};
  std::atomic<std::uint64_t> backwards{0};
};

void AskUntil(const std::atomic<bool>& stop, std::uint16_t port, Tally* tally) {
  const std::string request = MakeRequest(
      "POST", "/v1/decision", "Content-Type: application/json\r\n", kBatch);
  std::uint64_t last = 0;
  while (!stop.load()) {
    // A new connection now and then, as real clients make them.
    HttpConnection connection(port);
    for (int i = 0; i < 50 && !stop.load(); ++i) {
      if (!connection.Send(request)) {
        tally->failures.fetch_add(1);
        break;
      }
      const HttpAnswer answer = connection.Receive();
      if (answer.status != 200) {
        tally->failures.fetch_add(1);
        break;
      }
      const Json decisions = answer.json()["decisions"];
      if (decisions.size() != 4) {
        tally->mixed.fetch_add(1);
        continue;
      }
      const std::uint64_t generation = decisions[0]["generation"];
      if (!IsWholly(generation % 2 == 1, decisions)) tally->mixed.fetch_add(1);
      if (generation < last) tally->backwards.fetch_add(1);
      last = generation;
      tally->answers.fetch_add(1);
    }
  }
}

TEST(ReloadStormTest, EveryAnswerBelongsWhollyToOneGeneration) {
  const TempFolder temp;
  const std::filesystem::path file = temp / "site.toml";
  WriteFile(file, Rules(true));
  ServerProcess server({"--rules", file.string(), "--admin", "127.0.0.1:0"});
  const std::uint16_t port = server.WaitForPort();
  ASSERT_NE(port, 0) << server.Log();

  Tally tally;
  std::atomic<bool> stop{false};
  std::vector<std::thread> clients;
  for (int i = 0; i < kClients; ++i) {
    clients.emplace_back([&] { AskUntil(stop, port, &tally); });
  }
  int refused = 0;
  for (int i = 0; i < kReloads; ++i) {
    // The watcher sees the edit too; which of the two reloads is of no concern.
    ReplaceFile(file, Rules(i % 2 == 1));
    const HttpAnswer answer = Ask(port, "POST", "/-/reload");
    if (answer.status != 200 ||
        answer.json()["generation"] != static_cast<std::uint64_t>(i) + 2) {
      ++refused;
    }
  }
  stop.store(true);
  for (std::thread& client : clients) client.join();

  EXPECT_EQ(refused, 0);
  EXPECT_EQ(tally.failures.load(), 0U);
  EXPECT_EQ(tally.mixed.load(), 0U);
  EXPECT_EQ(tally.backwards.load(), 0U);
  EXPECT_GE(tally.answers.load(), std::uint64_t{kReloads});
  const Json status = Get(port, "/v1/status").json();
  EXPECT_EQ(status["running"]["generation"], kReloads + 1);
  EXPECT_EQ(status["state"], "ready");
  server.Signal(SIGTERM);
  EXPECT_EQ(server.WaitForExit(), 0) << server.Log();
}

}  // namespace
}  // namespace corsac
