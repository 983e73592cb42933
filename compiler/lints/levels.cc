// Levels of findings: `[lints]` of a file and `allow_lints` of a route.
// Entry: the class Reporter. Tested by tests/compiler/levels_test.cc.
#include <array>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/diagnostics/codes.h"
#include "compiler/lints/reporter.h"
#include "compiler/origins/nearest.h"
#include "compiler/origins/written_text.h"

namespace corsac {
namespace {

constexpr std::array<std::string_view, 3> kLevels = {"allow", "warn", "deny"};

// The date that `text` (YYYY-MM-DD) is, if it is one.
std::optional<std::chrono::sys_days> ParseDate(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') {
    return std::nullopt;
  }
  const auto number = [&](std::size_t begin, std::size_t size) {
    int value = -1;
    const char* const end = text.data() + begin + size;
    const auto [stop, error] = std::from_chars(text.data() + begin, end, value);
    return error == std::errc() && stop == end ? value : -1;
  };
  const int year = number(0, 4);
  const int month = number(5, 2);
  const int day = number(8, 2);
  if (year < 0 || month < 0 || day < 0) return std::nullopt;
  const std::chrono::year_month_day date{
      std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
      std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date);
}

// Why `id` is no code whose level can be set; nothing if it is one.
std::optional<Finding> CheckCode(const AstString& id, Span span) {
  const std::optional<Code> code = FindCode(id.value);
  Finding finding;
  finding.span = span;
  if (code) {
    if (InfoOf(*code).adjustable) return std::nullopt;
    finding.code = Code::kBadValue;
    const bool error = InfoOf(*code).severity == Severity::kError;
    finding.message = Quoted(id.value) +
                      (error ? " is always an error" : " is always a note");
    finding.help = error ? "nothing sound could be compiled without it: mend "
                           "what it points at, and remove this entry"
                         : "it is only there when it is asked for: remove "
                           "this entry";
    return finding;
  }
  std::vector<std::string_view> known;
  for (const CodeInfo& info : AllCodes()) {
    if (info.adjustable) known.push_back(info.id);
  }
  const std::string_view nearest = Nearest(id.value, known);
  finding.code = Code::kUnknownName;
  finding.message = "there is no code " + Quoted(id.value);
  finding.help = nearest.empty()
                     ? "codes look like `CORS105`; findings show theirs"
                     : "did you mean " + Quoted(nearest) + "?";
  return finding;
}

}  // namespace

Reporter::Reporter(const Ast& ast, FindingSink& sink,
                   std::chrono::sys_days today)
    : sink_(sink), today_(today) {
  for (const AstFile& file : ast.files) ReadFileLevels(file);
  for (const AstFile& file : ast.files) {
    for (const AstRoute& route : file.routes) {
      if (!route.allow_lints.empty()) ReadAllows(route);
    }
  }
}

void Reporter::ReadFileLevels(const AstFile& file) {
  for (const AstLintLevel& entry : file.lints) {
    if (auto finding = CheckCode(entry.code, entry.code.span)) {
      Report(*std::move(finding));
      continue;
    }
    std::optional<Level> level;
    if (entry.level.value == "allow") level = Level::kAllow;
    if (entry.level.value == "warn") level = Level::kWarn;
    if (entry.level.value == "deny") level = Level::kDeny;
    if (!level) {
      const std::string_view nearest = Nearest(entry.level.value, kLevels);
      Report(Code::kBadValue, entry.level.span,
             Quoted(entry.level.value) + " is not a level",
             (nearest.empty() ? "" : "did you mean " + Quoted(nearest) + "? ") +
                 std::string("write `\"allow\"`, `\"warn\"` or `\"deny\"`"));
      continue;
    }
    levels_[{file.file, *FindCode(entry.code.value)}] = *level;
  }
}

bool Reporter::HasExpired(const AstString& until) {
  const std::optional<std::chrono::sys_days> date = ParseDate(until.value);
  if (!date) {
    Report(Code::kBadValue, until.span, Quoted(until.value) + " is not a date",
           "write the last day as `2027-03-31`");
    return false;
  }
  if (*date >= today_) return false;
  Finding finding;
  finding.code = Code::kUnusedAllow;
  finding.severity = Severity::kError;
  finding.span = until.span;
  finding.message = "this exception has expired on " + until.value;
  finding.help = "mend what it was for and remove it, or set a later date";
  Report(std::move(finding));
  return true;
}

void Reporter::ReadAllows(const AstRoute& route) {
  for (const AstAllowLint& entry : route.allow_lints) {
    if (!entry.lint) {
      Report(Code::kMissingKey, entry.span, "entry has no `lint`",
             "name the code that is allowed here: `lint = \"CORS701\"`");
      continue;
    }
    if (auto finding = CheckCode(*entry.lint, entry.lint->span)) {
      Report(*std::move(finding));
      continue;
    }
    if (!entry.reason || entry.reason->value.empty()) {
      Report(Code::kMissingKey, entry.reason ? entry.reason->span : entry.span,
             "an exception needs a reason",
             "say why it is right here: `reason = \"…\"`");
    }
    if (entry.until && HasExpired(*entry.until)) continue;
    std::vector<Allow>& allows = allows_[&route];
    if (allows.empty()) routes_with_allows_.push_back(&route);
    allows.push_back({*FindCode(entry.lint->value), entry.span});
  }
}

bool Reporter::AllowedByRoute(const Finding& finding) {
  const auto found = allows_.find(route_);
  if (found == allows_.end()) return false;
  for (Allow& allow : found->second) {
    if (allow.code != finding.code) continue;
    allow.used = true;
    return true;
  }
  return false;
}

void Reporter::Report(Finding finding) {
  if (InfoOf(finding.code).adjustable) {
    if (route_ != nullptr && AllowedByRoute(finding)) return;
    const auto level = levels_.find({finding.span.file, finding.code});
    if (level != levels_.end()) {
      if (level->second == Level::kAllow) return;
      finding.severity =
          level->second == Level::kWarn ? Severity::kWarning : Severity::kError;
    }
  }
  sink_.Add(std::move(finding));
}

void Reporter::Report(Code code, Span span, std::string message,
                      std::string help) {
  Finding finding;
  finding.code = code;
  finding.severity = InfoOf(code).severity;
  finding.span = span;
  finding.message = std::move(message);
  finding.help = std::move(help);
  Report(std::move(finding));
}

void Reporter::Report(std::vector<Finding> findings) {
  for (Finding& finding : findings) Report(std::move(finding));
}

void Reporter::Finish() {
  for (const AstRoute* route : routes_with_allows_) {
    for (const Allow& allow : allows_[route]) {
      if (allow.used) continue;
      Report(Code::kUnusedAllow, allow.span,
             "this exception is not needed: the route has no " +
                 Quoted(InfoOf(allow.code).id),
             "remove it");
    }
  }
}

}  // namespace corsac
