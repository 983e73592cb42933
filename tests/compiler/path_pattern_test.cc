// Paths and hosts of routes as written.
#include "compiler/model/path_pattern.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace corsac {
namespace {

Span WholeOf(std::string_view text) {
  return Span{0, 0, static_cast<std::uint32_t>(text.size())};
}

std::string DescribeFindings(const std::vector<Finding>& findings) {
  std::string out;
  for (const Finding& finding : findings) {
    if (!out.empty()) out += "; ";
    out += std::string(InfoOf(finding.code).id) + " " +
           std::to_string(finding.span.begin) + "-" +
           std::to_string(finding.span.end);
    if (finding.fix) out += " -> " + finding.fix->text;
  }
  return out;
}

// "{a}{x:param}{rest:rest}", or what is wrong.
std::string DescribePath(std::string_view text) {
  std::vector<Finding> findings;
  const auto segments =
      ParsePathPattern(WrittenText(text, WholeOf(text)), &findings);
  EXPECT_EQ(findings.size(), segments ? 0U : 1U);
  if (!segments) return DescribeFindings(findings);
  EXPECT_EQ(PrintPathPattern(*segments), text);
  std::string out;
  for (const IrSegment& segment : *segments) {
    out += "[" + segment.text;
    if (segment.kind == IrSegment::Kind::kParam) out += ":param";
    if (segment.kind == IrSegment::Kind::kRest) out += ":rest";
    out += "]";
  }
  return out;
}

std::string DescribeHost(std::string_view text) {
  std::vector<Finding> findings;
  const auto host =
      ParseHostPattern(WrittenText(text, WholeOf(text)), &findings);
  EXPECT_EQ(findings.size(), host ? 0U : 1U);
  if (!host) return DescribeFindings(findings);
  return (host->kind == IrHost::Kind::kWildcard ? "below " : "is ") +
         host->name;
}

struct Row {
  std::string_view written;
  std::string_view expected;
};

TEST(PathPatternTest, TakesSegmentsParametersAndARest) {
  for (const Row& row : std::vector<Row>{
           {"/", "[]"},
           {"/a", "[a]"},
           {"/a/", "[a][]"},
           {"/a/b", "[a][b]"},
           {"/a/{x}", "[a][x:param]"},
           {"/{x}/b/{y}/", "[x:param][b][y:param][]"},
           {"/{rest...}", "[rest:rest]"},
           {"/a/{r...}", "[a][r:rest]"},
           {"/A~b.c-d_e", "[A~b.c-d_e]"},
           {"/a:b@c!$&'()+,;=", "[a:b@c!$&'()+,;=]"},
           {"/a%20b", "[a%20b]"},
           {"/.a/...", "[.a][...]"},
       }) {
    SCOPED_TRACE(row.written);
    EXPECT_EQ(DescribePath(row.written), row.expected);
  }
}

TEST(PathPatternTest, RefusesWhatCannotMatch) {
  for (const Row& row : std::vector<Row>{
           {"", "CORS707 0-0"},
           {"a", "CORS707 0-1 -> /a"},
           {"*", "CORS707 0-1 -> /{rest...}"},
           {"https://a.com/x", "CORS707 0-13"},
           {"/a//b", "CORS707 2-4 -> /a/b"},
           {"//a", "CORS707 0-2 -> /a"},
           {"/a/../b", "CORS707 3-5"},
           {"/./b", "CORS707 1-2"},
           {"/a?b", "CORS707 2-4 -> /a"},
           {"/a#b", "CORS707 2-4 -> /a"},
           {"/a b", "CORS707 2-3 -> /a%20b"},
           {"/ü", "CORS707 1-3 -> /%C3%BC"},
           {"/a\x01", "CORS707 2-3"},
           {"/a\"b", "CORS707 2-3 -> /a%22b"},
           {"/a\\b", "CORS707 2-3 -> /a/b"},
           {"/%41", "CORS707 1-4 -> /A"},
           {"/a%2eb", "CORS707 2-5 -> /a.b"},
           {"/a%2Fb", "CORS707 2-5"},
           {"/a%5cb", "CORS707 2-5"},
           {"/a%00", "CORS707 2-5"},
           {"/100%", "CORS707 4-5 -> /100%25"},
           {"/a%g1", "CORS707 2-5 -> /a%25g1"},
           {"/api/*", "CORS707 5-6"},
           {"/a{x}", "CORS707 2-3"},
           {"/{x}b", "CORS707 1-2"},
           {"/{x", "CORS707 1-2"},
           {"/x}", "CORS707 2-3"},
           {"/{}", "CORS707 1-3"},
           {"/{...}", "CORS707 1-6"},
           {"/{a b}", "CORS707 1-6"},
           {"/{x}/{x}", "CORS707 5-8"},
           {"/{r...}/a", "CORS707 1-7"},
           {"/{r...}/", "CORS707 1-7"},
       }) {
    SCOPED_TRACE(row.written);
    EXPECT_EQ(DescribePath(row.written), row.expected);
  }
}

TEST(PathPatternTest, HasALimit) {
  std::string path;
  for (int i = 0; i < 64; ++i) path += "/a";
  std::vector<Finding> findings;
  EXPECT_TRUE(ParsePathPattern(WrittenText(path, WholeOf(path)), &findings));
  path += "/a";
  EXPECT_EQ(DescribePath(path), "CORS914 129-130");
  const std::string bytes = "/" + std::string(8'191, 'a');
  EXPECT_TRUE(ParsePathPattern(WrittenText(bytes, WholeOf(bytes)), &findings));
  EXPECT_EQ(DescribePath(bytes + "a"), "CORS914 0-8193");
}

TEST(HostPatternTest, TakesNamesAddressesAndWildcards) {
  for (const Row& row : std::vector<Row>{
           {"api.example.com", "is api.example.com"},
           {"localhost", "is localhost"},
           {"a_b.test", "is a_b.test"},
           {"127.0.0.1", "is 127.0.0.1"},
           {"[::1]", "is [::1]"},
           {"*.example.com", "below example.com"},
           {"*.test", "below test"},
       }) {
    SCOPED_TRACE(row.written);
    EXPECT_EQ(DescribeHost(row.written), row.expected);
  }
}

TEST(HostPatternTest, SaysWhatIsNoHost) {
  for (const Row& row : std::vector<Row>{
           {"", "CORS924 0-0"},
           {"*", "CORS924 0-1"},
           {"*.", "CORS924 0-2"},
           {"API.example.com", "CORS924 0-15 -> api.example.com"},
           {"*.Example.com", "CORS924 0-13 -> *.example.com"},
           {"api.example.com:8080", "CORS924 0-20 -> api.example.com"},
           {"[::1]:80", "CORS924 0-8 -> [::1]"},
           {"::1", "CORS924 0-3 -> [::1]"},
           {"[0:0::1]", "CORS924 0-8 -> [::1]"},
           {"https://api.example.com", "CORS924 0-23 -> api.example.com"},
           {"HTTPS://Api.example.com:1/x", "CORS924 0-27 -> api.example.com"},
           {"api.example.com/x", "CORS924 0-17 -> api.example.com"},
           {"api.example.com.", "CORS924 0-16 -> api.example.com"},
           {"bücher.example", "CORS924 0-15 -> xn--bcher-kva.example"},
           {"a.*.com", "CORS924 0-7"},
           {"*.*.com", "CORS924 0-7"},
           {"*.127.0.0.1", "CORS924 0-11 -> 127.0.0.1"},
           {"127.1", "CORS924 0-5 -> 127.0.0.1"},
           {"a b", "CORS924 0-3"},
           {"a..b", "CORS924 0-4"},
       }) {
    SCOPED_TRACE(row.written);
    EXPECT_EQ(DescribeHost(row.written), row.expected);
  }
}

}  // namespace
}  // namespace corsac
