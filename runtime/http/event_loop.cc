// Tested by tests/runtime/http_server_test.cc and tests/e2e.
#include "runtime/http/event_loop.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <optional>

#include "compiler/check.h"

namespace corsac {
namespace {

using std::chrono::milliseconds;

// For a client to read the answer that ends its connection.
constexpr milliseconds kClosingTime{2'000};
// While the server ends: how often to look for connections that have become
// quiet, and how long one must have sent nothing to be closed.
constexpr milliseconds kDrainTick{50};
constexpr milliseconds kQuietTime{1'000};
// Room for output that is kept from one answer to the next.
constexpr std::size_t kKeptOutput = std::size_t{1} << 20;

int CheckedFd(int fd) {
  CORSAC_CHECK(fd >= 0);
  return fd;
}

bool IsWouldBlock(int error) {
  return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

}  // namespace

EventLoop::EventLoop(const HttpLimits& limits, RequestHandler* handler,
                     ConnectionCounts* counts)
    : limits_(limits),
      tools_(limits_, handler, &counters_),
      counts_(*counts),
      epoll_(CheckedFd(epoll_create1(EPOLL_CLOEXEC))),
      wake_(CheckedFd(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))),
      input_(kReadBytes) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = nullptr;
  CORSAC_CHECK(epoll_ctl(epoll_, EPOLL_CTL_ADD, wake_, &event) == 0);
  UpdateTime();
}

EventLoop::~EventLoop() {
  CloseAll();
  for (const AcceptedConnection& added : added_) counts_.Remove(added.address);
  close(wake_);
  close(epoll_);
}

// --- Messages of other threads -----------------------------------------------

void EventLoop::Wake() {
  const std::uint64_t one = 1;
  // The counter cannot be full, and a wake-up that is there already will do.
  [[maybe_unused]] const ssize_t written = write(wake_, &one, sizeof(one));
}

void EventLoop::Add(AcceptedConnection connection) {
  open_.fetch_add(1, std::memory_order_relaxed);
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    added_.push_back(std::move(connection));
  }
  Wake();
}

void EventLoop::AnnounceEnd() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    end_announced_ = true;
  }
  Wake();
}

void EventLoop::Drain() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    drain_asked_ = true;
  }
  Wake();
}

void EventLoop::Stop() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    stop_asked_ = true;
  }
  Wake();
}

void EventLoop::TakeMessages(const std::function<void()>& on_drain) {
  std::uint64_t count = 0;
  [[maybe_unused]] const ssize_t got = read(wake_, &count, sizeof(count));
  std::vector<AcceptedConnection> added;
  bool begins_to_drain = false;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    added.swap(added_);
    tools_.ending = end_announced_ || drain_asked_;
    begins_to_drain = drain_asked_ && !draining_;
    stopping_ = stop_asked_;
  }
  for (const AcceptedConnection& connection : added) Insert(connection);
  if (begins_to_drain) {
    if (on_drain) on_drain();
    draining_ = true;
  }
}

// --- The loop ----------------------------------------------------------------

void EventLoop::Watch(int fd, std::function<bool()> accept) {
  Listener& listener = listeners_.emplace_back();
  listener.is_listener = true;
  listener.fd = fd;
  listener.accept = std::move(accept);
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = static_cast<Source*>(&listener);
  CORSAC_CHECK(epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) == 0);
}

void EventLoop::Unwatch(int fd) {
  epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, nullptr);
  listeners_.remove_if([fd](const Listener& at) { return at.fd == fd; });
}

void EventLoop::WatchListener(Listener* listener, bool input) {
  listener->is_paused = !input;
  epoll_event event{};
  if (input) event.events = EPOLLIN;
  event.data.ptr = static_cast<Source*>(listener);
  CORSAC_CHECK(epoll_ctl(epoll_, EPOLL_CTL_MOD, listener->fd, &event) == 0);
}

void EventLoop::Accept(Listener* listener) {
  if (listener->accept()) return;
  WatchListener(listener, false);
  if (!has_paused_) resume_ = now_ + kAcceptPause;
  has_paused_ = true;
}

void EventLoop::ResumeListeners() {
  has_paused_ = false;
  for (Listener& listener : listeners_) {
    if (listener.is_paused) WatchListener(&listener, true);
  }
}

void EventLoop::Run(const std::function<void()>& on_drain) {
  std::array<epoll_event, kEvents> events{};
  while (!stopping_ && (!draining_ || open() > 0)) {
    const int count = epoll_wait(epoll_, events.data(), kEvents, WaitTime());
    CORSAC_CHECK(count >= 0 || errno == EINTR);
    UpdateTime();
    bool has_messages = false;
    for (int i = 0; i < count; ++i) {
      const epoll_event& event = events[static_cast<std::size_t>(i)];
      auto* const source = static_cast<Source*>(event.data.ptr);
      if (source == nullptr) {
        has_messages = true;
      } else if (source->is_listener) {
        Accept(static_cast<Listener*>(source));
      } else {
        OnEvents(static_cast<Connection*>(source), event.events);
      }
    }
    // Last: they may take listeners away that this round has events of.
    if (has_messages) TakeMessages(on_drain);
    CloseDue();
    if (draining_) CloseQuiet();
    if (has_paused_ && resume_ <= now_) ResumeListeners();
  }
  CloseAll();
}

void EventLoop::UpdateTime() {
  now_ = Clock::now();
  const std::time_t date = std::time(nullptr);
  if (date == date_) return;
  date_ = date;
  std::tm utc{};
  gmtime_r(&date, &utc);
  std::array<char, 64> line{};
  const std::size_t size = std::strftime(
      line.data(), line.size(), "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &utc);
  tools_.date_line.assign(line.data(), size);
}

// For epoll_wait(2): milliseconds, rounded up so that what is waited for is
// due.
int EventLoop::WaitTime() const {
  std::optional<Clock::time_point> first;
  for (const Connections& list : connections_) {
    if (!list.empty() && (!first || list.front().deadline < *first)) {
      first = list.front().deadline;
    }
  }
  if (has_paused_ && (!first || resume_ < *first)) first = resume_;
  milliseconds time{INT_MAX};
  if (first) {
    time = std::chrono::ceil<milliseconds>(*first - Clock::now());
  } else if (!draining_) {
    return -1;
  }
  if (draining_) time = std::min(time, kDrainTick);
  return static_cast<int>(
      std::clamp<milliseconds::rep>(time.count(), 0, INT_MAX));
}

// --- One connection ----------------------------------------------------------

void EventLoop::Insert(const AcceptedConnection& accepted) {
  Connections& list = ListOf(State::kIdle);
  list.emplace_back(accepted);
  Connection* const connection = &list.back();
  connection->self = std::prev(list.end());
  connection->deadline = now_ + limits_.idle_timeout;
  counters_.accepted.Add();
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = static_cast<Source*>(connection);
  if (epoll_ctl(epoll_, EPOLL_CTL_ADD, connection->fd(), &event) != 0) {
    // No memory for one more, or too many watches.
    Close(connection, CloseReason::kMaxConnections);
  }
}

void EventLoop::OnEvents(Connection* connection, std::uint32_t events) {
  if (connection->state == State::kClosing) return Discard(connection);
  if (!connection->watches_output) return Read(connection);
  if ((events & (EPOLLERR | EPOLLHUP)) != 0) {
    return Close(connection, CloseReason::kClient);
  }
  if (!Flush(connection)) return;
  if (connection->wait == HttpSession::Wait::kRoom) {
    Feed(connection, {});
  } else {
    Settle(connection, true);
  }
}

void EventLoop::Read(Connection* connection) {
  const ssize_t got = recv(connection->fd(), input_.data(), input_.size(), 0);
  if (got > 0) {
    return Feed(connection, {input_.data(), static_cast<std::size_t>(got)});
  }
  if (got == 0 || !IsWouldBlock(errno)) {
    Close(connection, CloseReason::kClient);
  }
}

void EventLoop::Feed(Connection* connection, std::string_view bytes) {
  bool has_answered = false;
  for (;;) {
    const std::uint64_t before = counters_.requests.value();
    output_.clear();
    connection->wait = connection->session.Take(bytes, &tools_, &output_);
    has_answered |= counters_.requests.value() != before;
    if (!output_.empty() && !Send(connection, output_)) return;
    if (connection->wait != HttpSession::Wait::kRoom) break;
    bytes = {};
  }
  Settle(connection, has_answered);
}

bool EventLoop::Send(Connection* connection, std::string_view bytes) {
  const ssize_t got =
      send(connection->fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (got < 0 && !IsWouldBlock(errno)) {
    Close(connection, CloseReason::kClient);
    return false;
  }
  const std::size_t sent = got < 0 ? 0 : static_cast<std::size_t>(got);
  if (sent < bytes.size()) {
    connection->unsent.assign(bytes.substr(sent));
    connection->sent = 0;
    WatchOutput(connection, true);
    SetState(connection, State::kWrite);
  }
  if (output_.capacity() > kKeptOutput) output_ = std::string();
  return connection->unsent.empty();
}

bool EventLoop::Flush(Connection* connection) {
  const std::string_view rest =
      std::string_view(connection->unsent).substr(connection->sent);
  const ssize_t got =
      send(connection->fd(), rest.data(), rest.size(), MSG_NOSIGNAL);
  if (got < 0) {
    if (!IsWouldBlock(errno)) Close(connection, CloseReason::kClient);
    return false;
  }
  connection->sent += static_cast<std::size_t>(got);
  if (connection->sent < connection->unsent.size()) return false;
  connection->unsent = std::string();
  connection->sent = 0;
  WatchOutput(connection, false);
  return true;
}

// Everything is written: what comes next.
void EventLoop::Settle(Connection* connection, bool has_answered) {
  switch (connection->wait) {
    case HttpSession::Wait::kRequest:
      return SetState(connection, State::kIdle);
    case HttpSession::Wait::kHead:
      // The time for a head begins with its first byte.
      if (has_answered || connection->state != State::kHead) {
        SetState(connection, State::kHead);
      }
      return;
    case HttpSession::Wait::kBody:
      if (has_answered || connection->state != State::kBody) {
        SetState(connection, State::kBody);
      }
      return;
    case HttpSession::Wait::kClose:
      return BeginClose(connection, connection->session.close_reason());
    case HttpSession::Wait::kRoom:
      CORSAC_CHECK(false);
  }
}

// A socket that is closed while something unread is in it resets the
// connection, and the client may lose the answer. So the client is told that no
// more comes, and gets a while to close its side.
void EventLoop::BeginClose(Connection* connection, CloseReason reason) {
  connection->reason = reason;
  SetState(connection, State::kClosing);
  shutdown(connection->fd(), SHUT_WR);
  Discard(connection);
}

void EventLoop::Discard(Connection* connection) {
  const ssize_t got = recv(connection->fd(), input_.data(), input_.size(), 0);
  if (got < 0 && IsWouldBlock(errno)) return;
  if (got > 0) {
    connection->discarded += static_cast<std::size_t>(got);
    if (connection->discarded <= limits_.max_drain_bytes) return;
  }
  Close(connection, connection->reason);
}

void EventLoop::Close(Connection* connection, CloseReason reason) {
  counters_.Close(reason);
  counts_.Remove(connection->address);
  connection->session.Release(&tools_);
  // Closing the socket would do, were it the last reference: the loop that
  // accepted it may still hold one, and then events would come for a connection
  // that is gone.
  epoll_ctl(epoll_, EPOLL_CTL_DEL, connection->fd(), nullptr);
  ListOf(connection->state).erase(connection->self);
  open_.fetch_sub(1, std::memory_order_relaxed);
}

void EventLoop::SetState(Connection* connection, State state) {
  Connections& from = ListOf(connection->state);
  Connections& to = ListOf(state);
  to.splice(to.end(), from, connection->self);
  connection->state = state;
  connection->deadline = now_ + TimeoutOf(state);
}

void EventLoop::WatchOutput(Connection* connection, bool output) {
  if (connection->watches_output == output) return;
  connection->watches_output = output;
  epoll_event event{};
  event.events = output ? EPOLLOUT : EPOLLIN;
  event.data.ptr = static_cast<Source*>(connection);
  CORSAC_CHECK(epoll_ctl(epoll_, EPOLL_CTL_MOD, connection->fd(), &event) == 0);
}

// --- Deadlines ---------------------------------------------------------------

milliseconds EventLoop::TimeoutOf(State state) const {
  switch (state) {
    case State::kIdle:
      return limits_.idle_timeout;
    case State::kHead:
      return limits_.head_timeout;
    case State::kBody:
      return limits_.body_timeout;
    case State::kWrite:
      return limits_.write_timeout;
    case State::kClosing:
      return kClosingTime;
  }
  CORSAC_CHECK(false);
}

void EventLoop::CloseDue() {
  for (Connections& list : connections_) {
    while (!list.empty() && list.front().deadline <= now_) {
      TimeOut(&list.front());
    }
  }
}

void EventLoop::TimeOut(Connection* connection) {
  switch (connection->state) {
    case State::kIdle:
      return CloseIdle(connection, CloseReason::kIdleTimeout);
    case State::kWrite:
      return Close(connection, CloseReason::kWriteTimeout);
    case State::kClosing:
      return Close(connection, connection->reason);
    case State::kHead:
    case State::kBody:
      break;
  }
  output_.clear();
  connection->session.TimeOut(&tools_, &output_);
  connection->wait = HttpSession::Wait::kClose;
  if (Send(connection, output_)) Settle(connection, true);
}

// A request may have come since events were last asked for.
void EventLoop::CloseIdle(Connection* connection, CloseReason reason) {
  char byte = 0;
  const ssize_t got = recv(connection->fd(), &byte, 1, MSG_PEEK);
  if (got > 0) return Read(connection);
  Close(connection, reason);
}

// While the server ends: closes connections that wait for a request and have
// sent nothing for a while. One that is closed at once could just have sent
// one.
void EventLoop::CloseQuiet() {
  Connections& idle = ListOf(State::kIdle);
  const Clock::time_point quiet_since =
      now_ - kQuietTime + limits_.idle_timeout;
  while (!idle.empty() && idle.front().deadline <= quiet_since) {
    CloseIdle(&idle.front(), CloseReason::kShutdown);
  }
}

void EventLoop::CloseAll() {
  for (Connections& list : connections_) {
    while (!list.empty()) Close(&list.front(), CloseReason::kShutdown);
  }
}

}  // namespace corsac
