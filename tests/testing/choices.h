// Where the generators of tests take their choices from: a seeded random
// sequence, or the bytes of a fuzzer. Equal seeds or bytes give equal choices
// on every platform.
#ifndef CORSAC_TESTS_TESTING_CHOICES_H_
#define CORSAC_TESTS_TESTING_CHOICES_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace corsac::testing {

// Not thread-safe.
class Choices {
 public:
  static Choices FromSeed(std::uint64_t seed);
  // `bytes` must outlive the choices. When they are used up every choice is 0,
  // so generators put the plainest alternative first.
  static Choices FromBytes(std::string_view bytes);

  // A number below `bound`. REQUIRES: 0 < bound <= 65536.
  std::size_t Below(std::size_t bound);

  // True about once in `n` times; never when the bytes are used up.
  bool OneIn(std::size_t n) { return Below(n) == n - 1; }

  template <class T>
  const T& From(const std::vector<T>& list) {
    return list[Below(list.size())];
  }
  template <class T, std::size_t N>
  const T& From(const std::array<T, N>& list) {
    return list[Below(N)];
  }

  // Up to `max` bytes that a fuzzer gave, or random ones.
  std::string Bytes(std::size_t max);

 private:
  Choices() = default;
  std::uint64_t NextRandom();

  bool from_bytes_ = false;
  std::uint64_t state_ = 0;
  std::string_view bytes_;
};

}  // namespace corsac::testing

#endif  // CORSAC_TESTS_TESTING_CHOICES_H_
