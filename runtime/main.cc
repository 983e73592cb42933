// corsacd: serves decisions from rules that reload themselves.
// Tested by tests/e2e.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "runtime/admin/admin_server.h"
#include "runtime/log/log.h"
#include "runtime/settings/command_line.h"
#include "runtime/signals.h"
#include "runtime/store/policy_store.h"
#include "runtime/store/reloader.h"

namespace corsac {
namespace {

// Set once, waited for by the main thread.
class Event {
 public:
  void Set() {
    const std::lock_guard<std::mutex> lock(mutex_);
    set_ = true;
    changed_.notify_all();
  }
  void Wait() {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [this] { return set_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool set_ = false;
};

// Writes what came of each reload to the log. Attempts that find nothing new
// are worth a line only to those who asked by name, or after a failure.
class ReloadLog {
 public:
  void Write(const ReloadAttempt& attempt) {
    const std::string_view trigger = ReloadTriggerName(attempt.trigger);
    switch (attempt.result) {
      case ReloadResult::kSuccess:
        Log(LogLevel::kInfo, "reload.success", "new rules are in force",
            {{"trigger", trigger},
             {"generation", attempt.generation},
             {"bundle", attempt.content_hash},
             {"warnings", attempt.warnings}});
        failed_ = false;
        break;
      case ReloadResult::kUnchanged:
        if (attempt.repeats_failure) break;
        if (failed_ || attempt.trigger >= ReloadTrigger::kSignal) {
          Log(LogLevel::kInfo, "reload.unchanged",
              "the rules are those in force",
              {{"trigger", trigger}, {"generation", attempt.generation}});
        }
        failed_ = false;
        break;
      case ReloadResult::kFailure:
        Log(LogLevel::kError, "reload.failure",
            "the new rules cannot be used; those in force stay",
            {{"trigger", trigger},
             {"generation", attempt.generation},
             {"bundle", attempt.content_hash},
             {"errors", attempt.errors},
             {"first_error", attempt.first_error}});
        failed_ = true;
        break;
    }
  }

 private:
  bool failed_ = false;
};

// Says on standard output where the admin API is, for people and scripts.
void PrintAddress(const AdminAddress& address) {
  std::cout << "admin http://" << address.Authority() << '\n' << std::flush;
}

// Ends the process with what still runs in it.
[[noreturn]] void Abort(std::string_view what) {
  Log(LogLevel::kWarning, "server.aborted",
      std::string(what) + " at the end of --shutdown-timeout");
  std::_Exit(static_cast<int>(ExitStatus::kOk));
}

// Lets requests and a reload end, then the process.
ExitStatus ShutDown(const ServerOptions& options, AdminServer& server,
                    Reloader& reloader) {
  using std::chrono::milliseconds;
  Log(LogLevel::kInfo, "server.draining", "about to end");
  std::this_thread::sleep_for(options.shutdown_delay);
  const auto end = std::chrono::steady_clock::now() + options.shutdown_timeout;
  if (!server.Drain(options.shutdown_timeout)) {
    Abort("requests were still running");
  }
  const auto left = std::chrono::duration_cast<milliseconds>(
      end - std::chrono::steady_clock::now());
  if (!reloader.Stop(std::max(left, milliseconds(0)))) {
    Abort("a reload was still running");
  }
  return ExitStatus::kOk;
}

ExitStatus Serve(const ServerOptions& options) {
  Result<std::unique_ptr<AdminServer>> bound = AdminServer::Bind(options.admin);
  if (!bound) {
    std::cerr << "corsacd: " << bound.error().message << '\n';
    return ExitStatus::kFailure;
  }
  // In this order, so that each outlives those that use it.
  PolicyStore store;
  Metrics metrics;
  ReloadLog log;
  std::atomic<bool> draining{false};
  Event stop;
  Reloader reloader({.rules = options.rules,
                     .allow_shrink = options.allow_shrink,
                     .compile = {}},
                    &store, [&](const ReloadAttempt& attempt) {
                      metrics.CountReload(attempt);
                      log.Write(attempt);
                    });
  const std::unique_ptr<AdminServer> server = *std::move(bound);
  const SignalThread signals(
      [&reloader] { reloader.Request(ReloadTrigger::kSignal); },
      [&draining, &stop] {
        draining.store(true);
        stop.Set();
      });
  const std::string authority = server->address().Authority();
  Log(LogLevel::kInfo, "server.start", "starting",
      {{"version", CORSAC_VERSION},
       {"rules", options.rules.string()},
       {"admin", "http://" + authority}});
  server->Start({.store = store,
                 .reloader = reloader,
                 .metrics = metrics,
                 .draining = draining,
                 .rules = options.rules.string(),
                 .started_at = std::chrono::system_clock::now()});

  const std::shared_ptr<const ReloadAttempt> first =
      reloader.Reload(ReloadTrigger::kStart);
  if (first->result == ReloadResult::kFailure) {
    std::cerr << first->findings_text
              << "\ncorsacd: the rules cannot be used, so there is nothing to "
                 "serve\n";
    return ExitStatus::kRules;
  }
  RuleWatcher::Options watch;
  watch.poll_interval = options.poll_interval;
  reloader.StartWatching(watch);
  Log(LogLevel::kInfo, "server.ready", "serving",
      {{"generation", first->generation}, {"admin", "http://" + authority}});
  PrintAddress(server->address());
  stop.Wait();
  return ShutDown(options, *server, reloader);
}

}  // namespace
}  // namespace corsac

int main(int argc, char** argv) {
  using corsac::ExitStatus;
  corsac::BlockSignals();
  try {
    const corsac::ParsedOptions parsed = corsac::ParseServerOptions(argc, argv);
    if (!parsed.options) return static_cast<int>(parsed.status);
    if (parsed.check) {
      return static_cast<int>(corsac::CheckConfig(*parsed.options));
    }
    const ExitStatus status = corsac::Serve(*parsed.options);
    corsac::Log(corsac::LogLevel::kInfo, "server.end", "ended",
                {{"status", static_cast<int>(status)}});
    return static_cast<int>(status);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "corsacd: %s\n", error.what());
    return static_cast<int>(ExitStatus::kFailure);
  }
}
