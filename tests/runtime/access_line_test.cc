// Tests of runtime/log/access_line.cc and json_text.cc.
#include "runtime/log/access_line.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "runtime/log/json_text.h"

namespace corsac {
namespace {

constexpr std::chrono::system_clock::time_point kTime{
    std::chrono::milliseconds(1'709'251'199'007)};

std::string LineOf(const DecisionRecord& record) {
  const PackedRecord packed(record, kTime);
  std::string bytes(packed.head());
  bytes += packed.texts();
  std::string line;
  AppendAccessLine(bytes, &line);
  return line;
}

nlohmann::json JsonOf(const DecisionRecord& record) {
  const std::string line = LineOf(record);
  EXPECT_TRUE(line.ends_with("}\n"));
  for (const char c : line.substr(0, line.size() - 1)) {
    EXPECT_TRUE(c >= 0x20 && c < 0x7F) << static_cast<int>(c);
  }
  return nlohmann::json::parse(line);
}

TEST(AccessLineTest, OneObjectALineInAFixedOrder) {
  DecisionRecord record;
  record.endpoint = "auth-request";
  record.kind = RequestKind::kActual;
  record.outcome = Outcome::kAllow;
  record.code = DecisionCode::kAllow;
  record.rule_kind = RuleKind::kSubdomain;
  record.origin = "https://a.example.com";
  record.method = "GET";
  record.host = "api.example.com";
  record.target = "/orders/7?token=secret";
  record.status = 200;
  record.route = "orders";
  record.generation = 42;
  EXPECT_EQ(LineOf(record),
            R"({"time":"2024-02-29T23:59:59.007Z","endpoint":"auth-request",)"
            R"("kind":"actual","outcome":"allow","code":"allow:subdomain",)"
            R"("origin":"https://a.example.com","method":"GET",)"
            R"("host":"api.example.com","path":"/orders/7","status":200,)"
            R"("route":"orders","generation":42})"
            "\n");
}

TEST(AccessLineTest, WhatIsNotThereIsNull) {
  const nlohmann::json line = JsonOf({});
  EXPECT_TRUE(line["origin"].is_null());
  EXPECT_TRUE(line["route"].is_null());
  EXPECT_EQ(line["code"], "not-cors");
}

TEST(AccessLineTest, CodesHaveTheirParameter) {
  DecisionRecord record;
  record.code = DecisionCode::kMalformedOrigin;
  record.origin_error = OriginError::kEmpty;
  EXPECT_EQ(JsonOf(record)["code"], "malformed-origin:empty");
  record.code = DecisionCode::kHeaderNotAllowed;
  record.detail = "X-Evil\"\n";
  EXPECT_EQ(JsonOf(record)["code"], "header-not-allowed:x-evil\"\n");
}

// What is secret in a URL is not for a log.
TEST(AccessLineTest, NeverTheQueryNorWhatIsBeforeAnAt) {
  const std::vector<std::pair<std::string_view, std::string_view>> rows = {
      {"/a?b=c", "/a"},
      {"/a#b", "/a"},
      {"?b=c", ""},
      {"*", "*"},
      {"", ""},
      {"https://user:secret@api.example.com/a/b?c", "/a/b"},
      {"https://user:secret@api.example.com", ""},
      {"https://user:se/cret@api.example.com/x", "/cret@api.example.com/x"},
      {"user:secret@api.example.com", ""},
      {"/a://b/c", "/a://b/c"},
  };
  for (const auto& [target, path] : rows) {
    DecisionRecord record;
    record.target = target;
    EXPECT_EQ(JsonOf(record)["path"], path) << target;
  }
  DecisionRecord record;
  record.host = "user:secret@api.example.com";
  EXPECT_EQ(JsonOf(record)["host"], "api.example.com");
}

TEST(AccessLineTest, LongTextsAreCut) {
  const std::string longest(100'000, 'x');
  const std::string target = "/" + longest;
  DecisionRecord record;
  record.endpoint = longest;
  record.code = DecisionCode::kHeaderNotAllowed;
  record.detail = longest;
  record.origin = longest;
  record.method = longest;
  record.host = longest;
  record.target = target;
  record.route = longest;
  const nlohmann::json line = JsonOf(record);
  const auto cut = [](std::size_t size) {
    return std::string(size, 'x') + "...";
  };
  EXPECT_EQ(line["endpoint"], cut(PackedRecord::kMaxShort));
  EXPECT_EQ(line["code"], "header-not-allowed:" + cut(PackedRecord::kMaxShort));
  EXPECT_EQ(line["origin"], cut(PackedRecord::kMaxOrigin));
  EXPECT_EQ(line["method"], cut(PackedRecord::kMaxMethod));
  EXPECT_EQ(line["host"], cut(PackedRecord::kMaxHost));
  EXPECT_EQ(line["path"], "/" + cut(PackedRecord::kMaxPath - 1));
  EXPECT_EQ(line["route"], cut(PackedRecord::kMaxShort));
  // At the bound nothing is missing.
  record.origin = std::string_view(longest).substr(0, PackedRecord::kMaxOrigin);
  EXPECT_EQ(JsonOf(record)["origin"], record.origin);
}

TEST(AccessLineTest, NothingThatAClientSendsForgesALine) {
  const std::string hostile =
      "\",\"outcome\":\"allow\"}\r\n{\"time\":\"\x1b[2J\x7f\xc2\x9b\\";
  DecisionRecord record;
  record.origin = hostile;
  record.method = hostile;
  record.host = hostile;
  record.target = hostile;
  record.code = DecisionCode::kMethodNotAllowed;
  record.detail = hostile;
  record.outcome = Outcome::kDeny;
  const nlohmann::json line = JsonOf(record);
  EXPECT_EQ(line["outcome"], "deny");
  EXPECT_EQ(line["origin"], hostile);
  EXPECT_EQ(line["method"], hostile);
  EXPECT_EQ(line["host"], hostile);
  EXPECT_EQ(line["code"], "method-not-allowed:" + hostile);
}

// The same text as the library that writes the operational log.
TEST(JsonTextTest, AgreesWithTheLibrary) {
  std::string every;
  for (int c = 0; c < 0x80; ++c) every += static_cast<char>(c);
  for (const std::string& text :
       {every, std::string(),
        // NOLINTNEXTLINE(misc-misleading-bidirectional): on purpose
        std::string("\xc3\xa4\xe2\x80\xae\xef\xbf\xbf"),
        std::string("\xf0\x9f\xa6\x8a\xf4\x8f\xbf\xbf"),
        std::string("a\xffz\x80")}) {
    std::string ours;
    AppendJsonText(text, &ours);
    EXPECT_EQ(ours,
              nlohmann::json(text).dump(
                  -1, ' ', true, nlohmann::json::error_handler_t::replace));
  }
}

}  // namespace
}  // namespace corsac
