// Each part of RE2's syntax, as our reader takes it, and RE2 beside it.
#include "compiler/origins/automata/regex_parse.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/origins/automata/ask_re2.h"
#include "tests/testing/regex_oracle.h"

namespace corsac::automata {
namespace {

struct Row {
  std::string pattern;
  std::vector<std::string_view> matched;
  std::vector<std::string_view> refused;
};

void ExpectAll(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    SCOPED_TRACE(row.pattern);
    const testing::RegexOracle oracle(row.pattern);
    ASSERT_TRUE(oracle.accepted());
    ASSERT_TRUE(oracle.automaton().has_value());
    const Automaton& automaton = *oracle.automaton();
    for (const std::string_view text : row.matched) {
      EXPECT_TRUE(automaton.accepting[automaton.Walk(automaton.start, text)])
          << text;
      EXPECT_EQ(oracle.CompareText(text), "");
    }
    for (const std::string_view text : row.refused) {
      EXPECT_FALSE(automaton.accepting[automaton.Walk(automaton.start, text)])
          << text;
      EXPECT_EQ(oracle.CompareText(text), "");
    }
  }
}

TEST(RegexParseTest, LiteralsAndEscapes) {
  ExpectAll({
      {"ab", {"ab"}, {"", "a", "b", "abc", "AB"}},
      {"a\\.b\\-\\/\\_", {"a.b-/_"}, {"axb-/_"}},
      {"\\x61\\x{62}\\x{0063}", {"abc"}, {"xbc"}},
      {"\\141\\0603\\12", {}, {"a03", "a0312"}},  // \12 is a line feed
      {"\\1418", {"a8"}, {"\x31"}},
      {"\\Qa.b*\\E*", {"a.b", "a.b*", "a.b***"}, {"a.", "axb"}},
      {"\\Qa|(", {"a|("}, {"a"}},
      {"a\\Q\\E*", {"", "aa"}, {"b"}},
      {"a]b}", {"a]b}"}, {"ab"}},
      {"a{,2}", {"a{,2}"}, {"aa"}},
      {"a{1", {"a{1"}, {"a"}},
      {"a{01}", {"a{01}"}, {"a"}},
      {"\\t|\\n|\\f|\\r|\\v|\\a|x", {"x"}, {"", "t"}},
      {"\\x{e9}|b", {"b"}, {""}},
      {"\xe9|b", {"b"}, {""}},
  });
}

TEST(RegexParseTest, Classes) {
  ExpectAll({
      {".", {"a", "~", "!", "/"}, {"", "ab"}},
      {"\\C", {"a", "~"}, {""}},
      {"[a-c]", {"a", "b", "c"}, {"d", "A", "-"}},
      {"[^a-c]", {"d", "-", "^"}, {"a", "c"}},
      {"[]a]", {"]", "a"}, {"b", "[]a]"}},
      {"[^]a]", {"b"}, {"]", "a"}},
      {"[a-]", {"a", "-"}, {"b"}},
      {"[-a]", {"a", "-"}, {"b"}},
      {"[a\\-z]", {"a", "-", "z"}, {"b"}},
      {"[\\x61-\\143]", {"a", "b", "c"}, {"d"}},
      {"[\\d.]", {"7", "."}, {"a"}},
      {"[^\\d]", {"a"}, {"7"}},
      {"[\\D\\d]", {"7", "a"}, {""}},
      {"[[:alpha:]]", {"a", "Z"}, {"1", ":", "["}},
      {"[[:^alpha:]]", {"1", ":"}, {"a"}},
      {"[^[:punct:]]", {"a", "1"}, {"!", "_", "~"}},
      {"[[:word:]-]", {"_", "a", "-"}, {"."}},
      {"[[:xdigit:]]", {"f", "A", "0"}, {"g"}},
      {"[[:upper:]]", {"A"}, {"a"}},
      {"[[:lower:]]", {"a"}, {"A"}},
      {"[[:alnum:]]", {"A", "9"}, {"_"}},
      {"[[:digit:]]", {"9"}, {"a"}},
      {"[[:ascii:]]", {"~"}, {""}},
      {"[[:graph:]]", {"!"}, {""}},
      {"[[:print:]]", {"!"}, {""}},
      {"[[:space:][:blank:][:cntrl:]x]", {"x"}, {"y"}},
      {"[[:a]", {"[", ":", "a"}, {"b"}},
      {"\\d\\w\\S", {"1_!"}, {"a_!", "1-!"}},
      {"\\D\\W", {"a-"}, {"1-", "aa"}},
      {"\\sx|y", {"y"}, {"x", "sx"}},
  });
}

TEST(RegexParseTest, UnicodeClassesAreAskedFor) {
  ExpectAll({
      {"\\pL", {"a", "Z"}, {"1"}},
      {"\\PL", {"1", "-"}, {"a"}},
      {"\\p{Lu}", {"A"}, {"a"}},
      {"\\p{^Lu}", {"a"}, {"A"}},
      {"\\P{^Lu}", {"A"}, {"a"}},
      {"(?i)\\p{Lu}", {"A", "a"}, {"1"}},
      {"[\\p{Nd}x]", {"1", "x"}, {"y"}},
      {"[^\\pL]", {"1"}, {"y"}},
      {"\\p{Greek}|x", {"x"}, {"a"}},
  });
  EXPECT_FALSE(AskRe2("\\p{Klingon}", false).has_value());
}

TEST(RegexParseTest, Repeats) {
  ExpectAll({
      {"a*", {"", "a", "aaa"}, {"b"}},
      {"a+", {"a", "aaa"}, {"", "b"}},
      {"a?", {"", "a"}, {"aa"}},
      {"a{2}", {"aa"}, {"", "a", "aaa"}},
      {"a{2,}", {"aa", "aaaa"}, {"a"}},
      {"a{1,3}", {"a", "aaa"}, {"", "aaaa"}},
      {"a{0}b", {"b"}, {"ab"}},
      {"a{0,1}b", {"b", "ab"}, {"aab"}},
      {"a*?b+?c??d{1,2}?", {"bd", "aabbcdd"}, {"acd"}},
      {"(?:ab){2}", {"abab"}, {"ab", "abb"}},
      {"ab{2}", {"abb"}, {"abab"}},
      {"(?:a*)*", {"", "aa"}, {"b"}},
      {"(?:|a)+", {"", "aa"}, {"b"}},
      {"(?:(?:){3}){2}a", {"a"}, {""}},
      {"a(?i)*", {"", "aa"}, {"A"}},
  });
}

TEST(RegexParseTest, GroupsAndAlternatives) {
  ExpectAll({
      {"a|b|", {"a", "b", ""}, {"ab"}},
      {"|a", {"a", ""}, {"b"}},
      {"(a|b)c", {"ac", "bc"}, {"a", "abc"}},
      {"(?:a|)c", {"ac", "c"}, {"a"}},
      {"(?P<name>a)b", {"ab"}, {"b"}},
      {"()", {""}, {"a"}},
      {"((a)(b(c)))", {"abc"}, {"ab"}},
  });
}

TEST(RegexParseTest, Flags) {
  ExpectAll({
      {"(?i)ab", {"ab", "AB", "aB"}, {"a"}},
      {"a(?i)b", {"ab", "aB"}, {"Ab"}},
      {"(?i:a)b", {"ab", "Ab"}, {"aB"}},
      {"((?i)a)b", {"ab", "Ab"}, {"aB"}},
      {"(?i)a(?-i)b", {"ab", "Ab"}, {"aB"}},
      {"(?i)a(?-i:b)c", {"abC"}, {"aBc"}},
      {"(?i)[k-m]", {"K", "l"}, {"n"}},
      {"(?i)[^k]", {"a"}, {"k", "K"}},
      {"(?i)[[:^upper:]]", {"1"}, {"a", "A"}},
      {"(?i)k|s", {"K", "S"}, {"x"}},
      {"(?i)a|(?-i)b", {"A", "b"}, {"B"}},
      {"(?smU)a.b", {"axb"}, {"ab"}},
      {"(?i-s:a)b", {"Ab"}, {"AB"}},
  });
}

TEST(RegexParseTest, Guards) {
  ExpectAll({
      {"^a$", {"a"}, {"", "aa"}},
      {"(?m)^a$", {"a"}, {"aa"}},
      {"\\Aa\\z", {"a"}, {"aa"}},
      {"a^b", {}, {"ab", "a^b"}},
      {"a$b", {}, {"ab", "a$b"}},
      {"(^|a)b", {"b", "ab"}, {"bb"}},
      {"a(b|$)", {"ab", "a"}, {"aa"}},
      {"\\ba\\b", {"a"}, {""}},
      {"a\\b.", {"a-", "a."}, {"aa", "a_", "a1"}},
      {"a\\B.", {"aa", "a_"}, {"a-"}},
      {".\\b", {"a"}, {"-"}},
      {".\\B", {"-"}, {"a"}},
      {"\\B", {""}, {"a"}},
      {"\\b", {}, {"", "a"}},
      {"(?:\\b|-)*a", {"a", "--a"}, {"b"}},
      {"-\\b^a|x", {"x"}, {"-a", "a"}},
  });
}

TEST(RegexParseTest, SaysWhatItDoesNotRead) {
  const auto reason = [](const std::string& pattern) {
    std::string text;
    EXPECT_FALSE(ParseRegex(pattern, &text).has_value()) << pattern;
    return text;
  };
  std::string deep;
  for (std::size_t i = 0; i < kMaxRegexDepth; ++i) deep += '(';
  std::string just(deep + std::string(kMaxRegexDepth, ')'));
  std::string ignored;
  EXPECT_TRUE(ParseRegex(just, &ignored).has_value());
  deep += '(';
  deep += std::string(kMaxRegexDepth + 1, ')');
  EXPECT_EQ(reason(deep), "its groups nest too deeply");

  // RE2 of 2022 says that `A` is not matched.
  for (const char* pattern : {"[a-c]|(?i)A", "a|[aA]", "x(?:y|[Ab])|(?i)az"}) {
    EXPECT_EQ(reason(pattern),
              "it has a letter in both cases beside the same in one");
  }
  EXPECT_TRUE(ParseRegex("a[aA](b|c)", &ignored).has_value());
  EXPECT_TRUE(ParseRegex("(?i)a|b", &ignored).has_value());

  std::string many;
  for (const char* name : {"L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Mc",
                           "Me", "N", "Nd", "Nl", "No", "P", "Pc", "Pd"}) {
    many.append("\\p{").append(name).append("}");
  }
  EXPECT_EQ(reason(many), "it has something that only RE2 can read");
}

}  // namespace
}  // namespace corsac::automata
