// Field names, looked at several bytes at a time.
//
// Internal: not installed.
#ifndef CORSAC_COMPILER_FETCH_KNOWN_NAME_H_
#define CORSAC_COMPILER_FETCH_KNOWN_NAME_H_

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

#include "compiler/fetch/byte_block.h"

namespace corsac::internal {

// Whether the bytes of `text`, of at least 4, are letters, digits or hyphens,
// as in nearly all names; see OfEveryByte().
inline ByteBlock PlainBytesOf(std::string_view text) noexcept {
  return OfEveryByte(text, [](const ByteBlock& block) {
    return block.WithBit0x20().InRange('a', 'z') | block.InRange('0', '9') |
           block.Equals('-');
  });
}

// A name that is known when the program is compiled, of letters and hyphens, to
// compare others of its size with, ignoring the case of letters: two
// instructions for every Word of bytes, and no branch.
template <std::size_t Size, class Word>
class KnownName {
 public:
  static_assert(Size >= sizeof(Word));

  // `name` must be lower-case.
  explicit consteval KnownName(const char (&name)[Size + 1]) {  // NOLINT
    for (std::size_t i = 0; i < kWords; ++i) {
      for (std::size_t k = 0; k < sizeof(Word); ++k) {
        const char c = name[BeginOf(i) + k];
        const auto shift = 8 * (kLittle ? k : sizeof(Word) - 1 - k);
        const bool letter = c >= 'a' && c <= 'z';
        words_[i] |= Word{static_cast<unsigned char>(c)} << shift;
        checked_[i] |= Word{letter ? 0xDFU : 0xFFU} << shift;
      }
    }
  }

  static constexpr std::size_t size() { return Size; }

  // REQUIRES: name.size() == Size.
  bool Equals(std::string_view name) const noexcept {
    Word difference = 0;
    for (std::size_t i = 0; i < kWords; ++i) {
      Word word;
      std::memcpy(&word, name.data() + BeginOf(i), sizeof(word));
      difference |= (word ^ words_[i]) & checked_[i];
    }
    return difference == 0;
  }

 private:
  static constexpr bool kLittle = std::endian::native == std::endian::little;
  static constexpr std::size_t kWords =
      (Size + sizeof(Word) - 1) / sizeof(Word);

  // The last word overlaps the one before.
  static constexpr std::size_t BeginOf(std::size_t word) {
    return word + 1 < kWords ? word * sizeof(Word) : Size - sizeof(Word);
  }

  std::array<Word, kWords> words_{};
  std::array<Word, kWords> checked_{};
};

template <std::size_t N>
KnownName(const char (&name)[N])
    -> KnownName<N - 1,
                 std::conditional_t<(N > 8), std::uint64_t, std::uint32_t>>;

}  // namespace corsac::internal

#endif  // CORSAC_COMPILER_FETCH_KNOWN_NAME_H_
