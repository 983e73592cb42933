// Puts the parts of corsacd together, and takes them apart in order.
// Tested by tests/e2e.
#include "runtime/daemon.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "runtime/admin/admin_server.h"
#include "runtime/admin/handlers.h"
#include "runtime/file_limit.h"
#include "runtime/http/http_server.h"
#include "runtime/log/access_log.h"
#include "runtime/log/log.h"
#include "runtime/reload_log.h"
#include "runtime/serve/decision_plane.h"
#include "runtime/serve/serve_stats.h"
#include "runtime/service_manager.h"
#include "runtime/signals.h"
#include "runtime/store/policy_store.h"
#include "runtime/store/reloader.h"

namespace corsac {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

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

// What is left until `end`.
milliseconds Left(Clock::time_point end) {
  return std::max(std::chrono::duration_cast<milliseconds>(end - Clock::now()),
                  milliseconds(0));
}

// "http://127.0.0.1:8480" or "unix:/path".
std::string UrlOf(const ListenAddress& address) {
  return address.is_unix() ? address.Text() : "http://" + address.Text();
}

class Daemon {
 public:
  explicit Daemon(const ServerOptions& options)
      : options_(options),
        manager_(ServiceManager::SocketOfEnvironment()),
        reloader_({.rules = options.rules,
                   .allow_shrink = options.allow_shrink,
                   .compile = {},
                   .on_compile = [this] { manager_.BeginReload(); }},
                  &store_,
                  [this](const ReloadAttempt& attempt) {
                    metrics_.CountReload(attempt);
                    reload_log_.Write(attempt);
                    manager_.EndReload(attempt);
                  }),
        context_{.store = store_,
                 .reloader = reloader_,
                 .metrics = metrics_,
                 .draining = draining_,
                 .rules = options.rules.string(),
                 .started_at = std::chrono::system_clock::now()} {}
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

  // Whoever calls into the rest ends first.
  ~Daemon() {
    signals_.reset();
    admin_.reset();
    decision_.reset();
  }

  ExitStatus Run() {
    if (const std::optional<std::string> problem = Bind()) {
      std::cerr << "corsacd: " << *problem << '\n';
      return ExitStatus::kFailure;
    }
    TakeSignals();
    Log(LogLevel::kInfo, "server.start", "starting",
        {{"version", CORSAC_VERSION},
         {"rules", options_.rules.string()},
         {"admin", AdminUrl()},
         {"decision", DecisionUrls(", ")}});
    if (decision_ != nullptr) StartDecisions();
    admin_->Start(context_);  // which reads what the loops count
    const std::shared_ptr<const ReloadAttempt> first =
        reloader_.Reload(ReloadTrigger::kStart);
    // Told to end meanwhile: then it does not matter what the rules are.
    if (draining_.load()) return ShutDown();
    if (first->result == ReloadResult::kFailure) {
      std::cerr << first->findings_text
                << "\ncorsacd: the rules cannot be used, so there is nothing "
                   "to serve\n";
      return ExitStatus::kRules;
    }
    RuleWatcher::Options watch;
    watch.poll_interval = options_.poll_interval;
    reloader_.StartWatching(watch);
    SayReady(*first);
    stop_.Wait();
    return ShutDown();
  }

 private:
  // Takes every address and the access log's file, or returns why one cannot
  // be had. Nothing else has been done by then.
  std::optional<std::string> Bind() {
    HttpServer::Options decision = options_.decision;
    if (decision.loops == 0) {
      decision.loops =
          std::max<std::size_t>(std::thread::hardware_concurrency(), 1);
    }
    // Each loop has two of its own.
    const FileLimit files = RaiseFileLimit(
        decision.addresses.empty()
            ? 0
            : decision.limits.max_connections + 2 * decision.loops);
    if (!files.enough()) {
      Log(LogLevel::kWarning, "server.file_limit",
          "fewer connections can be open than --max-connections says",
          {{"needed", files.needed}, {"allowed", files.allowed}});
    }
    Result<std::unique_ptr<AdminServer>> admin =
        AdminServer::Bind(options_.admin);
    if (!admin) return "--admin: " + admin.error().message;
    admin_ = *std::move(admin);
    if (decision.addresses.empty()) return std::nullopt;
    if (!options_.access_log.empty()) {
      Result<std::unique_ptr<AccessLog>> log =
          AccessLog::Open({.path = options_.access_log,
                           .sample = options_.access_log_sample,
                           .loops = decision.loops});
      if (!log) return "--access-log: " + log.error().message;
      access_log_ = *std::move(log);
      metrics_.AddAccessLog(
          [log = access_log_.get()] { return log->dropped(); });
    }
    Result<std::unique_ptr<HttpServer>> server =
        HttpServer::Bind(std::move(decision));
    if (!server) return "--decision: " + server.error().message;
    decision_ = *std::move(server);
    return std::nullopt;
  }

  void TakeSignals() {
    signals_.emplace(SignalThread::Handlers{
        .reload = [this] { reloader_.Request(ReloadTrigger::kSignal); },
        .reopen =
            [this] {
              if (access_log_ != nullptr) access_log_->Reopen();
            },
        .stop =
            [this] {
              draining_.store(true);
              stop_.Set();
            }});
  }

  void StartDecisions() {
    decision_->Start([this](std::size_t loop) {
      DecisionObserver* observer = nullptr;
      if (access_log_ != nullptr) {
        observers_.push_back(access_log_->MakeObserver(loop));
        observer = observers_.back().get();
      }
      return std::make_unique<DecisionPlane>(DecisionPlane::Options{
          .store = &store_,
          .state = [this] { return StateName(context_); },
          .counters = serve_stats_.AddLoop(),
          .observer = observer});
    });
    metrics_.AddDecisionListener(&serve_stats_,
                                 [this] { return decision_->Stats(); });
  }

  std::string AdminUrl() const {
    return "http://" + admin_->address().Authority();
  }

  std::string DecisionUrls(std::string_view between) const {
    std::string urls;
    if (decision_ == nullptr) return urls;
    for (const ListenAddress& address : decision_->addresses()) {
      if (!urls.empty()) urls += between;
      urls += UrlOf(address);
    }
    return urls;
  }

  // To the log, on standard output for people and scripts, and to the service
  // manager.
  void SayReady(const ReloadAttempt& first) {
    Log(LogLevel::kInfo, "server.ready", "serving",
        {{"generation", first.generation},
         {"admin", AdminUrl()},
         {"decision", DecisionUrls(", ")}});
    if (decision_ != nullptr) {
      std::cout << "decision " << DecisionUrls("\ndecision ") << '\n';
    }
    std::cout << "admin " << AdminUrl() << '\n' << std::flush;
    manager_.Ready(first);
  }

  // Lets requests and a reload end, then the process.
  ExitStatus ShutDown() {
    manager_.Stopping();
    if (decision_ != nullptr) decision_->AnnounceEnd();
    Log(LogLevel::kInfo, "server.draining", "about to end");
    std::this_thread::sleep_for(options_.shutdown_delay);
    const Clock::time_point end = Clock::now() + options_.shutdown_timeout;
    const bool drained =
        (decision_ == nullptr || decision_->Drain(Left(end))) &&
        admin_->Drain(Left(end));
    if (!drained) Abort("requests were still running");
    if (!reloader_.Stop(Left(end))) Abort("a reload was still running");
    // Its thread may be stuck in a file system, and would be waited for.
    if (!CloseAccessLog(Left(end))) {
      std::_Exit(static_cast<int>(ExitStatus::kOk));
    }
    return ExitStatus::kOk;
  }

  // Returns whether nothing of it runs any more.
  bool CloseAccessLog(milliseconds timeout) {
    if (access_log_ == nullptr) return true;
    const bool written = access_log_->Close(timeout);
    if (!written) {
      Log(LogLevel::kWarning, "access_log.unfinished",
          "the last lines of the access log could not be written in time");
    }
    return written;
  }

  // Ends the process with what still runs in it.
  [[noreturn]] void Abort(std::string_view what) {
    Log(LogLevel::kWarning, "server.aborted",
        std::string(what) + " at the end of --shutdown-timeout");
    CloseAccessLog(milliseconds(0));
    std::_Exit(static_cast<int>(ExitStatus::kOk));
  }

  const ServerOptions& options_;
  // In this order, so that each outlives those that use it.
  ServiceManager manager_;
  PolicyStore store_;
  ServeStats serve_stats_;
  std::unique_ptr<AccessLog> access_log_;  // null: none
  std::vector<std::unique_ptr<DecisionObserver>> observers_;
  std::unique_ptr<HttpServer> decision_;  // null: none
  Metrics metrics_;
  ReloadLog reload_log_;
  std::atomic<bool> draining_{false};
  Event stop_;
  Reloader reloader_;
  AdminContext context_;
  std::unique_ptr<AdminServer> admin_;
  std::optional<SignalThread> signals_;
};

}  // namespace

ExitStatus RunDaemon(const ServerOptions& options) {
  return Daemon(options).Run();
}

}  // namespace corsac
