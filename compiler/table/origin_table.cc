// Lookups of origins. Filled by compiler/table/build_origins.cc.
// Tested by tests/compiler/policy_table_test.cc, and against the oracle by
// tests/exhaustive_test.cc and tests/random_test.cc.
#include "compiler/table/origin_table.h"

#include "compiler/check.h"

namespace corsac {

OriginMatch OriginTable::Find(std::uint32_t set_index,
                              const Origin& origin) const noexcept {
  const Set& set = sets_[set_index];
  if (set.any) return {RuleKind::kAny, 0};
  if (origin.kind == OriginKind::kNull) {
    return set.null ? OriginMatch{RuleKind::kNull, 0} : OriginMatch{};
  }
  if (origin.kind == OriginKind::kFile && set.file) return {RuleKind::kFile, 0};
  if (const std::uint32_t rule = exact_.Find(set.exact, origin.text);
      rule != TextTable::kNone) {
    return {RuleKind::kExact, rule};
  }
  if (origin.kind == OriginKind::kFile) return {};
  if (!set.any_port.empty()) {
    const std::uint32_t rule =
        any_port_.Find(set.any_port, origin.text_before_port());
    if (rule != TextTable::kNone) return {RuleKind::kAnyPort, rule};
  }
  if (!set.subdomain.empty()) {
    const std::uint32_t rule = subdomain_.Find(set.subdomain, origin);
    if (rule != SubdomainTable::kNone) return {RuleKind::kSubdomain, rule};
  }
  if (!set.regex.empty()) {
    const std::uint32_t rule = regex_.Find(set.regex, origin);
    if (rule != RegexTable::kNone) return {RuleKind::kRegex, rule};
  }
  return {};
}

IrPlace OriginTable::PlaceOf(std::uint32_t set,
                             const OriginMatch& match) const {
  switch (match.kind) {
    case RuleKind::kNone:
      break;
    case RuleKind::kAny:
      return sets_[set].any_place;
    case RuleKind::kNull:
      return sets_[set].null_place;
    case RuleKind::kFile:
      return sets_[set].file_place;
    case RuleKind::kExact:
      return places_.Unpack(exact_.number(match.rule));
    case RuleKind::kAnyPort:
      return places_.Unpack(any_port_.number(match.rule));
    case RuleKind::kSubdomain:
      return places_.Unpack(subdomain_.number(match.rule));
    case RuleKind::kRegex:
      return regex_.place(match.rule);
  }
  CORSAC_CHECK(match.kind != RuleKind::kNone);
  return {};
}

std::string OriginTable::RuleText(const OriginMatch& match) const {
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
      return std::string(exact_.text(match.rule));
    case RuleKind::kAnyPort:
      return std::string(any_port_.text(match.rule)) + ":*";
    case RuleKind::kSubdomain:
      return subdomain_.Text(match.rule);
    case RuleKind::kRegex:
      return regex_.pattern(match.rule);
  }
  return "";
}

std::vector<OriginMatch> OriginTable::RulesOf(std::uint32_t set_index) const {
  const Set& set = sets_[set_index];
  std::vector<OriginMatch> rules;
  if (set.any) rules.push_back({RuleKind::kAny, 0});
  if (set.null) rules.push_back({RuleKind::kNull, 0});
  if (set.file) rules.push_back({RuleKind::kFile, 0});
  for (const std::uint32_t entry : exact_.EntriesOf(set.exact)) {
    rules.push_back({RuleKind::kExact, entry});
  }
  for (const std::uint32_t entry : any_port_.EntriesOf(set.any_port)) {
    rules.push_back({RuleKind::kAnyPort, entry});
  }
  for (std::uint32_t i = set.subdomain.begin; i < set.subdomain.end; ++i) {
    rules.push_back({RuleKind::kSubdomain, i});
  }
  for (std::uint32_t i = set.regex.rules.begin; i < set.regex.rules.end; ++i) {
    rules.push_back({RuleKind::kRegex, i});
  }
  return rules;
}

void OriginTable::AddSizes(PolicyTable::Sizes* sizes) const {
  sizes->origin_sets += sets_.size();
  for (const Set& set : sets_) {
    sizes->exact += set.exact.entries;
    sizes->any_port += set.any_port.entries;
  }
  sizes->subdomain += subdomain_.size();
  sizes->regex += regex_.size();
  sizes->origin_bytes += exact_.bytes() + any_port_.bytes() +
                         subdomain_.bytes() + sets_.capacity() * sizeof(Set);
  sizes->regex_bytes += regex_.bytes();
}

void OriginTable::CheckInvariants() const {
  for (const Set& set : sets_) {
    for (const std::uint32_t entry : exact_.EntriesOf(set.exact)) {
      Origin origin;
      const std::string_view text = exact_.text(entry);
      CORSAC_CHECK(ParseOrigin(text, &origin) == OriginError::kNone);
      CORSAC_CHECK(exact_.Find(set.exact, text) == entry);
    }
  }
}

}  // namespace corsac
