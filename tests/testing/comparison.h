// A table and the reference evaluator made from one Ir, asked the same
// questions.
#ifndef CORSAC_TESTS_TESTING_COMPARISON_H_
#define CORSAC_TESTS_TESTING_COMPARISON_H_

#include <memory>
#include <string>

#include "compiler/model/ir.h"
#include "compiler/table/policy_table.h"
#include "tests/testing/exact_request.h"
#include "tests/testing/reference_evaluator.h"

namespace corsac::testing {

// A request in both forms.
struct TestRequest {
  explicit TestRequest(ReferenceRequest request)
      : reference(std::move(request)), exact(reference) {}

  ReferenceRequest reference;
  ExactRequest exact;
};

class Comparison {
 public:
  // Builds the table of `ir` and checks its invariants. `ir` must outlive this.
  explicit Comparison(const Ir& ir);

  // Returns the empty string if table and reference answer alike, and
  // otherwise what to show: the rules, the request and both answers.
  std::string Compare(const TestRequest& request) const;

  ReferenceAnswer AskTable(const TestRequest& request) const;

 private:
  const Ir& ir_;
  std::unique_ptr<const PolicyTable> table_;
  ReferenceEvaluator reference_;
};

}  // namespace corsac::testing

#endif  // CORSAC_TESTS_TESTING_COMPARISON_H_
