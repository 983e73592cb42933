// The hooks allocate nothing: from the bytes of a request to those of its
// answer, in a buffer that has had answers before.
#include <gtest/gtest.h>

#include <cstddef>
#include <memory>
#include <string>

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

  const std::string forwarded =
      " HTTP/1.1\r\nHost: corsac\r\nX-Forwarded-Method: %\r\n"
      "X-Forwarded-Uri: #\r\nX-Forwarded-Host: api.example.com\r\n";
  const std::string original =
      " HTTP/1.1\r\nHost: corsac\r\nX-Original-Method: %\r\n"
      "X-Original-URI: #\r\nX-Original-Host: api.example.com\r\n";
  const std::string origins[] = {
      "", "Origin: https://app.example.com\r\n",
      "Origin: https://a.example.org\r\n", "Origin: https://evil.example\r\n",
      "Origin: https://app.example.com\r\nOrigin: https://evil.example\r\n"};
  std::string requests;
  std::size_t count = 0;
  for (const std::string& origin : origins) {
    for (const std::string target :
         {"/orders/%37/../8?a=b", "/star", "/locked", "/nowhere"}) {
      for (const std::string method : {"OPTIONS", "DELETE"}) {
        const std::string lines =
            origin +
            "Access-Control-Request-Method: DELETE\r\n"
            "Access-Control-Request-Headers: x-a, x-b,authorization\r\n";
        const auto fill = [&](std::string text) {
          text.replace(text.find('%'), 1, method);
          text.replace(text.find('#'), 1, target);
          return text + lines + "\r\n";
        };
        // What is no preflight is a problem there, and problems allocate.
        if (method == "OPTIONS" && !origin.empty()) {
          requests += fill("GET /v1/preflight?q" + forwarded);
          ++count;
        }
        requests += method + " /v1/authz/ext-authz" + target +
                    " HTTP/1.1\r\nHost: api.example.com\r\n" + lines + "\r\n";
        ++count;
        if (method == "OPTIONS") continue;
        requests += fill("GET /v1/authz/forward-auth" + forwarded);
        requests += fill("GET /v1/authz/auth-request" + original);
        count += 2;
      }
    }
  }

  std::string out;
  const ResponseWriter::Context context{
      .date_line = "Date: Tue, 24 Nov 2026 10:00:00 GMT\r\n"};
  std::size_t allocations = 0;
  for (int round = 0; round < 2; ++round) {
    out.clear();
    const std::size_t before = AllocationsOnThisThread();
    std::string_view rest = requests;
    while (!rest.empty()) {
      if (reader.Read(rest) != HeadReader::Status::kComplete) break;
      const RequestHead& head = reader.head();
      rest.remove_prefix(head.size);
      ResponseWriter writer(context, &out);
      plane.Handle(head, {}, &writer);
    }
    EXPECT_TRUE(rest.empty());
    allocations = AllocationsOnThisThread() - before;
  }
  EXPECT_EQ(allocations, 0U);
  EXPECT_GT(observer.bytes, 0U);
  // All of them were decisions.
  std::uint64_t decisions = 0;
  for (const std::uint64_t n : stats.Sum().decisions) decisions += n;
  EXPECT_EQ(decisions, 2 * count);
  EXPECT_EQ(out.find("problem"), std::string::npos);
}

}  // namespace
}  // namespace corsac::testing
