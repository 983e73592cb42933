// A server on loopback whose answers say what was asked.
#ifndef CORSAC_TESTS_RUNTIME_HTTP_SERVER_FIXTURE_H_
#define CORSAC_TESTS_RUNTIME_HTTP_SERVER_FIXTURE_H_

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "runtime/http/http_server.h"
#include "tests/testing/raw_client.h"
#include "tests/testing/strict_answers.h"

namespace corsac::testing {

// Waits, half a minute at the most, for what other threads do.
inline bool WaitFor(const std::function<bool()>& condition) {
  for (int i = 0; i < 30'000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return false;
}

// Answers "METHOD target loop body". /pad/N: with N more bytes; /read: with the
// body that came.
class SayingHandler : public RequestHandler {
 public:
  explicit SayingHandler(std::size_t loop) : loop_(loop) {}

  std::size_t BodyLimit(const RequestHead& head) override {
    return head.target == "/read" ? 1000 : 0;
  }
  void Handle(const RequestHead& head, std::string_view body,
              ResponseWriter* response) override {
    std::string text(head.method);
    text.append(" ").append(head.target).append(" ");
    text.append(std::to_string(loop_)).append(" ").append(body);
    if (head.target.substr(0, 5) == "/pad/") {
      const std::string number(head.target.substr(5));
      text.append(std::strtoull(number.c_str(), nullptr, 10), '.');
    }
    response->Start(200);
    response->Finish("text/plain", text);
  }

 private:
  const std::size_t loop_;
};

inline std::string Get(std::string_view target) {
  return "GET " + std::string(target) + " HTTP/1.1\r\nHost: h\r\n\r\n";
}

// Limits that no test meets by being slow.
inline HttpLimits PatientLimits() {
  using std::chrono::minutes;
  HttpLimits limits;
  limits.head_timeout = minutes(5);
  limits.idle_timeout = minutes(5);
  limits.body_timeout = minutes(5);
  limits.write_timeout = minutes(5);
  return limits;
}

class TestServer {
 public:
  explicit TestServer(HttpLimits limits = PatientLimits(),
                      std::size_t loops = 1,
                      const std::string& address = "127.0.0.1:0")
      : TestServer(OptionsFor(limits, loops, address)) {}

  explicit TestServer(HttpServer::Options options) {
    Result<std::unique_ptr<HttpServer>> bound =
        HttpServer::Bind(std::move(options));
    if (!bound) {
      ADD_FAILURE() << bound.error().message;
      std::abort();
    }
    server_ = *std::move(bound);
    server_->Start(
        [](std::size_t loop) { return std::make_unique<SayingHandler>(loop); });
  }

  static HttpServer::Options OptionsFor(HttpLimits limits, std::size_t loops,
                                        const std::string& address) {
    HttpServer::Options options;
    options.limits = limits;
    options.loops = loops;
    options.addresses.push_back(*ParseListenAddress(address));
    return options;
  }

  HttpServer& operator*() { return *server_; }
  HttpServer* operator->() { return server_.get(); }
  void Destroy() { server_.reset(); }

  const ListenAddress& address(std::size_t index = 0) const {
    return server_->addresses()[index];
  }
  RawClient Connect(int receive_buffer = 0) const {
    return RawClient(address(), receive_buffer);
  }

  std::uint64_t closed(CloseReason reason) const {
    return server_->Stats().closed.at(static_cast<std::size_t>(reason));
  }
  // Waits until so many connections have ended for this reason, no more.
  void ExpectClosed(CloseReason reason, std::uint64_t count) const {
    EXPECT_TRUE(WaitFor([&] { return closed(reason) >= count; }))
        << CloseReasonName(reason);
    EXPECT_EQ(closed(reason), count) << CloseReasonName(reason);
  }
  void ExpectOpen(std::uint64_t count) const {
    EXPECT_TRUE(WaitFor([&] { return server_->Stats().open == count; }))
        << server_->Stats().open;
  }

 private:
  std::unique_ptr<HttpServer> server_;
};

// Sends a request and returns the body of its answer; "" if there is none.
inline std::string Ask(RawClient* client, std::string_view target) {
  if (!client->Send(Get(target))) return "";
  const std::optional<StrictAnswer> answer = client->ReadAnswer();
  return answer ? answer->body : "";
}

}  // namespace corsac::testing

#endif  // CORSAC_TESTS_RUNTIME_HTTP_SERVER_FIXTURE_H_
