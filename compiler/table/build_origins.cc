// The part of the last pass that is about origins: origin sets → OriginTable.
// Entry: OriginTable::Build(). Tested by tests/compiler/policy_table_test.cc.
#include <string>
#include <utility>
#include <vector>

#include "compiler/table/build_regexes.h"
#include "compiler/table/lower_regexes.h"
#include "compiler/table/origin_table.h"

namespace corsac {
namespace {

// What the builders of the parts must know before the first rule.
struct Extent {
  PlacePacking places;
  std::size_t exact = 0;
  std::size_t exact_bytes = 0;
  std::size_t subdomain = 0;
};

Extent Measure(const std::vector<IrOriginSet>& sets) {
  Extent extent;
  for (const IrOriginSet& set : sets) {
    for (const IrExactOrigin& rule : set.exact) {
      extent.places.Cover(rule.place);
    }
    extent.exact_bytes += set.exact.texts().size();
    for (const auto& rule : set.any_port) extent.places.Cover(rule.place);
    for (const auto& rule : set.subdomain) extent.places.Cover(rule.place);
    extent.exact += set.exact.size();
    extent.subdomain += set.subdomain.size();
  }
  return extent;
}

}  // namespace

class OriginTableBuilder {
 public:
  OriginTableBuilder(const Ir& ir, LoweredRegexes lowered, const Extent& extent,
                     std::uint64_t seed)
      : lowered_(std::move(lowered)),
        exact_(seed, extent.places.max()),
        any_port_(seed, extent.places.max()),
        subdomain_(seed, extent.subdomain),
        regex_(ir.origin_sets, &lowered_, seed) {
    table_.places_ = extent.places;
    exact_.Reserve(extent.exact, extent.exact_bytes);
  }

  void Add(const IrOriginSet& ir) {
    OriginTable::Set set;
    set.any = ir.any;
    set.null = ir.null;
    set.file = ir.file;
    set.any_place = ir.any_place;
    set.null_place = ir.null_place;
    set.file_place = ir.file_place;
    set.exact = AddExact(ir);
    set.any_port = AddAnyPort(ir.any_port);
    set.subdomain = AddSubdomain(ir.subdomain);
    set.regex = regex_.AddGroup(ir.regex);
    table_.sets_.push_back(set);
  }

  OriginTable Finish() {
    table_.exact_ = exact_.Finish();
    table_.any_port_ = any_port_.Finish();
    table_.subdomain_ = subdomain_.Finish();
    table_.regex_ = regex_.Finish();
    return std::move(table_);
  }

 private:
  TextTable::Group AddExact(const IrOriginSet& ir) {
    return exact_.AddGroup(
        ir.exact.size(), [&ir](std::size_t i) { return ir.exact.text(i); },
        [&](std::size_t i) { return table_.places_.Pack(ir.exact[i].place); });
  }

  TextTable::Group AddAnyPort(const std::vector<IrAnyPortRule>& rules) {
    std::vector<std::string> texts;
    texts.reserve(rules.size());
    for (const IrAnyPortRule& rule : rules) {
      texts.push_back(rule.scheme + "://" + rule.host);
    }
    return any_port_.AddGroup(
        rules.size(),
        [&texts](std::size_t i) { return std::string_view(texts[i]); },
        [&](std::size_t i) { return table_.places_.Pack(rules[i].place); });
  }

  SubdomainTable::Group AddSubdomain(
      const std::vector<IrSubdomainRule>& rules) {
    std::vector<std::uint64_t> places;
    places.reserve(rules.size());
    for (const IrSubdomainRule& rule : rules) {
      places.push_back(table_.places_.Pack(rule.place));
    }
    return subdomain_.AddGroup(rules, places);
  }

  LoweredRegexes lowered_;
  TextTableBuilder exact_;
  TextTableBuilder any_port_;
  SubdomainTableBuilder subdomain_;
  RegexTableBuilder regex_;
  OriginTable table_;
};

OriginTable OriginTable::Build(const Ir& ir, LoweredRegexes lowered,
                               std::uint64_t seed) {
  OriginTableBuilder builder(ir, std::move(lowered), Measure(ir.origin_sets),
                             seed);
  for (const IrOriginSet& set : ir.origin_sets) builder.Add(set);
  return builder.Finish();
}

}  // namespace corsac
