// Tested by tests/compiler/subdomain_table_test.cc.
#include "compiler/table/subdomain_table.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "compiler/table/host_suffixes.h"

namespace corsac {
std::uint32_t SubdomainTable::Find(const Group& group,
                                   const Origin& origin) const noexcept {
  const std::string_view host = origin.host;
  std::uint32_t first = kNone;
  ForEachSuffix(host, group.label_counts, [&](std::string_view suffix) {
    // The label before the dot must be there.
    const std::size_t dot = host.size() - suffix.size() - 1;
    if (dot == 0 || host[dot - 1] == '.') return;
    const std::uint32_t base = bases_.Find(group.bases, suffix);
    if (base == TextTable::kNone) return;
    const auto rule = static_cast<std::uint32_t>(bases_.number(base));
    // Several bases may match; the first rule in the source is reported.
    first = std::min(first, FindAmong(rule, origin));
  });
  return first;
}

// The first of the rules of one base, from `rule` on, that allows the scheme
// and port of `origin`.
std::uint32_t SubdomainTable::FindAmong(std::uint32_t rule,
                                        const Origin& origin) const noexcept {
  for (; rule != kNone; rule = rules_[rule].next) {
    const Rule& candidate = rules_[rule];
    if ((candidate.any_port || candidate.port == origin.port) &&
        schemes_[candidate.scheme] == origin.scheme) {
      return rule;
    }
  }
  return kNone;
}

std::string SubdomainTable::Text(std::uint32_t rule) const {
  const Rule& r = rules_[rule];
  std::string text = schemes_[r.scheme] + "://*.";
  text += bases_.text(r.base);
  if (r.any_port) return text + ":*";
  return r.port == 0 ? text : text + ":" + std::to_string(r.port);
}

std::size_t SubdomainTable::bytes() const {
  std::size_t bytes = bases_.bytes() + rules_.capacity() * sizeof(Rule) +
                      schemes_.capacity() * sizeof(std::string);
  for (const std::string& scheme : schemes_) bytes += scheme.capacity();
  return bytes;
}

SubdomainTableBuilder::SubdomainTableBuilder(std::uint64_t seed,
                                             std::size_t rules)
    : bases_(seed, rules) {
  table_.rules_.reserve(rules);
}

SubdomainTable::Group SubdomainTableBuilder::AddGroup(
    const std::vector<IrSubdomainRule>& rules,
    const std::vector<std::uint64_t>& numbers) {
  SubdomainTable::Group group;
  group.begin = static_cast<std::uint32_t>(table_.rules_.size());
  // The bases, each once, with its first rule, and its last rule so far: the
  // rules of one base are linked in source order.
  struct Base {
    std::string_view text;
    std::uint32_t first;
    std::uint32_t last;
  };
  std::vector<Base> bases;
  std::unordered_map<std::string_view, std::size_t> index_of_base;
  index_of_base.reserve(rules.size());
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const auto index = static_cast<std::uint32_t>(table_.rules_.size());
    const auto [known, is_new] =
        index_of_base.try_emplace(rules[i].base, bases.size());
    if (is_new) {
      bases.push_back({rules[i].base, index, index});
      group.label_counts |= BitOfLabels(CountLabels(rules[i].base));
    } else {
      Base& base = bases[known->second];
      table_.rules_[base.last].next = index;
      base.last = index;
    }
    table_.rules_.push_back({numbers[i], SubdomainTable::kNone,
                             SubdomainTable::kNone,
                             SchemeIndex(rules[i].scheme),
                             rules[i].port.value_or(0), rules[i].any_port});
  }
  group.end = static_cast<std::uint32_t>(table_.rules_.size());
  group.bases = bases_.AddGroup(
      bases.size(), [&bases](std::size_t i) { return bases[i].text; },
      [&bases](std::size_t i) { return bases[i].first; });
  return group;
}

SubdomainTable SubdomainTableBuilder::Finish() {
  table_.bases_ = bases_.Finish();
  // Only now that the texts have their place is it known where each is.
  const TextTable& bases = table_.bases_;
  bases.ForEachEntry([this, &bases](std::uint32_t entry) {
    auto rule = static_cast<std::uint32_t>(bases.number(entry));
    for (; rule != SubdomainTable::kNone; rule = table_.rules_[rule].next) {
      table_.rules_[rule].base = entry;
    }
  });
  table_.rules_.shrink_to_fit();
  return std::move(table_);
}

std::uint32_t SubdomainTableBuilder::SchemeIndex(const std::string& scheme) {
  const auto next = static_cast<std::uint32_t>(table_.schemes_.size());
  const auto [known, is_new] = schemes_.try_emplace(scheme, next);
  if (is_new) table_.schemes_.push_back(scheme);
  return known->second;
}

}  // namespace corsac
