// Bodies of requests, on top of Poco's streams. What Poco does with them in
// version 1.11: a body that is cut off just ends; numbers are parsed loosely;
// without a length a POST is read to the end of the connection, which never
// comes. Hence: the lines are checked here, bytes are counted here, and nothing
// is read without a length.
// Tested by tests/e2e/admin_http_test.cc.
#include "runtime/admin/request_body.h"

#include <Poco/Exception.h>
#include <Poco/String.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <istream>
#include <streambuf>

#include "runtime/admin/limits.h"

namespace corsac {
namespace {

using Clock = std::chrono::steady_clock;

enum class ReadEnd : std::uint8_t { kAll, kTooLarge, kTooLate };

// Calls `take(bytes)` for what comes, until the body ends, more than `max`
// bytes have come or `time` is over.
template <class Take>
ReadEnd ReadStream(Poco::Net::HTTPServerRequest& request, std::size_t max,
                   std::chrono::seconds time, Take take) {
  const Clock::time_point end = Clock::now() + time;
  std::streambuf* const buffer = request.stream().rdbuf();
  std::array<char, 8 * 1024> bytes{};
  std::size_t total = 0;
  try {
    // One receive from the socket at most, unless the buffer holds something.
    while (buffer->sgetc() != std::streambuf::traits_type::eof()) {
      const auto ready = static_cast<std::size_t>(
          std::max<std::streamsize>(buffer->in_avail(), 1));
      const auto count = static_cast<std::size_t>(buffer->sgetn(
          bytes.data(),
          static_cast<std::streamsize>(std::min(ready, bytes.size()))));
      total += count;
      if (total > max) return ReadEnd::kTooLarge;
      take(std::string_view(bytes.data(), count));
      if (Clock::now() > end) return ReadEnd::kTooLate;
    }
  } catch (const Poco::TimeoutException&) {
    return ReadEnd::kTooLate;
  }
  return ReadEnd::kAll;
}

Problem TooLarge(std::size_t max) {
  return {.status = 413,
          .type = "body-too-large",
          .title = "The body is too large",
          .detail = "at most " + std::to_string(max) + " bytes are read"};
}

}  // namespace

AdminBodyFraming FramingOf(const Poco::Net::HTTPServerRequest& request) {
  AdminBodyFraming framing;
  for (const auto& [name, value] : request) {
    // Poco takes `Content-Length : 5` for a field called `Content-Length `.
    const std::string trimmed = Poco::trim(name);
    const bool is_length = Poco::icompare(trimmed, "Content-Length") == 0;
    const bool is_encoding = Poco::icompare(trimmed, "Transfer-Encoding") == 0;
    if (!is_length && !is_encoding) continue;
    if (framing.kind != AdminBodyFraming::Kind::kNone || trimmed != name) {
      return {AdminBodyFraming::Kind::kBad, 0};
    }
    if (is_encoding) {
      if (Poco::icompare(value, "chunked") != 0) {
        return {AdminBodyFraming::Kind::kBad, 0};
      }
      framing.kind = AdminBodyFraming::Kind::kChunked;
      continue;
    }
    // from_chars takes digits and a minus sign; the sign does not get past an
    // unsigned type.
    const char* const end = value.data() + value.size();
    const auto [rest, error] =
        std::from_chars(value.data(), end, framing.length);
    if (error != std::errc() || rest != end) {
      return {AdminBodyFraming::Kind::kBad, 0};
    }
    framing.kind = AdminBodyFraming::Kind::kLength;
  }
  return framing;
}

std::optional<Problem> ReadBody(Poco::Net::HTTPServerRequest& request,
                                const AdminBodyFraming& framing,
                                std::size_t max, std::string* body) {
  if (framing.kind == AdminBodyFraming::Kind::kNone) {
    return Problem{.status = 411,
                   .type = "length-required",
                   .title = "The length of the body is needed",
                   .detail =
                       "send Content-Length, or Transfer-Encoding: "
                       "chunked"};
  }
  if (framing.kind == AdminBodyFraming::Kind::kLength && framing.length > max) {
    return TooLarge(max);
  }
  body->reserve(framing.length);
  switch (ReadStream(request, max, kAdminBodyTime,
                     [body](std::string_view b) { body->append(b); })) {
    case ReadEnd::kTooLarge:
      return TooLarge(max);
    case ReadEnd::kTooLate:
      return Problem{.status = 408,
                     .type = "body-too-slow",
                     .title = "The body did not come in time",
                     .detail = std::to_string(body->size()) + " bytes came"};
    case ReadEnd::kAll:
      break;
  }
  if (framing.kind == AdminBodyFraming::Kind::kLength &&
      body->size() != framing.length) {
    return Problem{.status = 400,
                   .type = "body-cut-off",
                   .title = "The body is shorter than announced",
                   .detail = std::to_string(body->size()) + " of " +
                             std::to_string(framing.length) + " bytes came"};
  }
  return std::nullopt;
}

void DrainBody(Poco::Net::HTTPServerRequest& request,
               const AdminBodyFraming& framing) {
  if (framing.kind != AdminBodyFraming::Kind::kLength &&
      framing.kind != AdminBodyFraming::Kind::kChunked) {
    return;
  }
  ReadStream(request, kMaxDrainBytes, kAdminDrainTime,
             [](std::string_view /*bytes*/) {});
}

}  // namespace corsac
