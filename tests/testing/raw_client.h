// A client that sends exactly the bytes that it is given, to a TCP address or a
// Unix socket, and ends its connection in every way that there is. Whatever it
// waits for comes within half a minute, or is a failure of the test.
#ifndef CORSAC_TESTS_TESTING_RAW_CLIENT_H_
#define CORSAC_TESTS_TESTING_RAW_CLIENT_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/http/listen_address.h"
#include "tests/testing/strict_answers.h"

namespace corsac::testing {

// Movable. Closes the connection when it goes.
class RawClient {
 public:
  // Connects; connected() says whether that went well. A small
  // `receive_buffer` (bytes) makes a client that the server has to wait for.
  explicit RawClient(const ListenAddress& address, int receive_buffer = 0);
  RawClient(RawClient&& other) noexcept;
  RawClient& operator=(RawClient&& other) noexcept;
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;
  ~RawClient();

  bool connected() const { return fd_ >= 0; }

  // Waits until the server has taken all of it; false if it has closed.
  bool Send(std::string_view bytes);
  // As much as goes without waiting; returns how much.
  std::size_t SendSome(std::string_view bytes);

  // No more comes from here.
  void EndOutput();
  // Ends the connection as a crash would, without a goodbye.
  void Reset();

  // The next answer, however the bytes come; nothing if the server closes
  // before. The answer to a HEAD request has no body.
  std::optional<StrictAnswer> ReadAnswer(bool is_head = false);
  // Everything until the server closes.
  std::string ReadAll();
  // Waits for more; false if the server has closed instead.
  bool ReadSome();
  // Whether nothing has come, an end least of all. Does not wait.
  bool IsQuiet() const;
  // Waits until the server closes, without any more bytes.
  bool IsClosed();

  const std::string& unread() const { return unread_; }

 private:
  void Close();

  int fd_ = -1;
  std::string unread_;
};

}  // namespace corsac::testing

#endif  // CORSAC_TESTS_TESTING_RAW_CLIENT_H_
