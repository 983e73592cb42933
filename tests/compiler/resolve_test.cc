// Names, defaults and what files have in common.
#include "compiler/model/resolve.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/compiler/checked_rules.h"
#include "tests/testing/temp_folder.h"

namespace corsac {
namespace {

using testing::CheckedRules;
using testing::CheckPath;
using testing::CheckText;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::TempFolder;
using testing::WriteFile;

std::string Route(std::string_view body) {
  return "version = 1\n[[route]]\npath = \"/x\"\n" + std::string(body);
}

const IrPolicy& PolicyOf(const CheckedRules& checked, std::size_t route) {
  return checked.ir->policies[checked.ir->routes[route].policy];
}

TEST(ResolveTest, TakesFieldsFromRouteThenPolicyThenDefaults) {
  const CheckedRules checked = CheckText(R"(version = 1
[defaults]
origins = ["https://defaults.example"]
max_age = 10
headers = ["x-defaults"]
[policies.app]
max_age = 20
headers = ["x-policy"]
expose = ["x-policy"]
[[route]]
path = "/a"
policy = "app"
headers = ["x-route"]
[[route]]
path = "/b"
)");
  ASSERT_TRUE(checked.ir) << checked.Codes();
  const IrPolicy& a = PolicyOf(checked, 0);
  EXPECT_EQ(a.headers.names, std::vector<std::string>{"x-route"});
  EXPECT_EQ(a.expose.names, std::vector<std::string>{"x-policy"});
  EXPECT_EQ(a.max_age, 20U);
  const IrPolicy& b = PolicyOf(checked, 1);
  EXPECT_EQ(b.headers.names, std::vector<std::string>{"x-defaults"});
  EXPECT_THAT(b.expose.names, IsEmpty());
  EXPECT_EQ(b.max_age, 10U);
  EXPECT_EQ(a.origins, b.origins);
}

TEST(ResolveTest, DefaultsAreThoseOfTheRoutesFile) {
  const TempFolder folder;
  WriteFile(folder / "a.toml", R"(version = 1
[defaults]
origins = ["https://a.example"]
credentials = true
[policies.shared]
max_age = 5
)");
  WriteFile(folder / "b.toml", R"(version = 1
[[route]]
path = "/b"
policy = "shared"
origins = ["https://b.example"]
)");
  const CheckedRules checked = CheckPath(folder.path());
  ASSERT_TRUE(checked.ir) << checked.Codes();
  EXPECT_FALSE(PolicyOf(checked, 0).credentials);
  EXPECT_EQ(PolicyOf(checked, 0).max_age, 5U);
}

TEST(ResolveTest, ForMethodsAreTheMethodsByDefault) {
  const CheckedRules checked = CheckText(R"(version = 1
[defaults]
origins = ["https://a.example"]
[[route]]
path = "/a"
for_methods = ["put"]
[[route]]
path = "/b"
for_methods = ["PUT"]
methods = []
)");
  ASSERT_TRUE(checked.ir) << checked.Codes();
  EXPECT_EQ(PolicyOf(checked, 0).methods.names,
            std::vector<std::string>{"PUT"});
  EXPECT_EQ(checked.ir->routes[0].for_methods, std::vector<std::string>{"PUT"});
  EXPECT_THAT(PolicyOf(checked, 1).methods.names, IsEmpty());
}

TEST(ResolveTest, NamesRoutesAfterFileAndPosition) {
  const TempFolder folder;
  const std::string route =
      "[[route]]\norigins = [\"https://a.example\"]\npath = ";
  WriteFile(folder / "b.toml", "version = 1\n" + route + "\"/3\"\n");
  WriteFile(folder / "a.toml", "version = 1\n" + route +
                                   "\"/1\"\nid = \"first\"\n" + route +
                                   "\"/2\"\n");
  const CheckedRules checked = CheckPath(folder.path());
  ASSERT_TRUE(checked.ir) << checked.Codes();
  ASSERT_EQ(checked.ir->routes.size(), 3U);
  EXPECT_EQ(checked.ir->routes[0].id, "first");
  EXPECT_EQ(checked.ir->routes[1].id, "a.toml:2");
  EXPECT_EQ(checked.ir->routes[2].id, "b.toml:1");
}

TEST(ResolveTest, SetsMayNameSetsOfOtherFiles) {
  const TempFolder folder;
  WriteFile(folder / "a.toml", R"(version = 1
[origin_sets]
all = ["@web", "@partners"]
web = ["https://web.example"]
[[route]]
path = "/x"
origins = ["@all"]
)");
  WriteFile(folder / "b.toml",
            "version = 1\n[origin_sets]\npartners = "
            "[\"https://partner.example\", \"@web\"]\n");
  const CheckedRules checked = CheckPath(folder.path());
  ASSERT_TRUE(checked.ir) << checked.Codes();
  ASSERT_EQ(checked.ir->origin_sets.size(), 1U);
  const IrOriginSet& set = checked.ir->origin_sets[0];
  ASSERT_EQ(set.exact.size(), 2U);
  EXPECT_EQ(set.exact[0].text, "https://web.example");
  EXPECT_EQ(set.exact[1].text, "https://partner.example");
  EXPECT_EQ(set.exact[1].place.file, 1U);
}

TEST(ResolveTest, FindsCirclesOnceEach) {
  EXPECT_EQ(CheckText(R"(version = 1
[origin_sets]
a = ["@b"]
b = ["@c", "@d"]
c = ["@a"]
d = ["https://d.example", "@d"]
[[route]]
path = "/x"
origins = ["@c"]
)")
                .Codes(),
            "CORS921 error 5:6\n"
            "CORS921 error 6:27");
}

// A chain of sets, of which the first names the second and so on.
std::string Chain(int length) {
  std::string text = Route("origins = [\"@s1\"]\n[origin_sets]\n");
  for (int i = 1; i < length; ++i) {
    text +=
        "s" + std::to_string(i) + " = [\"@s" + std::to_string(i + 1) + "\"]\n";
  }
  return text + "s" + std::to_string(length) + " = [\"https://a.example\"]\n";
}

TEST(ResolveTest, LimitsHowDeepSetsNest) {
  EXPECT_TRUE(CheckText(Chain(16)).ir);
  EXPECT_EQ(CheckText(Chain(17)).Codes(), "CORS914 error 6:1");
  // Deep enough to matter for a stack.
  EXPECT_EQ(CheckText(Chain(20'000)).findings.size(), 1U);
}

TEST(ResolveTest, ChecksNames) {
  const std::string good(64, 'a');
  const auto set = [](const std::string& name) {
    return CheckText(Route("origins = [\"@" + name + "\"]\n[origin_sets]\n\"" +
                           name + "\" = [\"https://a.example\"]\n"));
  };
  EXPECT_TRUE(set(good).ir);
  EXPECT_TRUE(set("0a_b.c-d").ir);
  EXPECT_EQ(set(good + "a").Codes(), "CORS923 error 6:1");
  EXPECT_EQ(set("_a").Codes(), "CORS923 error 6:1");
  EXPECT_EQ(set("Web").Codes(), "CORS923 error 6:1");
  EXPECT_EQ(CheckText(Route("id = \"\"\norigins = [\"*\"]\n")).Codes(),
            "CORS923 error 4:6");
}

TEST(ResolveTest, ReportsNamesThatFilesShare) {
  const TempFolder folder;
  const std::string text = R"(version = 1
[origin_sets]
web = ["https://a.example"]
[policies.app]
origins = ["@web"]
[[route]]
id = "r"
path = "/x"
policy = "app"
)";
  WriteFile(folder / "a.toml", text);
  WriteFile(folder / "b.toml", text);
  const CheckedRules checked = CheckPath(folder.path());
  // The second route is the same route as well.
  EXPECT_EQ(checked.Codes(),
            "CORS919 error 3:1\n"
            "CORS919 error 4:11\n"
            "CORS919 error 7:6\n"
            "CORS703 error 8:8");
  for (const Finding& finding : checked.findings) {
    ASSERT_EQ(finding.related.size(), 1U);
    EXPECT_EQ(finding.related[0].span.file, 0U);
    EXPECT_EQ(finding.span.file, 1U);
  }
}

TEST(ResolveTest, FilesMustAgree) {
  const TempFolder folder;
  const std::string route =
      "[[route]]\norigins = [\"https://a.example\"]\npath = ";
  WriteFile(folder / "a.toml",
            "version = 1\nunmatched = \"passthrough\"\n" + route + "\"/a\"\n");
  WriteFile(folder / "b.toml", "version = 1\n" + route + "\"/b\"\n");
  WriteFile(folder / "c.toml",
            "version = 1\nunmatched = \"passthrough\"\n" + route + "\"/c\"\n");
  EXPECT_TRUE(CheckPath(folder.path()).ir->unmatched_passthrough);
  WriteFile(folder / "c.toml",
            "version = 1\nunmatched = \"deny\"\n" + route + "\"/c\"\n");
  EXPECT_EQ(CheckPath(folder.path()).Codes(), "CORS922 error 2:13");
  WriteFile(folder / "c.toml", route + "\"/c\"\n");
  EXPECT_EQ(CheckPath(folder.path()).Codes(), "CORS917 error 1:1");
}

TEST(ResolveTest, DoesNotReportWhatTheParserHas) {
  // A key that is missing because it was misspelt, or of another type, is
  // reported once.
  EXPECT_EQ(CheckText(Route("orgins = [\"https://a.example\"]\n")).Codes(),
            "CORS901 error 4:1");
  EXPECT_EQ(CheckText(Route("origins = \"https://a.example\"\n")).Codes(),
            "CORS901 error 4:11");
  EXPECT_EQ(CheckText(Route("origins = [1]\n")).Codes(), "CORS901 error 4:12");
  EXPECT_EQ(CheckText("version = \"1\"\n[[route]]\npath = \"/\"\norigins = "
                      "[\"https://a.example\"]\n")
                .Codes(),
            "CORS901 error 1:11");
  EXPECT_EQ(
      CheckText("version = 1\n[[route]]\npth = \"/\"\norigins = [\"*\"]\n")
          .Codes(),
      "CORS901 error 3:1");
  // But what another route lacks is.
  EXPECT_EQ(CheckText("version = 1\n[[route]]\npath = \"/\"\n" +
                      Route("orgins = []\n").substr(12))
                .Codes(),
            "CORS001 error 2:1\n"
            "CORS901 error 6:1");
}

TEST(ResolveTest, NamesOfAFileThatDoesNotParseAreNotUnknown) {
  const TempFolder folder;
  WriteFile(folder / "a.toml", Route("policy = \"app\"\n"));
  WriteFile(folder / "b.toml", "version = 1\n[policies.app\n");
  const CheckedRules checked = CheckPath(folder.path());
  for (const Finding& finding : checked.findings) {
    EXPECT_NE(finding.code, Code::kUnknownName);
  }
  EXPECT_FALSE(checked.ir);
}

TEST(ResolveTest, TellsARouteThatWasCutOff) {
  EXPECT_EQ(CheckText("version = 1\n[[route]]\n").Codes(), "CORS916 error 2:1");
  EXPECT_EQ(CheckText("version = 1\n[[route]]\n[[route]]\npath = \"/\"\n"
                      "origins = [\"*\"]\n")
                .Codes(),
            "CORS917 error 2:1\n"
            "CORS001 error 2:1");
  const CheckedRules checked =
      CheckText("version = 1\n[[route]]\npath = \"/\"");
  EXPECT_EQ(checked.Codes(), "CORS001 error 2:1");
  EXPECT_THAT(checked.findings[0].help, HasSubstr("cut off"));
}

TEST(ResolveTest, LimitsRoutes) {
  std::string text = "version = 1\n[defaults]\norigins = [\"*\"]\n";
  for (int i = 0; i < 100'000; ++i) {
    text += "[[route]]\npath = \"/r" + std::to_string(i) + "\"\n";
  }
  const CheckedRules fits = CheckText(text);
  ASSERT_TRUE(fits.ir) << fits.Codes();
  EXPECT_EQ(fits.ir->routes.size(), 100'000U);
  EXPECT_EQ(fits.ir->policies.size(), 1U);
  EXPECT_EQ(CheckText(text + "[[route]]\npath = \"/one-too-many\"\n").Codes(),
            "CORS914 error 200004:1");
}

}  // namespace
}  // namespace corsac
