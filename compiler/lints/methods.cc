// Methods: tokens, methods that browsers cannot send, and case.
// Tested by tests/compiler/lints_test.cc.
#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "compiler/fetch/names.h"
#include "compiler/limits.h"
#include "compiler/lints/lints.h"
#include "compiler/origins/written_text.h"

namespace corsac {
namespace {

// The HTTP method registry of IANA, without those that Fetch normalises, those
// that it forbids, and PRI. Fetch takes their case as it is.
constexpr std::array<std::string_view, 32> kRegistered = {
    "ACL",
    "BASELINE-CONTROL",
    "BIND",
    "CHECKIN",
    "CHECKOUT",
    "COPY",
    "LABEL",
    "LINK",
    "LOCK",
    "MERGE",
    "MKACTIVITY",
    "MKCALENDAR",
    "MKCOL",
    "MKREDIRECTREF",
    "MKWORKSPACE",
    "MOVE",
    "ORDERPATCH",
    "PATCH",
    "PROPFIND",
    "PROPPATCH",
    "QUERY",
    "REBIND",
    "REPORT",
    "SEARCH",
    "UNBIND",
    "UNCHECKOUT",
    "UNLINK",
    "UNLOCK",
    "UPDATE",
    "UPDATEREDIRECTREF",
    "VERSION-CONTROL",
    "PURGE",
};

// The method in upper case that `method` is meant to be, if it is one that is
// known and written in another case.
std::string_view KnownInOtherCase(std::string_view method) {
  const auto found = std::find_if(
      kRegistered.begin(), kRegistered.end(),
      [&](std::string_view known) { return EqualsIgnoreCase(known, method); });
  return found == kRegistered.end() || *found == method ? "" : *found;
}

void CheckCase(const AstString& method, const WrittenText& written,
               Reporter& reporter) {
  Finding finding;
  finding.code = Code::kMethodCase;
  finding.span = method.span;
  std::string_view upper = NormalizeMethod(method.value);
  if (upper != method.value) {
    finding.severity = Severity::kWarning;
    finding.message = "browsers send " + Quoted(upper) + ", however script " +
                      "writes it; it is read as that";
  } else {
    upper = KnownInOtherCase(method.value);
    if (upper.empty()) return;
    finding.severity = Severity::kError;
    finding.message = "method " + Quoted(method.value) + " is not " +
                      Quoted(upper) +
                      ": the case of a method matters, and browsers change it "
                      "for DELETE, GET, HEAD, OPTIONS, POST and PUT only";
  }
  finding.help = "write " + TomlString(upper);
  finding.fix = written.ReplaceBy(upper);
  reporter.Report(std::move(finding));
}

void CheckMethod(const AstString& method, const SourceSet& sources,
                 Reporter& reporter) {
  const auto written =
      WrittenText::OfTomlString(sources, method.value, method.span);
  if (!IsToken(method.value)) {
    const std::string_view trimmed = StripBlanks(method.value);
    std::string help = "write one method an entry, such as `\"PUT\"`";
    if (IsToken(trimmed)) {
      help = "write " + TomlString(trimmed);
    } else if (method.value.find_first_of(" ,;") != std::string::npos) {
      help = "write each method as a string of its own: `[\"GET\", \"PUT\"]`";
    }
    reporter.Report(Code::kMethodNotToken, method.span,
                    method.value.empty()
                        ? "a method cannot be empty"
                        : Quoted(method.value) + " is not a method",
                    help);
    return;
  }
  if (method.value.size() > kMaxMethodBytes) {
    reporter.Report(Code::kLimit, method.span,
                    "method of " + std::to_string(method.value.size()) +
                        " bytes; at most " + std::to_string(kMaxMethodBytes) +
                        " are taken",
                    "check the entry");
    return;
  }
  if (IsForbiddenMethod(method.value)) {
    reporter.Report(Code::kMethodForbidden, method.span,
                    "no browser sends " + Quoted(method.value) +
                        " for a script, so nothing is allowed by listing it",
                    "remove it");
    return;
  }
  CheckCase(method, written, reporter);
}

bool CheckLength(const AstStrings& list, Reporter& reporter) {
  if (list.items.size() <= kMaxListEntries) return true;
  reporter.Report(Code::kLimit, list.span,
                  "list of " + std::to_string(list.items.size()) +
                      " methods; at most " + std::to_string(kMaxListEntries) +
                      " are taken",
                  "write `\"*\"` if every method is meant");
  return false;
}

}  // namespace

void CheckMethods(const AstStrings& list, const SourceSet& sources,
                  Reporter& reporter) {
  if (!CheckLength(list, reporter)) return;
  const bool any = HoldsAny(&list);
  if (!list.is_list && !any) {
    const std::string& value = list.items.front().value;
    reporter.Report(Code::kWrongType, list.span,
                    "`methods` is a list of methods, or `\"*\"`",
                    "write `[" + TomlString(value) + "]`");
    return;
  }
  for (const AstString& method : list.items) {
    if (method.value == "*") continue;
    if (any) {
      reporter.Report(
          Code::kNoEffect, method.span,
          Quoted(method.value) + " without effect: `*` allows every method",
          "remove it, or the `\"*\"`");
      continue;
    }
    CheckMethod(method, sources, reporter);
  }
}

void CheckForMethods(const AstStrings& list, const SourceSet& sources,
                     Reporter& reporter) {
  if (!CheckLength(list, reporter)) return;
  if (!list.is_list) {
    reporter.Report(
        Code::kWrongType, list.span, "`for_methods` is a list of methods",
        HoldsAny(&list)
            ? "leave `for_methods` out for every method"
            : "write `[" + TomlString(list.items.front().value) + "]`");
    return;
  }
  if (list.items.empty()) {
    reporter.Report(Code::kBadValue, list.span,
                    "`for_methods` is empty, so the route is for no request",
                    "leave `for_methods` out for every method, or list some");
    return;
  }
  for (const AstString& method : list.items) {
    if (method.value == "*") {
      reporter.Report(Code::kBadValue, method.span,
                      "`*` has no meaning in `for_methods`",
                      "leave `for_methods` out for every method");
      continue;
    }
    CheckMethod(method, sources, reporter);
  }
}

}  // namespace corsac
