// The reference choice of a route: every route is tried, and the most specific
// of those that match is taken.
#ifndef CORSAC_TESTS_TESTING_REFERENCE_ROUTE_H_
#define CORSAC_TESTS_TESTING_REFERENCE_ROUTE_H_

#include <string>

#include "compiler/model/ir.h"
#include "tests/testing/reference_target.h"

namespace corsac::testing {

// The route of `ir` for a request, or nullptr. `method` is that of the request,
// or for a preflight the value of Access-Control-Request-Method.
const IrRoute* ChooseReferenceRoute(const Ir& ir, const ReferenceTarget& target,
                                    const std::string& method);

}  // namespace corsac::testing

#endif  // CORSAC_TESTS_TESTING_REFERENCE_ROUTE_H_
