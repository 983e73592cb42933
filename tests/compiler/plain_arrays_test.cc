// Long lists of origins in rule files: read compactly or entry by entry, they
// mean the same, and the same is said of them.
#include "compiler/syntax/plain_arrays.h"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/diagnostics/render.h"
#include "compiler/limits.h"
#include "compiler/syntax/parse.h"
#include "compiler/syntax/toml_scan.h"
#include "tests/compiler/checked_rules.h"

namespace corsac {
namespace {

struct Compiled {
  std::string all;        // the Ast, the findings and the Ir, as text
  std::size_t plain = 0;  // entries that were held compactly
  std::size_t sets = 0;
};

Compiled CompileText(const std::string& text, std::size_t long_list) {
  FindingSink sink;
  SourceSet sources = SourceSet::FromText("rules.toml", text, sink);
  const Ast ast = Parse(sources, sink, long_list);
  Compiled compiled;
  for (const AstFile& file : ast.files) {
    for (const AstOriginSet& set : file.origin_sets) {
      compiled.plain += set.origins.plain.size();
    }
    if (file.defaults && file.defaults->origins) {
      compiled.plain += file.defaults->origins->plain.size();
    }
    for (const AstPolicy& policy : file.policies) {
      if (policy.fields.origins) {
        compiled.plain += policy.fields.origins->plain.size();
      }
    }
    for (const AstRoute& route : file.routes) {
      if (route.fields.origins) {
        compiled.plain += route.fields.origins->plain.size();
      }
    }
  }
  compiled.all = DumpAst(ast, sources);
  const std::optional<LoweredIr> lowered =
      ResolveCheckLower(ast, sources, sink, {.today = testing::TestDay()});
  compiled.all += std::to_string(sink.dropped()) + " dropped\n";
  compiled.all += FindingsToJson(sink.Take(), sources);
  if (lowered) compiled.all += DumpIr(lowered->ir);
  return compiled;
}

// How many entries of `text` are held compactly when every list is long; a
// failure if that makes a difference, or if it does when only some are.
std::size_t PlainIn(const std::string& text) {
  const Compiled by_entry = CompileText(text, TomlLimits::kNone);
  const Compiled compact = CompileText(text, 1);
  EXPECT_EQ(by_entry.plain, 0U);
  EXPECT_EQ(by_entry.all, compact.all) << text;
  EXPECT_EQ(by_entry.all, CompileText(text, 3).all) << text;
  return compact.plain;
}

std::string Route(std::string_view fields) {
  return "version = 1\n[[route]]\npath = \"/x\"\n" + std::string(fields);
}

std::string Numbered(std::size_t count, std::string_view end = "\n") {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    text += "  \"https://a" + std::to_string(i) + ".example\",";
    text += end;
  }
  return text;
}

TEST(PlainArraysTest, AListIsLongFromAThousandPlainEntriesOn) {
  const auto plain = [](std::size_t count) {
    return CompileText(Route("origins = [\n" + Numbered(count) + "]\n"),
                       kLongList)
        .plain;
  };
  EXPECT_EQ(kLongList, 1'000U);
  EXPECT_EQ(plain(999), 0U);
  EXPECT_EQ(plain(1'000), 1'000U);
  EXPECT_EQ(plain(1'001), 1'001U);
  for (const std::size_t count : {999U, 1'000U, 1'001U}) {
    for (const char* end : {"\n", "\r\n", " ", "", " # a comment\n"}) {
      // Without line ends the line would pass its own limit.
      const std::string list = Numbered(count, end);
      const std::string text = Route("origins = [\n" + list + "]\n");
      const Compiled usual = CompileText(text, kLongList);
      EXPECT_EQ(usual.all, CompileText(text, TomlLimits::kNone).all);
      EXPECT_EQ(usual.plain, count < kLongList ? 0U : count);
      EXPECT_NE(usual.all.find("exact https://a998.example @"),
                std::string::npos);
    }
  }
}

TEST(PlainArraysTest, TakesWhatIsPlainAndLeavesTheRest) {
  const std::string list =
      "origins = [ # first\n"
      "  \"https://a.example\", 'https://b.example:8443' ,\n"
      "\r\n"
      "\t# \xC3\xA9 between\n"
      "  \"https://*.c.example\",\n"
      "  { regex = 'https://d[0-9]\\.example' },\n"
      "  \"https://\\u0065.example\", \"https://f.example\",\n"
      "  \"HTTPS://g.example\", '''https://h.example''',\n"
      "  \"https://a.example\", \"\", \"https://i.example.\",\n"
      "  \"http://127.0.0.1:8080\", \"http://[::1]\", \"app://j\",\n"
      "  \"https://k.example\",\n"
      "  \"https://l.example\"\n"
      "]\n";
  // a, b, f, a again, both addresses and k; l has no comma after it.
  EXPECT_EQ(PlainIn(Route(list)), 7U);
  EXPECT_EQ(PlainIn(Route("origins = [\"https://a.example\",]\n")), 1U);
  EXPECT_EQ(PlainIn(Route("origins = [\"https://a.example\"]\n")), 0U);
}

TEST(PlainArraysTest, ShortListsBesideLongOnesKeepTheirEntries) {
  const std::string text = "version = 1\n[origin_sets]\nshort = [\n" +
                           Numbered(kLongList - 1) + "]\nlong = [\n" +
                           Numbered(kLongList) + "]\nlast = [\n" + Numbered(2) +
                           "]\n[[route]]\npath = \"/x\"\n"
                           "origins = [\"@short\", \"@long\", \"@last\"]\n";
  const Compiled usual = CompileText(text, kLongList);
  EXPECT_EQ(usual.plain, kLongList);
  EXPECT_EQ(usual.all, CompileText(text, TomlLimits::kNone).all);
}

TEST(PlainArraysTest, KnowsWhereListsOfOriginsAre) {
  const std::string list =
      " = [\"https://a.example\", \"https://b.example\",]\n";
  EXPECT_EQ(PlainIn("version = 1\n[defaults]\norigins" + list +
                    "[[route]]\npath = \"/x\"\n"),
            2U);
  EXPECT_EQ(PlainIn("version = 1\n[origin_sets]\none" + list + "'two'" + list +
                    "[[route]]\npath = \"/x\"\norigins = [\"@one\", "
                    "\"https://c.example\", \"@two\"]\n"),
            5U);
  EXPECT_EQ(PlainIn("version = 1\n[policies.p]\norigins" + list +
                    "[[route]]\npath = \"/x\"\npolicy = \"p\"\n"),
            2U);
  EXPECT_EQ(PlainIn("version = 1\npolicies.p.origins" + list +
                    "[[route]]\npath = \"/x\"\npolicy = \"p\"\n"),
            2U);
  EXPECT_EQ(PlainIn("version = 1\nroute = [{ path = \"/x\", origins" +
                    list.substr(0, list.size() - 1) + "}]\n"),
            2U);
}

TEST(PlainArraysTest, LeavesOtherListsAlone) {
  const std::string list =
      " = [\"https://a.example\", \"https://b.example\",]\n";
  const std::string good = Route("origins" + list);
  EXPECT_EQ(PlainIn(good), 2U);
  EXPECT_EQ(PlainIn(good + "self_origins" + list), 2U);
  EXPECT_EQ(PlainIn(good + "[trust]\ntrusted_origins" + list), 2U);
  EXPECT_EQ(PlainIn(good + "[origin_sets]\nb = [[\"https://a.example\",],]\n"),
            2U);
  EXPECT_EQ(PlainIn(Route("origins = [[\"https://a.example\",],]\n")), 0U);
}

// Where a list is not one of origins after all, or the file has a mistake, the
// whole file is read entry by entry.
TEST(PlainArraysTest, ReadsFilesWithMistakesEntryByEntry) {
  const std::string list =
      " = [\"https://a.example\", \"https://b.example\",]\n";
  const std::string good = Route("origins" + list);
  for (const std::string& text :
       {good + "[other]\norigins" + list,
        good + "[trust]\norigins" + list,
        good + "[lints]\norigins" + list,
        good + "[[defaults]]\norigins" + list,
        good + "[origin_sets]\na.b" + list,
        good + "[origin_sets.a]\nb" + list,
        good + "[policies]\norigins" + list,
        "origins" + list + good,
        good + "origins" + list,
        good + "x = [\n",
        Route("origins = [\"https://a.example\", , \"https://b.example\",]\n"),
        Route("origins = [, \"https://a.example\",]\n"),
        Route("origins = [\"https://a.example\",\n"),
        Route("origins = [= \"https://a.example\",]\n"),
        Route("origins = [1 \"https://a.example\",]\n"),
        Route("origins = [\"https://a.example\" \"https://b.example\",]\n"),
        Route("origins = [\"https://a.example\", \"https://b.example,]\n"),
        Route("origins = [\"https://a.example\", # \x01\n]\n"),
        Route("origins = [\"https://a.example\",\r\"https://b.example\",]\n"),
        Route("origins =\n[\"https://a.example\",]\n")}) {
    EXPECT_EQ(PlainIn(text), 0U) << text;
  }
}

TEST(PlainArraysTest, KeepsTheLimits) {
  // Every entry counts, the one past the limit is what is pointed at.
  const std::string text = Route("origins = [\n" + Numbered(10) + "]\n");
  for (std::size_t values = 0; values < 16; ++values) {
    TomlLimits limits;
    limits.values = values;
    const TomlScan by_entry = ScanToml(text, limits);
    limits.long_list = 1;
    const TomlScan compact = ScanToml(text, limits);
    ASSERT_EQ(by_entry.fault.has_value(), values < 13) << values;
    ASSERT_EQ(compact.fault.has_value(), values < 13) << values;
    if (!by_entry.fault) continue;
    EXPECT_EQ(by_entry.fault->begin, compact.fault->begin) << values;
    EXPECT_EQ(by_entry.fault->message, compact.fault->message);
  }
  const std::string line(kMaxLineBytes, ' ');
  FindingSink sink;
  SourceSet::FromText("t.toml", Route("origins = [\n" + line + "\n]\n"), sink);
  EXPECT_FALSE(sink.has_errors());
  SourceSet::FromText("t.toml", Route("origins = [\n" + line + " \n]\n"), sink);
  EXPECT_TRUE(sink.has_errors());
}

// Space before an entry that is not plain is passed once. If it were looked
// over again from each of its lines, this would take hours.
TEST(PlainArraysTest, PassesLongSpaceOnce) {
  constexpr std::size_t kLines = 2'000'000;
  TomlLimits limits;
  limits.long_list = 1;
  for (const std::string_view line : {"\n", "\r\n", "#\n"}) {
    std::string space;
    for (std::size_t i = 0; i < kLines; ++i) space += line;
    const std::string text = Route("origins = [\n  \"https://a.example\"," +
                                   space + "\"*\"" + space + "]\n");
    const TomlScan scan = ScanToml(text, limits);
    EXPECT_FALSE(scan.fault);
    ASSERT_EQ(scan.plain.arrays.size(), 1U);
    EXPECT_EQ(scan.plain.arrays[0].origins.size(), 1U);
  }
}

TEST(PlainArraysTest, SaysWhatAStarMakesUseless) {
  std::string text =
      Route("origins = [\n" + Numbered(3) + "\"*\",\n" + Numbered(2) + "]\n");
  EXPECT_EQ(PlainIn(text), 5U);
  // More than are kept: they are counted.
  text = Route("origins = [\n\"*\",\n" + Numbered(kMaxFindings + 5) + "]\n");
  const Compiled compiled = CompileText(text, kLongList);
  EXPECT_EQ(compiled.plain, kMaxFindings + 5);
  EXPECT_NE(compiled.all.find("5 dropped\n"), std::string::npos);
  EXPECT_EQ(compiled.all, CompileText(text, TomlLimits::kNone).all);
}

TEST(PlainArraysTest, MapsOffsetsOfWhatIsLeft) {
  const std::string_view text = "0123456789";
  CutText cut(text, {{2, 4}, {5, 8}});
  EXPECT_EQ(cut.TakeText(), "01489");
  const std::array<std::uint32_t, 6> whole = {0, 1, 4, 8, 9, 10};
  for (std::uint32_t i = 0; i < whole.size(); ++i) {
    EXPECT_EQ(cut.WholeOffset(i), whole.at(i)) << i;
  }
  CutText all(text, {{0, 10}});
  EXPECT_EQ(all.TakeText(), "");
  EXPECT_EQ(all.WholeOffset(0), 10U);
  CutText none(text, {});
  EXPECT_EQ(none.TakeText(), text);
  EXPECT_EQ(none.WholeOffset(7), 7U);
}

// --- Texts made at random ---------------------------------------------------

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed * 2 + 1) {}

  std::size_t Below(std::size_t bound) {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return static_cast<std::size_t>(state_ >> 33U) % bound;
  }

  template <std::size_t N>
  std::string From(const std::array<std::string_view, N>& pool) {
    return std::string(pool.at(Below(N)));
  }

 private:
  std::uint64_t state_;
};

constexpr std::array<std::string_view, 22> kEntries = {
    "\"https://a.example\"",
    "'https://b.example:8443'",
    "\"http://c.example\"",
    "\"https://d.example\"",
    "\"http://127.0.0.1\"",
    "'http://[::1]:81'",
    "\"https://*.e.example\"",
    "\"http://localhost:*\"",
    "\"@web\"",
    "\"@wbe\"",
    "\"*\"",
    "\"null\"",
    "\"https://F.example\"",
    "\"https://g.example/\"",
    "\"htps://h.example\"",
    "\"https://a.ex\\u0061mple\"",
    "{ regex = 'https://[a-z]+\\.i\\.example' }",
    "{ host_regex = 'j[0-9]', schemes = [\"https\", 'http',] }",
    "{ fil = \"x\" }",
    "\"\"\"https://k.example\"\"\"",
    "\"https://b\xC3\xBC"
    "cher.example\"",
    "7",
};

// The first are right, and most often taken.
constexpr std::array<std::string_view, 12> kSeparators = {
    ",\n",        ", ",    ",", " ,\r\n\t", ", # and \xE2\x82\xAC\n",
    "\n,\n",      ",,",    "",  ";",        ",\r",
    ", # \x7F\n", ",\n= ",
};

std::string RandomList(Random& random, bool faulty) {
  std::string text = "[";
  if (random.Below(3) == 0) text += "\n  # comment\n";
  for (std::size_t n = random.Below(12); n > 0; --n) {
    text += random.Below(2) == 0 ? std::string(kEntries.at(random.Below(6)))
                                 : random.From(kEntries);
    const bool odd = faulty && random.Below(12) == 0;
    text += kSeparators.at(random.Below(odd ? kSeparators.size() : 6));
  }
  if (random.Below(3) == 0) text += "\"https://last.example\"";
  if (!faulty || random.Below(12) != 0) text += "]";
  return text + "\n";
}

std::string RandomRules(Random& random) {
  static constexpr std::array<std::string_view, 10> kBefore = {
      "[[route]]\npath = \"/x\"\norigins = ",
      "[[route]]\npath = \"/y\"\norigins = ",
      "[origin_sets]\nweb = ",
      "[origin_sets]\n\"web\" = ",
      "[defaults]\norigins = ",
      "[policies.p]\ncredentials = true\norigins = ",
      "[[route]]\npath = \"/z\"\nself_origins = ",
      "[lints]\norigins = ",
      "[\"origin_sets\"]\nweb = ",
      "[[route]]\npath = \"/{a}\"\nallow_null = true\norigin = ",
  };
  const bool faulty = random.Below(2) == 0;
  std::string text = "version = 1\n";
  for (std::size_t n = 1 + random.Below(4); n > 0; --n) {
    text += kBefore.at(random.Below(faulty ? kBefore.size() : 6));
    text += RandomList(random, faulty);
  }
  return text;
}

TEST(PlainArraysTest, RandomTextsMeanTheSameBothWays) {
  std::size_t compact = 0;
  std::size_t compiled = 0;
  for (std::uint64_t seed = 0; seed < 3'000; ++seed) {
    Random random(seed);
    const std::string text = RandomRules(random);
    SCOPED_TRACE(seed);
    const std::size_t plain = PlainIn(text);
    if (plain > 0) ++compact;
    if (CompileText(text, 1).all.find("\nroute ") != std::string::npos) {
      ++compiled;
    }
    if (HasFailure()) return;
  }
  // Otherwise nothing was tested.
  EXPECT_GT(compact, 800U);
  EXPECT_GT(compiled, 20U);
}

}  // namespace
}  // namespace corsac
