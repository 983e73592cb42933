// Tokens, methods and header names of HTTP and Fetch.
// Tested by tests/compiler/names_test.cc.
#include "compiler/fetch/names.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "compiler/fetch/known_name.h"

namespace corsac {
namespace {

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

// Whether two words of eight bytes are equal but for the case of letters.
bool WordsEqualIgnoringCase(std::uint64_t a, std::uint64_t b) noexcept {
  constexpr std::uint64_t kOnes = 0x0101'0101'0101'0101U;
  const std::uint64_t difference = a ^ b;
  if (difference == 0) return true;
  if ((difference & ~(kOnes * 0x20)) != 0) return false;
  // What differs must be letters: their top bit is clear, and with 0x20 set
  // they are from 0x61 to 0x7A.
  const std::uint64_t lower = (a | kOnes * 0x20) & (kOnes * 0x7F);
  const std::uint64_t letters =
      (lower + kOnes * 0x1F) & ~(lower + kOnes * 0x05) & ~a;
  return (difference << 2 & ~letters & kOnes * 0x80) == 0;
}

std::uint64_t LoadWord(const char* bytes) noexcept {
  std::uint64_t word;
  std::memcpy(&word, bytes, sizeof(word));
  return word;
}

// The first and the last four bytes, which may overlap.
std::uint64_t LoadHalves(const char* bytes, std::size_t size) noexcept {
  std::uint32_t first;
  std::uint32_t last;
  std::memcpy(&first, bytes, sizeof(first));
  std::memcpy(&last, bytes + size - sizeof(last), sizeof(last));
  return std::uint64_t{last} << 32 | first;
}

// The same for texts of one size.
bool EqualIgnoringCase(const char* a, const char* b,
                       std::size_t size) noexcept {
  if (size < 8 && size >= 4) {
    return WordsEqualIgnoringCase(LoadHalves(a, size), LoadHalves(b, size));
  }
  if (size < 4) {
    return std::equal(a, a + size, b, [](char x, char y) {
      return AsciiLower(x) == AsciiLower(y);
    });
  }
  for (std::size_t i = 0; i + 8 < size; i += 8) {
    if (!WordsEqualIgnoringCase(LoadWord(a + i), LoadWord(b + i))) return false;
  }
  return WordsEqualIgnoringCase(LoadWord(a + size - 8), LoadWord(b + size - 8));
}

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

bool IsToken(std::string_view text) noexcept {
  if (text.size() >= 4 && internal::PlainBytesOf(text).All()) return true;
  return !text.empty() && std::all_of(text.begin(), text.end(), IsTokenByte);
}

bool EqualsIgnoreCase(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() &&
         EqualIgnoringCase(a.data(), b.data(), a.size());
}

bool ListHasElement(std::string_view list, std::string_view wanted) noexcept {
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    if (EqualsIgnoreCase(StripBlanks(list.substr(0, comma)), wanted)) {
      return true;
    }
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return false;
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
