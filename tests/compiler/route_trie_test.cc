#include "compiler/table/route_trie.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/limits.h"
#include "compiler/model/ir.h"

namespace corsac {
namespace {

// "GET,PUT *.example.com /a/{x}/{r...}": methods and host may be "-".
IrRoute Route(const std::string& methods, const std::string& host,
              const std::string& path) {
  IrRoute route;
  route.pattern = path;
  if (host.starts_with("*.")) {
    route.host = {IrHost::Kind::kWildcard, host.substr(2)};
  } else if (host != "-") {
    route.host = {IrHost::Kind::kExact, host};
  }
  for (std::size_t at = 0; methods != "-" && at <= methods.size();) {
    const std::size_t comma = std::min(methods.find(',', at), methods.size());
    route.for_methods.push_back(methods.substr(at, comma - at));
    at = comma + 1;
  }
  for (std::size_t at = 1; at <= path.size();) {
    const std::size_t slash = std::min(path.find('/', at), path.size());
    const std::string segment = path.substr(at, slash - at);
    if (segment.ends_with("...}")) {
      route.segments.push_back({IrSegment::Kind::kRest, "r"});
    } else if (segment.starts_with("{")) {
      route.segments.push_back({IrSegment::Kind::kParam, "p"});
    } else {
      route.segments.push_back({IrSegment::Kind::kLiteral, segment});
    }
    at = slash + 1;
  }
  return route;
}

struct Question {
  std::string_view method;
  std::string_view host;
  std::string_view path;
  std::uint32_t route;
};

void Ask(const std::vector<IrRoute>& routes,
         const std::vector<Question>& questions) {
  const RouteTrie trie = RouteTrie::Build(routes);
  for (const Question& q : questions) {
    EXPECT_EQ(trie.Find(q.host, q.path, q.method), q.route)
        << q.method << ' ' << q.host << ' ' << q.path;
  }
}

constexpr std::uint32_t kNone = RouteTrie::kNone;

TEST(RouteTrieTest, EmptyFindsNothing) { Ask({}, {{"GET", "h", "/", kNone}}); }

TEST(RouteTrieTest, SegmentsMatchWhole) {
  Ask({Route("-", "-", "/"), Route("-", "-", "/a"), Route("-", "-", "/a/"),
       Route("-", "-", "/u/{id}")},
      {{"GET", "h", "/", 0},
       {"GET", "h", "/a", 1},
       {"GET", "h", "/a/", 2},
       {"GET", "h", "/ab", kNone},
       {"GET", "h", "/A", kNone},
       {"GET", "h", "/a/b", kNone},
       {"GET", "h", "/u/7", 3},
       {"GET", "h", "/u/", kNone},
       {"GET", "h", "/u", kNone},
       {"GET", "h", "/u/7/", kNone}});
}

TEST(RouteTrieTest, RestMatchesZeroSegmentsOrMore) {
  Ask({Route("-", "-", "/api/{r...}")}, {{"GET", "h", "/api", 0},
                                         {"GET", "h", "/api/", 0},
                                         {"GET", "h", "/api/a/b/c", 0},
                                         {"GET", "h", "/apix", kNone},
                                         {"GET", "h", "/", kNone}});
  Ask({Route("-", "-", "/{r...}")},
      {{"GET", "h", "/", 0}, {"GET", "h", "/a/b", 0}});
}

TEST(RouteTrieTest, MoreSpecificPathWinsAndMayBeLeftAgain) {
  Ask({Route("-", "-", "/{r...}"), Route("-", "-", "/a/{x}"),
       Route("-", "-", "/a/b/c"), Route("-", "-", "/{x}/b"),
       Route("-", "-", "/a/{r...}")},
      {{"GET", "h", "/a/b/c", 2},
       {"GET", "h", "/a/b", 1},  // literal `a` before `{x}`, left to right
       {"GET", "h", "/z/b", 3},
       {"GET", "h", "/a/b/d", 4},
       {"GET", "h", "/a", 4},
       {"GET", "h", "/z/z", 0}});
}

TEST(RouteTrieTest, HostComesBeforePath) {
  Ask({Route("-", "-", "/a/b"), Route("-", "*.example.com", "/{r...}"),
       Route("-", "*.b.example.com", "/a/{r...}"),
       Route("-", "api.b.example.com", "/only")},
      {{"GET", "x.example.com", "/a/b", 1},
       {"GET", "example.com", "/a/b", 0},  // the base is not covered
       {"GET", "x.b.example.com", "/a/b", 2},
       {"GET", "x.b.example.com", "/c", 1},
       {"GET", "api.b.example.com", "/only", 3},
       {"GET", "api.b.example.com", "/a", 2},
       {"GET", "api.b.example.com", "/z", 1},
       {"GET", "", "/a/b", 0},
       {"GET", ".example.com", "/z", kNone}});
}

TEST(RouteTrieTest, MethodsComeLast) {
  Ask({Route("-", "-", "/a"), Route("GET,PUT", "-", "/a"),
       Route("DELETE", "-", "/a"), Route("POST", "-", "/b"),
       Route("-", "-", "/{x}")},
      {{"GET", "h", "/a", 1},
       {"PUT", "h", "/a", 1},
       {"DELETE", "h", "/a", 2},
       {"PATCH", "h", "/a", 0},
       {"get", "h", "/a", 0},
       {"POST", "h", "/b", 3},
       {"GET", "h", "/b", 4}});
}

TEST(RouteTrieTest, OrderOfRoutesDoesNotMatter) {
  std::vector<IrRoute> routes = {Route("-", "-", "/a/{x}"),
                                 Route("GET", "-", "/a/{x}"),
                                 Route("-", "-", "/a/b")};
  const RouteTrie forward = RouteTrie::Build(routes);
  std::swap(routes[0], routes[2]);
  const RouteTrie swapped = RouteTrie::Build(routes);
  EXPECT_EQ(forward.Find("h", "/a/b", "GET"), 2U);
  EXPECT_EQ(swapped.Find("h", "/a/b", "GET"), 0U);
  EXPECT_EQ(forward.Find("h", "/a/c", "PUT"), 0U);
  EXPECT_EQ(swapped.Find("h", "/a/c", "PUT"), 2U);
}

// Every node of the way has both edges, which is what makes a lookup keep the
// most in mind.
TEST(RouteTrieTest, DeepestPatternsWithEveryAlternative) {
  std::string literals;
  std::vector<IrRoute> routes;
  for (std::size_t i = 0; i + 1 < kMaxPatternSegments; ++i) {
    routes.push_back(Route("-", "-", literals + "/{p}/x"));
    routes.push_back(Route("-", "-", literals + "/{r...}"));
    literals += "/a";
  }
  const RouteTrie trie = RouteTrie::Build(routes);
  EXPECT_EQ(trie.Find("h", literals + "/q/y", "GET"), routes.size() - 1);
  EXPECT_EQ(trie.Find("h", "/q/x", "GET"), 0U);
  EXPECT_EQ(trie.Find("h", "/q/y", "GET"), 1U);
}

}  // namespace
}  // namespace corsac
