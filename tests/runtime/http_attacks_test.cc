// Requests that two readers read differently, or that make one request into
// two. Each is sent to Poco's HTTPServer, with the handler that everybody would
// write, and to ours. The first half documents why there is a reader of our
// own: should a row fail there one day, Poco has become stricter.
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/StreamCopier.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/fetch/names.h"
#include "runtime/http/http_server.h"
#include "tests/runtime/attack_rows.h"
#include "tests/testing/raw_client.h"
#include "tests/testing/strict_answers.h"

namespace corsac {
namespace {

using testing::RawClient;
using testing::StrictAnswer;

// --- Poco --------------------------------------------------------------------

class PocoHandler : public Poco::Net::HTTPRequestHandler {
 public:
  void handleRequest(Poco::Net::HTTPServerRequest& request,
                     Poco::Net::HTTPServerResponse& response) override {
    const std::string origin = request.get("Origin", "");
    if (!origin.empty()) response.set("Access-Control-Allow-Origin", origin);
    const std::string names = request.get("Access-Control-Request-Headers", "");
    if (!names.empty()) response.set("Access-Control-Allow-Headers", names);
    if (request.getURI() == "/split") {
      response.set("X-Split", std::string(testing::kSplitValue));
    }
    std::string body;
    if (request.getURI() == "/read") {
      Poco::StreamCopier::copyToString(request.stream(), body);
    }
    body = request.getMethod() + " " + request.getURI() + " <" + origin +
           "> [" + body + "]";
    response.sendBuffer(body.data(), body.size());
  }
};

class PocoFactory : public Poco::Net::HTTPRequestHandlerFactory {
 public:
  Poco::Net::HTTPRequestHandler* createRequestHandler(
      const Poco::Net::HTTPServerRequest& /*request*/) override {
    return new PocoHandler();
  }
};

class PocoServer {
 public:
  PocoServer()
      : socket_(Poco::Net::SocketAddress("127.0.0.1", 0)),
        server_(new PocoFactory(), socket_, new Poco::Net::HTTPServerParams()) {
    server_.start();
  }
  PocoServer(const PocoServer&) = delete;
  PocoServer& operator=(const PocoServer&) = delete;
  ~PocoServer() { server_.stopAll(true); }

  ListenAddress address() const {
    ListenAddress address;
    address.host = "127.0.0.1";
    address.port = socket_.address().port();
    return address;
  }

 private:
  Poco::Net::ServerSocket socket_;
  Poco::Net::HTTPServer server_;
};

std::size_t CountOf(const std::string& text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos;
       at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

// --- Ours --------------------------------------------------------------------

class OurHandler : public RequestHandler {
 public:
  std::size_t BodyLimit(const RequestHead& head) override {
    return head.target == "/read" ? 1000 : 0;
  }
  void Handle(const RequestHead& head, std::string_view body,
              ResponseWriter* response) override {
    response->Start(200);
    std::string text(head.method);
    text.append(" ").append(head.target).append(" <");
    for (const HeaderField& field : head.fields) {
      if (EqualsIgnoreCase(field.name, "origin")) {
        text.append(field.value);
        response->AddField("Access-Control-Allow-Origin", field.value);
      }
    }
    text.append("> [").append(body).append("]");
    if (head.target == "/split") {
      response->AddField("X-Split", testing::kSplitValue);
    }
    response->Finish("text/plain", text);
  }
};

class HttpAttacksTest : public ::testing::Test {
 protected:
  HttpAttacksTest() {
    HttpServer::Options options;
    options.addresses.push_back(*ParseListenAddress("127.0.0.1:0"));
    server_ = *HttpServer::Bind(std::move(options));
    server_->Start(
        [](std::size_t /*loop*/) { return std::make_unique<OurHandler>(); });
  }

  RawClient Connect() const { return RawClient(server_->addresses()[0]); }

  // Answers that are told to close, until the connection is closed, or as many
  // as there are requests and the one to a last request that shows that it is
  // still open.
  void CheckOurs(const testing::AttackRow& row) {
    RawClient client = Connect();
    ASSERT_TRUE(client.Send(row.bytes));
    for (std::size_t i = 0; i < row.ours.size(); ++i) {
      const std::optional<StrictAnswer> answer = client.ReadAnswer();
      ASSERT_TRUE(answer.has_value());
      EXPECT_EQ(answer->status, row.ours[i].status);
      EXPECT_NE(answer->body.find(row.ours[i].text), std::string::npos)
          << answer->body;
      EXPECT_EQ(answer->Field("X-Injected"), "");
      EXPECT_EQ(answer->Field("Set-Cookie"), "");
      const bool last = i + 1 == row.ours.size();
      EXPECT_EQ(answer->closes(), last && row.closes);
    }
    if (row.closes) {
      EXPECT_TRUE(client.IsClosed()) << client.unread();
      return;
    }
    if (row.waits) {
      client.EndOutput();
      EXPECT_TRUE(client.IsClosed()) << client.unread();
      return;
    }
    ASSERT_TRUE(client.Send("GET /last HTTP/1.1\r\nHost: h\r\n\r\n"));
    const std::optional<StrictAnswer> last = client.ReadAnswer();
    ASSERT_TRUE(last.has_value());
    EXPECT_EQ(last->body, "GET /last <> []");
  }

  std::unique_ptr<HttpServer> server_;
};

TEST_F(HttpAttacksTest, PocoIsTakenIn) {
  const PocoServer poco;
  for (const testing::AttackRow& row : testing::AttackRows()) {
    SCOPED_TRACE(row.name);
    RawClient client(poco.address());
    ASSERT_TRUE(client.Send(row.bytes));
    client.EndOutput();
    const std::string output = client.ReadAll();
    EXPECT_EQ(CountOf(output, " 200 OK\r\n"), row.poco_answers) << output;
    EXPECT_NE(output.find(row.poco_text), std::string::npos) << output;
  }
}

TEST_F(HttpAttacksTest, OursIsNot) {
  for (const testing::AttackRow& row : testing::AttackRows()) {
    SCOPED_TRACE(row.name);
    CheckOurs(row);
  }
}

// nginx announces bodies that it never sends: what comes next must not be taken
// for one, nor must a body that comes late be taken for a request.
TEST_F(HttpAttacksTest, ABodyThatComesLaterIsNoRequest) {
  RawClient client = Connect();
  const std::string smuggled = "GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n";
  ASSERT_TRUE(
      client.Send("OPTIONS /pf HTTP/1.1\r\nHost: h\r\nContent-Length: " +
                  std::to_string(smuggled.size()) + "\r\n\r\n"));
  const std::optional<StrictAnswer> answer = client.ReadAnswer();
  ASSERT_TRUE(answer.has_value());
  EXPECT_TRUE(answer->closes());
  client.Send(smuggled);
  EXPECT_TRUE(client.IsClosed()) << client.unread();
  EXPECT_EQ(server_->Stats().requests, 1U);
}

}  // namespace
}  // namespace corsac
