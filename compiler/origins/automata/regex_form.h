// What a regex origin says of origins, found out by an automaton of our own:
// often something simpler than a regex, and always something that can be asked
// without RE2's locks.
//
// RE2 remains what a pattern means: it has accepted the pattern before, and
// tests hold each form against it.
#ifndef CORSAC_COMPILER_ORIGINS_AUTOMATA_REGEX_FORM_H_
#define CORSAC_COMPILER_ORIGINS_AUTOMATA_REGEX_FORM_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/limits.h"
#include "compiler/origins/automata/dfa.h"

namespace corsac {

enum class RegexKind : std::uint8_t {
  kNever,      // matches no origin
  kFinite,     // matches the origins in `exact` and no other
  kRules,      // matches what `exact`, `subdomain` and `any_port` say
  kAutomaton,  // ask `dfa`
  kOpaque,     // too large, or unreadable, for us: ask RE2
};

// `S://*.B`, `S://*.B:n`, `S://*.B:*`.
struct RegexSubdomain {
  std::string scheme;  // http or https
  std::string base;    // what follows "*."
  bool any_port = false;
  std::uint16_t port = 0;  // 0: origins without a port

  friend auto operator<=>(const RegexSubdomain&,
                          const RegexSubdomain&) = default;
};

// `S://H:*`.
struct RegexAnyPort {
  std::string scheme;
  std::string host;  // with brackets for IPv6

  friend auto operator<=>(const RegexAnyPort&, const RegexAnyPort&) = default;
};

// "Origin" here is a web or app origin that ParseOrigin() accepts: `null` and
// `file://` are never shown to a regex.
struct RegexForm {
  RegexKind kind = RegexKind::kOpaque;

  // kFinite and kRules. Sorted, distinct; every text in `exact` is an origin,
  // and every base and host can be one's.
  std::vector<std::string> exact;
  std::vector<RegexSubdomain> subdomain;
  std::vector<RegexAnyPort> any_port;

  // kAutomaton: decides as RE2 does, for every text of bytes 0x21-0x7E.
  std::optional<Dfa> dfa;

  // kAutomaton and kOpaque: what is true of every origin that is matched, as
  // far as is known. 64 bytes at most; sizes in bytes.
  std::string prefix;       // the origin begins with it
  std::string host_suffix;  // its host, without the port, ends with it
  std::size_t min_size = 0;
  std::size_t max_size = kMaxOriginBytes;

  // kOpaque: why, as in "it needs more than 4096 states".
  std::string reason;

  // What the analysis cost, in the units of RegexCaps::work.
  std::uint64_t work = 0;
};

// The bounds of one analysis. Smaller ones are for tests.
struct RegexCaps {
  // Repeats are written out. RE2 takes patterns that need some more.
  std::size_t nfa_states = 20'000;
  // Before the automaton is made as small as it can be, and of what remains
  // of it among origins. Measured patterns need 20 to 700.
  std::size_t dfa_states = 4'096;
  std::size_t product_states = 16'384;
  // Cells of the table that is kept, two bytes each.
  std::size_t dfa_cells = Dfa::kMaxCells;
  // Elementary steps, a few nanoseconds each: the whole analysis. Literals of
  // a pattern that used it up may take as much again, which also is counted.
  std::uint64_t work = 1'000'000;
  // Origins or rules that one pattern may become.
  std::size_t origins = kMaxLoweredOrigins;
};

// What `pattern`, which RE2 accepts, says of origins. A pure function; the same
// on every machine. Bounded by `caps`, and a fraction of a millisecond for
// ordinary patterns. Never claims more than is proven: what cannot be shown
// within the bounds is a kAutomaton, or kOpaque.
RegexForm AnalyzeRegex(std::string_view pattern, const RegexCaps& caps = {});

}  // namespace corsac

#endif  // CORSAC_COMPILER_ORIGINS_AUTOMATA_REGEX_FORM_H_
