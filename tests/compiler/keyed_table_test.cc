#include "compiler/table/keyed_table.h"

#include <gtest/gtest.h>

#include <string>

namespace corsac {
namespace {

TEST(KeyedTableTest, EmptyFindsNothing) {
  KeyedTable table;
  EXPECT_EQ(table.Find(0, "a"), KeyedTable::kNone);
  table.Build();
  EXPECT_EQ(table.Find(0, "a"), KeyedTable::kNone);
  EXPECT_EQ(table.size(), 0U);
}

TEST(KeyedTableTest, OwnersHaveTheirOwnKeys) {
  KeyedTable table;
  table.Add(0, "a", 10);
  table.Add(1, "a", 11);
  table.Add(1, "", 12);
  table.Build();
  EXPECT_EQ(table.Find(0, "a"), 10U);
  EXPECT_EQ(table.Find(1, "a"), 11U);
  EXPECT_EQ(table.Find(1, ""), 12U);
  EXPECT_EQ(table.Find(0, ""), KeyedTable::kNone);
  EXPECT_EQ(table.Find(2, "a"), KeyedTable::kNone);
  EXPECT_EQ(table.text(1), "a");
  EXPECT_EQ(table.owner(1), 1U);
  EXPECT_EQ(table.value(1), 11U);
}

TEST(KeyedTableTest, FindsEachOfManyAndNothingElse) {
  KeyedTable table;
  constexpr std::uint32_t kKeys = 20'000;
  for (std::uint32_t i = 0; i < kKeys; ++i) {
    table.Add(i % 7, "https://t" + std::to_string(i) + ".example", i);
  }
  table.Build();
  for (std::uint32_t i = 0; i < kKeys; ++i) {
    const std::string key = "https://t" + std::to_string(i) + ".example";
    ASSERT_EQ(table.Find(i % 7, key), i);
    ASSERT_EQ(table.Find((i + 1) % 7, key), KeyedTable::kNone);
    ASSERT_EQ(table.Find(i % 7, key + "."), KeyedTable::kNone);
  }
  EXPECT_GT(table.bytes(), kKeys * 16);
}

}  // namespace
}  // namespace corsac
