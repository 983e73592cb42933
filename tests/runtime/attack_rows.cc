// The table of tests/runtime/http_attacks_test.cc.
#include "tests/runtime/attack_rows.h"

#include <string>
#include <string_view>

namespace corsac::testing {
namespace {

const std::string kSmuggled = "GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n";

std::string Get(std::string_view lines) {
  return "GET /x HTTP/1.1\r\nHost: h\r\n" + std::string(lines) + "\r\n";
}

std::string Post(std::string_view target, std::string_view lines,
                 std::string_view body) {
  return "POST " + std::string(target) + " HTTP/1.1\r\nHost: h\r\n" +
         std::string(lines) + "\r\n" + std::string(body);
}

// One that Poco answers with 200, and we with an error.
AttackRow Refused(const std::string& name, const std::string& bytes,
                  const std::string& error, int status = 400) {
  AttackRow row;
  row.name = name;
  row.bytes = bytes;
  row.ours = {{status, "\"errors\":[\"" + error + "\"]"}};
  return row;
}

using Rows = std::vector<AttackRow>;

// E-mail's encoded words (RFC 2047), which Poco decodes in every value.
void AddEncodedWords(Rows* rows) {
  // "https://evil.example", CR LF, "Set-Cookie: pwn=1"
  const std::string split =
      "=?utf-8?B?"
      "aHR0cHM6Ly9ldmlsLmV4YW1wbGUNClNldC1Db29raWU6IHB3bj0x?=";
  rows->push_back({.name = "an encoded line end in Origin splits the answer",
                   .bytes = Get("Origin: " + split + "\r\n"),
                   .poco_text = "\r\nSet-Cookie: pwn=1\r\n",
                   .ours = {{200, "<" + split + ">"}},
                   .closes = false});
  // "x", CR LF, "Set-Cookie: pwn=1"
  rows->push_back(
      {.name = "an encoded line end in the names of headers does so too",
       .bytes = Get("Access-Control-Request-Headers: "
                    "=?utf-8?B?eA0KU2V0LUNvb2tpZTogcHduPTE=?=\r\n"),
       .poco_text = "\r\nSet-Cookie: pwn=1\r\n",
       .ours = {{200, ""}},
       .closes = false});
  const std::string trusted = "=?utf-8?Q?https://trusted.example?=";
  rows->push_back({.name = "an encoded origin equals a trusted one",
                   .bytes = Get("Origin: " + trusted + "\r\n"),
                   .poco_text = "<https://trusted.example>",
                   .ours = {{200, "<" + trusted + ">"}},
                   .closes = false});
}

void AddByteFf(Rows* rows) {
  AttackRow row = Refused(
      "0xFF at the start of a line ends the head",
      "GET /x HTTP/1.1\r\nHost: h\r\nX: 1\r\n\xFF" + kSmuggled, "field-name");
  row.poco_answers = 2;
  row.poco_text = "GET /smuggled <>";
  rows->push_back(row);
  rows->push_back({.name = "0xFF in a value disappears",
                   .bytes = Get("Origin: https://a\xFF.example\r\n"),
                   .poco_text = "<https://a.example>",
                   .ours = {{200, "<https://a\xFF.example>"}},
                   .closes = false});
}

void AddBodies(Rows* rows) {
  const std::string length =
      "Content-Length: " + std::to_string(kSmuggled.size()) + "\r\n";
  rows->push_back({.name = "a body that is not read is the next request",
                   .bytes = Post("/pf", length, kSmuggled),
                   .poco_answers = 2,
                   .poco_text = "GET /smuggled <>",
                   .ours = {{200, "POST /pf <> []"}},
                   .closes = false});
  rows->push_back(
      {.name = "a body that is not read begins the next request",
       .bytes = Post("/x", "Content-Length: 5\r\n", "hello" + Get("")),
       .poco_answers = 2,
       .poco_text = "helloGET /x",
       .ours = {{200, "POST /x"}, {200, "GET /x"}},
       .closes = false});
  rows->push_back(
      {.name = "a POST without a length is a body to the end",
       .bytes = Post("/read", "", kSmuggled),
       .poco_text = "[" + kSmuggled + "]",
       .ours = {{200, "POST /read <> []"}, {200, "GET /smuggled <>"}},
       .closes = false});
  rows->push_back({.name = "a body that is cut off is whole",
                   .bytes = Post("/read", "Content-Length: 9\r\n", "hel"),
                   .poco_text = "[hel]",
                   .closes = false,
                   .waits = true});
}

void AddLengths(Rows* rows) {
  for (const std::string value : {"+5", "-5", "1,000", "5x"}) {
    AttackRow row = Refused("Content-Length: " + value,
                            Post("/x", "Content-Length: " + value + "\r\n", ""),
                            "content-length");
    row.poco_answers = value == "5x" ? 0 : 1;
    rows->push_back(row);
  }
  // Poco closes the connection, without an answer.
  for (const std::string value : {"abc", "5, 5", "99999999999999999999"}) {
    AttackRow row =
        Refused("Content-Length: " + value,
                Post("/read", "Content-Length: " + value + "\r\n", "hello"),
                "content-length");
    row.poco_answers = 0;
    rows->push_back(row);
  }
  AttackRow twice = Refused(
      "two lengths",
      Post("/read", "Content-Length: 2\r\nContent-Length: 5\r\n", "hello"),
      "content-length");
  twice.poco_text = "[he]";
  rows->push_back(twice);
  AttackRow blank = Refused(
      "a length with a blank before its colon",
      Post("/x",
           "Content-Length : " + std::to_string(kSmuggled.size()) + "\r\n",
           kSmuggled),
      "field-name");
  blank.poco_answers = 2;
  rows->push_back(blank);
}

void AddTransferEncodings(Rows* rows) {
  const std::string chunked = "Transfer-Encoding: chunked\r\n";
  const std::string body = "5\r\nhello\r\n0\r\n\r\n";
  const auto add = [&](const std::string& name, const std::string& lines,
                       const std::string& error, const std::string& text) {
    AttackRow row = Refused(name, Post("/read", lines, body), error);
    row.poco_text = text;
    rows->push_back(row);
  };
  add("a length before chunks", "Content-Length: 3\r\n" + chunked,
      "two-lengths", "[hello]");
  add("a length after chunks", chunked + "Content-Length: 3\r\n", "two-lengths",
      "[hello]");
  add("a length of nothing beside chunks", chunked + "Content-Length: 0\r\n",
      "two-lengths", "[hello]");
  add("gzip, chunked", "Transfer-Encoding: gzip, chunked\r\n",
      "transfer-encoding", "[" + body + "]");
  add("gzip, chunked beside a length",
      "Transfer-Encoding: gzip, chunked\r\nContent-Length: 3\r\n",
      "transfer-encoding", "[5\r\n]");
  add("xchunked", "Transfer-Encoding: xchunked\r\n", "transfer-encoding",
      "[" + body + "]");
  add("identity, then chunked", "Transfer-Encoding: identity\r\n" + chunked,
      "transfer-encoding", "[" + body + "]");
  add("chunked with a blank before the colon",
      "Transfer-Encoding : chunked\r\nContent-Length: 3\r\n", "field-name",
      "[5\r\n]");
}

void AddChunks(Rows* rows) {
  const std::string chunked = "Transfer-Encoding: chunked\r\n";
  AttackRow trailer =
      Refused("what follows a trailer is a request",
              Post("/read", chunked, "5\r\nhello\r\n0\r\nT: x\r\n" + kSmuggled),
              "chunk");
  trailer.poco_answers = 2;
  trailer.poco_text = "GET /smuggled <>";
  rows->push_back(trailer);
  rows->push_back({.name = "chunks that are cut off are whole",
                   .bytes = Post("/read", chunked, "5\r\nhello\r\n5\r\nwor"),
                   .poco_text = "[hellowor]",
                   .closes = false,
                   .waits = true});
}

void AddLines(Rows* rows) {
  AttackRow fold = Refused(
      "a folded line", Get("Origin: https://a.example\r\n .evil.example\r\n"),
      "field-fold");
  fold.poco_text = "<https://a.example .evil.example>";
  rows->push_back(fold);
  rows->push_back(Refused("lines that end in LF",
                          "GET /x HTTP/1.1\nHost: h\n\n", "line-end"));
  rows->push_back(Refused("one line that ends in LF",
                          "GET /x HTTP/1.1\r\nHost: h\nX: y\r\n\r\n",
                          "line-end"));
  rows->push_back(
      Refused("a line without a colon", Get("nothing\r\n"), "field-name"));
  rows->push_back(
      Refused("a line without a name", Get(": x\r\n"), "field-name"));
  rows->push_back(
      Refused("a name with a blank", Get("Ori gin: x\r\n"), "field-name"));
  rows->push_back(
      Refused("a name with a CR", Get("Ori\rgin: x\r\n"), "line-end"));
  rows->push_back(Refused("a line that begins with a blank",
                          "GET /x HTTP/1.1\r\n Host: h\r\nHost: h\r\n\r\n",
                          "field-fold"));
  rows->push_back(Refused("NUL in a value",
                          Get(std::string("Origin: a\0b\r\n", 13)),
                          "field-value"));
  for (const char control : {'\x01', '\x0B', '\x1B', '\x7F'}) {
    std::string line = "Origin: a";
    line += control;
    rows->push_back(Refused("a control byte in a value", Get(line + "\r\n"),
                            "field-value"));
  }
  rows->push_back(Refused("bytes of UTF-8 in a target",
                          "GET /\xC3\xA4 HTTP/1.1\r\nHost: h\r\n\r\n",
                          "target"));
}

void AddVersions(Rows* rows) {
  const auto add = [&](const std::string& line, const std::string& poco,
                       const std::string& error, int status) {
    AttackRow row = Refused(line, line + "\r\nHost: h\r\n\r\n", error, status);
    row.poco_text = poco;
    rows->push_back(row);
  };
  add("GET /x FOO", "FOO 200 OK\r\n", "version", 400);
  add("GET /x HTTP/2.0", "HTTP/2.0 200 OK\r\n", "version-support", 505);
  add("PRI * HTTP/2.0", "HTTP/2.0 200 OK\r\n", "version-support", 505);
  add("GET /x HTTP/1.9", "HTTP/1.9 200 OK\r\n", "version-support", 505);
  AttackRow line = Refused("a request line without a version",
                           "GET /x\r\nHost: h\r\n\r\n", "request-line");
  line.poco_text = "Host: 200 OK\r\n";
  rows->push_back(line);
}

void AddHosts(Rows* rows) {
  rows->push_back(
      Refused("no Host", "GET /x HTTP/1.1\r\nX: y\r\n\r\n", "host"));
  rows->push_back(Refused("two Hosts", Get("Host: other\r\n"), "host"));
  rows->push_back(Refused("user information in Host",
                          "GET /x HTTP/1.1\r\nHost: trusted@evil\r\n\r\n",
                          "host"));
  rows->push_back(
      Refused("another Expect", Get("Expect: 200-ok\r\n"), "expect", 417));
}

void AddAnswers(Rows* rows) {
  rows->push_back({.name = "a line end in a value splits the answer",
                   .bytes = "GET /split HTTP/1.1\r\nHost: h\r\n\r\n",
                   .poco_text = "\r\nX-Injected: 1\r\n",
                   .ours = {{200, "GET /split"}},
                   .closes = false});
  rows->push_back({.name = "close in a list is not seen",
                   .bytes = Get("Connection: close, x\r\n") + kSmuggled,
                   .poco_answers = 2,
                   .poco_text = "GET /smuggled <>",
                   .ours = {{200, "GET /x"}}});
}

// Where Poco is as strict as we are, or stricter.
void AddGoodBehaviour(Rows* rows) {
  AttackRow cr = Refused("Poco, too, refuses a CR in a value",
                         Get("Origin: a\rb\r\n"), "line-end");
  cr.poco_answers = 0;
  cr.poco_text = "400 Bad Request";
  rows->push_back(cr);
  rows->push_back({.name = "Poco refuses an empty line before a request",
                   .bytes = "\r\n" + Get(""),
                   .poco_answers = 0,
                   .poco_text = "400 Bad Request",
                   .ours = {{200, "GET /x"}},
                   .closes = false});
}

}  // namespace

std::vector<AttackRow> AttackRows() {
  Rows rows;
  AddEncodedWords(&rows);
  AddByteFf(&rows);
  AddBodies(&rows);
  AddLengths(&rows);
  AddTransferEncodings(&rows);
  AddChunks(&rows);
  AddLines(&rows);
  AddVersions(&rows);
  AddHosts(&rows);
  AddAnswers(&rows);
  AddGoodBehaviour(&rows);
  return rows;
}

}  // namespace corsac::testing
