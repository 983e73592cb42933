// Routes against each other: twice the same, nothing between them, never
// selected. The witnesses and verdicts are checked against the table, which
// finds routes in its own way.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/lints/lints.h"
#include "compiler/table/policy_table.h"
#include "tests/compiler/checked_rules.h"

namespace corsac {
namespace {

using testing::CheckedRules;
using testing::CheckText;

struct TestRoute {
  std::string path;
  std::string methods;  // "['PUT']", or empty
  std::string host;
};

std::string Rules(const std::vector<TestRoute>& routes,
                  std::string_view lints = "") {
  std::string text =
      "version = 1\n[defaults]\norigins = ['https://a.example']\n" +
      std::string(lints);
  for (const TestRoute& route : routes) {
    text += "[[route]]\npath = '" + route.path + "'\n";
    if (!route.methods.empty()) text += "for_methods = " + route.methods + "\n";
    if (!route.host.empty()) text += "host = '" + route.host + "'\n";
  }
  return text;
}

// The codes alone, with the position of the route that each is about.
std::string Verdict(const std::vector<TestRoute>& routes) {
  const CheckedRules checked = CheckText(Rules(routes));
  std::string out;
  for (const Finding& finding : checked.findings) {
    const std::string_view text = checked.sources.files()[0].text();
    std::size_t position = 0;
    for (std::size_t at = text.find("[[route]]"); at < finding.span.begin;
         at = text.find("[[route]]", at + 1)) {
      ++position;
    }
    if (!out.empty()) out += ", ";
    out +=
        std::string(InfoOf(finding.code).id) + " " + std::to_string(position);
  }
  return out;
}

TEST(RoutesTest, TellsTheSameRouteTwice) {
  EXPECT_EQ(Verdict({{"/a", "", ""}, {"/a", "", ""}}), "CORS703 2");
  EXPECT_EQ(Verdict({{"/{x}", "", ""}, {"/{y}", "", ""}}), "CORS703 2");
  EXPECT_EQ(Verdict({{"/{x...}", "", ""}, {"/{y...}", "", ""}}), "CORS703 2");
  EXPECT_EQ(
      Verdict({{"/a", "['PUT', 'GET']", ""}, {"/a", "['get', 'PUT']", ""}}),
      "CORS703 2, CORS403 2");
  EXPECT_EQ(Verdict({{"/a", "", "h.test"}, {"/a", "", "h.test"}}), "CORS703 2");
  EXPECT_EQ(Verdict({{"/a", "", ""}, {"/a", "", ""}, {"/a", "", ""}}),
            "CORS703 2, CORS703 3");
  // Another host, another path, a method more: other routes.
  EXPECT_EQ(Verdict({{"/a", "", ""},
                     {"/a/", "", ""},
                     {"/A", "", ""},
                     {"/a", "", "h.test"},
                     {"/a", "", "*.h.test"},
                     {"/a", "['GET']", ""},
                     {"/{x}", "", ""},
                     {"/{x...}", "", ""}}),
            "");
}

TEST(RoutesTest, TellsRoutesThatNothingSeparates) {
  EXPECT_EQ(Verdict({{"/a", "['GET', 'PUT']", ""}, {"/a", "['PUT']", ""}}),
            "CORS702 2");
  EXPECT_EQ(Verdict({{"/a", "['GET']", ""},
                     {"/a", "['PUT']", ""},
                     {"/a", "['POST', 'PUT', 'GET']", ""}}),
            "CORS702 3");
  EXPECT_EQ(Verdict({{"/a", "['GET']", ""}, {"/a", "['PUT']", ""}}), "");
}

TEST(RoutesTest, WitnessesReachBothRoutes) {
  const CheckedRules checked = CheckText(Rules({
      {"/a/{id}/x/{r...}", "['GET', 'PUT']", "*.h.test"},
      {"/a/{id}/x/{s...}", "['PUT', 'POST']", "*.h.test"},
      {"/a/x/x", "", "*.h.test"},
      {"/a/{id}/x", "", "*.h.test"},
      {"/a/{id}/x/", "", "*.h.test"},
      {"/a/{id}/x/{x}", "", "*.h.test"},
  }));
  ASSERT_EQ(checked.findings.size(), 1U) << checked.Codes();
  EXPECT_EQ(checked.findings[0].message,
            "nothing separates routes `rules.toml:1` and `rules.toml:2` for "
            "`PUT /a/x1/x/x1/` to `x1.h.test`");
}

TEST(RoutesTest, TellsRoutesThatAreNeverSelected) {
  // Nothing is left of `/{r...}`, whose paths have one segment at least.
  EXPECT_EQ(
      Verdict({{"/{r...}", "", ""}, {"/", "", ""}, {"/{a}/{r...}", "", ""}}),
      "CORS701 1");
  EXPECT_EQ(Verdict({{"/{r...}", "", ""}, {"/{a}/{r...}", "", ""}}), "");
  EXPECT_EQ(Verdict({{"/{r...}", "", ""}, {"/", "", ""}, {"/{a}", "", ""}}),
            "");
  EXPECT_EQ(Verdict({{"/a/{r...}", "", ""},
                     {"/a", "", ""},
                     {"/a/", "", ""},
                     {"/a/{x}", "", ""},
                     {"/a/{x}/", "", ""},
                     {"/a/{x}/{y}/{r...}", "", ""}}),
            "CORS701 1");
  // Literals are never all of a segment's values.
  EXPECT_EQ(Verdict({{"/{a}/{r...}", "", ""},
                     {"/x/{r...}", "", ""},
                     {"/{a}", "", ""},
                     {"/{a}/", "", ""}}),
            "");
  // Another host does not take anything away for good.
  EXPECT_EQ(Verdict({{"/{r...}", "", ""}, {"/{r...}", "", "*.test"}}), "");
  EXPECT_EQ(
      Verdict(
          {{"/{r...}", "", "h.test"}, {"/", "", ""}, {"/{a}/{r...}", "", ""}}),
      "");
}

TEST(RoutesTest, MethodsCountWhenRoutesAreNeverSelected) {
  // For every method: routes for some of them do not suffice.
  EXPECT_EQ(
      Verdict(
          {{"/{r...}", "", ""}, {"/", "['GET']", ""}, {"/{a}/{r...}", "", ""}}),
      "");
  EXPECT_EQ(Verdict({{"/{r...}", "['GET']", ""},
                     {"/", "['PUT', 'GET']", ""},
                     {"/{a}/{r...}", "", ""}}),
            "CORS701 1");
  EXPECT_EQ(Verdict({{"/{r...}", "['GET', 'POST']", ""},
                     {"/", "['GET']", ""},
                     {"/{a}/{r...}", "", ""}}),
            "");
}

// Every request of a small world, put to the table: what no request selects
// must be what is reported, and nothing else.
TEST(RoutesTest, AgreesWithTheTableAboutSmallWorlds) {
  const std::vector<std::string> paths = {"/",
                                          "/a",
                                          "/a/",
                                          "/{x}",
                                          "/{x}/",
                                          "/{r...}",
                                          "/a/{r...}",
                                          "/{x}/{r...}",
                                          "/a/{x}",
                                          "/a/{x}/",
                                          "/a/{x}/{r...}",
                                          "/{x}/{y}",
                                          "/{x}/{y}/",
                                          "/{x}/{y}/{r...}",
                                          "/{x}/a/{r...}"};
  const std::vector<std::string> methods = {"", "['GET']", "['PUT']",
                                            "['GET', 'PUT']"};
  // Every path of up to four segments, of which each is `a` or `b`.
  std::vector<std::string> targets = {"/"};
  std::vector<std::string> level = {""};
  for (int depth = 0; depth < 4; ++depth) {
    std::vector<std::string> next;
    for (const std::string& prefix : level) {
      for (const std::string_view segment : {"/a", "/b"}) {
        next.push_back(prefix + std::string(segment));
        targets.push_back(next.back());
        targets.push_back(next.back() + "/");
      }
    }
    level = std::move(next);
  }
  std::mt19937 random(701);
  std::size_t shadowed_routes = 0;
  std::size_t worlds = 0;
  for (int i = 0; i < 1'500; ++i) {
    std::vector<TestRoute> routes;
    std::set<std::string> used;
    for (std::size_t n = 4 + random() % 8; n > 0; --n) {
      TestRoute route{paths[random() % paths.size()],
                      methods[random() % 3 == 0 ? random() % 4 : 0], ""};
      if (used.insert(route.path).second) routes.push_back(route);
    }
    const std::string text = Rules(routes, "[lints]\nCORS701 = 'warn'\n");
    const CheckedRules checked = CheckText(text);
    ASSERT_TRUE(checked.ir) << text << checked.Codes();
    ++worlds;
    std::set<std::uint32_t> shadowed;
    for (const Finding& finding : checked.findings) {
      ASSERT_EQ(finding.code, Code::kRouteShadowed);
      shadowed.insert(
          checked.sources.files()[0].PlaceOf(finding.span.begin).line);
    }
    const auto table = BuildTable(*checked.ir);
    std::set<std::uint32_t> selected;
    for (const std::string& target : targets) {
      for (const std::string_view method : {"GET", "PUT", "DELETE"}) {
        const CompiledRoute* const route =
            table->FindRoute("h.test", target, method);
        // The line of the path follows that of the header.
        if (route != nullptr) selected.insert(route->line + 1);
      }
    }
    for (const IrRoute& route : checked.ir->routes) {
      const std::uint32_t line = route.place.line + 1;
      EXPECT_NE(selected.contains(line), shadowed.contains(line))
          << text << route.pattern;
    }
    shadowed_routes += shadowed.size();
  }
  EXPECT_EQ(worlds, 1'500U);
  EXPECT_GT(shadowed_routes, 20U);
}

// Many routes of one shape, and deep ones: no work may grow with their square.
TEST(RoutesTest, TakesManyRoutes) {
  std::vector<TestRoute> routes;
  for (int i = 0; i < 20'000; ++i) {
    routes.push_back(
        {"/same/{x}/{r...}", "['M" + std::to_string(i) + "']", ""});
  }
  routes.push_back({"/same/{x}/{r...}", "['M7']", ""});
  std::string deep;
  for (int i = 0; i < 63; ++i) deep += "/{p" + std::to_string(i) + "}";
  routes.push_back({deep + "/{r...}", "", ""});
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(Verdict(routes), "CORS703 20001");
  // A hundred times what it takes; the square would be far above.
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(60));
}

}  // namespace
}  // namespace corsac
