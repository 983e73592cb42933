#include "runtime/decision/request_fields.h"

#include <gtest/gtest.h>

#include <vector>

namespace corsac {
namespace {

RequestView ViewOf(const std::vector<HeaderField>& lines,
                   bool names_are_tokens = false) {
  RequestView request;
  request.headers = lines;
  request.names_are_tokens = names_are_tokens;
  return request;
}

RequestFields Read(const std::vector<HeaderField>& lines,
                   bool names_are_tokens = false) {
  return ReadRequestFields(ViewOf(lines, names_are_tokens));
}

TEST(RequestFieldsTest, NothingOfNothing) {
  const RequestFields fields = Read({});
  EXPECT_EQ(fields.origin.count, 0U);
  EXPECT_EQ(fields.request_headers.count, 0U);
  EXPECT_FALSE(fields.malformed_name);
  EXPECT_FALSE(fields.upgrade_websocket);
}

TEST(RequestFieldsTest, TakesWhatMattersInAnyCase) {
  const std::vector<HeaderField> lines = {
      {"ORIGIN", " https://a.test\t"},
      {"Access-control-Request-METHOD", "PUT"},
      {"access-control-request-headers", "x-a"},
      {"Access-Control-Request-Private-Network", " true"},
      {"Sec-Fetch-Site", "same-origin"},
      {"upgrade", "h2c, WebSocket"}};
  const RequestView request = ViewOf(lines);
  const RequestFields fields = ReadRequestFields(request);
  EXPECT_EQ(fields.origin.ValueIn(request), "https://a.test");
  EXPECT_EQ(fields.request_method.ValueIn(request), "PUT");
  EXPECT_EQ(fields.request_headers.ValueIn(request), "x-a");
  EXPECT_EQ(fields.request_private_network.ValueIn(request), "true");
  EXPECT_EQ(fields.fetch_site.ValueIn(request), "same-origin");
  EXPECT_TRUE(fields.upgrade_websocket);
}

TEST(RequestFieldsTest, CountsLinesAndKeepsTheFirst) {
  const std::vector<HeaderField> lines = {{"Origin", ""},
                                          {"Accept", "x"},
                                          {"origin", "https://b.test"},
                                          {"oRigin", "https://c.test"}};
  const RequestView request = ViewOf(lines);
  const RequestFields fields = ReadRequestFields(request);
  EXPECT_EQ(fields.origin.count, 3U);
  EXPECT_EQ(fields.origin.ValueIn(request), "");
}

TEST(RequestFieldsTest, NamesOfTheSameLengthDoNotMatter) {
  const std::vector<HeaderField> lines = {
      {"Accept", "https://a.test"},    {"0rigin", "https://a.test"},
      {"orig\x49n", "https://b.test"}, {"upgraded", "websocket"},
      {"Sec-Fetch-Mode", "none"},      {"sec\rfetch-site", "none"},
      {std::string_view(), "x"}};
  const RequestView request = ViewOf(lines, true);
  const RequestFields fields = ReadRequestFields(request);
  EXPECT_EQ(fields.origin.count, 1U);
  EXPECT_EQ(fields.origin.ValueIn(request), "https://b.test");
  EXPECT_EQ(fields.fetch_site.count, 0U);
  EXPECT_FALSE(fields.upgrade_websocket);
}

TEST(RequestFieldsTest, LooksAtNamesUnlessTheyAreKnownToBeTokens) {
  for (const std::string_view name : {"a b", "x:", "", "x-\x80", "a(b)"}) {
    EXPECT_TRUE(Read({{name, "x"}}).malformed_name) << name;
    EXPECT_TRUE(Read({{"A", ""}, {name, "x"}}).malformed_name) << name;
    EXPECT_FALSE(Read({{name, "x"}}, true).malformed_name) << name;
  }
  EXPECT_FALSE(Read({{"x_~!#$%&'*+.^`|-9Z", "x"}}).malformed_name);
}

}  // namespace
}  // namespace corsac
