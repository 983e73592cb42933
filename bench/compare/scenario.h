// A scenario: what all peers are measured with. Rules, one preflight and one
// actual request without their origin, and the origins to put in.
#ifndef CORSAC_BENCH_COMPARE_SCENARIO_H_
#define CORSAC_BENCH_COMPARE_SCENARIO_H_

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace corsac::bench {

struct ScenarioRules {
  std::vector<std::string> exact;
  std::vector<std::string> subdomains;  // "https://*.example.com"
  std::vector<std::string> regexes;     // of a whole origin
  std::vector<std::string> methods;
  std::vector<std::string> headers;  // lower-case
  std::size_t max_age_seconds = 0;
};

struct ScenarioRequest {
  std::string method;
  std::string target;
  // Lines in order; the value of Origin is empty.
  std::vector<std::pair<std::string, std::string>> headers;
};

// Credentials are always allowed, and the one route is /api/{rest...}.
struct Scenario {
  ScenarioRules rules;
  ScenarioRequest preflight;
  ScenarioRequest actual;
  std::vector<std::string> allowed;  // origins, in random order
  std::vector<std::string> denied;
};

// How many rules of each kind, and how many origins of each list at most.
struct ScenarioSpec {
  std::size_t exact = 0;
  std::size_t subdomains = 0;
  std::size_t regexes = 0;
  std::size_t origins = 0;
};

// From the corpus (bench/corpus.h): the same on every machine. One origin in
// eight is for a subdomain rule where there are both kinds.
Scenario MakeScenario(const ScenarioSpec& spec);

// JSON, which every peer reads, whatever it is written in.
std::string ScenarioToJson(const Scenario& scenario);

// Reads what ScenarioToJson() wrote to the file at `path`. Anything else ends
// the program with a message.
Scenario ReadScenario(const std::string& path);

}  // namespace corsac::bench

#endif  // CORSAC_BENCH_COMPARE_SCENARIO_H_
