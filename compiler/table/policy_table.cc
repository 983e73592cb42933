// Lookups in a PolicyTable. It is filled by compiler/table/build.cc and printed
// by compiler/table/dump_table.cc.
// Tested by tests/compiler/policy_table_test.cc and against the oracle by
// tests/exhaustive_test.cc and tests/random_test.cc.
#include "compiler/table/policy_table.h"

#include <algorithm>
#include <utility>

#include "compiler/check.h"
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

OriginMatch PolicyTable::FindOrigin(std::uint32_t set_index,
                                    const Origin& origin) const noexcept {
  const TableOriginSet& set = impl_->sets[set_index];
  if (set.any) return {RuleKind::kAny, 0};
  if (origin.kind == OriginKind::kNull) {
    return set.null ? OriginMatch{RuleKind::kNull, 0} : OriginMatch{};
  }
  if (origin.kind == OriginKind::kFile && set.file) return {RuleKind::kFile, 0};
  if (!set.exact.empty()) {
    const std::uint32_t rule = impl_->exact.Find(set_index, origin.text);
    if (rule != KeyedTable::kNone) return {RuleKind::kExact, rule};
  }
  if (origin.kind == OriginKind::kFile) return {};
  if (!set.any_port.empty()) {
    const std::size_t end = origin.scheme.size() + 3 + origin.host.size();
    const std::uint32_t rule =
        impl_->any_port.Find(set_index, origin.text.substr(0, end));
    if (rule != KeyedTable::kNone) return {RuleKind::kAnyPort, rule};
  }
  if (!set.subdomain.empty()) {
    if (const OriginMatch match = impl_->FindSubdomain(set_index, origin)) {
      return match;
    }
  }
  return set.regex.empty() ? OriginMatch{} : impl_->FindRegex(set, origin);
}

// Looks up what follows each dot of the host. Several rules may match; the
// first in source order is reported.
OriginMatch PolicyTable::Impl::FindSubdomain(std::uint32_t set,
                                             const Origin& origin) const {
  OriginMatch first;
  for (std::size_t dot = origin.host.find('.'); dot != std::string_view::npos;
       dot = origin.host.find('.', dot + 1)) {
    if (dot == 0 || origin.host[dot - 1] == '.') continue;  // no label before
    std::uint32_t rule = subdomain.Find(set, origin.host.substr(dot + 1));
    for (; rule != KeyedTable::kNone; rule = subdomain_rules[rule].next) {
      const TableSubdomainRule& candidate = subdomain_rules[rule];
      if (candidate.scheme != origin.scheme) continue;
      if (!candidate.any_port && candidate.port != origin.port) continue;
      if (!first || rule < first.rule) first = {RuleKind::kSubdomain, rule};
      break;
    }
  }
  return first;
}

OriginMatch PolicyTable::Impl::FindRegex(const TableOriginSet& set,
                                         const Origin& origin) const {
  const re2::StringPiece text(origin.text.data(), origin.text.size());
  for (std::uint32_t rule = set.regex.begin; rule < set.regex.end; ++rule) {
    if (regex_rules[rule].regex->Match(text, 0, text.size(),
                                       re2::RE2::ANCHOR_BOTH, nullptr, 0)) {
      return {RuleKind::kRegex, rule};
    }
  }
  return {};
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

TablePlace PolicyTable::Impl::PlaceOfRule(std::uint32_t set,
                                          const OriginMatch& match) const {
  switch (match.kind) {
    case RuleKind::kNone:
      break;
    case RuleKind::kAny:
      return sets[set].any_place;
    case RuleKind::kNull:
      return sets[set].null_place;
    case RuleKind::kFile:
      return sets[set].file_place;
    case RuleKind::kExact:
      return exact_places[match.rule];
    case RuleKind::kAnyPort:
      return any_port_places[match.rule];
    case RuleKind::kSubdomain:
      return subdomain_rules[match.rule].place;
    case RuleKind::kRegex:
      return regex_rules[match.rule].place;
  }
  CORSAC_CHECK(match.kind != RuleKind::kNone);
  return {};
}

RulePlace PolicyTable::PlaceOf(std::uint32_t set,
                               const OriginMatch& match) const {
  const TablePlace place = impl_->PlaceOfRule(set, match);
  return {impl_->files[place.file], place.line, place.column};
}

std::string PolicyTable::RuleText(std::uint32_t /*set*/,
                                  const OriginMatch& match) const {
  switch (match.kind) {
    case RuleKind::kNone:
      return "";
    case RuleKind::kAny:
      return "*";
    case RuleKind::kNull:
      return "null";
    case RuleKind::kFile:
      return "file://";
    case RuleKind::kExact:
      return std::string(impl_->exact.text(match.rule));
    case RuleKind::kAnyPort:
      return std::string(impl_->any_port.text(match.rule)) + ":*";
    case RuleKind::kSubdomain: {
      const TableSubdomainRule& rule = impl_->subdomain_rules[match.rule];
      std::string text = rule.scheme + "://*." + rule.base;
      if (rule.any_port) return text + ":*";
      return rule.port == 0 ? text : text + ":" + std::to_string(rule.port);
    }
    case RuleKind::kRegex:
      return impl_->regex_rules[match.rule].regex->pattern();
  }
  return "";
}

std::vector<OriginMatch> PolicyTable::RulesOf(std::uint32_t set_index) const {
  const TableOriginSet& set = impl_->sets[set_index];
  std::vector<OriginMatch> rules;
  if (set.any) rules.push_back({RuleKind::kAny, 0});
  if (set.null) rules.push_back({RuleKind::kNull, 0});
  if (set.file) rules.push_back({RuleKind::kFile, 0});
  const auto add = [&rules](RuleKind kind, RuleRange range) {
    for (std::uint32_t i = range.begin; i < range.end; ++i) {
      rules.push_back({kind, i});
    }
  };
  add(RuleKind::kExact, set.exact);
  add(RuleKind::kAnyPort, set.any_port);
  add(RuleKind::kSubdomain, set.subdomain);
  add(RuleKind::kRegex, set.regex);
  return rules;
}

}  // namespace corsac
