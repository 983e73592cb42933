// The access log's observers and its thread.
// Tested by tests/runtime/access_log_test.cc.
#include "runtime/log/access_log.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <utility>

#include "compiler/check.h"
#include "runtime/log/access_line.h"

namespace corsac {
namespace {

// Lines are written together up to this, so that a system call is made for
// hundreds of them.
constexpr std::size_t kWriteBytes = std::size_t{64} << 10;

std::int64_t Now() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

}  // namespace

std::size_t AccessLogRingBytes(std::size_t loops) {
  constexpr std::size_t kAll = std::size_t{64} << 20;
  constexpr std::size_t kLeast = std::size_t{256} << 10;
  std::size_t bytes = std::size_t{4} << 20;
  while (bytes > kLeast && bytes * loops > kAll) bytes /= 2;
  return bytes;
}

class AccessLog::Observer : public DecisionObserver {
 public:
  Observer(AccessLog& log, RecordRing& ring) : log_(log), ring_(ring) {}

  void Observe(const DecisionRecord& record) override {
    if (record.outcome != Outcome::kDeny) {
      const bool written = passed_ == 0;
      if (++passed_ == log_.options_.sample) passed_ = 0;
      if (!written) return;
    }
    const PackedRecord packed(record, std::chrono::system_clock::now());
    switch (ring_.Push(packed.head(), packed.texts())) {
      case RecordRing::Pushed::kNo:
        log_.dropped_.fetch_add(1, std::memory_order_relaxed);
        break;
      case RecordRing::Pushed::kYesHalfway:
        log_.Wake();
        break;
      case RecordRing::Pushed::kYes:
        break;
    }
  }

 private:
  AccessLog& log_;
  RecordRing& ring_;
  std::uint32_t passed_ = 0;  // since one was written
};

Result<std::unique_ptr<AccessLog>> AccessLog::Open(Options options) {
  std::unique_ptr<AccessLog> log(new AccessLog(std::move(options)));
  if (Result<bool> opened = log->file_.Open(); !opened) return opened.error();
  log->thread_ = std::thread([raw = log.get()] { raw->Run(); });
  return log;
}

AccessLog::AccessLog(Options options)
    : options_(std::move(options)),
      wake_fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      file_({.path = options_.path, .give_up = [this] { return GivesUp(); }}) {
  CORSAC_CHECK(options_.sample >= 1);
  const std::size_t bytes = options_.ring_bytes != 0
                                ? options_.ring_bytes
                                : AccessLogRingBytes(options_.loops);
  for (std::size_t i = 0; i < options_.loops; ++i) {
    rings_.push_back(std::make_unique<RecordRing>(bytes));
  }
}

AccessLog::~AccessLog() {
  Close(std::chrono::milliseconds(0));
  if (thread_.joinable()) thread_.join();
  if (wake_fd_ >= 0) close(wake_fd_);
}

std::unique_ptr<DecisionObserver> AccessLog::MakeObserver(std::size_t loop) {
  CORSAC_CHECK(loop < rings_.size());
  return std::make_unique<Observer>(*this, *rings_[loop]);
}

void AccessLog::Reopen() {
  reopen_.store(true);
  Wake();
}

bool AccessLog::Close(std::chrono::milliseconds timeout) {
  if (!thread_.joinable()) return true;
  deadline_.store(Now() + std::chrono::nanoseconds(timeout).count());
  closing_.store(true);
  Wake();
  // Long enough to write what needs no waiting for.
  constexpr std::chrono::milliseconds kGrace{500};
  std::unique_lock<std::mutex> lock(mutex_);
  return ended_.wait_for(lock, timeout + kGrace, [this] { return done_; });
}

// Without an eventfd the thread comes at its interval.
void AccessLog::Wake() const { eventfd_write(wake_fd_, 1); }

bool AccessLog::GivesUp() const {
  return closing_.load() && Now() >= deadline_.load();
}

void AccessLog::Run() {
  bool more = false;
  for (bool last = false; !last || more;) {
    pollfd wake{wake_fd_, POLLIN, 0};
    poll(&wake, 1, more ? 0 : static_cast<int>(options_.interval.count()));
    eventfd_t count = 0;
    eventfd_read(wake_fd_, &count);
    // Before the rings are looked at: what was in them then is written.
    last = closing_.load();
    more = WriteOut();
    if (reopen_.exchange(false)) file_.Reopen();
  }
  const std::lock_guard<std::mutex> lock(mutex_);
  done_ = true;
  ended_.notify_all();
}

// Returns whether there may be more. Takes turns, so that a busy loop does not
// keep the lines of the others waiting.
bool AccessLog::WriteOut() {
  constexpr std::size_t kTurn = 4'096;
  bool more = false;
  std::string record;
  std::string lines;
  const auto write = [&] {
    const std::uint64_t lost = file_.Write(lines);
    if (lost > 0) dropped_.fetch_add(lost, std::memory_order_relaxed);
    lines.clear();
  };
  for (const std::unique_ptr<RecordRing>& ring : rings_) {
    std::size_t taken = 0;
    while (taken < kTurn && ring->Pop(&record)) {
      ++taken;
      AppendAccessLine(record, &lines);
      if (lines.size() >= kWriteBytes) write();
    }
    more = more || taken == kTurn;
  }
  write();
  return more;
}

}  // namespace corsac
