// RE2's verdict on regex origins, and host_regex → full pattern.
// Tested by tests/compiler/lower_test.cc.
#include "compiler/origins/regex_check.h"

#include <re2/re2.h>

#include <algorithm>

#include "compiler/fetch/names.h"
#include "compiler/table/regex_options.h"

namespace corsac {
namespace {

// What RE2's error codes mean to somebody who wrote a pattern.
std::string_view Describe(re2::RE2::ErrorCode code) {
  switch (code) {
    case re2::RE2::ErrorBadEscape:
      return "unknown escape, or a back-reference, which RE2 does not have";
    case re2::RE2::ErrorBadCharClass:
      return "bad character class";
    case re2::RE2::ErrorBadCharRange:
      return "bad range in a character class";
    case re2::RE2::ErrorMissingBracket:
      return "missing `]`";
    case re2::RE2::ErrorMissingParen:
      return "missing `)`";
    case re2::RE2::ErrorUnexpectedParen:
      return "`)` without `(`";
    case re2::RE2::ErrorTrailingBackslash:
      return "backslash at the end";
    case re2::RE2::ErrorRepeatArgument:
      return "there is nothing to repeat";
    case re2::RE2::ErrorRepeatSize:
      return "repeat count above 1000";
    case re2::RE2::ErrorRepeatOp:
      return "two repeats in a row";
    case re2::RE2::ErrorBadPerlOp:
      return "look-around and other Perl extensions are not part of RE2";
    case re2::RE2::ErrorBadNamedCapture:
      return "bad name of a group";
    case re2::RE2::ErrorPatternTooLarge:
      return "needs too much memory";
    default:
      return "cannot be compiled";
  }
}

// `:8443`, `:[0-9]+` and so on for one scheme, as what follows the host.
std::string PortSuffix(std::string_view scheme,
                       const std::vector<std::string>& ports) {
  bool none = ports.empty();
  std::string alternatives;
  for (const std::string& port : ports) {
    if (port == "*") return "(?::[0-9]+)?";
    if ((scheme == "https" && port == "443") ||
        (scheme == "http" && port == "80")) {
      none = true;
      continue;
    }
    if (!alternatives.empty()) alternatives += '|';
    alternatives += port;
  }
  if (alternatives.empty()) return "";
  return "(?::(?:" + alternatives + "))" + (none ? "?" : "");
}

}  // namespace

std::optional<RegexError> CheckRegex(std::string_view pattern) {
  const re2::RE2 regex(re2::StringPiece(pattern.data(), pattern.size()),
                       RegexOptions());
  if (regex.ok()) return std::nullopt;
  RegexError error;
  error.message = Describe(regex.error_code());
  error.end = pattern.size();
  const std::string& fragment = regex.error_arg();
  if (fragment.empty()) return error;
  if (fragment != pattern) {
    error.message += " (RE2: " + regex.error() + ")";
    std::transform(error.message.begin(), error.message.begin() + 1,
                   error.message.begin(), AsciiLower);
  }
  // RE2 gives the fragment, not where it is: it stops at the first it finds.
  const std::size_t begin = pattern.find(fragment);
  if (begin != std::string_view::npos) {
    error.begin = begin;
    error.end = begin + fragment.size();
  }
  return error;
}

std::string HostRegexPattern(std::string_view host_regex,
                             const std::vector<std::string>& schemes,
                             const std::vector<std::string>& ports) {
  const std::string host = "(?:" + std::string(host_regex) + ")";
  std::vector<std::string> suffixes;
  for (const std::string& scheme : schemes) {
    suffixes.push_back(PortSuffix(scheme, ports));
  }
  const bool same = std::all_of(
      suffixes.begin(), suffixes.end(),
      [&](const std::string& suffix) { return suffix == suffixes.front(); });
  std::string pattern = "(?:";
  if (same) {
    for (std::size_t i = 0; i < schemes.size(); ++i) {
      if (i > 0) pattern += '|';
      pattern += re2::RE2::QuoteMeta(schemes[i]);
    }
    return pattern + ")://" + host + suffixes.front();
  }
  for (std::size_t i = 0; i < schemes.size(); ++i) {
    if (i > 0) pattern += '|';
    pattern += re2::RE2::QuoteMeta(schemes[i]) + "://" + host + suffixes[i];
  }
  return pattern + ")";
}

}  // namespace corsac
