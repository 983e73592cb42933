// Signals by sigwait(3).
// Tested by tests/e2e/server_test.cc.
#include "runtime/signals.h"

#include <pthread.h>
#include <unistd.h>

#include <csignal>
#include <utility>

namespace corsac {
namespace {

// Tells the thread to end; nobody else sends it.
constexpr int kEndSignal = SIGUSR2;

sigset_t Signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGHUP, SIGUSR1, SIGTERM, SIGINT, kEndSignal}) {
    sigaddset(&signals, signal);
  }
  return signals;
}

}  // namespace

void BlockSignals() {
  const sigset_t signals = Signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
}

SignalThread::SignalThread(Handlers handlers) : handlers_(std::move(handlers)) {
  thread_ = std::thread([this] { Run(); });
}

SignalThread::~SignalThread() {
  end_.store(true);
  pthread_kill(thread_.native_handle(), kEndSignal);
  thread_.join();
}

void SignalThread::Run() {
  const sigset_t signals = Signals();
  bool stopping = false;
  while (!end_.load()) {
    int signal = 0;
    if (sigwait(&signals, &signal) != 0) continue;
    if (signal == SIGHUP) {
      handlers_.reload();
    } else if (signal == SIGUSR1) {
      handlers_.reopen();
    } else if (signal == SIGTERM || signal == SIGINT) {
      if (stopping) _exit(1);
      stopping = true;
      handlers_.stop();
    }
  }
}

}  // namespace corsac
