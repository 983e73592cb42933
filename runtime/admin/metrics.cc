// Metrics on prometheus-cpp's registry; its HTTP server is not used.
// Tested by tests/runtime/metrics_test.cc.
#include "runtime/admin/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <mutex>
#include <utility>

#include "runtime/admin/listener_metrics.h"
#include "runtime/admin/process_usage.h"

namespace corsac {
namespace {

using prometheus::Counter;
using prometheus::Family;
using prometheus::Gauge;
using prometheus::Histogram;

double Seconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double>(time).count();
}

double Timestamp(std::chrono::system_clock::time_point time) {
  return std::chrono::duration<double>(time.time_since_epoch()).count();
}

const Histogram::BucketBoundaries& ShortTimes() {
  static const Histogram::BucketBoundaries buckets = {
      1e-7, 2.5e-7, 5e-7, 1e-6, 2.5e-6, 5e-6, 1e-5, 1e-4, 1e-3, 1e-2};
  return buckets;
}

const Histogram::BucketBoundaries& LongTimes() {
  static const Histogram::BucketBoundaries buckets = {
      1e-4, 5e-4, 1e-3, 5e-3, 1e-2, 5e-2, 0.1, 0.5, 1, 5, 10, 30};
  return buckets;
}

std::string CompilerName() {
#if defined(__clang__)
  return "clang " + std::to_string(__clang_major__);
#else
  return "gcc " + std::to_string(__GNUC__);
#endif
}

}  // namespace

struct Metrics::Impl {
  Family<Counter>& AddCounter(const char* name, const char* help) {
    return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
  }
  Family<Gauge>& AddGauge(const char* name, const char* help) {
    return prometheus::BuildGauge().Name(name).Help(help).Register(registry);
  }
  Family<Histogram>& AddHistogram(const char* name, const char* help) {
    return prometheus::BuildHistogram().Name(name).Help(help).Register(
        registry);
  }
  Gauge& AddOneGauge(const char* name, const char* help) {
    return AddGauge(name, help).Add({});
  }

  prometheus::Registry registry;

  Gauge& build_info =
      AddGauge("corsac_build_info", "1, labelled with what runs.")
          .Add({{"version", CORSAC_VERSION}, {"compiler", CompilerName()}});

  Gauge& reload_successful = AddOneGauge(
      "corsac_config_last_reload_successful",
      "Whether the table in force is what the rule source says (0 or 1).");
  Gauge& reload_success_time =
      AddOneGauge("corsac_config_last_reload_success_timestamp_seconds",
                  "When the table in force was last known to be what the rule "
                  "source says.");
  Family<Counter>& reloads =
      AddCounter("corsac_config_reloads_total",
                 "Reloads tried, by what asked for them and what came of it.");
  Family<Histogram>& reload_phases =
      AddHistogram("corsac_config_reload_duration_seconds",
                   "Time of each phase of reloads that read new rules.");
  Gauge& generation = AddOneGauge("corsac_config_generation",
                                  "Tables put in force since the start.");
  Family<Gauge>& config_info = AddGauge(
      "corsac_config_info", "1, labelled with the hash of the rules in force.");
  Gauge& routes =
      AddOneGauge("corsac_config_routes", "Routes of the table in force.");
  Gauge& rules = AddOneGauge("corsac_config_rules",
                             "Origin rules of the table in force, equal lists "
                             "counted once and `*` not at all.");
  Gauge& table_bytes = AddOneGauge("corsac_config_table_bytes",
                                   "Estimated size of the table in force.");
  Gauge& source_connected =
      AddOneGauge("corsac_source_connected",
                  "Whether the rule source could be read last time (0 or 1).");
  Gauge& source_contact =
      AddOneGauge("corsac_source_last_contact_timestamp_seconds",
                  "When the rule source was last read.");

  Family<Counter>& decisions = AddCounter("corsac_decisions_total",
                                          "Decisions, by kind of request, "
                                          "outcome and code.");
  // Found without a lock once they are made. Release and acquire: a counter is
  // seen as it was made.
  std::array<std::atomic<Counter*>, DecisionSeries::kCount> decision_cache{};
  Histogram& decision_time =
      AddHistogram("corsac_decision_duration_seconds",
                   "Time to decide for the admin API, without reading and "
                   "writing.")
          .Add({}, ShortTimes());

  Family<Counter>& http_requests =
      AddCounter("corsac_http_requests_total",
                 "Requests answered, by endpoint and status.");
  Family<Histogram>& http_times =
      AddHistogram("corsac_http_request_duration_seconds",
                   "Time to answer a request to the admin API, by endpoint.");

  ListenerMetrics listener{&registry, &decisions, &http_requests};

  Counter& access_log_dropped =
      AddCounter("corsac_access_log_dropped_total",
                 "Decisions that should be in the access log and are not.")
          .Add({});
  std::function<std::uint64_t()> dropped;  // guarded by mutex

  Gauge& start_time =
      AddOneGauge("process_start_time_seconds", "When the process started.");
  Counter& cpu_time =
      AddCounter("process_cpu_seconds_total", "CPU time used.").Add({});
  Gauge& resident_bytes =
      AddOneGauge("process_resident_memory_bytes", "Resident memory.");
  Gauge& virtual_bytes =
      AddOneGauge("process_virtual_memory_bytes", "Virtual memory.");
  Gauge& open_fds = AddOneGauge("process_open_fds", "Open file descriptors.");
  Gauge& max_fds =
      AddOneGauge("process_max_fds", "Most file descriptors allowed.");

  // Guards what a reload changes together, so that a scrape sees all of it or
  // nothing, and `listener`.
  std::mutex mutex;
  Gauge* current_info = nullptr;
};

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {
  impl_->build_info.Set(1);
  impl_->start_time.Set(Timestamp(std::chrono::system_clock::now()));
}

Metrics::~Metrics() = default;

void Metrics::CountDecision(const Decision& decision,
                            std::chrono::nanoseconds time) {
  const DecisionSeries series{decision.kind, decision.outcome, decision.code};
  std::atomic<Counter*>& cached = impl_->decision_cache[series.index()];
  Counter* counter = cached.load(std::memory_order_acquire);
  if (counter == nullptr) {
    // Two threads may come here at once: both are given the same counter.
    counter = &impl_->decisions.Add(
        {{"kind", std::string(RequestKindName(decision.kind))},
         {"outcome", std::string(OutcomeName(decision.outcome))},
         {"code", std::string(DecisionCodeName(decision.code))}});
    cached.store(counter, std::memory_order_release);
  }
  counter->Increment();
  impl_->decision_time.Observe(Seconds(time));
}

void Metrics::CountReload(const ReloadAttempt& attempt) {
  Impl& m = *impl_;
  m.reloads
      .Add({{"trigger", std::string(ReloadTriggerName(attempt.trigger))},
            {"result", std::string(ReloadResultName(attempt.result))}})
      .Increment();
  const auto observe = [&m](const char* phase, std::chrono::nanoseconds time) {
    m.reload_phases.Add({{"phase", phase}}, LongTimes()).Observe(Seconds(time));
  };
  if (attempt.result != ReloadResult::kUnchanged) {
    observe("read", attempt.times.read);
    observe("parse", attempt.times.parse);
    observe("check", attempt.times.check);
    observe("build", attempt.times.build);
  }
  const std::lock_guard<std::mutex> lock(m.mutex);
  m.source_connected.Set(attempt.source_read ? 1 : 0);
  if (attempt.source_read) m.source_contact.Set(Timestamp(attempt.at));
  const bool good =
      attempt.result == ReloadResult::kSuccess ||
      (attempt.result == ReloadResult::kUnchanged && !attempt.repeats_failure);
  m.reload_successful.Set(good ? 1 : 0);
  if (good) m.reload_success_time.Set(Timestamp(attempt.at));
  if (attempt.result != ReloadResult::kSuccess) return;
  observe("publish", attempt.publish_time);
  if (m.current_info != nullptr) m.config_info.Remove(m.current_info);
  m.current_info = &m.config_info.Add({{"bundle", attempt.content_hash}});
  m.current_info->Set(1);
}

void Metrics::CountHttpRequest(std::string_view endpoint, int status,
                               std::chrono::nanoseconds time) {
  const std::string name(endpoint);
  impl_->http_requests
      .Add({{"endpoint", name}, {"code", std::to_string(status)}})
      .Increment();
  impl_->http_times.Add({{"endpoint", name}}, LongTimes())
      .Observe(Seconds(time));
}

void Metrics::AddDecisionListener(const ServeStats* serve,
                                  std::function<HttpStats()> http) {
  const std::lock_guard<std::mutex> lock(impl_->mutex);
  impl_->listener.SetSources(serve, std::move(http));
}

void Metrics::AddAccessLog(std::function<std::uint64_t()> dropped) {
  const std::lock_guard<std::mutex> lock(impl_->mutex);
  impl_->dropped = std::move(dropped);
}

std::string Metrics::Text(const PolicyStore& store) {
  Impl& m = *impl_;
  const ProcessUsage usage = ReadProcessUsage();
  m.resident_bytes.Set(usage.resident_bytes);
  m.virtual_bytes.Set(usage.virtual_bytes);
  m.open_fds.Set(usage.open_fds);
  m.max_fds.Set(usage.max_fds);

  const std::lock_guard<std::mutex> lock(m.mutex);
  m.listener.Update();
  if (m.dropped) {
    Counter& counter = m.access_log_dropped;
    counter.Increment(
        std::max(0.0, static_cast<double>(m.dropped()) - counter.Value()));
  }
  m.cpu_time.Increment(std::max(0.0, usage.cpu_seconds - m.cpu_time.Value()));
  if (const PolicyStore::Snapshot snapshot = store.Acquire()) {
    const PolicyTable::Sizes sizes = snapshot.table().sizes();
    m.generation.Set(static_cast<double>(snapshot.generation()));
    m.routes.Set(static_cast<double>(sizes.routes));
    m.rules.Set(static_cast<double>(sizes.rules()));
    m.table_bytes.Set(static_cast<double>(sizes.bytes()));
  }
  return prometheus::TextSerializer().Serialize(m.registry.Collect());
}

}  // namespace corsac
