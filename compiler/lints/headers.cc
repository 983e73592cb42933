// Header names: what scripts may ask to send (`headers`) and to read
// (`expose`). Tested by tests/compiler/lints_test.cc.
#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "compiler/fetch/names.h"
#include "compiler/limits.h"
#include "compiler/lints/lints.h"
#include "compiler/origins/written_text.h"

namespace corsac {
namespace {

// Headers of CORS that say nothing to a script: the questions of a preflight,
// and answers that only preflights have.
constexpr std::array<std::string_view, 8> kNeverUsefulToExpose = {
    "origin",
    "access-control-request-method",
    "access-control-request-headers",
    "access-control-request-private-network",
    "access-control-allow-methods",
    "access-control-allow-headers",
    "access-control-allow-private-network",
    "access-control-max-age",
};

std::string Lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), AsciiLower);
  return out;
}

bool CheckLength(const AstStrings& list, std::string_view key,
                 Reporter& reporter) {
  if (list.items.size() <= kMaxListEntries) return true;
  reporter.Report(Code::kLimit, list.span,
                  "`" + std::string(key) + "` has " +
                      std::to_string(list.items.size()) + " names; at most " +
                      std::to_string(kMaxListEntries) + " are taken",
                  "list fewer; browsers and CDNs cut long headers as well");
  return false;
}

// Whether `name` is a token of a length that requests can have, without `*`.
bool CheckName(const AstString& name, const SourceSet& sources,
               Reporter& reporter) {
  const std::string& text = name.value;
  if (!IsToken(text)) {
    Finding finding;
    finding.code = Code::kHeaderNotToken;
    finding.span = name.span;
    finding.message = text.empty() ? "a header name cannot be empty"
                                   : Quoted(text) + " is not a header name";
    finding.help =
        "write one name an entry, without colon or blanks, such as "
        "`\"content-type\"`";
    std::string_view trimmed = StripBlanks(text);
    if (trimmed.ends_with(':')) trimmed.remove_suffix(1);
    if (IsToken(trimmed)) {
      finding.help = "write " + TomlString(trimmed);
      finding.fix = WrittenText::OfTomlString(sources, text, name.span)
                        .ReplaceBy(trimmed);
    } else if (text.find(',') != std::string::npos) {
      finding.help =
          "write each name as a string of its own: "
          "`[\"content-type\", \"x-csrf\"]`";
    }
    reporter.Report(std::move(finding));
    return false;
  }
  if (text.size() > kMaxHeaderNameBytes) {
    reporter.Report(Code::kLimit, name.span,
                    "header name of " + std::to_string(text.size()) +
                        " bytes; at most " +
                        std::to_string(kMaxHeaderNameBytes) + " are taken",
                    "check the entry");
    return false;
  }
  if (text.find('*') != std::string::npos) {
    reporter.Report(Code::kHeaderWildcard, name.span,
                    "CORS has no wildcards within names: " + Quoted(text) +
                        " stands for the one header of that very name",
                    "list the names, or allow all with `\"*\"`");
    return false;
  }
  return true;
}

}  // namespace

void CheckRequestHeaders(const AstStrings& list, const SourceSet& sources,
                         Reporter& reporter) {
  if (!CheckLength(list, "headers", reporter)) return;
  if (!list.is_list) {
    reporter.Report(Code::kWrongType, list.span,
                    "`headers` is a list of header names",
                    "write `[" + TomlString(list.items.front().value) + "]`");
    return;
  }
  for (const AstString& name : list.items) {
    if (name.value == "*" || !CheckName(name, sources, reporter)) continue;
    const std::string lower = Lower(name.value);
    if (lower.starts_with("access-control-") &&
        !IsForbiddenRequestHeader(lower)) {
      reporter.Report(Code::kHeaderIsResponseHeader, name.span,
                      Quoted(name.value) +
                          " is a header of responses; `headers` lists what "
                          "requests may carry",
                      "remove it: Corsac sends it where it belongs");
      continue;
    }
    if (IsForbiddenRequestHeader(lower)) {
      reporter.Report(Code::kHeaderForbidden, name.span,
                      "scripts cannot set " + Quoted(name.value) +
                          ", so browsers never ask for it",
                      lower == "cookie"
                          ? "remove it; cookies are allowed with `credentials "
                            "= true`"
                          : "remove it");
    }
  }
}

void CheckExpose(const AstStrings& list, const SourceSet& sources,
                 Reporter& reporter) {
  if (!CheckLength(list, "expose", reporter)) return;
  const bool any = HoldsAny(&list);
  if (!list.is_list && !any) {
    reporter.Report(Code::kWrongType, list.span,
                    "`expose` is a list of header names, or `\"*\"`",
                    "write `[" + TomlString(list.items.front().value) + "]`");
    return;
  }
  for (const AstString& name : list.items) {
    if (name.value == "*") continue;
    if (any) {
      reporter.Report(
          Code::kNoEffect, name.span,
          Quoted(name.value) + " without effect: `*` exposes every header",
          "remove it, or the `\"*\"`");
      continue;
    }
    if (!CheckName(name, sources, reporter)) continue;
    const std::string lower = Lower(name.value);
    if (IsForbiddenResponseHeader(lower)) {
      reporter.Report(Code::kExposeSetCookie, name.span,
                      "no browser lets a script read " + Quoted(name.value),
                      "remove it; cookies that are not HttpOnly are read with "
                      "`document.cookie`");
    } else if (std::find(kNeverUsefulToExpose.begin(),
                         kNeverUsefulToExpose.end(),
                         lower) != kNeverUsefulToExpose.end()) {
      reporter.Report(Code::kExposeCorsHeader, name.span,
                      Quoted(name.value) +
                          " belongs to the CORS protocol and tells a script "
                          "nothing",
                      "remove it");
    }
  }
}

}  // namespace corsac
