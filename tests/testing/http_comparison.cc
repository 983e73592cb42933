// Used by tests/runtime/http_random_test.cc and tests/fuzz/http_fuzzer.cc.
#include "tests/testing/http_comparison.h"

#include <algorithm>
#include <sstream>

#include "runtime/http/http_session.h"
#include "tests/testing/exact_request.h"
#include "tests/testing/reference_http.h"
#include "tests/testing/strict_answers.h"

namespace corsac::testing {
namespace {

constexpr std::size_t kBodyLimit = 48;
constexpr std::size_t kLargeAnswer = std::size_t{100} << 10;

HttpLimits SmallLimits() {
  HttpLimits limits;
  limits.max_head_bytes = 640;
  limits.max_fields = 9;
  limits.max_drain_bytes = 64;
  return limits;
}

ReferenceHttpLimits ReferenceLimits() {
  const HttpLimits limits = SmallLimits();
  return {limits.max_head_bytes, limits.max_fields, limits.max_drain_bytes};
}

// By the last byte of the target, so that a body is used of some requests.
bool UsesBody(std::string_view target) { return target.back() == 'b'; }
bool IsLarge(std::string_view target) { return target.back() == 'L'; }

// The answer to a request, as the handler gives it and as it has to come back.
std::string AnswerText(std::string_view method, std::string_view target,
                       std::string_view body) {
  std::string text(method);
  text.append(" ").append(target).append(" ").append(body);
  if (IsLarge(target)) text.resize(kLargeAnswer, '.');
  return text;
}

class Handler : public RequestHandler {
 public:
  std::size_t BodyLimit(const RequestHead& head) override {
    return UsesBody(head.target) ? kBodyLimit : 0;
  }
  void Handle(const RequestHead& head, std::string_view body,
              ResponseWriter* response) override {
    response->Start(200);
    response->Finish("text/plain", AnswerText(head.method, head.target, body));
  }
};

template <class A, class B>
void Expect(const char* what, const A& got, const B& wanted,
            std::ostringstream* out) {
  if (got == wanted) return;
  *out << what << ": " << got << ", not " << wanted << "\n";
}

void CompareFields(const RequestHead& got, const ReferenceHead& wanted,
                   std::ostringstream* out) {
  Expect("fields", got.fields.size(), wanted.fields.size(), out);
  const std::size_t count = std::min(got.fields.size(), wanted.fields.size());
  for (std::size_t i = 0; i < count; ++i) {
    Expect("name", got.fields[i].name, wanted.fields[i].name, out);
    Expect("value", got.fields[i].value, wanted.fields[i].value, out);
  }
}

void CompareHeads(const RequestHead& got, const ReferenceHead& wanted,
                  std::ostringstream* out) {
  Expect("method", got.method, wanted.method, out);
  Expect("target", got.target, wanted.target, out);
  Expect("path", got.path_and_query, wanted.path_and_query, out);
  Expect("host", got.host, wanted.host, out);
  Expect("version", int{got.minor_version}, wanted.minor_version, out);
  Expect("keep-alive", got.keep_alive, wanted.keep_alive, out);
  Expect("expects", got.expects_continue, wanted.expects_continue, out);
  Expect("chunked", got.body_end == BodyEnd::kChunked, wanted.chunked, out);
  Expect("has length", got.body_end == BodyEnd::kLength,
         wanted.has_length && !wanted.chunked, out);
  Expect("length", got.content_length, wanted.length, out);
  Expect("size", got.size, wanted.size, out);
  CompareFields(got, wanted, out);
}

using ReaderStatus = HeadReader::Status;
using ReferenceStatus = ReferenceReading::Status;

}  // namespace

struct HttpComparison::Tools {
  HttpLimits limits = SmallLimits();
  Handler handler;
  LoopCounters counters;
  SessionTools session{limits, &handler, &counters};
};

HttpComparison::HttpComparison() : tools_(std::make_unique<Tools>()) {
  tools_->session.date_line = "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n";
}

HttpComparison::~HttpComparison() = default;

std::string HttpComparison::CompareHead(std::string_view bytes) {
  const ExactText exact(bytes);
  HeadReader& reader = tools_->session.heads;
  const ReaderStatus status = reader.Read(exact.view());
  const ReferenceReading wanted = ReadReferenceHead(bytes, ReferenceLimits());
  std::ostringstream out;
  switch (status) {
    case ReaderStatus::kComplete:
      if (wanted.status == ReferenceStatus::kComplete) {
        CompareHeads(reader.head(), wanted.head, &out);
      } else {
        out << "read, but the reference says '" << wanted.error << "'\n";
      }
      break;
    case ReaderStatus::kIncomplete:
      if (wanted.status != ReferenceStatus::kIncomplete) {
        out << "incomplete, but the reference says '" << wanted.error << "'\n";
      }
      break;
    case ReaderStatus::kError: {
      const std::string error(HttpErrorName(reader.error()));
      if (wanted.status == ReferenceStatus::kError && error == wanted.error) {
        break;
      }
      // Found before the end of the line: then no end makes the line good.
      std::string ended(bytes.substr(0, tools_->limits.max_head_bytes));
      ended += "\r\n";
      ReferenceHttpLimits no_cut = ReferenceLimits();
      no_cut.head_bytes = ended.size() + 1;
      const ReferenceReading later = ReadReferenceHead(ended, no_cut);
      if (!wanted.unfinished_line || later.error != error) {
        out << "error '" << error << "', but the reference says '"
            << wanted.error << "', '" << later.error << "'\n";
      }
      break;
    }
  }
  return out.str();
}

namespace {

// Sends the bytes in pieces to a session; returns what came back.
struct Conversation {
  std::string output;
  HttpSession::Wait wait = HttpSession::Wait::kRequest;
  bool too_much = false;
};

Conversation Converse(std::string_view bytes,
                      const std::vector<std::size_t>& cuts,
                      SessionTools* tools) {
  Conversation result;
  HttpSession session;
  std::size_t at = 0;
  const auto take = [&](std::string_view piece) {
    const ExactText exact(piece);
    std::string_view in = exact.view();
    for (;;) {
      std::string out;
      result.wait = session.Take(in, tools, &out);
      result.too_much |= out.size() > HttpSession::kMaxOutput + kLargeAnswer +
                                          2 * tools->limits.max_head_bytes;
      result.output += out;
      if (result.wait != HttpSession::Wait::kRoom) return;
      in = {};
    }
  };
  for (const std::size_t cut : cuts) {
    if (cut <= at || cut >= bytes.size()) continue;
    take(bytes.substr(at, cut - at));
    at = cut;
  }
  take(bytes.substr(at));
  session.Release(tools);
  return result;
}

int StatusOf(const std::string& error) {
  if (error == "version-support") return 505;
  if (error == "expect") return 417;
  if (error == "body-size") return 413;
  return error == "head-size" || error == "field-count" ? 431 : 400;
}

// The answer to a request that could not be read, told from its own body.
void CompareRefusal(const StrictAnswer& got, const std::string& error,
                    bool is_head, std::ostringstream* out) {
  if (!got.closes()) *out << "a refusal that does not close\n";
  if (error == "any") return;
  Expect("status of a refusal", got.status, StatusOf(error), out);
  const std::string text = "\"errors\":[\"" + error + "\"]";
  if (!is_head && got.body.find(text) == std::string::npos) {
    *out << "refused by " << got.body << ", not for " << error << "\n";
  }
}

bool IsOpen(HttpSession::Wait wait) {
  return wait != HttpSession::Wait::kClose;
}

void CompareConversation(const Conversation& got,
                         const ReferenceConnection& wanted,
                         std::ostringstream* out) {
  const std::size_t count = wanted.requests.size();
  const StrictAnswers answers =
      ReadStrictAnswers(got.output, [&](std::size_t i) {
        return i < count ? wanted.requests[i].head.method == "HEAD"
                         : wanted.head_error;
      });
  if (!answers.error.empty()) {
    *out << answers.error << "\n";
    return;
  }
  if (got.too_much) *out << "more output than kMaxOutput allows\n";
  const bool must_refuse = !wanted.error.empty();
  const bool refused = answers.answers.size() == count + 1;
  if (answers.answers.size() != count && !refused) {
    *out << answers.answers.size() << " answers, not " << count << "\n";
    return;
  }
  if (refused != must_refuse && !(refused && wanted.may_fail)) {
    *out << (refused ? "refused: " + answers.answers.back().body
                     : "not refused: " + wanted.error)
         << "\n";
    return;
  }
  Expect("open", IsOpen(got.wait), !wanted.closed && !refused, out);
  for (std::size_t i = 0; i < count; ++i) {
    const ReferenceHttpRequest& request = wanted.requests[i];
    const StrictAnswer& answer = answers.answers[i];
    const bool is_head = request.head.method == "HEAD";
    Expect("status", answer.status, 200, out);
    const std::string text =
        AnswerText(request.head.method, request.head.target, request.body);
    Expect("body", answer.body, is_head ? "" : text, out);
    const bool last = i + 1 == count && wanted.closed && !must_refuse;
    Expect("close", answer.closes(), last, out);
  }
  if (refused) {
    CompareRefusal(answers.answers.back(), must_refuse ? wanted.error : "any",
                   wanted.head_error, out);
  }
}

}  // namespace

std::string HttpComparison::CompareSession(
    std::string_view bytes, const std::vector<std::size_t>& cuts) {
  const Conversation got = Converse(bytes, cuts, &tools_->session);
  const ReferenceConnection wanted = ReadReferenceConnection(
      bytes, cuts, ReferenceLimits(), [](const ReferenceHead& head) {
        return UsesBody(head.target) ? kBodyLimit : 0;
      });
  std::ostringstream out;
  CompareConversation(got, wanted, &out);
  return out.str();
}

}  // namespace corsac::testing
