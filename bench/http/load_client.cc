// The loop of the load generator. Tested by http_load_test.cc and
// tests/bench/http_smoke_test.py.
#include "bench/http/load_client.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

#include "bench/http/answer.h"
#include "bench/http/process_usage.h"
#include "bench/http/slow_clients.h"

namespace corsac::bench {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::nanoseconds;

constexpr int kConnectSeconds = 10;
// Idle connections that wait for their answers together.
constexpr std::size_t kOpenedAtOnce = 64;

bool Contains(std::string_view text, std::string_view part) {
  return memmem(text.data(), text.size(), part.data(), part.size()) != nullptr;
}

struct BusyConnection {
  ClientSocket socket;
  std::string out;        // the batch
  std::size_t sent = 0;   // bytes of it
  std::string in;         // the beginning of an answer
  std::size_t first = 0;  // request that the batch begins with
  std::size_t batch = 0;  // requests in it
  std::size_t answered = 0;
  bool waits_to_write = false;
  Clock::time_point sent_at;
};

class Loader {
 public:
  explicit Loader(const LoadPlan& plan)
      : plan_(plan),
        epoll_(epoll_create1(EPOLL_CLOEXEC)),
        slow_(plan.address, plan.requests, plan.slow, plan.slow_interval),
        buffer_(std::size_t{256} << 10, '\0') {}
  Loader(const Loader&) = delete;
  Loader& operator=(const Loader&) = delete;
  ~Loader() { close(epoll_); }

  LoadResult Run() {
    result_.resident_before = ResidentBytes(plan_.server);
    const bool ready = OpenIdle() && OpenBusy();
    result_.resident_idle = ResidentBytes(plan_.server);
    if (!ready) return std::move(result_);
    slow_.Open();
    if (plan_.warm_up.count() > 0) {
      Phase(plan_.warm_up, 0);
      Forget();
    }
    const nanoseconds server_before = CpuTime(plan_.server);
    const auto begin = Clock::now();
    Phase(plan_.duration, plan_.max_requests);
    result_.elapsed = last_answer_ - begin;
    result_.requests = result_.latency.count();
    result_.server_cpu = CpuTime(plan_.server) - server_before;
    result_.resident_end = ResidentBytes(plan_.server);
    result_.slow_bytes = slow_.bytes();
    result_.slow_answered = slow_.answered();
    result_.slow_closed = slow_.closed();
    return std::move(result_);
  }

 private:
  void Count(std::string why) { ++result_.errors[std::move(why)]; }

  // Errors of the warming up are kept.
  void Forget() {
    result_.statuses.clear();
    result_.latency = {};
  }

  bool OpenIdle() {
    idle_.reserve(plan_.idle);
    while (idle_.size() < plan_.idle) {
      const std::size_t first = idle_.size();
      const std::size_t end = std::min(first + kOpenedAtOnce, plan_.idle);
      while (idle_.size() < end) {
        idle_.push_back(ClientSocket::Connect(plan_.address, kConnectSeconds));
        const std::string& bytes = IdleRequest(idle_.size() - 1).bytes;
        const ClientSocket& socket = idle_.back();
        if (!socket.open() ||
            send(socket.fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL) !=
                static_cast<ssize_t>(bytes.size())) {
          Count("an idle connection could not be opened");
          return false;
        }
      }
      for (std::size_t i = first; i < end; ++i) {
        if (TakeAnswer(idle_[i], IdleRequest(i))) continue;
        Count("an idle connection was not served once");
        return false;
      }
    }
    return true;
  }

  const LoadRequest& IdleRequest(std::size_t at) const {
    return plan_.requests[at % plan_.requests.size()];
  }

  bool TakeAnswer(const ClientSocket& socket, const LoadRequest& request) {
    std::string in;
    for (;;) {
      const ssize_t got = recv(socket.fd(), buffer_.data(), buffer_.size(), 0);
      if (got <= 0) return false;
      in.append(buffer_.data(), static_cast<std::size_t>(got));
      const Answer answer = ReadAnswer(in);
      if (answer.state == Answer::State::kIncomplete) continue;
      return WhyWrong(answer, request).empty() && answer.size == in.size();
    }
  }

  bool OpenBusy() {
    busy_.resize(plan_.connections);
    for (std::size_t i = 0; i < busy_.size(); ++i) {
      BusyConnection& connection = busy_[i];
      connection.socket = ClientSocket::Connect(plan_.address, kConnectSeconds);
      if (!connection.socket.open()) {
        Count("a connection could not be opened");
        return false;
      }
      connection.socket.MakeNonBlocking();
      // 7 is prime to the usual number of requests, so that connections do not
      // all send the same one at the same time.
      connection.first = i * 7 % plan_.requests.size();
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.u64 = i;
      epoll_ctl(epoll_, EPOLL_CTL_ADD, connection.socket.fd(), &event);
    }
    return true;
  }

  void Phase(nanoseconds duration, std::uint64_t max_requests) {
    const auto begin = Clock::now();
    ends_ = begin + duration;
    last_answer_ = begin;
    left_ = max_requests == 0 ? ~std::uint64_t{0} : max_requests;
    for (BusyConnection& connection : busy_) {
      if (connection.socket.open()) StartBatch(&connection);
    }
    std::array<epoll_event, 256> events{};
    while (working_ > 0) {
      const int ready =
          epoll_wait(epoll_, events.data(), static_cast<int>(events.size()),
                     slow_.Tick(Clock::now()));
      for (std::size_t i = 0; std::cmp_less(i, ready); ++i) {
        Serve(&busy_[events[i].data.u64], events[i].events);
      }
      if (Clock::now() > ends_ + plan_.patience) GiveUp();
    }
  }

  void GiveUp() {
    for (BusyConnection& connection : busy_) {
      if (connection.answered < connection.batch) {
        Fail(&connection, "no answer in time");
      }
    }
  }

  void StartBatch(BusyConnection* connection) {
    connection->answered = 0;
    connection->batch = static_cast<std::size_t>(
        std::min<std::uint64_t>(plan_.pipeline, left_));
    if (connection->batch == 0) return;
    left_ -= connection->batch;
    connection->out.clear();
    connection->sent = 0;
    for (std::size_t i = 0; i < connection->batch; ++i) {
      connection->out += Expected(*connection, i).bytes;
    }
    ++working_;
    connection->sent_at = Clock::now();
    Write(connection);
  }

  const LoadRequest& Expected(const BusyConnection& connection,
                              std::size_t at) const {
    return plan_.requests[(connection.first + at) % plan_.requests.size()];
  }

  void Write(BusyConnection* connection) {
    while (connection->sent < connection->out.size()) {
      const ssize_t sent = send(
          connection->socket.fd(), connection->out.data() + connection->sent,
          connection->out.size() - connection->sent, MSG_NOSIGNAL);
      if (sent < 0 && errno == EINTR) continue;
      if (sent < 0 && errno != EAGAIN) {
        // What was answered before that is still to be read.
        if (errno != EPIPE && errno != ECONNRESET) {
          Fail(connection, "a request could not be sent");
        }
        return;
      }
      if (sent < 0) break;
      connection->sent += static_cast<std::size_t>(sent);
    }
    const bool waits = connection->sent < connection->out.size();
    if (waits == connection->waits_to_write) return;
    connection->waits_to_write = waits;
    epoll_event event{};
    event.events = waits ? EPOLLIN | EPOLLOUT : EPOLLIN;
    event.data.u64 = static_cast<std::uint64_t>(connection - busy_.data());
    epoll_ctl(epoll_, EPOLL_CTL_MOD, connection->socket.fd(), &event);
  }

  void Serve(BusyConnection* connection, std::uint32_t events) {
    if (!connection->socket.open()) return;
    if ((events & EPOLLOUT) != 0) Write(connection);
    if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0 &&
        connection->socket.open()) {
      Read(connection);
    }
  }

  void Read(BusyConnection* connection) {
    const ssize_t got =
        recv(connection->socket.fd(), buffer_.data(), buffer_.size(), 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) {
      Fail(connection, "the server closed a connection");
      return;
    }
    std::string_view bytes(buffer_.data(), static_cast<std::size_t>(got));
    if (!connection->in.empty()) {
      connection->in += bytes;
      bytes = connection->in;
    }
    const auto now = Clock::now();
    while (!bytes.empty() && connection->socket.open()) {
      if (connection->answered == connection->batch) {
        Fail(connection, "more answers than requests");
        return;
      }
      const Answer answer = ReadAnswer(bytes);
      if (answer.state == Answer::State::kIncomplete) break;
      Take(connection, answer, now);
      bytes.remove_prefix(std::min(answer.size, bytes.size()));
    }
    if (!connection->socket.open()) return;
    connection->in = std::string(bytes);
    if (connection->answered == connection->batch) EndBatch(connection, now);
  }

  // What is wrong with an answer; empty: nothing.
  static std::string WhyWrong(const Answer& answer,
                              const LoadRequest& request) {
    if (answer.state == Answer::State::kWrong) return std::string(answer.why);
    if (answer.status != request.status) {
      return "status " + std::to_string(answer.status) + ", not " +
             std::to_string(request.status);
    }
    if (!request.contains.empty() && !Contains(answer.head, request.contains)) {
      return "an answer without " + request.contains;
    }
    if (!request.lacks.empty() && Contains(answer.head, request.lacks)) {
      return "an answer with " + request.lacks;
    }
    return {};
  }

  void Take(BusyConnection* connection, const Answer& answer,
            Clock::time_point now) {
    std::string why =
        WhyWrong(answer, Expected(*connection, connection->answered));
    if (why.empty() && !answer.keep_alive) why = "Connection: close";
    if (!why.empty()) {
      Fail(connection, std::move(why));
      return;
    }
    ++connection->answered;
    ++result_.statuses[answer.status];
    result_.latency.Add(
        static_cast<std::uint64_t>((now - connection->sent_at).count()));
  }

  void EndBatch(BusyConnection* connection, Clock::time_point now) {
    --working_;
    last_answer_ = now;
    connection->first =
        (connection->first + connection->batch) % plan_.requests.size();
    connection->batch = 0;
    connection->answered = 0;
    if (now < ends_) StartBatch(connection);
  }

  void Fail(BusyConnection* connection, std::string why) {
    Count(std::move(why));
    if (connection->batch > 0) --working_;
    connection->batch = 0;
    connection->answered = 0;
    connection->socket.Close();
  }

  const LoadPlan& plan_;
  const int epoll_;
  SlowClients slow_;
  std::vector<ClientSocket> idle_;
  std::vector<BusyConnection> busy_;
  std::string buffer_;
  LoadResult result_;

  std::size_t working_ = 0;  // connections that wait for answers
  std::uint64_t left_ = 0;   // requests that may still be sent
  Clock::time_point ends_;
  Clock::time_point last_answer_;
};

}  // namespace

LoadResult RunLoad(const LoadPlan& plan) { return Loader(plan).Run(); }

}  // namespace corsac::bench
