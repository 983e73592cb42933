// RFC 9112, sections 4 and 6.3, for answers whose body has a length. Everything
// that a lenient client would put up with is an error.
#include "tests/testing/strict_answers.h"

#include <strings.h>

#include <algorithm>
#include <string>

namespace corsac::testing {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool SameName(const std::string& a, std::string_view b) {
  return a.size() == b.size() &&
         strncasecmp(a.c_str(), b.data(), b.size()) == 0;
}

class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  bool done() const { return rest_.empty(); }
  const std::string& error() const { return error_; }
  std::string_view rest() const { return rest_; }

  // Returns whether an answer was read; else error() says why not.
  bool Read(StrictAnswer* answer, bool is_head) {
    std::string line;
    if (!TakeLine(&line) || !ReadStatusLine(line, answer)) return false;
    for (;;) {
      if (!TakeLine(&line)) return false;
      if (line.empty()) break;
      if (!ReadField(line, answer)) return false;
    }
    return ReadBody(answer, is_head);
  }

 private:
  bool Fail(const std::string& error) {
    error_ = error;
    return false;
  }

  bool TakeLine(std::string* line) {
    const std::size_t end = rest_.find("\r\n");
    if (end == std::string_view::npos) return Fail("a line without an end");
    *line = rest_.substr(0, end);
    rest_.remove_prefix(end + 2);
    const bool clean = std::all_of(line->begin(), line->end(), [](char c) {
      const auto byte = static_cast<unsigned char>(c);
      return byte == '\t' || (byte >= 32 && byte != 127);
    });
    return clean || Fail("a control byte in a line");
  }

  bool ReadStatusLine(const std::string& line, StrictAnswer* answer) {
    const std::string version = "HTTP/1.1 ";
    if (line.size() < 13 || line.substr(0, 9) != version || line[12] != ' ') {
      return Fail("no status line: " + line);
    }
    const std::string digits = line.substr(9, 3);
    if (!std::all_of(digits.begin(), digits.end(), IsDigit)) {
      return Fail("no status: " + line);
    }
    answer->status = std::stoi(digits);
    answer->reason = line.substr(13);
    return (answer->status >= 100 && answer->status <= 599) ||
           Fail("no known status: " + line);
  }

  bool ReadField(const std::string& line, StrictAnswer* answer) {
    const std::size_t colon = line.find(": ");
    if (colon == std::string::npos || colon == 0 ||
        line.find_first_of(" \t") < colon) {
      return Fail("no header line: " + line);
    }
    answer->fields.push_back({line.substr(0, colon), line.substr(colon + 2)});
    return true;
  }

  bool ReadBody(StrictAnswer* answer, bool is_head) {
    if (!answer->Field("Transfer-Encoding").empty()) {
      return Fail("Transfer-Encoding");
    }
    const std::string length = answer->Field("Content-Length");
    if (answer->status < 200 || answer->status == 204) {
      return length.empty() || Fail("a length of no body");
    }
    if (length.empty() || length.size() > 9 ||
        !std::all_of(length.begin(), length.end(), IsDigit)) {
      return Fail("no length: " + length);
    }
    if (is_head) return true;
    const std::size_t size = std::stoul(length);
    if (size > rest_.size()) return Fail("a body that is too short");
    answer->body = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return true;
  }

  std::string_view rest_;
  std::string error_;
};

}  // namespace

std::string StrictAnswer::Field(std::string_view name) const {
  std::string value;
  std::size_t lines = 0;
  for (const ReferenceField& field : fields) {
    if (!SameName(field.name, name)) continue;
    ++lines;
    value = field.value;
  }
  return lines > 1 ? "(" + std::to_string(lines) + ")" : value;
}

StrictAnswers ReadStrictAnswers(
    std::string_view bytes, const std::function<bool(std::size_t)>& is_head) {
  StrictAnswers result;
  Reader reader(bytes);
  while (!reader.done()) {
    const std::size_t at = bytes.size() - reader.rest().size();
    StrictAnswer answer;
    if (!reader.Read(&answer, is_head(result.answers.size()))) {
      result.error = "byte " + std::to_string(at) + ": " + reader.error();
      break;
    }
    if (answer.status < 200) {
      ++result.continues;
    } else {
      result.answers.push_back(answer);
    }
  }
  return result;
}

}  // namespace corsac::testing
