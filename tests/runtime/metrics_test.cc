// Tests of runtime/admin/metrics and process_usage.
#include "runtime/admin/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <thread>

#include "compiler/model/ir.h"
#include "runtime/admin/process_usage.h"

namespace corsac {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::shared_ptr<const PolicyTable> Table() {
  Ir ir;
  ir.files = {"site.toml"};
  ir.origin_sets.resize(1);
  ir.origin_sets[0].exact = {{"https://a.example.com", {}}};
  ir.policies.resize(1);
  IrRoute route;
  route.id = "r";
  route.pattern = "/{rest...}";
  route.segments = {{IrSegment::Kind::kRest, "rest"}};
  ir.routes = {route};
  return BuildTable(ir);
}

ReloadAttempt Attempt(ReloadTrigger trigger, ReloadResult result,
                      const std::string& hash) {
  ReloadAttempt attempt;
  attempt.at =
      std::chrono::system_clock::time_point(std::chrono::seconds(1000));
  attempt.trigger = trigger;
  attempt.result = result;
  attempt.content_hash = hash;
  attempt.source_read = true;
  attempt.times.parse = std::chrono::milliseconds(2);
  return attempt;
}

// The value of the series written exactly so, or nothing.
std::optional<double> ValueOf(const std::string& text,
                              const std::string& series) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(series + " ")) {
      return std::stod(line.substr(series.size() + 1));
    }
  }
  return std::nullopt;
}

TEST(MetricsTest, CountsReloads) {
  PolicyStore store;
  Metrics metrics;
  metrics.CountReload(
      Attempt(ReloadTrigger::kStart, ReloadResult::kSuccess, "h1"));
  store.Publish(Table(), "h1");
  std::string text = metrics.Text(store);
  const std::string reloads = "corsac_config_reloads_total";
  EXPECT_EQ(ValueOf(text, reloads + R"({result="success",trigger="start"})"),
            1);
  EXPECT_EQ(ValueOf(text, "corsac_config_last_reload_successful"), 1);
  EXPECT_EQ(
      ValueOf(text, "corsac_config_last_reload_success_timestamp_seconds"),
      1000);
  EXPECT_EQ(ValueOf(text, "corsac_config_generation"), 1);
  EXPECT_EQ(ValueOf(text, R"(corsac_config_info{bundle="h1"})"), 1);
  EXPECT_EQ(ValueOf(text, "corsac_config_routes"), 1);
  EXPECT_EQ(ValueOf(text, "corsac_config_rules"), 1);
  EXPECT_GT(ValueOf(text, "corsac_config_table_bytes"), 0);
  EXPECT_EQ(ValueOf(text, "corsac_source_connected"), 1);
  EXPECT_EQ(ValueOf(text, "corsac_source_last_contact_timestamp_seconds"),
            1000);
  EXPECT_EQ(
      ValueOf(text,
              R"(corsac_config_reload_duration_seconds_count{phase="parse"})"),
      1);

  ReloadAttempt failed =
      Attempt(ReloadTrigger::kFile, ReloadResult::kFailure, "h2");
  failed.source_read = false;
  metrics.CountReload(failed);
  text = metrics.Text(store);
  EXPECT_EQ(ValueOf(text, reloads + R"({result="failure",trigger="file"})"), 1);
  EXPECT_EQ(ValueOf(text, "corsac_config_last_reload_successful"), 0);
  EXPECT_EQ(ValueOf(text, "corsac_source_connected"), 0);
  EXPECT_EQ(ValueOf(text, R"(corsac_config_info{bundle="h1"})"), 1);
  EXPECT_THAT(text, Not(HasSubstr("h2")));

  // The failure met again is no success; the good rules met again are one.
  ReloadAttempt again =
      Attempt(ReloadTrigger::kPoll, ReloadResult::kUnchanged, "h2");
  again.repeats_failure = true;
  metrics.CountReload(again);
  EXPECT_EQ(
      ValueOf(metrics.Text(store), "corsac_config_last_reload_successful"), 0);
  metrics.CountReload(
      Attempt(ReloadTrigger::kPoll, ReloadResult::kUnchanged, "h1"));
  text = metrics.Text(store);
  EXPECT_EQ(ValueOf(text, "corsac_config_last_reload_successful"), 1);
  EXPECT_EQ(ValueOf(text, reloads + R"({result="unchanged",trigger="poll"})"),
            2);

  // One bundle at a time.
  metrics.CountReload(
      Attempt(ReloadTrigger::kApi, ReloadResult::kSuccess, "h3"));
  text = metrics.Text(store);
  EXPECT_EQ(ValueOf(text, R"(corsac_config_info{bundle="h3"})"), 1);
  EXPECT_THAT(text, Not(HasSubstr("h1")));
}

TEST(MetricsTest, CountsDecisionsWithoutTheirParameters) {
  const PolicyStore store;
  Metrics metrics;
  Decision decision;
  decision.kind = RequestKind::kPreflight;
  decision.outcome = Outcome::kDeny;
  decision.code = DecisionCode::kHeaderNotAllowed;
  decision.detail = "x-from-a-client";
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 1000; ++n) {
        metrics.CountDecision(decision, std::chrono::nanoseconds(300));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const std::string text = metrics.Text(store);
  EXPECT_EQ(ValueOf(text, R"(corsac_decisions_total{code="header-not-allowed",)"
                          R"(kind="preflight",outcome="deny"})"),
            4000);
  EXPECT_EQ(ValueOf(text, "corsac_decision_duration_seconds_count"), 4000);
  EXPECT_THAT(text, Not(HasSubstr("x-from-a-client")));
}

TEST(MetricsTest, CountsHttpRequests) {
  const PolicyStore store;
  Metrics metrics;
  metrics.CountHttpRequest("status", 200, std::chrono::milliseconds(3));
  metrics.CountHttpRequest("status", 200, std::chrono::milliseconds(3));
  metrics.CountHttpRequest("none", 404, std::chrono::milliseconds(3));
  const std::string text = metrics.Text(store);
  const std::string requests = "corsac_http_requests_total";
  EXPECT_EQ(ValueOf(text, requests + R"({code="200",endpoint="status"})"), 2);
  EXPECT_EQ(ValueOf(text, requests + R"({code="404",endpoint="none"})"), 1);
  EXPECT_EQ(
      ValueOf(
          text,
          R"(corsac_http_request_duration_seconds_count{endpoint="status"})"),
      2);
}

// Decisions and answers as a loop counts them.
Decision Denied() {
  Decision decision;
  decision.kind = RequestKind::kPreflight;
  decision.outcome = Outcome::kDeny;
  decision.code = DecisionCode::kOriginNotAllowed;
  return decision;
}

TEST(MetricsTest, CountsBothListenersTogether) {
  const PolicyStore store;
  ServeStats serve;
  HttpStats http;
  Metrics metrics;
  metrics.AddDecisionListener(&serve, [&http] { return http; });
  ServeCounters* const first = serve.AddLoop();
  ServeCounters* const second = serve.AddLoop();
  const Decision decision = Denied();
  const std::string decisions =
      R"(corsac_decisions_total{code="origin-not-allowed",kind="preflight",)"
      R"(outcome="deny"})";
  const std::string preflights =
      R"(corsac_http_requests_total{code="204",endpoint="preflight"})";
  const std::string ready =
      R"(corsac_http_requests_total{code="503",endpoint="ready"})";

  first->CountDecision(decision);
  first->CountAnswer(ServeEndpoint::kPreflight, 204);
  metrics.CountDecision(decision, std::chrono::nanoseconds(300));
  metrics.CountHttpRequest("ready", 503, std::chrono::milliseconds(1));
  std::string text = metrics.Text(store);
  EXPECT_EQ(ValueOf(text, decisions), 2);
  EXPECT_EQ(ValueOf(text, preflights), 1);
  EXPECT_EQ(ValueOf(text, ready), 1);
  // What has been counted once is not added again.
  text = metrics.Text(store);
  EXPECT_EQ(ValueOf(text, decisions), 2);

  second->CountDecision(decision);
  second->CountAnswer(ServeEndpoint::kPreflight, 204);
  second->CountAnswer(ServeEndpoint::kReady, 503);
  metrics.CountDecision(decision, std::chrono::nanoseconds(300));
  text = metrics.Text(store);
  EXPECT_EQ(ValueOf(text, decisions), 4);
  EXPECT_EQ(ValueOf(text, preflights), 2);
  EXPECT_EQ(ValueOf(text, ready), 2);
  // Only the admin API's are timed.
  EXPECT_EQ(ValueOf(text, "corsac_decision_duration_seconds_count"), 2);
}

TEST(MetricsTest, CountsConnectionsAndErrors) {
  const PolicyStore store;
  const ServeStats serve;
  HttpStats http;
  Metrics metrics;
  metrics.AddDecisionListener(&serve, [&http] { return http; });
  // Every reason is there from the start, so that rates can be taken.
  std::string text = metrics.Text(store);
  const std::string closed = "corsac_connections_closed_total";
  const std::string errors = "corsac_http_errors_total";
  for (std::size_t i = 0; i < kCloseReasons; ++i) {
    const std::string reason(CloseReasonName(static_cast<CloseReason>(i)));
    EXPECT_EQ(ValueOf(text, closed + "{reason=\"" + reason + "\"}"), 0);
  }
  for (std::size_t i = 1; i < kHttpErrors; ++i) {
    const std::string error(HttpErrorName(static_cast<HttpError>(i)));
    EXPECT_EQ(ValueOf(text, errors + "{error=\"" + error + "\"}"), 0);
  }
  http.accepted = 7;
  http.open = 3;
  http.closed[static_cast<std::size_t>(CloseReason::kIdleTimeout)] = 4;
  http.errors[static_cast<std::size_t>(HttpError::kTwoLengths)] = 2;
  for (int i = 0; i < 2; ++i) {
    text = metrics.Text(store);
    EXPECT_EQ(ValueOf(text, "corsac_connections"), 3);
    EXPECT_EQ(ValueOf(text, "corsac_connections_accepted_total"), 7);
    EXPECT_EQ(ValueOf(text, closed + R"({reason="idle-timeout"})"), 4);
    EXPECT_EQ(ValueOf(text, closed + R"({reason="client"})"), 0);
    EXPECT_EQ(ValueOf(text, errors + R"({error="two-lengths"})"), 2);
  }
  http.open = 0;
  EXPECT_EQ(ValueOf(metrics.Text(store), "corsac_connections"), 0);
}

// The names of `text`, which are written `like_this`.
std::set<std::string> MetricsIn(const std::string& text) {
  std::set<std::string> names;
  for (const std::string prefix : {"`corsac_", "`process_"}) {
    for (std::size_t at = text.find(prefix); at != std::string::npos;
         at = text.find(prefix, at + 1)) {
      names.insert(text.substr(at + 1, text.find('`', at + 1) - at - 1));
    }
  }
  return names;
}

TEST(MetricsTest, AreThoseThatTheDocumentLists) {
  PolicyStore store;
  const ServeStats serve;
  Metrics metrics;
  metrics.AddDecisionListener(&serve, [] { return HttpStats(); });
  // What has no series without one is counted once.
  metrics.CountReload(
      Attempt(ReloadTrigger::kStart, ReloadResult::kSuccess, "h1"));
  metrics.CountDecision(Denied(), std::chrono::nanoseconds(300));
  metrics.CountHttpRequest("ready", 200, std::chrono::milliseconds(1));
  store.Publish(Table(), "h1");
  std::set<std::string> printed;
  std::istringstream lines(metrics.Text(store));
  for (std::string line; std::getline(lines, line);) {
    const std::string start = "# TYPE ";
    if (!line.starts_with(start)) continue;
    printed.insert(line.substr(start.size(), line.rfind(' ') - start.size()));
  }
  EXPECT_GT(printed.size(), 20U);

  std::ifstream file(CORSAC_SOURCE_DIR "/docs/http_api.md");
  const std::string document{std::istreambuf_iterator<char>(file), {}};
  const std::size_t begin = document.find("\n## Metrics\n");
  ASSERT_NE(begin, std::string::npos);
  const std::size_t end = document.find("\n## ", begin + 1);
  EXPECT_EQ(MetricsIn(document.substr(begin, end - begin)), printed);
}

// What Prometheus' own linter asks for, as far as it matters here.
TEST(MetricsTest, EveryMetricHasAHelpATypeAndAProperName) {
  const PolicyStore store;
  const ServeStats serve;
  Metrics metrics;
  metrics.AddDecisionListener(&serve, [] { return HttpStats(); });
  const std::string text = metrics.Text(store);
  std::set<std::string> helped;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string hash;
    std::string keyword;
    std::string metric;
    words >> hash >> keyword >> metric;
    if (hash != "#") continue;
    EXPECT_TRUE(metric.starts_with("corsac_") || metric.starts_with("process_"))
        << line;
    EXPECT_EQ(metric.find_first_not_of("abcdefghijklmnopqrstuvwxyz_"),
              std::string::npos)
        << line;
    if (keyword == "HELP") {
      helped.insert(metric);
      EXPECT_EQ(line.back(), '.') << line;
    } else {
      EXPECT_TRUE(helped.contains(metric)) << line;
      std::string type;
      words >> type;
      EXPECT_EQ(type == "counter", metric.ends_with("_total")) << line;
    }
  }
  EXPECT_TRUE(helped.contains("corsac_build_info"));
  EXPECT_GT(ValueOf(text, "process_start_time_seconds"), 1e9);
}

TEST(ProcessUsageTest, ReadsWhatTheSystemSays) {
  const ProcessUsage usage = ReadProcessUsage();
  EXPECT_GT(usage.resident_bytes, 1e5);
  EXPECT_GE(usage.virtual_bytes, usage.resident_bytes);
  EXPECT_GE(usage.open_fds, 3);
  EXPECT_GE(usage.max_fds, usage.open_fds);
  EXPECT_GE(usage.cpu_seconds, 0);
}

}  // namespace
}  // namespace corsac
