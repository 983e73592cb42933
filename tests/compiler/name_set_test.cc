#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "compiler/table/policy_table.h"

namespace corsac {
namespace {

TEST(NameSetTest, EmptyHoldsNothing) {
  const NameSet set;
  EXPECT_TRUE(set.empty());
  EXPECT_FALSE(set.Contains(""));
  EXPECT_FALSE(set.Contains("x"));
}

TEST(NameSetTest, MethodsKeepTheirCase) {
  const NameSet set({"PUT", "patch"}, NameSet::Case::kExact, 1);
  EXPECT_TRUE(set.Contains("PUT"));
  EXPECT_FALSE(set.Contains("put"));
  EXPECT_TRUE(set.Contains("patch"));
  EXPECT_FALSE(set.Contains("PATCH"));
}

TEST(NameSetTest, HeaderNamesDoNot) {
  const NameSet set({"x-csrf", "content-type"}, NameSet::Case::kIgnore, 1);
  EXPECT_TRUE(set.Contains("X-CSRF"));
  EXPECT_TRUE(set.Contains("Content-Type"));
  EXPECT_FALSE(set.Contains("x-csr"));
  EXPECT_FALSE(set.Contains("x-csrff"));
}

// Few names and many are found in different ways; names that begin and end
// alike are told apart in both.
TEST(NameSetTest, TellsNamesOfEverySizeApart) {
  for (const std::size_t count : {1U, 8U, 9U, 40U}) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < count; ++i) {
      names.push_back(std::string(i, 'a') + "bcd" + std::string(i, 'e'));
    }
    for (const NameSet::Case name_case :
         {NameSet::Case::kExact, NameSet::Case::kIgnore}) {
      const NameSet set(names, name_case, 1);
      for (const std::string& name : names) {
        EXPECT_TRUE(set.Contains(name)) << name;
        EXPECT_FALSE(set.Contains(name + "e")) << name;
        EXPECT_FALSE(set.Contains("a" + name)) << name;
        std::string other = name;
        char& middle = other[other.size() / 2];
        middle = 'C';
        EXPECT_EQ(set.Contains(other), name_case == NameSet::Case::kIgnore);
        middle = 'x';
        EXPECT_FALSE(set.Contains(other)) << other;
      }
    }
  }
}

TEST(NameSetTest, FindsEachOfManyInDeclarationOrder) {
  std::vector<std::string> names;
  for (int i = 0; i < 1'000; ++i) names.push_back("x-" + std::to_string(i));
  const NameSet set(names, NameSet::Case::kIgnore, 1);
  for (const std::string& name : names) EXPECT_TRUE(set.Contains(name));
  EXPECT_FALSE(set.Contains("x-1000"));
  EXPECT_EQ(set.names(), names);
}

}  // namespace
}  // namespace corsac
