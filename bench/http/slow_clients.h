// Clients that send their requests one byte at a time.
#ifndef CORSAC_BENCH_HTTP_SLOW_CLIENTS_H_
#define CORSAC_BENCH_HTTP_SLOW_CLIENTS_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "bench/http/client_socket.h"

namespace corsac::bench {

struct LoadRequest;

// Not thread-safe; driven by calls of Tick(). The turns of the clients are
// spread evenly over the interval. `requests` must outlive it.
class SlowClients {
 public:
  using Clock = std::chrono::steady_clock;

  SlowClients(const sockaddr_in& address,
              const std::vector<LoadRequest>& requests, std::size_t count,
              std::chrono::nanoseconds interval);

  // Connects all of them and sends the first byte of each.
  void Open();

  // Lets those whose turn has come send a byte. Returns the milliseconds until
  // the next turn, rounded up, and at most 100: to be waited for elsewhere.
  int Tick(Clock::time_point now);

  std::uint64_t bytes() const { return bytes_; }
  std::uint64_t answered() const { return answered_; }
  std::uint64_t closed() const { return closed_; }

 private:
  struct Client {
    ClientSocket socket;
    std::size_t sent = 0;  // bytes of its request
  };

  void Turn(Client* client);
  // Takes what the server has sent. Returns whether the connection is open.
  bool Take(Client* client);

  const sockaddr_in& address_;
  const std::vector<LoadRequest>& requests_;
  const std::chrono::nanoseconds step_;  // from one turn to the next
  std::vector<Client> clients_;
  std::size_t next_ = 0;
  Clock::time_point due_;
  std::uint64_t bytes_ = 0;
  std::uint64_t answered_ = 0;
  std::uint64_t closed_ = 0;
};

}  // namespace corsac::bench

#endif  // CORSAC_BENCH_HTTP_SLOW_CLIENTS_H_
