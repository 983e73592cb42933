// Sessions, driven byte by byte where it matters.
#include "runtime/http/http_session.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/testing/alloc_counter.h"
#include "tests/testing/exact_request.h"
#include "tests/testing/strict_answers.h"

namespace corsac {
namespace {

using testing::ExactText;
using testing::ReadStrictAnswers;
using testing::StrictAnswer;
using testing::StrictAnswers;
using Wait = HttpSession::Wait;

constexpr std::size_t kBodyLimit = 10;

// Makes use of the bodies of /body; says what it was given.
class Handler : public RequestHandler {
 public:
  std::size_t BodyLimit(const RequestHead& head) override {
    EXPECT_TRUE(head.has_body());
    return head.target == "/body" ? kBodyLimit : 0;
  }
  void Handle(const RequestHead& head, std::string_view body,
              ResponseWriter* response) override {
    ++handled;
    answer.assign(head.method);
    answer.append(" ").append(head.target).append(" ").append(body);
    answer.append(padding, '.');
    response->Start(200);
    if (head.target == "/close") response->Close();
    response->Finish("text/plain", answer);
  }

  int handled = 0;
  std::size_t padding = 0;
  std::string answer;
};

class HttpSessionTest : public ::testing::Test {
 protected:
  HttpSessionTest() : tools_(limits_, &handler_, &counters_) {
    tools_.date_line = "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n";
  }

  // Gives the session `bytes`, in a block of their own.
  Wait Take(std::string_view bytes) {
    const ExactText exact(bytes);
    return session_.Take(exact.view(), &tools_, &out_);
  }

  // All that was answered so far; the last is to a HEAD request if `is_head`.
  StrictAnswers Read(bool is_head = false) {
    StrictAnswers read = ReadStrictAnswers(
        out_, [is_head](std::size_t /*index*/) { return is_head; });
    EXPECT_EQ(read.error, "") << out_;
    return read;
  }
  std::vector<std::string> Bodies() {
    std::vector<std::string> bodies;
    for (const StrictAnswer& answer : Read().answers) {
      bodies.push_back(answer.body);
    }
    return bodies;
  }
  // The only answer so far.
  StrictAnswer Only(bool is_head = false) {
    StrictAnswers read = Read(is_head);
    EXPECT_EQ(read.answers.size(), 1U) << out_;
    return read.answers.empty() ? StrictAnswer() : read.answers[0];
  }

  std::uint64_t Errors(HttpError error) const {
    return counters_.errors.at(static_cast<std::size_t>(error)).value();
  }

  HttpLimits limits_;
  Handler handler_;
  LoopCounters counters_;
  SessionTools tools_;
  HttpSession session_;
  std::string out_;
};

using Texts = std::vector<std::string>;

std::string Get(std::string_view target) {
  return "GET " + std::string(target) + " HTTP/1.1\r\nHost: h\r\n\r\n";
}

std::string Post(std::string_view target, std::string_view lines,
                 std::string_view body) {
  return "POST " + std::string(target) + " HTTP/1.1\r\nHost: h\r\n" +
         std::string(lines) + "\r\n" + std::string(body);
}

TEST_F(HttpSessionTest, AnswersOneAfterTheOther) {
  EXPECT_EQ(Take(Get("/1")), Wait::kRequest);
  EXPECT_EQ(Take(Get("/2") + Get("/3") + Get("/4").substr(0, 9)), Wait::kHead);
  EXPECT_EQ(Take(Get("/4").substr(9)), Wait::kRequest);
  EXPECT_EQ(Bodies(), (Texts{"GET /1 ", "GET /2 ", "GET /3 ", "GET /4 "}));
  EXPECT_EQ(counters_.requests.value(), 4U);
}

TEST_F(HttpSessionTest, AnswersWhereverItIsCut) {
  const std::string stream = Get("/1") +
                             Post("/body", "Content-Length: 3\r\n", "abc") +
                             Post("/body", "Transfer-Encoding: chunked\r\n",
                                  "2\r\nde\r\n1\r\nf\r\n0\r\n\r\n") +
                             "\r\n" + Get("/2");
  for (std::size_t at = 0; at <= stream.size(); ++at) {
    session_ = HttpSession();
    out_.clear();
    Take(stream.substr(0, at));
    EXPECT_EQ(Take(stream.substr(at)), Wait::kRequest);
    EXPECT_EQ(Bodies(),
              (Texts{"GET /1 ", "POST /body abc", "POST /body def", "GET /2 "}))
        << "cut at " << at;
  }
  session_ = HttpSession();
  out_.clear();
  for (const char c : stream) Take({&c, 1});
  EXPECT_EQ(Bodies().size(), 4U);
}

TEST_F(HttpSessionTest, Http10ClosesUnlessAskedNotTo) {
  EXPECT_EQ(Take("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"),
            Wait::kRequest);
  EXPECT_EQ(Only().Field("Connection"), "keep-alive");
  out_.clear();
  EXPECT_EQ(Take("GET / HTTP/1.0\r\n\r\n" + Get("/no")), Wait::kClose);
  EXPECT_TRUE(Only().closes());
  EXPECT_EQ(session_.close_reason(), CloseReason::kAnswered);
}

TEST_F(HttpSessionTest, AfterCloseBytesAreNotLookedAt) {
  for (const std::string& last :
       {Get("/close"),
        "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n" +
            std::string()}) {
    session_ = HttpSession();
    out_.clear();
    EXPECT_EQ(Take(last + Get("/no")), Wait::kClose);
    EXPECT_TRUE(Only().closes());
    EXPECT_EQ(Take(Get("/no")), Wait::kClose);
    EXPECT_EQ(Read().answers.size(), 1U);
  }
}

TEST_F(HttpSessionTest, HeadHasNoBody) {
  EXPECT_EQ(Take("HEAD /x HTTP/1.1\r\nHost: h\r\n\r\n"), Wait::kRequest);
  const StrictAnswer answer = Only(true);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.Field("Content-Length"), "8");
}

// The client cannot tell the text of a refusal from its next answer.
TEST_F(HttpSessionTest, ARefusedHeadHasNoBodyEither) {
  for (const std::string_view bytes :
       {"HEAD / HTTP/1.1\r\n\r\n", "\r\nHEAD / HTTP/1.1\r\nx\r\n",
        "HEAD / HTTP/2.0\r\n"}) {
    session_ = HttpSession();
    out_.clear();
    EXPECT_EQ(Take(bytes), Wait::kClose);
    EXPECT_GE(Only(true).status, 400);
    EXPECT_EQ(out_.substr(out_.size() - 4), "\r\n\r\n") << bytes;
  }
}

TEST_F(HttpSessionTest, RefusesWhatCannotBeRead) {
  EXPECT_EQ(Take(Get("/1") + "GET / HTTP/1.1\nHost: h\n\n" + Get("/no")),
            Wait::kClose);
  EXPECT_EQ(session_.close_reason(), CloseReason::kBadRequest);
  const StrictAnswers read = Read();
  ASSERT_EQ(read.answers.size(), 2U);
  const StrictAnswer& answer = read.answers[1];
  EXPECT_EQ(answer.status, 400);
  EXPECT_TRUE(answer.closes());
  EXPECT_EQ(answer.Field("Content-Type"), "application/problem+json");
  EXPECT_NE(answer.body.find("\"errors\":[\"line-end\"]"), std::string::npos);
  EXPECT_EQ(Errors(HttpError::kLineEnd), 1U);
  EXPECT_EQ(counters_.requests.value(), 1U);
}

// --- Bodies that are used ----------------------------------------------------

TEST_F(HttpSessionTest, CollectsBodies) {
  const std::string chunked = "Transfer-Encoding: chunked\r\n";
  const std::string chunks = "5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n";
  EXPECT_EQ(Take(Post("/body", "Content-Length: 10\r\n", "0123456789") +
                 Post("/body", chunked, chunks) + Get("/")),
            Wait::kRequest);
  EXPECT_EQ(Bodies(),
            (Texts{"POST /body 0123456789", "POST /body hello!", "GET / "}));
  EXPECT_EQ(Take(Post("/body", chunked, "5\r\nhel")), Wait::kBody);
  EXPECT_EQ(Take("lo\r\n0\r\n\r"), Wait::kBody);
  EXPECT_EQ(Take("\n" + Get("/").substr(0, 3)), Wait::kHead);
  EXPECT_EQ(Bodies().back(), "POST /body hello");
}

TEST_F(HttpSessionTest, BodiesHaveALimit) {
  EXPECT_EQ(Take(Post("/body", "Content-Length: 11\r\n", "")), Wait::kClose);
  EXPECT_EQ(Only().status, 413);
  EXPECT_EQ(session_.close_reason(), CloseReason::kBadRequest);
  session_ = HttpSession();
  out_.clear();
  const std::string chunked = "Transfer-Encoding: chunked\r\n";
  EXPECT_EQ(Take(Post("/body", chunked, "a\r\n0123456789\r\n")), Wait::kBody);
  EXPECT_EQ(Take("1\r\n"), Wait::kClose);
  EXPECT_EQ(Only().status, 413);
  EXPECT_EQ(Errors(HttpError::kBodySize), 2U);
  // Sizes cannot fill the buffer either.
  session_ = HttpSession();
  out_.clear();
  EXPECT_EQ(Take(Post("/body", chunked, "")), Wait::kBody);
  for (int i = 0; i < 6; ++i) {
    EXPECT_EQ(Take("00000001\r\nx\r\n"), Wait::kBody);
  }
  EXPECT_EQ(Take("00000001\r\n"), Wait::kClose);
  EXPECT_EQ(Only().status, 413);
  session_ = HttpSession();
  out_.clear();
  EXPECT_EQ(Take(Post("/body", chunked, "5;x\r\n")), Wait::kClose);
  EXPECT_EQ(Only().status, 400);
  EXPECT_EQ(Errors(HttpError::kChunk), 1U);
  EXPECT_EQ(handler_.handled, 0);
}

TEST_F(HttpSessionTest, TellsClientsThatAskToSendTheBody) {
  const std::string lines = "Expect: 100-continue\r\nContent-Length: 3\r\n";
  EXPECT_EQ(Take(Post("/body", lines, "")), Wait::kBody);
  EXPECT_EQ(out_, "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_EQ(Take("a"), Wait::kBody);
  EXPECT_EQ(Take("bc"), Wait::kRequest);
  EXPECT_EQ(Read().continues, 1U);
  EXPECT_EQ(Only().body, "POST /body abc");
  EXPECT_FALSE(Only().closes());
  // Not when the body is there, too large, or of no use.
  out_.clear();
  EXPECT_EQ(Take(Post("/body", lines, "abc")), Wait::kRequest);
  EXPECT_EQ(Read().continues, 0U);
  out_.clear();
  EXPECT_EQ(Take(Post("/", lines, "")), Wait::kClose);
  EXPECT_EQ(Read().continues, 0U);
  EXPECT_EQ(Only().status, 200);
  EXPECT_TRUE(Only().closes());
  session_ = HttpSession();
  out_.clear();
  EXPECT_EQ(Take(Post("/body",
                      "Expect: 100-continue\r\n"
                      "Content-Length: 11\r\n",
                      "")),
            Wait::kClose);
  EXPECT_EQ(Read().continues, 0U);
  EXPECT_EQ(Only().status, 413);
}

// --- Bodies that are not -----------------------------------------------------

TEST_F(HttpSessionTest, PassesOverBodiesThatCameWithTheirHead) {
  EXPECT_EQ(Take(Post("/1", "Content-Length: 5\r\n", "GET /") +
                 Post("/2", "Transfer-Encoding: chunked\r\n",
                      "5\r\nGET /\r\n0\r\n\r\n") +
                 Post("/3", "Content-Length: 0\r\n", "") + Get("/4")),
            Wait::kRequest);
  EXPECT_EQ(Bodies(), (Texts{"POST /1 ", "POST /2 ", "POST /3 ", "GET /4 "}));
}

TEST_F(HttpSessionTest, ClosesWhenABodyDidNotComeWithItsHead) {
  const std::string chunked = "Transfer-Encoding: chunked\r\n";
  const std::vector<std::string> requests = {
      Post("/", "Content-Length: 5\r\n", ""),
      Post("/", "Content-Length: 5\r\n", "1234"),
      Post("/", "Content-Length: 999999999999999999\r\n", Get("/no")),
      Post("/", chunked, ""),
      Post("/", chunked, "0\r\n\r"),
      Post("/", chunked, "0\r\nT: x\r\n\r\n" + Get("/no")),
      Post("/", chunked, "5;x\r\nhello\r\n0\r\n\r\n" + Get("/no")),
      Post("/", chunked, "x" + Get("/no")),
      Post("/", "Expect: 100-continue\r\nContent-Length: 5\r\n", "12345"),
  };
  for (const std::string& request : requests) {
    session_ = HttpSession();
    out_.clear();
    EXPECT_EQ(Take(request), Wait::kClose) << request;
    EXPECT_EQ(Only().status, 200);
    EXPECT_TRUE(Only().closes());
    EXPECT_EQ(Take(Get("/no")), Wait::kClose);
    EXPECT_EQ(Read().answers.size(), 1U) << request;
    EXPECT_EQ(session_.close_reason(), CloseReason::kAnswered);
  }
}

TEST_F(HttpSessionTest, BodiesThatAreThrownAwayHaveALimit) {
  limits_.max_drain_bytes = 4;
  const std::string chunked = "Transfer-Encoding: chunked\r\n";
  EXPECT_EQ(Take(Post("/", "Content-Length: 4\r\n", "1234")), Wait::kRequest);
  EXPECT_EQ(Take(Post("/", chunked, "4\r\n1234\r\n0\r\n\r\n")), Wait::kRequest);
  EXPECT_EQ(Take(Post("/", "Content-Length: 5\r\n", "12345")), Wait::kClose);
  session_ = HttpSession();
  EXPECT_EQ(Take(Post("/", chunked, "5\r\n12345\r\n0\r\n\r\n")), Wait::kClose);
}

// --- Room, time, the end -----------------------------------------------------

TEST_F(HttpSessionTest, WaitsForRoom) {
  handler_.padding = 1000;
  std::string requests;
  for (int i = 0; i < 1000; ++i) requests += Get("/" + std::to_string(i));
  requests += "GET";
  std::string all;
  Wait wait = Take(requests);
  int rounds = 0;
  while (wait == Wait::kRoom) {
    ++rounds;
    EXPECT_GE(out_.size(), HttpSession::kMaxOutput);
    EXPECT_LT(out_.size(), HttpSession::kMaxOutput + 2000);
    all += out_;
    out_.clear();
    wait = Take({});
  }
  EXPECT_EQ(wait, Wait::kHead);
  EXPECT_EQ(rounds, 4);
  out_ = all + out_;
  const Texts bodies = Bodies();
  ASSERT_EQ(bodies.size(), 1000U);
  for (std::size_t i = 0; i < bodies.size(); ++i) {
    EXPECT_EQ(bodies[i].substr(0, bodies[i].find('.')),
              "GET /" + std::to_string(i) + " ");
  }
  out_.clear();
  EXPECT_EQ(Take(" /last HTTP/1.1\r\nHost: h\r\n\r\n"), Wait::kRequest);
  EXPECT_EQ(Read().answers.size(), 1U);
}

TEST_F(HttpSessionTest, ClosesWhileItWaitsForRoom) {
  handler_.padding = HttpSession::kMaxOutput;
  EXPECT_EQ(Take(Get("/1") + Get("/close") + Get("/no")), Wait::kRoom);
  out_.clear();
  EXPECT_EQ(Take({}), Wait::kClose);
  EXPECT_TRUE(Only().closes());
}

TEST_F(HttpSessionTest, TimeOutsAreAnswered) {
  EXPECT_EQ(Take("GET / HTTP/1.1\r\nHo"), Wait::kHead);
  session_.TimeOut(&tools_, &out_);
  EXPECT_EQ(Only().status, 408);
  EXPECT_TRUE(Only().closes());
  EXPECT_EQ(session_.close_reason(), CloseReason::kHeadTimeout);
  EXPECT_EQ(Take("st: h\r\n\r\n"), Wait::kClose);
  EXPECT_EQ(Read().answers.size(), 1U);

  session_ = HttpSession();
  out_.clear();
  EXPECT_EQ(Take(Post("/body", "Content-Length: 5\r\n", "12")), Wait::kBody);
  session_.TimeOut(&tools_, &out_);
  EXPECT_EQ(Only().status, 408);
  EXPECT_EQ(session_.close_reason(), CloseReason::kBodyTimeout);
  EXPECT_EQ(Take("345"), Wait::kClose);

  session_ = HttpSession();
  out_.clear();
  EXPECT_EQ(Take("HEAD / HTTP"), Wait::kHead);
  session_.TimeOut(&tools_, &out_);
  EXPECT_EQ(Only(true).status, 408);
  EXPECT_EQ(handler_.handled, 0);
}

TEST_F(HttpSessionTest, EveryAnswerClosesWhenTheEndIsNear) {
  EXPECT_EQ(Take(Get("/")), Wait::kRequest);
  tools_.ending = true;
  out_.clear();
  EXPECT_EQ(Take(Get("/") + Get("/no")), Wait::kClose);
  EXPECT_EQ(Only().status, 200);
  EXPECT_TRUE(Only().closes());
  EXPECT_EQ(session_.close_reason(), CloseReason::kAnswered);
}

// --- Memory ------------------------------------------------------------------

// Allocations of `work`, which is done before to make everything as large as it
// gets.
std::size_t Allocations(const std::function<void()>& work) {
  for (int i = 0; i < 3; ++i) work();
  const std::size_t before = testing::AllocationsOnThisThread();
  for (int i = 0; i < 100; ++i) work();
  return testing::AllocationsOnThisThread() - before;
}

TEST_F(HttpSessionTest, AllocatesNothingOnceItRuns) {
  const std::string get = Get("/some/path/that/is/no/short/string");
  const std::string skipped = Post("/", "Content-Length: 5\r\n", "12345");
  const auto take = [&](std::string_view bytes) {
    session_.Take(bytes, &tools_, &out_);
  };
  EXPECT_EQ(Allocations([&] {
              out_.clear();
              take(get);
              take(skipped);
            }),
            0U);
  // Heads that come in several reads wait in a buffer from the pool.
  EXPECT_EQ(Allocations([&] {
              out_.clear();
              const std::string_view text = get;
              take(text.substr(0, 1));
              take(text.substr(1, 30));
              take(text.substr(31));
            }),
            0U);
}

// A buffer belongs to the session that needs it, and to no other after.
TEST_F(HttpSessionTest, BuffersAreGivenBack) {
  const std::string head = Get("/some/path/that/is/no/short/string");
  std::vector<HttpSession> sessions(20);
  const auto take = [&](HttpSession* session, std::string_view bytes) {
    return session->Take(bytes, &tools_, &out_);
  };
  EXPECT_EQ(Allocations([&] {
              out_.clear();
              for (HttpSession& session : sessions) {
                take(&session, std::string_view(head).substr(0, 40));
              }
              for (HttpSession& session : sessions) {
                take(&session, std::string_view(head).substr(40));
              }
            }),
            0U);
  // Also when a connection goes with a request half there.
  EXPECT_EQ(Allocations([&] {
              out_.clear();
              take(&session_, std::string_view(head).substr(0, 40));
              session_.Release(&tools_);
            }),
            0U);
}

TEST_F(HttpSessionTest, ThePoolKeepsNoLargeBuffers) {
  BufferPool pool;
  std::string large;
  large.reserve(std::size_t{300} << 10);
  pool.Give(std::move(large));
  EXPECT_LT(pool.Take().capacity(), 100U);
  std::string small;
  small.reserve(std::size_t{200} << 10);
  small = "old bytes";
  pool.Give(std::move(small));
  const std::string again = pool.Take();
  EXPECT_GE(again.capacity(), std::size_t{200} << 10);
  EXPECT_EQ(again, "");
  for (int i = 0; i < 100; ++i) {
    std::string buffer;
    buffer.reserve(1000);
    pool.Give(std::move(buffer));
  }
  int kept = 0;
  while (pool.Take().capacity() >= 1000) ++kept;
  EXPECT_EQ(kept, 64);
}

}  // namespace
}  // namespace corsac
