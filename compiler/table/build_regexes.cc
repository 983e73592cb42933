// The part of the last pass that is about regexes: their forms → RegexTable.
// Tested by tests/compiler/regex_table_test.cc.
#include "compiler/table/build_regexes.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "compiler/check.h"
#include "compiler/limits.h"
#include "compiler/table/host_suffixes.h"
#include "compiler/table/re2_pattern.h"

namespace corsac {
namespace {

// The whole labels of such an ending: "vercel.app" of "-team.vercel.app".
std::string_view TailOf(std::string_view ending) {
  return ending.substr(ending.find('.') + 1);
}

// Texts and the first rule that each stands for.
class FirstRules {
 public:
  void Add(std::string text, std::uint32_t rule) {
    first_.try_emplace(std::move(text), rule);
  }
  TextTable::Group AddTo(TextTableBuilder* builder) const {
    const std::vector<std::pair<std::string_view, std::uint32_t>> keys(
        first_.begin(), first_.end());
    return builder->AddGroup(
        keys.size(), [&keys](std::size_t i) { return keys[i].first; },
        [&keys](std::size_t i) { return keys[i].second; });
  }

 private:
  std::map<std::string, std::uint32_t> first_;
};

}  // namespace

RegexTableBuilder::Counts RegexTableBuilder::CountRules(
    const std::vector<IrOriginSet>& sets, const LoweredRegexes& lowered) {
  Counts counts;
  for (std::size_t set = 0; set < sets.size(); ++set) {
    for (std::size_t i = 0; i < sets[set].regex.size(); ++i) {
      counts.subdomain += lowered.FormOf(set, i).subdomain.size();
    }
    counts.regexes += sets[set].regex.size();
  }
  return counts;
}

RegexTableBuilder::RegexTableBuilder(const std::vector<IrOriginSet>& sets,
                                     LoweredRegexes* lowered,
                                     std::uint64_t seed)
    : RegexTableBuilder(CountRules(sets, *lowered), lowered, seed) {}

RegexTableBuilder::RegexTableBuilder(const Counts& counts,
                                     LoweredRegexes* lowered,
                                     std::uint64_t seed)
    : lowered_(*lowered),
      matchers_(lowered->forms.size()),
      exact_(seed, counts.regexes),
      any_port_(seed, counts.regexes),
      subdomain_(seed, counts.subdomain),
      tails_(seed, counts.regexes),
      endings_(seed, counts.regexes) {}

RegexTable::Group RegexTableBuilder::AddGroup(
    const std::vector<IrRegexRule>& rules) {
  RegexTable::Group group;
  group.rules.begin = static_cast<std::uint32_t>(table_.rules_.size());
  for (const IrRegexRule& rule : rules) {
    table_.rules_.push_back({rule.pattern, rule.place});
  }
  group.rules.end = static_cast<std::uint32_t>(table_.rules_.size());
  if (!rules.empty()) {
    AddLowered(rules, &group);
    AddTried(rules, &group);
  }
  ++set_;
  return group;
}

void RegexTableBuilder::AddLowered(const std::vector<IrRegexRule>& rules,
                                   RegexTable::Group* group) {
  FirstRules exact;
  FirstRules any_port;
  std::vector<IrSubdomainRule> subdomain;
  std::vector<std::uint64_t> subdomain_rules;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const RegexForm& form = FormOf(i);
    const std::uint32_t rule =
        group->rules.begin + static_cast<std::uint32_t>(i);
    for (const std::string& origin : form.exact) exact.Add(origin, rule);
    for (const RegexAnyPort& host : form.any_port) {
      any_port.Add(host.scheme + "://" + host.host, rule);
    }
    for (const RegexSubdomain& part : form.subdomain) {
      std::optional<std::uint16_t> port;
      if (part.port != 0) port = part.port;
      subdomain.push_back(
          {part.scheme, part.base, part.any_port, port, rules[i].place});
      subdomain_rules.push_back(rule);
    }
  }
  group->exact = exact.AddTo(&exact_);
  group->any_port = any_port.AddTo(&any_port_);
  group->subdomain = subdomain_.AddGroup(subdomain, subdomain_rules);
}

void RegexTableBuilder::AddTried(const std::vector<IrRegexRule>& rules,
                                 RegexTable::Group* group) {
  Endings endings;
  std::vector<RegexTable::Candidate> always;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const RegexForm& form = FormOf(i);
    if (!IsTried(form)) continue;
    const RegexTable::Candidate candidate =
        MakeCandidate(group->rules.begin + static_cast<std::uint32_t>(i),
                      lowered_.form_of[set_][i], rules[i].pattern);
    const std::string_view ending = EndingOf(form);
    auto& run = ending.empty() ? always : endings[std::string(ending)];
    run.push_back(candidate);
  }
  AddTails(endings, group);
  group->always = AddRun(always);
}

void RegexTableBuilder::AddTails(const Endings& endings,
                                 RegexTable::Group* group) {
  std::map<std::string_view, std::vector<Endings::const_iterator>> by_tail;
  for (auto ending = endings.begin(); ending != endings.end(); ++ending) {
    const std::string_view tail = TailOf(ending->first);
    by_tail[tail].push_back(ending);
    group->label_counts |= BitOfLabels(CountLabels(tail));
  }
  std::vector<std::pair<std::string_view, std::uint64_t>> tails;
  tails.reserve(by_tail.size());
  for (const auto& [tail, its_endings] : by_tail) {
    tails.emplace_back(tail, AddTail(its_endings));
  }
  group->tails = tails_.AddGroup(
      tails.size(), [&tails](std::size_t i) { return tails[i].first; },
      [&tails](std::size_t i) { return tails[i].second; });
}

std::uint64_t RegexTableBuilder::AddTail(
    const std::vector<Endings::const_iterator>& endings) {
  RegexTable::Tail tail;
  std::vector<std::uint64_t> runs;
  for (const auto& ending : endings) {
    CORSAC_CHECK(ending->first.size() < 64);
    tail.end_sizes |= std::uint64_t{1} << ending->first.size();
    runs.push_back(table_.runs_.size());
    table_.runs_.push_back(AddRun(ending->second));
  }
  tail.endings = endings_.AddGroup(
      endings.size(),
      [&endings](std::size_t i) { return std::string_view(endings[i]->first); },
      [&runs](std::size_t i) { return runs[i]; });
  table_.tail_list_.push_back(tail);
  return table_.tail_list_.size() - 1;
}

RegexTable::Candidate RegexTableBuilder::MakeCandidate(
    std::uint32_t rule, std::uint32_t form_index, std::string_view pattern) {
  const RegexForm& form = lowered_.forms[form_index];
  RegexTable::Candidate candidate;
  candidate.rule = rule;
  candidate.min_size = static_cast<std::uint16_t>(
      std::min<std::size_t>(form.min_size, kMaxOriginBytes + 1));
  candidate.max_size = static_cast<std::uint16_t>(
      std::min<std::size_t>(form.max_size, kMaxOriginBytes));
  candidate.prefix = static_cast<std::uint32_t>(table_.prefixes_.size());
  candidate.prefix_size = static_cast<std::uint16_t>(form.prefix.size());
  table_.prefixes_ += form.prefix;
  const Matcher matcher = MatcherOf(form_index, pattern);
  candidate.ending_size = static_cast<std::uint16_t>(EndingOf(form).size());
  candidate.automaton = matcher.automaton;
  candidate.row = matcher.row;
  candidate.accepts = matcher.accepts;
  candidate.re2 = matcher.re2;
  return candidate;
}

RegexTableBuilder::Matcher RegexTableBuilder::MatcherOf(
    std::uint32_t form_index, std::string_view pattern) {
  Matcher& matcher = matchers_[form_index];
  if (matcher.automaton != RegexTable::kNone ||
      matcher.re2 != RegexTable::kNone) {
    return matcher;
  }
  std::optional<Dfa>& dfa = lowered_.forms[form_index].dfa;
  if (dfa && AgreesWithRe2(*dfa, pattern)) {
    const RegexForm& form = lowered_.forms[form_index];
    matcher.row = dfa->RowAfter(form.prefix, dfa->start());
    matcher.accepts = AddAccepts(*dfa, EndingOf(form));
    matcher.automaton = static_cast<std::uint32_t>(table_.automata_.size());
    table_.automata_.push_back(*std::move(dfa));
    return matcher;
  }
  matcher.re2 = static_cast<std::uint32_t>(table_.re2_.size());
  table_.re2_.push_back(std::make_unique<const Re2Pattern>(pattern));
  return matcher;
}

// For each row of `dfa` whether `ending` leads from it to acceptance; kNone
// where that would cost more than it saves.
std::uint32_t RegexTableBuilder::AddAccepts(const Dfa& dfa,
                                            std::string_view ending) {
  constexpr std::size_t kMaxSteps = 16'384;
  if (ending.empty() || dfa.states() * ending.size() > kMaxSteps) {
    return RegexTable::kNone;
  }
  const auto begin = static_cast<std::uint32_t>(table_.accepts_.size());
  table_.accepts_.resize(begin + dfa.cells().size() / 64 + 1);
  const auto cells = static_cast<std::uint32_t>(dfa.cells().size());
  const auto width = cells / static_cast<std::uint32_t>(dfa.states());
  for (std::uint32_t row = 0; row < cells; row += width) {
    if (!dfa.IsAccepting(dfa.RowAfter(ending, row))) continue;
    table_.accepts_[begin + row / 64] |= std::uint64_t{1} << row % 64;
  }
  return begin;
}

RegexTable::Range RegexTableBuilder::AddRun(
    const std::vector<RegexTable::Candidate>& run) {
  const auto begin = static_cast<std::uint32_t>(table_.candidates_.size());
  table_.candidates_.insert(table_.candidates_.end(), run.begin(), run.end());
  return {begin, static_cast<std::uint32_t>(table_.candidates_.size())};
}

RegexTable RegexTableBuilder::Finish() {
  table_.exact_ = exact_.Finish();
  table_.any_port_ = any_port_.Finish();
  table_.subdomain_ = subdomain_.Finish();
  table_.tails_ = tails_.Finish();
  table_.endings_ = endings_.Finish();
  return std::move(table_);
}

}  // namespace corsac
