// Requests as browsers send them, made for a route of a table.
#ifndef CORSAC_COMPILER_CLI_BENCH_SHAPES_H_
#define CORSAC_COMPILER_CLI_BENCH_SHAPES_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "compiler/cli/bench_requests.h"

namespace corsac::cli {

// Which request is made for a route.
enum class ShapeKind : std::uint8_t {
  kPreflight,         // asks for what the policy allows
  kActual,            // is what it allows
  kOtherMethod,       // a preflight that asks for a method that is not listed
  kOtherHeader,       // a preflight that asks for a header that is not listed
  kNoRoutePreflight,  // to a path that no route is likely to have
  kNoRouteActual,
  kWithoutOrigin,
};

// Makes shapes and keeps one of each kind and route. Not thread-safe.
class ShapeMaker {
 public:
  // Adds to `rows`, which must outlive it, as `table` must.
  ShapeMaker(const PolicyTable& table, BenchRows* rows);

  // The index of the shape; none if the policy has nothing of that kind (every
  // method is allowed) or if there are kMaxShapes of the kind.
  std::optional<std::uint32_t> Get(const CompiledRoute& route, ShapeKind kind);

 private:
  static constexpr std::size_t kMaxShapes = 65'536;

  bool Add(const CompiledRoute& route, ShapeKind kind);

  const PolicyTable& table_;
  std::vector<RequestShape>* shapes_;
  RequestLines* preflight_;  // without a list of headers
  RequestLines* preflight_headers_;
  RequestLines* actual_;
  RequestLines* without_origin_;
  std::map<std::pair<const CompiledRoute*, ShapeKind>, std::uint32_t> made_;
  std::map<ShapeKind, std::size_t> counts_;
};

}  // namespace corsac::cli

#endif  // CORSAC_COMPILER_CLI_BENCH_SHAPES_H_
