// The parts of the load generator of bench/http/ that need no server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "bench/http/answer.h"
#include "bench/http/client_socket.h"
#include "bench/http/histogram.h"
#include "bench/http/load_client.h"
#include "bench/http/process_usage.h"

namespace corsac::bench {
namespace {

using State = Answer::State;

TEST(Histogram, HasNothingAtFirst) {
  const Histogram histogram;
  EXPECT_EQ(histogram.count(), 0U);
  EXPECT_EQ(histogram.Quantile(0.5), 0U);
}

TEST(Histogram, IsExactForSmallValues) {
  Histogram histogram;
  for (std::uint64_t ns = 1; ns <= 100; ++ns) histogram.Add(ns);
  EXPECT_EQ(histogram.Quantile(0.5), 50U);
  EXPECT_EQ(histogram.Quantile(0.99), 99U);
  EXPECT_EQ(histogram.Quantile(0.985), 99U);  // 98 are not enough
  EXPECT_EQ(histogram.Quantile(1), 100U);
  EXPECT_EQ(histogram.max(), 100U);
}

TEST(Histogram, IsOffByLessThanOneIn64) {
  for (std::uint64_t ns = 1; ns < (std::uint64_t{1} << 62); ns += ns / 4 + 1) {
    Histogram histogram;
    histogram.Add(ns);
    histogram.Add(~std::uint64_t{0});  // so that max() does not bound it
    const std::uint64_t found = histogram.Quantile(0.5);
    EXPECT_GE(found, ns);
    EXPECT_LE(found - ns, ns / 64) << ns;
  }
}

TEST(Histogram, FindsTheTail) {
  Histogram histogram;
  for (int i = 0; i < 998; ++i) histogram.Add(100);
  histogram.Add(1'000'000);
  histogram.Add(2'000'000);
  EXPECT_EQ(histogram.Quantile(0.99), 100U);
  EXPECT_NEAR(static_cast<double>(histogram.Quantile(0.999)), 1e6, 1e6 / 64);
  EXPECT_EQ(histogram.Quantile(1), 2'000'000U);
}

TEST(ReadAnswer, FindsTheEnd) {
  const std::string head =
      "HTTP/1.1 403 Forbidden\r\nContent-Length: 3\r\nVary: Origin\r\n\r\n";
  const std::string bytes = head + "abcHTTP/1.1 204";
  const Answer answer = ReadAnswer(bytes);
  EXPECT_EQ(answer.state, State::kComplete);
  EXPECT_EQ(answer.status, 403);
  EXPECT_EQ(answer.size, head.size() + 3);
  EXPECT_EQ(answer.head, std::string_view(head).substr(0, head.size() - 2));
  EXPECT_TRUE(answer.keep_alive);
}

TEST(ReadAnswer, WaitsForEveryByte) {
  for (const std::string whole :
       {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab",
        "HTTP/1.1 204 No Content\r\nDate: x\r\n\r\n"}) {
    for (std::size_t size = 0; size < whole.size(); ++size) {
      EXPECT_EQ(ReadAnswer(std::string_view(whole).substr(0, size)).state,
                State::kIncomplete)
          << size;
    }
    EXPECT_EQ(ReadAnswer(whole).state, State::kComplete);
    EXPECT_EQ(ReadAnswer(whole).size, whole.size());
  }
}

TEST(ReadAnswer, SeesThatTheConnectionEnds) {
  const Answer answer = ReadAnswer(
      "HTTP/1.1 200 OK\r\nconnection: Close\r\ncontent-length: 0\r\n\r\n");
  EXPECT_EQ(answer.state, State::kComplete);
  EXPECT_FALSE(answer.keep_alive);
}

TEST(ReadAnswer, RefusesWhatIsFramedOtherwise) {
  struct Case {
    std::string_view bytes;
    std::string_view why;
  };
  for (const auto& [bytes, why] : {
           Case{"HTTP/1.0 200 OK\r\n", "no HTTP/1.1 status line"},
           Case{"\r\nHTTP/1.1 200 OK\r\n", "no HTTP/1.1 status line"},
           Case{"HTTP/1.1 100 Continue\r\n\r\n",
                "a status that is not 200 to 599"},
           Case{"HTTP/1.1 20 OK\r\n\r\n", "a status that is not 200 to 599"},
           Case{"HTTP/1.1 200 OK\r\n\r\n", "no Content-Length"},
           Case{"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n"
                "Content-Length: 1\r\n\r\n",
                "several Content-Length lines"},
           Case{"HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\n",
                "a Content-Length that is no number"},
           Case{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                "Transfer-Encoding"},
           Case{"HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n",
                "a length beside 204"},
           Case{"HTTP/1.1 204 No Content\r\n: x\r\n\r\n",
                "a header line without a name"},
           Case{"HTTP/1.1 204 No Content\r\na: b\nc: d\r\n\r\n",
                "a line that does not end in CR LF"},
       }) {
    const Answer answer = ReadAnswer(bytes);
    EXPECT_EQ(answer.state, State::kWrong) << bytes;
    EXPECT_EQ(answer.why, why) << bytes;
  }
  EXPECT_EQ(ReadAnswer("HTTP/1.1 200 OK\r\n" + std::string(20'000, 'x')).why,
            "a head that does not end");
}

TEST(ParseServerAddress, TakesAnAddressAndAPort) {
  const auto address = ParseServerAddress("127.0.0.2:8480");
  ASSERT_TRUE(address.has_value());
  EXPECT_EQ(ntohl(address->sin_addr.s_addr), 0x7F000002U);
  EXPECT_EQ(ntohs(address->sin_port), 8480);
  for (const std::string_view text :
       {"127.0.0.1", "127.0.0.1:0", "127.0.0.1:99999", "127.0.0.1:1x",
        "localhost:80", ":80", "unix:/run/x.sock"}) {
    EXPECT_FALSE(ParseServerAddress(text).has_value()) << text;
  }
}

TEST(ProcessUsage, CountsThisProcess) {
  const auto before = CpuTime({getpid()});
  EXPECT_GT(before.count(), 0);
  Histogram histogram;
  while (CpuTime({getpid()}) == before) histogram.Add(histogram.count());
  EXPECT_GT(ResidentBytes({getpid()}), std::uint64_t{100'000});
  rusage usage{};
  ASSERT_EQ(getrusage(RUSAGE_SELF, &usage), 0);
  const auto most = static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
  EXPECT_LT(ResidentBytes({getpid()}), most * 3 / 2);
  EXPECT_LT(ResidentBytes({getpid(), getpid()}), most * 3 / 2);
  // The kernel gives no process a number this high.
  constexpr int kNobody = (1 << 22) + 1;
  EXPECT_EQ(CpuTime({kNobody}).count(), 0);
  EXPECT_EQ(ResidentBytes({kNobody}), 0U);
  EXPECT_EQ(ResidentBytes({kNobody, getpid()}), ResidentBytes({getpid()}));
}

// A port that nobody else gets meanwhile, and a plan that goes there.
class RunLoadTest : public testing::Test {
 public:
  RunLoadTest(const RunLoadTest&) = delete;
  RunLoadTest& operator=(const RunLoadTest&) = delete;

 protected:
  RunLoadTest() {
    plan_.address.sin_family = AF_INET;
    plan_.address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(plan_.address);
    auto* const address = reinterpret_cast<sockaddr*>(&plan_.address);
    EXPECT_EQ(bind(socket_, address, size), 0);
    EXPECT_EQ(getsockname(socket_, address, &size), 0);
    plan_.requests.emplace_back().bytes = "GET / HTTP/1.1\r\n\r\n";
  }
  ~RunLoadTest() override { close(socket_); }

  int socket_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  LoadPlan plan_;
};

TEST_F(RunLoadTest, SaysThatNobodyListens) {
  EXPECT_THAT(RunLoad(plan_).errors,
              testing::ElementsAre(
                  testing::Pair("a connection could not be opened", 1U)));
  plan_.idle = 1;
  EXPECT_THAT(RunLoad(plan_).errors,
              testing::ElementsAre(
                  testing::Pair("an idle connection could not be opened", 1U)));
}

TEST_F(RunLoadTest, DoesNotWaitForEver) {
  // The kernel takes the connections, and nobody answers.
  ASSERT_EQ(listen(socket_, 4), 0);
  plan_.connections = 2;
  plan_.duration = std::chrono::milliseconds(1);
  plan_.patience = std::chrono::milliseconds(10);
  const LoadResult result = RunLoad(plan_);
  EXPECT_EQ(result.requests, 0U);
  EXPECT_THAT(result.errors,
              testing::ElementsAre(testing::Pair("no answer in time", 2U)));
}

}  // namespace
}  // namespace corsac::bench
