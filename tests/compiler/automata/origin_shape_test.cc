// The automaton of origins accepts what the parser does, and little else.
#include "compiler/origins/automata/origin_shape.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "compiler/origins/origin.h"
#include "tests/testing/choices.h"
#include "tests/testing/regex_generator.h"

namespace corsac::automata {
namespace {

bool HasShape(std::string_view text) {
  const Automaton& shape = GetOriginShape().automaton;
  return shape.accepting[shape.Walk(shape.start, text)];
}

bool MeetsRegexes(const std::string& text) {
  Origin origin;
  return ParseOrigin(text, &origin) == OriginError::kNone &&
         (origin.kind == OriginKind::kWeb || origin.kind == OriginKind::kApp);
}

TEST(OriginShapeTest, EveryOriginHasIt) {
  for (std::uint64_t seed = 0; seed < 20'000; ++seed) {
    testing::Choices choices = testing::Choices::FromSeed(seed);
    std::string text = testing::GenerateAnyOrigin(choices);
    ASSERT_TRUE(MeetsRegexes(text)) << text;
    ASSERT_TRUE(HasShape(text)) << text;
    text = testing::MutateText(choices, std::move(text));
    if (MeetsRegexes(text)) {
      ASSERT_TRUE(HasShape(text)) << text;
    }
  }
}

// Where nothing is counted the two agree.
TEST(OriginShapeTest, LittleElseHasIt) {
  std::size_t origins = 0;
  for (std::uint64_t seed = 0; seed < 20'000; ++seed) {
    testing::Choices choices = testing::Choices::FromSeed(seed);
    const std::string text =
        testing::GenerateAccepted(choices, GetOriginShape().automaton);
    Origin origin;
    const OriginError error = ParseOrigin(text, &origin);
    ASSERT_TRUE(error == OriginError::kNone || error == OriginError::kBadHost)
        << text << OriginErrorName(error);
    if (error == OriginError::kNone) ++origins;
  }
  EXPECT_GT(origins, 10'000U);
}

TEST(OriginShapeTest, EveryPort) {
  for (unsigned port = 0; port <= 66'000; ++port) {
    const std::string text = ":" + std::to_string(port);
    for (const std::string_view before : {"http://a", "https://a", "app://A"}) {
      const std::string origin = std::string(before) + text;
      ASSERT_EQ(HasShape(origin), MeetsRegexes(origin)) << origin;
    }
  }
  EXPECT_FALSE(HasShape("http://a:01"));
  EXPECT_FALSE(HasShape("http://a:"));
}

TEST(OriginShapeTest, Schemes) {
  for (const char* scheme :
       {"http",    "https",  "file", "h",    "ht",     "htt",   "httpx",
        "httpsx",  "https.", "f",    "fi",   "fil",    "files", "a",
        "a+b-c.d", "1a",     "",     "+",    "chrome", "hz",    "htz",
        "httz",    "fz",     "fiz",  "filz", "http+s"}) {
    const std::string origin = std::string(scheme) + "://a";
    EXPECT_EQ(HasShape(origin), MeetsRegexes(origin)) << origin;
  }
  EXPECT_FALSE(HasShape("null"));
  EXPECT_FALSE(HasShape("file://"));
}

TEST(OriginShapeTest, KnowsWhereTheHostIs) {
  const OriginShape& shape = GetOriginShape();
  const auto begins = [&](std::string_view text) {
    return shape.host_begins[shape.automaton.Walk(shape.automaton.start, text)];
  };
  const auto ends = [&](std::string_view text) {
    return shape.host_ends[shape.automaton.Walk(shape.automaton.start, text)];
  };
  for (const char* text : {"http://", "https://", "x://"}) {
    EXPECT_TRUE(begins(text)) << text;
    EXPECT_FALSE(ends(text)) << text;
  }
  for (const char* text :
       {"http://a", "https://a.", "x://A.", "http://[::1]"}) {
    EXPECT_FALSE(begins(text)) << text;
    EXPECT_TRUE(ends(text)) << text;
  }
  for (const char* text : {"http:/", "http", "https://a:", "https://a:1",
                           "http://[::1", "https:"}) {
    EXPECT_FALSE(begins(text)) << text;
    EXPECT_FALSE(ends(text)) << text;
  }
}

}  // namespace
}  // namespace corsac::automata
