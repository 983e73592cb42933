// What a client may use, and what becomes of it when it wants more.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <ctime>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "runtime/http/http_server.h"
#include "runtime/log/log.h"
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
using testing::StrictAnswer;
using testing::TempFolder;
using testing::TestServer;

constexpr milliseconds kShort{150};

const std::string kHalfBody =
    "POST /read HTTP/1.1\r\nHost: h\r\nContent-Length: 900\r\n\r\nab";

TEST(HttpServerLimitsTest, IdleConnectionsAreClosed) {
  HttpLimits limits = PatientLimits();
  limits.idle_timeout = kShort;
  const TestServer server(limits);
  RawClient silent = server.Connect();
  EXPECT_TRUE(silent.IsClosed());
  server.ExpectClosed(CloseReason::kIdleTimeout, 1);
  // Also between requests; this one may be late itself on a busy machine.
  bool answered = false;
  std::uint64_t closed = 1;
  while (!answered && closed < 50) {
    RawClient once = server.Connect();
    answered = Ask(&once, "/") == "GET / 0 ";
    EXPECT_TRUE(once.IsClosed());
    server.ExpectClosed(CloseReason::kIdleTimeout, ++closed);
  }
  EXPECT_TRUE(answered);
}

// Sends bytes one at a time until an answer comes, which they must not put off
// for ever.
void CheckDripping(RawClient* client, CloseReason reason,
                   const TestServer& server) {
  for (int i = 0; i < 3'000 && client->IsQuiet(); ++i) {
    client->Send("x");
    std::this_thread::sleep_for(milliseconds(5));
  }
  EXPECT_FALSE(client->IsQuiet());
  const std::optional<StrictAnswer> answer = client->ReadAnswer();
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 408);
  EXPECT_TRUE(answer->closes());
  EXPECT_TRUE(client->IsClosed());
  client->EndOutput();
  server.ExpectClosed(reason, 1);
}

TEST(HttpServerLimitsTest, HeadsMustComeInTime) {
  HttpLimits limits = PatientLimits();
  limits.head_timeout = kShort;
  TestServer server(limits);
  RawClient client = server.Connect();
  ASSERT_TRUE(client.Send(Get("/") + "GET /"));
  EXPECT_EQ(client.ReadAnswer()->body, "GET / 0 ");
  CheckDripping(&client, CloseReason::kHeadTimeout, server);
  EXPECT_EQ(server->Stats().requests, 1U);
}

TEST(HttpServerLimitsTest, BodiesMustComeInTime) {
  HttpLimits limits = PatientLimits();
  limits.body_timeout = kShort;
  const TestServer server(limits);
  RawClient client = server.Connect();
  ASSERT_TRUE(client.Send(kHalfBody));
  CheckDripping(&client, CloseReason::kBodyTimeout, server);
}

TEST(HttpServerLimitsTest, AnswersMustBeTakenInTime) {
  HttpLimits limits = PatientLimits();
  limits.write_timeout = kShort;
  const TestServer server(limits);
  RawClient client = server.Connect(16 << 10);
  ASSERT_TRUE(client.Send(Get("/pad/30000000")));
  server.ExpectClosed(CloseReason::kWriteTimeout, 1);
  EXPECT_LT(client.ReadAll().size(), 30'000'000U);
}

// Each limit closes those that it is about, and no others.
TEST(HttpServerLimitsTest, OtherLimitsDoNotApply) {
  HttpLimits limits = PatientLimits();
  limits.head_timeout = kShort;
  TestServer server(limits);
  RawClient idle = server.Connect();
  RawClient body = server.Connect();
  ASSERT_TRUE(body.Send(kHalfBody));
  RawClient late = server.Connect();
  ASSERT_TRUE(late.Send("G"));
  EXPECT_EQ(late.ReadAnswer()->status, 408);
  EXPECT_TRUE(late.IsClosed());
  EXPECT_TRUE(idle.IsQuiet());
  EXPECT_TRUE(body.IsQuiet());
  EXPECT_EQ(Ask(&idle, "/"), "GET / 0 ");
  ASSERT_TRUE(body.Send(std::string(898, 'c')));
  EXPECT_EQ(body.ReadAnswer()->status, 200);
}

TEST(HttpServerLimitsTest, HeadsHaveALimit) {
  HttpLimits limits = PatientLimits();
  limits.max_head_bytes = 200;
  limits.max_fields = 3;
  const TestServer server(limits);
  for (const std::string& lines :
       {"X: " + std::string(200, 'x'), std::string("A:\r\nB:\r\nC:")}) {
    RawClient client = server.Connect();
    ASSERT_TRUE(client.Send("GET / HTTP/1.1\r\nHost: h\r\n" + lines + "\r\n"));
    EXPECT_EQ(client.ReadAnswer()->status, 431);
    EXPECT_TRUE(client.IsClosed());
  }
}

TEST(HttpServerLimitsTest, ConnectionsHaveALimit) {
  HttpLimits limits = PatientLimits();
  limits.max_connections = 3;
  TestServer server(limits, 2);
  std::vector<RawClient> clients;
  for (int i = 0; i < 3; ++i) {
    clients.push_back(server.Connect());
    EXPECT_NE(Ask(&clients.back(), "/"), "");
  }
  RawClient refused = server.Connect();
  EXPECT_TRUE(refused.IsClosed());
  server.ExpectClosed(CloseReason::kMaxConnections, 1);
  EXPECT_EQ(server->Stats().accepted, 3U);
  clients.pop_back();
  server.ExpectOpen(2);
  RawClient again = server.Connect();
  EXPECT_NE(Ask(&again, "/"), "");
  EXPECT_NE(Ask(clients.data(), "/"), "");
  server.ExpectClosed(CloseReason::kMaxConnections, 1);
}

TEST(HttpServerLimitsTest, ConnectionsOfOneAddressHaveALimit) {
  const TempFolder folder;
  HttpLimits limits = PatientLimits();
  limits.max_connections_per_address = 2;
  HttpServer::Options options =
      TestServer::OptionsFor(limits, 1, "127.0.0.1:0");
  options.addresses.push_back(
      *ParseListenAddress("unix:" + (folder / "d.sock").string()));
  const TestServer server(std::move(options));
  std::vector<RawClient> clients;
  for (int i = 0; i < 2; ++i) {
    clients.push_back(server.Connect());
    EXPECT_NE(Ask(&clients.back(), "/"), "");
  }
  RawClient refused = server.Connect();
  EXPECT_TRUE(refused.IsClosed());
  server.ExpectClosed(CloseReason::kMaxPerAddress, 1);
  // Unix sockets have no address.
  for (int i = 0; i < 4; ++i) {
    clients.emplace_back(server.address(1));
    EXPECT_NE(Ask(&clients.back(), "/"), "") << i;
  }
  server.ExpectClosed(CloseReason::kMaxConnections, 0);
}

// --- Without descriptors -----------------------------------------------------

// A process that serves with few descriptors. It shares nothing with its parent
// but the listening socket and two pipes.
class StarvingServer {
 public:
  explicit StarvingServer(int descriptors) {
    server_ = *HttpServer::Bind(
        TestServer::OptionsFor(PatientLimits(), 1, "127.0.0.1:0"));
    EXPECT_EQ(pipe(questions_.data()), 0);
    EXPECT_EQ(pipe(answers_.data()), 0);
    child_ = fork();
    if (child_ == 0) Serve(static_cast<rlim_t>(descriptors));
    // Only the child listens: when it is gone, clients are told.
    address_ = server_->addresses()[0];
    server_.reset();
    EXPECT_EQ(Ask('!'), 0);  // which it answers when the limit is set
  }
  StarvingServer(const StarvingServer&) = delete;
  StarvingServer& operator=(const StarvingServer&) = delete;
  ~StarvingServer() {
    close(questions_[1]);
    int status = 0;
    EXPECT_EQ(waitpid(child_, &status, 0), child_);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
    close(questions_[0]);
    close(answers_[0]);
    close(answers_[1]);
  }

  RawClient Connect() const { return RawClient(address_); }

  // Milliseconds of CPU that the server uses while nothing happens for a third
  // of a second.
  std::int64_t CpuWhileQuiet() const { return Ask('?'); }

  // Lets the server have as many descriptors as it likes.
  void Feed() const { EXPECT_EQ(Ask('+'), 0); }

 private:
  // Raises or lowers what this process may have open.
  static bool Limit(std::optional<rlim_t> descriptors) {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return false;
    limit.rlim_cur = descriptors.value_or(limit.rlim_max);
    return setrlimit(RLIMIT_NOFILE, &limit) == 0;
  }

  static std::int64_t MeasureCpu() {
    const std::clock_t before = std::clock();
    std::this_thread::sleep_for(milliseconds(333));
    return (std::clock() - before) / (CLOCKS_PER_SEC / 1000);
  }

  [[noreturn]] void Serve(rlim_t descriptors) {
    close(questions_[1]);
    // It will say that it has no descriptors.
    const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    dup2(nowhere, STDOUT_FILENO);
    dup2(nowhere, STDERR_FILENO);
    server_->Start([](std::size_t loop) {
      return std::make_unique<testing::SayingHandler>(loop);
    });
    // UndefinedBehaviorSanitizer needs descriptors of its own to look at an
    // object for the first time, so what logs is looked at before.
    Log(LogLevel::kError, "test.warm", "no descriptors");
    bool good = Limit(descriptors);
    char question = 0;
    while (good && read(questions_[0], &question, 1) == 1) {
      const std::int64_t answer = question == '?' ? MeasureCpu() : 0;
      if (question == '+') good = Limit(std::nullopt);
      good &= write(answers_[1], &answer, sizeof(answer)) ==
              static_cast<ssize_t>(sizeof(answer));
    }
    server_.reset();
    _exit(good ? 0 : 1);
  }

  std::int64_t Ask(char question) const {
    std::int64_t answer = -1;
    EXPECT_EQ(write(questions_[1], &question, 1), 1);
    EXPECT_EQ(read(answers_[0], &answer, sizeof(answer)),
              static_cast<ssize_t>(sizeof(answer)));
    return answer;
  }

  std::unique_ptr<HttpServer> server_;
  ListenAddress address_;
  std::array<int, 2> questions_{};
  std::array<int, 2> answers_{};
  pid_t child_ = -1;
};

// The number of the next descriptor.
int NextDescriptor() {
  const int fd = dup(0);
  close(fd);
  return fd;
}

TEST(HttpServerLimitsTest, RunsOutOfDescriptorsAndRecovers) {
  constexpr std::size_t kClients = 60;
  // The socket, pipes, and what a server opens leave room for some clients.
  const StarvingServer server(NextDescriptor() + 30);
  std::vector<RawClient> served;
  std::size_t refused = 0;
  for (std::size_t i = 0; i < kClients; ++i) {
    RawClient client = server.Connect();
    ASSERT_TRUE(client.connected());
    if (Ask(&client, "/").empty()) {
      ++refused;
    } else {
      served.push_back(std::move(client));
    }
  }
  EXPECT_GE(served.size(), 5U);
  EXPECT_LE(served.size(), 30U);
  EXPECT_EQ(refused + served.size(), kClients);
  EXPECT_LT(server.CpuWhileQuiet(), 150);
  // Those that it has are served as before, and new ones as soon as there is
  // room.
  for (RawClient& client : served) EXPECT_EQ(Ask(&client, "/"), "GET / 0 ");
  served.erase(served.begin() + 2, served.end());
  EXPECT_TRUE(testing::WaitFor([&] {
    RawClient client = server.Connect();
    return Ask(&client, "/") == "GET / 0 ";
  }));
}

// Nothing can be accepted, not even to be refused: then connections wait, and
// the server with them.
TEST(HttpServerLimitsTest, WaitsWhenItCannotEvenRefuse) {
  const StarvingServer server(3);
  RawClient client = server.Connect();
  ASSERT_TRUE(client.Send(Get("/late")));
  EXPECT_LT(server.CpuWhileQuiet(), 150);
  EXPECT_TRUE(client.IsQuiet());
  server.Feed();
  EXPECT_EQ(client.ReadAnswer()->body, "GET /late 0 ");
}

}  // namespace
}  // namespace corsac
