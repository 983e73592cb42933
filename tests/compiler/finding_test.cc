#include "compiler/diagnostics/finding.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "compiler/limits.h"

namespace corsac {
namespace {

TEST(FindingSinkTest, TakesInSourceOrder) {
  FindingSink sink;
  sink.Add(Code::kWrongType, {1, 5, 6}, "fourth");
  sink.Add(Code::kWrongType, {0, 9, 9}, "third");
  sink.Add(Code::kWrongType, {0, 2, 4}, "first of two");
  sink.Add(Code::kWrongType, {0, 2, 4}, "second of two");
  sink.Add(Code::kWrongType, {}, "without a file");
  std::vector<std::string> messages;
  for (const Finding& finding : sink.Take()) {
    messages.push_back(finding.message);
  }
  EXPECT_EQ(messages,
            (std::vector<std::string>{"without a file", "first of two",
                                      "second of two", "third", "fourth"}));
  EXPECT_TRUE(sink.Take().empty());
  EXPECT_FALSE(sink.has_errors());
}

TEST(FindingSinkTest, OnlyErrorsAreErrors) {
  FindingSink sink;
  sink.Add(Code::kOriginUppercase, {}, "a warning");
  EXPECT_FALSE(sink.has_errors());
  sink.Add(Code::kAnyOriginWithCredentials, {}, "an error");
  EXPECT_TRUE(sink.has_errors());
}

TEST(FindingSinkTest, CountsWhatItDoesNotKeep) {
  FindingSink sink;
  for (std::size_t i = 0; i < kMaxFindings + 3; ++i) {
    sink.Add(Code::kWrongType, {}, "again").help = "less";
  }
  EXPECT_EQ(sink.dropped(), 3U);
  EXPECT_TRUE(sink.has_errors());
  EXPECT_EQ(sink.Take().size(), kMaxFindings);
}

TEST(CodesTest, IdsAreDistinctOrderedAndFound) {
  std::string_view before;
  for (const CodeInfo& info : AllCodes()) {
    EXPECT_LT(before, info.id);
    before = info.id;
    EXPECT_EQ(FindCode(info.id), info.code);
    EXPECT_EQ(&InfoOf(info.code), &info);
    EXPECT_FALSE(info.title.empty());
  }
  EXPECT_EQ(FindCode("CORS000"), std::nullopt);
  EXPECT_EQ(FindCode("cors301"), std::nullopt);
}

}  // namespace
}  // namespace corsac
