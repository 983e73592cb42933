// Sixteen bytes at a time: which of them are in a class, as a bit mask. For the
// loops over every byte of a request, where a branch a byte would cost more
// than all the rest.
//
// Compiles to SSE2 or NEON by the vector extensions of GCC and Clang; a machine
// without either gets the same by ordinary instructions.
//
// Internal: not installed.
#ifndef CORSAC_COMPILER_FETCH_BYTE_BLOCK_H_
#define CORSAC_COMPILER_FETCH_BYTE_BLOCK_H_

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace corsac::internal {

class ByteBlock {
 public:
  static constexpr std::size_t kSize = 16;

  // Reads kSize bytes.
  explicit ByteBlock(const char* bytes) noexcept {
    std::memcpy(&bytes_, bytes, kSize);
  }

  // Reads a text of 4 to 16 bytes, some of them several times over: for
  // questions about every byte, wherever it stands.
  static ByteBlock OfShort(std::string_view text) noexcept {
    const char* const end = text.data() + text.size();
    if (text.size() >= 8) {
      return ByteBlock(Words{Load<std::uint64_t>(text.data()),
                             Load<std::uint64_t>(end - 8)});
    }
    const std::uint64_t word = std::uint64_t{Load<std::uint32_t>(end - 4)}
                                   << 32 |
                               Load<std::uint32_t>(text.data());
    return ByteBlock(Words{word, word});
  }

  // Which bytes are in `first` to `last`, both included.
  ByteBlock InRange(char first, char last) const noexcept {
    const auto low = static_cast<unsigned char>(first);
    const auto count = static_cast<unsigned char>(last - first);
    return ByteBlock((bytes_ - low) <= count);
  }
  ByteBlock Equals(char c) const noexcept {
    return ByteBlock(bytes_ == static_cast<unsigned char>(c));
  }
  // For letters: both cases become lower. Changes other bytes too.
  ByteBlock WithBit0x20() const noexcept {
    return ByteBlock(bytes_ | static_cast<unsigned char>(0x20));
  }

  friend ByteBlock operator|(const ByteBlock& a, const ByteBlock& b) noexcept {
    return ByteBlock(a.bytes_ | b.bytes_);
  }

  friend ByteBlock operator&(const ByteBlock& a, const ByteBlock& b) noexcept {
    return ByteBlock(a.bytes_ & b.bytes_);
  }

  // Bit i is set if byte i is; every bit of a byte must be like the others.
  std::uint32_t Mask() const noexcept {
#if defined(__SSE2__)
    return static_cast<std::uint32_t>(
        _mm_movemask_epi8(std::bit_cast<__m128i>(bytes_)));
#else
    const auto halves = std::bit_cast<std::array<std::uint64_t, 2> >(bytes_);
    const auto mask = [](std::uint64_t half) {
      constexpr std::uint64_t kTopBits = 0x8080'8080'8080'8080U;
      constexpr std::uint64_t kGather = 0x0002'0408'1020'4081U;
      if constexpr (std::endian::native == std::endian::big) {
        half = __builtin_bswap64(half);
      }
      return static_cast<std::uint32_t>((half & kTopBits) * kGather >> 56);
    };
    return mask(halves[0]) | mask(halves[1]) << 8;
#endif
  }

  // Whether Mask() has every bit set.
  bool All() const noexcept { return Mask() == 0xFFFF; }

 private:
  // NOLINTNEXTLINE(modernize-use-using): `using` takes no vector_size in GCC
  typedef unsigned char Bytes __attribute__((vector_size(kSize)));
  // NOLINTNEXTLINE(modernize-use-using)
  typedef std::uint64_t Words __attribute__((vector_size(kSize)));

  template <class T>
  static T Load(const char* bytes) noexcept {
    T value;
    std::memcpy(&value, bytes, sizeof(value));
    return value;
  }

  // From a vector of bytes, or of the outcome of a comparison.
  template <class Vector>
  explicit ByteBlock(Vector vector) noexcept
      : bytes_(std::bit_cast<Bytes>(vector)) {}

  Bytes bytes_{};
};

// What `of(block)` says of every byte of `text`, of at least 4, laid over each
// other by &: a byte for which it is unset shows in one of sixteen places.
template <class Of>
ByteBlock OfEveryByte(std::string_view text, const Of& of) noexcept {
  if (text.size() <= ByteBlock::kSize) return of(ByteBlock::OfShort(text));
  ByteBlock all = of(ByteBlock(text.data() + text.size() - ByteBlock::kSize));
  for (std::size_t i = 0; i + ByteBlock::kSize < text.size();
       i += ByteBlock::kSize) {
    all = all & of(ByteBlock(text.data() + i));
  }
  return all;
}

}  // namespace corsac::internal

#endif  // CORSAC_COMPILER_FETCH_BYTE_BLOCK_H_
