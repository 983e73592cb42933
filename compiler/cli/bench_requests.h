// The requests that `corsac bench` measures, made from the rules themselves.
#ifndef CORSAC_COMPILER_CLI_BENCH_REQUESTS_H_
#define CORSAC_COMPILER_CLI_BENCH_REQUESTS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "compiler/table/policy_table.h"
#include "runtime/decision/decision_request.h"

namespace corsac::cli {

// One row: requests of one kind, of which all get the same code.
struct BenchRow {
  std::string name;  // "preflight/allowed/exact"
  std::string code;  // "allow:exact"; without its parameter for refusals
  std::vector<DecisionRequest> requests;
};

struct BenchRows {
  std::vector<BenchRow> rows;
  std::vector<std::string> notes;  // kinds of rules without a row, and why
};

// Requests for every kind of rule that `table` has (up to kRequestsPerRow
// different ones each, spread over its rules), allowed and denied, preflight
// and actual. Each was answered as its row says: a request that another route
// or rule takes is left out.
inline constexpr std::size_t kRequestsPerRow = 64;
BenchRows MakeBenchRows(const PolicyTable& table);

}  // namespace corsac::cli

#endif  // CORSAC_COMPILER_CLI_BENCH_REQUESTS_H_
