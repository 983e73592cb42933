// Loads an HTTP server with requests and measures how it answers: a closed
// loop, one thread, a fixed number of connections.
#ifndef CORSAC_BENCH_HTTP_LOAD_CLIENT_H_
#define CORSAC_BENCH_HTTP_LOAD_CLIENT_H_

#include <netinet/in.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "bench/http/client_socket.h"
#include "bench/http/histogram.h"

namespace corsac::bench {

// A request as it goes over the wire, and what a right answer looks like.
struct LoadRequest {
  std::string bytes;
  std::uint16_t status = 200;
  std::string contains;  // of the head; empty: is not looked for
  std::string lacks;     // likewise
};

struct LoadPlan {
  sockaddr_in address{};
  // Taken in turn; each connection begins at another one. REQUIRES: not empty.
  std::vector<LoadRequest> requests;

  // Busy connections. Each sends `pipeline` requests in one piece, waits for
  // all of the answers, and begins again.
  std::size_t connections = 1;
  std::size_t pipeline = 1;
  // Opened first, served once, then kept open without a word.
  std::size_t idle = 0;
  // Send their requests one byte at a time, a byte each `slow_interval`. One
  // that the server closes is opened again.
  std::size_t slow = 0;
  std::chrono::nanoseconds slow_interval = std::chrono::milliseconds(500);

  std::chrono::nanoseconds warm_up{0};  // not measured
  std::chrono::nanoseconds duration = std::chrono::seconds(1);
  // Ends a measurement before `duration` is over; 0: does not.
  std::uint64_t max_requests = 0;
  // How long to wait for answers when the time is over.
  std::chrono::nanoseconds patience = std::chrono::seconds(10);

  std::vector<int> server;  // its processes, for what they use
};

struct LoadResult {
  std::uint64_t requests = 0;           // answered as they should be
  std::chrono::nanoseconds elapsed{0};  // until the last answer
  std::map<std::uint16_t, std::uint64_t> statuses;
  // By what went wrong. With any of these the numbers are worth nothing.
  std::map<std::string, std::uint64_t> errors;
  Histogram latency;  // from the sending of a batch to each of its answers

  std::chrono::nanoseconds server_cpu{0};  // while measured
  // Bytes of the server in memory: before the first connection, with the idle
  // ones, at the end.
  std::uint64_t resident_before = 0;
  std::uint64_t resident_idle = 0;
  std::uint64_t resident_end = 0;

  std::uint64_t slow_bytes = 0;     // sent by slow clients
  std::uint64_t slow_answered = 0;  // requests of theirs
  std::uint64_t slow_closed = 0;    // how often the server closed one
};

// Blocks until done. After an error of a busy connection that connection is not
// used again; the others go on.
LoadResult RunLoad(const LoadPlan& plan);

}  // namespace corsac::bench

#endif  // CORSAC_BENCH_HTTP_LOAD_CLIENT_H_
