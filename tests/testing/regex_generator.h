// Random patterns in RE2's syntax, and texts about them.
#ifndef CORSAC_TESTS_TESTING_REGEX_GENERATOR_H_
#define CORSAC_TESTS_TESTING_REGEX_GENERATOR_H_

#include <string>

#include "compiler/origins/automata/automaton.h"
#include "tests/testing/choices.h"

namespace corsac::testing {

// A short pattern of any syntax that RE2 knows, over few letters so that parts
// collide. A few are none, such as `a**`.
std::string GeneratePattern(Choices& choices);

// A pattern such as people write for origins, whole or nearly right.
std::string GenerateOriginPattern(Choices& choices);

// A text that `automaton` accepts, longer or shorter; REQUIRES: there is one,
// and the start is not dead.
std::string GenerateAccepted(Choices& choices,
                             const automata::Automaton& automaton);

// `text` with some symbols changed, added, doubled or left out.
std::string MutateText(Choices& choices, std::string text);

// A random origin: a text that ParseOrigin() accepts.
std::string GenerateAnyOrigin(Choices& choices);

}  // namespace corsac::testing

#endif  // CORSAC_TESTS_TESTING_REGEX_GENERATOR_H_
