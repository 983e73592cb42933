#include "runtime/http/chunked_body.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "tests/testing/choices.h"
#include "tests/testing/exact_request.h"
#include "tests/testing/reference_http.h"

namespace corsac {
namespace {

using Status = ChunkedBody::Status;
using testing::ExactText;
using testing::ReferenceChunks;

struct Reading {
  Status status = Status::kMore;
  std::size_t used = 0;
  std::string data;
};

// Reads `bytes` in pieces that end at `cuts`.
Reading ReadBody(std::string_view bytes, const std::vector<std::size_t>& cuts,
                 std::size_t max_bytes = 1000) {
  Reading reading;
  ChunkedBody body;
  std::vector<std::size_t> ends = cuts;
  ends.push_back(bytes.size());
  std::size_t at = 0;
  for (const std::size_t end : ends) {
    const ExactText piece(bytes.substr(at, end - at));
    const ChunkedBody::Progress progress =
        body.Read(piece.view(), max_bytes, &reading.data);
    reading.status = progress.status;
    reading.used = at + progress.used;
    at = end;
    if (progress.status != Status::kMore) break;
    EXPECT_EQ(progress.used, piece.view().size());
  }
  return reading;
}

struct Row {
  std::string_view bytes;
  Status status;
  std::string_view data;
  std::string_view rest{};  // not used, after kEnd
};

const std::vector<Row> kRows = {
    {"0\r\n\r\n", Status::kEnd, ""},
    {"00000000\r\n\r\n", Status::kEnd, ""},
    {"5\r\nhello\r\n0\r\n\r\n", Status::kEnd, "hello"},
    {"5\r\nhello\r\n0\r\n\r\nGET /", Status::kEnd, "hello", "GET /"},
    {"5\r\nhello\r\n0\r\n\r\n\r\n", Status::kEnd, "hello", "\r\n"},
    {"1\r\nh\r\n4\r\nello\r\n0\r\n\r\n", Status::kEnd, "hello"},
    {"A\r\n0123456789\r\n0\r\n\r\n", Status::kEnd, "0123456789"},
    {"a\r\n0123456789\r\n0\r\n\r\n", Status::kEnd, "0123456789"},
    {"0000000a\r\n\r\n0\r\n\r\n56\r\n0\r\n\r\n", Status::kMalformed,
     "\r\n0\r\n\r\n56\r"},
    {"00000009\r\n\r\n0\r\n\r\n56\r\n0\r\n\r\n", Status::kEnd,
     "\r\n0\r\n\r\n56"},
    {"", Status::kMore, ""},
    {"5", Status::kMore, ""},
    {"5\r\nhel", Status::kMore, "hel"},
    {"5\r\nhello\r\n", Status::kMore, "hello"},
    {"0\r\n", Status::kMore, ""},
    {"0\r\n\r", Status::kMore, ""},
    {"\r\n", Status::kMalformed, ""},
    {"\n", Status::kMalformed, ""},
    {" 5\r\nhello\r\n", Status::kMalformed, ""},
    {"5 \r\nhello\r\n", Status::kMalformed, ""},
    {"+5\r\nhello\r\n", Status::kMalformed, ""},
    {"-5\r\nhello\r\n", Status::kMalformed, ""},
    {"0x5\r\nhello\r\n", Status::kMalformed, ""},
    {"g\r\n", Status::kMalformed, ""},
    {"5;a=b\r\nhello\r\n", Status::kMalformed, ""},
    {"5\nhello\r\n", Status::kMalformed, ""},
    {"5\rhello\r\n", Status::kMalformed, ""},
    {"5\r\nhello0\r\n\r\n", Status::kMalformed, "hello"},
    {"5\r\nhello\n0\r\n\r\n", Status::kMalformed, "hello"},
    {"5\r\nhello\r0\r\n\r\n", Status::kMalformed, "hello"},
    {"4\r\nhello\r\n0\r\n\r\n", Status::kMalformed, "hell"},
    {"6\r\nhello\r\n0\r\n\r\n", Status::kMalformed, "hello\r"},
    {"0\r\nTrailer: x\r\n\r\n", Status::kMalformed, ""},
    {"0\r\n\n", Status::kMalformed, ""},
    {"0\r\n\rx", Status::kMalformed, ""},
    {"0\n\r\n", Status::kMalformed, ""},
    {"000000000\r\n\r\n", Status::kMalformed, ""},
    {"100000005\r\nhello\r\n", Status::kMalformed, ""},
    {"3E9\r\n", Status::kTooLarge, ""},
    {"ffffffff\r\n", Status::kTooLarge, ""},
};

TEST(ChunkedBodyTest, ReadsStrictlyWhereverItIsCut) {
  for (const Row& row : kRows) {
    SCOPED_TRACE(row.bytes);
    const std::size_t size = row.bytes.size();
    std::vector<std::vector<std::size_t>> ways = {{}, {}};
    for (std::size_t at = 1; at < size; ++at) ways[1].push_back(at);
    for (std::size_t first = 0; first <= size; ++first) {
      for (std::size_t second = first; second <= size; ++second) {
        ways.push_back({first, second});
      }
    }
    for (const std::vector<std::size_t>& cuts : ways) {
      const Reading reading = ReadBody(row.bytes, cuts);
      ASSERT_EQ(reading.status, row.status);
      EXPECT_EQ(reading.data, row.data);
      if (row.status == Status::kEnd) {
        EXPECT_EQ(row.bytes.substr(reading.used), row.rest);
      }
    }
  }
}

TEST(ChunkedBodyTest, HasALimit) {
  const std::string chunks = "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
  EXPECT_EQ(ReadBody(chunks, {}, 6).status, Status::kEnd);
  EXPECT_EQ(ReadBody(chunks, {}, 5).status, Status::kEnd);
  EXPECT_EQ(ReadBody(chunks, {}, 4).status, Status::kTooLarge);
  EXPECT_EQ(ReadBody(chunks, {}, 4).data, "abc");
  EXPECT_EQ(ReadBody(chunks, {}, 0).status, Status::kTooLarge);
  EXPECT_EQ(ReadBody("0\r\n\r\n", {}, 0).status, Status::kEnd);
  // When the size is known, not when the data have come.
  EXPECT_EQ(ReadBody("6\r\n", {}, 5).status, Status::kTooLarge);
}

// As the header says, whatever the pieces: 12 bytes around each of these.
TEST(ChunkedBodyTest, IsNotMuchLargerThanItsData) {
  const std::string chunk = "00000001\r\nx\r\n";
  std::string chunks;
  for (int i = 0; i < 10; ++i) chunks += chunk;
  EXPECT_EQ(ReadBody(chunks, {}, 55).data, std::string(9, 'x'));
  for (std::size_t cut = 0; cut <= chunks.size(); ++cut) {
    EXPECT_EQ(ReadBody(chunks, {cut}, 56).status, Status::kMore);
    EXPECT_EQ(ReadBody(chunks, {cut}, 55).status, Status::kTooLarge);
  }
  // The last one counts as well.
  EXPECT_EQ(ReadBody(chunks + "0\r\n\r\n", {}, 61).status, Status::kEnd);
  EXPECT_EQ(ReadBody(chunks + "0\r\n\r\n", {}, 60).status, Status::kTooLarge);
}

TEST(ChunkedBodyTest, ThrowsDataAway) {
  ChunkedBody body;
  const ChunkedBody::Progress progress =
      body.Read("5\r\nhello\r\n0\r\n\r\nrest", 5, nullptr);
  EXPECT_EQ(progress.status, Status::kEnd);
  EXPECT_EQ(progress.used, 15U);
}

Status ToStatus(ReferenceChunks::Status status) {
  return static_cast<Status>(status);
}

TEST(ChunkedBodyTest, AgreesWithTheReference) {
  const std::vector<std::string_view> pieces = {
      "1",    "0",  "5",  "f", "\r\n", "\r\n",
      "\r\n", "\r", "\n", ";", "x",    "hello"};
  testing::Choices choices = testing::Choices::FromSeed(7);
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes = choices.OneIn(2) ? "1\r\nx\r\n" : "";
    for (std::size_t n = choices.Below(8); n > 0; --n) {
      bytes += choices.From(pieces);
    }
    std::vector<std::size_t> cuts;
    if (!bytes.empty()) cuts.push_back(choices.Below(bytes.size()));
    const Reading got = ReadBody(bytes, cuts, 12);
    const ReferenceChunks wanted = testing::ReadReferenceChunks(bytes, 12);
    ASSERT_EQ(got.status, ToStatus(wanted.status)) << bytes;
    ASSERT_EQ(got.data, wanted.data) << bytes;
    if (got.status == Status::kEnd) {
      ASSERT_EQ(got.used, wanted.used) << bytes;
    }
  }
}

}  // namespace
}  // namespace corsac
