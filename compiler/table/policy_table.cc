// Lookups in a PolicyTable. It is filled by compiler/table/build.cc and printed
// by compiler/table/dump_table.cc.
// Tested by tests/compiler/policy_table_test.cc and against the oracle by
// tests/exhaustive_test.cc and tests/random_test.cc.
#include "compiler/table/policy_table.h"

#include <utility>

#include "compiler/table/table_impl.h"

namespace corsac {

std::string_view RuleKindName(RuleKind kind) {
  switch (kind) {
    case RuleKind::kNone:
      return "";
    case RuleKind::kAny:
      return "any";
    case RuleKind::kNull:
      return "null";
    case RuleKind::kFile:
      return "file";
    case RuleKind::kExact:
      return "exact";
    case RuleKind::kAnyPort:
      return "any-port";
    case RuleKind::kSubdomain:
      return "subdomain";
    case RuleKind::kRegex:
      return "regex";
  }
  return "";
}

PolicyTable::PolicyTable(std::unique_ptr<const Impl> impl)
    : impl_(std::move(impl)) {}
PolicyTable::~PolicyTable() = default;

const CompiledRoute* PolicyTable::FindRoute(
    std::string_view host, std::string_view path,
    std::string_view method) const noexcept {
  const std::uint32_t id = impl_->trie.Find(host, path, method);
  return id == RouteTrie::kNone ? nullptr : &impl_->routes[id];
}

const CompiledPolicy& PolicyTable::PolicyOf(const CompiledRoute& route) const {
  const std::ptrdiff_t id = &route - impl_->routes.data();
  return impl_->policies[impl_->route_policies[static_cast<std::size_t>(id)]];
}

OriginMatch PolicyTable::FindOrigin(std::uint32_t set,
                                    const Origin& origin) const noexcept {
  return impl_->origins.Find(set, origin);
}

bool PolicyTable::unmatched_passthrough() const {
  return impl_->unmatched_passthrough;
}

const std::vector<CompiledRoute>& PolicyTable::routes() const {
  return impl_->routes;
}

const std::vector<CompiledPolicy>& PolicyTable::policies() const {
  return impl_->policies;
}

RulePlace PolicyTable::PlaceOf(const CompiledRoute& route) const {
  return {impl_->files[route.file], route.line, 1};
}

RulePlace PolicyTable::PlaceOf(std::uint32_t set,
                               const OriginMatch& match) const {
  const IrPlace place = impl_->origins.PlaceOf(set, match);
  return {impl_->files[place.file], place.line, place.column};
}

std::string PolicyTable::RuleText(std::uint32_t /*set*/,
                                  const OriginMatch& match) const {
  return impl_->origins.RuleText(match);
}

std::vector<OriginMatch> PolicyTable::RulesOf(std::uint32_t set) const {
  return impl_->origins.RulesOf(set);
}

}  // namespace corsac
