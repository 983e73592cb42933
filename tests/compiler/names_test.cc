#include "compiler/fetch/names.h"

#include <gtest/gtest.h>

#include <string>

namespace corsac {
namespace {

TEST(NamesTest, TokenBytesAreThoseOfRfc9110) {
  const std::string separators = "\"(),/:;<=>?@[\\]{} \t";
  for (int c = 0; c < 256; ++c) {
    const char byte = static_cast<char>(c);
    const bool expected =
        c > 0x20 && c < 0x7F && separators.find(byte) == std::string::npos;
    EXPECT_EQ(IsTokenByte(byte), expected) << c;
  }
}

TEST(NamesTest, TokensAreNotEmpty) {
  EXPECT_TRUE(IsToken("x-csrf"));
  EXPECT_TRUE(IsToken("*"));
  EXPECT_FALSE(IsToken(""));
  EXPECT_FALSE(IsToken("x a"));
  EXPECT_FALSE(IsToken("x:"));
}

// One byte that cannot be, at every place of names of every length.
TEST(NamesTest, SeesEveryByteOfANameOfAnyLength) {
  for (std::size_t size = 1; size <= 70; ++size) {
    std::string name(size, 'x');
    EXPECT_TRUE(IsToken(name)) << size;
    for (char& c : name) {
      c = '_';  // a token byte, but not one that most names have
      EXPECT_TRUE(IsToken(name)) << size;
      for (const char bad : {':', ' ', '@', '[', '{', '/', '\x7f', '\xe1'}) {
        c = bad;
        EXPECT_FALSE(IsToken(name)) << size << bad;
      }
      c = 'x';
    }
  }
}

// Against the definition, for every pair of bytes, at every place.
TEST(NamesTest, IgnoresTheCaseOfLettersOnly) {
  for (std::size_t size : {1U, 3U, 4U, 7U, 8U, 9U, 15U, 16U, 30U}) {
    for (std::size_t place = 0; place < size; ++place) {
      std::string a(size, 'q');
      std::string b(size, 'Q');
      for (int x = 0; x < 256; ++x) {
        a[place] = static_cast<char>(x);
        for (const int y : {x, x ^ 0x20, x ^ 0x80, x ^ 0x21, 0x6B}) {
          b[place] = static_cast<char>(y);
          EXPECT_EQ(EqualsIgnoreCase(a, b),
                    AsciiLower(a[place]) == AsciiLower(b[place]))
              << x << " " << y;
        }
      }
    }
  }
  EXPECT_FALSE(EqualsIgnoreCase("a", "aa"));
}

TEST(NamesTest, StripsSpacesAndTabsOnly) {
  EXPECT_EQ(StripBlanks(" \t a b\t "), "a b");
  EXPECT_EQ(StripBlanks("\r a\n"), "\r a\n");
  EXPECT_EQ(StripBlanks(" \t "), "");
}

TEST(NamesTest, NormalizesExactlySixMethods) {
  EXPECT_EQ(NormalizeMethod("delete"), "DELETE");
  EXPECT_EQ(NormalizeMethod("Get"), "GET");
  EXPECT_EQ(NormalizeMethod("hEAD"), "HEAD");
  EXPECT_EQ(NormalizeMethod("options"), "OPTIONS");
  EXPECT_EQ(NormalizeMethod("post"), "POST");
  EXPECT_EQ(NormalizeMethod("put"), "PUT");
  EXPECT_EQ(NormalizeMethod("patch"), "patch");
  EXPECT_EQ(NormalizeMethod("trace"), "trace");
}

TEST(NamesTest, KnowsSafelistedAndForbiddenMethods) {
  EXPECT_TRUE(IsSafelistedMethod("GET"));
  EXPECT_TRUE(IsSafelistedMethod("HEAD"));
  EXPECT_TRUE(IsSafelistedMethod("POST"));
  EXPECT_FALSE(IsSafelistedMethod("get"));
  EXPECT_FALSE(IsSafelistedMethod("PUT"));
  EXPECT_TRUE(IsForbiddenMethod("trace"));
  EXPECT_TRUE(IsForbiddenMethod("Track"));
  EXPECT_TRUE(IsForbiddenMethod("CONNECT"));
  EXPECT_FALSE(IsForbiddenMethod("TRACES"));
}

TEST(NamesTest, KnowsHeadersThatScriptCannotSet) {
  for (const char* name :
       {"Cookie", "host", "ORIGIN", "Referer", "set-cookie", "via", "TE",
        "Sec-Fetch-Site", "sec-", "Proxy-Authorization", "content-length",
        "access-control-request-method"}) {
    EXPECT_TRUE(IsForbiddenRequestHeader(name)) << name;
  }
  for (const char* name : {"user-agent", "authorization", "content-type",
                           "x-sec-fetch", "secure", "proxy", "accept"}) {
    EXPECT_FALSE(IsForbiddenRequestHeader(name)) << name;
  }
}

TEST(NamesTest, KnowsWhatIsReadableAnyway) {
  EXPECT_TRUE(IsSafelistedResponseHeader("Content-Type"));
  EXPECT_TRUE(IsSafelistedResponseHeader("pragma"));
  EXPECT_FALSE(IsSafelistedResponseHeader("etag"));
  EXPECT_TRUE(IsForbiddenResponseHeader("Set-Cookie2"));
  EXPECT_FALSE(IsForbiddenResponseHeader("cookie"));
}

}  // namespace
}  // namespace corsac
