// Whole requests on the decision listener, without its sockets: from the bytes
// that were read to the bytes that are to be written, by the reader, the
// endpoint and the writer that the server uses.
//
//   Serve/preflight/origins:1000      a preflight as a gateway passes it on to
//                                     /v1/preflight, with its three lines
//   Serve/ext-authz/origins:1000      the same preflight as it came, behind the
//                                     path of the ext-authz hook
//   Serve/forward-auth/origins:1000   a GET that the forward-auth hook is asked
//                                     about
//   Serve/…/read-only                 the same bytes, read and not answered
//
// 1,000 exact origins and a wildcard. Each iteration takes the next of 64
// requests, which are allowed and come from origins chosen at random.
#include <benchmark/benchmark.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bench/corpus.h"
#include "bench/harness.h"
#include "bench/requests.h"
#include "compiler/table/policy_table.h"
#include "runtime/http/request_head.h"
#include "runtime/http/response_writer.h"
#include "runtime/serve/decision_plane.h"
#include "runtime/store/policy_store.h"

namespace corsac::bench {
namespace {

constexpr std::size_t kRules = 1'000;
constexpr std::size_t kRequests = 64;
constexpr std::string_view kTarget = "/api/orders/4711?page=2";

enum class Hook : std::uint8_t { kPreflight, kExtAuthz, kForwardAuth };

std::string_view NameOf(Hook hook) {
  constexpr std::string_view kNames[] = {"preflight", "ext-authz",
                                         "forward-auth"};
  return kNames[static_cast<int>(hook)];
}

std::string RequestLine(Hook hook) {
  switch (hook) {
    case Hook::kPreflight:
      return "OPTIONS /v1/preflight HTTP/1.1\r\n";
    case Hook::kExtAuthz:
      return "OPTIONS /v1/authz/ext-authz" + std::string(kTarget) +
             " HTTP/1.1\r\n";
    case Hook::kForwardAuth:
      break;
  }
  return "GET /v1/authz/forward-auth HTTP/1.1\r\n";
}

// One whole request from `origin`, as bytes.
std::string BytesOf(Hook hook, std::string_view origin) {
  const bool actual = hook == Hook::kForwardAuth;
  Request request(actual ? "GET" : "OPTIONS", kTarget);
  if (actual) {
    AddActualLines("", &request);
  } else {
    AddPreflightLines("", &request);
  }
  request.set_origin(origin);
  std::string bytes = RequestLine(hook);
  const auto add = [&bytes](std::string_view name, std::string_view value) {
    bytes.append(name).append(": ").append(value).append("\r\n");
  };
  const RequestView view = request.view();
  for (const HeaderField& field : view.headers) add(field.name, field.value);
  if (hook != Hook::kExtAuthz) {
    add("X-Forwarded-Method", view.method);
    add("X-Forwarded-Uri", view.target);
    add("X-Forwarded-Host", view.host);
  }
  return bytes + "\r\n";
}

// The store, the plane and the requests of a row.
class Setup {
 public:
  explicit Setup(Hook hook) {
    RuleSetSpec spec = SpecOf(RuleForm::kExact, kRules);
    spec.subdomain = 1;
    store_.Publish(BuildTable(RuleSetIr(spec)), "bench");
    const OriginPool& origins = PoolOf(RuleForm::kExact, kRules, true);
    for (std::size_t i = 0; i < kRequests; ++i) {
      origins_.emplace_back(origins[i]);
      requests_.push_back(BytesOf(hook, origins[i]));
    }
    out_.reserve(std::size_t{64} << 10);
  }

  // Answers request `i`. False if it cannot be read.
  bool Answer(std::size_t i) {
    out_.clear();
    if (!Read(i)) return false;
    const RequestHead& head = reader_.head();
    const ResponseWriter::Context context{
        .head_request = false,
        .minor_version = head.minor_version,
        .keep_alive = head.keep_alive,
        .date_line = "Date: Tue, 24 Nov 2026 10:00:00 GMT\r\n"};
    ResponseWriter writer(context, &out_);
    plane_.Handle(head, {}, &writer);
    return true;
  }

  bool Read(std::size_t i) {
    return reader_.Read(requests_[i]) == HeadReader::Status::kComplete;
  }

  // Whether every request is allowed, by name and with the right status.
  bool Check(std::string_view status) {
    for (std::size_t i = 0; i < kRequests; ++i) {
      if (!Answer(i) || !out_.starts_with(status) ||
          out_.find("Access-Control-Allow-Origin: " + origins_[i] + "\r\n") ==
              std::string::npos) {
        return false;
      }
    }
    return true;
  }

  std::size_t request_bytes() const { return requests_.front().size(); }
  const std::string& out() const { return out_; }

 private:
  PolicyStore store_;
  ServeStats stats_;
  DecisionPlane plane_{{.store = &store_,
                        .state = [] { return std::string_view("ready"); },
                        .counters = stats_.AddLoop(),
                        .observer = nullptr}};
  HeadReader reader_{HttpLimits{}};
  std::vector<std::string> origins_;
  std::vector<std::string> requests_;
  std::string out_;
};

void RunServe(Hook hook, bool read_only, benchmark::State& state) {
  Setup setup(hook);
  const bool preflight = hook != Hook::kForwardAuth;
  if (!setup.Check(preflight ? "HTTP/1.1 204 " : "HTTP/1.1 200 ")) {
    state.SkipWithError("a request is answered otherwise");
    return;
  }
  std::size_t next = 0;
  const HeapCounts before = HeapNow();
  for (auto _ : state) {
    if (read_only) {
      benchmark::DoNotOptimize(setup.Read(next));
    } else {
      benchmark::DoNotOptimize(setup.Answer(next));
    }
    if (++next == kRequests) next = 0;
    benchmark::DoNotOptimize(setup.out().data());
    benchmark::ClobberMemory();
  }
  CountAllocations(before, state);
  state.counters["request_bytes"] = static_cast<double>(setup.request_bytes());
}

}  // namespace

void RegisterServeRows() {
  for (const Hook hook :
       {Hook::kPreflight, Hook::kExtAuthz, Hook::kForwardAuth}) {
    for (const bool read_only : {false, true}) {
      const std::string name = "Serve/" + std::string(NameOf(hook)) +
                               (read_only ? "/read-only" : "/origins:1000");
      benchmark::RegisterBenchmark(name.c_str(),
                                   [hook, read_only](benchmark::State& state) {
                                     RunServe(hook, read_only, state);
                                   });
    }
  }
}

}  // namespace corsac::bench
