// The requests that `corsac bench` makes up: each is decided as its row says,
// also where rules and routes overlap.
#include "compiler/cli/bench_requests.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "compiler/compile.h"
#include "runtime/decision/evaluate.h"

namespace corsac::cli {
namespace {

// The path that is made for `/a/{x}` is the other route's, the regex matches
// the exact origin, and another route forgives what the first refuses.
constexpr std::string_view kOverlapping =
    "version = 1\n"
    "[[route]]\npath = \"/a/{x}\"\norigins = [\"https://one.example.com\"]\n"
    "[[route]]\npath = \"/a/x1\"\norigins = [\"https://one.example.com\",\n"
    "  \"https://*.example.com\", { regex = 'https://one\\.example\\.com' }]\n"
    "[[route]]\npath = \"/{rest...}\"\nmethods = [\"PUT\"]\n"
    "origins = [\"https://*.example.com\", \"https://*.example.org\"]\n"
    "[[route]]\npath = \"/none\"\ncors = false\n";

std::shared_ptr<const PolicyTable> TableOf(std::string_view text) {
  FindingSink sink;
  SourceSet sources = SourceSet::FromText("t.toml", std::string(text), sink);
  CompileResult result = Compile(std::move(sources), std::move(sink));
  EXPECT_TRUE(result.ok());
  return result.table;
}

const BenchRow* RowOf(const BenchRows& bench, std::string_view name) {
  const auto row = std::ranges::find(bench.rows, name, &BenchRow::name);
  return row == bench.rows.end() ? nullptr : &*row;
}

TEST(BenchRequestsTest, EachIsDecidedAsItsRowSays) {
  const std::shared_ptr<const PolicyTable> table = TableOf(kOverlapping);
  ASSERT_NE(table, nullptr);
  const BenchRows bench = MakeBenchRows(*table);
  for (const BenchRow& row : bench.rows) {
    SCOPED_TRACE(row.name());
    EXPECT_FALSE(row.requests.empty());
    for (const BenchRequest& request : row.requests) {
      SCOPED_TRACE(request.origin);
      const RequestShape& shape = bench.shapes.at(request.shape);
      const Decision decision = Evaluate(*table, shape.With(request.origin));
      EXPECT_EQ(decision.kind, row.kind);
      EXPECT_EQ(decision.outcome, row.outcome);
      if (row.outcome == Outcome::kAllow) {
        EXPECT_EQ(RuleKindName(decision.match.kind), row.what);
        EXPECT_EQ(decision.route, shape.route());
      } else if (row.outcome == Outcome::kDeny) {
        EXPECT_EQ(DecisionCodeName(decision.code), row.what);
      }
    }
  }
  EXPECT_NE(RowOf(bench, "preflight/allowed/subdomain"), nullptr);
  EXPECT_NE(RowOf(bench, "preflight/denied/cors-disabled"), nullptr);
  EXPECT_EQ(RowOf(bench, "actual/allowed/regex"), nullptr);
  EXPECT_EQ(bench.notes.size(), 2U) << "the regex has no row, twice";
}

TEST(BenchRequestsTest, RulesThatRoutesShareAreTakenOnce) {
  const std::shared_ptr<const PolicyTable> table = TableOf(
      "version = 1\n[policies.p]\norigins = [\"https://one.example.com\",\n"
      "  \"https://two.example.com\"]\n"
      "[[route]]\npath = \"/a\"\npolicy = \"p\"\n"
      "[[route]]\npath = \"/b\"\npolicy = \"p\"\n");
  ASSERT_NE(table, nullptr);
  const BenchRows bench = MakeBenchRows(*table);
  const BenchRow* row = RowOf(bench, "actual/allowed/exact");
  ASSERT_NE(row, nullptr);
  ASSERT_EQ(row->requests.size(), 2U);
  EXPECT_NE(row->requests[0].origin, row->requests[1].origin);
  EXPECT_NE(row->requests[0].shape, row->requests[1].shape)
      << "routes take turns";
}

}  // namespace
}  // namespace corsac::cli
