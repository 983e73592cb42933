// Tested by tests/runtime/response_writer_test.cc.
#include "runtime/http/response_writer.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "compiler/check.h"
#include "compiler/fetch/names.h"

namespace corsac {
namespace {

struct StatusLine {
  std::uint16_t status;
  std::string_view line;
};

// Every status that is answered here. Policies may choose 200 to 299 for
// preflights; those without a row are sent without a reason, which has no
// meaning anyway (RFC 9112, section 4).
constexpr std::array<StatusLine, 15> kStatusLines = {{
    {200, "HTTP/1.1 200 OK\r\n"},
    {204, "HTTP/1.1 204 No Content\r\n"},
    {400, "HTTP/1.1 400 Bad Request\r\n"},
    {403, "HTTP/1.1 403 Forbidden\r\n"},
    {404, "HTTP/1.1 404 Not Found\r\n"},
    {405, "HTTP/1.1 405 Method Not Allowed\r\n"},
    {408, "HTTP/1.1 408 Request Timeout\r\n"},
    {413, "HTTP/1.1 413 Content Too Large\r\n"},
    {415, "HTTP/1.1 415 Unsupported Media Type\r\n"},
    {417, "HTTP/1.1 417 Expectation Failed\r\n"},
    {422, "HTTP/1.1 422 Unprocessable Content\r\n"},
    {431, "HTTP/1.1 431 Request Header Fields Too Large\r\n"},
    {500, "HTTP/1.1 500 Internal Server Error\r\n"},
    {503, "HTTP/1.1 503 Service Unavailable\r\n"},
    {505, "HTTP/1.1 505 HTTP Version Not Supported\r\n"},
}};

void AppendNumber(std::size_t number, std::string* out) {
  std::array<char, 20> digits;  // NOLINT(*-member-init): written by to_chars
  const auto [end, error] =
      std::to_chars(digits.data(), digits.data() + digits.size(), number);
  CORSAC_CHECK(error == std::errc());
  out->append(digits.data(), static_cast<std::size_t>(end - digits.data()));
}

// Whether an answer with `status` never has a body, nor says how long it is.
bool HasNoContent(std::uint16_t status) {
  return status == 204 || status == 304;
}

}  // namespace

void ResponseWriter::Start(std::uint16_t status) {
  CORSAC_CHECK(status_ == 0 && status >= 200 && status <= 599);
  status_ = status;
  const auto* const row = std::find_if(
      kStatusLines.begin(), kStatusLines.end(),
      [&](const StatusLine& line) { return line.status == status; });
  if (row != kStatusLines.end()) {
    out_.append(row->line);
  } else {
    out_.append("HTTP/1.1 ");
    AppendNumber(status, &out_);
    out_.append(" \r\n");
  }
  out_.append(context_.date_line);
}

void ResponseWriter::AddField(std::string_view name, std::string_view value) {
  CORSAC_CHECK(IsToken(name));
  out_.append(name).append(": ");
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    out_.push_back((byte < 0x20 && byte != '\t') || byte == 0x7F ? '?' : c);
  }
  out_.append("\r\n");
}

void ResponseWriter::Finish(std::string_view content_type,
                            std::string_view body) {
  CORSAC_CHECK(status_ != 0 && !finished_);
  CORSAC_CHECK(content_type.empty() ? body.empty() : !HasNoContent(status_));
  finished_ = true;
  if (!content_type.empty()) AddField("Content-Type", content_type);
  if (!HasNoContent(status_)) {
    out_.append("Content-Length: ");
    AppendNumber(body.size(), &out_);
    out_.append("\r\n");
  }
  if (!keep_alive_) {
    out_.append("Connection: close\r\n");
  } else if (context_.minor_version == 0) {
    out_.append("Connection: keep-alive\r\n");
  }
  out_.append("\r\n");
  if (!context_.head_request) out_.append(body);
}

}  // namespace corsac
