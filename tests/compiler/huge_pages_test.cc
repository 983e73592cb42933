// Large pages are a hint: whatever is asked for, memory stays as it was.
#include "compiler/huge_pages.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace corsac {
namespace {

TEST(HugePagesTest, ChangesNothing) {
  PreferHugePages(nullptr, 0);
  PreferHugePages(nullptr, std::size_t{1} << 30);
  for (const std::size_t bytes :
       {std::size_t{1}, std::size_t{4096}, (std::size_t{2} << 20) - 1,
        std::size_t{2} << 20, (std::size_t{9} << 20) + 7}) {
    std::vector<char> memory(bytes, 'a');
    PreferHugePages(memory.data(), bytes);
    PreferHugePages(memory.data() + 1, bytes - 1);
    EXPECT_EQ(std::count(memory.begin(), memory.end(), 'a'),
              static_cast<std::ptrdiff_t>(bytes));
    std::fill(memory.begin(), memory.end(), 'b');
    EXPECT_EQ(std::count(memory.begin(), memory.end(), 'b'),
              static_cast<std::ptrdiff_t>(bytes));
  }
}

}  // namespace
}  // namespace corsac
