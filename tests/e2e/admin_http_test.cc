// End to end: the admin API as HTTP. Who may ask, how requests end, what bodies
// may be, and that nothing that a client sends is ever taken for the next
// request.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <future>

#include "runtime/admin/limits.h"
#include "tests/e2e/http_client.h"
#include "tests/e2e/server_process.h"
#include "tests/testing/temp_folder.h"

namespace corsac {
namespace {

using namespace std::chrono_literals;
using testing::Ask;
using testing::Get;
using ::testing::HasSubstr;
using testing::HttpAnswer;
using testing::HttpConnection;
using testing::MakeRequest;
using ::testing::Not;
using testing::PostJson;
using testing::ServerProcess;
using testing::TempFolder;
using testing::WriteFile;

const char kQuestion[] = R"({"method":"GET","target":"/"})";
const char kJson[] = "Content-Type: application/json\r\n";

// One server for all tests of the file: none of them changes it.
class AdminHttpTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    temp = new TempFolder;
    WriteFile(*temp / "site.toml",
              "version = 1\n[[route]]\npath = \"/{rest...}\"\n"
              "origins = [\"https://a.example.com\"]\n");
    server = new ServerProcess(
        {"--rules", (*temp / "site.toml").string(), "--admin", "127.0.0.1:0"});
    port = server->WaitForPort();
    ASSERT_NE(port, 0) << server->Log();
  }
  static void TearDownTestSuite() {
    server->Signal(SIGTERM);
    EXPECT_EQ(server->WaitForExit(), 0) << server->Log();
    delete server;
    delete temp;
  }

  // Sends `bytes` and expects an answer with `status`.
  static HttpAnswer Expect(int status, const std::string& bytes) {
    HttpConnection connection(port);
    connection.Send(bytes);
    HttpAnswer answer = connection.Receive();
    EXPECT_EQ(answer.status, status) << bytes.substr(0, 200) << answer.body;
    return answer;
  }
  static std::string HostPort() { return "127.0.0.1:" + std::to_string(port); }

  static TempFolder* temp;
  static ServerProcess* server;
  static std::uint16_t port;
};

TempFolder* AdminHttpTest::temp = nullptr;
ServerProcess* AdminHttpTest::server = nullptr;
std::uint16_t AdminHttpTest::port = 0;

TEST_F(AdminHttpTest, EveryAnswerHasItsHeadersAndNoCorsOnes) {
  for (const char* target :
       {"/v1/status", "/v1/routes", "/-/healthy", "/-/ready", "/metrics",
        "/nowhere", "/v1/decision?url=https://x.example.com/"}) {
    SCOPED_TRACE(target);
    const HttpAnswer answer =
        Ask(port, "GET", target,
            "Origin: http://127.0.0.1:" + std::to_string(port) + "\r\n");
    const bool known = target != std::string("/nowhere");
    // The Origin is the server's own when Host has the port; here it has not.
    EXPECT_EQ(answer.status, known ? 200 : 404);
    EXPECT_EQ(answer.version, "HTTP/1.1");
    EXPECT_EQ(answer.headers.count("content-type"), 1U);
    EXPECT_EQ(answer.headers.at("x-content-type-options"), "nosniff");
    EXPECT_EQ(answer.headers.at("cache-control"), "no-store");
    EXPECT_EQ(answer.headers.at("x-request-id").size(), 16U);
    for (const auto& [name, value] : answer.headers) {
      EXPECT_THAT(name, Not(HasSubstr("access-control")));
    }
  }
}

TEST_F(AdminHttpTest, RepeatsRequestIdsThatAreFit) {
  const auto id = [](const std::string& given) {
    return Ask(port, "GET", "/-/healthy", "X-Request-Id: " + given + "\r\n")
        .headers.at("x-request-id");
  };
  EXPECT_EQ(id("abc-123_DEF.9"), "abc-123_DEF.9");
  EXPECT_EQ(id(std::string(64, 'a')), std::string(64, 'a'));
  for (const std::string& given :
       {std::string(65, 'a'), std::string("a b"), std::string("a\"b"),
        std::string("=?utf-8?B?YQ0KWDogMQ==?="), std::string()}) {
    EXPECT_NE(id(given), given);
  }
}

TEST_F(AdminHttpTest, HeadIsGetWithoutTheBody) {
  for (const char* target :
       {"/v1/status", "/v1/routes", "/-/healthy", "/-/ready", "/metrics",
        "/v1/decision?url=https://x.example.com/"}) {
    SCOPED_TRACE(target);
    HttpConnection connection(port);
    ASSERT_TRUE(connection.Send(MakeRequest("HEAD", target)));
    const HttpAnswer head = connection.Receive(/*head=*/true);
    EXPECT_EQ(head.status, 200);
    EXPECT_NE(head.headers.at("content-length"), "0");
    // Nothing came that would be in the way of the next answer.
    ASSERT_TRUE(connection.Send(MakeRequest("GET", "/-/healthy")));
    EXPECT_EQ(connection.Receive().body, "healthy\n");
  }
}

TEST_F(AdminHttpTest, SaysWhatIsNotThere) {
  HttpAnswer answer = Get(port, "/v1/nothing");
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(answer.headers.at("content-type"), "application/problem+json");
  EXPECT_EQ(answer.json()["instance"],
            "urn:corsac:request:" + answer.headers.at("x-request-id"));
  answer = Ask(port, "DELETE", "/v1/status");
  EXPECT_EQ(answer.status, 405);
  EXPECT_EQ(answer.headers.at("allow"), "GET, HEAD");
  EXPECT_EQ(Ask(port, "GET", "/-/reload").headers.at("allow"), "POST, PUT");
  EXPECT_EQ(Ask(port, "OPTIONS", "/v1/decision").status, 405);
}

TEST_F(AdminHttpTest, AnswersOnlyToItsOwnNameAndPages) {
  const std::string rest = "\r\n\r\n";
  const std::string get = "GET /v1/status HTTP/1.1\r\n";
  Expect(200, get + "Host: " + HostPort() + rest);
  Expect(200, get + "Host: localhost" + rest);
  Expect(200, get + "Host: " + HostPort() + "\r\nOrigin: http://" + HostPort() +
                  rest);
  for (const std::string& lines : std::vector<std::string>{
           "Host: evil.com",
           "Host: evil.com:" + std::to_string(port),
           "Host: 127.0.0.1:1",
           "X: no host",
           "Host: 127.0.0.1\r\nHost: 127.0.0.1",
           "Host: 127.0.0.1\r\nOrigin: https://evil.com",
           "Host: 127.0.0.1\r\nOrigin: null",
           "Host: 127.0.0.1\r\nOrigin: http://localhost:" +
               std::to_string(port),
       }) {
    HttpAnswer answer = Expect(403, get + lines + rest);
    EXPECT_EQ(answer.json()["type"], "urn:corsac:problem:not-from-here");
    EXPECT_EQ(answer.headers.at("connection"), "Close");
  }
  // A page elsewhere cannot make the server do anything either.
  const std::string reload =
      MakeRequest("POST", "/-/reload", "Origin: https://evil.com\r\n");
  Expect(403, reload);
  const auto status = Get(port, "/v1/status").json();
  EXPECT_EQ(status["last_attempt"]["trigger"], "start");
  EXPECT_TRUE(server->WaitForLog("admin.refused"));
}

TEST_F(AdminHttpTest, SpeaksOneVersion) {
  for (const char* version : {"HTTP/2.0", "HTTP/0.9", "FOO", "http/1.1"}) {
    const HttpAnswer answer =
        Expect(505, std::string("GET /-/healthy ") + version +
                        "\r\nHost: 127.0.0.1\r\n\r\n");
    EXPECT_EQ(answer.version, "HTTP/1.1");
  }
  Expect(200, "GET /-/healthy HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n");
}

TEST_F(AdminHttpTest, BodiesMustBeOfTheRightType) {
  EXPECT_EQ(PostJson(port, "/v1/decision", kQuestion).status, 200);
  EXPECT_EQ(Ask(port, "POST", "/v1/decision",
                "Content-Type: Application/JSON; charset=utf-8\r\n", kQuestion)
                .status,
            200);
  for (const char* type :
       {"", "Content-Type: text/plain\r\n",
        "Content-Type: application/jsonx\r\n",
        "Content-Type: application/x-www-form-urlencoded\r\n",
        "Content-Type: application/json\r\nContent-Type: text/plain\r\n"}) {
    SCOPED_TRACE(type);
    EXPECT_EQ(Ask(port, "POST", "/v1/decision", type, kQuestion).status, 415);
  }
  EXPECT_EQ(Ask(port, "POST", "/v1/check", kJson, "version = 1\n").status, 415);
  for (const char* type : {"application/toml", "text/plain; charset=utf-8"}) {
    EXPECT_EQ(Ask(port, "POST", "/v1/check",
                  std::string("Content-Type: ") + type + "\r\n",
                  "version = 1\n[[route]]\npath = \"/\"\norigins = [\"*\"]\n")
                  .status,
              200);
  }
}

TEST_F(AdminHttpTest, MalformedJsonIsAProblemDocument) {
  for (const char* body : {"{", "", "\xff", "{\"method\":\"GET\"}{}"}) {
    const HttpAnswer answer = PostJson(port, "/v1/decision", body);
    EXPECT_EQ(answer.status, 400) << body;
    EXPECT_EQ(answer.headers.at("content-type"), "application/problem+json");
  }
  EXPECT_EQ(PostJson(port, "/v1/decision", "{}").status, 422);
}

TEST_F(AdminHttpTest, BodiesThatAreTooLargeAreNotRead) {
  // Announced: the answer comes before the body.
  HttpConnection announced(port);
  ASSERT_TRUE(announced.Send(
      "POST /v1/decision HTTP/1.1\r\nHost: 127.0.0.1\r\n" + std::string(kJson) +
      "Content-Length: 99999999999\r\n\r\n"));
  EXPECT_EQ(announced.Receive().status, 413);

  // Not announced: it is read up to the limit.
  HttpConnection chunked(port);
  ASSERT_TRUE(chunked.Send("POST /v1/decision HTTP/1.1\r\nHost: 127.0.0.1\r\n" +
                           std::string(kJson) +
                           "Transfer-Encoding: chunked\r\n\r\n"));
  const std::string chunk = "100000\r\n" + std::string(1 << 20, ' ') + "\r\n";
  std::size_t sent = 0;
  while (sent <= kMaxDecisionBytes + (1U << 20) && chunked.Send(chunk)) {
    sent += 1U << 20;
  }
  EXPECT_EQ(chunked.Receive().status, 413);

  // A client that sends it all gets to read the answer.
  const std::string large(kMaxDecisionBytes + (1U << 20), ' ');
  EXPECT_EQ(PostJson(port, "/v1/decision", large).status, 413);
  // And one at the limit is read.
  std::string most(kQuestion);
  most.resize(kMaxDecisionBytes, ' ');
  EXPECT_EQ(PostJson(port, "/v1/decision", most).status, 200);
}

TEST_F(AdminHttpTest, ChunkedBodiesAreRead) {
  const std::string head = "POST /v1/decision HTTP/1.1\r\nHost: 127.0.0.1\r\n" +
                           std::string(kJson) +
                           "Transfer-Encoding: chunked\r\n\r\n";
  const std::string half = "f\r\n" + std::string(kQuestion).substr(0, 15) +
                           "\r\ne\r\n" + std::string(kQuestion).substr(15) +
                           "\r\n";
  ASSERT_EQ(std::string(kQuestion).size(), 29U);
  // What comes after the body, trailers or another request, is not answered.
  HttpConnection connection(port);
  ASSERT_TRUE(connection.Send(head + half +
                              "0\r\nX: 1\r\nGET /-/healthy HTTP/1.1\r\n\r\n"));
  const HttpAnswer answer = connection.Receive();
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.headers.at("connection"), "Close");
  EXPECT_TRUE(connection.IsClosed());
}

TEST_F(AdminHttpTest, TheEndOfARequestMustBeClear) {
  const std::string head =
      "POST /v1/decision HTTP/1.1\r\nHost: 127.0.0.1\r\n" + std::string(kJson);
  const std::string body = std::string("\r\n") + kQuestion;
  for (const char* lines : {
           "Content-Length: 29\r\nContent-Length: 29\r\n",
           "Content-Length: 29\r\nTransfer-Encoding: chunked\r\n",
           "Content-Length: +29\r\n",
           "Content-Length: -29\r\n",
           "Content-Length: 1,000\r\n",
           "Content-Length : 29\r\n",
           "Transfer-Encoding: gzip, chunked\r\n",
           "Transfer-Encoding: identity\r\n",
           "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
       }) {
    SCOPED_TRACE(lines);
    HttpConnection connection(port);
    ASSERT_TRUE(connection.Send(head + lines + body +
                                MakeRequest("GET", "/-/healthy")));
    const HttpAnswer answer = connection.Receive();
    // Poco itself drops some of them without a word.
    EXPECT_TRUE(answer.status == 400 || answer.status == 0) << answer.status;
    if (answer.status != 0) connection.FinishSending();
    EXPECT_TRUE(connection.IsClosed());
  }
  EXPECT_EQ(Expect(411, head + "\r\n").headers.at("connection"), "Close");
}

TEST_F(AdminHttpTest, ABodyThatEndsEarlyIsNotUsed) {
  HttpConnection connection(port);
  ASSERT_TRUE(connection.Send(
      "POST /v1/decision HTTP/1.1\r\n"
      "Host: 127.0.0.1\r\n" +
      std::string(kJson) + "Content-Length: 100\r\n\r\n" + kQuestion));
  connection.FinishSending();
  const HttpAnswer answer = connection.Receive();
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.json()["type"], "urn:corsac:problem:body-cut-off");
}

// The bytes of a body that nobody reads must not become a request.
TEST_F(AdminHttpTest, UnreadBodiesEndTheConnection) {
  const std::string smuggled = "GET /-/healthy HTTP/1.1\r\nHost: a\r\n\r\n";
  for (const char* start :
       {"GET /v1/status", "DELETE /v1/status", "OPTIONS /v1/status",
        "POST /-/reload", "POST /nowhere", "POST /v1/decision",
        "GET /v1/decision?bad"}) {
    SCOPED_TRACE(start);
    HttpConnection connection(port);
    ASSERT_TRUE(connection.Send(
        std::string(start) + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" +
        "Content-Length: " + std::to_string(smuggled.size()) + "\r\n\r\n" +
        smuggled));
    const HttpAnswer answer = connection.Receive();
    EXPECT_NE(answer.status, 0);
    EXPECT_EQ(answer.headers.at("connection"), "Close");
    EXPECT_TRUE(connection.IsClosed());
  }
}

TEST_F(AdminHttpTest, KeepsConnectionsOtherwise) {
  HttpConnection connection(port);
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(connection.Send(MakeRequest("GET", "/-/healthy")));
    EXPECT_EQ(connection.Receive().status, 200);
    ASSERT_TRUE(
        connection.Send(MakeRequest("POST", "/v1/decision", kJson, kQuestion)));
    EXPECT_EQ(connection.Receive().status, 200);
    ASSERT_TRUE(connection.Send(MakeRequest("GET", "/nowhere")));
    EXPECT_EQ(connection.Receive().status, 404);
  }
}

TEST_F(AdminHttpTest, IdleAndSlowClientsDoNotStopTheOthers) {
  std::vector<std::unique_ptr<HttpConnection>> idle;
  for (int i = 0; i < kAdminThreads / 2; ++i) {
    idle.push_back(std::make_unique<HttpConnection>(port));
    ASSERT_TRUE(idle.back()->Send("GET /-/heal"));
  }
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < 20; ++i) EXPECT_EQ(Get(port, "/-/healthy").status, 200);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 3s);
}

TEST_F(AdminHttpTest, HostileHeadersDoNotComeBackOrReachTheLog) {
  const std::string hostile = "=?utf-8?B?eA0KU2V0LUNvb2tpZTogcD0x?=";
  HttpConnection connection(port);
  ASSERT_TRUE(connection.Send(
      "GET /v1/status HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: " + hostile +
      "\r\n\r\n"));
  const HttpAnswer answer = connection.Receive();
  EXPECT_EQ(answer.status, 403);
  EXPECT_EQ(answer.headers.count("set-cookie"), 0U);
  EXPECT_TRUE(server->WaitForLog("admin.refused"));
  EXPECT_THAT(server->Log(), Not(HasSubstr("\nSet-Cookie")));
}

TEST_F(AdminHttpTest, MetricsAreServed) {
  PostJson(port, "/v1/decision", kQuestion);
  const HttpAnswer answer = Get(port, "/metrics");
  EXPECT_EQ(answer.headers.at("content-type"),
            "text/plain; version=0.0.4; charset=utf-8");
  for (const char* line :
       {"corsac_build_info{", "corsac_config_generation 1\n",
        "corsac_config_last_reload_successful 1\n",
        "corsac_decisions_total{code=\"not-cors\"",
        "corsac_http_requests_total{code=\"200\",endpoint=\"decision\"}",
        "process_resident_memory_bytes "}) {
    EXPECT_THAT(answer.body, HasSubstr(line));
  }
}

}  // namespace
}  // namespace corsac
