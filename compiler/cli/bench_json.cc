// The report of `corsac bench` for programs; docs/benchmarking.md documents
// each key. Tested by tests/cli/bench_test.cc.
#include <cmath>
#include <nlohmann/json.hpp>
#include <string>

#include "compiler/cli/bench_report.h"

namespace corsac::cli {
namespace {

using OrderedJson = nlohmann::ordered_json;

// More digits than a clock can tell only make files differ.
double Rounded(double value) { return std::round(value * 1'000) / 1'000; }

OrderedJson SlowestJson(const Measurement::Slowest& slowest) {
  OrderedJson json = OrderedJson::object();
  json["ns"] = Rounded(slowest.ns);
  json["origin"] = slowest.origin;
  json["method"] = slowest.method;
  json["target"] = slowest.target;
  json["route"] =
      slowest.route.empty() ? OrderedJson(nullptr) : OrderedJson(slowest.route);
  json["file"] = slowest.place.line == 0
                     ? OrderedJson(nullptr)
                     : OrderedJson(std::string(slowest.place.file));
  json["line"] = slowest.place.line == 0 ? OrderedJson(nullptr)
                                         : OrderedJson(slowest.place.line);
  return json;
}

OrderedJson RowJson(const Measurement& row) {
  OrderedJson json = OrderedJson::object();
  json["name"] = row.row->name();
  json["kind"] = RequestKindName(row.row->kind);
  json["outcome"] = OutcomeName(row.row->outcome);
  json["what"] = row.row->what;
  json["requests"] = row.row->requests.size();
  json["decisions"] = row.decisions;
  json["median_ns"] = Rounded(row.median_ns);
  json["p10_ns"] = Rounded(row.p10_ns);
  json["p90_ns"] = Rounded(row.p90_ns);
  json["min_ns"] = Rounded(row.min_ns);
  json["allocations"] =
      row.allocations ? OrderedJson(*row.allocations) : OrderedJson(nullptr);
  json["slowest"] = SlowestJson(row.slowest);
  return json;
}

OrderedJson TableJson(const PolicyTable::Sizes& table) {
  OrderedJson json = OrderedJson::object();
  json["bytes"] = table.bytes();
  json["origin_bytes"] = table.origin_bytes;
  json["route_bytes"] = table.route_bytes;
  json["policy_bytes"] = table.policy_bytes;
  json["regex_bytes"] = table.regex_bytes;
  json["routes"] = table.routes;
  json["policies"] = table.policies;
  json["origin_sets"] = table.origin_sets;
  json["exact"] = table.exact;
  json["any_port"] = table.any_port;
  json["subdomain"] = table.subdomain;
  json["regex"] = table.regex;
  const std::size_t rules = table.rules();
  json["bytes_per_rule"] =
      rules == 0 ? OrderedJson(nullptr)
                 : OrderedJson(Rounded(static_cast<double>(table.bytes()) /
                                       static_cast<double>(rules)));
  return json;
}

OrderedJson CompileJson(const CompileMeasurement& compile) {
  OrderedJson json = OrderedJson::object();
  json["repetitions"] = compile.repetitions;
  json["source_bytes"] = compile.source_bytes;
  json["total_ms"] = Rounded(compile.total_ms());
  json["read_ms"] = Rounded(compile.read_ms);
  json["parse_ms"] = Rounded(compile.parse_ms);
  json["check_ms"] = Rounded(compile.check_ms);
  json["build_ms"] = Rounded(compile.build_ms);
  return json;
}

}  // namespace

std::string ReportJson(const BenchReport& report) {
  OrderedJson json = OrderedJson::object();
  json["path"] = report.path;
  json["repetitions"] = report.repetitions;
  json["min_time_ms"] = report.min_time_ms;
  json["optimised"] = report.optimised;
  json["rows"] = OrderedJson::array();
  for (const Measurement& row : report.rows) {
    json["rows"].push_back(RowJson(row));
  }
  json["table"] = TableJson(report.table);
  json["compile"] = CompileJson(report.compile);
  json["notes"] = report.notes;
  json["remarks"] = report.remarks;
  return json.dump(2, ' ', /*ensure_ascii=*/true,
                   OrderedJson::error_handler_t::replace) +
         "\n";
}

}  // namespace corsac::cli
