#include "compiler/table/hash.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <set>
#include <string>

namespace corsac {
namespace {

// 0 to 80 bytes cover every way through the function.
constexpr std::size_t kLongest = 80;

std::string TextOf(std::size_t size) {
  std::string text;
  for (std::size_t i = 0; i < size; ++i) {
    text += static_cast<char>('a' + i * 7 % 26);
  }
  return text;
}

TEST(HashTest, IsAFunctionOfBytesAndSeed) {
  for (std::size_t size = 0; size <= kLongest; ++size) {
    const std::string text = TextOf(size);
    const std::string copy = "x" + text;  // at another alignment
    EXPECT_EQ(HashBytes(text, 1), HashBytes(copy.substr(1), 1));
    EXPECT_EQ(HashBytes(text, 1),
              HashBytes(std::string_view(copy).substr(1), 1));
    EXPECT_NE(HashBytes(text, 1), HashBytes(text, 2)) << size;
  }
}

TEST(HashTest, EveryBitOfEveryByteChangesAboutHalfOfTheBits) {
  double least = 64;
  double most = 0;
  for (std::size_t size = 1; size <= kLongest; ++size) {
    std::string text = TextOf(size);
    const std::uint64_t before = HashBytes(text, 7);
    for (std::size_t byte = 0; byte < size; ++byte) {
      double changed = 0;
      for (int bit = 0; bit < 8; ++bit) {
        text[byte] = static_cast<char>(text[byte] ^ (1 << bit));
        changed += std::popcount(before ^ HashBytes(text, 7));
        text[byte] = static_cast<char>(text[byte] ^ (1 << bit));
      }
      least = std::min(least, changed / 8);
      most = std::max(most, changed / 8);
    }
  }
  EXPECT_GT(least, 22);
  EXPECT_LT(most, 42);
}

TEST(HashTest, TextsThatDifferInLengthOnlyDiffer) {
  std::set<std::uint64_t> seen;
  for (std::size_t size = 0; size <= kLongest; ++size) {
    EXPECT_TRUE(seen.insert(HashBytes(std::string(size, '\0'), 3)).second);
  }
}

TEST(HashTest, SeedsDiffer) { EXPECT_NE(RandomSeed(), RandomSeed()); }

TEST(EqualBytesTest, SeesEveryByte) {
  for (std::size_t size = 0; size <= kLongest; ++size) {
    const std::string a = TextOf(size);
    std::string b = a;
    EXPECT_TRUE(EqualBytes(a, b)) << size;
    EXPECT_FALSE(EqualBytes(a, b + "x")) << size;
    for (char& c : b) {
      c = static_cast<char>(c ^ 0x40);
      EXPECT_FALSE(EqualBytes(a, b)) << size;
      c = static_cast<char>(c ^ 0x40);
    }
  }
}

}  // namespace
}  // namespace corsac
