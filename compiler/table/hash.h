// The hash of the tables: a 64-bit hash of a byte string under a seed.
//
// Keys come from requests, so whoever knew the seed could choose keys that fall
// into one bucket. Each table has a seed of its own, drawn at random when it is
// built; no answer depends on it. A multiplication of 64 by 64 bits whose two
// halves are folded into one, sixteen bytes a step, is the fastest mixing that
// the processors in use offer: about 4 ns for an origin of ordinary length.
//
// Internal: not installed.
#ifndef CORSAC_COMPILER_TABLE_HASH_H_
#define CORSAC_COMPILER_TABLE_HASH_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace corsac {

// A seed from the system's random numbers.
std::uint64_t RandomSeed();

namespace internal {

inline std::uint64_t Load64(const char* bytes) noexcept {
  std::uint64_t value;
  std::memcpy(&value, bytes, sizeof(value));
  return value;
}

inline std::uint64_t Load32(const char* bytes) noexcept {
  std::uint32_t value;
  std::memcpy(&value, bytes, sizeof(value));
  return value;
}

// Both halves of a * b, one on top of the other.
inline std::uint64_t Fold(std::uint64_t a, std::uint64_t b) noexcept {
  __extension__ using Wide = unsigned __int128;
  const Wide product = Wide{a} * b;
  return static_cast<std::uint64_t>(product) ^
         static_cast<std::uint64_t>(product >> 64);
}

// The parts that are mixed in: odd, about half of their bits set.
inline constexpr std::uint64_t kMix0 = 0x9E37'79B9'7F4A'7C15U;
inline constexpr std::uint64_t kMix1 = 0xD6E8'FEB8'6659'FD93U;
inline constexpr std::uint64_t kMix2 = 0xA24B'AED4'963E'E407U;
inline constexpr std::uint64_t kMix3 = 0xC2B2'AE3D'27D4'EB4FU;

}  // namespace internal

// Of names whose case does not matter: both cases of a letter have the same
// bits once this one is set. So have some other pairs of bytes, which is no
// matter to a hash.
inline constexpr std::uint64_t kFoldCase = 0x2020'2020'2020'2020U;

// Equal bytes under equal seeds have equal hashes, on machines of one byte
// order. The bits of `Set` are set in every eight bytes beforehand: 0 or
// kFoldCase. O(text.size()).
template <std::uint64_t Set = 0>
std::uint64_t HashBytes(std::string_view text, std::uint64_t seed) noexcept {
  using internal::Fold;
  const auto load64 = [](const char* bytes) {
    return internal::Load64(bytes) | Set;
  };
  const auto load32 = [](const char* bytes) {
    return internal::Load32(bytes) | (Set & 0xFFFF'FFFFU);
  };
  // A factor of zero would wipe out all that was hashed before; which bytes
  // give one depends on the seed too.
  const std::uint64_t mix2 = internal::kMix2 ^ seed;
  const std::uint64_t mix3 = internal::kMix3 ^ seed;
  const char* p = text.data();
  const std::size_t size = text.size();
  std::uint64_t state = seed ^ Fold(size ^ internal::kMix0, internal::kMix1);
  std::uint64_t head = 0;
  std::uint64_t tail = 0;
  if (size >= 16) {
    std::size_t left = size;
    if (left > 32) {
      // Two chains that do not wait for each other.
      std::uint64_t other = state;
      for (; left > 32; left -= 32, p += 32) {
        state = Fold(load64(p) ^ mix2, load64(p + 8) ^ state);
        other = Fold(load64(p + 16) ^ mix3, load64(p + 24) ^ other);
      }
      state ^= other;
    }
    if (left > 16) {
      state = Fold(load64(p) ^ mix2, load64(p + 8) ^ state);
    }
    // The last sixteen bytes, some of them for the second time.
    head = load64(text.data() + size - 16);
    tail = load64(text.data() + size - 8);
  } else if (size >= 8) {
    head = load64(p);
    tail = load64(p + size - 8);
  } else if (size >= 4) {
    head = load32(p);
    tail = load32(p + size - 4);
  } else if (size > 0) {
    const auto byte = [p](std::size_t i) {
      return std::uint64_t{static_cast<unsigned char>(p[i])} | (Set & 0xFF);
    };
    head = byte(0) << 16 | byte(size / 2) << 8 | byte(size - 1);
  }
  return Fold(head ^ mix3, tail ^ state) ^ (state >> 32);
}

// Whether two byte strings are equal. For short strings faster than the
// library's, which is called and chooses its way at run time.
inline bool EqualBytes(std::string_view a, std::string_view b) noexcept {
  using internal::Load64;
  const std::size_t size = a.size();
  if (size != b.size()) return false;
  if (size < 8) return std::memcmp(a.data(), b.data(), size) == 0;
  // One comparison at the end: keys that agree so far mostly agree to the end.
  std::uint64_t difference =
      Load64(a.data() + size - 8) ^ Load64(b.data() + size - 8);
  std::size_t i = 0;
  for (; i + 16 < size; i += 16) {
    difference |= (Load64(a.data() + i) ^ Load64(b.data() + i)) |
                  (Load64(a.data() + i + 8) ^ Load64(b.data() + i + 8));
  }
  if (i + 8 < size) difference |= Load64(a.data() + i) ^ Load64(b.data() + i);
  return difference == 0;
}

}  // namespace corsac

#endif  // CORSAC_COMPILER_TABLE_HASH_H_
