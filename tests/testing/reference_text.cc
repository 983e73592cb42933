// Text helpers of the reference evaluator.
// Tested by tests/reference_test.cc.
#include "tests/testing/reference_text.h"

#include <cstddef>

namespace corsac::testing {

std::string ToLower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if ('A' <= c && c <= 'Z') c = static_cast<char>(c | 0x20);
  }
  return lower;
}

std::string Strip(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return "";
  const std::size_t last = text.find_last_not_of(" \t");
  return std::string(text.substr(first, last - first + 1));
}

std::vector<std::string> Split(std::string_view text, char separator) {
  std::vector<std::string> pieces(1);
  for (const char c : text) {
    if (c == separator) {
      pieces.emplace_back();
    } else {
      pieces.back() += c;
    }
  }
  return pieces;
}

std::string Join(const std::vector<std::string>& pieces,
                 std::string_view separator) {
  std::string joined;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    if (i > 0) joined += separator;
    joined += pieces[i];
  }
  return joined;
}

bool Contains(const std::vector<std::string>& list, std::string_view text) {
  for (const std::string& entry : list) {
    if (entry == text) return true;
  }
  return false;
}

bool IsHttpToken(std::string_view text) {
  // tchar is what is visible (VCHAR) and no delimiter.
  for (const char c : text) {
    if (c <= ' ' || c >= '\x7F') return false;
    if (std::string_view("\"(),/:;<=>?@[\\]{}").find(c) !=
        std::string_view::npos) {
      return false;
    }
  }
  return !text.empty();
}

bool IsDecimal(std::string_view text) {
  return !text.empty() &&
         text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool IsHex(std::string_view text) {
  return !text.empty() &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace corsac::testing
