// Every key of the rule language by the table that it stands in, and what to
// say of a key that is none of them.
//
// Internal: not installed.
#ifndef CORSAC_COMPILER_SYNTAX_KNOWN_KEYS_H_
#define CORSAC_COMPILER_SYNTAX_KNOWN_KEYS_H_

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "compiler/diagnostics/finding.h"

namespace corsac {

inline constexpr std::array<std::string_view, 8> kTopKeys{
    "version",     "unmatched", "trust", "defaults",
    "origin_sets", "policies",  "route", "lints"};

inline constexpr std::array<std::string_view, 7> kRouteKeys{
    "id", "path", "host", "for_methods", "policy", "cors", "allow_lints"};

inline constexpr std::array<std::string_view, 18> kPolicyKeys{
    "origins",
    "credentials",
    "methods",
    "methods_strict",
    "headers",
    "expose",
    "expose_mode",
    "max_age",
    "preflight_status",
    "preflight_diagnostics",
    "mode",
    "self_origins",
    "allow_null",
    "allow_file",
    "private_network",
    "timing_allow_origin",
    "upstream_cors",
    "websocket_origin"};

inline constexpr std::array<std::string_view, 5> kTrustKeys{
    "own_domains", "trusted_origins", "api_scheme", "production", "psl"};

inline constexpr std::array<std::string_view, 5> kOriginKeys{
    "regex", "host_regex", "schemes", "ports", "file"};

inline constexpr std::array<std::string_view, 3> kAllowLintKeys{
    "lint", "reason", "until"};

enum class TableKind : std::uint8_t {
  kTop,
  kRoute,
  kDefaults,
  kPolicy,
  kTrust,
  kOrigin,
  kAllowLint,
};

// Where a key stands, for messages: "in `[[route]]`".
std::string_view WhereOf(TableKind kind);

// The finding for `key`, at `key_span`, which a table of kind `kind` does not
// know: with the nearest key that it does, the name that other CORS
// configurations have for one of ours, the table that the key belongs to, or
// the list of what is known.
Finding UnknownKey(TableKind kind, std::string_view key, Span key_span);

// The same for a table of which the caller knows every key; `where` ends the
// message: "in the settings".
Finding UnknownKeyAmong(std::span<const std::string_view> known,
                        std::string_view where, std::string_view key,
                        Span key_span);

}  // namespace corsac

#endif  // CORSAC_COMPILER_SYNTAX_KNOWN_KEYS_H_
