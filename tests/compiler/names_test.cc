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
