// Tokens, methods and header names of HTTP and Fetch.
// Tested by tests/compiler/names_test.cc.
#include "compiler/fetch/names.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace corsac {
namespace {

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

constexpr std::array<bool, 256> kTokenBytes = MakeTokenTable();

// Fetch, "forbidden request-header", the names that are forbidden whatever
// their value. Those that begin with `proxy-` or `sec-` come on top.
constexpr std::array<std::string_view, 21> kForbiddenRequestHeaders = {
    "accept-charset",
    "accept-encoding",
    "access-control-request-headers",
    "access-control-request-method",
    "connection",
    "content-length",
    "cookie",
    "cookie2",
    "date",
    "dnt",
    "expect",
    "host",
    "keep-alive",
    "origin",
    "referer",
    "set-cookie",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "via",
};

constexpr std::array<std::string_view, 7> kSafelistedResponseHeaders = {
    "cache-control", "content-language", "content-length", "content-type",
    "expires",       "last-modified",    "pragma",
};

constexpr std::array<std::string_view, 6> kNormalizedMethods = {
    "DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT",
};

bool StartsWithIgnoreCase(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() &&
         EqualsIgnoreCase(text.substr(0, prefix.size()), prefix);
}

template <std::size_t N>
bool IsOneOf(std::string_view name,
             const std::array<std::string_view, N>& names) {
  return std::any_of(names.begin(), names.end(), [&](std::string_view other) {
    return EqualsIgnoreCase(name, other);
  });
}

}  // namespace

bool IsTokenByte(char c) noexcept {
  return kTokenBytes[static_cast<unsigned char>(c)];
}

bool IsToken(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), IsTokenByte);
}

bool EqualsIgnoreCase(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
           return AsciiLower(x) == AsciiLower(y);
         });
}

std::string_view StripBlanks(std::string_view text) noexcept {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

bool IsSafelistedMethod(std::string_view method) noexcept {
  return method == "GET" || method == "HEAD" || method == "POST";
}

bool IsForbiddenMethod(std::string_view method) noexcept {
  return EqualsIgnoreCase(method, "CONNECT") ||
         EqualsIgnoreCase(method, "TRACE") || EqualsIgnoreCase(method, "TRACK");
}

bool IsForbiddenRequestHeader(std::string_view name) noexcept {
  return StartsWithIgnoreCase(name, "sec-") ||
         StartsWithIgnoreCase(name, "proxy-") ||
         IsOneOf(name, kForbiddenRequestHeaders);
}

bool IsSafelistedResponseHeader(std::string_view name) noexcept {
  return IsOneOf(name, kSafelistedResponseHeaders);
}

bool IsForbiddenResponseHeader(std::string_view name) noexcept {
  return EqualsIgnoreCase(name, "set-cookie") ||
         EqualsIgnoreCase(name, "set-cookie2");
}

std::string_view NormalizeMethod(std::string_view method) noexcept {
  const auto* const known = std::find_if(
      kNormalizedMethods.begin(), kNormalizedMethods.end(),
      [&](std::string_view other) { return EqualsIgnoreCase(method, other); });
  return known == kNormalizedMethods.end() ? method : *known;
}

}  // namespace corsac
