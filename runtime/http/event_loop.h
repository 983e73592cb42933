// One event loop: a thread's connections, by epoll(7).
//
// What bounds the time that one client can cost another: a read takes at most
// kReadBytes, an answer is written once and the rest waits for room, and every
// state of a connection has a deadline. Deadlines of one state have one length,
// so a connection that gets a new one goes to the end of its state's list, and
// those that are due are at its front.
#ifndef CORSAC_RUNTIME_HTTP_EVENT_LOOP_H_
#define CORSAC_RUNTIME_HTTP_EVENT_LOOP_H_

#include <Poco/Net/StreamSocket.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/http/connection_counts.h"
#include "runtime/http/http_limits.h"
#include "runtime/http/http_session.h"
#include "runtime/http/loop_counters.h"

namespace corsac {

// A connection on its way to its loop.
struct AcceptedConnection {
  Poco::Net::StreamSocket socket;
  ClientAddress address;
};

// Run() is called by one thread; the functions above it by any.
class EventLoop {
 public:
  // `counts` and `handler` must outlive the loop.
  EventLoop(const HttpLimits& limits, RequestHandler* handler,
            ConnectionCounts* counts);
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;
  ~EventLoop();

  // Hands over a connection, which `counts` has counted.
  void Add(AcceptedConnection connection);
  // See HttpServer.
  void AnnounceEnd();
  // Ends Run() when all connections are closed; no more will be added.
  void Drain();
  // Ends Run() now.
  void Stop();

  std::size_t open() const { return open_.load(std::memory_order_relaxed); }
  const LoopCounters& counters() const { return counters_; }

  // On the loop's thread, or before Run(): calls `accept` whenever `fd`, a
  // listening socket, has connections. If it returns false, they cannot be
  // taken: it is called again only after kAcceptPause.
  void Watch(int fd, std::function<bool()> accept);
  void Unwatch(int fd);
  // Counts a connection that was not taken.
  void CountRefusal(CloseReason reason) { counters_.Close(reason); }

  // Calls `on_drain`, if there is one, on this thread when Drain() was called.
  void Run(const std::function<void()>& on_drain);

 private:
  using Clock = std::chrono::steady_clock;

  static constexpr std::size_t kReadBytes = std::size_t{64} << 10;
  static constexpr std::size_t kEvents = 512;
  static constexpr std::chrono::milliseconds kAcceptPause{100};

  // What a connection has a deadline for. kClosing: an answer that ends the
  // connection is written; the client is given time to read it.
  enum class State : std::uint8_t { kIdle, kHead, kBody, kWrite, kClosing };
  static constexpr std::size_t kStates = 5;

  // What epoll tells of. The wake-up has none.
  struct Source {
    bool is_listener = false;
  };
  struct Listener : Source {
    int fd = -1;
    bool is_paused = false;
    std::function<bool()> accept;
  };
  struct Connection;
  using Connections = std::list<Connection>;
  struct Connection : Source {
    explicit Connection(const AcceptedConnection& accepted)
        : socket(accepted.socket), address(accepted.address) {}
    int fd() const { return socket.impl()->sockfd(); }

    Poco::Net::StreamSocket socket;
    ClientAddress address;
    State state = State::kIdle;
    HttpSession::Wait wait = HttpSession::Wait::kRequest;
    CloseReason reason = CloseReason::kAnswered;  // of kClosing
    bool watches_output = false;
    HttpSession session;
    std::string unsent;         // output that the client has not taken yet
    std::size_t sent = 0;       // bytes of it that it has
    std::size_t discarded = 0;  // bytes read while closing
    Clock::time_point deadline;
    Connections::iterator self;
  };

  void Wake();
  void TakeMessages(const std::function<void()>& on_drain);
  void Accept(Listener* listener);
  void WatchListener(Listener* listener, bool input);
  void ResumeListeners();
  void Insert(const AcceptedConnection& accepted);
  void OnEvents(Connection* connection, std::uint32_t events);
  void Read(Connection* connection);
  void Feed(Connection* connection, std::string_view bytes);
  // Each returns whether all is sent; if not, the connection waits for room or
  // is gone.
  bool Send(Connection* connection, std::string_view bytes);
  bool Flush(Connection* connection);
  void Settle(Connection* connection, bool has_answered);
  void BeginClose(Connection* connection, CloseReason reason);
  void Discard(Connection* connection);
  void Close(Connection* connection, CloseReason reason);
  void SetState(Connection* connection, State state);
  void WatchOutput(Connection* connection, bool output);
  std::chrono::milliseconds TimeoutOf(State state) const;
  void CloseDue();
  void TimeOut(Connection* connection);
  void CloseIdle(Connection* connection, CloseReason reason);
  void CloseQuiet();
  void CloseAll();
  int WaitTime() const;
  void UpdateTime();
  Connections& ListOf(State state) {
    return connections_[static_cast<std::size_t>(state)];
  }

  LoopCounters counters_;  // first: it has cache lines of its own
  const HttpLimits limits_;
  SessionTools tools_;
  ConnectionCounts& counts_;
  const int epoll_;
  const int wake_;  // an eventfd
  std::list<Listener> listeners_;
  Clock::time_point resume_;  // when those that are paused are watched again
  std::array<Connections, kStates> connections_;  // [State]
  std::atomic<std::size_t> open_{0};
  std::vector<char> input_;  // kReadBytes, for one read
  std::string output_;       // of the connection at hand
  Clock::time_point now_;
  std::time_t date_ = 0;  // of tools_.date_line

  std::mutex mutex_;
  // Guarded by mutex_.
  std::vector<AcceptedConnection> added_;
  bool end_announced_ = false;
  bool drain_asked_ = false;
  bool stop_asked_ = false;

  // Of the loop's thread again.
  bool has_paused_ = false;  // any listener
  bool draining_ = false;
  bool stopping_ = false;
};

}  // namespace corsac

#endif  // CORSAC_RUNTIME_HTTP_EVENT_LOOP_H_
