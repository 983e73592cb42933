// The benchmarks' own random numbers: SplitMix64 (Steele, Lea and Flood, 2014).
// The distributions of <random> may differ between standard libraries; these
// give the same numbers everywhere.
#ifndef CORSAC_BENCH_RANDOM_H_
#define CORSAC_BENCH_RANDOM_H_

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace corsac::bench {

// Mixes 64 bits: a bijection, every output bit depends on every input bit.
constexpr std::uint64_t Mix(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
  return x ^ (x >> 31);
}

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t Next() {
    state_ += 0x9E3779B97F4A7C15ULL;
    return Mix(state_);
  }

  // A number in [0, n), near enough to uniform for n far below 2^32.
  // REQUIRES: n > 0.
  std::uint32_t Below(std::uint32_t n) {
    return static_cast<std::uint32_t>(((Next() >> 32) * n) >> 32);
  }

  // True in `percent` of a hundred cases.
  bool Percent(std::uint32_t percent) { return Below(100) < percent; }

 private:
  std::uint64_t state_;
};

// `count` different numbers of [0, n), in random order; all of them when
// count >= n. REQUIRES: n < 2^32.
inline std::vector<std::uint32_t> Sample(std::size_t n, std::size_t count,
                                         std::uint64_t seed) {
  std::vector<std::uint32_t> numbers(n);
  for (std::size_t i = 0; i < n; ++i) {
    numbers[i] = static_cast<std::uint32_t>(i);
  }
  if (count > n) count = n;
  Random random(seed);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t j = i + random.Below(static_cast<std::uint32_t>(n - i));
    std::swap(numbers[i], numbers[j]);
  }
  numbers.resize(count);
  return numbers;
}

}  // namespace corsac::bench

#endif  // CORSAC_BENCH_RANDOM_H_
