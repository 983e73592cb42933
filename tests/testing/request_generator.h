// Random requests about a given Ir: most are near what one of its routes and
// rules takes, since a random one would be refused at the first step.
#ifndef CORSAC_TESTS_TESTING_REQUEST_GENERATOR_H_
#define CORSAC_TESTS_TESTING_REQUEST_GENERATOR_H_

#include <string>

#include "compiler/model/ir.h"
#include "tests/testing/choices.h"
#include "tests/testing/reference_evaluator.h"

namespace corsac::testing {

ReferenceRequest GenerateRequest(Choices& choices, const Ir& ir);

// A value for Origin: an origin that a rule of `set` matches, one that nearly
// matches, or a malformed one.
std::string GenerateOrigin(Choices& choices, const IrOriginSet& set);

// `value` with one or two bytes or parts changed in a way that parsers and
// matchers get wrong.
std::string MutateOrigin(Choices& choices, std::string value);

}  // namespace corsac::testing

#endif  // CORSAC_TESTS_TESTING_REQUEST_GENERATOR_H_
