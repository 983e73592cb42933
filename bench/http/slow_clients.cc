// Looks at a client's answers when it has its turn, not before: what slow
// clients are told is not measured. Tested by http_load_test.cc.
#include "bench/http/slow_clients.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "bench/http/load_client.h"

namespace corsac::bench {
namespace {

// One that cannot be opened in that time is tried again in its next turn.
constexpr int kConnectSeconds = 1;
constexpr int kLongestWaitMs = 100;

}  // namespace

SlowClients::SlowClients(const sockaddr_in& address,
                         const std::vector<LoadRequest>& requests,
                         std::size_t count, std::chrono::nanoseconds interval)
    : address_(address),
      requests_(requests),
      step_(interval / std::max<std::size_t>(count, 1)),
      clients_(count) {}

void SlowClients::Open() {
  for (Client& client : clients_) Turn(&client);
  due_ = Clock::now() + step_;
}

int SlowClients::Tick(Clock::time_point now) {
  if (clients_.empty()) return kLongestWaitMs;
  // Not more than one turn each, however late it is.
  for (std::size_t i = 0; now >= due_ && i < clients_.size(); ++i) {
    Turn(&clients_[next_]);
    next_ = (next_ + 1) % clients_.size();
    due_ += step_;
  }
  if (now >= due_) due_ = now + step_;
  const auto wait = std::chrono::ceil<std::chrono::milliseconds>(due_ - now);
  return static_cast<int>(
      std::clamp<std::int64_t>(wait.count(), 0, kLongestWaitMs));
}

void SlowClients::Turn(Client* client) {
  if (client->socket.open() && !Take(client)) {
    ++closed_;
    client->socket.Close();
  }
  if (!client->socket.open()) {
    client->socket = ClientSocket::Connect(address_, kConnectSeconds);
    client->sent = 0;
    if (!client->socket.open()) return;
    client->socket.MakeNonBlocking();
  }
  const std::string& request = requests_.front().bytes;
  // All of it is sent: its answer is still to come.
  if (client->sent == request.size()) return;
  if (send(client->socket.fd(), &request[client->sent], 1, MSG_NOSIGNAL) == 1) {
    ++client->sent;
    ++bytes_;
  }
}

bool SlowClients::Take(Client* client) {
  std::array<char, 4096> answer{};
  const ssize_t got =
      recv(client->socket.fd(), answer.data(), answer.size(), 0);
  if (got < 0) return errno == EAGAIN || errno == EINTR;
  if (got == 0) return false;
  // One that comes before the request is complete says that it took too long.
  if (client->sent < requests_.front().bytes.size()) return false;
  ++answered_;
  client->sent = 0;
  return true;
}

}  // namespace corsac::bench
