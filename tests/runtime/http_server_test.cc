// Connections of a real server on loopback.
#include "runtime/http/http_server.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "tests/runtime/http_server_fixture.h"
#include "tests/testing/raw_client.h"
#include "tests/testing/strict_answers.h"
#include "tests/testing/temp_folder.h"

namespace corsac {
namespace {

using testing::Ask;
using testing::Get;
using testing::PatientLimits;
using testing::RawClient;
using testing::StrictAnswer;
using testing::TempFolder;
using testing::TestServer;

bool HasIpv6() {
  const Result<std::unique_ptr<HttpServer>> server =
      HttpServer::Bind(TestServer::OptionsFor({}, 1, "[::1]:0"));
  return server.has_value();
}

void CheckKeepAlive(const std::string& address) {
  TestServer server(PatientLimits(), 1, address);
  RawClient client = server.Connect();
  ASSERT_TRUE(client.connected());
  for (int i = 0; i < 100; ++i) {
    const std::string target = "/" + std::to_string(i);
    ASSERT_EQ(Ask(&client, target), "GET " + target + " 0 ");
  }
  const HttpStats stats = server->Stats();
  EXPECT_EQ(stats.accepted, 1U);
  EXPECT_EQ(stats.open, 1U);
  EXPECT_EQ(stats.requests, 100U);
}

TEST(HttpServerTest, ServesTcp) { CheckKeepAlive("127.0.0.1:0"); }

TEST(HttpServerTest, ServesIpv6) {
  if (!HasIpv6()) return;
  CheckKeepAlive("[::1]:0");
}

TEST(HttpServerTest, ServesUnixSockets) {
  const TempFolder folder;
  CheckKeepAlive("unix:" + (folder / "d.sock").string());
}

TEST(HttpServerTest, ServesAllItsAddresses) {
  const TempFolder folder;
  HttpServer::Options options =
      TestServer::OptionsFor(PatientLimits(), 2, "127.0.0.1:0");
  options.addresses.push_back(*ParseListenAddress("127.0.0.1:0"));
  options.addresses.push_back(
      *ParseListenAddress("unix:" + (folder / "d.sock").string()));
  const TestServer server(std::move(options));
  for (std::size_t i = 0; i < 3; ++i) {
    RawClient client(server.address(i));
    EXPECT_EQ(Ask(&client, "/").substr(0, 5), "GET /") << i;
  }
}

TEST(HttpServerTest, DatesItsAnswers) {
  const TestServer server;
  RawClient client = server.Connect();
  ASSERT_TRUE(client.Send(Get("/")));
  const std::optional<StrictAnswer> answer = client.ReadAnswer();
  ASSERT_TRUE(answer.has_value());
  const std::string date = answer->Field("Date");
  ASSERT_EQ(date.size(), 29U) << date;
  EXPECT_EQ(date.substr(25), " GMT");
  EXPECT_EQ(date.substr(3, 2), ", ");
}

// --- How clients send --------------------------------------------------------

TEST(HttpServerTest, ReadsRequestsThatComeInPieces) {
  const TestServer server;
  RawClient client = server.Connect();
  const std::string bytes =
      Get("/1") +
      "POST /read HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc";
  for (const char c : bytes) ASSERT_TRUE(client.Send({&c, 1}));
  EXPECT_EQ(client.ReadAnswer()->body, "GET /1 0 ");
  EXPECT_EQ(client.ReadAnswer()->body, "POST /read 0 abc");
}

// A client that only sends cannot make the server keep its answers: it stops
// reading, and goes on where it was when they are taken.
TEST(HttpServerTest, WaitsForClientsThatDoNotRead) {
  constexpr std::size_t kRequests = 2'000;
  constexpr std::size_t kPadding = 20'000;
  TestServer server;
  RawClient client = server.Connect(16 << 10);
  std::thread sender([&client] {
    std::string all;
    for (std::size_t i = 0; i < kRequests; ++i) {
      all += Get("/pad/" + std::to_string(kPadding + i));
    }
    client.Send(all);
  });
  // Until nothing has been answered for a while. What the kernel keeps on the
  // way is at most a few megabytes, of forty.
  std::uint64_t before = 0;
  for (int quiet = 0; quiet < 40; ++quiet) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    const std::uint64_t now = server->Stats().requests;
    if (now != before) quiet = 0;
    before = now;
  }
  EXPECT_GT(before, 0U);
  EXPECT_LT(before * kPadding, 20'000'000U);
  for (std::size_t i = 0; i < kRequests; ++i) {
    const std::optional<StrictAnswer> answer = client.ReadAnswer();
    ASSERT_TRUE(answer.has_value()) << i;
    const std::string target = "/pad/" + std::to_string(kPadding + i);
    ASSERT_EQ(answer->body.substr(0, target.size() + 7),
              "GET " + target + " 0 ");
    ASSERT_EQ(answer->body.size(), target.size() + 7 + kPadding + i);
  }
  sender.join();
  EXPECT_EQ(Ask(&client, "/"), "GET / 0 ");
}

TEST(HttpServerTest, AnswersClientsThatSendNoMore) {
  const TestServer server;
  RawClient client = server.Connect();
  ASSERT_TRUE(client.Send(Get("/1") + Get("/pad/900000") + Get("/2")));
  client.EndOutput();
  EXPECT_EQ(client.ReadAnswer()->body, "GET /1 0 ");
  EXPECT_GT(client.ReadAnswer()->body.size(), 900'000U);
  EXPECT_EQ(client.ReadAnswer()->body, "GET /2 0 ");
  EXPECT_TRUE(client.IsClosed());
  server.ExpectClosed(CloseReason::kClient, 1);
}

TEST(HttpServerTest, ClosesWhenARequestIsCutOff) {
  const TestServer server;
  std::uint64_t closed = 0;
  for (const std::string_view bytes :
       {"", "GET / HTTP/1.1\r\nHo",
        "POST /read HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nab"}) {
    RawClient client = server.Connect();
    ASSERT_TRUE(client.Send(bytes));
    client.EndOutput();
    EXPECT_TRUE(client.IsClosed());
    server.ExpectClosed(CloseReason::kClient, ++closed);
  }
}

TEST(HttpServerTest, SurvivesClientsThatVanish) {
  TestServer server;
  std::uint64_t closed = 0;
  for (const std::string& bytes :
       {std::string(), std::string("GET / HT"), Get("/") + Get("/"),
        Get("/pad/30000000") + Get("/")}) {
    RawClient client = server.Connect(16 << 10);
    ASSERT_TRUE(client.Send(bytes));
    const std::uint64_t wanted = server->Stats().accepted;
    EXPECT_TRUE(testing::WaitFor([&] {
      return server->Stats().accepted >= closed + 1;
    })) << wanted;
    client.Reset();
    server.ExpectClosed(CloseReason::kClient, ++closed);
  }
  server.ExpectOpen(0);
  RawClient client = server.Connect();
  EXPECT_EQ(Ask(&client, "/"), "GET / 0 ");
}

// The answer that ends a connection arrives, however much the client has sent
// after: closing at once would reset the connection under it.
TEST(HttpServerTest, TheLastAnswerArrives) {
  HttpLimits limits = PatientLimits();
  limits.max_drain_bytes = std::size_t{8} << 20;
  const TestServer server(limits);
  const std::string rest(std::size_t{4} << 20, 'x');
  for (int i = 0; i < 5; ++i) {
    RawClient client = server.Connect();
    ASSERT_TRUE(client.Send("GET / HTTP/9.9\r\n"));
    ASSERT_TRUE(client.Send(rest));
    const std::optional<StrictAnswer> answer = client.ReadAnswer();
    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ(answer->status, 505);
    EXPECT_TRUE(client.IsClosed());
  }
  server.ExpectClosed(CloseReason::kBadRequest, 5);
}

// But not for ever: who goes on sending is cut off.
TEST(HttpServerTest, WhatComesAfterTheEndIsBounded) {
  HttpLimits limits = PatientLimits();
  limits.max_drain_bytes = 1000;
  const TestServer server(limits);
  RawClient client = server.Connect();
  ASSERT_TRUE(client.Send("GET / HTTP/9.9\r\n"));
  EXPECT_EQ(client.ReadAnswer()->status, 505);
  EXPECT_TRUE(client.IsClosed());
  EXPECT_TRUE(
      testing::WaitFor([&] { return !client.Send(std::string(100, 'x')); }));
  server.ExpectClosed(CloseReason::kBadRequest, 1);
}

TEST(HttpServerTest, CountsErrorsByName) {
  TestServer server;
  for (const std::string_view bytes :
       {"GET / HTTP/1.1\n", "GET / HTTP/1.1\r\n\r\n", "G@T "}) {
    RawClient client = server.Connect();
    ASSERT_TRUE(client.Send(bytes));
    EXPECT_EQ(client.ReadAnswer()->status, 400);
  }
  const HttpStats stats = server->Stats();
  std::uint64_t all = 0;
  for (const std::uint64_t count : stats.errors) all += count;
  EXPECT_EQ(all, 3U);
  for (const HttpError error :
       {HttpError::kLineEnd, HttpError::kHost, HttpError::kMethod}) {
    EXPECT_EQ(stats.errors.at(static_cast<std::size_t>(error)), 1U);
  }
  EXPECT_EQ(stats.requests, 0U);
}

// --- Many clients ------------------------------------------------------------

TEST(HttpServerTest, LoopsShareConnections) {
  TestServer server(PatientLimits(), 3);
  std::vector<RawClient> clients;
  std::map<std::string, int> loops;
  for (int i = 0; i < 9; ++i) {
    clients.push_back(server.Connect());
    const std::string first = Ask(&clients.back(), "/");
    ++loops[first];
    // A connection stays with its loop.
    EXPECT_EQ(Ask(&clients.back(), "/"), first);
  }
  EXPECT_EQ(loops, (std::map<std::string, int>{
                       {"GET / 0 ", 3}, {"GET / 1 ", 3}, {"GET / 2 ", 3}}));
  EXPECT_EQ(server->Stats().requests, 18U);
  EXPECT_EQ(server->Stats().accepted, 9U);
  // New ones go where connections have gone away.
  for (std::size_t i = 1; i < 9; i += 3) clients[i] = server.Connect();
  for (std::size_t i = 1; i < 9; i += 3) Ask(&clients[i], "/");
  server.ExpectOpen(9);
}

// Room for `connections` with both ends in this process, or fewer.
std::size_t ClientsThatFit(std::size_t connections) {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  return std::min<std::size_t>(connections, (limit.rlim_cur - 100) / 2);
}

// Those that send nothing, and those that send a byte now and then, take
// nothing from one that works.
TEST(HttpServerTest, ManyIdleClientsDoNotHinderOne) {
  const std::size_t count = ClientsThatFit(1'000);
  TestServer server(PatientLimits(), 2);
  std::vector<RawClient> others;
  for (std::size_t i = 0; i < count; ++i) {
    others.push_back(server.Connect());
    ASSERT_TRUE(others.back().connected()) << i;
  }
  server.ExpectOpen(count);
  RawClient worker = server.Connect();
  const std::string slow = Get("/slow");
  for (std::size_t i = 0; i < 4 * slow.size(); ++i) {
    // Half of them send a byte now and then, and never the last one.
    if (i % 4 == 0 && i / 4 + 1 < slow.size()) {
      for (std::size_t j = 0; j < count; j += 2) {
        ASSERT_TRUE(others[j].Send(slow.substr(i / 4, 1)));
      }
    }
    ASSERT_EQ(Ask(&worker, "/busy").substr(0, 9), "GET /busy") << i;
  }
  for (const RawClient& other : others) EXPECT_TRUE(other.IsQuiet());
  EXPECT_EQ(server->Stats().requests, 4 * slow.size());
  for (std::size_t j = 0; j < count; j += 2) {
    ASSERT_TRUE(others[j].Send(slow.substr(slow.size() - 1)));
  }
  for (std::size_t j = 0; j < count; j += 2) {
    EXPECT_EQ(others[j].ReadAnswer()->body.substr(0, 9), "GET /slow");
  }
  EXPECT_EQ(server->Stats().open, count + 1);
}

}  // namespace
}  // namespace corsac
