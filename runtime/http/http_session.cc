// Tested by tests/runtime/http_session_test.cc, tests/runtime/
// http_attacks_test.cc and tests/fuzz/http_fuzzer.cc.
#include "runtime/http/http_session.h"

#include <algorithm>
#include <utility>

#include "compiler/check.h"
#include "runtime/http/problem.h"

namespace corsac {
namespace {

constexpr std::size_t kMaxPooled = 64;                           // buffers
constexpr std::size_t kMaxPooledBytes = std::size_t{256} << 10;  // of each

constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

// Whether what there is of a request begins as one whose answer has no body,
// even if it cannot be read any further.
bool IsHeadRequest(std::string_view in) {
  if (in.substr(0, 2) == "\r\n") in.remove_prefix(2);
  return in.substr(0, 5) == "HEAD ";
}

// The answer to `in`, a request that cannot be read, or did not come in time.
void WriteProblem(const Problem& problem, std::string_view in,
                  std::string_view date_line, std::string* out) {
  const ResponseWriter::Context context{.head_request = IsHeadRequest(in),
                                        .date_line = date_line};
  ResponseWriter writer(context, out);
  writer.Start(static_cast<std::uint16_t>(problem.status));
  writer.Close();
  writer.Finish(kProblemContentType, ProblemJson(problem, {}));
}

}  // namespace

std::string BufferPool::Take() {
  if (free_.empty()) return {};
  std::string buffer = std::move(free_.back());
  free_.pop_back();
  return buffer;
}

void BufferPool::Give(std::string buffer) {
  if (free_.size() == kMaxPooled || buffer.capacity() > kMaxPooledBytes) return;
  buffer.clear();
  free_.push_back(std::move(buffer));
}

HttpSession::Wait HttpSession::Take(std::string_view bytes, SessionTools* tools,
                                    std::string* out) {
  if (closing_) return Wait::kClose;
  tools_ = tools;
  out_ = out;
  const bool in_buffer = !buffer_.empty();
  if (in_buffer) buffer_.append(bytes);
  std::string_view in = in_buffer ? std::string_view(buffer_) : bytes;
  bool has_room = true;
  while (!closing_ && !in.empty()) {
    has_room = out->size() < kMaxOutput;
    if (!has_room) break;
    const std::size_t used =
        collecting_ != nullptr ? Collect(in) : ReadHead(in);
    if (used == 0) break;
    in.remove_prefix(used);
    looked_at_ = 0;
  }
  if (closing_) {
    Release(tools);
    return Wait::kClose;
  }
  Keep(in, in_buffer);
  if (!has_room) return Wait::kRoom;
  if (collecting_ != nullptr) return Wait::kBody;
  return in.empty() ? Wait::kRequest : Wait::kHead;
}

// Keeps `rest` for the next call, in the buffer if it is there already.
void HttpSession::Keep(std::string_view rest, bool in_buffer) {
  if (rest.empty()) {
    Release(tools_);
  } else if (in_buffer) {
    buffer_.erase(0, buffer_.size() - rest.size());
  } else {
    buffer_ = tools_->buffers.Take();
    buffer_.assign(rest);
  }
}

void HttpSession::Release(SessionTools* tools) {
  if (buffer_.capacity() > std::string().capacity()) {
    tools->buffers.Give(std::exchange(buffer_, {}));
  } else {
    buffer_.clear();
  }
  looked_at_ = 0;
  collecting_.reset();
}

std::size_t HttpSession::ReadHead(std::string_view in) {
  // Reading again from the start is worth it only when a line has ended since:
  // a client may send one byte at a time, but only so many lines.
  if (looked_at_ != 0 && in.size() < tools_->limits.max_head_bytes &&
      in.find('\n', looked_at_) == std::string_view::npos) {
    looked_at_ = in.size();
    return 0;
  }
  switch (tools_->heads.Read(in)) {
    case HeadReader::Status::kIncomplete:
      looked_at_ = in.size();
      return 0;
    case HeadReader::Status::kError:
      Refuse(tools_->heads.error(), in);
      return 0;
    case HeadReader::Status::kComplete:
      break;
  }
  return AnswerHead(in);
}

std::size_t HttpSession::AnswerHead(std::string_view in) {
  const RequestHead& head = tools_->heads.head();
  if (!head.has_body()) {
    const std::size_t size = head.size;
    Answer({}, head.keep_alive);
    return size;
  }
  const std::size_t limit = tools_->handler->BodyLimit(head);
  if (limit > 0) {
    if (head.content_length > limit) {
      Refuse(HttpError::kBodySize, in);
      return 0;
    }
    collecting_ = std::make_unique<Collecting>();
    collecting_->body_limit = limit;
    return StartCollecting(in);
  }
  // The client may be waiting to be told to send it.
  bool keep_alive = head.keep_alive && !head.expects_continue;
  const std::size_t size = head.size;
  const std::size_t body = SkipBody(in.substr(size), &keep_alive);
  Answer({}, keep_alive);
  return size + body;
}

// Returns the bytes of the body that `after` begins with. If it is not all
// there, or is none, the connection cannot be used any further.
std::size_t HttpSession::SkipBody(std::string_view after, bool* keep_alive) {
  const RequestHead& head = tools_->heads.head();
  if (head.body_end == BodyEnd::kLength) {
    if (head.content_length <= after.size() &&
        head.content_length <= tools_->limits.max_drain_bytes) {
      return static_cast<std::size_t>(head.content_length);
    }
    *keep_alive = false;
    return 0;
  }
  ChunkedBody chunks;
  const ChunkedBody::Progress progress =
      chunks.Read(after, tools_->limits.max_drain_bytes, nullptr);
  if (progress.status == ChunkedBody::Status::kEnd) return progress.used;
  *keep_alive = false;
  return 0;
}

std::size_t HttpSession::StartCollecting(std::string_view in) {
  const RequestHead& head = tools_->heads.head();
  collecting_->head_size = head.size;
  collecting_->chunked = head.body_end == BodyEnd::kChunked;
  collecting_->size = static_cast<std::size_t>(head.content_length);
  const bool all_there =
      !collecting_->chunked && in.size() - head.size >= collecting_->size;
  if (head.expects_continue && !all_there) out_->append(kContinue);
  return Collect(in);
}

// The head is kept in front of the body, since the answer is made from both.
std::size_t HttpSession::Collect(std::string_view in) {
  Collecting& body = *collecting_;
  std::string_view text;
  std::size_t size = body.head_size;
  if (body.chunked) {
    const ChunkedBody::Progress progress = body.chunks.Read(
        in.substr(size + body.read), body.body_limit, &body.data);
    body.read += progress.used;
    switch (progress.status) {
      case ChunkedBody::Status::kMore:
        return 0;
      case ChunkedBody::Status::kMalformed:
        Refuse(HttpError::kChunk, in);
        return 0;
      case ChunkedBody::Status::kTooLarge:
        Refuse(HttpError::kBodySize, in);
        return 0;
      case ChunkedBody::Status::kEnd:
        break;
    }
    text = body.data;
    size += body.read;
  } else {
    if (in.size() < size + body.size) return 0;
    text = in.substr(size, body.size);
    size += body.size;
  }
  // The bytes may have moved since the head was read.
  CORSAC_CHECK(tools_->heads.Read(in) == HeadReader::Status::kComplete);
  Answer(text, tools_->heads.head().keep_alive);
  collecting_.reset();
  return size;
}

void HttpSession::Answer(std::string_view body, bool keep_alive) {
  const RequestHead& head = tools_->heads.head();
  const ResponseWriter::Context context{
      .head_request = head.method == "HEAD",
      .minor_version = head.minor_version,
      .keep_alive = keep_alive && !tools_->ending,
      .date_line = tools_->date_line};
  ResponseWriter writer(context, out_);
  tools_->counters->requests.Add();
  tools_->handler->Handle(head, body, &writer);
  CORSAC_CHECK(writer.finished());
  closing_ = !writer.keep_alive();
}

void HttpSession::Refuse(HttpError error, std::string_view in) {
  tools_->counters->Fail(error);
  WriteProblem(
      {.status = HttpErrorStatus(error),
       .type = "bad-request",
       .title = "The request cannot be read",
       .detail = std::string(HttpErrorText(error)),
       .errors_json = "[\"" + std::string(HttpErrorName(error)) + "\"]"},
      in, tools_->date_line, out_);
  closing_ = true;
  close_reason_ = CloseReason::kBadRequest;
}

void HttpSession::TimeOut(SessionTools* tools, std::string* out) {
  WriteProblem({.status = 408,
                .type = "timeout",
                .title = "The request did not come in time",
                .detail = "the rest of the request is missing"},
               buffer_, tools->date_line, out);
  close_reason_ = collecting_ != nullptr ? CloseReason::kBodyTimeout
                                         : CloseReason::kHeadTimeout;
  closing_ = true;
  Release(tools);
}

}  // namespace corsac
