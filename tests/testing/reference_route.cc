// The reference choice of a route, by docs/rules.md, "Which route".
// Tested by tests/reference_test.cc and tests/truth_table_test.cc.
#include "tests/testing/reference_route.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "tests/testing/reference_text.h"

namespace corsac::testing {
namespace {

bool HostMatches(const IrHost& pattern, const std::string& host) {
  switch (pattern.kind) {
    case IrHost::Kind::kAny:
      return true;
    case IrHost::Kind::kExact:
      return host == pattern.name;
    case IrHost::Kind::kWildcard: {
      const std::string suffix = "." + pattern.name;
      return host.size() > suffix.size() &&
             host.compare(host.size() - suffix.size(), suffix.size(), suffix) ==
                 0;
    }
  }
  return false;
}

bool PathMatches(const std::vector<IrSegment>& pattern,
                 const std::vector<std::string>& path) {
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i].kind == IrSegment::Kind::kRest) return true;
    if (i >= path.size()) return false;
    if (pattern[i].kind == IrSegment::Kind::kLiteral &&
        pattern[i].text != path[i]) {
      return false;
    }
    if (pattern[i].kind == IrSegment::Kind::kParam && path[i].empty()) {
      return false;
    }
  }
  return pattern.size() == path.size();
}

// Greater is more specific: exact > wildcard with more labels > any.
std::size_t HostRank(const IrHost& host) {
  if (host.kind == IrHost::Kind::kAny) return 0;
  if (host.kind == IrHost::Kind::kExact) return 1'000'000;
  return Split(host.name, '.').size();
}

// Of two patterns that match one path: literal > the end > parameter > rest.
// (The end of a pattern can only meet a rest.)
int SegmentRank(const std::vector<IrSegment>& pattern, std::size_t i) {
  if (i >= pattern.size()) return 3;
  if (pattern[i].kind == IrSegment::Kind::kLiteral) return 4;
  return pattern[i].kind == IrSegment::Kind::kParam ? 2 : 1;
}

bool IsMoreSpecific(const IrRoute& a, const IrRoute& b) {
  if (HostRank(a.host) != HostRank(b.host)) {
    return HostRank(a.host) > HostRank(b.host);
  }
  const std::size_t length = std::max(a.segments.size(), b.segments.size());
  for (std::size_t i = 0; i < length; ++i) {
    const int rank_a = SegmentRank(a.segments, i);
    const int rank_b = SegmentRank(b.segments, i);
    if (rank_a != rank_b) return rank_a > rank_b;
  }
  return !a.for_methods.empty() && b.for_methods.empty();
}

}  // namespace

const IrRoute* ChooseReferenceRoute(const Ir& ir, const ReferenceTarget& target,
                                    const std::string& method) {
  if (!target.valid) return nullptr;
  const std::vector<std::string> path = Split(target.path.substr(1), '/');
  const IrRoute* best = nullptr;
  for (const IrRoute& route : ir.routes) {
    const bool matches =
        HostMatches(route.host, target.host) &&
        PathMatches(route.segments, path) &&
        (route.for_methods.empty() || Contains(route.for_methods, method));
    if (!matches) continue;
    if (best == nullptr || IsMoreSpecific(route, *best)) best = &route;
  }
  return best;
}

}  // namespace corsac::testing
