// Rules → Ir, printed; origin lists, regexes, and sharing.
#include "compiler/model/lower.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/limits.h"
#include "compiler/model/origin_sets.h"
#include "compiler/model/resolve.h"
#include "compiler/origins/regex_check.h"
#include "tests/compiler/checked_rules.h"
#include "tests/testing/temp_folder.h"

namespace corsac {
namespace {

namespace fs = std::filesystem;
using testing::CheckedRules;
using testing::CheckText;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::TempFolder;
using testing::WriteFile;

std::string Route(std::string_view body) {
  return "version = 1\n[[route]]\npath = \"/x\"\n" + std::string(body);
}

TEST(LowerTest, PrintsTheWholeOfARule) {
  EXPECT_EQ(CheckText(R"(version = 1
unmatched = "passthrough"
[[route]]
id = "orders"
host = "*.example.com"
path = "/orders/{id}"
for_methods = ["put", "DELETE", "PUT"]
origins = ["https://App.example.com/", "https://*.b.example:*", "http://localhost:*",
           "null", "file://", { regex = 'https://[a-z]\.c\.example' },
           "https://*.b.example:8443", "https://app.example.com"]
credentials = true
methods = ["put", "PATCH", "my-method", "PUT"]
methods_strict = true
headers = ["X-Csrf", "*", "Authorization", "x-csrf"]
expose = ["X-Total", "x-total"]
max_age = 600
preflight_status = 200
preflight_diagnostics = false
mode = "enforce"
self_origins = ["https://API.example.com", "https://api.example.com:443"]
allow_null = true
allow_file = true
private_network = true
timing_allow_origin = ["https://app.example.com"]
upstream_cors = "keep"
websocket_origin = "check"
)")
                .Dump(),
            R"(unmatched passthrough
origins 0
  null @rules.toml:9:12
  exact https://app.example.com @rules.toml:8:12
  exact file:// @rules.toml:9:20
  any-port http://localhost:* @rules.toml:8:65
  subdomain https://*.b.example:* @rules.toml:8:40
  subdomain https://*.b.example:8443 @rules.toml:10:12
  regex https://[a-z]\.c\.example @rules.toml:9:31
policy 0
  origins 0
  credentials true
  methods PUT PATCH my-method
  methods-strict true
  headers * x-csrf authorization
  expose x-total
  max-age 600
  preflight-status 200
  preflight-diagnostics false
  mode enforce
  self-origins https://api.example.com
  private-network true
  timing-allow-origin https://app.example.com
  upstream-keep true
  websocket-check true
route orders @rules.toml:3:1
  path /orders/{id}
  host *.example.com
  for-methods PUT DELETE
  policy 0
)");
}

TEST(LowerTest, PrintsOnlyWhatIsSaid) {
  EXPECT_EQ(CheckText(R"(version = 1
[[route]]
path = "/public/{rest...}"
origins = ["*"]
methods = "*"
expose = "*"
max_age = -1
timing_allow_origin = "*"
[[route]]
path = "/off"
cors = false
)")
                .Dump(),
            R"(unmatched deny
origins 0
  any @rules.toml:4:12
policy 0
  origins 0
  methods *
  expose *
  max-age 0
  timing-allow-origin *
policy 1
  cors off
route rules.toml:1 @rules.toml:2:1
  path /public/{rest...}
  policy 0
route rules.toml:2 @rules.toml:9:1
  path /off
  policy 1
)");
}

TEST(LowerTest, AllowNullAndAllowFileAddRules) {
  const CheckedRules checked =
      CheckText(Route("origins = []\nallow_null = true\nallow_file = true\n"));
  ASSERT_TRUE(checked.ir) << checked.Codes();
  const IrOriginSet& set = checked.ir->origin_sets[0];
  EXPECT_TRUE(set.null);
  EXPECT_EQ(set.null_place, (IrPlace{0, 5, 14}));
  EXPECT_TRUE(set.file);
  EXPECT_TRUE(set.exact.empty());
}

TEST(LowerTest, AStarLeavesNothingElseInItsSet) {
  const CheckedRules checked =
      CheckText(Route("origins = [\"*\", \"https://a.example\"]\n"));
  ASSERT_TRUE(checked.ir) << checked.Codes();
  EXPECT_TRUE(checked.ir->origin_sets[0].any);
  EXPECT_TRUE(checked.ir->origin_sets[0].exact.empty());
  EXPECT_EQ(checked.Codes(), "CORS926 warning 4:17");
}

TEST(LowerTest, SharesEqualSetsAndPolicies) {
  const CheckedRules checked = CheckText(R"(version = 1
[origin_sets]
web = ["https://a.example", "https://b.example"]
same = ["@web"]
[[route]]
path = "/1"
origins = ["@web"]
[[route]]
path = "/2"
origins = ["@same"]
max_age = 5
[[route]]
path = "/3"
origins = ["@web", "@same"]
[[route]]
path = "/4"
origins = ["https://a.example", "https://b.example"]
[[route]]
path = "/5"
origins = ["@web"]
max_age = 5
[[route]]
path = "/6"
cors = false
[[route]]
path = "/7"
cors = false
)");
  ASSERT_TRUE(checked.ir) << checked.Codes();
  const Ir& ir = *checked.ir;
  // The list of /4 holds the same origins, but decides in another line.
  ASSERT_EQ(ir.origin_sets.size(), 2U);
  ASSERT_EQ(ir.policies.size(), 4U);
  std::vector<std::uint32_t> policies;
  for (const IrRoute& route : ir.routes) policies.push_back(route.policy);
  EXPECT_THAT(policies, ElementsAre(0, 1, 0, 2, 1, 3, 3));
  EXPECT_EQ(ir.policies[1].place.line, 8U);
}

TEST(LowerTest, OrderAndRepetitionOfEntriesChangeNothing) {
  const std::vector<std::string> entries = {
      "\"https://a.example\"",
      "\"https://b.example:8443\"",
      "\"https://*.c.example\"",
      "\"http://localhost:*\"",
      "\"capacitor://localhost\"",
      "{ regex = 'https://d[0-9]\\.example' }",
      "{ host_regex = 'e[0-9]\\.example' }",
      "\"@web\"",
  };
  // What is allowed, without places, sorted.
  const auto allowed = [](const std::vector<std::string>& list) {
    std::string text = "origins = [\n";
    for (const std::string& entry : list) text += entry + ",\n";
    const CheckedRules checked = CheckText(
        Route(text + "]\n[origin_sets]\nweb = [\"https://a.example\"]\n"));
    std::vector<std::string> rules;
    std::string rest = checked.Dump();
    for (std::size_t end = 0; (end = rest.find('\n')) != std::string::npos;
         rest.erase(0, end + 1)) {
      std::string line = rest.substr(0, end);
      if (line.starts_with("  "))
        rules.push_back(line.substr(0, line.find(" @")));
    }
    std::sort(rules.begin(), rules.end());
    return rules;
  };
  const std::vector<std::string> expected = allowed(entries);
  ASSERT_EQ(expected.size(), 10U);  // the rules, and three lines besides
  std::mt19937 random(4);
  for (int i = 0; i < 50; ++i) {
    std::vector<std::string> list = entries;
    for (int n = 0; n < 4; ++n) {
      list.push_back(entries[random() % entries.size()]);
    }
    std::shuffle(list.begin(), list.end(), random);
    ASSERT_EQ(allowed(list), expected);
  }
}

TEST(LowerTest, WritesHostRegexesOut) {
  const auto pattern = [](std::string_view entry) {
    const CheckedRules checked =
        CheckText(Route("origins = [" + std::string(entry) + "]\n"));
    if (!checked.ir) return checked.Codes();
    return checked.ir->origin_sets[0].regex[0].pattern;
  };
  EXPECT_EQ(pattern("{ host_regex = 'a|b' }"), "(?:https)://(?:a|b)");
  EXPECT_EQ(pattern("{ host_regex = 'a', schemes = ['https', 'http'] }"),
            "(?:https|http)://(?:a)");
  EXPECT_EQ(pattern("{ host_regex = 'a', ports = ['*'] }"),
            "(?:https)://(?:a)(?::[0-9]+)?");
  EXPECT_EQ(pattern("{ host_regex = 'a', ports = ['8443', '9443'] }"),
            "(?:https)://(?:a)(?::(?:8443|9443))");
  EXPECT_EQ(pattern("{ host_regex = 'a', ports = ['443', '8443'] }"),
            "(?:https)://(?:a)(?::(?:8443))?");
  EXPECT_EQ(pattern("{ host_regex = 'a', ports = ['443'] }"),
            "(?:https)://(?:a)");
  EXPECT_EQ(pattern("{ host_regex = 'a', schemes = ['http', 'https'], ports = "
                    "['443'] }"),
            "(?:http://(?:a)(?::(?:443))|https://(?:a))");
  EXPECT_EQ(pattern("{ host_regex = 'a', schemes = ['chrome-extension'] }"),
            "(?:chrome\\-extension)://(?:a)");
}

TEST(LowerTest, SaysWhereARegexIsWrong) {
  const auto codes = [](std::string_view entry) {
    return CheckText(Route("origins = [" + std::string(entry) + "]\n")).Codes();
  };
  EXPECT_EQ(codes("{ regex = 'https://(?=a)b' }"), "CORS201 error 4:31");
  EXPECT_EQ(codes("{ regex = 'https://a{1001}' }"), "CORS201 error 4:32");
  EXPECT_EQ(codes("{ regex = 'https://[z-a]' }"), "CORS201 error 4:32");
  EXPECT_EQ(codes("{ regex = 'https://(a' }"), "CORS201 error 4:23");
  EXPECT_EQ(codes("{ regex = 'a**' }"), "CORS201 error 4:24");
  EXPECT_EQ(codes("{ regex = '' }"), "CORS924 error 4:22");
  EXPECT_EQ(codes("{ regex = '((a{100}){100}){100}' }"), "CORS201 error 4:26");
  // Well formed inside of the brackets, but not by itself.
  EXPECT_EQ(codes("{ host_regex = 'a)|(?:b' }"), "CORS201 error 4:28");
  EXPECT_EQ(codes("{ host_regex = '\\Qa' }"), "CORS201 error 4:27");
  EXPECT_EQ(codes("{ host_regex = '' }"), "CORS924 error 4:27");
  EXPECT_EQ(codes("{ host_regex = 'https://a' }"), "CORS924 error 4:27");
  EXPECT_EQ(codes("{ host_regex = 'a', schemes = ['HTTPS', 'https://'] }"),
            "CORS924 error 4:43\nCORS924 error 4:52");
  EXPECT_EQ(codes("{ host_regex = 'a', schemes = [] }"), "CORS924 error 4:42");
  EXPECT_EQ(codes("{ host_regex = 'a', ports = ['0', '080', '1-2'] }"),
            "CORS008 error 4:41\nCORS008 error 4:46\nCORS008 error 4:53");
}

TEST(LowerTest, ReadsOriginLists) {
  const TempFolder folder;
  WriteFile(folder / "tenants.txt",
            "# ours\r\n"
            "https://a.example\r\n"
            "\r\n"
            "\t https://b.example:8443 \t# the second\n"
            "https://*.c.example\n"
            "http://localhost:*\n"
            "https://a.example\n"
            "https://under_score.example");
  const CheckedRules checked = CheckText(
      Route("origins = [{ file = \"tenants.txt\" }]\n"), folder.path());
  ASSERT_TRUE(checked.ir) << checked.Codes();
  std::string dump = checked.Dump();
  EXPECT_THAT(dump, HasSubstr("exact https://a.example @"));
  EXPECT_THAT(dump, HasSubstr("tenants.txt:2:1\n"));
  EXPECT_THAT(dump, HasSubstr("tenants.txt:4:3\n"));
  EXPECT_THAT(dump, HasSubstr("subdomain https://*.c.example @"));
  EXPECT_THAT(dump, HasSubstr("any-port http://localhost:* @"));
  EXPECT_EQ(checked.ir->origin_sets[0].exact.size(), 3U);
  EXPECT_EQ(checked.Codes(), "CORS017 note 8:14");
}

TEST(LowerTest, PointsIntoOriginLists) {
  const TempFolder folder;
  WriteFile(folder / "tenants.txt",
            "https://a.example\n"
            "  a.example\n"
            "*\n"
            "null\n"
            "file://\n"
            "@web\n"
            "https://b.example#c\n"
            "https://(a|b).example # regex\n");
  EXPECT_EQ(CheckText(Route("origins = [{ file = \"tenants.txt\" }]\n"),
                      folder.path())
                .Codes(),
            "CORS002 error 2:3\n"
            "CORS016 error 3:1\n"
            "CORS027 error 4:1\n"
            "CORS020 error 5:1\n"
            "CORS924 error 6:1\n"
            "CORS005 error 7:18\n"
            "CORS023 error 8:1");
  WriteFile(folder / "tenants.txt", "# none yet\n");
  EXPECT_EQ(CheckText(Route("origins = [{ file = \"tenants.txt\" }]\n"),
                      folder.path())
                .Codes(),
            "CORS925 error 4:21");
}

TEST(LowerTest, RoutesShareAnOriginList) {
  const TempFolder folder;
  WriteFile(folder / "tenants.txt", "https://a.example\nhttps://b.example\n");
  const std::string entry = "origins = [{ file = \"tenants.txt\" }]\n";
  const CheckedRules checked = CheckText(
      Route(entry + "[[route]]\npath = \"/y\"\n" + entry), folder.path());
  ASSERT_TRUE(checked.ir) << checked.Codes();
  EXPECT_EQ(checked.ir->origin_sets.size(), 1U);
  EXPECT_EQ(checked.ir->policies.size(), 1U);
}

TEST(LowerTest, LimitsRegexes) {
  // In lines, since one has a limit of its own.
  const auto rules = [](std::size_t count) {
    std::string text = "origins = [\n";
    for (std::size_t i = 0; i < count; ++i) {
      text += "{ regex = 'a" + std::to_string(i) + "' },\n";
    }
    return Route(text + "]\n");
  };
  const CheckedRules fits = CheckText(rules(kMaxRegexes));
  ASSERT_TRUE(fits.ir) << fits.Codes();
  EXPECT_EQ(fits.ir->origin_sets[0].regex.size(), kMaxRegexes);
  EXPECT_EQ(CheckText(rules(kMaxRegexes + 1)).Codes(), "CORS914 error 10005:1");
}

TEST(LowerTest, LimitsTheSizeOfARegex) {
  const auto rules = [](std::size_t bytes) {
    return Route("origins = [{ regex = '" + std::string(bytes, 'a') + "' }]\n");
  };
  EXPECT_TRUE(CheckText(rules(kMaxRegexBytes)).ir);
  EXPECT_EQ(CheckText(rules(kMaxRegexBytes + 1)).Codes(), "CORS914 error 4:22");
}

// How many origins the sets of `text` hold, built under `limit`, and what was
// reported.
std::string BuildSets(const std::string& text, const fs::path& folder,
                      std::size_t limit) {
  FindingSink sink;
  SourceSet sources = SourceSet::FromText("rules.toml", text, sink, folder);
  const Ast ast = Parse(sources, sink);
  Reporter reporter(ast, sink, testing::TestDay());
  const Model model = Resolve(ast, sources, sink, reporter);
  OriginSetBuilder builder(model, sources, reporter, limit);
  for (const ModelRoute& route : model.routes) builder.IndexOf(route.fields);
  std::size_t origins = 0;
  for (const IrOriginSet& set : builder.TakeSets()) {
    origins += set.exact.size() + set.any_port.size() + set.subdomain.size() +
               set.regex.size();
  }
  std::string out = std::to_string(origins);
  for (const Finding& finding : sink.Take()) {
    out += " " + std::string(InfoOf(finding.code).id) + " " +
           std::to_string(sources.files()[0].PlaceOf(finding.span.begin).line);
  }
  return out;
}

// Of all sets together, after references are expanded; a list that routes share
// counts once, and so does an origin that a set has twice.
TEST(LowerTest, LimitsOriginsInAll) {
  const TempFolder folder;
  WriteFile(folder / "list.txt",
            "https://a.example\nhttps://*.b.example\nhttps://a.example\n");
  const std::string shared = Route(
      "origins = [{ file = \"list.txt\" }]\n"
      "[[route]]\npath = \"/y\"\norigins = [{ file = \"list.txt\" }]\n");
  EXPECT_EQ(BuildSets(shared, folder.path(), 2), "2");
  EXPECT_EQ(BuildSets(shared, folder.path(), 1), "0 CORS914 4");
  const std::string apart = shared +
                            "[[route]]\npath = \"/z\"\norigins = [\n"
                            "\"http://localhost:*\", { regex = 'r' }]\n";
  EXPECT_EQ(BuildSets(apart, folder.path(), 4), "4");
  EXPECT_EQ(BuildSets(apart, folder.path(), 3), "2 CORS914 10");
  EXPECT_EQ(kMaxOrigins, 5'000'000U);
}

}  // namespace
}  // namespace corsac
