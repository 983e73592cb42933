// Finds exact origins, subdomain rules and any-port rules that together are
// what a pattern matches.
//
// Internal: not installed.
#ifndef CORSAC_COMPILER_ORIGINS_AUTOMATA_RULE_SEARCH_H_
#define CORSAC_COMPILER_ORIGINS_AUTOMATA_RULE_SEARCH_H_

#include <optional>
#include <string>
#include <vector>

#include "compiler/origins/automata/product.h"
#include "compiler/origins/automata/regex_form.h"
#include "compiler/origins/automata/work.h"

namespace corsac::automata {

struct RegexRules {
  std::vector<std::string> exact;
  std::vector<RegexSubdomain> subdomain;
  std::vector<RegexAnyPort> any_port;
};

// Rules that match the same origins as `product`, sorted; nothing if there are
// none, more than `caps.origins`, or when a bound is passed on the way.
//
// They are guessed and then proven: the rules are written as a pattern, and its
// automaton must accept the same texts of the shape of an origin.
//
// REQUIRES: `product` accepts something.
std::optional<RegexRules> FindRules(const Product& product,
                                    const RegexCaps& caps, Work* work);

}  // namespace corsac::automata

#endif  // CORSAC_COMPILER_ORIGINS_AUTOMATA_RULE_SEARCH_H_
