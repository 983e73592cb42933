// Near misses: for an origin that no rule allowed, the rules that almost would
// have, and the difference. For the operator alone; never part of an answer to
// a client.
#ifndef CORSAC_RUNTIME_DECISION_NEAR_MISS_H_
#define CORSAC_RUNTIME_DECISION_NEAR_MISS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/table/policy_table.h"

namespace corsac {

// In the order in which they are reported: the likeliest mistake first.
enum class NearMissKind : std::uint8_t {
  kScheme,           // "scheme-mismatch": same host, other scheme
  kPort,             // "port-mismatch": same scheme and host, other port
  kNormalisation,    // "would-match-normalised": upper case, slash, ...
  kTrailingDot,      // "trailing-dot"
  kApex,             // "apex-not-covered": `*.B` does not match B
  kWww,              // "www"
  kSubdomainScheme,  // "subdomain-scheme-mismatch"
  kUnicode,          // "unicode-twin": the same host in punycode is allowed
  kSpelling,         // "did-you-mean": a label is at most two letters off
  kNull,             // "null-origin": where `null` comes from; has no rule
  kAppScheme,        // "unknown-app-scheme"; has no rule
};

// The spelling above. Stable.
std::string_view NearMissName(NearMissKind kind);

struct NearMiss {
  NearMissKind kind = NearMissKind::kScheme;
  std::string rule;  // as an author would write it; empty if there is none
  std::string file;
  std::uint32_t line = 0;  // 0 if there is no rule
  std::uint32_t column = 0;
  std::string message;  // one sentence, for a person
};

struct NearMisses {
  std::vector<NearMiss> found;  // at most one of a kind, in order of kind
  std::size_t rules = 0;        // of the origin set: what did not match
};

// Compares `value`, an Origin as it came, with the rules of origin set `set` of
// `table`. kSpelling is looked for only when nothing before it was found.
//
// O(rules of the set): a million take a few hundred milliseconds. Allocates.
NearMisses FindNearMisses(const PolicyTable& table, std::uint32_t set,
                          std::string_view value);

// `host`, which is UTF-8, with each label that is not ASCII in punycode
// ("xn--…"), lower-cased as far as Latin, Greek and Cyrillic letters go; the
// empty string if it is not UTF-8. Not a full IDNA mapping: good for a hint,
// not for a decision.
std::string PunycodeHost(std::string_view host);

}  // namespace corsac

#endif  // CORSAC_RUNTIME_DECISION_NEAR_MISS_H_
