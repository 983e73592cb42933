// What a reload does to the threads that answer meanwhile:
//
//   Reload/paced/threads:N/MODE/origins:1000000
//   Reload/busy/threads:N/MODE/origins:1000000
//
// N threads make decisions on a table of that many origins while a Reloader
// compiles and publishes as many, once a second or as soon as the one before
// has ended. Paced threads sleep, are woken every 200 microseconds and then
// make 16 decisions; their latency counts from the moment for which they had
// set the alarm. Busy ones make one batch of 16 after the other.
//
//   none        nobody reloads
//   ordinary    the reload is a thread like the others
//   background  as the server does it (runtime/store/background_work.h)
//
// A row's time is the 99.9th percentile of the latency of a batch; the counters
// p50, p99 and max are others, in nanoseconds.
#include <benchmark/benchmark.h>
#include <sys/prctl.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "bench/corpus.h"
#include "bench/harness.h"
#include "bench/requests.h"
#include "bench/temp_folder.h"
#include "runtime/decision/evaluate.h"
#include "runtime/store/policy_store.h"
#include "runtime/store/reloader.h"

namespace corsac::bench {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::nanoseconds;

constexpr nanoseconds kPace = std::chrono::microseconds(200);
constexpr int kBatch = 16;

enum class Mode : std::uint8_t { kNone, kOrdinary, kBackground };

struct Row {
  Mode mode = Mode::kNone;
  bool paced = true;
  std::size_t threads = 1;
  std::size_t origins = 0;
  std::chrono::milliseconds duration{0};
};

void SleepUntil(Clock::time_point time) {
  const auto since = time.time_since_epoch();
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(since);
  timespec until{};
  until.tv_sec = seconds.count();
  until.tv_nsec = nanoseconds(since - seconds).count();
  // steady_clock is this one in libstdc++.
  clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr);
}

// A thread that answers. Its latencies are there once it has ended.
class Server {
 public:
  Server(const PolicyStore& store, const OriginPool& origins, const Row& row,
         std::size_t first)
      : store_(store), origins_(origins), paced_(row.paced), next_(first) {
    latencies_.reserve(std::size_t{1} << 22);
    thread_ = std::thread([this] { Run(); });
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server() { Stop(); }

  void Stop() {
    stop_.store(true, std::memory_order_relaxed);
    if (thread_.joinable()) thread_.join();
  }

  bool was_right() const { return right_; }
  const std::vector<std::int64_t>& latencies() const { return latencies_; }

 private:
  void Run() {
    // Woken at the time and not up to 50 microseconds later.
    prctl(PR_SET_TIMERSLACK, 1);
    Request request("OPTIONS", "/api/orders/4711");
    AddPreflightLines("", &request);
    std::string lines;
    lines.reserve(4096);
    Clock::time_point due = Clock::now();
    // relaxed: only asks for an end; join() orders what follows.
    while (!stop_.load(std::memory_order_relaxed)) {
      due = paced_ ? due + kPace : Clock::now();
      if (paced_) SleepUntil(due);
      for (int i = 0; i < kBatch; ++i) Answer(&request, &lines);
      const Clock::time_point end = Clock::now();
      if (latencies_.size() < latencies_.capacity()) {
        latencies_.push_back(nanoseconds(end - due).count());
      }
      // What fell due meanwhile has been answered late with this one.
      due = std::max(due, end - kPace);
    }
  }

  void Answer(Request* request, std::string* lines) {
    const PolicyStore::Snapshot snapshot = store_.Acquire();
    request->set_origin(origins_[next_]);
    if (++next_ == origins_.size()) next_ = 0;
    const Decision decision = Evaluate(snapshot.table(), request->view());
    lines->clear();
    AppendHeaderLines(decision, lines);
    right_ = right_ && decision.code == DecisionCode::kAllow;
  }

  const PolicyStore& store_;
  const OriginPool& origins_;
  const bool paced_;
  std::size_t next_;
  bool right_ = true;
  std::vector<std::int64_t> latencies_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

// Another rule file, and so another table, each time.
bool WriteRules(const TempFolder& folder, const Row& row, int version) {
  const RuleSetSpec spec = SpecOf(RuleForm::kExact, row.origins);
  return WriteFile(folder / "site.toml",
                   RuleFileTextWithList(spec, "origins.txt") + "# " +
                       std::to_string(version) + "\n");
}

// Reloads until the time is over; returns how many succeeded, or -1.
int ReloadUntil(Clock::time_point end, const TempFolder& folder, const Row& row,
                Reloader* reloader) {
  int reloads = 0;
  while (Clock::now() < end) {
    const Clock::time_point next = Clock::now() + std::chrono::seconds(1);
    if (row.mode != Mode::kNone) {
      if (!WriteRules(folder, row, reloads + 1)) return -1;
      const auto attempt = reloader->Reload(ReloadTrigger::kApi);
      if (attempt->result != ReloadResult::kSuccess) return -1;
      ++reloads;
    }
    SleepUntil(std::min(next, end));
  }
  return reloads;
}

void Report(std::vector<std::int64_t> latencies, benchmark::State& state) {
  std::sort(latencies.begin(), latencies.end());
  const auto at = [&latencies](double part) {
    const auto last = static_cast<double>(latencies.size() - 1);
    return static_cast<double>(
        latencies[static_cast<std::size_t>(part * last)]);
  };
  state.SetIterationTime(at(0.999) / 1e9);
  state.counters["p50"] = at(0.5);
  state.counters["p99"] = at(0.99);
  state.counters["max"] = at(1);
}

void RunReload(const Row& row, benchmark::State& state) {
  const TempFolder folder;
  const OriginPool& origins = PoolOf(RuleForm::kExact, row.origins, true);
  if (!WriteRules(folder, row, 0) ||
      !WriteFile(folder / "origins.txt",
                 OriginListText(SpecOf(RuleForm::kExact, row.origins)))) {
    state.SkipWithError("cannot write the rule files");
    return;
  }
  PolicyStore store;
  Reloader reloader({.rules = folder.path(),
                     .compile = {},
                     .in_foreground = row.mode == Mode::kOrdinary},
                    &store, [](const ReloadAttempt&) {});
  if (reloader.Reload(ReloadTrigger::kStart)->result !=
      ReloadResult::kSuccess) {
    state.SkipWithError("the rules do not compile");
    return;
  }
  for (auto _ : state) {
    std::vector<std::unique_ptr<Server>> servers;
    for (std::size_t i = 0; i < row.threads; ++i) {
      servers.push_back(std::make_unique<Server>(
          store, origins, row, i * origins.size() / row.threads));
    }
    const int reloads =
        ReloadUntil(Clock::now() + row.duration, folder, row, &reloader);
    std::vector<std::int64_t> latencies;
    bool right = reloads >= 0;
    for (const auto& server : servers) {
      server->Stop();
      right = right && server->was_right();
      latencies.insert(latencies.end(), server->latencies().begin(),
                       server->latencies().end());
    }
    if (!right || latencies.empty()) {
      state.SkipWithError("a reload failed, or an answer was wrong");
      return;
    }
    Report(std::move(latencies), state);
    state.counters["reloads"] = reloads;
  }
}

void Register(const Row& row) {
  constexpr std::string_view kNames[] = {"none", "ordinary", "background"};
  std::string name = row.paced ? "Reload/paced" : "Reload/busy";
  name += "/threads:" + std::to_string(row.threads) + "/";
  name += kNames[static_cast<std::size_t>(row.mode)];
  name += "/origins:" + std::to_string(row.origins);
  benchmark::RegisterBenchmark(
      name.c_str(), [row](benchmark::State& state) { RunReload(row, state); })
      ->UseManualTime()
      ->Iterations(1)
      ->Unit(benchmark::kMicrosecond);
}

}  // namespace

void RegisterReloadRows() {
  using std::chrono::milliseconds;
  const auto register_modes = [](Row row) {
    for (const Mode mode : {Mode::kNone, Mode::kOrdinary, Mode::kBackground}) {
      row.mode = mode;
      Register(row);
    }
  };
  for (const std::size_t threads : {1U, 2U}) {
    register_modes({.threads = threads,
                    .origins = 1'000'000,
                    .duration = milliseconds(4'000)});
  }
  register_modes({.paced = false,
                  .threads = 1,
                  .origins = 1'000'000,
                  .duration = milliseconds(4'000)});
  // A small one, so that a test of all rows has run it.
  Register({.mode = Mode::kBackground,
            .threads = 2,
            .origins = 1'000,
            .duration = milliseconds(200)});
}

}  // namespace corsac::bench
