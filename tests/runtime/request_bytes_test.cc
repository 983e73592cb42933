// Every byte at every kind of place of a request head, against a table that is
// written here from the grammars of RFC 9110 and 9112.
#include <gtest/gtest.h>

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/http/request_head.h"
#include "tests/testing/exact_request.h"

namespace corsac {
namespace {

using ByteIs = std::function<bool(unsigned)>;

bool IsAlnum(unsigned b) {
  return (b >= '0' && b <= '9') || (b >= 'A' && b <= 'Z') ||
         (b >= 'a' && b <= 'z');
}

bool IsOneOf(std::string_view bytes, unsigned b) {
  for (const char c : bytes) {
    if (static_cast<unsigned char>(c) == b) return true;
  }
  return false;
}

bool IsTchar(unsigned b) { return IsAlnum(b) || IsOneOf("!#$%&'*+-.^_`|~", b); }

// field-vchar, SP and HTAB.
bool IsValueByte(unsigned b) {
  return b == '\t' || (b >= 0x20 && b <= 0x7E) || b >= 0x80;
}

bool IsTargetByte(unsigned b) { return b > 0x20 && b < 0x7F && b != '#'; }

bool IsHostByte(unsigned b) {
  return IsAlnum(b) || IsOneOf("-._~%!$&'()*+,;=[]:", b);
}

bool Never(unsigned /*b*/) { return false; }

// A head with one byte left out between `before` and `after`. It is good with
// those bytes that `good` says; with the others the error is `error`, but
// `line_end` for LF and CR, unless they have rows in `others`.
struct Place {
  const char* name;
  std::string before;
  std::string after;
  ByteIs good;
  HttpError error;
  HttpError line_feed = HttpError::kLineEnd;
  HttpError carriage_return = HttpError::kLineEnd;
  // Another error of some bytes.
  ByteIs other_bytes = Never;
  HttpError other_error = HttpError::kNone;
};

std::vector<Place> RequestLinePlaces() {
  const std::string rest = "\r\nHost: h\r\n\r\n";
  return {
      {"in a method", "GE", "T / HTTP/1.1" + rest, IsTchar, HttpError::kMethod,
       HttpError::kLineEnd, HttpError::kLineEnd,
       // Ends the method, and the target after it is no target.
       [](unsigned b) { return b == ' '; }, HttpError::kVersion},
      {"after a method", "GET", "/ HTTP/1.1" + rest,
       [](unsigned b) { return b == ' '; }, HttpError::kMethod,
       HttpError::kLineEnd, HttpError::kLineEnd,
       // Goes on until the slash, which is no token byte.
       IsTchar, HttpError::kMethod},
      {"in a target", "GET /a", "b HTTP/1.1" + rest, IsTargetByte,
       HttpError::kTarget, HttpError::kLineEnd, HttpError::kLineEnd,
       [](unsigned b) { return b == ' '; }, HttpError::kVersion},
      {"at a target", "GET ", " HTTP/1.1" + rest,
       [](unsigned b) { return b == '/'; }, HttpError::kTarget,
       HttpError::kLineEnd, HttpError::kLineEnd,
       [](unsigned b) { return b == ' '; }, HttpError::kRequestLine},
      {"after a target", "GET /", "HTTP/1.1" + rest,
       [](unsigned b) { return b == ' '; }, HttpError::kTarget,
       HttpError::kLineEnd, HttpError::kLineEnd,
       // Goes on to the end of the line.
       IsTargetByte, HttpError::kRequestLine},
      {"in the name of the protocol", "GET / HT", "P/1.1" + rest,
       [](unsigned b) { return b == 'T'; }, HttpError::kVersion},
      {"the first digit", "GET / HTTP/", ".1" + rest,
       [](unsigned b) { return b == '1'; }, HttpError::kVersion,
       HttpError::kLineEnd, HttpError::kLineEnd,
       [](unsigned b) { return b >= '0' && b <= '9'; },
       HttpError::kVersionSupport},
      {"between the digits", "GET / HTTP/1", "1" + rest,
       [](unsigned b) { return b == '.'; }, HttpError::kVersion},
      {"the second digit", "GET / HTTP/1.", rest,
       [](unsigned b) { return b == '0' || b == '1'; }, HttpError::kVersion,
       HttpError::kLineEnd, HttpError::kLineEnd,
       [](unsigned b) { return b >= '0' && b <= '9'; },
       HttpError::kVersionSupport},
      {"after the version", "GET / HTTP/1.1", rest, Never,
       HttpError::kRequestLine},
      {"after a CR", "GET / HTTP/1.1\r", "Host: h\r\n\r\n",
       [](unsigned b) { return b == '\n'; }, HttpError::kLineEnd},
  };
}

std::vector<Place> FieldPlaces() {
  const std::string line = "OPTIONS * HTTP/1.1\r\nHost: h\r\n";
  const std::string end = "\r\n\r\n";
  const auto digit = [](unsigned b) { return b >= '0' && b <= '9'; };
  const auto blank = [](unsigned b) { return b == ' ' || b == '\t'; };
  const auto blank_or_digit = [=](unsigned b) { return digit(b) || blank(b); };
  const auto no_control = [](unsigned b) { return IsValueByte(b); };
  return {
      // Alone and with bytes around it, as blocks of sixteen see it.
      {"a name", line, ": v" + end, IsTchar, HttpError::kFieldName,
       HttpError::kLineEnd, HttpError::kLineEnd, blank, HttpError::kFieldFold},
      {"in a name", line + "Nam", "e: v" + end,
       // With a colon, a shorter name has a longer value.
       [](unsigned b) { return IsTchar(b) || b == ':'; },
       HttpError::kFieldName},
      {"in a long name", line + "A-Name-That-Is-Long-Enough-For",
       "Two-Blocks-Of-Bytes: v" + end,
       [](unsigned b) { return IsTchar(b) || b == ':'; },
       HttpError::kFieldName},
      {"before a colon", line + "Name", ": v" + end,
       [](unsigned b) { return IsTchar(b) || b == ':'; },
       HttpError::kFieldName},
      {"a value", line + "Name:", end, IsValueByte, HttpError::kFieldValue},
      {"in a value", line + "Name: va", "lue" + end, IsValueByte,
       HttpError::kFieldValue},
      {"in a long value", line + "Name: a value that is long enough",
       "for some blocks of sixteen bytes each" + end, IsValueByte,
       HttpError::kFieldValue},
      {"in Host", "GET / HTTP/1.1\r\nHost: a", "b" + end, IsHostByte,
       HttpError::kFieldValue, HttpError::kLineEnd, HttpError::kLineEnd,
       no_control, HttpError::kHost},
      {"in the authority of a target", "GET http://a",
       "b/ HTTP/1.1\r\nHost: h" + end,
       // A slash or a question mark ends it.
       [](unsigned b) { return IsHostByte(b) || b == '/' || b == '?'; },
       HttpError::kTarget, HttpError::kLineEnd, HttpError::kLineEnd,
       [](unsigned b) { return b == ' '; }, HttpError::kVersion},
      {"in Content-Length", line + "Content-Length: 1", "2" + end, digit,
       HttpError::kFieldValue, HttpError::kLineEnd, HttpError::kLineEnd,
       no_control, HttpError::kContentLength},
      {"before Content-Length's digits", line + "Content-Length:", "2" + end,
       blank_or_digit, HttpError::kFieldValue, HttpError::kLineEnd,
       HttpError::kLineEnd, no_control, HttpError::kContentLength},
      {"in Transfer-Encoding", line + "Transfer-Encoding: chun", "ed" + end,
       [](unsigned b) { return b == 'k' || b == 'K'; }, HttpError::kFieldValue,
       HttpError::kLineEnd, HttpError::kLineEnd, no_control,
       HttpError::kTransferEncoding},
      {"after Transfer-Encoding's value", line + "Transfer-Encoding: chunked",
       end, blank, HttpError::kFieldValue, HttpError::kLineEnd,
       HttpError::kLineEnd, no_control, HttpError::kTransferEncoding},
      {"in Expect", line + "Expect: 100", "continue" + end,
       [](unsigned b) { return b == '-'; }, HttpError::kFieldValue,
       HttpError::kLineEnd, HttpError::kLineEnd, no_control,
       HttpError::kExpect},
  };
}

HttpError WantedError(const Place& place, unsigned byte) {
  if (place.good(byte)) return HttpError::kNone;
  if (byte == '\n') return place.line_feed;
  if (byte == '\r') return place.carriage_return;
  return place.other_bytes(byte) ? place.other_error : place.error;
}

void CheckPlaces(const std::vector<Place>& places) {
  HeadReader reader({});
  for (const Place& place : places) {
    for (unsigned byte = 0; byte < 256; ++byte) {
      std::string bytes = place.before;
      bytes += static_cast<char>(byte);
      bytes += place.after;
      const testing::ExactText exact(bytes);
      const HeadReader::Status status = reader.Read(exact.view());
      const HttpError wanted = WantedError(place, byte);
      EXPECT_EQ(HttpErrorName(reader.error()), HttpErrorName(wanted))
          << place.name << ", byte " << byte;
      EXPECT_EQ(status == HeadReader::Status::kComplete,
                wanted == HttpError::kNone)
          << place.name << ", byte " << byte;
    }
  }
}

TEST(RequestBytesTest, OfARequestLine) { CheckPlaces(RequestLinePlaces()); }

TEST(RequestBytesTest, OfHeaderLines) { CheckPlaces(FieldPlaces()); }

// The same byte at every distance from the start of a block and of the text.
TEST(RequestBytesTest, WhereverBlocksBegin) {
  HeadReader reader({});
  for (std::size_t before = 1; before < 40; ++before) {
    for (std::size_t after = 0; after < 20; after += 3) {
      for (const unsigned byte :
           {0x00U, 0x1FU, 0x20U, 0x22U, 0x3AU, 0x7EU, 0x7FU, 0x80U, 0xFFU}) {
        std::string text(before, 'x');
        text += static_cast<char>(byte);
        text.append(after, 'y');
        const std::string line = "GET / HTTP/1.1\r\nHost: h\r\n";
        reader.Read(line + "N: " + text + "\r\n\r\n");
        EXPECT_EQ(reader.error() == HttpError::kNone, IsValueByte(byte))
            << byte << " in a value after " << before;
        reader.Read(line + text + ": v\r\n\r\n");
        EXPECT_EQ(reader.error() == HttpError::kNone,
                  IsTchar(byte) || byte == ':')
            << byte << " in a name after " << before;
        reader.Read("GET /" + text + " HTTP/1.1\r\nHost: h\r\n\r\n");
        EXPECT_EQ(reader.error() == HttpError::kNone, IsTargetByte(byte))
            << byte << " in a target after " << before;
      }
    }
  }
}

}  // namespace
}  // namespace corsac
