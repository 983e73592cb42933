// Makes up what clients send: requests that are nearly always good, changed in
// few places, so that what is read lies on both sides of every rule.
#ifndef CORSAC_TESTS_TESTING_HTTP_GENERATOR_H_
#define CORSAC_TESTS_TESTING_HTTP_GENERATOR_H_

#include <cstddef>
#include <string>
#include <vector>

#include "tests/testing/choices.h"

namespace corsac::testing {

// The head of one request, with no or few faults.
std::string GenerateHttpHead(Choices& choices);

// A few requests with bodies, one after the other, with no or few faults.
std::string GenerateHttpStream(Choices& choices);

// Places at which `size` bytes may be cut, in order.
std::vector<std::size_t> GenerateCuts(Choices& choices, std::size_t size);

}  // namespace corsac::testing

#endif  // CORSAC_TESTS_TESTING_HTTP_GENERATOR_H_
