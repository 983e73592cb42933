// RouteTrie against the reference choice of a route, on random sets of routes
// whose patterns overlap as much as patterns can.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "compiler/limits.h"
#include "compiler/model/ir.h"
#include "compiler/table/route_trie.h"
#include "tests/testing/reference_route.h"
#include "tests/testing/reference_target.h"

namespace corsac {
namespace {

using Random = std::minstd_rand;

template <class T>
const T& Pick(const std::vector<T>& from, Random& random) {
  return from[random() % from.size()];
}

// How a set of routes is made.
struct World {
  std::size_t routes = 0;
  std::size_t depth = 0;       // segments at most
  std::size_t literals = 0;    // different ones
  unsigned param_percent = 0;  // of the segments
  unsigned rest_percent = 0;   // of the routes
  unsigned method_percent = 0;
  bool hosts = false;
};

const std::vector<std::string>& Literals() {
  static const std::vector<std::string> literals = {
      "a", "aa", "segment-of-some-length", "dd", "e", "ffffffff", "g", "h1"};
  return literals;
}

IrRoute RandomRoute(const World& world, Random& random) {
  static const std::vector<IrHost> hosts = {
      {IrHost::Kind::kAny, ""},
      {IrHost::Kind::kExact, "a.example.com"},
      {IrHost::Kind::kExact, "b.a.example.com"},
      {IrHost::Kind::kWildcard, "example.com"},
      {IrHost::Kind::kWildcard, "a.example.com"},
      {IrHost::Kind::kWildcard, "com"}};
  IrRoute route;
  if (world.hosts) route.host = Pick(hosts, random);
  const std::size_t depth = 1 + random() % world.depth;
  for (std::size_t i = 0; i < depth; ++i) {
    if (random() % 100 < world.param_percent) {
      route.segments.push_back({IrSegment::Kind::kParam, "p"});
    } else {
      route.segments.push_back(
          {IrSegment::Kind::kLiteral, Literals()[random() % world.literals]});
    }
  }
  if (random() % 100 < world.rest_percent) {
    route.segments.back() = {IrSegment::Kind::kRest, "r"};
  } else if (random() % 10 == 0) {
    route.segments.back() = {IrSegment::Kind::kLiteral, ""};
  }
  if (random() % 100 < world.method_percent) {
    static const std::vector<std::string> methods = {"GET", "PUT", "X"};
    route.for_methods = {Pick(methods, random)};
  }
  return route;
}

std::string KeyOf(const IrRoute& route) {
  std::string key =
      std::to_string(static_cast<int>(route.host.kind)) + route.host.name + " ";
  for (const IrSegment& segment : route.segments) {
    key += '/';
    key += segment.kind == IrSegment::Kind::kLiteral ? segment.text
           : segment.kind == IrSegment::Kind::kParam ? "{}"
                                                     : "{...}";
  }
  for (const std::string& method : route.for_methods) key += ' ' + method;
  return key;
}

// No two routes of it tie.
Ir RandomIr(const World& world, Random& random) {
  Ir ir;
  std::set<std::string> seen;
  for (std::size_t i = 0; i < world.routes; ++i) {
    IrRoute route = RandomRoute(world, random);
    if (seen.insert(KeyOf(route)).second) ir.routes.push_back(std::move(route));
  }
  return ir;
}

// A path that a route matches, with some of it changed.
std::string RandomPath(const Ir& ir, const World& world, Random& random) {
  std::string path;
  for (const IrSegment& segment : Pick(ir.routes, random).segments) {
    if (segment.kind == IrSegment::Kind::kRest && random() % 3 == 0) break;
    path += '/';
    const bool changed = random() % 8 == 0;
    if (segment.kind == IrSegment::Kind::kLiteral && !changed) {
      path += segment.text;
    } else if (random() % 20 != 0) {
      path +=
          random() % 3 == 0 ? "other" : Literals()[random() % world.literals];
    }
  }
  while (random() % 8 == 0) path += "/" + Literals()[random() % 3];
  if (random() % 12 == 0) path += '/';
  return path.empty() ? "/" : path;
}

// Compares every way of building with the reference; returns how many states
// were choices.
std::size_t Compare(const World& world, Random& random) {
  static const std::vector<std::string> hosts = {"a.example.com",
                                                 "b.a.example.com",
                                                 "x.a.example.com",
                                                 "x.example.com",
                                                 "example.com",
                                                 "com",
                                                 "",
                                                 "y.z.com"};
  static const std::vector<std::string> methods = {"GET", "PUT", "X", "POST"};
  const Ir ir = RandomIr(world, random);
  std::vector<RouteTrie> tries;
  std::size_t choices = 0;
  for (const std::size_t states_per_node : {0U, 1U, 2U, 16U}) {
    tries.push_back(RouteTrie::Build(ir.routes, {random(), states_per_node}));
    choices += tries.back().choices();
  }
  for (int i = 0; i < 60; ++i) {
    const std::string path = RandomPath(ir, world, random);
    const std::string& host = Pick(hosts, random);
    const std::string& method = Pick(methods, random);
    const IrRoute* const right =
        testing::ChooseReferenceRoute(ir, {true, path, host}, method);
    const std::uint32_t id =
        right == nullptr ? RouteTrie::kNone
                         : static_cast<std::uint32_t>(right - ir.routes.data());
    for (const RouteTrie& trie : tries) {
      if (trie.Find(host, path, method) == id) continue;
      std::string text;
      for (const IrRoute& route : ir.routes) text += KeyOf(route) + "\n";
      ADD_FAILURE() << method << ' ' << host << ' ' << path << ": got "
                    << trie.Find(host, path, method) << ", not " << id << "\n"
                    << text;
      return choices;
    }
  }
  return choices;
}

TEST(RouteTrieRandomTest, AgreesWithTheReference) {
  const std::vector<World> worlds = {
      {5, 3, 2, 40, 30, 40, true},    {30, 4, 2, 40, 30, 40, true},
      {40, 6, 2, 50, 10, 20, false},  {60, 8, 1, 50, 0, 0, false},
      {30, 12, 1, 70, 20, 0, false},  {40, 5, 8, 10, 20, 20, true},
      {300, 4, 8, 30, 20, 30, false}, {20, 6, 3, 0, 0, 0, false},
      {12, 30, 2, 10, 10, 10, false}};
  constexpr std::uint32_t kRounds = 60;
  std::size_t choices = 0;
  for (std::uint32_t seed = 1; seed <= kRounds && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    for (const World& world : worlds) choices += Compare(world, random);
  }
  EXPECT_GT(choices, 0U) << "no world tried alternatives";
}

// `x` at one place each of patterns of different lengths: which of them a path
// can still match are 2^length sets.
TEST(RouteTrieRandomTest, PatternsThatWouldExplode) {
  Ir ir;
  constexpr std::size_t kLength = 30;
  for (std::size_t at = 0; at < kLength; ++at) {
    IrRoute route;
    for (std::size_t i = 0; i < kLength + at; ++i) {
      if (i == at) {
        route.segments.push_back({IrSegment::Kind::kLiteral, "x"});
      } else {
        route.segments.push_back({IrSegment::Kind::kParam, "p"});
      }
    }
    ir.routes.push_back(std::move(route));
  }
  const RouteTrie trie = RouteTrie::Build(ir.routes);
  EXPECT_GT(trie.choices(), 0U);
  EXPECT_LT(trie.bytes(), 1'000'000U);
  Random random(1);
  for (int i = 0; i < 300; ++i) {
    std::string path;
    const std::size_t length = random() % (2 * kLength + 2);
    for (std::size_t k = 0; k < length; ++k) {
      path += random() % 3 == 0 ? "/x" : "/y";
    }
    if (path.empty()) path = "/";
    const IrRoute* const right =
        testing::ChooseReferenceRoute(ir, {true, path, ""}, "GET");
    EXPECT_EQ(trie.Find("", path, "GET"),
              right == nullptr
                  ? RouteTrie::kNone
                  : static_cast<std::uint32_t>(right - ir.routes.data()))
        << path;
  }
}

}  // namespace
}  // namespace corsac
