// Runs AnalyzeRegex() over an Ir and says in words what came of it.
// Tested by tests/compiler/lower_regexes_test.cc.
#include "compiler/table/lower_regexes.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace corsac {
namespace {

// Rules that are shown one by one; more are counted.
constexpr std::size_t kMaxShown = 4;

std::string Counted(std::size_t count, std::string_view noun) {
  std::string text = std::to_string(count);
  text.append(" ").append(noun);
  if (count != 1) text += 's';
  return text;
}

// "a", "a and b", "a, b and c".
std::string Joined(const std::vector<std::string>& parts) {
  std::string text;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) text += i + 1 == parts.size() ? " and " : ", ";
    text += parts[i];
  }
  return text;
}

std::string RulesOf(const RegexForm& form) {
  std::vector<std::string> parts;
  const std::size_t count =
      form.exact.size() + form.subdomain.size() + form.any_port.size();
  if (count > kMaxShown) {
    if (!form.exact.empty()) {
      parts.push_back(Counted(form.exact.size(), "exact origin"));
    }
    if (!form.subdomain.empty()) {
      parts.push_back(Counted(form.subdomain.size(), "subdomain rule"));
    }
    if (!form.any_port.empty()) {
      parts.push_back(Counted(form.any_port.size(), "any-port rule"));
    }
    return Joined(parts);
  }
  for (const RegexSubdomain& rule : form.subdomain) {
    std::string text = "`" + rule.scheme + "://*." + rule.base;
    if (rule.any_port) text += ":*";
    if (rule.port != 0) text += ":" + std::to_string(rule.port);
    parts.push_back(text + "`");
  }
  for (const std::string& origin : form.exact) {
    parts.push_back("`" + origin + "`");
  }
  for (const RegexAnyPort& rule : form.any_port) {
    parts.push_back("`" + rule.scheme + "://" + rule.host + ":*`");
  }
  return Joined(parts);
}

std::string TriedFor(const RegexForm& form) {
  if (IsTriedForEveryHost(form)) {
    return "is tried for every host, since its hosts end in nothing fixed";
  }
  std::string text = "is tried for hosts that end in `";
  return text.append(EndingOf(form)) + "`";
}

}  // namespace

LoweredRegexes LowerRegexes(const Ir& ir, const LoweringCaps& caps) {
  LoweredRegexes lowered;
  std::unordered_map<std::string_view, std::uint32_t> known;
  std::uint64_t work_left = caps.work;
  std::size_t bytes_left = caps.automata_bytes;
  for (const IrOriginSet& set : ir.origin_sets) {
    std::vector<std::uint32_t>& forms = lowered.form_of.emplace_back();
    for (const IrRegexRule& rule : set.regex) {
      const auto next = static_cast<std::uint32_t>(lowered.forms.size());
      const auto [place, added] = known.try_emplace(rule.pattern, next);
      forms.push_back(place->second);
      if (!added) continue;
      RegexCaps of_one = caps.regex;
      of_one.work = std::min(of_one.work, std::max(work_left, caps.least_work));
      of_one.dfa_cells =
          std::min(of_one.dfa_cells, bytes_left / sizeof(std::uint16_t));
      RegexForm form = AnalyzeRegex(rule.pattern, of_one);
      work_left -= std::min(work_left, form.work);
      if (form.dfa) bytes_left -= std::min(bytes_left, form.dfa->bytes());
      lowered.forms.push_back(std::move(form));
    }
  }
  return lowered;
}

bool IsTried(const RegexForm& form) {
  return form.kind == RegexKind::kAutomaton || form.kind == RegexKind::kOpaque;
}

std::string_view EndingOf(const RegexForm& form) {
  constexpr std::size_t kMaxBytes = 63;  // sizes of endings are bits of a word
  std::string_view ending = form.host_suffix;
  ending.remove_prefix(ending.size() - std::min(ending.size(), kMaxBytes));
  return ending.find('.') == std::string_view::npos ? std::string_view()
                                                    : ending;
}

bool IsTriedForEveryHost(const RegexForm& form) {
  return IsTried(form) && EndingOf(form).empty();
}

std::string DescribeForm(const RegexForm& form) {
  switch (form.kind) {
    case RegexKind::kNever:
      return "matches no origin";
    case RegexKind::kFinite:
    case RegexKind::kRules:
      return "becomes " + RulesOf(form);
    case RegexKind::kAutomaton:
      return TriedFor(form);
    case RegexKind::kOpaque:
      return TriedFor(form) + ", by RE2: " + form.reason;
  }
  return "";
}

std::string DumpLowered(const Ir& ir, const LoweredRegexes& lowered) {
  std::string text;
  // Sets that share a list of origins share its regexes.
  std::set<std::string> shown;
  for (std::size_t set = 0; set < ir.origin_sets.size(); ++set) {
    for (std::size_t i = 0; i < ir.origin_sets[set].regex.size(); ++i) {
      const IrRegexRule& rule = ir.origin_sets[set].regex[i];
      std::string line = ir.files[rule.place.file];
      line.append(":").append(std::to_string(rule.place.line));
      line.append(":").append(std::to_string(rule.place.column));
      line.append(": `").append(rule.pattern).append("` ");
      line.append(DescribeForm(lowered.FormOf(set, i))).append("\n");
      if (shown.insert(line).second) text += line;
    }
  }
  return text;
}

}  // namespace corsac
