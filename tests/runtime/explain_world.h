// A small table for the tests of explanations, built from an Ir by hand.
#ifndef CORSAC_TESTS_RUNTIME_EXPLAIN_WORLD_H_
#define CORSAC_TESTS_RUNTIME_EXPLAIN_WORLD_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/model/ir.h"
#include "compiler/table/policy_table.h"
#include "runtime/decision/request_view.h"

namespace corsac::testing {

// Adds routes, each with a policy and an origin set of its own. Rules get line
// numbers in the order in which they are added, routes those after 100.
class World {
 public:
  World() { ir_.files = {"site.toml"}; }

  Ir& ir() { return ir_; }
  IrOriginSet& set() { return ir_.origin_sets.back(); }
  IrPolicy& policy() { return ir_.policies.back(); }
  IrRoute& route() { return ir_.routes.back(); }

  // A route for exactly "/name".
  World& Route(const std::string& name) {
    ir_.origin_sets.emplace_back();
    IrPolicy policy;
    policy.origins = static_cast<std::uint32_t>(ir_.origin_sets.size() - 1);
    ir_.policies.push_back(policy);
    IrRoute route;
    route.id = name;
    route.pattern = "/" + name;
    route.segments = {{IrSegment::Kind::kLiteral, name}};
    route.policy = static_cast<std::uint32_t>(ir_.policies.size() - 1);
    route.place = {0, 100 + static_cast<std::uint32_t>(ir_.routes.size()), 1};
    ir_.routes.push_back(route);
    return *this;
  }

  World& Exact(std::string_view text) {
    set().exact.Add(text, Place());
    return *this;
  }
  World& Subdomain(std::string scheme, std::string base) {
    IrSubdomainRule rule;
    rule.scheme = std::move(scheme);
    rule.base = std::move(base);
    rule.place = Place();
    set().subdomain.push_back(rule);
    return *this;
  }
  World& AnyPort(std::string scheme, std::string host) {
    set().any_port.push_back({std::move(scheme), std::move(host), Place()});
    return *this;
  }
  World& Regex(std::string pattern) {
    set().regex.push_back({std::move(pattern), Place()});
    return *this;
  }
  World& Any() {
    set().any = true;
    set().any_place = Place();
    return *this;
  }

  std::unique_ptr<const PolicyTable> Build() const { return BuildTable(ir_); }

 private:
  IrPlace Place() { return {0, ++line_, 12}; }

  Ir ir_;
  std::uint32_t line_ = 0;
};

// A request that keeps its header fields.
class Asked {
 public:
  Asked(std::string_view method, std::string_view target,
        std::vector<HeaderField> headers)
      : headers_(std::move(headers)), method_(method), target_(target) {}

  RequestView view() const {
    return RequestView{method_, "api.example.com", target_, headers_};
  }

 private:
  std::vector<HeaderField> headers_;
  std::string_view method_;
  std::string_view target_;
};

}  // namespace corsac::testing

#endif  // CORSAC_TESTS_RUNTIME_EXPLAIN_WORLD_H_
