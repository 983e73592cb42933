// Requests in blocks of their exact size, and conversions.
// Tested by tests/reference_test.cc.
#include "tests/testing/exact_request.h"

#include <algorithm>
#include <cstddef>
#include <string>

namespace corsac::testing {

ExactText::ExactText(std::string_view text)
    : bytes_(std::make_unique<char[]>(text.size())), size_(text.size()) {
  std::copy(text.begin(), text.end(), bytes_.get());
}

ExactRequest::ExactRequest(const ReferenceRequest& request)
    : fields_(std::make_unique<HeaderField[]>(request.headers.size())) {
  const auto copy = [this](std::string_view text) {
    texts_.emplace_back(text);
    return texts_.back().view();
  };
  texts_.reserve(3 + 2 * request.headers.size());
  view_.method = copy(request.method);
  view_.host = copy(request.host);
  view_.target = copy(request.target);
  for (std::size_t i = 0; i < request.headers.size(); ++i) {
    fields_[i].name = copy(request.headers[i].first);
    fields_[i].value = copy(request.headers[i].second);
  }
  view_.headers = {fields_.get(), request.headers.size()};
}

ReferenceRequest ToReference(const RequestView& request) {
  ReferenceRequest result;
  result.method = request.method;
  result.host = request.host;
  result.target = request.target;
  for (const HeaderField& field : request.headers) {
    result.headers.emplace_back(field.name, field.value);
  }
  return result;
}

ReferenceAnswer ToReference(const Decision& decision) {
  ReferenceAnswer answer;
  answer.kind = RequestKindName(decision.kind);
  answer.outcome = OutcomeName(decision.outcome);
  answer.code = CodeText(decision);
  if (decision.route != nullptr) answer.route = decision.route->id;
  answer.forward = decision.forward;
  answer.close = decision.close;
  answer.status = decision.status;
  answer.set = HeadersToSet(decision);
  answer.remove = HeadersToRemove(decision);
  answer.keep_upstream = decision.keep_upstream;
  answer.expose_expand = decision.expose_expand;
  return answer;
}

}  // namespace corsac::testing
