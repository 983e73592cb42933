// Lowering: what becomes of each regex origin of an Ir, before the table is
// built of it.
//
// Internal: not installed.
#ifndef CORSAC_COMPILER_TABLE_LOWER_REGEXES_H_
#define CORSAC_COMPILER_TABLE_LOWER_REGEXES_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

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

// Analyses the regexes of `ir`, each distinct pattern once. All of them
// together may cost kMaxLoweringWork and keep kMaxAutomataBytes of tables;
// those that come after either is used up are kOpaque. Deterministic.
LoweredRegexes LowerRegexes(const Ir& ir);

// Whether origins of any host have to be tried against it, for want of a
// literal that hosts end with.
bool IsTriedForEveryHost(const RegexForm& form);

// What became of a regex, as a predicate of "the regex": "becomes
// `https://*.example.com`", "is tried for hosts that end in `.example.com`".
std::string DescribeForm(const RegexForm& form);

// Every regex of `ir` with its place, pattern and what became of it, one a
// line, for `corsac dump --pass lowered` and tests.
std::string DumpLowered(const Ir& ir, const LoweredRegexes& lowered);

}  // namespace corsac

#endif  // CORSAC_COMPILER_TABLE_LOWER_REGEXES_H_
