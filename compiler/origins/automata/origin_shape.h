// An automaton that accepts every origin that rules are asked about: what
// ParseOrigin() takes, but for `null` and `file://`, which never meet a regex.
//
// It does not count: it also accepts labels and hosts that are too long, IPv6
// addresses that are not canonical, and numbers of dots and digits that are no
// IPv4 address. What holds for all that it accepts therefore holds for origins.
// Ports are exact: 1 to 65535, without the default one of the scheme.
//
// Internal: not installed.
#ifndef CORSAC_COMPILER_ORIGINS_AUTOMATA_ORIGIN_SHAPE_H_
#define CORSAC_COMPILER_ORIGINS_AUTOMATA_ORIGIN_SHAPE_H_

#include <vector>

#include "compiler/origins/automata/automaton.h"

namespace corsac::automata {

struct OriginShape {
  Automaton automaton;
  std::vector<bool> host_begins;  // [state] right after "://"
  std::vector<bool> host_ends;    // [state] a port or the end may follow
};

// Made at the first call; thread-safe.
const OriginShape& GetOriginShape();

}  // namespace corsac::automata

#endif  // CORSAC_COMPILER_ORIGINS_AUTOMATA_ORIGIN_SHAPE_H_
