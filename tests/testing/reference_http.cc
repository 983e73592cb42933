// One line after the other, each from left to right.
// Held against the product by tests/runtime/http_random_test.cc and
// tests/fuzz/http_fuzzer.cc.
#include "tests/testing/reference_http.h"

#include <algorithm>
#include <cctype>

namespace corsac::testing {
namespace {

using Status = ReferenceReading::Status;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// RFC 9110, section 5.6.2: tchar.
bool IsTchar(char c) {
  return IsLetter(c) || IsDigit(c) ||
         (c != '\0' &&
          std::string("!#$%&'*+-.^_`|~").find(c) != std::string::npos);
}

// RFC 3986, section 3.2.2, and the colon of the port.
bool IsHostByte(char c) {
  return IsLetter(c) || IsDigit(c) ||
         (c != '\0' &&
          std::string("-._~%!$&'()*+,;=[]:").find(c) != std::string::npos);
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return lower;
}

std::string Trim(std::string_view text) {
  std::size_t from = 0;
  std::size_t to = text.size();
  while (from < to && (text[from] == ' ' || text[from] == '\t')) ++from;
  while (to > from && (text[to - 1] == ' ' || text[to - 1] == '\t')) --to;
  return std::string(text.substr(from, to - from));
}

std::vector<std::string> ListElements(std::string_view list) {
  std::vector<std::string> elements(1);
  for (const char c : list) {
    if (c == ',') {
      elements.emplace_back();
    } else {
      elements.back() += c;
    }
  }
  for (std::string& element : elements) element = Lower(Trim(element));
  return elements;
}

bool ListHas(std::string_view list, const std::string& wanted) {
  const std::vector<std::string> elements = ListElements(list);
  return std::find(elements.begin(), elements.end(), wanted) != elements.end();
}

// `line` is a line with its LF. At `at` stands something that the line cannot
// have there: its own end, or what `error` is about.
std::string Wrong(std::string_view line, std::size_t at,
                  const std::string& error) {
  if (line[at] == '\n') return "line-end";
  if (line[at] == '\r' && line[at + 1] != '\n') return "line-end";
  return error;
}

// Whether the line ends, as it should, at `at`.
bool EndsAt(std::string_view line, std::size_t at) {
  return line.substr(at) == "\r\n";
}

// What the lines say, put together.
class Reading {
 public:
  explicit Reading(std::size_t max_fields) : max_fields_(max_fields) {}

  ReferenceHead& head() { return head_; }

  // Each returns the error, or nothing.
  std::string TakeRequestLine(std::string_view line);
  std::string TakeFieldLine(std::string_view line);
  std::string Finish();

 private:
  std::string CheckVersion(std::string_view line, std::size_t at);
  std::string CheckTarget();
  std::string Note(const ReferenceField& field);

  const std::size_t max_fields_;
  ReferenceHead head_;
  bool target_has_host_ = false;
  int hosts_ = 0;
  int encodings_ = 0;
  bool close_ = false;
  bool keep_ = false;
};

std::string Reading::TakeRequestLine(std::string_view line) {
  std::size_t at = 0;
  while (IsTchar(line[at])) ++at;
  head_.method = line.substr(0, at);
  if (at > 64) return "method";
  if (line[at] == '\r' || line[at] == '\n') {
    return Wrong(line, at, "request-line");
  }
  if (line[at] != ' ') return "method";
  if (at == 0) return "request-line";
  const std::size_t target = ++at;
  while (line[at] > ' ' && line[at] < 127 && line[at] != '#') ++at;
  head_.target = line.substr(target, at - target);
  if (line[at] == '\r' || line[at] == '\n') {
    return Wrong(line, at, "request-line");
  }
  if (line[at] != ' ') return "target";
  if (head_.target.empty()) return "request-line";
  return CheckVersion(line, at + 1);
}

std::string Reading::CheckVersion(std::string_view line, std::size_t at) {
  const std::string form = "HTTP/d.d";
  // A line that ends within the version is wrong for its end first.
  for (std::size_t i = 0; i < form.size(); ++i) {
    if (line[at + i] == '\r' || line[at + i] == '\n') {
      return Wrong(line, at + i, "version");
    }
  }
  for (std::size_t i = 0; i < form.size(); ++i) {
    const char c = line[at + i];
    if (form[i] == 'd' ? !IsDigit(c) : c != form[i]) return "version";
  }
  const std::string_view number = line.substr(at + 5, 3);
  if (number != "1.0" && number != "1.1") return "version-support";
  head_.minor_version = number == "1.1" ? 1 : 0;
  if (!EndsAt(line, at + 8)) return Wrong(line, at + 8, "request-line");
  return CheckTarget();
}

std::string Reading::CheckTarget() {
  const std::string& target = head_.target;
  if (head_.method == "CONNECT") return "target";
  if (target[0] == '/' || (target == "*" && head_.method == "OPTIONS")) {
    head_.path_and_query = target;
    return "";
  }
  const std::string lower = Lower(target);
  std::size_t at = 0;
  if (lower.starts_with("http://")) at = 7;
  if (lower.starts_with("https://")) at = 8;
  if (at == 0) return "target";
  while (at < target.size() && target[at] != '/' && target[at] != '?') {
    if (!IsHostByte(target[at])) return "target";
    head_.host += target[at++];
  }
  if (head_.host.empty()) return "target";
  target_has_host_ = true;
  head_.path_and_query =
      at < target.size() && target[at] == '/' ? target.substr(at) : "/";
  return "";
}

std::string Reading::TakeFieldLine(std::string_view line) {
  if (head_.fields.size() == max_fields_) return "field-count";
  if (line[0] == ' ' || line[0] == '\t') return "field-fold";
  std::size_t at = 0;
  while (IsTchar(line[at])) ++at;
  if (line[at] != ':') return Wrong(line, at, "field-name");
  if (at == 0) return "field-name";
  ReferenceField field;
  field.name = line.substr(0, at++);
  std::string value;
  for (;; ++at) {
    const auto byte = static_cast<unsigned char>(line[at]);
    if (byte != '\t' && (byte < 32 || byte == 127)) break;
    value += line[at];
  }
  if (!EndsAt(line, at)) return Wrong(line, at, "field-value");
  field.value = Trim(value);
  head_.fields.push_back(field);
  return Note(field);
}

std::string Reading::Note(const ReferenceField& field) {
  const std::string name = Lower(field.name);
  const std::string& value = field.value;
  if (name == "host") {
    if (++hosts_ > 1) return "host";
    for (const char c : value) {
      if (!IsHostByte(c)) return "host";
    }
    if (!target_has_host_) head_.host = value;
  } else if (name == "expect") {
    if (Lower(value) != "100-continue") return "expect";
    head_.expects_continue = true;
  } else if (name == "connection") {
    if (ListHas(value, "close")) close_ = true;
    if (ListHas(value, "keep-alive")) keep_ = true;
  } else if (name == "content-length") {
    if (head_.has_length || value.empty() || value.size() > 18) {
      return "content-length";
    }
    for (const char c : value) {
      if (!IsDigit(c)) return "content-length";
      head_.length = head_.length * 10 + static_cast<unsigned>(c - '0');
    }
    head_.has_length = true;
  } else if (name == "transfer-encoding") {
    if (++encodings_ > 1 || Lower(value) != "chunked") {
      return "transfer-encoding";
    }
    head_.chunked = true;
  }
  return "";
}

std::string Reading::Finish() {
  if (hosts_ == 0 && head_.minor_version == 1) return "host";
  if (head_.chunked && head_.has_length) return "two-lengths";
  if (head_.chunked && head_.minor_version == 0) return "transfer-encoding";
  if (head_.minor_version == 0) head_.expects_continue = false;
  head_.keep_alive = !close_ && (head_.minor_version == 1 || keep_);
  return "";
}

ReferenceReading Failed(const std::string& error) {
  ReferenceReading reading;
  reading.status = Status::kError;
  reading.error = error;
  return reading;
}

}  // namespace

ReferenceReading ReadReferenceHead(std::string_view bytes,
                                   const ReferenceHttpLimits& limits) {
  const bool cut = bytes.size() >= limits.head_bytes;
  const std::string_view text = bytes.substr(0, limits.head_bytes);
  Reading reading(limits.fields);
  bool has_request_line = false;
  std::size_t at = 0;
  for (;;) {
    const std::size_t end = text.find('\n', at);
    if (end == std::string_view::npos) break;
    const std::string_view line = text.substr(at, end + 1 - at);
    std::string error;
    if (line == "\r\n" && has_request_line) {
      error = reading.Finish();
      if (!error.empty()) return Failed(error);
      ReferenceReading complete;
      complete.status = Status::kComplete;
      complete.head = reading.head();
      complete.head.size = end + 1;
      return complete;
    }
    if (!has_request_line) {
      // One empty line may come before.
      if (line != "\r\n" || at > 0) {
        // A CR at the very beginning belongs to such a line, or to none.
        if (at == 0 && line[0] == '\r') return Failed("line-end");
        error = reading.TakeRequestLine(line);
        has_request_line = true;
      }
    } else if (line == "\n" || line[0] == '\r') {
      error = "line-end";
    } else {
      error = reading.TakeFieldLine(line);
    }
    if (!error.empty()) return Failed(error);
    at = end + 1;
  }
  ReferenceReading reading_so_far;
  if (cut) reading_so_far = Failed("head-size");
  reading_so_far.unfinished_line = at < text.size();
  return reading_so_far;
}

ReferenceChunks ReadReferenceChunks(std::string_view bytes,
                                    std::size_t max_bytes) {
  using ChunkStatus = ReferenceChunks::Status;
  ReferenceChunks body;
  std::size_t around = 0;  // bytes that are no data
  std::size_t at = 0;
  const auto stop = [&](ChunkStatus status) {
    body.status = status;
    body.used = at;
    return body;
  };
  for (;;) {
    std::string digits;
    while (at < bytes.size() &&
           std::isxdigit(static_cast<unsigned char>(bytes[at])) != 0) {
      digits += bytes[at++];
      if (digits.size() > 8) return stop(ChunkStatus::kMalformed);
    }
    if (at == bytes.size()) return stop(ChunkStatus::kMore);
    if (digits.empty()) return stop(ChunkStatus::kMalformed);
    const std::size_t size = std::stoul(digits, nullptr, 16);
    // The line end after the size, then data and the line end after them; the
    // last chunk has none, but the line end of the trailer is in their place.
    const std::string_view end = "\r\n";
    for (int part = 0; part < 2; ++part) {
      for (const char c : end) {
        if (at == bytes.size()) return stop(ChunkStatus::kMore);
        if (bytes[at++] != c) return stop(ChunkStatus::kMalformed);
      }
      if (part == 1) break;
      around += digits.size() + 2 * end.size();
      if (size > max_bytes || body.data.size() + size > max_bytes ||
          around > max_bytes + 64) {
        return stop(ChunkStatus::kTooLarge);
      }
      const std::string_view data = bytes.substr(at, size);
      body.data += data;
      at += data.size();
      if (data.size() < size) return stop(ChunkStatus::kMore);
    }
    if (size == 0) return stop(ChunkStatus::kEnd);
  }
}

namespace {

// The end of the piece that the byte before `offset` is in.
std::size_t PieceEnd(const std::vector<std::size_t>& pieces, std::size_t offset,
                     std::size_t size) {
  for (const std::size_t piece : pieces) {
    if (piece >= offset) return std::min(piece, size);
  }
  return size;
}

bool BeginsAsHead(std::string_view bytes) {
  if (bytes.substr(0, 2) == "\r\n") bytes = bytes.substr(2);
  return bytes.substr(0, 5) == "HEAD ";
}

// Goes over one connection, request by request.
class Walk {
 public:
  Walk(std::string_view bytes, const std::vector<std::size_t>& pieces,
       const ReferenceHttpLimits& limits)
      : bytes_(bytes), pieces_(pieces), limits_(limits) {}

  ReferenceConnection Run(
      const std::function<std::size_t(const ReferenceHead&)>& body_limit) {
    while (!result_.closed && at_ < bytes_.size()) {
      const ReferenceReading reading =
          ReadReferenceHead(bytes_.substr(at_), limits_);
      if (reading.status == Status::kIncomplete) {
        result_.may_fail = reading.unfinished_line;
        result_.head_error = BeginsAsHead(bytes_.substr(at_));
        break;
      }
      if (reading.status == Status::kError) {
        // Of a line that is cut at the limit, another error may be told.
        Fail(reading.unfinished_line ? "any" : reading.error);
        break;
      }
      request_ = {reading.head, ""};
      has_body_ = reading.head.chunked || reading.head.length > 0;
      const std::size_t limit = has_body_ ? body_limit(reading.head) : 0;
      if (!(limit > 0 ? Collect(limit) : Skip())) break;
    }
    return result_;
  }

 private:
  void Fail(const std::string& error) {
    result_.error = error;
    result_.head_error = BeginsAsHead(bytes_.substr(at_));
    result_.closed = true;
  }

  bool Answer(std::size_t size, bool keep_alive) {
    result_.requests.push_back(request_);
    if (!keep_alive) result_.closed = true;
    at_ += size;
    return true;
  }

  // Each returns whether the request was answered.
  bool Collect(std::size_t limit) {
    const ReferenceHead& head = request_.head;
    const std::string_view after = bytes_.substr(at_ + head.size);
    std::size_t size = 0;
    if (head.chunked) {
      const ReferenceChunks chunks = ReadReferenceChunks(after, limit);
      if (chunks.status == ReferenceChunks::Status::kMore) return false;
      if (chunks.status != ReferenceChunks::Status::kEnd) {
        const bool large = chunks.status == ReferenceChunks::Status::kTooLarge;
        Fail(large ? "body-size" : "chunk");
        return false;
      }
      request_.body = chunks.data;
      size = chunks.used;
    } else {
      if (head.length > limit) {
        Fail("body-size");
        return false;
      }
      if (head.length > after.size()) return false;
      size = static_cast<std::size_t>(head.length);
      request_.body = after.substr(0, size);
    }
    return Answer(head.size + size, head.keep_alive);
  }

  bool Skip() {
    const ReferenceHead& head = request_.head;
    if (!has_body_) return Answer(head.size, head.keep_alive);
    const std::size_t body = at_ + head.size;
    const std::string_view there =
        bytes_.substr(body, PieceEnd(pieces_, body, bytes_.size()) - body);
    bool whole = false;
    std::size_t size = 0;
    if (head.chunked) {
      const ReferenceChunks chunks =
          ReadReferenceChunks(there, limits_.drain_bytes);
      whole = chunks.status == ReferenceChunks::Status::kEnd;
      size = chunks.used;
    } else {
      whole = head.length <= there.size() && head.length <= limits_.drain_bytes;
      size = whole ? static_cast<std::size_t>(head.length) : 0;
    }
    return Answer(head.size + size,
                  whole && head.keep_alive && !head.expects_continue);
  }

  const std::string_view bytes_;
  const std::vector<std::size_t>& pieces_;
  const ReferenceHttpLimits& limits_;
  std::size_t at_ = 0;
  bool has_body_ = false;
  ReferenceHttpRequest request_;
  ReferenceConnection result_;
};

}  // namespace

ReferenceConnection ReadReferenceConnection(
    std::string_view bytes, const std::vector<std::size_t>& pieces,
    const ReferenceHttpLimits& limits,
    const std::function<std::size_t(const ReferenceHead&)>& body_limit) {
  return Walk(bytes, pieces, limits).Run(body_limit);
}

}  // namespace corsac::testing
