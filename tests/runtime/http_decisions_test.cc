// What a client sends comes back in the header lines of decisions. Whatever
// bytes it sends, and whether the rules allow the origin or not: the answer is
// one, and has no line that the client made up.
#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "compiler/compile.h"
#include "compiler/fetch/names.h"
#include "runtime/http/http_session.h"
#include "runtime/serve/decision_plane.h"
#include "runtime/serve/serve_stats.h"
#include "runtime/store/policy_store.h"
#include "tests/testing/exact_request.h"
#include "tests/testing/strict_answers.h"
#include "tests/testing/temp_folder.h"

namespace corsac {
namespace {

using testing::ExactText;
using testing::ReadStrictAnswers;
using testing::ReferenceField;
using testing::StrictAnswer;
using testing::StrictAnswers;
using testing::TempFolder;

// Every way in which a value of the request is put into an answer.
constexpr std::string_view kRules = R"(version = 1

[[route]]
path        = "/{rest...}"
origins     = ["https://*.app.example.com", { host_regex = '.*\.re\.example\.com' }]
credentials = true
methods     = ["PUT"]
headers     = ["x-a", "x-b"]
)";

class HttpDecisionsTest : public ::testing::Test {
 protected:
  HttpDecisionsTest() {
    const TempFolder folder;
    testing::WriteFile(folder / "rules.toml", kRules);
    CompileResult result = CompilePath(folder / "rules.toml");
    EXPECT_TRUE(result.ok());
    store_.Publish(std::move(result.table), "hash");
  }

  // The status of the one answer to a request of this kind with these lines.
  int Ask(std::string_view hook, std::string_view method,
          const std::string& lines) {
    HttpSession session;
    std::string out;
    std::string request = "GET " + std::string(hook) + " HTTP/1.1\r\nHost: h";
    request += "\r\nX-Forwarded-Method: " + std::string(method);
    request += "\r\nX-Forwarded-Uri: /x\r\nX-Forwarded-Host: h\r\n";
    const ExactText exact(request + lines + "\r\n");
    session.Take(exact.view(), &tools_, &out);
    session.Release(&tools_);
    const StrictAnswers read = ReadStrictAnswers(out);
    EXPECT_EQ(read.error, "") << lines;
    EXPECT_EQ(read.answers.size(), 1U) << lines;
    if (read.answers.empty()) return 0;
    CheckNames(read.answers[0], lines);
    return read.answers[0].status;
  }

  static void CheckNames(const StrictAnswer& answer, const std::string& lines) {
    for (const ReferenceField& field : answer.fields) {
      EXPECT_FALSE(EqualsIgnoreCase(field.name, "set-cookie")) << lines;
      EXPECT_FALSE(EqualsIgnoreCase(field.name, "x-made-up")) << lines;
    }
  }

  PolicyStore store_;
  ServeStats stats_;
  DecisionPlane plane_{{.store = &store_,
                        .state = [] { return std::string_view("ready"); },
                        .counters = stats_.AddLoop(),
                        .observer = nullptr}};
  HttpLimits limits_;
  LoopCounters counters_;
  SessionTools tools_{limits_, &plane_, &counters_};
};

TEST_F(HttpDecisionsTest, AnswersStayWholeWhateverIsSent) {
  constexpr std::string_view kPreflight = "/v1/preflight";
  constexpr std::string_view kHook = "/v1/authz/forward-auth";
  const std::string wish = "Access-Control-Request-Method: PUT\r\n";
  const std::string good = "Origin: https://a.app.example.com\r\n";
  // Both are answered when nothing is wrong.
  ASSERT_EQ(Ask(kHook, "GET", good), 200);
  ASSERT_EQ(Ask(kPreflight, "OPTIONS", good + wish), 204);
  std::set<int> statuses;
  // A byte alone, and with a line before a second one.
  for (int i = 0; i < 512; ++i) {
    std::string split(1, static_cast<char>(i / 2));
    if (i % 2 == 1) split += "Set-Cookie: a=b" + split;
    for (const std::string_view end : {".app.example.com", ".re.example.com"}) {
      const std::string origin =
          "Origin: https://a" + split + std::string(end) + "\r\n";
      statuses.insert(Ask(kHook, "GET", origin));
      statuses.insert(Ask(kPreflight, "OPTIONS", origin + wish));
    }
    const std::string method =
        "Access-Control-Request-Method: PUT" + split + "\r\n";
    const std::string headers =
        "Access-Control-Request-Headers: x-a" + split + "\r\n";
    statuses.insert(Ask(kPreflight, "OPTIONS", good + method));
    statuses.insert(Ask(kPreflight, "OPTIONS", good + wish + headers));
    statuses.insert(Ask(kHook, "GET" + split, good));
    // A line that the client did send is not one of the answer.
    statuses.insert(Ask(kHook, "GET", good + "X-Made-Up" + split + "\r\n"));
  }
  // All kinds of answers were seen: given, refused, and not understood.
  EXPECT_EQ(statuses.count(200), 1U);
  EXPECT_EQ(statuses.count(204), 1U);
  EXPECT_EQ(statuses.count(400), 1U);
}

}  // namespace
}  // namespace corsac
