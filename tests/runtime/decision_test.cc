#include "runtime/decision/decision.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

namespace corsac {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;

TEST(DecisionTest, CodesCarryTheirParameters) {
  Decision d;
  EXPECT_EQ(CodeText(d), "not-cors");
  d.code = DecisionCode::kAllow;
  d.match = {RuleKind::kAnyPort, 0};
  EXPECT_EQ(CodeText(d), "allow:any-port");
  d.code = DecisionCode::kMalformedOrigin;
  d.origin_error = OriginError::kHasPath;
  EXPECT_EQ(CodeText(d), "malformed-origin:has-path");
  d.detail = "X-Csrf";
  d.code = DecisionCode::kHeaderNotAllowed;
  EXPECT_EQ(CodeText(d), "header-not-allowed:x-csrf");
  d.detail = "Put";
  d.code = DecisionCode::kMethodNotAllowed;
  EXPECT_EQ(CodeText(d), "method-not-allowed:Put");
  d.code = DecisionCode::kDuplicateOrigin;
  EXPECT_EQ(CodeText(d), "duplicate-origin");
}

// The spellings are public interface, so the page has each of them.
TEST(DecisionTest, EveryCodeIsOnThePage) {
  std::ifstream file(CORSAC_SOURCE_DIR "/docs/decisions.md");
  const std::string page((std::istreambuf_iterator<char>(file)), {});
  const auto expect = [&page](std::string_view before, std::string_view name) {
    const std::string spelled = std::string(before) + std::string(name);
    EXPECT_NE(page.find(spelled), std::string::npos) << spelled;
  };
  for (int i = 0;
       i <= static_cast<int>(DecisionCode::kWebSocketOriginNotAllowed); ++i) {
    const auto code = static_cast<DecisionCode>(i);
    ASSERT_FALSE(DecisionCodeName(code).empty()) << i;
    expect("`", DecisionCodeName(code));
  }
  for (int i = 1; i <= static_cast<int>(RuleKind::kRegex); ++i) {
    expect("`allow:", RuleKindName(static_cast<RuleKind>(i)));
  }
  for (int i = 1; i <= static_cast<int>(OriginError::kDefaultPort); ++i) {
    expect("`", OriginErrorName(static_cast<OriginError>(i)));
  }
}

TEST(DecisionTest, HeadersComeInOrderAndEmptyOnesNotAtAll) {
  Decision d;
  EXPECT_THAT(HeadersToSet(d), IsEmpty());
  d.allow_origin = "https://a.test";
  d.allow_credentials = true;
  d.allow_methods = "PUT";
  d.allow_asked_headers = true;
  d.asked.Add("X-B");
  d.asked.Add("x-a");
  d.allow_private_network = true;
  d.max_age = "600";
  d.vary = "Origin";
  d.timing_allow_origin = "*";
  EXPECT_THAT(
      HeadersToSet(d),
      ElementsAre(Pair("Access-Control-Allow-Origin", "https://a.test"),
                  Pair("Access-Control-Allow-Credentials", "true"),
                  Pair("Access-Control-Allow-Methods", "PUT"),
                  Pair("Access-Control-Allow-Headers", "x-b,x-a"),
                  Pair("Access-Control-Allow-Private-Network", "true"),
                  Pair("Access-Control-Max-Age", "600"), Pair("Vary", "Origin"),
                  Pair("Timing-Allow-Origin", "*")));
  d.asked.Clear();
  EXPECT_THAT(HeadersToSet(d), SizeIs(7));
  std::string lines = "HTTP/1.1 204 No Content\r\n";
  d.allow_asked_headers = false;
  d.allow_headers = "*";
  AppendHeaderLines(d, &lines);
  EXPECT_EQ(lines,
            "HTTP/1.1 204 No Content\r\n"
            "Access-Control-Allow-Origin: https://a.test\r\n"
            "Access-Control-Allow-Credentials: true\r\n"
            "Access-Control-Allow-Methods: PUT\r\n"
            "Access-Control-Allow-Headers: *\r\n"
            "Access-Control-Allow-Private-Network: true\r\n"
            "Access-Control-Max-Age: 600\r\n"
            "Vary: Origin\r\n"
            "Timing-Allow-Origin: *\r\n");
}

TEST(DecisionTest, RemovesAllSevenFieldsOrNone) {
  Decision d;
  EXPECT_THAT(HeadersToRemove(d), IsEmpty());
  d.remove_upstream = true;
  EXPECT_THAT(HeadersToRemove(d), SizeIs(7));
}

TEST(DecisionTest, ExpandsExposedHeaders) {
  EXPECT_EQ(ExpandExposedHeaders({"ETag", "Content-Type", "X-Total", "etag",
                                  "Set-Cookie", "Access-Control-Allow-Origin",
                                  "bad name", "Link"}),
            "etag,x-total,link");
  EXPECT_EQ(ExpandExposedHeaders({}), "");
}

}  // namespace
}  // namespace corsac
