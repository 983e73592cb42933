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
  const NameSet set({"PUT", "patch"}, NameSet::Case::kExact);
  EXPECT_TRUE(set.Contains("PUT"));
  EXPECT_FALSE(set.Contains("put"));
  EXPECT_TRUE(set.Contains("patch"));
  EXPECT_FALSE(set.Contains("PATCH"));
}

TEST(NameSetTest, HeaderNamesDoNot) {
  const NameSet set({"x-csrf", "content-type"}, NameSet::Case::kIgnore);
  EXPECT_TRUE(set.Contains("X-CSRF"));
  EXPECT_TRUE(set.Contains("Content-Type"));
  EXPECT_FALSE(set.Contains("x-csr"));
  EXPECT_FALSE(set.Contains("x-csrff"));
}

TEST(NameSetTest, FindsEachOfManyInDeclarationOrder) {
  std::vector<std::string> names;
  for (int i = 0; i < 1'000; ++i) names.push_back("x-" + std::to_string(i));
  const NameSet set(names, NameSet::Case::kIgnore);
  for (const std::string& name : names) EXPECT_TRUE(set.Contains(name));
  EXPECT_FALSE(set.Contains("x-1000"));
  EXPECT_EQ(set.names(), names);
}

}  // namespace
}  // namespace corsac
