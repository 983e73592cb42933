// From a pattern to the table that is matched with, step by step.
#include "compiler/origins/automata/dfa.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>

#include "compiler/origins/automata/automaton.h"
#include "compiler/origins/automata/determinize.h"
#include "compiler/origins/automata/nfa.h"
#include "compiler/origins/automata/product.h"
#include "compiler/origins/automata/regex_parse.h"
#include "compiler/origins/automata/work.h"
#include "tests/testing/regex_oracle.h"

namespace corsac {
namespace {

using automata::Automaton;
using automata::Work;

automata::Nfa NfaOf(const std::string& pattern) {
  std::string reason;
  const auto tree = automata::ParseRegex(pattern, &reason);
  EXPECT_TRUE(tree.has_value()) << reason;
  auto nfa = automata::BuildNfa(*tree, 10'000);
  EXPECT_TRUE(nfa.has_value());
  return *nfa;
}

Dfa DfaOf(const std::string& pattern) {
  const std::optional<Automaton> automaton = testing::AutomatonOf(pattern);
  EXPECT_TRUE(automaton.has_value());
  std::optional<Dfa> dfa = Dfa::From(*automaton);
  EXPECT_TRUE(dfa.has_value());
  return *dfa;
}

TEST(SymbolClassesTest, AreAsCoarseAsCanBe) {
  automata::SymbolSet letters;
  letters.AddRange('a', 'z');
  automata::SymbolSet first;
  first.AddRange('a', 'c');
  const auto classes = automata::ClassesOf({letters, first, letters});
  EXPECT_EQ(classes.count(), 3U);
  EXPECT_EQ(classes.class_of['a'], classes.class_of['c']);
  EXPECT_EQ(classes.class_of['d'], classes.class_of['z']);
  EXPECT_EQ(classes.class_of['A'], classes.class_of['~']);
  EXPECT_NE(classes.class_of['a'], classes.class_of['d']);
}

TEST(BuildNfaTest, RepeatsAreWrittenOutUpToABound) {
  std::string reason;
  const auto tree = automata::ParseRegex("(?:a{10}){10}", &reason);
  EXPECT_EQ(automata::BuildNfa(*tree, 101)->states.size(), 101U);
  EXPECT_FALSE(automata::BuildNfa(*tree, 100).has_value());
  // Empty copies take no time.
  const auto empty =
      automata::ParseRegex("(?:(?:(?:){1000}){1000}){1000}", &reason);
  EXPECT_EQ(automata::BuildNfa(*empty, 10)->states.size(), 1U);
}

TEST(DeterminizeTest, StopsAtItsBounds) {
  const automata::Nfa nfa = NfaOf(".*a.{8}");
  Work plenty(10'000'000);
  EXPECT_TRUE(automata::Determinize(nfa, 600, &plenty).has_value());
  EXPECT_FALSE(automata::Determinize(nfa, 500, &plenty).has_value());
  Work little(1'000);
  EXPECT_FALSE(automata::Determinize(nfa, 600, &little).has_value());
  EXPECT_EQ(little.left(), 0U);
}

// Splits that many items lead to are looked at, and paid for, once a step.
TEST(DeterminizeTest, CountsWhatItLooksAt) {
  std::string pattern = "(?:";
  for (int i = 0; i < 100; ++i) pattern += "|.";
  Work work(1'000'000);
  EXPECT_TRUE(automata::Determinize(NfaOf(pattern + ")+"), 10, &work));
  const std::uint64_t used = 1'000'000 - work.left();
  // The start, and one step from it to itself: 101 items and as many splits.
  EXPECT_GT(used, 500U);
  EXPECT_LT(used, 1'000U);
}

TEST(MinimizeTest, MakesTheSmallest) {
  const auto states = [](const std::string& pattern) {
    return testing::AutomatonOf(pattern)->states();
  };
  // The dead state counts.
  EXPECT_EQ(states("a"), 3U);
  EXPECT_EQ(states("a|b|c"), 3U);
  EXPECT_EQ(states("(?:a|b)c|ac|bc"), 4U);
  EXPECT_EQ(states("a*|a+|(?:aa)*"), 2U);
  EXPECT_EQ(states(".*"), 2U);
  EXPECT_EQ(states("[^\\x21-\\x7e]"), 1U);
  EXPECT_EQ(states(".*a.{3}"), 17U);
}

TEST(MinimizeTest, EqualLanguagesGiveEqualAutomata) {
  const auto a = testing::AutomatonOf("(a|b)*abb");
  const auto b = testing::AutomatonOf("[ab]*(?:abb|abb){1}");
  ASSERT_TRUE(a && b);
  EXPECT_EQ(a->states(), b->states());
  Work work(10'000);
  EXPECT_TRUE(automata::SameLanguage(*a, a->start, *b, b->start, &work));
  const auto other = testing::AutomatonOf("(a|b)*abb?");
  EXPECT_FALSE(
      automata::SameLanguage(*a, a->start, *other, other->start, &work));
  Work none(0);
  EXPECT_FALSE(automata::SameLanguage(*a, a->start, *b, b->start, &none));
}

TEST(WithinOriginsTest, KeepsWhatHasTheShapeOfAnOrigin) {
  Work work(1'000'000);
  const auto accepts = [&](const std::string& pattern, const char* text) {
    const auto product =
        automata::WithinOrigins(*testing::AutomatonOf(pattern), 10'000, &work);
    EXPECT_TRUE(product.has_value());
    const Automaton& automaton = product->automaton;
    return static_cast<bool>(
        automaton.accepting[automaton.Walk(automaton.start, text)]);
  };
  EXPECT_TRUE(accepts("https://.*", "https://a.b:8443"));
  EXPECT_FALSE(accepts("https://.*", "https://a.b/"));
  EXPECT_FALSE(accepts("https://.*", "https://a.b:443"));
  EXPECT_FALSE(accepts("https://a", "https://b"));
  const auto none =
      automata::WithinOrigins(*testing::AutomatonOf("null|/x"), 100, &work);
  ASSERT_TRUE(none.has_value());
  EXPECT_EQ(none->automaton.start, Automaton::kDead);
  EXPECT_EQ(none->automaton.states(), 1U);
  EXPECT_FALSE(automata::WithinOrigins(*testing::AutomatonOf(".*"), 10, &work));
}

TEST(DfaTest, MatchesTheWholeText) {
  const Dfa dfa = DfaOf("https://[a-c]+\\.x");
  EXPECT_TRUE(dfa.Matches("https://abc.x"));
  EXPECT_FALSE(dfa.Matches("https://abc.xx"));
  EXPECT_FALSE(dfa.Matches("https://abc."));
  EXPECT_FALSE(dfa.Matches("xhttps://abc.x"));
  EXPECT_FALSE(dfa.Matches(""));
  EXPECT_TRUE(DfaOf("a*").Matches(""));
}

TEST(DfaTest, RefusesBytesThatAreNoSymbols) {
  const Dfa dfa = DfaOf(".*");
  EXPECT_TRUE(dfa.Matches("!~"));
  for (unsigned byte = 0; byte < 256; ++byte) {
    const std::string text(1, static_cast<char>(byte));
    EXPECT_EQ(dfa.Matches(text), byte >= 0x21 && byte <= 0x7E) << byte;
    EXPECT_FALSE(DfaOf("b").Matches("a" + text));
  }
}

TEST(DfaTest, KeepsItsInvariants) {
  for (const char* pattern : {"a", ".*", "a*b|c", "[^\\x21-\\x7e]",
                              "https://[a-z0-9-]+-team\\.vercel\\.app"}) {
    SCOPED_TRACE(pattern);
    const Dfa dfa = DfaOf(pattern);
    const std::size_t width = dfa.cells().size() / dfa.states();
    for (std::size_t column = 0; column < width; ++column) {
      EXPECT_EQ(dfa.cells()[column], 0U);
    }
    for (const std::uint16_t cell : dfa.cells()) {
      EXPECT_EQ(cell % width, 0U);
      EXPECT_LT(cell, dfa.cells().size());
    }
    for (unsigned byte = 0; byte < 256; ++byte) {
      EXPECT_LT(dfa.columns()[byte], width);
      if (byte < 0x21 || byte > 0x7E) {
        EXPECT_EQ(dfa.columns()[byte], 0U);
      }
    }
    EXPECT_GE(dfa.first_accepting(), width);
    EXPECT_GE(dfa.bytes(), 2 * dfa.cells().size());
  }
}

TEST(DfaTest, IsNotMadeTooLarge) {
  const auto automaton = testing::AutomatonOf("[ab]");
  // Three states; columns for `a` and `b` together, and for all other bytes.
  EXPECT_TRUE(Dfa::From(*automaton, 6).has_value());
  EXPECT_FALSE(Dfa::From(*automaton, 5).has_value());
}

}  // namespace
}  // namespace corsac
