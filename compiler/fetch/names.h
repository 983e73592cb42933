// Names and grammars of the Fetch and HTTP standards that both the compiler
// and the evaluation need: tokens, methods, header names.
#ifndef CORSAC_COMPILER_FETCH_NAMES_H_
#define CORSAC_COMPILER_FETCH_NAMES_H_

#include <array>
#include <string_view>

namespace corsac {

namespace internal {

constexpr std::array<bool, 256> MakeTokenTable() {
  std::array<bool, 256> table{};
  for (char c = '0'; c <= '9'; ++c) table[static_cast<unsigned char>(c)] = true;
  for (char c = 'a'; c <= 'z'; ++c) table[static_cast<unsigned char>(c)] = true;
  for (char c = 'A'; c <= 'Z'; ++c) table[static_cast<unsigned char>(c)] = true;
  for (const char c : std::string_view("!#$%&'*+-.^_`|~")) {
    table[static_cast<unsigned char>(c)] = true;
  }
  return table;
}

inline constexpr std::array<bool, 256> kTokenBytes = MakeTokenTable();

}  // namespace internal

constexpr char AsciiLower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// Whether `c` may stand in a token (RFC 9110, section 5.6.2).
inline bool IsTokenByte(char c) noexcept {
  return internal::kTokenBytes[static_cast<unsigned char>(c)];
}

// Whether `text` is a token: not empty, token bytes only.
bool IsToken(std::string_view text) noexcept;

// Equality ignoring ASCII case.
bool EqualsIgnoreCase(std::string_view a, std::string_view b) noexcept;

// `text` without SP and HTAB at both ends.
inline std::string_view StripBlanks(std::string_view text) noexcept {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

// Whether the comma-separated list `list` has the element `wanted`, ignoring
// case and blanks around elements.
bool ListHasElement(std::string_view list, std::string_view wanted) noexcept;

// GET, HEAD or POST (Fetch, "CORS-safelisted method"). Case matters.
bool IsSafelistedMethod(std::string_view method) noexcept;

// CONNECT, TRACE or TRACK in any case (Fetch, "forbidden method").
bool IsForbiddenMethod(std::string_view method) noexcept;

// Whether script can never set the request header `name`, whatever its value,
// in any case (Fetch, "forbidden request-header"): the listed names and those
// that begin with `proxy-` or `sec-`.
bool IsForbiddenRequestHeader(std::string_view name) noexcept;

// Whether script can read the response header `name` without it being exposed
// (Fetch, "CORS-safelisted response-header name"), in any case.
bool IsSafelistedResponseHeader(std::string_view name) noexcept;

// set-cookie and set-cookie2 in any case (Fetch, "forbidden response-header
// name").
bool IsForbiddenResponseHeader(std::string_view name) noexcept;

// If `method` is, ignoring case, one of the six that Fetch normalises (DELETE,
// GET, HEAD, OPTIONS, POST, PUT), returns its upper-case form; otherwise
// `method` itself.
std::string_view NormalizeMethod(std::string_view method) noexcept;

}  // namespace corsac

#endif  // CORSAC_COMPILER_FETCH_NAMES_H_
