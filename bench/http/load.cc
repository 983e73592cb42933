// corsac_http_load: the load generator as a program. Reads the requests from a
// JSON file, prints what was measured as one JSON object, and fails if an
// answer was not as it should be. Tested by tests/bench/http_smoke_test.py.
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "bench/http/client_socket.h"
#include "bench/http/load_client.h"

namespace corsac::bench {
namespace {

using Json = nlohmann::ordered_json;

struct Flags {
  std::string address;
  std::string requests;
  double seconds = 1.0;
  double warm_up_seconds = 0.0;
  double slow_interval_ms = 500.0;
  LoadPlan plan;
};

std::chrono::nanoseconds Seconds(double seconds) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
      std::chrono::duration<double>(seconds));
}

double InMicroseconds(std::uint64_t ns) {
  return static_cast<double>(ns) / 1e3;
}

double InSeconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double>(time).count();
}

void AddFlags(CLI::App* app, Flags* flags) {
  LoadPlan& plan = flags->plan;
  app->add_option("ADDRESS", flags->address, "IPv4 address and port")
      ->required();
  app->add_option("--requests", flags->requests,
                  "JSON file: a list of {\"bytes\", \"status\", \"contains\", "
                  "\"lacks\"}")
      ->required();
  app->add_option("--connections", plan.connections, "busy connections (1)");
  app->add_option("--pipeline", plan.pipeline,
                  "requests that a connection sends at once (1)")
      ->check(CLI::Range(1, 1024));
  app->add_option("--idle", plan.idle,
                  "connections that are served once, then kept open (0)");
  app->add_option("--slow", plan.slow,
                  "connections that send one byte at a time (0)");
  app->add_option("--slow-interval-ms", flags->slow_interval_ms,
                  "from one byte of a slow connection to the next (500)")
      ->check(CLI::PositiveNumber);
  app->add_option("--seconds", flags->seconds, "how long to measure (1)")
      ->check(CLI::PositiveNumber);
  app->add_option("--warm-up", flags->warm_up_seconds,
                  "seconds of load before that (0)")
      ->check(CLI::NonNegativeNumber);
  app->add_option("--count", plan.max_requests,
                  "stop after that many requests (no bound)");
  app->add_option("--server", plan.server,
                  "a process of the server, for its processor time and memory; "
                  "repeatable");
}

bool ReadRequests(const std::string& path, LoadPlan* plan) {
  std::ifstream file(path);
  if (!file) return false;
  for (const Json& one : Json::parse(file)) {
    LoadRequest request;
    request.bytes = one.at("bytes").get<std::string>();
    request.status = one.at("status").get<std::uint16_t>();
    request.contains = one.value("contains", "");
    request.lacks = one.value("lacks", "");
    plan->requests.push_back(request);
  }
  return !plan->requests.empty();
}

// Every connection needs a file descriptor.
void RaiseFileLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

std::string ToJson(const LoadResult& result) {
  Json statuses = Json::object();
  for (const auto& [status, count] : result.statuses) {
    statuses[std::to_string(status)] = count;
  }
  const Histogram& latency = result.latency;
  const Json json = {{"requests", result.requests},
                     {"seconds", InSeconds(result.elapsed)},
                     {"statuses", statuses},
                     {"errors", result.errors},
                     {"latency_us",
                      {{"p50", InMicroseconds(latency.Quantile(0.5))},
                       {"p99", InMicroseconds(latency.Quantile(0.99))},
                       {"p99.9", InMicroseconds(latency.Quantile(0.999))},
                       {"max", InMicroseconds(latency.max())}}},
                     {"server_cpu_s", InSeconds(result.server_cpu)},
                     {"resident",
                      {{"before", result.resident_before},
                       {"idle", result.resident_idle},
                       {"end", result.resident_end}}},
                     {"slow",
                      {{"bytes", result.slow_bytes},
                       {"answered", result.slow_answered},
                       {"closed", result.slow_closed}}}};
  return json.dump();
}

int Main(int argc, char** argv) {
  CLI::App app("Loads an HTTP server and measures how it answers.");
  Flags flags;
  AddFlags(&app, &flags);
  CLI11_PARSE(app, argc, argv);
  LoadPlan& plan = flags.plan;
  const auto address = ParseServerAddress(flags.address);
  if (!address) {
    std::fprintf(stderr, "corsac_http_load: %s is no address\n",
                 flags.address.c_str());
    return 2;
  }
  if (!ReadRequests(flags.requests, &plan)) {
    std::fprintf(stderr, "corsac_http_load: there are no requests in %s\n",
                 flags.requests.c_str());
    return 2;
  }
  plan.address = *address;
  plan.duration = Seconds(flags.seconds);
  plan.warm_up = Seconds(flags.warm_up_seconds);
  plan.slow_interval = Seconds(flags.slow_interval_ms / 1e3);
  RaiseFileLimit();
  const LoadResult result = RunLoad(plan);
  std::puts(ToJson(result).c_str());
  return result.errors.empty() ? 0 : 1;
}

}  // namespace
}  // namespace corsac::bench

int main(int argc, char** argv) {
  try {
    return corsac::bench::Main(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "corsac_http_load: %s\n", error.what());
    return 2;
  }
}
