// compiler/syntax/toml_scan.cc and toml_lexer.cc: limits at and past each, and
// where words end.
#include "compiler/syntax/toml_scan.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corsac {
namespace {

// The tokens of `text`, blanks between: "a = [ "x" ] \n".
std::string Tokens(std::string_view text) {
  TomlLexer lexer(text);
  std::string out;
  while (true) {
    const TomlToken token = lexer.Next();
    if (token.kind == TomlToken::Kind::kEnd) return out;
    if (!out.empty()) out += ' ';
    if (token.kind == TomlToken::Kind::kFault) return out + "<fault>";
    if (token.kind == TomlToken::Kind::kNewline) {
      out += "NL";
    } else {
      out += text.substr(token.begin, token.end - token.begin);
    }
  }
}

std::string FaultOf(std::string_view text, const TomlLimits& limits = {}) {
  const TomlScan scan = ScanToml(text, limits);
  if (!scan.fault) return "none";
  return std::string(InfoOf(scan.fault->code).id) + " [" +
         std::to_string(scan.fault->begin) + "," +
         std::to_string(scan.fault->end) + ") " + scan.fault->message;
}

TEST(TomlLexerTest, SplitsWords) {
  EXPECT_EQ(Tokens("a.b-c = [1.5, 'x'] # c\r\n\td=\"\"\n"),
            "a . b-c = [ 1 . 5 , 'x' ] NL d = \"\" NL");
  EXPECT_EQ(Tokens("x=2027-03-31T10:00:00+01:00"),
            "x = 2027-03-31T10:00:00+01:00");
}

TEST(TomlLexerTest, FindsTheEndOfEachKindOfString) {
  EXPECT_EQ(Tokens(R"(a="x\"#" b)"), R"(a = "x\"#" b)");
  EXPECT_EQ(Tokens(R"(a='\' b)"), R"(a = '\' b)");
  EXPECT_EQ(Tokens("a=\"\"\"x\"\"\n\"y\"\"\"\"\" b"),
            "a = \"\"\"x\"\"\n\"y\"\"\"\"\" b");
  EXPECT_EQ(Tokens("a='''x'''' b"), "a = '''x'''' b");
  EXPECT_EQ(Tokens("a=\"\"\"x\\\n  y\\  \n\"\"\" b"),
            "a = \"\"\"x\\\n  y\\  \n\"\"\" b");
  EXPECT_EQ(Tokens("a=\"\\u00e9\\U0001F600\" b"),
            "a = \"\\u00e9\\U0001F600\" b");
}

TEST(TomlLexerTest, StopsAtTheFirstFault) {
  EXPECT_EQ(Tokens("a = \"x\nb = 1"), "a = <fault>");
  TomlLexer lexer("\"x");
  EXPECT_EQ(lexer.Next().kind, TomlToken::Kind::kFault);
  EXPECT_EQ(lexer.Next().kind, TomlToken::Kind::kFault);
}

TEST(TomlScanTest, ReportsFaultsInWords) {
  const std::vector<std::pair<std::string_view, std::string_view>> rows{
      {"a = \"x\\.y\"",
       "CORS915 [6,8) `\\.` means nothing in a double-quoted "
       "string"},
      {"a = \"x\ny\"", "CORS915 [4,6) a string that is not closed"},
      {"a = 'x", "CORS916 [4,6) a string that is not closed"},
      {"a = \"x\\", "CORS916 [4,7) a string that is not closed"},
      {"a = \"\"\"x\n", "CORS916 [4,7) a string that is not closed"},
      {"a = \"\\u12\"", "CORS915 [5,7) an escape that is not complete"},
      {"a = \"\\ud800\"",
       "CORS915 [5,11) an escape for a character that does not exist"},
      {"a = \"\\UFFFFFFFF\"",
       "CORS915 [5,15) an escape for a character that does not exist"},
      {"a = \x01", "CORS915 [4,5) control character U+0001 outside a string"},
      {"a = '\x7F'", "CORS915 [5,6) control character U+007F in a string"},
      {"# \x1B[31m", "CORS915 [2,3) control character U+001B in a comment"},
      {"a = 1\rb = 2",
       "CORS915 [5,6) control character U+000D outside a string"},
      {"a = \xC3\xA9",
       "CORS915 [4,6) `\xC3\xA9` (U+00E9) can stand only in strings and "
       "comments"},
      {"a\xC2\xA0= 1",
       "CORS915 [1,3) the blank U+00A0 can stand only in strings and comments"},
      {"a = \xE2\x80\x9Cx\xE2\x80\x9D",
       "CORS915 [4,7) `\xE2\x80\x9C` (U+201C) is not a quotation mark of TOML"},
      {"a = \"\\\xC3\xA9\"",
       "CORS915 [5,8) `\\\xC3\xA9` means nothing in a double-quoted string"},
      {"a = \"\"\"x\\ y\"\"\"", "CORS915 [8,9) a backslash before a blank"},
      {"a = \"\"\"x\\\n \xC2\xA7\"\"\"",
       "CORS915 [11,13) a line of text begins with U+00A7 after a line that "
       "ends in a backslash"},
      {"[\nx = 1", "CORS915 [0,1) a table header without a name"},
      {"[[", "CORS916 [0,2) a table header that is not complete"},
      {"[ [a] ]", "CORS915 [0,1) a table header without a name"},
      {"[[[a]]]", "CORS915 [0,2) a table header without a name"},
      {"a = [1 }", "CORS915 [7,8) `}` where `]` must come first"},
      {"a = { b = [1 ] ]", "CORS915 [15,16) `]` where `}` must come first"},
      {"[a }", "CORS915 [3,4) `}` where `]` must come first"},
      {"[=]", "CORS915 [0,1) a table header without a name"},
      {"a = [[1], [2]]\n['x']\n[\"y\".z]\n[[ r ]]\n", "none"},
  };
  for (const auto& [text, fault] : rows) EXPECT_EQ(FaultOf(text), fault);
}

// What the TOML library must not see is marked, and where it has to stop.
TEST(TomlScanTest, MarksWhatTheLibraryMustNotSee) {
  const auto unsafe_at = [](const std::string& text) {
    const TomlScan scan = ScanToml(text);
    return scan.fault && scan.fault->unsafe ? scan.statement : 0;
  };
  EXPECT_EQ(unsafe_at("a = 1\nb = \xEF\xB7\xBF"), 6U);
  EXPECT_EQ(unsafe_at("a = 1\n\xEF\xB7\xBF"), 6U);
  EXPECT_EQ(unsafe_at("a = 1\nb = [\n1,\n\xC2\xA7]"), 6U);
  EXPECT_EQ(unsafe_at("a = 1\nb = \"\"\"\\\n\xC2\xA7\"\"\""), 6U);
  EXPECT_EQ(unsafe_at("a = 1\nb = \"\\\xC2\xA7\""), 6U);
  EXPECT_EQ(unsafe_at("a = 1\n[\n"), 6U);
  EXPECT_EQ(unsafe_at("a = 1\n[\x01]"), 6U);
  EXPECT_EQ(unsafe_at("a = 1\n[ # \x01"), 6U);
  // The library looks past a number for its end.
  for (const char* value :
       {"1\"\xC2\xA7\"", "+1=\"\xC2\xA7\"", "1.\"\xC2\xA7\"", "1[\"\xC2\xA7\"]",
        "1{'\xC2\xA7'", "2027-01-01 1\"\xC2\xA7\"", "[1, 1\"\xC2\xA7\"]",
        "[{ x = [\n1\"\xC2\xA7\"", "1\"\xC2\xA7", "1'''\xC2\xA7"}) {
    EXPECT_EQ(unsafe_at("a = 1\nb = " + std::string(value)), 6U) << value;
  }
  for (const char* value :
       {"1 # \xC2\xA7", "[1, \"\xC2\xA7\"]", "{ x = 1, \"\xC2\xA7\" = 1 }",
        "[{ x = 1 }, \"\xC2\xA7\"]", "1\n\"\xC2\xA7\" = 1",
        "[\n1,\n\"\xC2\xA7\"]", "[1]\n\"\xC2\xA7\" = 1"}) {
    EXPECT_FALSE(ScanToml("b = " + std::string(value)).fault) << value;
  }
}

TEST(TomlScanTest, KnowsWhereItIs) {
  const TomlScan scan = ScanToml("v = 1\n[[route]]\nx = [\n{ a = [ ");
  EXPECT_FALSE(scan.fault);
  EXPECT_EQ(scan.last_header, 6U);
  EXPECT_EQ(scan.statement, 16U);
  EXPECT_EQ(scan.open, (std::vector<std::uint32_t>{20, 22, 28}));
  EXPECT_EQ(ScanToml("a = 1").last_header, TomlScan::kNone);
}

TEST(TomlScanTest, LimitsNesting) {
  const auto nested = [](std::size_t depth, char open, char close) {
    std::string text = "a = ";
    for (std::size_t i = 0; i < depth; ++i) {
      text += open;
      if (open == '{') text += "k = ";
    }
    text += "1";
    return text + std::string(depth, close);
  };
  EXPECT_EQ(FaultOf(nested(kMaxNesting, '[', ']')), "none");
  EXPECT_EQ(FaultOf(nested(kMaxNesting + 1, '[', ']')),
            "CORS914 [20,21) nested more than 16 deep");
  EXPECT_EQ(FaultOf(nested(kMaxNesting, '{', '}')), "none");
  EXPECT_EQ(FaultOf(nested(kMaxNesting + 1, '{', '}')).substr(0, 7), "CORS914");

  const auto dotted = [](std::size_t segments) {
    std::string key = "a";
    for (std::size_t i = 1; i < segments; ++i) key += ".a";
    return key;
  };
  EXPECT_EQ(FaultOf(dotted(kMaxNesting) + " = 1"), "none");
  EXPECT_EQ(FaultOf(dotted(kMaxNesting + 1) + " = 1").substr(0, 7), "CORS914");
  EXPECT_EQ(FaultOf("[" + dotted(kMaxNesting) + "]"), "none");
  EXPECT_EQ(FaultOf("[" + dotted(kMaxNesting + 1) + "]").substr(0, 7),
            "CORS914");
  EXPECT_EQ(FaultOf("x = { " + dotted(kMaxNesting + 1) + " = 1 }").substr(0, 7),
            "CORS914");
}

TEST(TomlScanTest, LimitsValuesAndTables) {
  TomlLimits limits;
  limits.values = 4;
  EXPECT_EQ(FaultOf("a = [1, 2]\nb = 1\nc = 2", limits), "none");
  EXPECT_EQ(FaultOf("a = [1, 2]\nb = 1\nc = 2\nd = 3", limits),
            "CORS914 [25,26) more than 4 keys and list entries in one file");
  limits = {};
  limits.tables = 3;
  EXPECT_EQ(FaultOf("a.b = 1\n[c]\n[[d]]\nx = 1\n", limits), "none");
  EXPECT_EQ(FaultOf("a.b = 1\n[c]\n[[d]]\n[e]", limits),
            "CORS914 [18,19) more than 3 table headers and dotted keys in one "
            "file");
  EXPECT_EQ(FaultOf("a.b = 1\n[c]\n[[d]]\ne.f = 1", limits).substr(0, 7),
            "CORS914");
}

// The real limits leave room for the largest source that is allowed.
static_assert(kMaxValues > kMaxOrigins);
static_assert(kMaxTables > 2 * kMaxRoutes);

}  // namespace
}  // namespace corsac
