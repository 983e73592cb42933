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

// The header lines that requests of one kind have. All shapes of the kind share
// them and put in what differs, so that the lines stay in the processor's
// caches, as those of a request that has just arrived do.
struct RequestLines {
  static constexpr std::size_t kNone = ~std::size_t{0};

  std::vector<HeaderField> fields;  // of constants, but for these:
  std::size_t host = kNone;
  std::size_t origin = kNone;
  std::size_t asked_method = kNone;
  std::size_t asked_headers = kNone;
};

// What the requests of one kind to one route have in common: all but the
// origin. Not thread-safe, nor are two shapes with the same lines.
class RequestShape {
 public:
  struct Values {
    std::string method;
    std::string host;
    std::string target;
    std::string asked_method;
    std::string asked_headers;
  };

  // `route` is the one that the request is made for; `lines` must outlive the
  // shape.
  RequestShape(const CompiledRoute* route, RequestLines* lines, Values values)
      : route_(route), lines_(lines), values_(std::move(values)) {}

  // The request with `origin` in its Origin line, if it has one; good until
  // the next call for a shape with the same lines. Neither copies nor
  // allocates.
  RequestView With(std::string_view origin) const;

  const CompiledRoute* route() const { return route_; }
  const std::string& method() const { return values_.method; }
  const std::string& target() const { return values_.target; }

 private:
  const CompiledRoute* route_;
  RequestLines* lines_;
  Values values_;
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
  std::deque<RequestLines> lines;  // a deque leaves its elements in place
  std::vector<RequestShape> shapes;
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
