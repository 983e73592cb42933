// /v1/status, /-/healthy, /-/ready and /metrics.
// Tested by tests/runtime/admin_test.cc and tests/runtime/metrics_test.cc.
#include <nlohmann/json.hpp>

#include "runtime/admin/handlers.h"
#include "runtime/log/log.h"

namespace corsac {
namespace {

using Json = nlohmann::ordered_json;

// Findings are kept as text. They were written by nlohmann-json or by us, so
// they can be read again.
Json ParseKept(const std::string& json) {
  return Json::parse(json, nullptr, /*allow_exceptions=*/false);
}

double Milliseconds(std::chrono::nanoseconds time) {
  const auto whole = std::chrono::floor<std::chrono::microseconds>(time);
  return static_cast<double>(whole.count()) / 1000;
}

Json TimesToJson(const ReloadAttempt& attempt) {
  return {{"read", Milliseconds(attempt.times.read)},
          {"parse", Milliseconds(attempt.times.parse)},
          {"check", Milliseconds(attempt.times.check)},
          {"build", Milliseconds(attempt.times.build)},
          {"publish", Milliseconds(attempt.publish_time)}};
}

Json AttemptToJson(const ReloadAttempt& attempt) {
  Json json;
  json["at"] = FormatTime(attempt.at);
  json["trigger"] = ReloadTriggerName(attempt.trigger);
  json["result"] = ReloadResultName(attempt.result);
  json["bundle"] = attempt.content_hash;
  json["milliseconds"] = TimesToJson(attempt);
  json["error_count"] = attempt.errors;
  json["errors"] = ParseKept(attempt.errors_json);
  json["warning_count"] = attempt.warnings;
  json["warnings"] = ParseKept(attempt.warnings_json);
  return json;
}

Json RunningToJson(const PolicyStore::Snapshot& snapshot,
                   const Reloader::Status& status) {
  const PolicyTable::Sizes sizes = snapshot.table().sizes();
  Json json;
  json["generation"] = snapshot.generation();
  json["bundle"] = snapshot.content_hash();
  json["activated_at"] = FormatTime(snapshot.activated_at());
  json["routes"] = sizes.routes;
  json["policies"] = sizes.policies;
  json["origin_rules"] = sizes.rules();
  json["table_bytes"] = sizes.bytes();
  // Those of the attempt that made this table, unless a newer one has been put
  // in force between the two looks.
  if (status.running != nullptr &&
      status.running->generation == snapshot.generation()) {
    json["warning_count"] = status.running->warnings;
    json["warnings"] = ParseKept(status.running->warnings_json);
  }
  return json;
}

AdminResponse Text(int status, std::string_view text) {
  AdminResponse response;
  response.status = status;
  response.content_type = "text/plain; charset=utf-8";
  response.body = text;
  response.body += "\n";
  return response;
}

}  // namespace

std::string_view StateName(const AdminContext& context) {
  if (context.draining.load()) return "draining";
  if (!context.store.Acquire()) return "starting";
  return context.reloader.status().degraded() ? "degraded" : "ready";
}

AdminResponse HandleStatus(const AdminRequest& /*request*/,
                           AdminContext& context) {
  // In this order: a table is published before its attempt is recorded.
  const Reloader::Status status = context.reloader.status();
  const PolicyStore::Snapshot snapshot = context.store.Acquire();
  Json json;
  json["state"] = StateName(context);
  json["version"] = CORSAC_VERSION;
  json["started_at"] = FormatTime(context.started_at);
  json["source"] = {{"kind", "file"}, {"path", context.rules}};
  json["running"] = snapshot ? RunningToJson(snapshot, status) : Json(nullptr);
  json["last_attempt"] =
      status.last != nullptr ? AttemptToJson(*status.last) : Json(nullptr);
  AdminResponse response;
  response.body =
      json.dump(2, ' ', true, Json::error_handler_t::replace) + "\n";
  return response;
}

AdminResponse HandleHealthy(const AdminRequest& /*request*/,
                            AdminContext& /*context*/) {
  return Text(200, "healthy");
}

AdminResponse HandleReady(const AdminRequest& /*request*/,
                          AdminContext& context) {
  const std::string_view state = StateName(context);
  const bool ready = state == "ready" || state == "degraded";
  return Text(ready ? 200 : 503, state);
}

AdminResponse HandleMetrics(const AdminRequest& /*request*/,
                            AdminContext& context) {
  AdminResponse response;
  response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  response.body = context.metrics.Text(context.store);
  return response;
}

}  // namespace corsac
