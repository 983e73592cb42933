// Requests for tests/runtime/http_attacks_test.cc, and what becomes of them.
#ifndef CORSAC_TESTS_RUNTIME_ATTACK_ROWS_H_
#define CORSAC_TESTS_RUNTIME_ATTACK_ROWS_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace corsac::testing {

// What the handlers of /split put into a header line of their answer.
inline constexpr std::string_view kSplitValue = "a\r\nX-Injected: 1";

struct OurAnswer {
  int status = 200;
  std::string text;  // in its body: the error, or what the handler saw
};

struct AttackRow {
  std::string name;
  std::string bytes;

  // Poco: how many answers with 200 there are, and a text in what it sends.
  std::size_t poco_answers = 1;
  std::string poco_text = {};

  // Ours. If the connection is not closed, another request is answered on it;
  // or the rest of this one is waited for.
  std::vector<OurAnswer> ours = {};
  bool closes = true;
  bool waits = false;
};

std::vector<AttackRow> AttackRows();

}  // namespace corsac::testing

#endif  // CORSAC_TESTS_RUNTIME_ATTACK_ROWS_H_
