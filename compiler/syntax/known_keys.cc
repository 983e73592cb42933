// What to say of an unknown key. Entries: UnknownKey(), UnknownKeyAmong().
// Tested by tests/compiler/parse_test.cc.
#include "compiler/syntax/known_keys.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "compiler/origins/nearest.h"
#include "compiler/origins/written_text.h"

namespace corsac {
namespace {

using Keys = std::vector<std::string_view>;

void Append(Keys& keys, std::span<const std::string_view> more) {
  keys.insert(keys.end(), more.begin(), more.end());
}

Keys KeysOf(TableKind kind) {
  Keys keys;
  switch (kind) {
    case TableKind::kTop:
      Append(keys, kTopKeys);
      break;
    case TableKind::kRoute:
      Append(keys, kRouteKeys);
      Append(keys, kPolicyKeys);
      break;
    case TableKind::kDefaults:
    case TableKind::kPolicy:
      Append(keys, kPolicyKeys);
      break;
    case TableKind::kTrust:
      Append(keys, kTrustKeys);
      break;
    case TableKind::kOrigin:
      Append(keys, kOriginKeys);
      break;
    case TableKind::kAllowLint:
      Append(keys, kAllowLintKeys);
      break;
  }
  return keys;
}

bool Has(std::span<const std::string_view> keys, std::string_view key) {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

// What other CORS configurations call our keys. Written like a key of ours:
// lower-case, with underscores.
constexpr std::array<std::pair<std::string_view, std::string_view>, 24>
    kForeign{{
        {"access_control_allow_credentials", "credentials"},
        {"access_control_allow_headers", "headers"},
        {"access_control_allow_methods", "methods"},
        {"access_control_allow_origin", "origins"},
        {"access_control_expose_headers", "expose"},
        {"access_control_max_age", "max_age"},
        {"allow_credentials", "credentials"},
        {"allow_headers", "headers"},
        {"allow_methods", "methods"},
        {"allow_origin", "origins"},
        {"allow_origins", "origins"},
        {"allow_private_network", "private_network"},
        {"allowed_credentials", "credentials"},
        {"allowed_headers", "headers"},
        {"allowed_methods", "methods"},
        {"allowed_origin", "origins"},
        {"allowed_origins", "origins"},
        {"expose_headers", "expose"},
        {"exposed_headers", "expose"},
        {"max_age_seconds", "max_age"},
        {"options_success_status", "preflight_status"},
        {"request_headers", "headers"},
        {"supports_credentials", "credentials"},
        {"whitelist", "origins"},
    }};

// "maxAge" and "max-age" as "max_age".
std::string InOurSpelling(std::string_view key) {
  std::string ours;
  bool after_lower = false;
  for (const char c : key) {
    if (c >= 'A' && c <= 'Z') {
      if (after_lower) ours += '_';
      ours += static_cast<char>(c - 'A' + 'a');
    } else {
      ours += c == '-' ? '_' : c;
    }
    after_lower = c >= 'a' && c <= 'z';
  }
  return ours;
}

// The key of `known` that was meant, if that can be told.
std::string_view Meant(std::string_view key,
                       std::span<const std::string_view> known) {
  const std::string ours = InOurSpelling(key);
  for (const std::string_view candidate : known) {
    if (candidate == ours) return candidate;
  }
  for (const auto& [foreign, candidate] : kForeign) {
    if (foreign == ours && Has(known, candidate)) return candidate;
  }
  // One slip in a short word, up to three in a long one.
  const std::size_t limit = std::clamp<std::size_t>(ours.size() / 3, 1, 3);
  return Nearest(ours, known, limit);
}

// Where a key that is known elsewhere belongs.
std::string_view HomeOf(std::string_view key) {
  if (Has(kPolicyKeys, key)) {
    return "it belongs in a `[[route]]`, in `[defaults]` or in "
           "`[policies.NAME]`";
  }
  if (Has(kRouteKeys, key)) return "it belongs in a `[[route]]`";
  if (Has(kTopKeys, key)) {
    return "it belongs at the top of the file, before the first table header";
  }
  if (Has(kTrustKeys, key)) return "it belongs in `[trust]`";
  if (Has(kOriginKeys, key)) {
    return "it belongs in an entry of `origins`, in braces";
  }
  if (Has(kAllowLintKeys, key)) return "it belongs in `allow_lints`";
  return {};
}

Finding Unknown(std::string_view where, std::string_view key, Span key_span) {
  Finding finding;
  finding.code = Code::kWrongType;
  finding.severity = InfoOf(finding.code).severity;
  finding.span = key_span;
  finding.message = "unknown key " + Quoted(key) + " ";
  finding.message += where;
  return finding;
}

}  // namespace

std::string_view WhereOf(TableKind kind) {
  switch (kind) {
    case TableKind::kTop:
      return "at the top level";
    case TableKind::kRoute:
      return "in `[[route]]`";
    case TableKind::kDefaults:
      return "in `[defaults]`";
    case TableKind::kPolicy:
      return "in a policy";
    case TableKind::kTrust:
      return "in `[trust]`";
    case TableKind::kOrigin:
      return "in an origin rule";
    case TableKind::kAllowLint:
      return "in an entry of `allow_lints`";
  }
  return "";
}

Finding UnknownKey(TableKind kind, std::string_view key, Span key_span) {
  // A key spelled right in the wrong table is not a slip of the pen.
  if (const std::string_view home = HomeOf(key); !home.empty()) {
    Finding finding = Unknown(WhereOf(kind), key, key_span);
    finding.help = home;
    return finding;
  }
  return UnknownKeyAmong(KeysOf(kind), WhereOf(kind), key, key_span);
}

Finding UnknownKeyAmong(std::span<const std::string_view> known,
                        std::string_view where, std::string_view key,
                        Span key_span) {
  Finding finding = Unknown(where, key, key_span);
  if (const std::string_view meant = Meant(key, known); !meant.empty()) {
    finding.label = "did you mean " + Quoted(meant) + "?";
    finding.help = "write " + Quoted(meant);
    finding.fix = FixIt{key_span, std::string(meant)};
    return finding;
  }
  finding.help = "known here:";
  for (const std::string_view candidate : known) {
    finding.help += finding.help.ends_with(':') ? " " : ", ";
    finding.help += candidate;
  }
  return finding;
}

}  // namespace corsac
