// A strict reader of what a server sent on one connection: a row of HTTP/1.1
// answers and nothing else.
#ifndef CORSAC_TESTS_TESTING_STRICT_ANSWERS_H_
#define CORSAC_TESTS_TESTING_STRICT_ANSWERS_H_

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/testing/reference_http.h"

namespace corsac::testing {

struct StrictAnswer {
  int status = 0;
  std::string reason;
  std::vector<ReferenceField> fields;
  std::string body;

  // The value of the one line with this name in any case; "" for none, "(n)"
  // for several.
  std::string Field(std::string_view name) const;
  bool closes() const { return Field("Connection") == "close"; }
};

struct StrictAnswers {
  std::vector<StrictAnswer> answers;
  std::size_t continues = 0;  // 100 (Continue), left out of `answers`
  // What is no answer: where it begins, and why. Empty if all bytes were.
  std::string error;
};

// `is_head` says whether the request of the answer with this number was HEAD.
StrictAnswers ReadStrictAnswers(
    std::string_view bytes, const std::function<bool(std::size_t)>& is_head =
                                [](std::size_t) { return false; });

}  // namespace corsac::testing

#endif  // CORSAC_TESTS_TESTING_STRICT_ANSWERS_H_
