// Tests of runtime/decision/explain.h and browser.h.
#include "runtime/decision/explain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "runtime/decision/browser.h"
#include "runtime/decision/evaluate.h"
#include "tests/runtime/explain_world.h"
#include "tests/testing/choices.h"
#include "tests/testing/exact_request.h"
#include "tests/testing/ir_generator.h"
#include "tests/testing/request_generator.h"

namespace corsac {
namespace {

using testing::Asked;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;
using testing::World;

constexpr std::string_view kApp = "https://app.test";

World AppWorld() {
  World world;
  world.Route("app").Exact("https://first.test").Exact(std::string(kApp));
  world.policy().methods.names = {"PUT", "DELETE"};
  world.policy().headers.names = {"content-type"};
  world.policy().expose.names = {"x-total"};
  return world;
}

// The steps that do not pass, each as "result step code".
std::vector<std::string> Troubles(const Explanation& explanation) {
  std::vector<std::string> out;
  for (const ExplainStep& step : explanation.steps) {
    if (step.result == StepResult::kPass) continue;
    out.push_back(std::string(StepResultName(step.result)) + " " + step.step +
                  " " + step.code);
  }
  return out;
}

const ExplainStep& StepOf(const Explanation& explanation,
                          std::string_view name) {
  const auto step =
      std::ranges::find(explanation.steps, name, &ExplainStep::step);
  EXPECT_NE(step, explanation.steps.end()) << name;
  return *step;
}

TEST(ExplainTest, AllowedPreflightNamesTheRuleThatDecided) {
  const auto table = AppWorld().Build();
  const Asked asked("OPTIONS", "/app",
                    {{"Origin", kApp},
                     {"Access-Control-Request-Method", "PUT"},
                     {"Access-Control-Request-Headers", "content-type"}});
  const Explanation explanation = Explain(*table, asked.view());
  EXPECT_THAT(Troubles(explanation), IsEmpty());
  std::vector<std::string> names;
  for (const ExplainStep& step : explanation.steps) names.push_back(step.step);
  EXPECT_THAT(names, ElementsAre("request", "route", "origin-syntax",
                                 "origin-rule", "request-method", "method",
                                 "request-headers", "header"));
  const ExplainStep& rule = StepOf(explanation, "origin-rule");
  EXPECT_EQ(rule.rule, kApp);
  EXPECT_EQ(rule.file, "site.toml");
  EXPECT_EQ(rule.line, 2U);
  EXPECT_EQ(rule.column, 12U);
  EXPECT_EQ(StepOf(explanation, "route").line, 100U);
  EXPECT_EQ(explanation.refusal, BrowserRefusal::kNone);
  EXPECT_FALSE(explanation.console);
  EXPECT_EQ(explanation.words.meaning, "the page may make this call");
}

TEST(ExplainTest, ListsWhatWouldFailToo) {
  const auto table = AppWorld().Build();
  const Asked asked("OPTIONS", "/app",
                    {{"Origin", "http://app.test"},
                     {"Access-Control-Request-Method", "patch"},
                     {"Access-Control-Request-Headers",
                      "X-B,content-type,authorization,x-b"}});
  const Explanation explanation = Explain(*table, asked.view());
  EXPECT_THAT(Troubles(explanation),
              ElementsAre("fail origin-rule origin-not-allowed",
                          "would-fail method method-not-allowed:patch",
                          "would-fail header header-not-allowed:x-b",
                          "would-fail header "
                          "header-not-allowed:authorization"));
  const ExplainStep& rule = StepOf(explanation, "origin-rule");
  ASSERT_EQ(rule.near_misses.size(), 1U);
  EXPECT_EQ(rule.near_misses[0].kind, NearMissKind::kScheme);
  EXPECT_EQ(rule.near_misses[0].line, 2U);
  ASSERT_TRUE(explanation.console);
  EXPECT_THAT(explanation.console->chromium,
              StartsWith("Access to fetch at '//api.example.com/app' from "
                         "origin 'http://app.test' has been blocked"));
  EXPECT_THAT(explanation.words.backend,
              HasSubstr("add `http://app.test` to `origins` in route `app` "
                        "(site.toml:100)"));
}

TEST(ExplainTest, MethodInTheWrongCaseIsPointedOut) {
  const auto table = AppWorld().Build();
  const Asked asked(
      "OPTIONS", "/app",
      {{"Origin", kApp}, {"Access-Control-Request-Method", "Put"}});
  const Explanation explanation = Explain(*table, asked.view());
  EXPECT_THAT(Troubles(explanation),
              ElementsAre("fail method method-not-allowed:Put"));
  EXPECT_THAT(StepOf(explanation, "method").hint, HasSubstr("`PUT` is listed"));
  EXPECT_EQ(explanation.refusal, BrowserRefusal::kMethod);
}

TEST(ExplainTest, QuestionsOfCredentials) {
  World world = AppWorld();
  world.Route("pub").Any();
  const auto table = world.Build();
  ExplainQuestion question;
  question.credentials = true;
  const Asked app("GET", "/app", {{"Origin", kApp}});
  const Explanation refused = Explain(*table, app.view(), question);
  EXPECT_EQ(refused.decision.outcome, Outcome::kAllow);
  EXPECT_THAT(Troubles(refused), ElementsAre("browser-refuses credentials "
                                             "credentials-not-allowed"));
  EXPECT_EQ(refused.refusal, BrowserRefusal::kNoAllowCredentials);
  EXPECT_THAT(refused.words.backend, HasSubstr("credentials = true"));

  const Asked pub("GET", "/pub", {{"Origin", kApp}});
  const Explanation star = Explain(*table, pub.view(), question);
  EXPECT_THAT(Troubles(star), ElementsAre("browser-refuses credentials "
                                          "wildcard-with-credentials"));
  EXPECT_THAT(star.console->safari, StartsWith("Cannot use wildcard"));
  EXPECT_THAT(Troubles(Explain(*table, pub.view())), IsEmpty());
}

TEST(ExplainTest, QuestionsOfResponseHeaders) {
  World world = AppWorld();
  world.Route("pub").Any();
  world.policy().expose.any = true;
  const auto table = world.Build();
  ExplainQuestion question;
  question.read_headers = {"X-Total", "ETag", "content-type", "Set-Cookie"};
  const Asked app("GET", "/app", {{"Origin", kApp}});
  const Explanation explanation = Explain(*table, app.view(), question);
  EXPECT_THAT(
      Troubles(explanation),
      ElementsAre(
          "browser-refuses response-header response-header-not-exposed:etag",
          "browser-refuses response-header "
          "response-header-not-exposed:set-cookie"));
  EXPECT_THAT(explanation.words.backend,
              HasSubstr("add `etag` to `expose` in route `app`"));
  const Asked pub("GET", "/pub", {{"Origin", kApp}});
  EXPECT_THAT(Troubles(Explain(*table, pub.view(), question)),
              ElementsAre("browser-refuses response-header "
                          "response-header-not-exposed:set-cookie"));
}

TEST(ExplainTest, SameOriginIsNoMatterOfCors) {
  const auto table = AppWorld().Build();
  const Asked asked("POST", "/app", {{"Origin", "https://api.example.com"}});
  ExplainQuestion question;
  question.url = "https://api.example.com/app";
  question.url_origin = "https://api.example.com";
  const Explanation explanation = Explain(*table, asked.view(), question);
  EXPECT_TRUE(explanation.same_origin);
  EXPECT_EQ(explanation.decision.outcome, Outcome::kDeny);
  EXPECT_FALSE(explanation.console);
  EXPECT_EQ(explanation.steps[0].step, "same-origin");
  question.url_origin = "https://api.example.com:8443";
  EXPECT_FALSE(Explain(*table, asked.view(), question).same_origin);
}

TEST(ExplainTest, NotesModeUpstreamAndPrivateNetwork) {
  World world = AppWorld();
  world.policy().upstream_keep = true;
  world.Route("enf").Exact(std::string(kApp));
  world.policy().mode = IrMode::kEnforce;
  world.policy().self_origins = {"https://self.test"};
  const auto table = world.Build();
  EXPECT_THAT(Troubles(Explain(
                  *table, Asked("GET", "/app", {{"Origin", "null"}}).view())),
              ElementsAre("fail origin-rule null-origin-not-allowed",
                          "note mode ", "note upstream-cors upstream-cors"));
  const Asked foreign("GET", "/enf", {{"Origin", "https://evil.test"}});
  EXPECT_THAT(StepOf(Explain(*table, foreign.view()), "mode").message,
              HasSubstr("answered 403"));
  const Asked self("GET", "/enf", {{"Origin", "https://self.test"}});
  EXPECT_THAT(StepOf(Explain(*table, self.view()), "mode").message,
              HasSubstr("`self_origins`"));
  const Asked site(
      "GET", "/enf",
      {{"Origin", "https://x.test"}, {"Sec-Fetch-Site", "same-origin"}});
  EXPECT_THAT(StepOf(Explain(*table, site.view()), "mode").message,
              HasSubstr("Sec-Fetch-Site"));
  const Asked pna("OPTIONS", "/app",
                  {{"Origin", kApp},
                   {"Access-Control-Request-Method", "GET"},
                   {"Access-Control-Request-Private-Network", "true"}});
  EXPECT_THAT(Troubles(Explain(*table, pna.view())),
              ElementsAre("note private-network private-network-ignored"));
}

TEST(ExplainTest, RoutesThatNearlyMatch) {
  World world = AppWorld();
  world.route().for_methods = {"PUT"};
  world.Route("slash").Any();
  world.route().pattern = "/dir/";
  world.route().segments = {{IrSegment::Kind::kLiteral, "dir"},
                            {IrSegment::Kind::kLiteral, ""}};
  world.Route("hosted").Any();
  world.route().host = {IrHost::Kind::kWildcard, "other.test"};
  const auto table = world.Build();
  const auto hint = [&](std::string_view method, std::string_view target) {
    const Asked asked(method, target, {{"Origin", kApp}});
    return StepOf(Explain(*table, asked.view()), "route").hint;
  };
  EXPECT_EQ(hint("GET", "/app"),
            "route `app` (site.toml:100) takes this address, but only for "
            "other methods: `PUT`");
  EXPECT_EQ(hint("GET", "/dir"),
            "route `slash` (site.toml:101) takes `/dir/`: a slash at the end "
            "makes another path");
  EXPECT_EQ(hint("PUT", "/App"),
            "route `app` (site.toml:100) takes `/app`: paths are compared by "
            "case");
  EXPECT_EQ(hint("GET", "/hosted"),
            "route `hosted` (site.toml:102) takes this path, but at another "
            "host: `*.other.test`");
  EXPECT_EQ(hint("GET", "/nowhere"), "");
  EXPECT_EQ(hint("GET", "/%zz"), "");
}

// NOLINTBEGIN(misc-misleading-bidirectional): that is what must not come out
TEST(ExplainTest, BytesOfTheRequestComeOutPrintable) {
  const auto table = AppWorld().Build();
  const Asked asked("OPTIONS", "/app\x1b[2J",
                    {{"Origin", "https://\x1b]0;x\x07.test"},
                     {"Access-Control-Request-Method", "P\n"},
                     {"Access-Control-Request-Headers", "\xE2\x80\xAE"},
                     {"X\x1b", "y"}});
  const Explanation explanation = Explain(*table, asked.view());
  for (const char c : ExplanationToText(explanation)) {
    const auto byte = static_cast<unsigned char>(c);
    // Only the quotation marks of Firefox' lines are more than ASCII.
    EXPECT_TRUE(c == '\n' || byte >= 0x20) << static_cast<int>(byte);
    EXPECT_NE(byte, 0x7F);
  }
  EXPECT_THAT(ExplanationToText(explanation), Not(HasSubstr("\xE2\x80\xAE")));
  for (const char c : ExplanationToJson(explanation)) {
    const auto byte = static_cast<unsigned char>(c);
    EXPECT_TRUE(byte >= 0x20 && byte < 0x7F) << static_cast<int>(byte);
  }
}
// NOLINTEND(misc-misleading-bidirectional)

TEST(ExplainTest, JsonEndsWithASummary) {
  const auto table = AppWorld().Build();
  const Asked asked("GET", "/app", {{"Origin", "https://app.test/"}});
  const auto json = nlohmann::json::parse(
      ExplanationToJson(Explain(*table, asked.view())), nullptr,
      /*allow_exceptions=*/false);
  ASSERT_TRUE(json.is_array());
  const auto& syntax = json[2];
  EXPECT_EQ(syntax.value("step", ""), "origin-syntax");
  EXPECT_EQ(syntax.value("result", ""), "fail");
  EXPECT_EQ(syntax.value("code", ""), "malformed-origin:has-path");
  ASSERT_TRUE(syntax.contains("near_misses"));
  EXPECT_EQ(syntax["near_misses"][0].value("kind", ""),
            "would-match-normalised");
  EXPECT_EQ(syntax["near_misses"][0].value("line", 0), 2);
  const auto& summary = json.back();
  EXPECT_EQ(summary.value("step", ""), "summary");
  EXPECT_FALSE(summary.value("same_origin", true));
  EXPECT_TRUE(summary.contains("console"));
  EXPECT_FALSE(summary.value("meaning", "").empty());
}

TEST(ExplainTest, TextHasColoursOnlyWhenAsked) {
  const auto table = AppWorld().Build();
  const Asked asked("GET", "/app", {{"Origin", "https://evil.test"}});
  const Explanation explanation = Explain(*table, asked.view());
  EXPECT_THAT(ExplanationToText(explanation), Not(HasSubstr("\x1b")));
  EXPECT_THAT(ExplanationToText(explanation, {.color = true}),
              HasSubstr("\x1b[1;31mFAIL  \x1b[0m"));
}

TEST(ExplainTest, WebSocketsAreNotCheckedByBrowsers) {
  World world = AppWorld();
  world.Route("ws").Exact(std::string(kApp));
  world.policy().websocket_check = true;
  const auto table = world.Build();
  ExplainQuestion question;
  question.url = "https://api.test/ws";
  question.credentials = true;
  const Asked open("GET", "/app",
                   {{"Origin", "https://x.test"}, {"Upgrade", "websocket"}});
  const Explanation through = Explain(*table, open.view(), question);
  EXPECT_EQ(through.decision.outcome, Outcome::kDeny);
  EXPECT_FALSE(through.console);
  const Asked checked(
      "GET", "/ws",
      {{"Origin", "https://x.test/"}, {"Upgrade", "h2c, WebSocket"}});
  const Explanation refused = Explain(*table, checked.view(), question);
  EXPECT_THAT(Troubles(refused),
              ElementsAre("fail websocket websocket-origin-not-allowed",
                          "would-fail origin-syntax malformed-origin:has-path",
                          "note mode "));
  ASSERT_TRUE(refused.console);
  EXPECT_EQ(refused.console->chromium,
            "WebSocket connection to 'wss://api.test/ws' failed: Error during "
            "WebSocket handshake: Unexpected response code: 403");
  EXPECT_THAT(refused.console->safari, Not(HasSubstr("access control")));
}

// --- Agreement with Evaluate() -----------------------------------------------

void CheckAgreement(const PolicyTable& table, const RequestView& request) {
  ExplainQuestion question;
  question.credentials = request.target.size() % 2 == 0;
  question.read_headers = {"x-total"};
  const Explanation explanation = Explain(table, request, question);
  const Decision decision = Evaluate(table, request);
  EXPECT_EQ(CodeText(explanation.decision), CodeText(decision));
  EXPECT_EQ(explanation.decision.outcome, decision.outcome);
  EXPECT_FALSE(explanation.words.meaning.empty());
  std::size_t failed = 0;
  for (const ExplainStep& step : explanation.steps) {
    if (step.result == StepResult::kWouldFail &&
        step.code.find("-not-exposed:") == std::string::npos &&
        step.step != "credentials") {
      EXPECT_EQ(failed, 1U) << step.step;
    }
    if (step.result == StepResult::kBrowserRefuses) {
      EXPECT_TRUE(decision.outcome == Outcome::kAllow ||
                  step.step == "credentials");
    }
    if (step.result != StepResult::kFail) continue;
    ++failed;
    EXPECT_EQ(step.code, CodeText(decision));
  }
  EXPECT_EQ(failed, decision.outcome == Outcome::kDeny ? 1U : 0U);
  if (decision.outcome != Outcome::kDeny) return;
  EXPECT_FALSE(explanation.words.frontend.empty());
  EXPECT_FALSE(explanation.words.backend.empty());
  // Where there is an origin, the browser refuses and has something to say,
  // but for a WebSocket that gets through.
  const bool websocket = std::ranges::any_of(
      request.headers,
      [](const HeaderField& field) { return field.name.size() == 7; });
  if (websocket && decision.kind == RequestKind::kActual && decision.forward) {
    return;
  }
  EXPECT_EQ(explanation.console.has_value(),
            decision.kind != RequestKind::kNotCors);
}

TEST(ExplainTest, StepsAgreeWithTheDecisionForRandomRequests) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    testing::Choices choices = testing::Choices::FromSeed(seed);
    const Ir ir = testing::GenerateIr(choices);
    const auto table = BuildTable(ir);
    for (int i = 0; i < 50; ++i) {
      const testing::ReferenceRequest request =
          testing::GenerateRequest(choices, ir);
      // Codes come out escaped; odd bytes are another test's matter.
      const testing::ExactRequest exact(request);
      SCOPED_TRACE(request.method + " " + request.host + request.target);
      CheckAgreement(*table, exact.view());
      if (HasFailure()) return;
    }
  }
}

// --- From calls to requests
// ---------------------------------------------------

std::string HeaderOf(const DecisionRequest& request, std::string_view name) {
  for (const HeaderField& field : request.view().headers) {
    if (field.name == name) return std::string(field.value);
  }
  return "none";
}

TEST(RequestsOfTest, AsksFirstWhenTheCallNeedsIt) {
  BrowserCall call;
  call.origin = kApp;
  call.url = "https://api.test/x";
  Result<BrowserRequests> out = RequestsOf(call);
  ASSERT_TRUE(out);
  EXPECT_FALSE(out->preflight);
  EXPECT_FALSE(out->same_origin);
  EXPECT_EQ(out->actual->view().method, "GET");
  EXPECT_EQ(HeaderOf(*out->actual, "Origin"), kApp);

  call.method = "put";
  call.request_headers = {"X-B", "content-type", "x-a", "X-b", "Cookie"};
  out = RequestsOf(call);
  ASSERT_TRUE(out);
  ASSERT_TRUE(out->preflight);
  EXPECT_EQ(out->preflight->view().method, "OPTIONS");
  EXPECT_EQ(out->preflight->view().host, "api.test");
  EXPECT_EQ(HeaderOf(*out->preflight, "Access-Control-Request-Method"), "PUT");
  EXPECT_EQ(HeaderOf(*out->preflight, "Access-Control-Request-Headers"),
            "content-type,x-a,x-b");
  EXPECT_EQ(out->actual->view().method, "PUT");
  EXPECT_THAT(out->notes,
              ElementsAre("the browser sends the method `put` as PUT",
                          HasSubstr("`content-type`"), HasSubstr("`cookie`")));

  call.method = "patch";
  call.request_headers = {};
  out = RequestsOf(call);
  ASSERT_TRUE(out);
  EXPECT_EQ(HeaderOf(*out->preflight, "Access-Control-Request-Method"),
            "patch");
  EXPECT_EQ(HeaderOf(*out->preflight, "Access-Control-Request-Headers"),
            "none");
}

TEST(RequestsOfTest, KnowsWhatIsNotAsked) {
  BrowserCall call;
  call.origin = "https://api.test";
  call.url = "HTTPS://API.test:443/x";
  call.request_headers = {"x-a"};
  Result<BrowserRequests> out = RequestsOf(call);
  ASSERT_TRUE(out);
  EXPECT_TRUE(out->same_origin);
  EXPECT_FALSE(out->preflight);
  EXPECT_EQ(HeaderOf(*out->actual, "Origin"), "none");
  call.method = "PUT";
  out = RequestsOf(call);
  ASSERT_TRUE(out);
  EXPECT_FALSE(out->preflight);
  EXPECT_EQ(HeaderOf(*out->actual, "Origin"), "https://api.test");
  call.method = "TRACE";
  out = RequestsOf(call);
  ASSERT_TRUE(out);
  EXPECT_THAT(out->not_sent, HasSubstr("TRACE"));
}

TEST(RequestsOfTest, RefusesWhatIsNoCall) {
  const auto error = [](std::string origin, std::string method, std::string url,
                        std::string header) {
    BrowserCall call;
    call.origin = std::move(origin);
    call.method = std::move(method);
    call.url = std::move(url);
    call.request_headers = {std::move(header)};
    const Result<BrowserRequests> out = RequestsOf(call);
    return out ? "no error" : out.error().message;
  };
  EXPECT_EQ(error("", "GET", "http://a", "x"), "the origin is empty");
  EXPECT_THAT(error("o", "G T", "http://a", "x"), StartsWith("`G T` is not"));
  EXPECT_THAT(error("o", "GET", "/a", "x"),
              StartsWith("the URL must be an absolute"));
  EXPECT_THAT(error("o", "GET", "http://a", "x: y"),
              StartsWith("`x: y` is not a header name"));
}

}  // namespace
}  // namespace corsac
