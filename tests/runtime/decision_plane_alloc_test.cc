// The hooks allocate nothing: from the bytes of a request to those of its
// answer, in a buffer that has had answers before.
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "compiler/compile.h"
#include "runtime/http/request_head.h"
#include "runtime/http/response_writer.h"
#include "runtime/serve/decision_plane.h"
#include "tests/testing/alloc_counter.h"

namespace corsac::testing {
namespace {

const char kRules[] = R"(version = 1
[[route]]
path = "/orders/{rest...}"
origins = ["https://app.example.com", "https://*.example.org"]
methods = "*"
headers = ["*", "authorization"]
credentials = true

[[route]]
path = "/star"
origins = ["*"]

[[route]]
path = "/locked"
origins = ["https://app.example.com"]
mode = "enforce"
)";

// Counts what it is told.
class Counter : public DecisionObserver {
 public:
  void Observe(const DecisionRecord& record) override {
    bytes += record.endpoint.size() + record.target.size();
  }
  std::size_t bytes = 0;
};

// One request after another, and how many of them there are.
struct Requests {
  std::string bytes;
  std::size_t count = 0;

  void Add(const std::string& request) {
    bytes += request;
    ++count;
  }
};

// Asks every hook about `method` `target` from `origin`, with `lines` besides.
void AddHooks(const std::string& method, const std::string& target,
              const std::string& lines, bool has_origin, Requests* requests) {
  const auto hook = [&](const std::string& path, const std::string& family) {
    return "GET " + path + " HTTP/1.1\r\nHost: corsac\r\nX-" + family +
           "-Method: " + method + "\r\nX-" + family + "-Uri: " + target +
           "\r\nX-" + family + "-Host: api.example.com\r\n" + lines + "\r\n";
  };
  requests->Add(method + " /v1/authz/ext-authz" + target +
                " HTTP/1.1\r\nHost: api.example.com\r\n" + lines + "\r\n");
  // A hook that is asked about the wrong kind of request says so, and that
  // allocates.
  if (method != "OPTIONS") {
    requests->Add(hook("/v1/authz/forward-auth", "Forwarded"));
    requests->Add(hook("/v1/authz/auth-request", "Original"));
  } else if (has_origin) {
    requests->Add(hook("/v1/preflight?q", "Forwarded"));
  }
}

Requests AllRequests() {
  const std::string origins[] = {
      "", "Origin: https://app.example.com\r\n",
      "Origin: https://a.example.org\r\n", "Origin: https://evil.example\r\n",
      "Origin: https://app.example.com\r\nOrigin: https://evil.example\r\n"};
  Requests requests;
  for (const std::string& origin : origins) {
    for (const char* target :
         {"/orders/%37/../8?a=b", "/star", "/locked", "/nowhere"}) {
      for (const char* method : {"OPTIONS", "DELETE"}) {
        AddHooks(method, target,
                 origin +
                     "Access-Control-Request-Method: DELETE\r\n"
                     "Access-Control-Request-Headers: x-a, x-b,"
                     "authorization\r\n",
                 !origin.empty(), &requests);
      }
    }
  }
  return requests;
}

// Answers all of `bytes` into `out`. Returns whether all could be read.
bool AnswerAll(std::string_view bytes, HeadReader* reader, DecisionPlane* plane,
               std::string* out) {
  const ResponseWriter::Context context{
      .date_line = "Date: Tue, 24 Nov 2026 10:00:00 GMT\r\n"};
  while (!bytes.empty()) {
    if (reader->Read(bytes) != HeadReader::Status::kComplete) return false;
    const RequestHead& head = reader->head();
    bytes.remove_prefix(head.size);
    ResponseWriter writer(context, out);
    plane->Handle(head, {}, &writer);
  }
  return true;
}

TEST(DecisionPlaneAllocationTest, HooksAllocateNothing) {
  FindingSink sink;
  SourceSet sources = SourceSet::FromText("site.toml", kRules, sink);
  CompileResult rules = Compile(std::move(sources), std::move(sink));
  for (const Finding& finding : rules.findings) {
    ASSERT_NE(finding.severity, Severity::kError) << finding.message;
  }
  ASSERT_TRUE(rules.ok());
  PolicyStore store;
  store.Publish(std::move(rules.table), "hash");
  ServeStats stats;
  Counter observer;
  DecisionPlane plane({.store = &store,
                       .state = [] { return std::string_view("ready"); },
                       .counters = stats.AddLoop(),
                       .observer = &observer});
  HeadReader reader{HttpLimits{}};

  const Requests requests = AllRequests();
  std::string out;
  std::size_t allocations = 0;
  for (int round = 0; round < 2; ++round) {
    out.clear();
    const std::size_t before = AllocationsOnThisThread();
    ASSERT_TRUE(AnswerAll(requests.bytes, &reader, &plane, &out));
    allocations = AllocationsOnThisThread() - before;
    // The first time the buffer grows.
    if (round == 0) {
      EXPECT_GT(allocations, 0U);
    }
  }
  EXPECT_EQ(allocations, 0U);
  EXPECT_GT(observer.bytes, 0U);
  // All of them were decisions.
  std::uint64_t decisions = 0;
  for (const std::uint64_t n : stats.Sum().decisions) decisions += n;
  EXPECT_EQ(decisions, 2 * requests.count);
  EXPECT_EQ(out.find("problem"), std::string::npos);
}

}  // namespace
}  // namespace corsac::testing
