// The corpus: rule sets and requests made up from a seed, the same bytes on
// every machine. What a rule set says is available in three forms: as the text
// of a rule file, as the text of an origin list, and as the Ir that compiling
// either would give.
//
// Rule number i of a kind is the same whatever the size of the set, so a set of
// 10 is the beginning of a set of a million. Number i also has origins that it
// allows, and the same function called with an i that is not in the set gives
// an origin of the same shape that is refused.
//
// Plain functions of their arguments: any number of threads may call them.
#ifndef CORSAC_BENCH_CORPUS_H_
#define CORSAC_BENCH_CORPUS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/model/ir.h"

namespace corsac::bench {

inline constexpr std::uint64_t kSeed = 0x436F'7273'6163'0001ULL;

enum class RuleForm : std::uint8_t {
  kExact,      // "https://acme-k3f9z2q.store.example.com"
  kSubdomain,  // "https://*.acme-k3f9z2q.example.com"
  kAnyPort,    // "http://acme-k3f9z2q.dev.internal:*"
  kRegex,      // previews, branches, stages; none can be written otherwise
};

// "exact", "subdomain", "any-port", "regex".
std::string_view RuleFormName(RuleForm form);

// How many rules of each form a policy has, and how many routes share it.
struct RuleSetSpec {
  std::size_t exact = 0;
  std::size_t subdomain = 0;
  std::size_t any_port = 0;
  std::size_t regex = 0;
  // 1: the one route `/api/{rest...}`. More: RoutePattern(0) and so on.
  std::size_t routes = 1;
  std::uint64_t seed = kSeed;
};

// `rules` rules of one form, with one route.
RuleSetSpec SpecOf(RuleForm form, std::size_t rules);

// Rule `i`: the string as an author writes it; for kRegex the pattern.
// An exact origin has 20 to 60 bytes. REQUIRES: i < 2^28.
std::string RuleText(RuleForm form, std::size_t i, std::uint64_t seed = kSeed);

// An origin that rule `i` allows, and no other rule of the corpus.
std::string OriginFor(RuleForm form, std::size_t i, std::uint64_t seed = kSeed);

// The path pattern of route `i`: four in ten end in `{rest...}`, three in ten
// have a `{name}` inside, the others are literal.
std::string RoutePattern(std::size_t i, std::uint64_t seed = kSeed);

// A request target that matches route `i` and no other route of the corpus.
std::string TargetFor(std::size_t i, std::uint64_t seed = kSeed);

// The rule set as one rule file, an origin a line.
std::string RuleFileText(const RuleSetSpec& spec);

// The same rule set as a rule file that takes its exact origins and subdomain
// and any-port rules from the list `list_name`, and that list. Regexes stay in
// the rule file.
std::string RuleFileTextWithList(const RuleSetSpec& spec,
                                 std::string_view list_name);
std::string OriginListText(const RuleSetSpec& spec);

// The rule set as the Ir.
Ir RuleSetIr(const RuleSetSpec& spec);

}  // namespace corsac::bench

#endif  // CORSAC_BENCH_CORPUS_H_
