// corsac_compare: the peers that are written in C++, driven over standard
// input and output by bench/compare/run, and the maker of scenarios.
// Tested by tests/bench/compare_test.py.
//
//   corsac_compare scenario EXACT SUBDOMAINS REGEXES ORIGINS
//   corsac_compare peer corsac|map
//
// A peer reads lines of JSON and answers each with one:
//
//   {"op": "load", "file": PATH}          {"load_ms": …}
//   {"op": "answer", "case": CASE, "count": N}
//                                         {"answers": [[status, [[n, v]…]]…]}
//   {"op": "time", "case": CASE, "ms": N} {"decisions": …, "ns": …,
//                                          "allocations": …}
//
// A CASE is "preflight/allowed", "actual/denied" and so on, or "lookup/allowed"
// for nothing but the lookup of the origin.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bench/compare/peer.h"
#include "bench/compare/scenario.h"
#include "bench/heap_counter.h"
#include "bench/requests.h"

namespace corsac::bench {
namespace {

using Clock = std::chrono::steady_clock;
using Json = nlohmann::json;

// The decisions that are timed together at least.
constexpr std::size_t kBatch = 64;

// Keeps the optimiser from leaving a result out.
template <class T>
void Consume(const T& value) {
  asm volatile("" : : "g"(&value) : "memory");
}

class Driver {
 public:
  explicit Driver(std::string_view name) : name_(name) {}

  Json Answer(const Json& question) {
    const std::string op = question.value("op", "");
    if (op == "load") return Load(question.at("file").get<std::string>());
    const auto which = question.at("case").get<std::string>();
    if (op == "answer") {
      return Answers(which, question.at("count").get<std::size_t>());
    }
    if (op == "time") return Time(which, question.at("ms").get<double>());
    return {{"error", "no operation `" + op + "`"}};
  }

 private:
  Json Load(const std::string& path) {
    scenario_ = ReadScenario(path);
    const Clock::time_point start = Clock::now();
    peer_ = name_ == "corsac" ? MakeCorsacPeer(scenario_.rules)
                              : MakeMapPeer(scenario_.rules);
    const std::chrono::duration<double, std::milli> took = Clock::now() - start;
    // Only the peer itself should be in the caches.
    scenario_.rules = {};
    next_ = 0;
    return {{"load_ms", took.count()}};
  }

  const std::vector<std::string>& OriginsOf(std::string_view which) const {
    return which.ends_with("/allowed") ? scenario_.allowed : scenario_.denied;
  }

  std::unique_ptr<Request> RequestOf(std::string_view which) const {
    const ScenarioRequest& of_scenario = which.starts_with("preflight/")
                                             ? scenario_.preflight
                                             : scenario_.actual;
    auto request =
        std::make_unique<Request>(of_scenario.method, of_scenario.target);
    for (const auto& [name, value] : of_scenario.headers) {
      request->Add(name, value);
    }
    return request;
  }

  Json Answers(std::string_view which, std::size_t count) {
    const std::unique_ptr<Request> request = RequestOf(which);
    Json answers = Json::array();
    for (const std::string& origin : OriginsOf(which)) {
      if (answers.size() == count) break;
      std::string lines;
      request->set_origin(origin);
      const std::uint16_t status = peer_->Decide(request->view(), &lines);
      Json headers = Json::array();
      for (std::string_view rest = lines; !rest.empty();) {
        const std::string_view line = rest.substr(0, rest.find("\r\n"));
        rest.remove_prefix(line.size() + 2);
        const std::size_t colon = line.find(": ");
        headers.push_back({line.substr(0, colon), line.substr(colon + 2)});
      }
      answers.push_back({status, std::move(headers)});
    }
    return {{"answers", std::move(answers)}};
  }

  // Calls `decide(origin)` for each origin in turn until `ms` have passed.
  template <class Decide>
  Json TimeLoop(std::string_view which, double ms, const Decide& decide) {
    const std::vector<std::string>& origins = OriginsOf(which);
    const HeapCounts before = HeapNow();
    std::uint64_t decisions = 0;
    std::chrono::duration<double, std::nano> took{0};
    const Clock::time_point start = Clock::now();
    while (took.count() < ms * 1e6) {
      for (std::size_t i = 0; i < kBatch; ++i) {
        if (++next_ >= origins.size()) next_ = 0;
        decide(origins[next_]);
      }
      decisions += kBatch;
      took = Clock::now() - start;
    }
    const auto allocations =
        static_cast<double>(HeapNow().allocations - before.allocations);
    return {{"decisions", decisions},
            {"ns", took.count()},
            {"allocations", allocations / static_cast<double>(decisions)}};
  }

  Json Time(std::string_view which, double ms) {
    if (which.starts_with("lookup/")) {
      return TimeLoop(which, ms, [this](const std::string& origin) {
        Consume(peer_->Finds(origin));
      });
    }
    const std::unique_ptr<Request> request = RequestOf(which);
    return TimeLoop(which, ms, [this, &request](const std::string& origin) {
      lines_.clear();
      request->set_origin(origin);
      Consume(peer_->Decide(request->view(), &lines_));
      Consume(lines_);
    });
  }

  std::string name_;
  Scenario scenario_;
  std::unique_ptr<Peer> peer_;
  std::string lines_ = std::string(4'096, ' ');
  std::size_t next_ = 0;
};

int RunPeer(std::string_view name) {
  Driver driver(name);
  for (std::string line; std::getline(std::cin, line);) {
    Json answer;
    try {
      answer = driver.Answer(Json::parse(line));
    } catch (const Json::exception& exception) {
      answer = {{"error", exception.what()}};
    }
    std::cout << answer.dump() << "\n" << std::flush;
  }
  return 0;
}

int Usage() {
  std::fputs(
      "usage: corsac_compare scenario EXACT SUBDOMAINS REGEXES ORIGINS\n"
      "       corsac_compare peer corsac|map\n",
      stderr);
  return 2;
}

int Main(std::span<const char* const> arguments) {
  if (arguments.size() == 6 && arguments[1] == std::string_view("scenario")) {
    std::array<std::size_t, 4> counts{};
    for (std::size_t i = 0; i < counts.size(); ++i) {
      counts.at(i) = std::strtoull(arguments[i + 2], nullptr, 10);
    }
    std::cout << ScenarioToJson(
        MakeScenario({counts[0], counts[1], counts[2], counts[3]}));
    return std::cout.flush() ? 0 : 1;
  }
  if (arguments.size() == 3 && arguments[1] == std::string_view("peer")) {
    const std::string_view name = arguments[2];
    if (name == "corsac" || name == "map") return RunPeer(name);
  }
  return Usage();
}

}  // namespace
}  // namespace corsac::bench

int main(int argc, char** argv) {
  return corsac::bench::Main({argv, static_cast<std::size_t>(argc)});
}
