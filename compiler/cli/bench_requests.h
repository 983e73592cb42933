// The requests that `corsac bench` measures, made from the rules themselves.
#ifndef CORSAC_COMPILER_CLI_BENCH_REQUESTS_H_
#define CORSAC_COMPILER_CLI_BENCH_REQUESTS_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/table/policy_table.h"
#include "runtime/decision/decision.h"
#include "runtime/decision/request_view.h"

namespace corsac::cli {

// What the requests of one kind to one route have in common: all but the
// origin. Not thread-safe; stays where it is, because its lines are views of
// its own strings.
class RequestShape {
 public:
  using Lines = std::vector<std::pair<std::string, std::string>>;

  // `route` is the one that the request is made for.
  RequestShape(const CompiledRoute* route, std::string method, std::string host,
               std::string target, Lines lines);

  RequestShape(const RequestShape&) = delete;
  RequestShape& operator=(const RequestShape&) = delete;

  // The request with `origin` in its Origin line, if it has one; good until
  // the next call. Neither copies nor allocates.
  RequestView With(std::string_view origin) {
    if (origin_line_ < fields_.size()) fields_[origin_line_].value = origin;
    return {method_, host_, target_, fields_};
  }

  const CompiledRoute* route() const { return route_; }
  const std::string& method() const { return method_; }
  const std::string& target() const { return target_; }

 private:
  const CompiledRoute* route_;
  std::string method_;
  std::string host_;
  std::string target_;
  Lines lines_;
  std::vector<HeaderField> fields_;
  std::size_t origin_line_;
};

struct BenchRequest {
  std::uint32_t shape = 0;  // index into BenchRows::shapes
  std::string origin;       // empty: without Origin
};

// One row: requests of one kind, of which all get the same code, in random
// order.
struct BenchRow {
  RequestKind kind = RequestKind::kNotCors;
  Outcome outcome = Outcome::kNotApplicable;
  // The kind of rule that allows ("exact"), the code of the refusal without its
  // parameter ("origin-not-allowed"), or empty.
  std::string what;
  std::vector<BenchRequest> requests;

  // "preflight/allowed/exact", "actual/denied/origin-not-allowed", "not-cors".
  // Public interface.
  std::string name() const;
};

struct BenchRows {
  std::deque<RequestShape> shapes;  // a deque leaves its elements in place
  std::vector<BenchRow> rows;
  std::vector<std::string> notes;  // what has no row, and why
};

// Requests for every kind of rule that `table` has and for every reason for
// which it refuses; different ones each, of rules chosen at random from all of
// them, always the same for the same table. Each was answered as its row says:
// a request that another route or rule takes is left out. O(rules) and some
// 100,000 decisions.
BenchRows MakeBenchRows(const PolicyTable& table);

}  // namespace corsac::cli

#endif  // CORSAC_COMPILER_CLI_BENCH_REQUESTS_H_
