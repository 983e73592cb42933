// Reads the head of an answer line by line, strictly: a server that frames its
// answers wrongly is not to be measured. Tested by http_load_test.cc.
#include "bench/http/answer.h"

#include <algorithm>
#include <charconv>
#include <system_error>

namespace corsac::bench {
namespace {

using State = Answer::State;

// Of a status line: "HTTP/1.1 204 No Content".
constexpr std::string_view kVersion = "HTTP/1.1 ";
// A longer head is none of ours; it would be looked through again and again.
constexpr std::size_t kMaxHead = std::size_t{16} << 10;

bool SameName(std::string_view name, std::string_view lower) {
  return std::equal(name.begin(), name.end(), lower.begin(), lower.end(),
                    [](char a, char b) {
                      return (a >= 'A' && a <= 'Z' ? a + ('a' - 'A') : a) == b;
                    });
}

struct Framing {
  std::string_view why;
  bool has_length = false;
  bool keep_alive = true;
  std::size_t length = 0;
};

void ReadLine(std::string_view line, Framing* framing) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) {
    framing->why = "a header line without a name";
    return;
  }
  const std::string_view name = line.substr(0, colon);
  std::string_view value = line.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  if (SameName(name, "content-length")) {
    const auto read = std::from_chars(value.data(), value.data() + value.size(),
                                      framing->length);
    if (framing->has_length) {
      framing->why = "several Content-Length lines";
    } else if (value.empty() || read.ec != std::errc() ||
               read.ptr != value.data() + value.size()) {
      framing->why = "a Content-Length that is no number";
    }
    framing->has_length = true;
  } else if (SameName(name, "transfer-encoding")) {
    framing->why = "Transfer-Encoding";
  } else if (SameName(name, "connection") && SameName(value, "close")) {
    framing->keep_alive = false;
  }
}

// `lines` has a CR LF at the end of each.
Framing ReadLines(std::string_view lines) {
  Framing framing;
  while (!lines.empty() && framing.why.empty()) {
    const std::size_t end = lines.find("\r\n");
    const std::string_view line = lines.substr(0, end);
    if (line.find_first_of("\r\n") != std::string_view::npos) {
      framing.why = "a line that does not end in CR LF";
      break;
    }
    ReadLine(line, &framing);
    lines.remove_prefix(end + 2);
  }
  return framing;
}

Answer Wrong(std::string_view why) {
  Answer answer;
  answer.state = State::kWrong;
  answer.why = why;
  return answer;
}

}  // namespace

Answer ReadAnswer(std::string_view bytes) {
  if (!bytes.starts_with(kVersion.substr(0, bytes.size()))) {
    return Wrong("no HTTP/1.1 status line");
  }
  const std::size_t end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos) {
    return bytes.size() > kMaxHead ? Wrong("a head that does not end")
                                   : Answer();
  }
  Answer answer;
  answer.head = bytes.substr(0, end + 2);
  const std::string_view code = answer.head.substr(kVersion.size(), 3);
  const auto read =
      std::from_chars(code.data(), code.data() + code.size(), answer.status);
  if (read.ec != std::errc() || read.ptr != code.data() + 3 ||
      answer.status < 200 || answer.status > 599) {
    return Wrong("a status that is not 200 to 599");
  }
  const std::size_t first = answer.head.find("\r\n") + 2;
  const Framing framing = ReadLines(answer.head.substr(first));
  if (!framing.why.empty()) return Wrong(framing.why);
  // RFC 9110, section 8.6, forbids it; Node.js's cors sends a zero on purpose.
  if (answer.status == 204 && framing.length != 0) {
    return Wrong("a length beside 204");
  }
  if (answer.status != 204 && !framing.has_length) {
    return Wrong("no Content-Length");
  }
  answer.keep_alive = framing.keep_alive;
  answer.size = end + 4 + framing.length;
  if (bytes.size() >= answer.size) answer.state = State::kComplete;
  return answer;
}

}  // namespace corsac::bench
