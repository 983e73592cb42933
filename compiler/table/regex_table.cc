// Lookups of regex rules. Filled by compiler/table/build_regexes.cc.
// Tested by tests/compiler/regex_table_test.cc, and against RE2 by
// tests/random_test.cc and tests/fuzz/compile_fuzzer.cc.
#include "compiler/table/regex_table.h"

#include <algorithm>
#include <bit>

#include "compiler/table/hash.h"
#include "compiler/table/host_suffixes.h"
#include "compiler/table/re2_pattern.h"

namespace corsac {

RegexTable::RegexTable() = default;
RegexTable::~RegexTable() = default;
RegexTable::RegexTable(RegexTable&&) noexcept = default;
RegexTable& RegexTable::operator=(RegexTable&&) noexcept = default;

std::uint32_t RegexTable::Find(const Group& group,
                               const Origin& origin) const noexcept {
  std::uint32_t best = FindLowered(group, origin);
  if (!group.tails.empty()) {
    ForEachSuffix(origin.host, group.label_counts,
                  [&](std::string_view suffix) {
                    const std::uint32_t tail = tails_.Find(group.tails, suffix);
                    if (tail == TextTable::kNone) return;
                    TryTail(tail_list_[tails_.number(tail)], origin, &best);
                  });
  }
  TryRange(group.always, origin, &best);
  return best;
}

std::uint32_t RegexTable::FindLowered(const Group& group,
                                      const Origin& origin) const noexcept {
  std::uint32_t best = kNone;
  const auto take = [&best](const TextTable& table, std::uint32_t entry) {
    if (entry == TextTable::kNone) return;
    best = std::min(best, static_cast<std::uint32_t>(table.number(entry)));
  };
  take(exact_, exact_.Find(group.exact, origin.text));
  if (!group.any_port.empty()) {
    take(any_port_, any_port_.Find(group.any_port, origin.text_before_port()));
  }
  if (!group.subdomain.empty()) {
    const std::uint32_t rule = subdomain_.Find(group.subdomain, origin);
    if (rule != SubdomainTable::kNone) {
      best =
          std::min(best, static_cast<std::uint32_t>(subdomain_.number(rule)));
    }
  }
  return best;
}

void RegexTable::TryTail(const Tail& tail, const Origin& origin,
                         std::uint32_t* best) const noexcept {
  const std::string_view host = origin.host;
  for (std::uint64_t sizes = tail.end_sizes; sizes != 0; sizes &= sizes - 1) {
    const auto size = static_cast<std::size_t>(std::countr_zero(sizes));
    if (size > host.size()) return;
    const std::uint32_t ending =
        endings_.Find(tail.endings, host.substr(host.size() - size));
    if (ending != TextTable::kNone) {
      TryRange(runs_[endings_.number(ending)], origin, best);
    }
  }
}

// Looks for a rule before `*best`.
void RegexTable::TryRange(Range range, const Origin& origin,
                          std::uint32_t* best) const noexcept {
  for (std::uint32_t i = range.begin; i < range.end; ++i) {
    const Candidate& candidate = candidates_[i];
    if (candidate.rule >= *best) return;  // they are in source order
    if (Matches(candidate, origin)) {
      *best = candidate.rule;
      return;
    }
  }
}

// The origin has the candidate's ending, if it has one, or would not be here.
bool RegexTable::Matches(const Candidate& candidate,
                         const Origin& origin) const noexcept {
  const std::string_view text = origin.text;
  if (text.size() < candidate.min_size || text.size() > candidate.max_size) {
    return false;
  }
  const std::string_view prefix(prefixes_.data() + candidate.prefix,
                                candidate.prefix_size);
  if (!EqualBytes(text.substr(0, prefix.size()), prefix)) return false;
  if (candidate.automaton == kNone) {
    return re2_[candidate.re2]->Matches(text);
  }
  const Dfa& dfa = automata_[candidate.automaton];
  const std::size_t known = prefix.size() + candidate.ending_size;
  if (candidate.accepts == kNone || origin.port != 0 || known > text.size()) {
    return dfa.IsAccepting(
        dfa.RowAfter(text.substr(prefix.size()), candidate.row));
  }
  const std::string_view middle =
      text.substr(prefix.size(), text.size() - known);
  const std::uint32_t row = dfa.RowAfter(middle, candidate.row);
  return (accepts_[candidate.accepts + row / 64] >> row % 64 & 1) != 0;
}

std::size_t RegexTable::bytes() const {
  std::size_t bytes = exact_.bytes() + any_port_.bytes() + subdomain_.bytes() +
                      tails_.bytes() + endings_.bytes() +
                      tail_list_.capacity() * sizeof(Tail) +
                      runs_.capacity() * sizeof(Range) +
                      candidates_.capacity() * sizeof(Candidate) +
                      accepts_.capacity() * sizeof(accepts_[0]) +
                      prefixes_.capacity() + rules_.capacity() * sizeof(Rule);
  for (const Rule& rule : rules_) bytes += rule.pattern.capacity();
  for (const Dfa& dfa : automata_) bytes += dfa.bytes();
  for (const auto& re2 : re2_) bytes += sizeof(re2) + re2->bytes();
  return bytes;
}

}  // namespace corsac
