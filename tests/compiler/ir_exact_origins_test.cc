// The compact list of exact origins.
#include "compiler/model/ir_exact_origins.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corsac {
namespace {

// Files change in the middle and come back, and texts differ in length.
std::vector<std::pair<std::string, IrPlace>> Sample() {
  std::vector<std::pair<std::string, IrPlace>> sample;
  for (std::uint32_t i = 0; i < 1000; ++i) {
    const std::uint32_t file = i < 10 ? 7 : (i / 100) % 3;
    sample.emplace_back("https://" + std::string(i % 40 + 1, 'a') + ".com",
                        IrPlace{file, 1000 - i, i * 70'000});
  }
  return sample;
}

IrExactOrigins ListOf(
    const std::vector<std::pair<std::string, IrPlace>>& sample) {
  IrExactOrigins list;
  for (const auto& [text, place] : sample) list.Add(text, place);
  return list;
}

TEST(IrExactOrigins, StartsEmpty) {
  const IrExactOrigins list;
  EXPECT_TRUE(list.empty());
  EXPECT_EQ(list.size(), 0U);
  EXPECT_TRUE(list.begin() == list.end());
  EXPECT_EQ(list.texts(), "");
}

TEST(IrExactOrigins, GivesBackWhatWasAdded) {
  const auto sample = Sample();
  const IrExactOrigins list = ListOf(sample);
  ASSERT_EQ(list.size(), sample.size());
  EXPECT_FALSE(list.empty());
  std::size_t i = 0;
  for (const auto& origin : list) {
    ASSERT_LT(i, sample.size());
    EXPECT_EQ(origin.text, sample[i].first) << i;
    EXPECT_EQ(origin.place, sample[i].second) << i;
    EXPECT_EQ(list[i], origin) << i;
    EXPECT_EQ(list.text(i), origin.text) << i;
    ++i;
  }
  EXPECT_EQ(i, sample.size());
}

TEST(IrExactOrigins, TakesAListInBraces) {
  const IrExactOrigins list = {{"https://a.com", {0, 1, 2}},
                               {"file://", {1, 2, 3}}};
  ASSERT_EQ(list.size(), 2U);
  EXPECT_EQ(list[0], (IrExactOrigin{"https://a.com", {0, 1, 2}}));
  EXPECT_EQ(list[1], (IrExactOrigin{"file://", {1, 2, 3}}));
  EXPECT_EQ(list.texts(), "https://a.comfile://");
}

TEST(IrExactOrigins, AreEqualWhenTextsPlacesAndOrderAre) {
  const IrExactOrigins list = ListOf(Sample());
  EXPECT_TRUE(list == ListOf(Sample()));
  const IrPlace place{1, 2, 3};
  const auto two = [&](std::string_view a, std::string_view b,
                       const IrPlace& second) {
    IrExactOrigins origins;
    origins.Add(a, place);
    origins.Add(b, second);
    return origins;
  };
  const IrExactOrigins base = two("https://ab", "https://c", place);
  EXPECT_TRUE(base == two("https://ab", "https://c", place));
  // The same bytes, divided otherwise.
  EXPECT_FALSE(base == two("https://a", "bhttps://c", place));
  EXPECT_FALSE(base == two("https://c", "https://ab", place));
  EXPECT_FALSE(base == two("https://ab", "https://c", {2, 2, 3}));
  EXPECT_FALSE(base == two("https://ab", "https://c", {1, 3, 3}));
  EXPECT_FALSE(base == two("https://ab", "https://c", {1, 2, 4}));
  const IrExactOrigins none;
  EXPECT_FALSE(base == none);
}

}  // namespace
}  // namespace corsac
