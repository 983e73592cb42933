// Lowering: what becomes of each regex origin of an Ir, before the table is
// built of it.
//
// Internal: not installed.
#ifndef CORSAC_COMPILER_TABLE_LOWER_REGEXES_H_
#define CORSAC_COMPILER_TABLE_LOWER_REGEXES_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/limits.h"
#include "compiler/model/ir.h"
#include "compiler/origins/automata/regex_form.h"

namespace corsac {

// Immutable once made.
struct LoweredRegexes {
  std::vector<RegexForm> forms;  // one for each distinct pattern
  // [origin set][regex of the set], as in the Ir: an index into `forms`.
  std::vector<std::vector<std::uint32_t>> form_of;

  const RegexForm& FormOf(std::size_t set, std::size_t regex) const {
    return forms[form_of[set][regex]];
  }
};

// The bounds for all regexes of a source together.
struct LoweringCaps {
  RegexCaps regex;  // and those for each
  std::uint64_t work = kMaxLoweringWork;
  std::size_t automata_bytes = kMaxAutomataBytes;
  // What each may cost even when all together have used theirs up: enough for
  // an ordinary pattern, and for the ending of the host of most.
  std::uint64_t least_work = 10'000;
};

// Analyses the regexes of `ir`, each distinct pattern once. What does not fit
// into `caps` is kOpaque. Deterministic; 0.1 to 0.3 ms for an ordinary pattern.
LoweredRegexes LowerRegexes(const Ir& ir, const LoweringCaps& caps = {});

// Whether the table has to try a regex: nothing simpler says the same.
bool IsTried(const RegexForm& form);

// The literal ending of hosts by which the table finds a regex that it tries:
// what the regex needs, or as much of that as is looked up. Empty if there is
// none, or none with a dot in it, which whole labels could lead to.
std::string_view EndingOf(const RegexForm& form);

// Whether origins of any host have to be tried against it, for want of such an
// ending.
bool IsTriedForEveryHost(const RegexForm& form);

// What became of a regex, as a predicate of "the regex": "becomes
// `https://*.example.com`", "is tried for hosts that end in `.example.com`".
std::string DescribeForm(const RegexForm& form);

// Every regex of `ir` with its place, pattern and what became of it, one a
// line, for `corsac dump --pass lowered` and tests.
std::string DumpLowered(const Ir& ir, const LoweredRegexes& lowered);

}  // namespace corsac

#endif  // CORSAC_COMPILER_TABLE_LOWER_REGEXES_H_
