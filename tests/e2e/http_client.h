// A small HTTP/1.1 client on plain sockets: it sends exactly the bytes that it
// is given, which no library for well-behaved clients does.
#ifndef CORSAC_TESTS_E2E_HTTP_CLIENT_H_
#define CORSAC_TESTS_E2E_HTTP_CLIENT_H_

#include <cstdint>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace corsac::testing {

struct HttpAnswer {
  int status = 0;  // 0: no answer came
  std::string version;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;

  // The body as JSON; discarded (see nlohmann-json) if it is none.
  nlohmann::json json() const {
    return nlohmann::json::parse(body, nullptr, false);
  }
};

// One connection to 127.0.0.1, or to a Unix socket.
class HttpConnection {
 public:
  explicit HttpConnection(std::uint16_t port);
  // To the Unix socket at `path`.
  explicit HttpConnection(const std::filesystem::path& path);
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;
  ~HttpConnection();

  // False when the server took no connection or has closed it.
  bool Send(std::string_view bytes) const;
  // Reads one answer. `head` if it answers a HEAD: it has no body then.
  HttpAnswer Receive(bool head = false);
  // Whether the server closes the connection without sending anything more.
  bool IsClosed();
  // No more will be sent.
  void FinishSending() const;

 private:
  // Both directions give up after a while.
  void SetTimeouts() const;
  bool ReadMore();

  int fd_ = -1;
  std::string buffer_;
};

// Makes the bytes of a request with a Host line and, if there is a body or the
// method is POST or PUT, a Content-Length. `headers`: lines ending in CR LF.
std::string MakeRequest(std::string_view method, std::string_view target,
                        std::string_view headers = "",
                        std::string_view body = "");

// One request on a connection of its own.
HttpAnswer Ask(std::uint16_t port, std::string_view method,
               std::string_view target, std::string_view headers = "",
               std::string_view body = "");
HttpAnswer Get(std::uint16_t port, std::string_view target);
HttpAnswer PostJson(std::uint16_t port, std::string_view target,
                    std::string_view body);

}  // namespace corsac::testing

#endif  // CORSAC_TESTS_E2E_HTTP_CLIENT_H_
