// The hash of a path segment or a host name in a RouteTrie. All of the trie's
// hashing goes through RouteHash(), so that it can be replaced in one place.
//
// Internal: not installed.
#ifndef CORSAC_COMPILER_TABLE_ROUTE_HASH_H_
#define CORSAC_COMPILER_TABLE_ROUTE_HASH_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace corsac {

// The two halves of the product of 64-bit numbers, folded into one.
inline std::uint64_t FoldedProduct(std::uint64_t a, std::uint64_t b) noexcept {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^
         static_cast<std::uint64_t>(product >> 64);
}

// In the manner of wyhash (Wang Yi): products of the text with secret numbers.
// With a seed that a client does not know it cannot choose texts that meet.
// O(text.size()), about 16 bytes a step.
inline std::uint64_t RouteHash(std::uint64_t seed,
                               std::string_view text) noexcept {
  constexpr std::uint64_t kOdd1 = 0xA0761D6478BD642FU;
  constexpr std::uint64_t kOdd2 = 0xE7037ED1A0B428DBU;
  const auto load8 = [](const char* from) {
    std::uint64_t value = 0;
    std::memcpy(&value, from, sizeof(value));
    return value;
  };
  const auto load4 = [](const char* from) {
    std::uint32_t value = 0;
    std::memcpy(&value, from, sizeof(value));
    return std::uint64_t{value};
  };
  const auto load1 = [](const char* from) {
    return std::uint64_t{static_cast<unsigned char>(*from)};
  };
  const char* at = text.data();
  const std::size_t size = text.size();
  std::uint64_t a = 0;
  std::uint64_t b = 0;
  seed ^= kOdd1;
  if (size >= 16) {
    for (std::size_t left = size; left > 16; left -= 16, at += 16) {
      seed = FoldedProduct(load8(at) ^ kOdd2, load8(at + 8) ^ seed);
    }
    a = load8(text.data() + size - 16);
    b = load8(text.data() + size - 8);
  } else if (size >= 8) {
    a = load8(at);
    b = load8(at + size - 8);
  } else if (size >= 4) {
    a = load4(at);
    b = load4(at + size - 4);
  } else if (size > 0) {
    a = load1(at) << 16 | load1(at + size / 2) << 8 | load1(at + size - 1);
  }
  return FoldedProduct(kOdd2 ^ size, FoldedProduct(a ^ kOdd2, b ^ seed));
}

}  // namespace corsac

#endif  // CORSAC_COMPILER_TABLE_ROUTE_HASH_H_
