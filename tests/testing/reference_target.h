// The reference reading of host and path: docs/decisions.md, "Which route". The
// tests compare NormalizedTarget with it.
#ifndef CORSAC_TESTS_TESTING_REFERENCE_TARGET_H_
#define CORSAC_TESTS_TESTING_REFERENCE_TARGET_H_

#include <string>

namespace corsac::testing {

struct ReferenceTarget {
  bool valid = false;  // when false, no route matches
  std::string path;
  std::string host;  // lower-case, without port; empty when unknown
};

ReferenceTarget NormalizeReferenceTarget(const std::string& target,
                                         const std::string& host);

}  // namespace corsac::testing

#endif  // CORSAC_TESTS_TESTING_REFERENCE_TARGET_H_
