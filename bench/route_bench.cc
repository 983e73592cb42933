// Finding the route of a request, by the number of routes and by how they
// overlap:
//
//   Route/find/WORLD/routes:N       RouteTrie::Find() alone
//   Route/find/…/alternatives       the same routes in a trie whose
//                                   alternatives are tried one after the other
//   Route/decision/hosts/routes:N   whole decisions, as Decision/… has them
//   Route/build/WORLD/routes:N      making the trie
//
// Worlds:
//   hosts      a hundred routes for each host, one host in ten a wildcard; a
//              third of the patterns with a {name}, four in ten with {name...}
//   overlap    four patterns to a resource, literals and {name} in the same
//              places; requests get past a literal to a route with {name}
//   fail-late  `x` or {name} in each of the places, then `end`; the request
//              gets past all of them and fails at the last
//   uneven     the same, with one route that ends otherwise, so that no two
//              beginnings leave the same behind
//   deep       60 literals before the part that differs
//
// Each iteration takes the next of 4,096 requests for routes chosen at random,
// however many routes there are: what differs is the table alone.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bench/corpus.h"
#include "bench/harness.h"
#include "bench/heap_counter.h"
#include "bench/random.h"
#include "bench/requests.h"
#include "compiler/model/ir.h"
#include "compiler/table/policy_table.h"
#include "compiler/table/route_trie.h"
#include "runtime/decision/decision.h"
#include "runtime/decision/evaluate.h"

namespace corsac::bench {
namespace {

constexpr std::size_t kRequests = 4096;

struct Question {
  std::string host;
  std::string path;
  std::uint32_t route = RouteTrie::kNone;
};

struct World {
  std::vector<IrRoute> routes;
  std::vector<Question> questions;
};

// Hosts and paths in one piece of memory in the order of the questions, so that
// fetching the next costs next to nothing.
class Texts {
 public:
  explicit Texts(const std::vector<Question>& questions) {
    for (const Question& q : questions) {
      bytes_ += q.host;
      bytes_ += q.path;
    }
    std::string_view left = bytes_;
    for (const Question& q : questions) {
      hosts_.push_back(left.substr(0, q.host.size()));
      left.remove_prefix(q.host.size());
      paths_.push_back(left.substr(0, q.path.size()));
      left.remove_prefix(q.path.size());
    }
  }
  Texts(const Texts&) = delete;
  Texts& operator=(const Texts&) = delete;

  std::string_view host(std::size_t i) const { return hosts_[i]; }
  std::string_view path(std::size_t i) const { return paths_[i]; }

 private:
  std::string bytes_;
  std::vector<std::string_view> hosts_;
  std::vector<std::string_view> paths_;
};

IrSegment Segment(IrSegment::Kind kind, std::string text) {
  return {kind, std::move(text)};
}

std::vector<std::uint32_t> RandomRoutes(std::size_t count) {
  Random random(kSeed);
  std::vector<std::uint32_t> routes(kRequests);
  for (std::uint32_t& route : routes) {
    route = random.Below(static_cast<std::uint32_t>(count));
  }
  return routes;
}

// `pattern` after one of the hosts; route i of the corpus is for host i / 100.
World MakeHosts(std::size_t count) {
  RuleSetSpec spec;
  spec.routes = count;
  World world;
  world.routes = RuleSetIr(spec).routes;
  std::vector<std::string> hosts;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t number = i / 100;
    const std::string name =
        "tenant-" + std::to_string(number) + ".example.com";
    const bool wildcard = number % 10 == 9;
    world.routes[i].host = {
        wildcard ? IrHost::Kind::kWildcard : IrHost::Kind::kExact, name};
    hosts.push_back(wildcard ? "eu.api." + name : name);
  }
  for (const std::uint32_t i : RandomRoutes(count)) {
    const std::string target = TargetFor(i);
    world.questions.push_back(
        {hosts[i], target.substr(0, target.find('?')), i});
  }
  return world;
}

// The pattern "me/{}" of the resource that comes before it.
IrRoute OverlapRoute(std::string resource, std::string_view pattern) {
  IrRoute route;
  route.segments.push_back(
      Segment(IrSegment::Kind::kLiteral, std::move(resource)));
  while (!pattern.empty()) {
    const std::size_t slash = std::min(pattern.find('/'), pattern.size());
    const std::string text(pattern.substr(0, slash));
    route.segments.push_back(text == "{}"
                                 ? Segment(IrSegment::Kind::kParam, "p")
                                 : Segment(IrSegment::Kind::kLiteral, text));
    pattern.remove_prefix(std::min(slash + 1, pattern.size()));
  }
  return route;
}

World MakeOverlap(std::size_t count) {
  constexpr std::string_view kPatterns[] = {"me/settings", "{}/posts",
                                            "me/{}/edit", "{}/{}/delete"};
  constexpr std::string_view kPaths[] = {"me/settings", "me/posts", "me/7/edit",
                                         "me/7/delete"};
  const auto resource = [](std::size_t i) {
    return "resource-" + std::to_string(i / 4);
  };
  World world;
  for (std::size_t i = 0; i < count; ++i) {
    world.routes.push_back(OverlapRoute(resource(i), kPatterns[i % 4]));
  }
  for (const std::uint32_t i : RandomRoutes(count)) {
    std::string path = "/" + resource(i) + "/";
    path += kPaths[i % 4];
    world.questions.push_back({"api.example.com", std::move(path), i});
  }
  return world;
}

// 2^places routes; a request with `x` everywhere matches none of them.
World MakeFailLate(std::size_t count) {
  World world;
  std::size_t places = 0;
  while ((std::size_t{1} << (places + 1)) <= count) ++places;
  for (std::size_t bits = 0; bits < std::size_t{1} << places; ++bits) {
    IrRoute& route = world.routes.emplace_back();
    for (std::size_t place = 0; place < places; ++place) {
      const bool literal = (bits >> place & 1U) != 0;
      route.segments.push_back(literal ? Segment(IrSegment::Kind::kLiteral, "x")
                                       : Segment(IrSegment::Kind::kParam, "p"));
      route.pattern += literal ? "/x" : "/{p}";
    }
    route.segments.push_back(Segment(IrSegment::Kind::kLiteral, "end"));
    route.pattern += "/end";
  }
  std::string path;
  for (std::size_t place = 0; place < places; ++place) path += "/x";
  world.questions.push_back(
      {"api.example.com", path + "/no", RouteTrie::kNone});
  return world;
}

World MakeUneven(std::size_t count) {
  World world = MakeFailLate(count);
  for (std::size_t i = 0; i < world.routes.size(); i += 3) {
    world.routes[i].segments.back().text = "end" + std::to_string(i);
  }
  return world;
}

World MakeDeep(std::size_t count) {
  World world;
  std::string path;
  std::vector<IrSegment> segments;
  for (std::size_t i = 0; i < 60; ++i) {
    const std::string label = "level" + std::to_string(i);
    path += "/" + label;
    segments.push_back(Segment(IrSegment::Kind::kLiteral, label));
  }
  for (std::size_t i = 0; i < count; ++i) {
    IrRoute& route = world.routes.emplace_back();
    route.segments = segments;
    const std::string leaf = "leaf" + std::to_string(i);
    route.segments.push_back(Segment(IrSegment::Kind::kLiteral, leaf));
  }
  for (const std::uint32_t i : RandomRoutes(count)) {
    world.questions.push_back(
        {"api.example.com", path + "/leaf" + std::to_string(i), i});
  }
  return world;
}

using MakeWorld = World (*)(std::size_t);

void RunFind(MakeWorld make, std::size_t count, std::size_t states_per_node,
             benchmark::State& state) {
  const World world = make(count);
  const RouteTrie trie =
      RouteTrie::Build(world.routes, {kSeed, states_per_node});
  for (const Question& q : world.questions) {
    if (trie.Find(q.host, q.path, "GET") != q.route) {
      state.SkipWithError("another route was taken");
      return;
    }
  }
  const Texts texts(world.questions);
  std::size_t next = 0;
  const HeapCounts before = HeapNow();
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        trie.Find(texts.host(next), texts.path(next), "GET"));
    if (++next == world.questions.size()) next = 0;
  }
  CountAllocations(before, state);
  state.counters["bytes_per_route"] = static_cast<double>(trie.bytes()) /
                                      static_cast<double>(world.routes.size());
}

void RunBuild(MakeWorld make, std::size_t count, benchmark::State& state) {
  const World world = make(count);
  std::size_t bytes = 0;
  for (auto _ : state) {
    const RouteTrie trie = RouteTrie::Build(world.routes, {kSeed, 2});
    bytes = trie.bytes();
  }
  state.counters["bytes_per_route"] =
      static_cast<double>(bytes) / static_cast<double>(world.routes.size());
}

void RunDecision(std::size_t count, benchmark::State& state) {
  World world = MakeHosts(count);
  Ir ir = RuleSetIr(SpecOf(RuleForm::kExact, 1'000));
  ir.routes = std::move(world.routes);
  const std::unique_ptr<const PolicyTable> table = BuildTable(ir);
  const OriginPool& origins = PoolOf(RuleForm::kExact, 1'000, true);
  // One block of header lines for all requests: what differs is the route.
  Request request("OPTIONS", "/");
  AddPreflightLines(origins[0], &request);
  const Texts texts(world.questions);
  std::vector<RequestView> views;
  for (std::size_t i = 0; i < world.questions.size(); ++i) {
    RequestView& view = views.emplace_back(request.view());
    view.host = texts.host(i);
    view.target = texts.path(i);
    const Decision decision = Evaluate(*table, view);
    if (decision.code != DecisionCode::kAllow ||
        decision.route != &table->routes()[world.questions[i].route]) {
      state.SkipWithError("another decision was made");
      return;
    }
  }
  std::string lines;
  lines.reserve(4096);
  std::size_t next = 0;
  const HeapCounts before = HeapNow();
  for (auto _ : state) {
    const Decision decision = Evaluate(*table, views[next]);
    if (++next == views.size()) next = 0;
    lines.clear();
    AppendHeaderLines(decision, &lines);
    benchmark::DoNotOptimize(lines.data());
    benchmark::ClobberMemory();
  }
  CountAllocations(before, state);
}

void Register(const std::string& name,
              std::function<void(benchmark::State&)> run) {
  benchmark::RegisterBenchmark(name.c_str(), std::move(run));
}

void RegisterFind(const std::string& world, MakeWorld make, std::size_t count) {
  const std::string name =
      "Route/find/" + world + "/routes:" + std::to_string(count);
  Register(name, [=](benchmark::State& state) {
    RunFind(make, count, RouteTrie::Options().states_per_node, state);
  });
  Register(name + "/alternatives",
           [=](benchmark::State& state) { RunFind(make, count, 0, state); });
}

}  // namespace

void RegisterRouteRows() {
  for (const std::size_t n : {100U, 1'000U, 100'000U}) {
    RegisterFind("hosts", MakeHosts, n);
    RegisterFind("overlap", MakeOverlap, n);
  }
  for (const std::size_t n : {1'024U, 65'536U}) {
    RegisterFind("fail-late", MakeFailLate, n);
    RegisterFind("uneven", MakeUneven, n);
  }
  for (const std::size_t n : {1U, 1'000U, 100'000U}) {
    RegisterFind("deep", MakeDeep, n);
  }
  for (const std::size_t n : {100U, 1'000U, 100'000U}) {
    Register("Route/decision/hosts/routes:" + std::to_string(n),
             [n](benchmark::State& state) { RunDecision(n, state); });
  }
  Register("Route/build/hosts/routes:100000", [](benchmark::State& state) {
    RunBuild(MakeHosts, 100'000, state);
  });
  Register("Route/build/uneven/routes:65536", [](benchmark::State& state) {
    RunBuild(MakeUneven, 65'536, state);
  });
}

}  // namespace corsac::bench
