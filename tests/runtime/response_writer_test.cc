#include "runtime/http/response_writer.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "tests/testing/strict_answers.h"

namespace corsac {
namespace {

using Context = ResponseWriter::Context;
using testing::ReadStrictAnswers;
using testing::StrictAnswer;
using testing::StrictAnswers;

constexpr std::string_view kDate = "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n";

TEST(ResponseWriterTest, WritesAWholeAnswer) {
  const Context context{.date_line = kDate};
  std::string out = "before";
  ResponseWriter writer(context, &out);
  writer.Start(403);
  writer.AddField("Vary", "Origin");
  writer.lines()->append("X-Line: as it is\r\n");
  EXPECT_FALSE(writer.finished());
  writer.Finish("text/plain", "no\n");
  EXPECT_TRUE(writer.finished());
  EXPECT_TRUE(writer.keep_alive());
  EXPECT_EQ(writer.status(), 403);
  EXPECT_EQ(out,
            "beforeHTTP/1.1 403 Forbidden\r\n"
            "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n"
            "Vary: Origin\r\n"
            "X-Line: as it is\r\n"
            "Content-Type: text/plain\r\n"
            "Content-Length: 3\r\n"
            "\r\n"
            "no\n");
}

std::string Answer(const Context& context, std::uint16_t status,
                   bool close = false) {
  std::string out;
  ResponseWriter writer(context, &out);
  writer.Start(status);
  if (close) writer.Close();
  EXPECT_EQ(writer.keep_alive(), context.keep_alive && !close);
  writer.Finish();
  return out;
}

TEST(ResponseWriterTest, SaysWhatBecomesOfTheConnection) {
  const auto connection = [](int minor, bool keep_alive, bool close) {
    const Context context{.minor_version = static_cast<std::uint8_t>(minor),
                          .keep_alive = keep_alive,
                          .date_line = kDate};
    const StrictAnswers read = ReadStrictAnswers(Answer(context, 200, close));
    EXPECT_EQ(read.error, "");
    EXPECT_EQ(read.answers.size(), 1U);
    return read.answers.at(0).Field("Connection");
  };
  EXPECT_EQ(connection(1, true, false), "");
  EXPECT_EQ(connection(1, false, false), "close");
  EXPECT_EQ(connection(1, true, true), "close");
  EXPECT_EQ(connection(0, true, false), "keep-alive");
  EXPECT_EQ(connection(0, false, false), "close");
  EXPECT_EQ(connection(0, true, true), "close");
}

TEST(ResponseWriterTest, EveryStatusIsOneAnswer) {
  for (int status = 200; status <= 599; ++status) {
    const std::string out = Answer({}, static_cast<std::uint16_t>(status));
    const bool no_length = status == 204 || status == 304;
    EXPECT_EQ(out.find("Content-Length: 0\r\n") == std::string::npos, no_length)
        << out;
    if (status == 304) continue;  // which the reader does not know
    const StrictAnswers read = ReadStrictAnswers(out);
    EXPECT_EQ(read.error, "") << status;
    ASSERT_EQ(read.answers.size(), 1U);
    EXPECT_EQ(read.answers[0].status, status);
  }
}

TEST(ResponseWriterTest, AnswersToHeadHaveALengthAndNoBody) {
  const Context context{.head_request = true, .date_line = kDate};
  std::string out;
  ResponseWriter writer(context, &out);
  writer.Start(200);
  writer.Finish("text/plain", "hello");
  EXPECT_NE(out.find("Content-Length: 5\r\n"), std::string::npos);
  EXPECT_EQ(out.substr(out.size() - 4), "\r\n\r\n");
}

// Whatever a value holds, the answer stays one, with one more line.
TEST(ResponseWriterTest, ValuesCannotEndTheirLine) {
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    const Context context{.date_line = kDate};
    std::string out;
    ResponseWriter writer(context, &out);
    writer.Start(200);
    std::string value = "a";
    value += c;
    value += "X-Injected: 1";
    writer.AddField("X-Value", value);
    writer.Finish("text/plain", "b");
    const StrictAnswers read = ReadStrictAnswers(out);
    EXPECT_EQ(read.error, "") << byte;
    ASSERT_EQ(read.answers.size(), 1U) << byte;
    const StrictAnswer& answer = read.answers[0];
    EXPECT_EQ(answer.Field("X-Injected"), "") << byte;
    const bool control = (byte < 32 && byte != 9) || byte == 127;
    const std::string wanted =
        std::string("a") + (control ? '?' : c) + "X-Injected: 1";
    EXPECT_EQ(answer.Field("X-Value"), wanted) << byte;
    EXPECT_EQ(answer.body, "b");
  }
}

TEST(ResponseWriterDeathTest, MisuseIsABug) {
  const Context context;
  std::string out;
  const auto start = [&](std::uint16_t status) {
    ResponseWriter writer(context, &out);
    writer.Start(status);
  };
  EXPECT_DEATH(start(199), "check failed");
  EXPECT_DEATH(start(600), "check failed");
  ResponseWriter unstarted(context, &out);
  EXPECT_DEATH(unstarted.Finish(), "check failed");
  ResponseWriter writer(context, &out);
  writer.Start(204);
  EXPECT_DEATH(writer.Start(204), "check failed");
  EXPECT_DEATH(writer.AddField("X Y", "z"), "check failed");
  EXPECT_DEATH(writer.AddField("X\r\nY", "z"), "check failed");
  EXPECT_DEATH(writer.AddField("", "z"), "check failed");
  EXPECT_DEATH(writer.Finish("text/plain", "body"), "check failed");
  EXPECT_DEATH(writer.Finish("", "body"), "check failed");
  writer.Finish();
  EXPECT_DEATH(writer.Finish(), "check failed");
}

}  // namespace
}  // namespace corsac
