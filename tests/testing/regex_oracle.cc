// The comparison of one pattern with RE2.
#include "tests/testing/regex_oracle.h"

#include <re2/re2.h>

#include <algorithm>
#include <string>
#include <utility>

#include "compiler/limits.h"
#include "compiler/origins/automata/determinize.h"
#include "compiler/origins/automata/nfa.h"
#include "compiler/origins/automata/regex_parse.h"
#include "compiler/origins/automata/work.h"
#include "compiler/origins/origin.h"
#include "compiler/table/regex_options.h"
#include "tests/testing/regex_generator.h"
#include "tests/testing/request_generator.h"

namespace corsac::testing {
namespace {

// docs/rules.md, read once more: at least one whole label before the base.
bool MatchesSubdomain(const RegexSubdomain& rule, const Origin& origin) {
  if (origin.scheme != rule.scheme) return false;
  if (!rule.any_port && origin.port != rule.port) return false;
  const std::string end = "." + rule.base;
  if (!origin.host.ends_with(end) || origin.host.size() == end.size()) {
    return false;
  }
  return origin.host[origin.host.size() - end.size() - 1] != '.';
}

bool MatchesRules(const RegexForm& form, const Origin& origin) {
  const bool exact = std::find(form.exact.begin(), form.exact.end(),
                               origin.text) != form.exact.end();
  const bool subdomain = std::any_of(
      form.subdomain.begin(), form.subdomain.end(),
      [&](const RegexSubdomain& r) { return MatchesSubdomain(r, origin); });
  const bool any_port = std::any_of(
      form.any_port.begin(), form.any_port.end(), [&](const RegexAnyPort& r) {
        return r.scheme == origin.scheme && r.host == origin.host;
      });
  return exact || subdomain || any_port;
}

std::string Verdict(bool matches) { return matches ? "matches" : "does not"; }

}  // namespace

struct RegexOracle::Regex {
  explicit Regex(const std::string& pattern) : re2(pattern, RegexOptions()) {}
  re2::RE2 re2;
};

std::optional<automata::Automaton> AutomatonOf(std::string_view pattern) {
  std::string reason;
  automata::Work work(2'000'000);
  const auto tree = automata::ParseRegex(pattern, &reason);
  if (!tree) return std::nullopt;
  const auto nfa = automata::BuildNfa(*tree, 20'000);
  if (!nfa) return std::nullopt;
  const auto automaton = automata::Determinize(*nfa, 4'096, &work);
  if (!automaton) return std::nullopt;
  return automata::Minimize(*automaton, &work);
}

RegexOracle::RegexOracle(const std::string& pattern, const RegexCaps& caps)
    : pattern_(pattern), regex_(std::make_unique<Regex>(pattern)) {
  if (!accepted()) return;
  form_ = AnalyzeRegex(pattern, caps);
  automaton_ = AutomatonOf(pattern);
  if (!automaton_) return;
  dfa_ = Dfa::From(*automaton_);
  automata::Work work(2'000'000);
  product_ = automata::WithinOrigins(*automaton_, 16'384, &work);
}

RegexOracle::~RegexOracle() = default;

bool RegexOracle::accepted() const { return regex_->re2.ok(); }

bool RegexOracle::Matches(std::string_view text) const {
  return regex_->re2.Match(re2::StringPiece(text.data(), text.size()), 0,
                           text.size(), re2::RE2::ANCHOR_BOTH, nullptr, 0);
}

std::string RegexOracle::CompareText(std::string_view text) const {
  if (!dfa_) return "";
  const bool expected = Matches(text);
  const bool walked =
      automaton_->accepting[automaton_->Walk(automaton_->start, text)];
  if (dfa_->Matches(text) == expected && walked == expected) return "";
  return "`" + pattern_ + "` on `" + std::string(text) + "`: RE2 " +
         Verdict(expected) + ", the table " + Verdict(dfa_->Matches(text)) +
         ", the automaton " + Verdict(walked);
}

std::string RegexOracle::CompareOrigin(const std::string& text) const {
  Origin origin;
  if (ParseOrigin(text, &origin) != OriginError::kNone) return "";
  if (origin.kind != OriginKind::kWeb && origin.kind != OriginKind::kApp) {
    return "";
  }
  const bool expected = Matches(text);
  const std::string where = "`" + pattern_ + "` on `" + text + "`: RE2 " +
                            Verdict(expected) + ", but ";
  bool got = expected;
  switch (form_.kind) {
    case RegexKind::kNever:
      got = false;
      break;
    case RegexKind::kFinite:
    case RegexKind::kRules:
      got = MatchesRules(form_, origin);
      break;
    case RegexKind::kAutomaton:
      got = form_.dfa->Matches(text);
      break;
    case RegexKind::kOpaque:
      break;
  }
  if (got != expected) return where + "the form " + Verdict(got);
  if (!expected) return "";
  if (!text.starts_with(form_.prefix)) return where + "prefix " + form_.prefix;
  if (!origin.host.ends_with(form_.host_suffix)) {
    return where + "host suffix " + form_.host_suffix;
  }
  if (text.size() < form_.min_size || text.size() > form_.max_size) {
    return where + "sizes " + std::to_string(form_.min_size) + " to " +
           std::to_string(form_.max_size);
  }
  return "";
}

std::string RegexOracle::CompareForm() const {
  const bool listed = !form_.exact.empty() || !form_.subdomain.empty() ||
                      !form_.any_port.empty();
  const bool lists =
      form_.kind == RegexKind::kFinite || form_.kind == RegexKind::kRules;
  if (listed != lists) return "`" + pattern_ + "` lists what it should not";
  if (form_.dfa.has_value() != (form_.kind == RegexKind::kAutomaton)) {
    return "`" + pattern_ + "` has an automaton where it should not";
  }
  std::vector<std::string> texts = form_.exact;
  for (const RegexSubdomain& rule : form_.subdomain) {
    for (const char* labels : {"a.", "0x.", "-_9.b."}) {
      std::string text = rule.scheme + "://" + labels + rule.base;
      if (rule.port != 0) text += ":" + std::to_string(rule.port);
      texts.push_back(text);
      if (rule.any_port) texts.push_back(text + ":65535");
    }
  }
  for (const RegexAnyPort& rule : form_.any_port) {
    texts.push_back(rule.scheme + "://" + rule.host);
    texts.push_back(rule.scheme + "://" + rule.host + ":10");
  }
  for (const std::string& text : texts) {
    Origin origin;
    if (ParseOrigin(text, &origin) != OriginError::kNone || !Matches(text)) {
      return "`" + pattern_ + "`: RE2 does not match `" + text + "`";
    }
  }
  return "";
}

std::string RegexOracle::CompareAll(Choices& choices, std::size_t texts,
                                    std::size_t* comparisons) const {
  if (std::string difference = CompareForm(); !difference.empty()) {
    return difference;
  }
  for (std::size_t i = 0; i < texts; ++i) {
    std::string text;
    if (automaton_ && automaton_->start != 0 && !choices.OneIn(8)) {
      text = GenerateAccepted(choices, *automaton_);
    }
    if (choices.OneIn(2)) text = MutateText(choices, std::move(text));
    std::string origin = GenerateAnyOrigin(choices);
    if (product_ && product_->automaton.start != 0 && !choices.OneIn(4)) {
      origin = GenerateAccepted(choices, product_->automaton);
      if (choices.OneIn(2)) origin = MutateOrigin(choices, std::move(origin));
    }
    for (std::string difference :
         {CompareText(text), CompareOrigin(text), CompareOrigin(origin)}) {
      if (!difference.empty()) return difference;
    }
    *comparisons += 3;
  }
  return "";
}

}  // namespace corsac::testing
