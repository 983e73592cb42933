// Origins that need no second look, the lists that consist of them, and the
// index that tells them apart.
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "compiler/diagnostics/finding.h"
#include "compiler/model/exact_index.h"
#include "compiler/model/origin_list.h"
#include "compiler/origins/origin_pattern.h"
#include "compiler/origins/plain_origin.h"
#include "compiler/origins/written_text.h"
#include "compiler/source/source_set.h"

namespace corsac {
namespace {

TEST(PlainOriginTest, IsAWebOriginWithNothingOddInIt) {
  EXPECT_TRUE(IsPlainOrigin("https://a.example:8443"));
  EXPECT_TRUE(IsPlainOrigin("http://[::1]"));
  for (const std::string_view text :
       {"", "https://a.example.", "https://a_b.example",
        "https://xn--a.example", "null", "file://", "app://a", "https://A", "*",
        " https://a", "https://a\r", "https://a:443", "https://a/"}) {
    EXPECT_FALSE(IsPlainOrigin(text)) << text;
  }
}

TEST(PlainOriginTest, KeepsTheLimitsOfTheGrammar) {
  const std::string label(63, 'a');
  const std::string host = label + "." + label + "." + label + ".";
  EXPECT_TRUE(IsPlainOrigin("https://" + label));
  EXPECT_FALSE(IsPlainOrigin("https://a" + label));
  EXPECT_FALSE(IsPlainOrigin("https://a" + label + ".b"));
  EXPECT_TRUE(IsPlainOrigin("https://" + host + std::string(61, 'a')));
  EXPECT_FALSE(IsPlainOrigin("https://" + host + std::string(63, 'a')));
  EXPECT_TRUE(
      IsPlainOrigin("https://" + host + std::string(61, 'a') + ":65535"));
  EXPECT_FALSE(IsPlainOrigin("https://a:65536"));
  EXPECT_FALSE(IsPlainOrigin("https://a:100000"));
  EXPECT_FALSE(IsPlainOrigin("https://a:0"));
  EXPECT_FALSE(IsPlainOrigin("https://a:080"));
  EXPECT_FALSE(IsPlainOrigin("https://a:"));
  EXPECT_FALSE(IsPlainOrigin("http://a:80"));
  EXPECT_TRUE(IsPlainOrigin("https://a:80"));
  EXPECT_TRUE(IsPlainOrigin("http://a:443"));
  EXPECT_TRUE(IsPlainOrigin("https://a--b.1a"));
  EXPECT_FALSE(IsPlainOrigin("https://a.1"));
  EXPECT_FALSE(IsPlainOrigin("https://a.0xa"));
  EXPECT_FALSE(IsPlainOrigin("https://a..b"));
  EXPECT_FALSE(IsPlainOrigin("https://.b"));
  EXPECT_FALSE(IsPlainOrigin("https://"));
}

TEST(PlainOriginTest, NothingIsSaidOfOneAndItMeansItself) {
  const std::vector<std::string_view> pieces = {
      "https", "http", "://",  ":",     "/",    "a",      "b.com", ".",
      "*",     "@",    "1",    "80",    "443",  "8080",   "A",     "_",
      "-",     "::1",  "0x7f", "127",   "xn--", "null",   "file",  "app",
      "[",     "]",    "#",    "[::1]", "c-d",  "1.2.3.4"};
  std::mt19937 random(20'261'124);
  std::size_t plain = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string text = i % 4 == 0 ? "" : i % 4 == 1 ? "http://" : "https://";
    for (std::size_t n = random() % 7; n > 0; --n) {
      text += pieces[random() % pieces.size()];
    }
    if (!IsPlainOrigin(text)) continue;
    ++plain;
    std::vector<Finding> findings;
    const OriginPattern pattern =
        ParseOriginPattern(WrittenText(text, Span{}), &findings);
    EXPECT_EQ(pattern.kind, OriginPattern::Kind::kExact) << text;
    EXPECT_EQ(pattern.text, text);
    EXPECT_TRUE(findings.empty()) << text;
  }
  EXPECT_GT(plain, 500U);
}

TEST(OriginListTest, FindsTheOriginInALine) {
  EXPECT_EQ(OriginInLine("https://a"), "https://a");
  EXPECT_EQ(OriginInLine(" \thttps://a\t \r"), "https://a");
  EXPECT_EQ(OriginInLine("#https://a"), "");
  EXPECT_EQ(OriginInLine("  # x"), "");
  EXPECT_EQ(OriginInLine("https://a # b # c"), "https://a");
  EXPECT_EQ(OriginInLine("https://a#b"), "https://a#b");
  EXPECT_EQ(OriginInLine("https://a#b #c"), "https://a#b");
  EXPECT_EQ(OriginInLine(""), "");
}

// "2:3 https://a plain", a line each.
std::string Lines(std::string_view text, bool odd_only = false) {
  const SourceFile file("list.txt", "list.txt", std::string(text), false);
  const OriginList list(file);
  std::string out;
  std::size_t visited = 0;
  const auto visit = [&](const OriginListLine& line) {
    ++visited;
    EXPECT_EQ(line.span.file, 5U);
    EXPECT_EQ(text.substr(line.span.begin, line.span.end - line.span.begin),
              line.text);
    out += std::to_string(line.line) + ":" + std::to_string(line.column) + " " +
           std::string(line.text) + (line.plain ? " plain" : "") + "\n";
    return true;
  };
  if (odd_only) {
    list.ForEachOdd(file, 5, visit);
  } else {
    list.ForEach(file, 5, visit);
    EXPECT_EQ(list.size(), visited);
  }
  return out;
}

TEST(OriginListTest, VisitsEveryLineWithAnOrigin) {
  constexpr std::string_view kText =
      "https://a.example\r\n"
      "\n"
      "# comment\n"
      "  https://b.example\t# why\n"
      "https://*.c.example\n"
      "https://d.example\r\r\n"
      "https://D.example";
  EXPECT_EQ(Lines(kText),
            "1:1 https://a.example plain\n"
            "4:3 https://b.example plain\n"
            "5:1 https://*.c.example\n"
            "6:1 https://d.example plain\n"
            "7:1 https://D.example\n");
  EXPECT_EQ(Lines(kText, true),
            "5:1 https://*.c.example\n"
            "7:1 https://D.example\n");
  EXPECT_EQ(Lines(""), "");
  EXPECT_EQ(Lines("\n\n"), "");
  EXPECT_EQ(Lines("https://a\n"), "1:1 https://a plain\n");
  EXPECT_EQ(Lines("https://a"), "1:1 https://a plain\n");
}

TEST(OriginListTest, StopsWhenItIsTold) {
  const SourceFile file("l", "l", "https://a\n*\nhttps://b\n*\n", false);
  const OriginList list(file);
  std::size_t visited = 0;
  list.ForEach(file, 0, [&](const OriginListLine&) { return ++visited < 2; });
  EXPECT_EQ(visited, 2U);
  visited = 0;
  list.ForEachOdd(file, 0,
                  [&](const OriginListLine&) { return ++visited < 1; });
  EXPECT_EQ(visited, 1U);
}

TEST(ExactIndexTest, KeepsTheFirstOfEachText) {
  std::vector<std::string> texts;
  std::mt19937 random(7);
  for (std::uint32_t i = 0; i < 20'000; ++i) {
    texts.push_back("https://a" + std::to_string(random() % 5'000) + ".com");
  }
  for (const std::size_t reserve_at :
       {texts.size(), std::size_t{0}, std::size_t{100}}) {
    IrExactOrigins origins;
    ExactIndex index(origins);
    std::unordered_set<std::string> seen;
    std::vector<std::pair<std::string, std::uint32_t>> expected;
    for (std::uint32_t i = 0; i < texts.size(); ++i) {
      if (i == reserve_at) index.Reserve(10'000, 200'000);
      index.Add(texts[i], {0, i, 1});
      if (seen.insert(texts[i]).second) expected.emplace_back(texts[i], i);
    }
    index.Flush();
    ASSERT_EQ(origins.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      EXPECT_EQ(origins[i].text, expected[i].first);
      EXPECT_EQ(origins[i].place, (IrPlace{0, expected[i].second, 1}));
    }
    // Nothing is left waiting.
    index.Flush();
    EXPECT_EQ(origins.size(), expected.size());
  }
}

}  // namespace
}  // namespace corsac
