#include "runtime/http/request_head.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tests/testing/exact_request.h"

namespace corsac {
namespace {

using testing::ExactText;
using Status = HeadReader::Status;

constexpr std::string_view kGood =
    "POST /a?b=c HTTP/1.1\r\n"
    "Host: h.example:80\r\n"
    "X-One: 1 2\r\n"
    "Content-Length: 5\r\n"
    "\r\n";

// "" for a head, "…" for the beginning of one, else the error's name.
std::string Outcome(std::string_view bytes, const HttpLimits& limits = {}) {
  const ExactText exact(bytes);
  HeadReader reader(limits);
  switch (reader.Read(exact.view())) {
    case Status::kComplete:
      EXPECT_EQ(reader.error(), HttpError::kNone);
      return "";
    case Status::kIncomplete:
      EXPECT_EQ(reader.error(), HttpError::kNone);
      return "…";
    case Status::kError:
      break;
  }
  return std::string(HttpErrorName(reader.error()));
}

std::string Replaced(std::string_view text, std::string_view from,
                     std::string_view to) {
  std::string result(text);
  const std::size_t at = result.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  EXPECT_EQ(result.find(from, at + 1), std::string::npos) << from;
  return result.replace(at, from.size(), to);
}

TEST(RequestHeadTest, ReadsEveryPart) {
  HeadReader reader({});
  const std::string bytes = std::string(kGood) + "hello";
  ASSERT_EQ(reader.Read(bytes), Status::kComplete);
  const RequestHead& head = reader.head();
  EXPECT_EQ(head.method, "POST");
  EXPECT_EQ(head.target, "/a?b=c");
  EXPECT_EQ(head.path_and_query, "/a?b=c");
  EXPECT_EQ(head.host, "h.example:80");
  ASSERT_EQ(head.fields.size(), 3U);
  EXPECT_EQ(head.fields[1].name, "X-One");
  EXPECT_EQ(head.fields[1].value, "1 2");
  EXPECT_EQ(head.minor_version, 1);
  EXPECT_TRUE(head.keep_alive);
  EXPECT_FALSE(head.expects_continue);
  EXPECT_EQ(head.body_end, BodyEnd::kLength);
  EXPECT_EQ(head.content_length, 5U);
  EXPECT_TRUE(head.has_body());
  EXPECT_EQ(head.size, kGood.size());
  // Views point into what was read.
  EXPECT_EQ(head.method.data(), bytes.data());
}

// A second reading leaves nothing of the first behind.
TEST(RequestHeadTest, ForgetsTheHeadBefore) {
  HeadReader reader({});
  ASSERT_EQ(reader.Read(kGood), Status::kComplete);
  ASSERT_EQ(reader.Read("GET / HTTP/1.0\r\n\r\n"), Status::kComplete);
  EXPECT_TRUE(reader.head().fields.empty());
  EXPECT_EQ(reader.head().host, "");
  EXPECT_FALSE(reader.head().has_body());
  EXPECT_FALSE(reader.head().keep_alive);
  ASSERT_EQ(reader.Read("\n"), Status::kError);
  ASSERT_EQ(reader.Read("G"), Status::kIncomplete);
  EXPECT_EQ(reader.error(), HttpError::kNone);
}

// Each row is the good head with one thing changed.
struct ErrorRow {
  HttpError error;
  std::string_view from;
  std::string_view to;
};

const std::vector<ErrorRow> kLineRows = {
    {HttpError::kLineEnd, "1.1\r\n", "1.1\n"},
    {HttpError::kLineEnd, "1.1\r\n", "1.1\r"},
    {HttpError::kLineEnd, "1.1\r\n", "1.1\r\r\n"},
    {HttpError::kLineEnd, "1 2\r\n", "1 2\n"},
    {HttpError::kLineEnd, "1 2\r\n", "1 2\r"},
    {HttpError::kLineEnd, "1 2\r\n", "1\r2\r\n"},
    {HttpError::kLineEnd, "5\r\n\r\n", "5\r\n\n"},
    {HttpError::kLineEnd, "5\r\n\r\n", "5\r\n\rx"},
    {HttpError::kLineEnd, "POST", "\nPOST"},
    {HttpError::kLineEnd, "POST", "\rPOST"},
    {HttpError::kLineEnd, "X-One", "X-\nOne"},
    {HttpError::kRequestLine, "POST /a?b=c HTTP/1.1", " /a?b=c HTTP/1.1"},
    {HttpError::kRequestLine, "POST /a?b=c HTTP/1.1", "POST"},
    {HttpError::kRequestLine, "POST /a?b=c HTTP/1.1", "POST /a?b=c"},
    {HttpError::kRequestLine, "POST /a?b=c HTTP/1.1", "POST  HTTP/1.1"},
    {HttpError::kRequestLine, "POST /", "POST  /"},
    {HttpError::kRequestLine, "1.1\r\n", "1.1 \r\n"},
    {HttpError::kRequestLine, "1.1\r\n", "1.1x\r\n"},
    {HttpError::kRequestLine, "1.1\r\n", "1.11\r\n"},
    {HttpError::kRequestLine, "POST", "\r\n\r\nPOST"},
    {HttpError::kMethod, "POST", "PO(ST"},
    {HttpError::kMethod, "POST", "PO\tST"},
    {HttpError::kMethod, "POST", "\xFFPOST"},
    {HttpError::kMethod, "POST ", "POST\t"},
    {HttpError::kTarget, "/a?b=c", "/a#b"},
    {HttpError::kTarget, "/a?b=c", "/a\tb"},
    {HttpError::kTarget, "/a?b=c", "/a\x80"},
    {HttpError::kTarget, "/a?b=c", "a"},
    {HttpError::kTarget, "/a?b=c", "*"},
    {HttpError::kTarget, "/a?b=c", "h.example:443"},
    {HttpError::kTarget, "/a?b=c", "http://"},
    {HttpError::kTarget, "/a?b=c", "http:///a"},
    {HttpError::kTarget, "/a?b=c", "http:/a"},
    {HttpError::kTarget, "/a?b=c", "http://u@h/a"},
    {HttpError::kTarget, "/a?b=c", "http://h\\x/a"},
    {HttpError::kTarget, "/a?b=c", "ftp://h/a"},
    {HttpError::kTarget, "POST /a?b=c", "CONNECT h.example:443"},
    {HttpError::kTarget, "POST /a?b=c", "CONNECT /a"},
    {HttpError::kTarget, "POST /a?b=c", "CONNECT http://h/"},
    {HttpError::kVersion, "HTTP/1.1", "HTTP/1"},
    {HttpError::kVersion, "HTTP/1.1", "HTTP/1."},
    {HttpError::kVersion, "HTTP/1.1", "HTTP/11"},
    {HttpError::kVersion, "HTTP/1.1", "HTTP-1.1"},
    {HttpError::kVersion, "HTTP/1.1", "http/1.1"},
    {HttpError::kVersion, "HTTP/1.1", "HTTP/x.1"},
    {HttpError::kVersion, "HTTP/1.1", "HTTP/1.x"},
    {HttpError::kVersion, "HTTP/1.1", " HTTP/1.1"},
    {HttpError::kVersion, "HTTP/1.1", "FOO"},
    {HttpError::kVersion, "HTTP/1.1", "ICY/1.10"},
    {HttpError::kVersion, "HTTP/1.1", ""},
    {HttpError::kVersionSupport, "HTTP/1.1", "HTTP/1.2"},
    {HttpError::kVersionSupport, "HTTP/1.1", "HTTP/0.9"},
    {HttpError::kVersionSupport, "HTTP/1.1", "HTTP/2.0"},
    {HttpError::kVersionSupport, "HTTP/1.1", "HTTP/9.9"},
};

const std::vector<ErrorRow> kFieldRows = {
    {HttpError::kFieldName, "X-One:", "X-One :"},
    {HttpError::kFieldName, "X-One:", "X-One\t:"},
    {HttpError::kFieldName, "X-One:", "X One:"},
    {HttpError::kFieldName, "X-One:", ":"},
    {HttpError::kFieldName, "X-One:", "\xFFX-One:"},
    {HttpError::kFieldName, "X-One:", "X-(One):"},
    {HttpError::kFieldName, "X-One: 1 2", "X-One"},
    {HttpError::kFieldName, "Content-Length: 5", "Content-Length : 5"},
    {HttpError::kFieldFold, "X-One", " X-One"},
    {HttpError::kFieldFold, "X-One", "\tX-One"},
    {HttpError::kFieldFold, "Host: h", " Host: h"},
    {HttpError::kFieldFold, "5\r\n\r\n", "5\r\n \r\n\r\n"},
    {HttpError::kFieldValue, "1 2", std::string_view("1\0002", 3)},
    {HttpError::kFieldValue, "1 2", "1\x01\x32"},
    {HttpError::kFieldValue, "1 2", "1\x7F\x32"},
    {HttpError::kFieldValue, "1 2", "1 2\x0B"},
    {HttpError::kHost, "Host:", "Hosts:"},
    {HttpError::kHost, "X-One: 1 2", "host: h.example:80"},
    {HttpError::kHost, "X-One: 1 2", "HOST:"},
    {HttpError::kHost, "h.example:80", "a b"},
    {HttpError::kHost, "h.example:80", "a, b"},
    {HttpError::kHost, "h.example:80", "h/p"},
    {HttpError::kHost, "h.example:80", "u@h"},
    {HttpError::kHost, "h.example:80", "h\\p"},
    {HttpError::kHost, "h.example:80", "\x80"},
    {HttpError::kContentLength, "X-One: 1 2", "Content-length: 5"},
    {HttpError::kContentLength, "X-One: 1 2", "content-length: 6"},
    {HttpError::kContentLength, ": 5", ": +5"},
    {HttpError::kContentLength, ": 5", ": -5"},
    {HttpError::kContentLength, ": 5", ": 5, 5"},
    {HttpError::kContentLength, ": 5", ": 1,000"},
    {HttpError::kContentLength, ": 5", ": 0x5"},
    {HttpError::kContentLength, ": 5", ": 5.0"},
    {HttpError::kContentLength, ": 5", ": 5 5"},
    {HttpError::kContentLength, ": 5", ": \xB5"},
    {HttpError::kContentLength, ": 5", ":"},
    {HttpError::kContentLength, ": 5", ": 1000000000000000000"},
    {HttpError::kContentLength, ": 5", ": 18446744073709551621"},
    {HttpError::kTransferEncoding, "Content-Length: 5",
     "Transfer-Encoding: gzip"},
    {HttpError::kTransferEncoding, "Content-Length: 5",
     "Transfer-Encoding: gzip, chunked"},
    {HttpError::kTransferEncoding, "Content-Length: 5",
     "Transfer-Encoding: chunked, chunked"},
    {HttpError::kTransferEncoding, "Content-Length: 5",
     "Transfer-Encoding: xchunked"},
    {HttpError::kTransferEncoding, "Content-Length: 5",
     "Transfer-Encoding: chunkedx"},
    {HttpError::kTransferEncoding, "Content-Length: 5",
     "Transfer-Encoding: identity"},
    {HttpError::kTransferEncoding, "Content-Length: 5", "Transfer-Encoding:"},
    {HttpError::kTransferEncoding, "Content-Length: 5",
     "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"},
    {HttpError::kTransferEncoding, "Content-Length: 5",
     "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked"},
    {HttpError::kTwoLengths, "X-One: 1 2", "Transfer-Encoding: chunked"},
    {HttpError::kTwoLengths, "5\r\n\r\n",
     "0\r\nTRANSFER-ENCODING: Chunked\r\n\r\n"},
    {HttpError::kExpect, "X-One: 1 2", "Expect: 200-ok"},
    {HttpError::kExpect, "X-One: 1 2", "Expect:"},
    {HttpError::kExpect, "X-One: 1 2", "expect: 100-continue, x"},
};

TEST(RequestHeadTest, SaysWhatIsWrong) {
  ASSERT_EQ(Outcome(kGood), "");
  for (const std::vector<ErrorRow>& rows : {kLineRows, kFieldRows}) {
    for (const ErrorRow& row : rows) {
      const std::string head = Replaced(kGood, row.from, row.to);
      EXPECT_EQ(Outcome(head), HttpErrorName(row.error)) << head;
    }
  }
}

TEST(RequestHeadTest, TransferEncodingIsNotForHttp10) {
  const std::string rest = "Transfer-Encoding: chunked\r\n\r\n";
  EXPECT_EQ(Outcome("POST / HTTP/1.0\r\n" + rest), "transfer-encoding");
  EXPECT_EQ(Outcome("POST / HTTP/1.1\r\nHost: h\r\n" + rest), "");
}

// Beside limits and bodies, which have tests of their own, no error is left
// out above.
TEST(RequestHeadTest, EveryErrorHasRowsAndTexts) {
  std::set<HttpError> seen = {HttpError::kNone, HttpError::kHeadSize,
                              HttpError::kFieldCount, HttpError::kChunk,
                              HttpError::kBodySize};
  for (const ErrorRow& row : kLineRows) seen.insert(row.error);
  for (const ErrorRow& row : kFieldRows) seen.insert(row.error);
  EXPECT_EQ(seen.size(), kHttpErrors);
  std::set<std::string_view> names;
  for (std::size_t i = 1; i < kHttpErrors; ++i) {
    const auto error = static_cast<HttpError>(i);
    EXPECT_TRUE(names.insert(HttpErrorName(error)).second);
    EXPECT_FALSE(HttpErrorText(error).empty());
    EXPECT_NE(HttpErrorText(error).back(), '.');
  }
  EXPECT_EQ(HttpErrorStatus(HttpError::kLineEnd), 400);
  EXPECT_EQ(HttpErrorStatus(HttpError::kVersionSupport), 505);
  EXPECT_EQ(HttpErrorStatus(HttpError::kHeadSize), 431);
  EXPECT_EQ(HttpErrorStatus(HttpError::kFieldCount), 431);
  EXPECT_EQ(HttpErrorStatus(HttpError::kExpect), 417);
  EXPECT_EQ(HttpErrorStatus(HttpError::kBodySize), 413);
}

TEST(RequestHeadTest, MethodsHaveALimit) {
  const std::string rest = " / HTTP/1.1\r\nHost: h\r\n\r\n";
  for (const std::size_t size : {1U, 15U, 16U, 17U, 63U, 64U}) {
    EXPECT_EQ(Outcome(std::string(size, 'M') + rest), "") << size;
  }
  EXPECT_EQ(Outcome(std::string(65, 'M') + rest), "method");
  // Before the line is there.
  EXPECT_EQ(Outcome(std::string(64, 'M')), "…");
  EXPECT_EQ(Outcome(std::string(65, 'M')), "method");
}

std::string HeadOfSize(std::size_t size) {
  std::string head = "GET / HTTP/1.1\r\nHost: h\r\nX: ";
  head.append(size - head.size() - 4, 'x');
  return head + "\r\n\r\n";
}

TEST(RequestHeadTest, HeadsHaveALimit) {
  HttpLimits limits;
  limits.max_head_bytes = 256;
  for (const std::size_t size : {255U, 256U}) {
    EXPECT_EQ(Outcome(HeadOfSize(size), limits), "") << size;
    EXPECT_EQ(Outcome(HeadOfSize(size) + "body", limits), "") << size;
  }
  EXPECT_EQ(Outcome(HeadOfSize(257), limits), "head-size");
  EXPECT_EQ(Outcome(HeadOfSize(4000), limits), "head-size");
  // As soon as no more bytes would make it a head, and not before.
  const std::string long_head = HeadOfSize(300);
  EXPECT_EQ(Outcome(long_head.substr(0, 255), limits), "…");
  EXPECT_EQ(Outcome(long_head.substr(0, 256), limits), "head-size");
  const std::string no_end = HeadOfSize(257).substr(0, 256);
  EXPECT_EQ(no_end.back(), '\r');
  EXPECT_EQ(Outcome(no_end, limits), "head-size");
  // The empty line before a request counts.
  EXPECT_EQ(Outcome("\r\n" + HeadOfSize(254), limits), "");
  EXPECT_EQ(Outcome("\r\n" + HeadOfSize(255), limits), "head-size");
}

TEST(RequestHeadTest, FieldsHaveALimit) {
  HttpLimits limits;
  limits.max_fields = 5;
  for (std::size_t count = 0; count <= 7; ++count) {
    std::string head = "GET / HTTP/1.0\r\n";
    for (std::size_t i = 0; i < count; ++i) head += "X: y\r\n";
    const std::string wanted = count <= 5 ? "" : "field-count";
    EXPECT_EQ(Outcome(head + "\r\n", limits), wanted) << count;
    EXPECT_EQ(Outcome(head, limits), count <= 5 ? "…" : wanted) << count;
  }
}

TEST(RequestHeadTest, LengthsHaveALimit) {
  HeadReader reader({});
  for (const std::string_view digits : {"0", "00", "999999999999999999"}) {
    const std::string head = Replaced(kGood, ": 5", ": " + std::string(digits));
    ASSERT_EQ(reader.Read(head), Status::kComplete) << digits;
    EXPECT_EQ(reader.head().content_length, std::stoull(std::string(digits)));
    EXPECT_EQ(reader.head().has_body(), digits[0] != '0');
    EXPECT_EQ(reader.head().body_end, BodyEnd::kLength);
  }
}

// --- Cut anywhere ------------------------------------------------------------

const std::vector<std::string> kGoodHeads = {
    std::string(kGood),
    "\r\n" + std::string(kGood),
    "GET / HTTP/1.0\r\n\r\n",
    "OPTIONS * HTTP/1.1\r\nhost:\r\n\r\n",
    ("GET HTTPS://h.example:443/x?y HTTP/1.1\r\nHost: other\r\n"
     "Connection: a ,CLOSE\r\nExpect: 100-continue\r\n"
     "Transfer-Encoding: \t chunked \t\r\n"
     "A-Name-Of-More-Than-Sixteen-Bytes-Or-Thirty-Two: \xC3\xA4\t x\r\n\r\n"),
};

TEST(RequestHeadTest, ABeginningIsIncompleteAndLosesNothing) {
  for (const std::string& head : kGoodHeads) {
    for (std::size_t size = 0; size < head.size(); ++size) {
      EXPECT_EQ(Outcome(head.substr(0, size)), "…") << head.substr(0, size);
    }
    HeadReader fresh({});
    ASSERT_EQ(fresh.Read(head), Status::kComplete);
    HeadReader reader({});
    for (std::size_t size = 0; size < head.size(); ++size) {
      ASSERT_EQ(reader.Read(head.substr(0, size)), Status::kIncomplete);
      ASSERT_EQ(reader.Read(head), Status::kComplete);
      const RequestHead& got = reader.head();
      const RequestHead& wanted = fresh.head();
      EXPECT_EQ(got.method, wanted.method);
      EXPECT_EQ(got.target, wanted.target);
      EXPECT_EQ(got.path_and_query, wanted.path_and_query);
      EXPECT_EQ(got.host, wanted.host);
      EXPECT_EQ(got.fields.size(), wanted.fields.size());
      EXPECT_EQ(got.keep_alive, wanted.keep_alive);
      EXPECT_EQ(got.expects_continue, wanted.expects_continue);
      EXPECT_EQ(got.body_end, wanted.body_end);
      EXPECT_EQ(got.size, head.size());
    }
  }
}

// The error does not depend on how much has come, nor on what comes after.
TEST(RequestHeadTest, ABadHeadHasOneError) {
  for (const std::vector<ErrorRow>& rows : {kLineRows, kFieldRows}) {
    for (const ErrorRow& row : rows) {
      const std::string head = Replaced(kGood, row.from, row.to);
      bool failed = false;
      for (std::size_t size = 0; size <= head.size(); ++size) {
        const std::string outcome = Outcome(head.substr(0, size));
        if (!failed && outcome == "…") continue;
        failed = true;
        EXPECT_EQ(outcome, HttpErrorName(row.error)) << head.substr(0, size);
      }
      EXPECT_TRUE(failed) << head;
      EXPECT_EQ(Outcome(head + "GET / HTTP/1.1\r\n"), HttpErrorName(row.error));
    }
  }
}

// --- Targets, hosts, connections ---------------------------------------------

struct TargetRow {
  std::string_view method;
  std::string_view target;
  std::string_view path_and_query;
  std::string_view host;
};

TEST(RequestHeadTest, TakesTargetsApart) {
  const std::vector<TargetRow> rows = {
      {"GET", "/", "/", "h"},
      {"GET", "//x", "//x", "h"},
      {"GET", "/?http://x/", "/?http://x/", "h"},
      {"GET", "/%2F\"<>\\^`{|}", "/%2F\"<>\\^`{|}", "h"},
      {"OPTIONS", "*", "*", "h"},
      {"GET", "http://a", "/", "a"},
      {"GET", "http://a/", "/", "a"},
      {"GET", "HtTpS://a:1/b?c", "/b?c", "a:1"},
      {"GET", "http://[::1]:8/b", "/b", "[::1]:8"},
      {"GET", "http://a?b=/c", "/", "a"},
      {"GET", "http://a/?b", "/?b", "a"},
      {"OPTIONS", "http://a", "/", "a"},
  };
  HeadReader reader({});
  for (const TargetRow& row : rows) {
    const std::string head = std::string(row.method) + " " +
                             std::string(row.target) +
                             " HTTP/1.1\r\nHost: h\r\n\r\n";
    ASSERT_EQ(reader.Read(head), Status::kComplete) << head;
    EXPECT_EQ(reader.head().target, row.target);
    EXPECT_EQ(reader.head().path_and_query, row.path_and_query) << head;
    EXPECT_EQ(reader.head().host, row.host) << head;
  }
}

TEST(RequestHeadTest, TellsWhetherTheConnectionStays) {
  struct Row {
    int minor;
    std::string_view lines;
    bool keep_alive;
  };
  const std::vector<Row> rows = {
      {1, "", true},
      {1, "Connection: close\r\n", false},
      {1, "connection:CLOSE\r\n", false},
      {1, "Connection: x , close\r\n", false},
      {1, "Connection: x\r\nConnection: close\r\n", false},
      {1, "Connection: closed\r\n", true},
      {1, "Connection: keep-alive\r\n", true},
      {1, "Connection: keep-alive, close\r\n", false},
      {1, "X-Connection: close\r\n", true},
      {0, "", false},
      {0, "Connection: keep-alive\r\n", true},
      {0, "Connection: Keep-Alive, x\r\n", true},
      {0, "Connection: keep-alive\r\nConnection: close\r\n", false},
      {0, "Connection: keepalive\r\n", false},
  };
  HeadReader reader({});
  for (const Row& row : rows) {
    const std::string head = "GET / HTTP/1." + std::to_string(row.minor) +
                             "\r\nHost: h\r\n" + std::string(row.lines) +
                             "\r\n";
    ASSERT_EQ(reader.Read(head), Status::kComplete) << head;
    EXPECT_EQ(reader.head().keep_alive, row.keep_alive) << head;
    EXPECT_EQ(reader.head().minor_version, row.minor);
  }
}

TEST(RequestHeadTest, ExpectIsNotForHttp10) {
  HeadReader reader({});
  const std::string rest = "Host: h\r\nExpect: 100-Continue\r\n\r\n";
  ASSERT_EQ(reader.Read("GET / HTTP/1.1\r\n" + rest), Status::kComplete);
  EXPECT_TRUE(reader.head().expects_continue);
  ASSERT_EQ(reader.Read("GET / HTTP/1.0\r\n" + rest), Status::kComplete);
  EXPECT_FALSE(reader.head().expects_continue);
}

}  // namespace
}  // namespace corsac
