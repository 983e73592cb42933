// A request whose every part lies in a heap block of exactly its size, so that
// AddressSanitizer sees a read past an end, and conversions between the
// product's types and the reference evaluator's.
#ifndef CORSAC_TESTS_TESTING_EXACT_REQUEST_H_
#define CORSAC_TESTS_TESTING_EXACT_REQUEST_H_

#include <memory>
#include <string_view>
#include <vector>

#include "runtime/decision/decision.h"
#include "runtime/decision/request_view.h"
#include "tests/testing/reference_evaluator.h"

namespace corsac::testing {

// `text` in a block of its own.
class ExactText {
 public:
  explicit ExactText(std::string_view text);

  std::string_view view() const { return {bytes_.get(), size_}; }

 private:
  std::unique_ptr<char[]> bytes_;
  std::size_t size_;
};

// Movable; the view stays valid when it is moved.
class ExactRequest {
 public:
  explicit ExactRequest(const ReferenceRequest& request);

  const RequestView& view() const { return view_; }

 private:
  std::vector<ExactText> texts_;
  std::unique_ptr<HeaderField[]> fields_;
  RequestView view_;
};

ReferenceRequest ToReference(const RequestView& request);
ReferenceAnswer ToReference(const Decision& decision);

}  // namespace corsac::testing

#endif  // CORSAC_TESTS_TESTING_EXACT_REQUEST_H_
