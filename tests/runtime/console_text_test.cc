// Tests of runtime/decision/console_text.h and printable.h.
#include "runtime/decision/console_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "runtime/decision/printable.h"

namespace corsac {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr std::string_view kUrl = "https://api.test/x";
constexpr std::string_view kOrigin = "https://app.test";

ConsoleFacts Facts(BrowserRefusal refusal, bool preflight,
                   std::uint16_t status) {
  ConsoleFacts facts;
  facts.refusal = refusal;
  facts.preflight = preflight;
  facts.url = kUrl;
  facts.origin = kOrigin;
  facts.method = "PUT";
  facts.header = "x-csrf";
  facts.status = status;
  return facts;
}

constexpr std::string_view kChromium =
    "Access to fetch at 'https://api.test/x' from origin 'https://app.test' "
    "has been blocked by CORS policy: ";
constexpr std::string_view kFirefox =
    "Cross-Origin Request Blocked: The Same Origin Policy disallows reading "
    "the remote resource at ";
constexpr std::string_view kSafariEnd =
    "\nFetch API cannot load https://api.test/x due to access control checks.";

struct Row {
  BrowserRefusal refusal;
  bool preflight;
  std::uint16_t status;
  const char* chromium;  // after the common start, first line
  const char* firefox;   // after the common start, first line
  const char* safari;    // first line
};

TEST(ConsoleTextTest, SaysWhatTheBrowsersSay) {
  const Row rows[] = {
      {BrowserRefusal::kNoAllowOrigin, false, 0,
       "No 'Access-Control-Allow-Origin' header is present on the requested "
       "resource.",
       "https://api.test/x. (Reason: CORS header ‘Access-Control-Allow-Origin’ "
       "missing). Status code: 200.",
       "Origin https://app.test is not allowed by "
       "Access-Control-Allow-Origin. Status code: 200"},
      {BrowserRefusal::kNoAllowOrigin, true, 403,
       "Response to preflight request doesn't pass access control check: No "
       "'Access-Control-Allow-Origin' header is present on the requested "
       "resource.",
       "https://api.test/x. (Reason: CORS header ‘Access-Control-Allow-Origin’ "
       "missing). Status code: 403.",
       "Preflight response is not successful. Status code: 403"},
      {BrowserRefusal::kWildcardWithCredentials, false, 0,
       "The value of the 'Access-Control-Allow-Origin' header in the response "
       "must not be the wildcard '*' when the request's credentials mode is "
       "'include'.",
       "‘https://api.test/x’. (Reason: Credential is not supported if the CORS "
       "header ‘Access-Control-Allow-Origin’ is ‘*’).",
       "Cannot use wildcard in Access-Control-Allow-Origin when credentials "
       "flag is true."},
      {BrowserRefusal::kNoAllowCredentials, true, 204,
       "Response to preflight request doesn't pass access control check: The "
       "value of the 'Access-Control-Allow-Credentials' header in the response "
       "is '' which must be 'true' when the request's credentials mode is "
       "'include'.",
       "https://api.test/x. (Reason: expected ‘true’ in CORS header "
       "‘Access-Control-Allow-Credentials’).",
       "Credentials flag is true, but Access-Control-Allow-Credentials is not "
       "\"true\"."},
      {BrowserRefusal::kMethod, true, 204,
       "Method PUT is not allowed by Access-Control-Allow-Methods in preflight "
       "response.",
       "https://api.test/x. (Reason: Did not find method in CORS header "
       "‘Access-Control-Allow-Methods’).",
       "Method PUT is not allowed by Access-Control-Allow-Methods."},
      {BrowserRefusal::kHeader, true, 204,
       "Request header field x-csrf is not allowed by "
       "Access-Control-Allow-Headers in preflight response.",
       "https://api.test/x. (Reason: header ‘x-csrf’ is not allowed according "
       "to header ‘Access-Control-Allow-Headers’ from CORS preflight "
       "response).",
       "Request header field x-csrf is not allowed by "
       "Access-Control-Allow-Headers."},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.chromium);
    const ConsoleText text =
        ConsoleTextFor(Facts(row.refusal, row.preflight, row.status));
    EXPECT_EQ(text.chromium, std::string(kChromium) + row.chromium +
                                 "\nPUT https://api.test/x net::ERR_FAILED" +
                                 (row.preflight ? "" : " 200 (OK)"));
    std::string firefox = std::string(kFirefox) + row.firefox;
    if (row.preflight) {
      firefox += "\n" + std::string(kFirefox) +
                 "https://api.test/x. (Reason: CORS request did not succeed). "
                 "Status code: (null).";
    }
    EXPECT_EQ(text.firefox, firefox);
    EXPECT_EQ(text.safari, row.safari + std::string(kSafariEnd));
  }
}

TEST(ConsoleTextTest, EscapesWhatItQuotes) {
  ConsoleFacts facts = Facts(BrowserRefusal::kHeader, true, 204);
  facts.url = "https://a.test/\x1b[31m\n";
  facts.header = "x\xFFy";
  const ConsoleText text = ConsoleTextFor(facts);
  EXPECT_THAT(text.chromium, HasSubstr("'https://a.test/\\x1b[31m\\x0a'"));
  EXPECT_THAT(text.firefox, HasSubstr("header ‘x\\xffy’"));
  EXPECT_THAT(text.safari, StartsWith("Request header field x\\xffy is"));
}

TEST(RefusalOfTest, ChecksInTheOrderOfBrowsers) {
  Decision d;
  EXPECT_EQ(RefusalOf(d, true), BrowserRefusal::kNone);  // not CORS
  d.kind = RequestKind::kPreflight;
  d.outcome = Outcome::kDeny;
  d.code = DecisionCode::kMethodNotAllowed;
  EXPECT_EQ(RefusalOf(d, true), BrowserRefusal::kNoAllowOrigin);
  d.allow_origin = "*";
  EXPECT_EQ(RefusalOf(d, true), BrowserRefusal::kWildcardWithCredentials);
  EXPECT_EQ(RefusalOf(d, false), BrowserRefusal::kMethod);
  d.allow_origin = kOrigin;
  EXPECT_EQ(RefusalOf(d, true), BrowserRefusal::kNoAllowCredentials);
  d.allow_credentials = true;
  EXPECT_EQ(RefusalOf(d, true), BrowserRefusal::kMethod);
  d.code = DecisionCode::kHeaderNotAllowed;
  EXPECT_EQ(RefusalOf(d, true), BrowserRefusal::kHeader);
  d.outcome = Outcome::kAllow;
  d.code = DecisionCode::kAllow;
  EXPECT_EQ(RefusalOf(d, true), BrowserRefusal::kNone);
  // Passed through: the application's answer is not known here.
  d.outcome = Outcome::kNotApplicable;
  d.allow_origin = {};
  EXPECT_EQ(RefusalOf(d, true), BrowserRefusal::kNone);
}

TEST(PrintableTest, EscapesAndCuts) {
  EXPECT_EQ(Printable("a~ \x7F\x01\xC3\xA9"), "a~ \\x7f\\x01\\xc3\\xa9");
  EXPECT_EQ(Printable("abcdef", 3), "abc...");
  EXPECT_EQ(Printable("abc", 3), "abc");
  EXPECT_EQ(Printable(""), "");
}

}  // namespace
}  // namespace corsac
