// What the reference evaluator reads of header lines.
#ifndef CORSAC_TESTS_TESTING_REFERENCE_FIELDS_H_
#define CORSAC_TESTS_TESTING_REFERENCE_FIELDS_H_

#include <string>
#include <string_view>
#include <vector>

#include "tests/testing/reference_evaluator.h"

namespace corsac::testing {

// The values of all lines of that name, stripped, in order.
std::vector<std::string> LinesOf(const ReferenceRequest& request,
                                 std::string_view lower_name);

// Whether script can never send this header (Fetch, "forbidden
// request-header"). `name` is in lower case.
bool IsForbiddenName(const std::string& name);

// Access-Control-Request-Headers: the distinct names in lower case and asked
// order, or the code that refuses the lines.
struct AskedHeaders {
  std::string error;
  std::vector<std::string> names;
};

AskedHeaders ParseAskedHeaders(const std::vector<std::string>& lines);

}  // namespace corsac::testing

#endif  // CORSAC_TESTS_TESTING_REFERENCE_FIELDS_H_
