#include "compiler/table/text_table.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace corsac {
namespace {

using Keys = std::vector<std::pair<std::string, std::uint64_t>>;

TextTable::Group AddTo(TextTableBuilder& builder, const Keys& keys) {
  return builder.AddGroup(
      keys.size(),
      [&keys](std::size_t i) { return std::string_view(keys[i].first); },
      [&keys](std::size_t i) { return keys[i].second; });
}

TEST(TextTableTest, EmptyFindsNothing) {
  EXPECT_EQ(TextTable().Find({}, "a"), TextTable::kNone);
  TextTableBuilder builder(1, 0);
  const TextTable::Group nobody = AddTo(builder, {});
  const TextTable table = builder.Finish();
  EXPECT_TRUE(nobody.empty());
  EXPECT_EQ(table.Find(nobody, ""), TextTable::kNone);
  EXPECT_TRUE(table.EntriesOf(nobody).empty());
  table.ForEachEntry([](std::uint32_t) { FAIL(); });
}

TEST(TextTableTest, OwnersHaveTheirOwnTexts) {
  TextTableBuilder builder(1, 300);
  const TextTable::Group first = AddTo(builder, {{"a", 10}, {"bb", 300}});
  const TextTable::Group none = AddTo(builder, {});
  const TextTable::Group second = AddTo(builder, {{"a", 11}, {"", 12}});
  const TextTable table = builder.Finish();
  EXPECT_EQ(table.number(table.Find(first, "a")), 10U);
  EXPECT_EQ(table.number(table.Find(first, "bb")), 300U);
  EXPECT_EQ(table.number(table.Find(second, "a")), 11U);
  EXPECT_EQ(table.number(table.Find(second, "")), 12U);
  EXPECT_EQ(table.Find(first, ""), TextTable::kNone);
  EXPECT_EQ(table.Find(second, "bb"), TextTable::kNone);
  EXPECT_EQ(table.Find(none, "a"), TextTable::kNone);
  EXPECT_EQ(table.text(table.Find(first, "bb")), "bb");
  std::size_t entries = 0;
  table.ForEachEntry([&entries](std::uint32_t) { ++entries; });
  EXPECT_EQ(entries, 4U);
}

TEST(TextTableTest, ListsEntriesByNumber) {
  TextTableBuilder builder(5, 1'000'000);
  Keys keys;
  for (std::uint32_t i = 0; i < 500; ++i) {
    keys.emplace_back("k" + std::to_string(i), i * 7919U % 500U * 1000U);
  }
  const TextTable::Group group = AddTo(builder, keys);
  const TextTable table = builder.Finish();
  std::uint64_t expected = 0;
  for (const std::uint32_t entry : table.EntriesOf(group)) {
    EXPECT_EQ(table.number(entry), expected);
    expected += 1000;
  }
  EXPECT_EQ(expected, 500'000U);
}

// Numbers of every width, texts of every length that is allowed.
TEST(TextTableTest, KeepsNumbersAndTextsOfAnySize) {
  for (int bits = 0; bits <= 64; bits += 8) {
    const std::uint64_t max = bits == 0 ? 0 : ~std::uint64_t{0} >> (64 - bits);
    TextTableBuilder builder(9, max);
    Keys keys;
    for (std::size_t size = 0; size <= TextTable::kMaxBytes; ++size) {
      keys.emplace_back(std::string(size, 'x'), size % 2 == 0 ? max : max / 3);
    }
    const TextTable::Group group = AddTo(builder, keys);
    const TextTable table = builder.Finish();
    for (const auto& [text, number] : keys) {
      const std::uint32_t entry = table.Find(group, text);
      ASSERT_NE(entry, TextTable::kNone) << bits << " " << text.size();
      EXPECT_EQ(table.number(entry), number);
      EXPECT_EQ(table.text(entry), text);
    }
    EXPECT_EQ(table.Find(group, std::string(512, 'x')), TextTable::kNone);
  }
}

TEST(TextTableTest, FindsEachOfManyAndNothingElseUnderAnySeed) {
  constexpr std::uint32_t kKeys = 20'000;
  for (const std::uint64_t seed : {0ULL, 1ULL, 0xFFFF'FFFF'FFFF'FFFFULL}) {
    TextTableBuilder builder(seed, kKeys);
    std::vector<TextTable::Group> groups;
    for (std::uint32_t owner = 0; owner < 7; ++owner) {
      Keys keys;
      for (std::uint32_t i = owner; i < kKeys; i += 7) {
        keys.emplace_back("https://t" + std::to_string(i) + ".example", i);
      }
      groups.push_back(AddTo(builder, keys));
    }
    const TextTable table = builder.Finish();
    for (std::uint32_t i = 0; i < kKeys; ++i) {
      const std::string key = "https://t" + std::to_string(i) + ".example";
      const std::uint32_t entry = table.Find(groups[i % 7], key);
      ASSERT_NE(entry, TextTable::kNone);
      ASSERT_EQ(table.number(entry), i);
      ASSERT_EQ(table.text(entry), key);
      ASSERT_EQ(table.Find(groups[(i + 1) % 7], key), TextTable::kNone);
      ASSERT_EQ(table.Find(groups[i % 7], key + "."), TextTable::kNone);
    }
    // 2 of header, 2 of number, 4 of directory, and no slack.
    EXPECT_LT(table.bytes(), kKeys * (22 + 8) + 1'000);
  }
}

}  // namespace
}  // namespace corsac
