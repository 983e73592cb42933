// compiler/syntax/parse.cc: what the rule files say, with its places, and every
// key and value that does not belong.
#include "compiler/syntax/parse.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "compiler/diagnostics/render.h"
#include "compiler/limits.h"
#include "tests/testing/temp_folder.h"

namespace corsac {
namespace {

struct Parsed {
  SourceSet sources;
  Ast ast;
  std::vector<Finding> findings;
};

Parsed ParseText(std::string_view text) {
  Parsed parsed;
  FindingSink sink;
  parsed.sources = SourceSet::FromText("t.toml", std::string(text), sink);
  parsed.ast = Parse(parsed.sources, sink);
  parsed.findings = sink.Take();
  return parsed;
}

std::string Dump(std::string_view text) {
  const Parsed parsed = ParseText(text);
  return DumpAst(parsed.ast, parsed.sources) +
         RenderShort(parsed.findings, parsed.sources);
}

std::string TextAt(const Parsed& parsed, Span span) {
  EXPECT_TRUE(span.has_file());
  return std::string(parsed.sources.files()[span.file].text().substr(
      span.begin, span.end - span.begin));
}

TEST(ParseTest, ReadsEveryKeyOfTheLanguage) {
  EXPECT_EQ(Dump(R"(version = 1
unmatched = "passthrough"
[trust]
own_domains = ["example.com"]
trusted_origins = []
api_scheme = "https"
production = true
psl = "icann"
[defaults]
max_age = 60
[origin_sets]
web = ["https://a.example", "@more"]
[policies.open]
origins = ["*"]
[lints]
CORS701 = "warn"
[[route]]
id = "r"
path = "/a"
host = "h.example"
for_methods = ["GET"]
policy = "open"
cors = false
allow_lints = [{ lint = "CORS701", reason = "x", until = 2027-03-01 }]
)"),
            R"(t.toml:1:11: version = 1
t.toml:2:13: unmatched = "passthrough"
t.toml:3:1: trust
t.toml:4:15: trust.own_domains = list of 1
t.toml:4:16: trust.own_domains[1] = "example.com"
t.toml:5:19: trust.trusted_origins = list of 0
t.toml:6:14: trust.api_scheme = "https"
t.toml:7:14: trust.production = true
t.toml:8:7: trust.psl = "icann"
t.toml:10:11: defaults.max_age = 60
t.toml:12:7: origin_sets.web = list of 2
t.toml:12:8: origin_sets.web[1] = "https://a.example"
t.toml:12:29: origin_sets.web[2] = "@more"
t.toml:13:1: policies.open
t.toml:14:11: policies.open.origins = list of 1
t.toml:14:12: policies.open.origins[1] = "*"
t.toml:17:1: route[1] = last in its file
t.toml:18:6: route[1].id = "r"
t.toml:19:8: route[1].path = "/a"
t.toml:20:8: route[1].host = "h.example"
t.toml:21:15: route[1].for_methods = list of 1
t.toml:21:16: route[1].for_methods[1] = "GET"
t.toml:22:10: route[1].policy = "open"
t.toml:23:8: route[1].cors = false
t.toml:24:16: route[1].allow_lints[1]
t.toml:24:25: route[1].allow_lints[1].lint = "CORS701"
t.toml:24:45: route[1].allow_lints[1].reason = "x"
t.toml:24:58: route[1].allow_lints[1].until = "2027-03-01"
t.toml:16:11: lints.CORS701 = "warn"
)");
}

TEST(ParseTest, ReadsEveryPolicyFieldWhereverItMayStand) {
  const std::string_view fields = R"(
origins = ["https://a.example", { regex = 'x' }, { host_regex = 'y', schemes = ["https"], ports = ["*"] }, { file = "f" }]
credentials = true
methods = "*"
methods_strict = true
headers = ["*", "authorization"]
expose = ["x-a"]
expose_mode = "list"
max_age = -1
preflight_status = 200
preflight_diagnostics = false
mode = "enforce"
self_origins = ["https://b.example"]
allow_null = true
allow_file = true
private_network = true
timing_allow_origin = "*"
upstream_cors = "keep"
websocket_origin = "check"
)";
  const auto dumped = [&](std::string_view head, std::string_view path) {
    std::string text = Dump(std::string(head) + std::string(fields));
    // The lines of the fields, without place and path.
    std::string lines;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = text.find('\n', at);
      const std::string line = text.substr(at, end - at);
      at = end + 1;
      const std::size_t dot = line.find(std::string(path) + ".");
      if (dot != std::string::npos) {
        lines += line.substr(dot + path.size() + 1) + "\n";
      } else {
        EXPECT_EQ(line.find("error"), std::string::npos) << line;
      }
    }
    return lines;
  };
  const std::string expected = R"(origins = list of 4
origins[1] = "https://a.example"
origins[2].regex = "x"
origins[3].host_regex = "y"
origins[3].schemes = list of 1
origins[3].schemes[1] = "https"
origins[3].ports = list of 1
origins[3].ports[1] = "*"
origins[4].file = "f"
credentials = true
methods = "*"
methods_strict = true
headers = list of 2
headers[1] = "*"
headers[2] = "authorization"
expose = list of 1
expose[1] = "x-a"
expose_mode = "list"
max_age = -1
preflight_status = 200
preflight_diagnostics = false
mode = "enforce"
self_origins = list of 1
self_origins[1] = "https://b.example"
allow_null = true
allow_file = true
private_network = true
timing_allow_origin = "*"
upstream_cors = "keep"
websocket_origin = "check"
)";
  EXPECT_EQ(dumped("[defaults]", "defaults"), expected);
  EXPECT_EQ(dumped("[policies.p]", "policies.p"), expected);
  EXPECT_EQ(dumped("[[route]]", "route[1]"), expected);
}

TEST(ParseTest, SpansAreWhatIsWritten) {
  const Parsed parsed = ParseText(
      "\"version\" =\t1 # \xC3\xA9\n"
      "[policies.\"w\xC3\xA9\xE6\xBC\xA2\"]\r\n"
      "methods = [ \"\xC3\xA9\xF0\x9F\x98\x80\", '''a\nb''' ]  # c\n"
      "[[ route ]] # x\n"
      "origins = [ {regex=\"\xC3\xA9\" }, \"b\" ]\n"
      "[[route]]\n"
      "allow_lints = [ { lint = \"x\" } ]");
  ASSERT_EQ(parsed.ast.files.size(), 1U);
  const AstFile& file = parsed.ast.files[0];
  EXPECT_EQ(TextAt(parsed, file.version->span), "1");
  EXPECT_EQ(TextAt(parsed, file.version->key_span), "\"version\"");
  ASSERT_EQ(file.policies.size(), 1U);
  const AstPolicy& policy = file.policies[0];
  EXPECT_EQ(policy.name.value, "w\xC3\xA9\xE6\xBC\xA2");
  EXPECT_EQ(TextAt(parsed, policy.name.span), "\"w\xC3\xA9\xE6\xBC\xA2\"");
  EXPECT_EQ(TextAt(parsed, policy.span),
            "[policies.\"w\xC3\xA9\xE6\xBC\xA2\"]");
  const AstStrings& methods = *policy.fields.methods;
  EXPECT_EQ(TextAt(parsed, methods.span),
            "[ \"\xC3\xA9\xF0\x9F\x98\x80\", '''a\nb''' ]");
  EXPECT_EQ(TextAt(parsed, methods.key_span), "methods");
  EXPECT_EQ(TextAt(parsed, methods.items[0].span),
            "\"\xC3\xA9\xF0\x9F\x98\x80\"");
  EXPECT_EQ(TextAt(parsed, methods.items[1].span), "'''a\nb'''");
  EXPECT_FALSE(methods.items[1].key_span.has_file());
  ASSERT_EQ(file.routes.size(), 2U);
  EXPECT_EQ(TextAt(parsed, file.routes[0].span), "[[ route ]]");
  const AstOrigins& origins = *file.routes[0].fields.origins;
  EXPECT_EQ(TextAt(parsed, origins.items[0].span), "{regex=\"\xC3\xA9\" }");
  EXPECT_EQ(TextAt(parsed, origins.items[0].text.span), "\"\xC3\xA9\"");
  EXPECT_EQ(TextAt(parsed, origins.items[0].text.key_span), "regex");
  EXPECT_EQ(TextAt(parsed, origins.items[1].span), "\"b\"");
  EXPECT_EQ(TextAt(parsed, file.routes[1].span), "[[route]]");
  EXPECT_EQ(TextAt(parsed, file.routes[1].allow_lints[0].span),
            "{ lint = \"x\" }");
}

TEST(ParseTest, KeepsFileOrder) {
  const Parsed parsed = ParseText(
      "[policies.z]\n[policies.a]\n[policies.m]\n"
      "[origin_sets]\ny = []\nb = []\n"
      "[lints]\nCORS703 = \"deny\"\nCORS402 = \"warn\"\n");
  const AstFile& file = parsed.ast.files[0];
  ASSERT_EQ(file.policies.size(), 3U);
  EXPECT_EQ(file.policies[0].name.value, "z");
  EXPECT_EQ(file.policies[1].name.value, "a");
  EXPECT_EQ(file.policies[2].name.value, "m");
  ASSERT_EQ(file.origin_sets.size(), 2U);
  EXPECT_EQ(file.origin_sets[0].name.value, "y");
  ASSERT_EQ(file.lints.size(), 2U);
  EXPECT_EQ(file.lints[0].code.value, "CORS703");
  EXPECT_EQ(TextAt(parsed, file.lints[1].code.span), "CORS402");
}

TEST(ParseTest, KnowsWhichRouteEndsAFile) {
  const auto last = [](std::string_view text) {
    const Parsed parsed = ParseText(text);
    EXPECT_TRUE(parsed.findings.empty()) << text;
    std::string marks;
    for (const AstRoute& route : parsed.ast.files[0].routes) {
      marks += route.last_in_file ? 'L' : '.';
    }
    return marks;
  };
  EXPECT_EQ(last("[[route]]\n[[route]]\n\n# end\n"), ".L");
  EXPECT_EQ(last("[[route]]\n[[route]]\npath = \"x\""), ".L");
  EXPECT_EQ(last("[[route]]\n[[route]]\n[lints]\n"), "..");
  EXPECT_EQ(last("[[route]]\n[trust]\n[[route]]\n"), ".L");
  EXPECT_EQ(last("[[route]]\n[[route.allow_lints]]\nlint = \"x\"\n"), "L");
  EXPECT_EQ(last("[[route]]\nallow_lints = [{lint = \"x\"}]\n[lints]\n"), ".");
  EXPECT_EQ(last("route = [ { path = \"x\" } ]\n"), ".");
  EXPECT_EQ(last("route = [ { path = \"x\" } ]\n[lints]\n"), ".");
}

TEST(ParseTest, ReadsAllFilesOfAFolderButLists) {
  const testing::TempFolder folder;
  testing::WriteFile(folder / "a.toml", "version = 1\n");
  testing::WriteFile(folder / "b.toml", "version = \n");
  testing::WriteFile(folder / "c.toml", "[[route]]\n[[route]]\n");
  testing::WriteFile(folder / "list.txt", "not = toml = at all\n");
  FindingSink sink;
  SourceSet sources = SourceSet::Read(folder.path(), sink);
  EXPECT_EQ(sources.AddOriginList("list.txt", Span{0, 0, 1}, sink), 3U);
  const Ast ast = Parse(sources, sink);
  ASSERT_EQ(ast.files.size(), 2U);
  EXPECT_EQ(ast.files[0].file, 0U);
  EXPECT_EQ(ast.files[1].file, 2U);
  EXPECT_EQ(ast.files[1].routes[1].position, 2U);
  const std::vector<Finding> findings = sink.Take();
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].span.file, 1U);
}

struct Mistake {
  std::string_view text;
  std::string_view finding;  // "1:1: error[CORS901]: …"
  std::string_view marked;
  std::string_view help;   // a part of it
  std::string_view fixed;  // what the fix puts in; empty: none
};

void ExpectMistakes(const std::vector<Mistake>& rows) {
  for (const Mistake& row : rows) {
    SCOPED_TRACE(row.text);
    const Parsed parsed = ParseText(row.text);
    ASSERT_EQ(parsed.findings.size(), 1U)
        << RenderShort(parsed.findings, parsed.sources);
    const Finding& finding = parsed.findings[0];
    EXPECT_EQ(RenderShort(parsed.findings, parsed.sources),
              "t.toml:" + std::string(row.finding) + "\n");
    EXPECT_EQ(TextAt(parsed, finding.span), row.marked);
    EXPECT_NE(finding.help.find(row.help), std::string::npos) << finding.help;
    EXPECT_EQ(finding.fix ? finding.fix->text : "", row.fixed);
  }
}

TEST(ParseTest, ReportsUnknownKeysWithTheNearest) {
  ExpectMistakes({
      {"versoin = 1\n",
       "1:1: error[CORS901]: unknown key `versoin` at the top "
       "level",
       "versoin", "`version`", "version"},
      {"[[routes]]\n",
       "1:3: error[CORS901]: unknown key `routes` at the top "
       "level",
       "routes", "`route`", "route"},
      {"[trust]\nown_domain = []\n",
       "2:1: error[CORS901]: unknown key `own_domain` in `[trust]`",
       "own_domain", "`own_domains`", "own_domains"},
      {"[defaults]\nmax-age = 1\n",
       "2:1: error[CORS901]: unknown key `max-age` in `[defaults]`", "max-age",
       "`max_age`", "max_age"},
      {"[policies.p]\nmaxAge = 1\n",
       "2:1: error[CORS901]: unknown key `maxAge` in a policy", "maxAge",
       "`max_age`", "max_age"},
      {"[[route]]\n\"allowedOrigins\" = []\n",
       "2:1: error[CORS901]: unknown key `allowedOrigins` in `[[route]]`",
       "\"allowedOrigins\"", "`origins`", "origins"},
      {"[[route]]\nAccess-Control-Allow-Methods = []\n",
       "2:1: error[CORS901]: unknown key `Access-Control-Allow-Methods` in "
       "`[[route]]`",
       "Access-Control-Allow-Methods", "`methods`", "methods"},
      {"[[route]]\norigins = [{ regexp = 'x' }]\n",
       "2:14: error[CORS901]: unknown key `regexp` in an origin rule", "regexp",
       "`regex`", "regex"},
      {"[[route]]\nallow_lints = [{ lints = 'x' }]\n",
       "2:18: error[CORS901]: unknown key `lints` in an entry of `allow_lints`",
       "lints", "at the top of the file", ""},
      {"[[route]]\nallow_lints = [{ code = 'x' }]\n",
       "2:18: error[CORS901]: unknown key `code` in an entry of `allow_lints`",
       "code", "known here: lint, reason, until", ""},
      {"[[route]]\nversion = 1\n",
       "2:1: error[CORS901]: unknown key `version` in `[[route]]`", "version",
       "before the first table header", ""},
      {"origins = []\n",
       "1:1: error[CORS901]: unknown key `origins` at the top level", "origins",
       "belongs in a `[[route]]`, in `[defaults]`", ""},
      {"[defaults]\npath = 'x'\n",
       "2:1: error[CORS901]: unknown key `path` in `[defaults]`", "path",
       "belongs in a `[[route]]`", ""},
      {"[[route]]\nwibble = 1\n",
       "2:1: error[CORS901]: unknown key `wibble` in `[[route]]`", "wibble",
       "known here: id, path, host", ""},
      {"[[route]]\n\"\\u001b[31m\" = 1\n",
       "2:1: error[CORS901]: unknown key `\\x1b[31m` in `[[route]]`",
       "\"\\u001b[31m\"", "known here", ""},
  });
}

TEST(ParseTest, ReportsValuesOfTheWrongType) {
  ExpectMistakes({
      {"version = \"1\"\n",
       "1:11: error[CORS901]: `version` must be a whole number, not a string",
       "\"1\"", "write `1`", "1"},
      {"version = 1.5\n",
       "1:11: error[CORS901]: `version` must be a whole number, not a number "
       "with a fraction",
       "1.5", "version = 600", ""},
      {"unmatched = true\n",
       "1:13: error[CORS901]: `unmatched` must be a string, not true or false",
       "true", "write `\"true\"`", "\"true\""},
      {"unmatched = 2027-01-01\n",
       "1:13: error[CORS901]: `unmatched` must be a string, not a date",
       "2027-01-01", "", "\"2027-01-01\""},
      {"unmatched = [\"deny\"]\n",
       "1:13: error[CORS901]: `unmatched` must be a string, not a list",
       "[\"deny\"]", "", "\"deny\""},
      {"[defaults]\ncredentials = \"true\"\n",
       "2:15: error[CORS901]: `credentials` must be true or false, not a "
       "string",
       "\"true\"", "write `true`", "true"},
      {"[defaults]\ncredentials = 1\n",
       "2:15: error[CORS901]: `credentials` must be true or false, not a whole "
       "number",
       "1", "credentials = true", ""},
      {"[defaults]\nmax_age = \"10m\"\n",
       "2:11: error[CORS901]: `max_age` must be a whole number, not a string",
       "\"10m\"", "max_age = 600", ""},
      {"[defaults]\nheaders = \"*\"\n",
       "2:11: error[CORS901]: `headers` must be a list of strings, not a "
       "string",
       "\"*\"", "[\"*\"]", "[\"*\"]"},
      {"[defaults]\nmethods = 'PUT'\n",
       "2:11: error[CORS901]: `methods` must be `\"*\"` or a list of strings, "
       "not a string",
       "'PUT'", "", "['PUT']"},
      {"[defaults]\nexpose = true\n",
       "2:10: error[CORS901]: `expose` must be `\"*\"` or a list of strings, "
       "not true or false",
       "true", "", ""},
      {"[defaults]\nmethods = [\"PUT\", 3]\n",
       "2:19: error[CORS901]: an entry of `methods` must be a string, not a "
       "whole number",
       "3", "write `\"3\"`", "\"3\""},
      {"[defaults]\norigins = \"*\"\n",
       "2:11: error[CORS901]: `origins` must be a list of origins, not a "
       "string",
       "\"*\"", "", "[\"*\"]"},
      {"[defaults]\norigins = [1]\n",
       "2:12: error[CORS901]: an entry of `origins` must be a string, not a "
       "whole number",
       "1", "such as", ""},
      {"[defaults]\norigins = [[\"x\"]]\n",
       "2:12: error[CORS901]: an entry of `origins` must be a string, not a "
       "list",
       "[\"x\"]", "such as", ""},
      {"[origin_sets]\nweb = \"x\"\n",
       "2:7: error[CORS901]: `web` must be a list of origins, not a string",
       "\"x\"", "", "[\"x\"]"},
      {"[lints]\nCORS701 = false\n",
       "2:11: error[CORS901]: `CORS701` must be a string, not true or false",
       "false", "", "\"false\""},
      {"[[route]]\nallow_lints = [{ until = 5 }]\n",
       "2:26: error[CORS901]: `until` must be a date, not a whole number", "5",
       "2027-03-31", ""},
      {"[[route]]\nallow_lints = [{ until = 2027-01-01T00:00:00Z }]\n",
       "2:26: error[CORS901]: `until` must be a date, not a date and time",
       "2027-01-01T00:00:00Z", "2027-03-31", ""},
  });
}

TEST(ParseTest, ReportsTablesOfTheWrongShape) {
  ExpectMistakes({
      {"[route]\npath = 'x'\n",
       "1:1: error[CORS901]: `route` must be a list of tables, not a table",
       "[route]", "two brackets", "[[route]]"},
      {"route = 1\n",
       "1:9: error[CORS901]: `route` must be a list of tables, not a whole "
       "number",
       "1", "two brackets", ""},
      {"route = [1]\n",
       "1:10: error[CORS901]: an entry of `route` must be a table, not a whole "
       "number",
       "1", "`[[route]]`", ""},
      {"[[defaults]]\n",
       "1:1: error[CORS901]: `defaults` must be a table, not a list of tables",
       "[[defaults]]", "`[defaults]`", ""},
      {"[[policies]]\n",
       "1:1: error[CORS901]: `policies` must be a table, not a list of tables",
       "[[policies]]", "`[policies.NAME]`", ""},
      {"[policies]\nweb = 1\n",
       "2:7: error[CORS901]: `web` must be a table, not a whole number", "1",
       "`[policies.web]`", ""},
      {"trust = true\n",
       "1:9: error[CORS901]: `trust` must be a table, not true or false",
       "true", "`[trust]`", ""},
      {"lints = []\n",
       "1:9: error[CORS901]: `lints` must be a table, not a list", "[]",
       "`[lints]`", ""},
      {"[[route]]\nallow_lints = [\"CORS701\"]\n",
       "2:16: error[CORS901]: an entry of `allow_lints` must be a table, not a "
       "string",
       "\"CORS701\"", "", ""},
  });
}

TEST(ParseTest, AnOriginRuleIsExactlyOneThing) {
  ExpectMistakes({
      {"[defaults]\norigins = [{}]\n",
       "2:12: error[CORS917]: an origin rule in braces without `regex`, "
       "`host_regex` or `file`",
       "{}", "{ regex = '…' }", ""},
      {"[defaults]\norigins = [{ ports = [\"*\"] }]\n",
       "2:12: error[CORS917]: an origin rule in braces without `regex`, "
       "`host_regex` or `file`",
       "{ ports = [\"*\"] }", "", ""},
      {"[defaults]\norigins = [{ regex = 'x', file = 'y' }]\n",
       "2:27: error[CORS901]: `regex` and `file` in one origin rule", "file",
       "of its own", ""},
      {"[defaults]\norigins = [{ ports = [\"*\"], regex = 'x' }]\n",
       "2:14: error[CORS901]: `ports` together with `regex`", "ports",
       "only `host_regex`", ""},
      {"[defaults]\norigins = [{ file = 'x', schemes = [] }]\n",
       "2:26: error[CORS901]: `schemes` together with `file`", "schemes",
       "whole origins", ""},
      {"[defaults]\norigins = [{ regex = 1 }]\n",
       "2:22: error[CORS901]: `regex` must be a string, not a whole number",
       "1", "", "\"1\""},
      {"[defaults]\norigins = [{ host_regex = 'x', ports = [443] }]\n",
       "2:41: error[CORS901]: an entry of `ports` must be a string, not a "
       "whole "
       "number",
       "443", "", "\"443\""},
  });
}

TEST(ParseTest, LeavesOutWhatItReported) {
  EXPECT_EQ(Dump("version = 'x'\n[defaults]\norigins = [1, \"https://a\", "
                 "{ regex = 'r', file = 'f' }]\nmethods = [\"PUT\", 2]\n"
                 "mode = 3\n"),
            "t.toml:3:11: defaults.origins = list of 1\n"
            "t.toml:3:15: defaults.origins[1] = \"https://a\"\n"
            "t.toml:4:11: defaults.methods = list of 1\n"
            "t.toml:4:12: defaults.methods[1] = \"PUT\"\n"
            "t.toml:1:11: error[CORS901]: `version` must be a whole number, "
            "not a string\n"
            "t.toml:3:12: error[CORS901]: an entry of `origins` must be a "
            "string, not a whole number\n"
            "t.toml:3:43: error[CORS901]: `regex` and `file` in one origin "
            "rule\n"
            "t.toml:4:19: error[CORS901]: an entry of `methods` must be a "
            "string, not a whole number\n"
            "t.toml:5:8: error[CORS901]: `mode` must be a string, not a whole "
            "number\n");
}

TEST(ParseTest, NestingIsLimited) {
  const std::string deepest = "x = " + std::string(kMaxNesting, '[') +
                              std::string(kMaxNesting, ']') + "\n";
  EXPECT_EQ(ParseText(deepest).findings.at(0).code, Code::kWrongType);
  const std::string deeper = "x = " + std::string(kMaxNesting + 1, '[') +
                             std::string(kMaxNesting + 1, ']') + "\n";
  const Parsed parsed = ParseText(deeper);
  ASSERT_EQ(parsed.findings.size(), 1U);
  EXPECT_EQ(parsed.findings[0].code, Code::kLimit);
  EXPECT_TRUE(parsed.ast.files.empty());

  // As deep as a line is long: 32,768 segments would end the program.
  std::string dotted = "x";
  while (dotted.size() + 8 < kMaxLineBytes) dotted += ".x";
  for (const std::string& text : {dotted + " = 1\n", "[" + dotted + "]\n",
                                  "x = { " + dotted + " = 1 }"}) {
    const Parsed deep = ParseText(text);
    ASSERT_EQ(deep.findings.size(), 1U);
    EXPECT_EQ(deep.findings[0].code, Code::kLimit);
  }
}

}  // namespace
}  // namespace corsac
