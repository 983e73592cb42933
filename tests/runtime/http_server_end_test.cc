// How a server begins and ends: addresses that are taken, and clients that
// lose nothing when it goes.
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "runtime/http/http_server.h"
#include "tests/runtime/http_server_fixture.h"
#include "tests/testing/raw_client.h"
#include "tests/testing/temp_folder.h"

namespace corsac {
namespace {

using std::chrono::milliseconds;
using testing::Ask;
using testing::Get;
using testing::PatientLimits;
using testing::RawClient;
using testing::ReadFile;
using testing::StrictAnswer;
using testing::TempFolder;
using testing::TestServer;
using testing::WriteFile;

Result<std::unique_ptr<HttpServer>> Bind(const std::string& address,
                                         unsigned mode = 0660) {
  HttpServer::Options options = TestServer::OptionsFor({}, 1, address);
  options.socket_mode = mode;
  return HttpServer::Bind(std::move(options));
}

std::string BindError(const std::string& address) {
  const Result<std::unique_ptr<HttpServer>> server = Bind(address);
  return server ? "" : server.error().message;
}

TEST(HttpServerBindTest, APortIsNotShared) {
  const TestServer server;
  const std::string text = server.address().Text();
  EXPECT_NE(server.address().port, 0);
  EXPECT_EQ(BindError(text),
            "cannot listen on " + text + ": another program listens there");
}

// Connections of a server that has ended do not keep its address.
TEST(HttpServerBindTest, APortIsFreeAgainAtOnce) {
  TestServer server;
  const std::string text = server.address().Text();
  RawClient client = server.Connect();
  EXPECT_EQ(Ask(&client, "/"), "GET / 0 ");
  server.Destroy();
  EXPECT_TRUE(client.IsClosed());
  EXPECT_EQ(BindError(text), "");
}

TEST(HttpServerBindTest, AnAddressOfAnotherMachineIsAnError) {
  EXPECT_NE(BindError("192.0.2.1:0"), "");
}

TEST(HttpServerBindTest, ALiveUnixSocketIsNotTakenAway) {
  const TempFolder folder;
  const std::string path = folder / "d.sock";
  const TestServer server(PatientLimits(), 1, "unix:" + path);
  EXPECT_EQ(BindError("unix:" + path), "cannot listen on unix:" + path +
                                           ": another program listens there");
  RawClient client = server.Connect();
  EXPECT_EQ(Ask(&client, "/"), "GET / 0 ");
}

// Leaves the file of a socket behind, as a program that was killed does.
void LeaveSocket(const std::string& path) {
  const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(static_cast<char*>(address.sun_path), path.data(), path.size());
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): sockets API
  ASSERT_EQ(
      bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)),
      0);
  ASSERT_EQ(listen(fd, 1), 0);
  close(fd);
}

TEST(HttpServerBindTest, ADeadUnixSocketIsReplaced) {
  const TempFolder folder;
  const std::string path = folder / "d.sock";
  LeaveSocket(path);
  ASSERT_TRUE(std::filesystem::exists(path));
  const TestServer server(PatientLimits(), 1, "unix:" + path);
  RawClient client = server.Connect();
  EXPECT_EQ(Ask(&client, "/"), "GET / 0 ");
}

// Of two that start at once only one may find it dead.
TEST(HttpServerBindTest, ADeadUnixSocketIsReplacedOnce) {
  const TempFolder folder;
  const std::string path = folder / "d.sock";
  for (int i = 0; i < 100; ++i) {
    LeaveSocket(path);
    std::atomic<int> waiting{2};
    std::atomic<int> bound{0};
    std::atomic<int> tried{0};
    const auto start = [&] {
      --waiting;
      while (waiting.load() > 0) {
      }
      const Result<std::unique_ptr<HttpServer>> server = Bind("unix:" + path);
      if (server) ++bound;
      ++tried;
      // Until the other has tried as well, this one lives.
      while (tried.load() < 2) std::this_thread::yield();
    };
    std::thread other(start);
    start();
    other.join();
    ASSERT_EQ(bound.load(), 1);
  }
}

TEST(HttpServerBindTest, AFileThatIsNoSocketStays) {
  const TempFolder folder;
  const std::string path = folder / "precious";
  WriteFile(path, "data");
  EXPECT_NE(BindError("unix:" + path).find("no socket"), std::string::npos);
  EXPECT_EQ(ReadFile(path), "data");
  EXPECT_NE(BindError("unix:" + folder.path().string()).find("no socket"),
            std::string::npos);
  EXPECT_NE(BindError("unix:" + path + "/below"), "");
  EXPECT_NE(BindError("unix:" + (folder / "none/d.sock").string()), "");
}

TEST(HttpServerBindTest, AUnixSocketHasItsModeAndGoesWithItsServer) {
  const TempFolder folder;
  const std::string path = folder / "d.sock";
  for (const unsigned mode : {0600U, 0660U, 0666U}) {
    const Result<std::unique_ptr<HttpServer>> server =
        Bind("unix:" + path, mode);
    ASSERT_TRUE(server);
    struct stat info {};
    ASSERT_EQ(lstat(path.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777U, mode);
  }
  EXPECT_FALSE(std::filesystem::exists(path));
  // But not one that another program put in its place.
  {
    const Result<std::unique_ptr<HttpServer>> server = Bind("unix:" + path);
    ASSERT_TRUE(server);
    std::filesystem::remove(path);
    LeaveSocket(path);
  }
  EXPECT_TRUE(std::filesystem::exists(path));
}

TEST(HttpServerBindTest, ASecondAddressThatFailsFreesTheFirst) {
  const TempFolder folder;
  const std::string path = folder / "d.sock";
  const TestServer taken;
  HttpServer::Options options = TestServer::OptionsFor({}, 1, "unix:" + path);
  options.addresses.push_back(taken.address());
  const Result<std::unique_ptr<HttpServer>> server =
      HttpServer::Bind(std::move(options));
  ASSERT_FALSE(server);
  EXPECT_NE(server.error().message.find(taken.address().Text()),
            std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(path));
}

// --- The beginning and the end -----------------------------------------------

TEST(HttpServerEndTest, ConnectionsWaitForTheStart) {
  const std::unique_ptr<HttpServer> server = *Bind("127.0.0.1:0");
  RawClient client(server->addresses()[0]);
  ASSERT_TRUE(client.Send(Get("/early")));
  server->Start([](std::size_t loop) {
    return std::make_unique<testing::SayingHandler>(loop);
  });
  EXPECT_EQ(client.ReadAnswer()->body, "GET /early 0 ");
}

TEST(HttpServerEndTest, AServerThatNeverStartedEnds) {
  const std::unique_ptr<HttpServer> server = *Bind("127.0.0.1:0");
  EXPECT_TRUE(server->Drain(milliseconds(0)));
}

TEST(HttpServerEndTest, AnnouncesItsEnd) {
  TestServer server(PatientLimits(), 2);
  RawClient client = server.Connect();
  EXPECT_EQ(Ask(&client, "/"), "GET / 0 ");
  server->AnnounceEnd();
  // The loops are told one after the other; from some answer on they all say
  // so, and the listener stays open.
  EXPECT_TRUE(testing::WaitFor([&] {
    RawClient other = server.Connect();
    if (!other.Send(Get("/"))) return false;
    const std::optional<StrictAnswer> answer = other.ReadAnswer();
    return answer.has_value() && answer->closes() && other.IsClosed();
  }));
  ASSERT_TRUE(client.Send(Get("/last")));
  const std::optional<StrictAnswer> last = client.ReadAnswer();
  ASSERT_TRUE(last.has_value());
  EXPECT_TRUE(last->closes());
  EXPECT_TRUE(client.IsClosed());
}

TEST(HttpServerEndTest, ClosesIdleConnectionsAndListeners) {
  TestServer server(PatientLimits(), 2);
  const ListenAddress address = server.address();
  std::vector<RawClient> clients;
  for (int i = 0; i < 6; ++i) {
    clients.push_back(server.Connect());
    if (i % 2 == 0) {
      EXPECT_NE(Ask(&clients.back(), "/"), "");
    }
  }
  EXPECT_TRUE(server->Drain(milliseconds(30'000)));
  for (RawClient& client : clients) EXPECT_TRUE(client.IsClosed());
  server.ExpectClosed(CloseReason::kShutdown, 6);
  EXPECT_EQ(server->Stats().open, 0U);
  EXPECT_FALSE(RawClient(address).connected());
  EXPECT_TRUE(server->Drain(milliseconds(0)));
}

TEST(HttpServerEndTest, FinishesWhatHasBegun) {
  TestServer server;
  RawClient half_head = server.Connect();
  ASSERT_TRUE(half_head.Send("GET /half HTTP/1.1\r\n"));
  RawClient half_body = server.Connect();
  ASSERT_TRUE(half_body.Send(
      "POST /read HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\na"));
  RawClient reader = server.Connect(16 << 10);
  ASSERT_TRUE(reader.Send(Get("/pad/20000000")));
  EXPECT_TRUE(testing::WaitFor([&] {
    return server->Stats().requests == 1 && server->Stats().accepted == 3;
  }));
  std::thread finish([&] {
    // After the listener is gone.
    EXPECT_TRUE(testing::WaitFor(
        [&] { return !RawClient(server.address()).connected(); }));
    half_head.Send("Host: h\r\n\r\n");
    EXPECT_EQ(half_head.ReadAnswer()->body, "GET /half 0 ");
    half_body.Send("bc");
    EXPECT_EQ(half_body.ReadAnswer()->body, "POST /read 0 abc");
    EXPECT_GT(reader.ReadAnswer()->body.size(), 20'000'000U);
    for (RawClient* client : {&half_head, &half_body, &reader}) {
      EXPECT_TRUE(client->IsClosed());
      client->EndOutput();
    }
  });
  EXPECT_TRUE(server->Drain(milliseconds(60'000)));
  finish.join();
}

TEST(HttpServerEndTest, DoesNotWaitForEver) {
  TestServer server;
  RawClient client = server.Connect();
  ASSERT_TRUE(client.Send("GET / HT"));
  EXPECT_TRUE(testing::WaitFor([&] { return server->Stats().accepted == 1; }));
  EXPECT_FALSE(server->Drain(milliseconds(50)));
  server.Destroy();
  EXPECT_TRUE(client.IsClosed());
}

// Clients that go on asking until they are told to stop get an answer to every
// request, wherever in its life the server ends.
TEST(HttpServerEndTest, EveryRequestIsAnswered) {
  for (int round = 0; round < 5; ++round) {
    TestServer server(PatientLimits(), 2);
    std::atomic<int> asked{0};
    std::atomic<int> lost{0};
    std::atomic<int> connected{0};
    std::vector<std::thread> clients;
    for (int i = 0; i < 4; ++i) {
      clients.emplace_back([&] {
        RawClient client = server.Connect();
        bool is_new = true;
        for (;;) {
          ++asked;
          client.Send(Get("/"));
          const std::optional<StrictAnswer> answer = client.ReadAnswer();
          if (!answer) ++lost;
          if (std::exchange(is_new, false)) ++connected;
          if (!answer || answer->closes()) return;
        }
      });
    }
    EXPECT_TRUE(testing::WaitFor(
        [&] { return connected == 4 && asked > 50 * (round + 1); }));
    if (round % 2 == 0) server->AnnounceEnd();
    EXPECT_TRUE(server->Drain(milliseconds(30'000)));
    for (std::thread& client : clients) client.join();
    EXPECT_EQ(lost, 0);
    EXPECT_EQ(server->Stats().requests, static_cast<std::uint64_t>(asked));
  }
}

// What had connected when the end came, but was not accepted yet, is served.
TEST(HttpServerEndTest, ConnectionsInTheQueueAreServed) {
  const std::unique_ptr<HttpServer> server = *Bind("127.0.0.1:0");
  std::vector<RawClient> clients;
  for (int i = 0; i < 20; ++i) {
    clients.emplace_back(server->addresses()[0]);
    ASSERT_TRUE(clients.back().Send(Get("/")));
  }
  server->Start([](std::size_t loop) {
    return std::make_unique<testing::SayingHandler>(loop);
  });
  std::thread drain([&] { EXPECT_TRUE(server->Drain(milliseconds(30'000))); });
  for (RawClient& client : clients) {
    EXPECT_EQ(client.ReadAnswer()->body, "GET / 0 ");
  }
  clients.clear();
  drain.join();
  EXPECT_EQ(server->Stats().requests, 20U);
}

}  // namespace
}  // namespace corsac
