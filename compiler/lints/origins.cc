// Lists of origins, entry by entry: strings, regexes, host regexes, sets, and
// the lines of origin lists.
// Entry: CheckOriginLists(). Tested by tests/compiler/lower_test.cc.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "compiler/fetch/names.h"
#include "compiler/limits.h"
#include "compiler/lints/lints.h"
#include "compiler/model/origin_list.h"
#include "compiler/origins/origin.h"
#include "compiler/origins/origin_pattern.h"
#include "compiler/origins/regex_check.h"
#include "compiler/origins/written_text.h"

namespace corsac {
namespace {

class OriginListChecker {
 public:
  OriginListChecker(const Model& model, const SourceSet& sources,
                    Reporter& reporter)
      : model_(model), sources_(sources), reporter_(reporter) {}

  void CheckList(const AstOrigins& list);

  OriginSummaries TakeSummaries() { return std::move(summaries_); }

 private:
  void CheckText(const AstOrigin& entry, OriginSummary& summary);
  void CheckPattern(const AstOrigin& entry);
  void CheckFullRegex(const AstString& pattern);
  void CheckHostRegex(const AstOrigin& entry);
  bool CheckSchemes(const AstOrigin& entry, std::vector<std::string>& schemes);
  bool CheckPorts(const AstOrigin& entry, std::vector<std::string>& ports);
  bool CheckLength(const AstString& pattern);
  // False after reporting why RE2 does not take `pattern`.
  bool Compile(const AstString& pattern);
  void CheckFile(const AstOrigin& entry);
  void CheckLine(const OriginListLine& line);
  void CountRegex(const AstOrigin& entry);

  const Model& model_;
  const SourceSet& sources_;
  Reporter& reporter_;
  OriginSummaries summaries_;
  std::size_t regexes_ = 0;
  std::unordered_set<std::uint32_t> checked_lists_;
};

// Takes over what `from`, which `entry` names, has first.
void Merge(const OriginSummary& from, OriginSummary& to) {
  if (to.any == nullptr) to.any = from.any;
  if (to.null == nullptr) to.null = from.null;
  if (to.file == nullptr) to.file = from.file;
  to.empty &= from.empty;
}

void OriginListChecker::CheckText(const AstOrigin& entry,
                                  OriginSummary& summary) {
  std::vector<Finding> findings;
  const OriginPattern pattern = ParseOriginPattern(
      WrittenText::OfTomlString(sources_, entry.text.value, entry.text.span),
      &findings);
  reporter_.Report(std::move(findings));
  summary.empty &= pattern.kind == OriginPattern::Kind::kSet;
  switch (pattern.kind) {
    case OriginPattern::Kind::kAny:
      if (summary.any == nullptr) summary.any = &entry;
      break;
    case OriginPattern::Kind::kNull:
      if (summary.null == nullptr) summary.null = &entry;
      break;
    case OriginPattern::Kind::kFile:
      if (summary.file == nullptr) summary.file = &entry;
      break;
    case OriginPattern::Kind::kSet:
      if (const auto set = model_.set_of.find(&entry);
          set != model_.set_of.end()) {
        Merge(summaries_[&set->second->origins], summary);
      } else {
        summary.empty = false;  // reported as unknown
      }
      break;
    default:
      break;
  }
}

bool OriginListChecker::CheckLength(const AstString& pattern) {
  if (pattern.value.size() <= kMaxRegexBytes) return true;
  reporter_.Report(Code::kLimit, pattern.span,
                   "regex of " + std::to_string(pattern.value.size()) +
                       " bytes; at most " + std::to_string(kMaxRegexBytes) +
                       " are taken",
                   "list the origins, or put them into a file: `{ file = "
                   "\"origins.txt\" }`");
  return false;
}

bool OriginListChecker::Compile(const AstString& pattern) {
  const std::optional<RegexError> error = CheckRegex(pattern.value);
  if (!error) return true;
  const auto written =
      WrittenText::OfTomlString(sources_, pattern.value, pattern.span);
  Finding finding;
  finding.code = Code::kRegexInvalid;
  finding.span = written.Sub(error->begin, error->end);
  finding.message = "regex does not compile: " + error->message;
  finding.help =
      "the syntax is that of RE2, "
      "https://github.com/google/re2/wiki/Syntax";
  if (pattern.value.starts_with("*.") ||
      pattern.value.find("://*") != std::string::npos) {
    finding.help =
        "to allow subdomains write a string instead: "
        "`\"https://*.example.com\"`";
  }
  reporter_.Report(std::move(finding));
  return false;
}

void OriginListChecker::CheckFullRegex(const AstString& pattern) {
  if (!CheckLength(pattern)) return;
  if (pattern.value.empty()) {
    reporter_.Report(Code::kBadValue, pattern.span, "regex is empty",
                     "write a pattern for the whole origin: "
                     "`'https://pr-[0-9]+\\.example\\.com'`");
    return;
  }
  Compile(pattern);
}

bool OriginListChecker::CheckSchemes(const AstOrigin& entry,
                                     std::vector<std::string>& schemes) {
  if (!entry.schemes) {
    schemes = {"https"};
    return true;
  }
  bool good = true;
  if (!entry.schemes->is_list || entry.schemes->items.empty()) {
    reporter_.Report(Code::kBadValue, entry.schemes->span,
                     "`schemes` is a list of at least one scheme",
                     "write `[\"https\"]`, or leave it out");
    return false;
  }
  for (const AstString& scheme : entry.schemes->items) {
    Origin origin;
    const std::string text = scheme.value + "://a";
    if (ParseOrigin(text, &origin) == OriginError::kNone &&
        origin.scheme == scheme.value) {
      if (std::find(schemes.begin(), schemes.end(), scheme.value) ==
          schemes.end()) {
        schemes.push_back(scheme.value);
      }
      continue;
    }
    good = false;
    reporter_.Report(Code::kBadValue, scheme.span,
                     Quoted(scheme.value) + " is not a scheme of origins",
                     "write the scheme alone, in lower case: `\"https\"`");
  }
  return good;
}

bool OriginListChecker::CheckPorts(const AstOrigin& entry,
                                   std::vector<std::string>& ports) {
  if (!entry.ports) return true;
  bool good = true;
  if (!entry.ports->is_list) {
    reporter_.Report(
        Code::kWrongType, entry.ports->span, "`ports` is a list",
        "write `[" + TomlString(entry.ports->items.front().value) + "]`");
    return false;
  }
  for (const AstString& port : entry.ports->items) {
    Origin origin;
    // A scheme that has no default port.
    const std::string text = "app://a:" + port.value;
    if (port.value == "*" ||
        (ParseOrigin(text, &origin) == OriginError::kNone &&
         origin.port != 0)) {
      ports.push_back(port.value);
      continue;
    }
    good = false;
    reporter_.Report(Code::kOriginBadPort, port.span,
                     Quoted(port.value) + " is not a port",
                     "write a number from 1 to 65535, or `\"*\"` for any "
                     "port; without `ports`, origins have none");
  }
  return good;
}

void OriginListChecker::CheckHostRegex(const AstOrigin& entry) {
  std::vector<std::string> schemes;
  std::vector<std::string> ports;
  const bool good_schemes = CheckSchemes(entry, schemes);
  const bool good_ports = CheckPorts(entry, ports);
  if (!CheckLength(entry.text)) return;
  if (entry.text.value.empty()) {
    reporter_.Report(Code::kBadValue, entry.text.span, "`host_regex` is empty",
                     "write a pattern for the host: "
                     "`'pr-[0-9]+\\.example\\.com'`");
    return;
  }
  if (entry.text.value.find("://") != std::string::npos) {
    reporter_.Report(Code::kBadValue, entry.text.span,
                     "`host_regex` is for the host alone",
                     "move the scheme into `schemes`, or write the whole "
                     "origin as `regex`");
    return;
  }
  // By itself first: `a)|(?:b` would be well formed inside of the brackets
  // that the whole pattern puts around it.
  if (!Compile(entry.text) || !good_schemes || !good_ports) return;
  const std::string whole = HostRegexPattern(entry.text.value, schemes, ports);
  if (const std::optional<RegexError> error = CheckRegex(whole)) {
    reporter_.Report(
        Code::kRegexInvalid, entry.text.span,
        "`host_regex` cannot stand inside of a pattern: " + error->message,
        "close `\\Q` with `\\E`, or write a smaller pattern");
  }
}

void OriginListChecker::CountRegex(const AstOrigin& entry) {
  if (++regexes_ != kMaxRegexes + 1) return;
  reporter_.Report(Code::kLimit, entry.span,
                   "more than " + std::to_string(kMaxRegexes) + " regexes",
                   "each has to be tried: list origins, or use "
                   "`https://*.example.com`");
}

void OriginListChecker::CheckPattern(const AstOrigin& entry) {
  CountRegex(entry);
  if (regexes_ > kMaxRegexes) return;
  if (entry.form == AstOrigin::Form::kRegex) {
    CheckFullRegex(entry.text);
  } else {
    CheckHostRegex(entry);
  }
}

// A line that is not plain, of which there are few.
void OriginListChecker::CheckLine(const OriginListLine& line) {
  std::vector<Finding> findings;
  const OriginPattern pattern =
      ParseOriginPattern(WrittenText(line.text, line.span), &findings);
  for (Finding& finding : findings) {
    if (finding.code != Code::kOriginLooksLikeRegex) continue;
    finding.help =
        "a list holds no regexes: write the regex into the rule "
        "file, or list the origins";
  }
  reporter_.Report(std::move(findings));
  switch (pattern.kind) {
    case OriginPattern::Kind::kAny:
      reporter_.Report(Code::kOriginBadWildcard, line.span,
                       "an origin list cannot allow everybody",
                       "write `origins = [\"*\"]` in the rule file");
      break;
    case OriginPattern::Kind::kNull:
      reporter_.Report(Code::kOriginNull, line.span,
                       "an origin list cannot hold `null`",
                       "write `allow_null = true` beside `origins`");
      break;
    case OriginPattern::Kind::kFile:
      reporter_.Report(Code::kOriginFile, line.span,
                       "an origin list cannot hold `file://`",
                       "write `allow_file = true` beside `origins`");
      break;
    case OriginPattern::Kind::kSet:
      reporter_.Report(
          Code::kBadValue, line.span, "an origin list cannot name a set",
          "write " + Quoted(line.text) + " into `origins` of the rule file");
      break;
    default:
      break;
  }
}

void OriginListChecker::CheckFile(const AstOrigin& entry) {
  const auto found = model_.list_of.find(&entry);
  if (found == model_.list_of.end()) return;
  if (!checked_lists_.insert(found->second).second) return;
  const OriginList& list = model_.lists.find(found->second)->second;
  list.ForEachOdd(sources_.files()[found->second], found->second,
                  [&](const OriginListLine& line) {
                    CheckLine(line);
                    return true;
                  });
  if (list.size() > 0) return;
  reporter_.Report(Code::kOriginFileUnusable, entry.text.span,
                   Quoted(entry.text.value) + " has no origin in it",
                   "write one origin a line, or remove the entry");
}

void OriginListChecker::CheckList(const AstOrigins& list) {
  OriginSummary summary;
  for (const AstOrigin& entry : list.items) {
    switch (entry.form) {
      case AstOrigin::Form::kText:
        CheckText(entry, summary);
        break;
      case AstOrigin::Form::kRegex:
      case AstOrigin::Form::kHostRegex:
        summary.empty = false;
        CheckPattern(entry);
        break;
      case AstOrigin::Form::kFile:
        summary.empty = false;
        CheckFile(entry);
        break;
    }
  }
  // There is nothing to say of those that are plain.
  if (!list.plain.empty()) summary.empty = false;
  summaries_[&list] = summary;
  if (summary.any == nullptr) return;
  const auto report = [this](Span span) {
    reporter_.Report(Code::kNoEffect, span,
                     "entry without effect: `*` in this list allows everybody",
                     "remove it, or the `\"*\"`");
    return true;
  };
  ForEachOrigin(
      list,
      [&](const AstOrigin& entry) {
        if (&entry == summary.any ||
            (entry.form == AstOrigin::Form::kText &&
             (StripBlanks(entry.text.value) == "*" || SetNameOf(entry)))) {
          return true;
        }
        return report(entry.span);
      },
      [&](const AstPlainOrigin& origin) {
        return report(list.SpanOf(origin));
      });
}

}  // namespace

OriginSummaries CheckOriginLists(const Model& model, const SourceSet& sources,
                                 Reporter& reporter) {
  OriginListChecker checker(model, sources, reporter);
  // Sets first, each after those that it names.
  for (const AstOriginSet* set : model.sets) checker.CheckList(set->origins);
  for (const AstFile& file : model.ast->files) {
    if (file.defaults && file.defaults->origins) {
      checker.CheckList(*file.defaults->origins);
    }
    for (const AstPolicy& policy : file.policies) {
      if (policy.fields.origins) checker.CheckList(*policy.fields.origins);
    }
    for (const AstRoute& route : file.routes) {
      const Reporter::RouteScope scope(reporter, route);
      if (route.fields.origins) checker.CheckList(*route.fields.origins);
    }
  }
  return checker.TakeSummaries();
}

}  // namespace corsac
