// Making and reading scenarios. tests/bench/compare_test.py runs both ways.
#include "bench/compare/scenario.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <span>
#include <string_view>

#include "bench/corpus.h"
#include "bench/requests.h"

namespace corsac::bench {
namespace {

using Json = nlohmann::json;

std::vector<std::string> Rules(RuleForm form, std::size_t count) {
  std::vector<std::string> rules;
  rules.reserve(count);
  for (std::size_t i = 0; i < count; ++i) rules.push_back(RuleText(form, i));
  return rules;
}

// `count` origins for the rules [first, first + rules), spread over them.
void AddOrigins(RuleForm form, std::size_t first, std::size_t rules,
                std::size_t count, std::vector<std::string>* origins) {
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t rule = first + i * rules / count;
    if (form == RuleForm::kSubdomain) {
      // Many tenants of one rule.
      std::string origin = RuleText(form, rule);
      origin.replace(origin.find('*'), 1, "tenant-" + std::to_string(i));
      origins->push_back(std::move(origin));
    } else {
      origins->push_back(OriginFor(form, rule));
    }
  }
}

// `most` origins at most for all rules of the scenario, or of as many rules
// that it does not have. A small set is asked about all its rules; refused are
// always many.
std::vector<std::string> Origins(const ScenarioSpec& spec, bool allowed) {
  const auto first = [allowed](std::size_t rules) {
    return allowed ? std::size_t{0} : rules;
  };
  const auto range = [allowed, &spec](std::size_t rules) {
    return allowed ? rules : std::max(rules, spec.origins);
  };
  std::vector<std::string> origins;
  const std::size_t subdomains =
      spec.subdomains == 0 ? 0 : std::max<std::size_t>(spec.origins / 8, 1);
  if (spec.subdomains > 0) {
    AddOrigins(RuleForm::kSubdomain, first(spec.subdomains),
               range(spec.subdomains),
               allowed ? std::min(subdomains, spec.exact / 7 + 1) : subdomains,
               &origins);
  }
  if (spec.exact > 0) {
    const std::size_t rules = range(spec.exact);
    AddOrigins(RuleForm::kExact, first(spec.exact), rules,
               std::min(rules, spec.origins - subdomains), &origins);
  }
  if (spec.regexes > 0) {
    const std::size_t rules = range(spec.regexes);
    AddOrigins(RuleForm::kRegex, first(spec.regexes), rules,
               std::min(rules, spec.origins), &origins);
  }
  std::mt19937_64 random(kSeed);
  // std::shuffle may differ between libraries; this does not.
  for (std::size_t i = origins.size(); i > 1; --i) {
    std::swap(origins[i - 1], origins[random() % i]);
  }
  return origins;
}

ScenarioRequest FromRequest(const Request& request) {
  const RequestView view = request.view();
  ScenarioRequest result;
  result.method = view.method;
  result.target = view.target;
  for (const HeaderField& field : view.headers) {
    result.headers.emplace_back(field.name, field.value);
  }
  return result;
}

Json RequestToJson(const ScenarioRequest& request) {
  Json json;
  json["method"] = request.method;
  json["target"] = request.target;
  json["headers"] = request.headers;
  return json;
}

ScenarioRequest RequestFromJson(const Json& json) {
  ScenarioRequest request;
  json.at("method").get_to(request.method);
  json.at("target").get_to(request.target);
  json.at("headers").get_to(request.headers);
  return request;
}

}  // namespace

Scenario MakeScenario(const ScenarioSpec& spec) {
  Scenario scenario;
  scenario.rules.exact = Rules(RuleForm::kExact, spec.exact);
  scenario.rules.subdomains = Rules(RuleForm::kSubdomain, spec.subdomains);
  scenario.rules.regexes = Rules(RuleForm::kRegex, spec.regexes);
  scenario.rules.methods = {"PUT", "DELETE", "PATCH"};
  scenario.rules.headers = {"authorization", "content-type", "x-csrf"};
  scenario.rules.max_age_seconds = 600;
  scenario.allowed = Origins(spec, /*allowed=*/true);
  scenario.denied = Origins(spec, /*allowed=*/false);
  Request preflight("OPTIONS", "/api/orders/7");
  AddPreflightLines("", &preflight);
  scenario.preflight = FromRequest(preflight);
  Request actual("GET", "/api/orders/7");
  AddActualLines("", &actual);
  scenario.actual = FromRequest(actual);
  return scenario;
}

std::string ScenarioToJson(const Scenario& scenario) {
  Json json;
  json["exact"] = scenario.rules.exact;
  json["subdomains"] = scenario.rules.subdomains;
  json["regexes"] = scenario.rules.regexes;
  json["methods"] = scenario.rules.methods;
  json["headers"] = scenario.rules.headers;
  json["max_age_seconds"] = scenario.rules.max_age_seconds;
  json["preflight"] = RequestToJson(scenario.preflight);
  json["actual"] = RequestToJson(scenario.actual);
  json["allowed"] = scenario.allowed;
  json["denied"] = scenario.denied;
  return json.dump() + "\n";
}

Scenario ReadScenario(const std::string& path) {
  try {
    std::ifstream file(path);
    const Json json = Json::parse(file);
    Scenario scenario;
    json.at("exact").get_to(scenario.rules.exact);
    json.at("subdomains").get_to(scenario.rules.subdomains);
    json.at("regexes").get_to(scenario.rules.regexes);
    json.at("methods").get_to(scenario.rules.methods);
    json.at("headers").get_to(scenario.rules.headers);
    json.at("max_age_seconds").get_to(scenario.rules.max_age_seconds);
    scenario.preflight = RequestFromJson(json.at("preflight"));
    scenario.actual = RequestFromJson(json.at("actual"));
    json.at("allowed").get_to(scenario.allowed);
    json.at("denied").get_to(scenario.denied);
    return scenario;
  } catch (const Json::exception& exception) {
    std::fprintf(stderr, "corsac_compare: %s: %s\n", path.c_str(),
                 exception.what());
    std::exit(1);  // NOLINT(concurrency-mt-unsafe): there is one thread
  }
}

}  // namespace corsac::bench
