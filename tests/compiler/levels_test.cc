// Levels of findings: `[lints]` of a file, `allow_lints` of a route.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "compiler/lints/reporter.h"
#include "tests/compiler/checked_rules.h"

namespace corsac {
namespace {

using testing::CheckedRules;
using testing::CheckText;

// A route whose origin is a warning (CORS003, line 4) and whose method is an
// error (CORS402, line 5); `rest` begins in line 6.
std::string Rules(std::string_view rest) {
  return "version = 1\n[[route]]\npath = \"/x\"\n"
         "origins = [\"https://A.example\"]\nmethods = [\"TRACE\"]\n" +
         std::string(rest);
}

TEST(LevelsTest, AreTheDefaultsWhenNothingIsSaid) {
  EXPECT_EQ(CheckText(Rules("")).Codes(),
            "CORS003 warning 4:21\nCORS402 error 5:12");
}

TEST(LevelsTest, FilesMaySetThem) {
  EXPECT_EQ(CheckText(Rules("[lints]\nCORS003 = \"allow\"\n"
                            "CORS402 = \"warn\"\n"))
                .Codes(),
            "CORS402 warning 5:12");
  EXPECT_EQ(CheckText(Rules("[lints]\nCORS003 = \"deny\"\n"
                            "CORS402 = \"allow\"\n"))
                .Codes(),
            "CORS003 error 4:21");
  const CheckedRules checked =
      CheckText(Rules("[lints]\nCORS402 = \"allow\"\n"));
  ASSERT_TRUE(checked.ir);
  EXPECT_EQ(checked.ir->policies[0].methods.names.front(), "TRACE");
}

TEST(LevelsTest, ReportsLevelsThatCannotBeSet) {
  EXPECT_EQ(CheckText(Rules("[lints]\nCORS402 = \"off\"\nCORS301 = \"warn\"\n"
                            "CORS9999 = \"warn\"\ncors402 = \"warn\"\n"))
                .Codes(),
            "CORS003 warning 4:21\n"
            "CORS402 error 5:12\n"
            "CORS924 error 7:11\n"
            "CORS924 error 8:1\n"
            "CORS920 error 9:1\n"
            "CORS920 error 10:1");
}

TEST(LevelsTest, RoutesMayAllowFindings) {
  EXPECT_EQ(
      CheckText(Rules("allow_lints = [{ lint = \"CORS402\", reason = \"r\" }]"))
          .Codes(),
      "CORS003 warning 4:21");
  // For themselves, not for others.
  EXPECT_EQ(
      CheckText(Rules("allow_lints = [{ lint = \"CORS402\", reason = \"r\" }]\n"
                      "[[route]]\npath = \"/y\"\norigins = [\"*\"]\n"
                      "methods = [\"TRACE\"]\n"))
          .Codes(),
      "CORS003 warning 4:21\nCORS402 error 10:12");
}

TEST(LevelsTest, ExceptionsNeedAReason) {
  EXPECT_EQ(CheckText(Rules("allow_lints = [{ lint = \"CORS402\" }, "
                            "{ lint = \"CORS003\", reason = \"\" }]"))
                .Codes(),
            "CORS917 error 6:16\nCORS917 error 6:67");
  EXPECT_EQ(CheckText(Rules("allow_lints = [{ reason = \"r\" }]")).Codes(),
            "CORS003 warning 4:21\nCORS402 error 5:12\nCORS917 error 6:16");
}

TEST(LevelsTest, ExceptionsEnd) {
  const auto codes = [](std::string_view until) {
    return CheckText(
               Rules("allow_lints = [{ lint = \"CORS402\", reason = \"r\", "
                     "until = " +
                     std::string(until) + " }]"))
        .Codes();
  };
  EXPECT_EQ(codes("2026-11-24"), "CORS003 warning 4:21");  // today
  EXPECT_EQ(codes("\"2026-11-25\""), "CORS003 warning 4:21");
  EXPECT_EQ(codes("2026-11-23"),
            "CORS003 warning 4:21\nCORS402 error 5:12\nCORS905 error 6:58");
  EXPECT_EQ(codes("\"soon\""), "CORS003 warning 4:21\nCORS924 error 6:58");
  EXPECT_EQ(codes("\"2026-02-30\""),
            "CORS003 warning 4:21\nCORS924 error 6:58");
  EXPECT_EQ(codes("\"2026-1-130\""),
            "CORS003 warning 4:21\nCORS924 error 6:58");
}

TEST(LevelsTest, ExceptionsThatSilenceNothingAreReported) {
  EXPECT_EQ(
      CheckText(Rules("allow_lints = [{ lint = \"CORS402\", reason = \"r\" }, "
                      "{ lint = \"CORS701\", reason = \"r\" }, "
                      "{ lint = \"CORS001\", reason = \"r\" }, "
                      "{ lint = \"CORS702x\", reason = \"r\" }]"))
          .Codes(),
      "CORS003 warning 4:21\n"
      "CORS905 warning 6:52\n"
      "CORS924 error 6:97\n"
      "CORS920 error 6:133");
}

TEST(LevelsTest, ASchemeThatLooksMisspeltMayBeRight) {
  const CheckedRules checked = CheckText(R"(version = 1
[[route]]
path = "/x"
origins = ["apps://main"]
allow_lints = [{ lint = "CORS019", reason = "our desktop shell" }]
)");
  ASSERT_TRUE(checked.ir) << checked.Codes();
  EXPECT_EQ(checked.Codes(), "");
  EXPECT_EQ(checked.ir->origin_sets[0].exact[0].text, "apps://main");
}

TEST(LevelsTest, ShadowedRoutesMayBeAllowed) {
  const std::string rules = R"(version = 1
[defaults]
origins = ["https://a.example"]
[[route]]
path = "/{a}/{r...}"
[[route]]
path = "/"
[[route]]
path = "/{r...}"
)";
  EXPECT_EQ(CheckText(rules).Codes(), "CORS701 error 9:8");
  EXPECT_EQ(
      CheckText(rules +
                "allow_lints = [{ lint = \"CORS701\", reason = \"kept\" }]\n")
          .Codes(),
      "");
}

}  // namespace
}  // namespace corsac
