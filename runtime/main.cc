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
#include "runtime/admin/context.h"
#include "runtime/admin/handlers.h"
#include "runtime/http/http_server.h"
#include "runtime/log/log.h"
#include "runtime/serve/decision_plane.h"
#include "runtime/serve/serve_stats.h"
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

// Says on standard output where it listens, for people and scripts.
void PrintAddresses(const AdminAddress& admin, const HttpServer* decision) {
  if (decision != nullptr) {
    for (const ListenAddress& address : decision->addresses()) {
      std::cout << "decision " << (address.is_unix() ? "" : "http://")
                << address.Text() << '\n';
    }
  }
  std::cout << "admin http://" << admin.Authority() << '\n' << std::flush;
}

// Ends the process with what still runs in it.
[[noreturn]] void Abort(std::string_view what) {
  Log(LogLevel::kWarning, "server.aborted",
      std::string(what) + " at the end of --shutdown-timeout");
  std::_Exit(static_cast<int>(ExitStatus::kOk));
}

// What is left of a time.
class Countdown {
 public:
  explicit Countdown(std::chrono::milliseconds time)
      : end_(std::chrono::steady_clock::now() + time) {}
  std::chrono::milliseconds left() const {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        end_ - std::chrono::steady_clock::now());
    return std::max(left, std::chrono::milliseconds(0));
  }

 private:
  const std::chrono::steady_clock::time_point end_;
};

// Lets requests and a reload end, then the process.
ExitStatus ShutDown(const ServerOptions& options, HttpServer* decision,
                    AdminServer& admin, Reloader& reloader) {
  Log(LogLevel::kInfo, "server.draining", "about to end");
  if (decision != nullptr) decision->AnnounceEnd();
  std::this_thread::sleep_for(options.shutdown_delay);
  const Countdown countdown(options.shutdown_timeout);
  if (decision != nullptr && !decision->Drain(countdown.left())) {
    Abort("connections were still open");
  }
  // The admin API goes last: it says what is going on.
  if (!admin.Drain(countdown.left())) Abort("requests were still running");
  if (!reloader.Stop(countdown.left())) Abort("a reload was still running");
  return ExitStatus::kOk;
}

// Binds the decision listener; null if there is to be none.
Result<std::unique_ptr<HttpServer>> BindDecision(const ServerOptions& options) {
  HttpServer::Options decision = options.decision;
  if (decision.addresses.empty()) return std::unique_ptr<HttpServer>();
  if (decision.loops == 0) {
    decision.loops = std::max(1U, std::thread::hardware_concurrency());
  }
  return HttpServer::Bind(std::move(decision));
}

void StartDecision(HttpServer* server, AdminContext& context,
                   ServeStats* stats) {
  if (server == nullptr) return;
  context.metrics.AddDecisionListener(stats,
                                      [server] { return server->Stats(); });
  server->Start([&context, stats](std::size_t) {
    return std::make_unique<DecisionPlane>(
        DecisionPlane::Options{.store = &context.store,
                               .state = [&] { return StateName(context); },
                               .counters = stats->AddLoop()});
  });
}

ExitStatus Serve(const ServerOptions& options) {
  // Before anything else: another program may have the address.
  Result<std::unique_ptr<HttpServer>> bound = BindDecision(options);
  Result<std::unique_ptr<AdminServer>> bound_admin =
      AdminServer::Bind(options.admin);
  if (!bound || !bound_admin) {
    std::cerr << "corsacd: "
              << (bound ? bound_admin.error() : bound.error()).message << '\n';
    return ExitStatus::kFailure;
  }
  // In this order, so that each outlives those that use it.
  PolicyStore store;
  ServeStats stats;
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
  AdminContext context{.store = store,
                       .reloader = reloader,
                       .metrics = metrics,
                       .draining = draining,
                       .rules = options.rules.string(),
                       .started_at = std::chrono::system_clock::now()};
  const std::unique_ptr<HttpServer> decision = *std::move(bound);
  const std::unique_ptr<AdminServer> admin = *std::move(bound_admin);
  const SignalThread signals(
      [&reloader] { reloader.Request(ReloadTrigger::kSignal); },
      [&draining, &stop] {
        draining.store(true);
        stop.Set();
      });
  const std::string authority = admin->address().Authority();
  Log(LogLevel::kInfo, "server.start", "starting",
      {{"version", CORSAC_VERSION},
       {"rules", options.rules.string()},
       {"admin", "http://" + authority}});
  admin->Start(context);
  StartDecision(decision.get(), context, &stats);

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
  PrintAddresses(admin->address(), decision.get());
  stop.Wait();
  return ShutDown(options, decision.get(), *admin, reloader);
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
