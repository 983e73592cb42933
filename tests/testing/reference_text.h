// Small text helpers of the reference evaluator. They exist a second time on
// purpose: what the reference shared with the code under test could not find a
// bug there.
#ifndef CORSAC_TESTS_TESTING_REFERENCE_TEXT_H_
#define CORSAC_TESTS_TESTING_REFERENCE_TEXT_H_

#include <string>
#include <string_view>
#include <vector>

namespace corsac::testing {

// ASCII only; other bytes stay.
std::string ToLower(std::string_view text);

// Without the SP and HTAB at both ends.
std::string Strip(std::string_view text);

// The pieces between the separators: one more than there are separators.
std::vector<std::string> Split(std::string_view text, char separator);

std::string Join(const std::vector<std::string>& pieces,
                 std::string_view separator);

bool Contains(const std::vector<std::string>& list, std::string_view text);

// RFC 9110, section 5.6.2: at least one tchar and nothing else.
bool IsHttpToken(std::string_view text);

bool IsDecimal(std::string_view text);  // one digit or more
bool IsHex(std::string_view text);      // one lower-case hex digit or more

}  // namespace corsac::testing

#endif  // CORSAC_TESTS_TESTING_REFERENCE_TEXT_H_
