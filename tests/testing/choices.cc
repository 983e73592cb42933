// Random or fuzzed choices.
// Tested by tests/reference_test.cc.
#include "tests/testing/choices.h"

#include <algorithm>

namespace corsac::testing {

Choices Choices::FromSeed(std::uint64_t seed) {
  Choices choices;
  choices.state_ = seed;
  return choices;
}

Choices Choices::FromBytes(std::string_view bytes) {
  Choices choices;
  choices.from_bytes_ = true;
  choices.bytes_ = bytes;
  return choices;
}

// SplitMix64: every seed is good, and neighbouring seeds have nothing in
// common.
std::uint64_t Choices::NextRandom() {
  state_ += 0x9E3779B97F4A7C15U;
  std::uint64_t z = state_;
  z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
  z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
  return z ^ (z >> 31U);
}

std::size_t Choices::Below(std::size_t bound) {
  if (bound <= 1) return 0;
  if (!from_bytes_)
    return static_cast<std::size_t>(NextRandom() >> 32U) % bound;
  std::size_t value = 0;
  for (std::size_t range = 1; range < bound && !bytes_.empty(); range *= 256) {
    value = value * 256 + static_cast<unsigned char>(bytes_.front());
    bytes_.remove_prefix(1);
  }
  return value % bound;
}

std::string Choices::Bytes(std::size_t max) {
  const std::size_t size = Below(max + 1);
  if (from_bytes_) {
    const std::string taken(bytes_.substr(0, size));
    bytes_.remove_prefix(std::min(size, bytes_.size()));
    return taken;
  }
  std::string random;
  for (std::size_t i = 0; i < size; ++i) {
    random += static_cast<char>(Below(256));
  }
  return random;
}

}  // namespace corsac::testing
