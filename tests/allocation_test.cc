// A decision without regex rules allocates nothing, whatever the request looks
// like, and neither does writing its headers into a string that has the room.
#include <gtest/gtest.h>

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "compiler/model/ir.h"
#include "compiler/table/policy_table.h"
#include "runtime/decision/decision.h"
#include "runtime/decision/evaluate.h"
#include "tests/testing/alloc_counter.h"
#include "tests/testing/exact_request.h"
#include "tests/testing/reference_evaluator.h"

namespace corsac::testing {
namespace {

constexpr IrPlace kPlace = {0, 1, 1};

// What is stored here is not optimised away, nor is its allocation.
const void* volatile last_used;

void Use(const void* value) { last_used = value; }

TEST(AllocCounterTest, CountsEveryFormOfNew) {
  const std::size_t before = AllocationsOnThisThread();
  const auto one = std::make_unique<int>(1);
  const auto some = std::make_unique<char[]>(100);
  const std::string text(100, 'x');
  struct alignas(64) Wide {
    char bytes[64];
  };
  const auto wide = std::make_unique<Wide>();
  Use(one.get());
  Use(some.get());
  Use(text.data());
  Use(wide.get());
  EXPECT_EQ(AllocationsOnThisThread() - before, 4U);
}

void AddRoute(const std::string& name, const IrOriginSet& set, IrPolicy policy,
              Ir* ir) {
  policy.origins = static_cast<std::uint32_t>(ir->origin_sets.size());
  IrRoute route;
  route.id = name;
  route.pattern = "/" + name + "/{id}";
  route.segments = {{IrSegment::Kind::kLiteral, name},
                    {IrSegment::Kind::kParam, "id"}};
  route.policy = static_cast<std::uint32_t>(ir->policies.size());
  route.place = kPlace;
  ir->origin_sets.push_back(set);
  ir->policies.push_back(std::move(policy));
  ir->routes.push_back(std::move(route));
}

Ir Rules() {
  Ir ir;
  ir.files = {"rules.toml"};
  IrOriginSet any;
  any.any = true;
  IrOriginSet some;
  some.exact = {{"https://app.example.com", kPlace},
                {"capacitor://localhost", kPlace}};
  some.any_port = {{"http", "localhost", kPlace}};
  some.subdomain = {{"https", "example.com", false, std::nullopt, kPlace},
                    {"https", "com", false, 8443, kPlace}};
  some.null = true;

  IrPolicy star;
  star.headers = {true, {"authorization"}};
  star.methods.any = true;
  star.expose.any = true;
  AddRoute("star", any, star, &ir);
  IrPolicy listed;
  listed.credentials = true;
  listed.methods.names = {"PUT", "DELETE"};
  listed.headers.names = {"x-a", "content-type"};
  listed.expose.names = {"x-total"};
  listed.max_age = 600;
  listed.private_network = true;
  listed.timing_allow_origin.any = true;
  AddRoute("listed", some, listed, &ir);
  IrPolicy asked = listed;
  asked.headers = {true, {}};
  asked.methods = {true, {}};
  AddRoute("asked", some, asked, &ir);
  IrPolicy enforced = listed;
  enforced.mode = IrMode::kEnforce;
  enforced.methods_strict = true;
  enforced.websocket_check = true;
  AddRoute("enforced", some, enforced, &ir);
  ir.routes[3].host = {IrHost::Kind::kWildcard, "example.com"};
  return ir;
}

std::string ManyNames(std::size_t count) {
  std::string names;
  for (std::size_t i = 0; i < count; ++i) {
    names += "X-Name-" + std::to_string(i) + " , ";
  }
  return names;
}

std::vector<std::string> Origins() {
  return {"https://app.example.com",
          "https://a.b.c.example.com",
          "https://a.b.com:8443",
          "http://localhost:5173",
          "capacitor://localhost",
          "https://evil.test",
          "https://example.com.evil.test",
          "http://[2001:db8::1]:81",
          "http://10.0.0.1",
          "null",
          "file://",
          "",
          "HTTPS://APP.example.com/",
          std::string(5'000, 'x')};
}

std::vector<std::string> Targets(const std::string& route) {
  return {"/" + route + "/7",
          "/" + route + "/7?" + std::string(2'000, 'q'),
          "//" + route + "/./%37/x/../../8",
          "https://API.example.com/" + route + "/7",
          "/" + std::string(8'000, '.') + "/..",
          "*",
          "/%zz"};
}

std::vector<FieldLines> PreflightFields() {
  const std::string method = "Access-Control-Request-Method";
  const std::string headers = "Access-Control-Request-Headers";
  return {{{method, "PUT"}},
          {{method, "PUT"}, {headers, "content-type,x-a"}},
          {{method, "PATCH"}, {headers, "x-b"}},
          {{method, "POST"}, {headers, "x-c, Authorization"}, {headers, "X-C"}},
          {{method, "GET"}, {headers, ManyNames(128)}},
          {{method, "GET"}, {headers, ManyNames(129)}},
          {{method, "GET"}, {headers, std::string(4'096, ',')}},
          {{method, "GET"}, {headers, std::string(9'000, 'x')}},
          {{method, std::string(300, 'M')}},
          {{method, "PUT"}, {"access-control-request-private-network", "true"}},
          {{method, "PUT"}, {method, "PUT"}}};
}

std::vector<FieldLines> OtherFields() {
  return {{},
          {{"Upgrade", "websocket"}},
          {{"Sec-Fetch-Site", "same-origin"}},
          {{"Origin ", "x"}},
          {{"ORIGIN", "null"}}};
}

std::vector<ReferenceRequest> Requests() {
  std::vector<ReferenceRequest> requests;
  const auto add = [&](const std::string& method, const std::string& target,
                       const std::string& origin, FieldLines fields) {
    fields.emplace(fields.begin(), "Origin", origin);
    fields.emplace_back("User-Agent", std::string(200, 'u'));
    requests.push_back({method, "Api.Example.com.:8443", target, fields});
  };
  for (const char* route : {"star", "listed", "asked", "enforced", "none"}) {
    for (const std::string& target : Targets(route)) {
      for (const std::string& origin : Origins()) {
        for (const FieldLines& fields : PreflightFields()) {
          add("OPTIONS", target, origin, fields);
        }
        for (const FieldLines& fields : OtherFields()) {
          add("PATCH", target, origin, fields);
        }
      }
      requests.push_back({"GET", "", target, {}});
    }
  }
  return requests;
}

TEST(AllocationTest, DecisionsAllocateNothing) {
  const Ir ir = Rules();
  const std::unique_ptr<const PolicyTable> table = BuildTable(ir);
  std::string lines;
  lines.reserve(64 << 10);
  std::size_t allowed = 0;
  std::size_t refused = 0;
  for (const ReferenceRequest& plain : Requests()) {
    const ExactRequest request(plain);
    lines.clear();
    const std::size_t before = AllocationsOnThisThread();
    const Decision decision = Evaluate(*table, request.view());
    AppendHeaderLines(decision, &lines);
    const std::size_t after = AllocationsOnThisThread();
    ASSERT_EQ(after - before, 0U) << Describe(plain);
    if (decision.outcome == Outcome::kAllow) ++allowed;
    if (decision.outcome == Outcome::kDeny) ++refused;
  }
  // The table of requests is worth something only if both come up often.
  EXPECT_GT(allowed, 500U);
  EXPECT_GT(refused, 500U);
}

}  // namespace
}  // namespace corsac::testing
