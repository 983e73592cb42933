// Heads against http_parser, which Node.js used for ten years: what is read
// here it reads as well, and reads the same. Where it takes more, it is for a
// reason that this test names. (Debian builds it without its strict checks.)
#include <gtest/gtest.h>
#include <http_parser.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/fetch/names.h"
#include "runtime/http/request_head.h"
#include "tests/testing/choices.h"
#include "tests/testing/http_generator.h"

namespace corsac {
namespace {

struct PeerField {
  std::string name;
  std::string value;
};

struct PeerHead {
  bool complete = false;
  bool failed = false;
  std::string error;
  std::string method;
  std::string target;
  std::vector<PeerField> fields;
  unsigned major = 0;
  unsigned minor = 0;
  bool keep_alive = false;
  bool chunked = false;
  std::uint64_t length = 0;  // 0 for none
};

PeerHead* HeadOf(http_parser* parser) {
  return static_cast<PeerHead*>(parser->data);
}

int OnUrl(http_parser* parser, const char* at, std::size_t size) {
  HeadOf(parser)->target.append(at, size);
  return 0;
}

// Names and values come in pieces.
int OnName(http_parser* parser, const char* at, std::size_t size) {
  std::vector<PeerField>& fields = HeadOf(parser)->fields;
  if (fields.empty() || !fields.back().value.empty()) {
    fields.emplace_back();
  }
  fields.back().name.append(at, size);
  return 0;
}

// A colon in front shows that the name is over, even if the value is empty.
int OnValue(http_parser* parser, const char* at, std::size_t size) {
  std::string& value = HeadOf(parser)->fields.back().value;
  if (value.empty()) value = ":";
  value.append(at, size);
  return 0;
}

int OnHead(http_parser* parser) {
  PeerHead* const head = HeadOf(parser);
  head->complete = true;
  head->method = http_method_str(static_cast<http_method>(parser->method));
  head->major = parser->http_major;
  head->minor = parser->http_minor;
  head->keep_alive = http_should_keep_alive(parser) != 0;
  head->chunked = (parser->flags & F_CHUNKED) != 0;
  const bool has_length = (parser->flags & F_CONTENTLENGTH) != 0;
  head->length = has_length ? parser->content_length : 0;
  for (PeerField& field : head->fields) {
    field.value.erase(0, field.value.empty() ? 0 : 1);
  }
  return 0;
}

PeerHead AskPeer(const std::string& bytes) {
  http_parser_settings settings;
  http_parser_settings_init(&settings);
  settings.on_url = OnUrl;
  settings.on_header_field = OnName;
  settings.on_header_value = OnValue;
  settings.on_headers_complete = OnHead;
  PeerHead head;
  http_parser parser;
  http_parser_init(&parser, HTTP_REQUEST);
  parser.data = &head;
  http_parser_execute(&parser, &settings, bytes.data(), bytes.size());
  const http_errno error = HTTP_PARSER_ERRNO(&parser);
  head.failed = !head.complete && error != HPE_OK;
  if (head.failed) head.error = http_errno_name(error);
  return head;
}

bool KnowsMethod(std::string_view method) {
  for (unsigned i = 0; i <= HTTP_SOURCE; ++i) {
    if (method == http_method_str(static_cast<http_method>(i))) return true;
  }
  return false;
}

void ExpectSameHead(const RequestHead& ours, const PeerHead& peer) {
  EXPECT_EQ(ours.method, peer.method);
  EXPECT_EQ(ours.target, peer.target);
  EXPECT_EQ(1U, peer.major);
  EXPECT_EQ(unsigned{ours.minor_version}, peer.minor);
  // Not the other way: the peer overlooks `close` in some lists ("keep-al,
  // close"), and beside keep-alive in HTTP/1.0.
  if (ours.keep_alive) {
    EXPECT_TRUE(peer.keep_alive);
  }
  EXPECT_EQ(ours.body_end == BodyEnd::kChunked, peer.chunked);
  EXPECT_EQ(ours.content_length, peer.length);
  ASSERT_EQ(ours.fields.size(), peer.fields.size());
  for (std::size_t i = 0; i < peer.fields.size(); ++i) {
    EXPECT_EQ(ours.fields[i].name, peer.fields[i].name);
    EXPECT_EQ(ours.fields[i].value, StripBlanks(peer.fields[i].value));
  }
}

bool Has(const std::string& bytes, std::string_view part) {
  return bytes.find(part) != std::string::npos;
}

bool IsControl(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 32 || byte == 127;
}

bool HasBareLineFeed(const std::string& bytes) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (bytes[i] == '\n' && (i == 0 || bytes[i - 1] != '\r')) return true;
  }
  return false;
}

bool HasBareCr(const std::string& bytes) {
  for (std::size_t i = 0; i + 1 < bytes.size(); ++i) {
    if (bytes[i] == '\r' && bytes[i + 1] != '\n') return true;
  }
  return false;
}

// What is refused here for `error`, and read by the peer as `peer`: why, or
// nothing.
std::string WhyRefused(HttpError error, const std::string& bytes,
                       const PeerHead& peer) {
  switch (error) {
    case HttpError::kLineEnd:
      if (HasBareLineFeed(bytes)) return "LF alone ends a line";
      return HasBareCr(bytes) ? "CR alone" : "";
    case HttpError::kRequestLine:
      if (peer.major == 0 && peer.minor == 9) return "no version";
      if (bytes.substr(0, 4) == "\r\n\r\n") return "several empty lines";
      return Has(bytes, "  ") ? "several blanks" : "";
    case HttpError::kTarget:
      return "a target of another form or with other bytes";
    case HttpError::kVersion:
      if (peer.major == 0 && peer.minor == 9) return "no version";
      if (Has(bytes, "  ")) return "several blanks";
      return "other bytes than HTTP/ before the version";
    case HttpError::kVersionSupport:
      return peer.major != 1 || peer.minor > 1 ? "another version" : "";
    case HttpError::kFieldName:
      for (const PeerField& field : peer.fields) {
        if (Has(field.name, " ")) return "a blank in or after a name";
      }
      return "";
    case HttpError::kFieldFold:
      return Has(bytes, "\n ") || Has(bytes, "\n\t") ? "a folded line" : "";
    case HttpError::kHost:
      return "Host is not looked at";
    case HttpError::kExpect:
      return "Expect is not looked at";
    case HttpError::kTransferEncoding:
      return peer.minor == 0 ? "chunks in HTTP/1.0" : "codings before chunked";
    case HttpError::kContentLength:
      for (const PeerField& field : peer.fields) {
        if (EqualsIgnoreCase(field.name, "content-length") &&
            StripBlanks(field.value).size() > 18) {
          return "a length of more than 18 digits";
        }
      }
      return "";
    case HttpError::kFieldValue:
      for (const PeerField& field : peer.fields) {
        if (!field.value.empty() && IsControl(field.value[0])) {
          return "a control byte at the start of a value";
        }
      }
      return "";
    case HttpError::kMethod:
    case HttpError::kTwoLengths:
    default:
      return "";
  }
}

constexpr std::uint64_t kHeads = 100'000;

TEST(HttpPeersTest, WhatWeReadThePeerReadsTheSame) {
  HeadReader reader({});
  std::size_t compared = 0;
  for (std::uint64_t seed = 0; seed < kHeads; ++seed) {
    testing::Choices choices = testing::Choices::FromSeed(seed);
    const std::string bytes = testing::GenerateHttpHead(choices);
    if (reader.Read(bytes) != HeadReader::Status::kComplete) continue;
    const RequestHead& head = reader.head();
    if (!KnowsMethod(head.method)) continue;
    // What comes after would be read as a body, or as a request.
    const PeerHead peer = AskPeer(bytes.substr(0, head.size));
    ASSERT_TRUE(peer.complete) << seed << ": " << peer.error << "\n" << bytes;
    ExpectSameHead(head, peer);
    ASSERT_FALSE(::testing::Test::HasFailure()) << seed << "\n" << bytes;
    ++compared;
  }
  EXPECT_GT(compared, kHeads / 3);
}

TEST(HttpPeersTest, WhatOnlyThePeerReadsIsKnown) {
  HeadReader reader({});
  std::map<std::string, int> reasons;
  for (std::uint64_t seed = 0; seed < kHeads; ++seed) {
    testing::Choices choices = testing::Choices::FromSeed(seed);
    const std::string bytes = testing::GenerateHttpHead(choices);
    if (reader.Read(bytes) != HeadReader::Status::kError) continue;
    const PeerHead peer = AskPeer(bytes);
    if (!peer.complete) continue;
    const std::string why = WhyRefused(reader.error(), bytes, peer);
    ASSERT_NE(why, "") << seed << ": " << HttpErrorName(reader.error()) << "\n"
                       << bytes;
    ++reasons[why];
  }
  std::set<std::string> seen;
  for (const auto& [why, count] : reasons) seen.insert(why);
  const std::set<std::string> known = {
      "CR alone",
      "Expect is not looked at",
      "Host is not looked at",
      "LF alone ends a line",
      "a blank in or after a name",
      "a control byte at the start of a value",
      "a folded line",
      "a length of more than 18 digits",
      "a target of another form or with other bytes",
      "another version",
      "chunks in HTTP/1.0",
      "codings before chunked",
      "no version",
      "other bytes than HTTP/ before the version",
      "several blanks",
      "several empty lines",
  };
  EXPECT_EQ(seen, known);
}

}  // namespace
}  // namespace corsac
