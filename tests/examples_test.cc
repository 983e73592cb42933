// The rule files that the project ships: rules/site.toml and every file of
// rules/examples/ compile without a finding, and requests get from them what
// their comments promise.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <iterator>
#include <map>
#include <ostream>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/compile.h"
#include "runtime/decision/decision.h"
#include "runtime/decision/evaluate.h"
#include "runtime/decision/request_view.h"

namespace corsac {
namespace {

using ::testing::ElementsAreArray;

constexpr std::string_view kVary =
    "Vary: Origin, Access-Control-Request-Method, "
    "Access-Control-Request-Headers";

// A request to a rule file, and what must come of it: the code, the status (0:
// the application answers) and every header that is set, in order.
struct Row {
  std::string_view file;
  std::string_view request;  // "PUT api.example.com/orders/7"
  std::vector<HeaderField> headers;
  std::string_view code;
  std::uint16_t status;
  std::vector<std::string> set;
};

void PrintTo(const Row& row, std::ostream* out) {
  *out << row.file << ": " << row.request;
  for (const HeaderField& field : row.headers) {
    *out << ", " << field.name << ": " << field.value;
  }
}

HeaderField From(std::string_view origin) { return {"Origin", origin}; }

HeaderField Method(std::string_view method) {
  return {"Access-Control-Request-Method", method};
}

HeaderField Names(std::string_view names) {
  return {"Access-Control-Request-Headers", names};
}

std::string AllowOrigin(std::string_view origin) {
  return "Access-Control-Allow-Origin: " + std::string(origin);
}

constexpr std::string_view kCredentials =
    "Access-Control-Allow-Credentials: true";

std::vector<std::string> Lines(std::initializer_list<std::string_view> lines) {
  return {lines.begin(), lines.end()};
}

std::vector<Row> SiteRows() {
  const std::string app = AllowOrigin("https://app.example.com");
  return {
      {"site.toml",
       "OPTIONS api.example.com/api/orders/7",
       {From("https://app.example.com"), Method("DELETE"), Names("x-csrf")},
       "allow:exact",
       204,
       Lines({app, kCredentials, "Access-Control-Allow-Methods: PUT,DELETE",
              "Access-Control-Allow-Headers: content-type,x-csrf",
              "Access-Control-Max-Age: 600", kVary})},
      {"site.toml",
       "GET api.example.com/api/orders/7",
       {From("https://evil.example.org")},
       "origin-not-allowed",
       0,
       Lines({"Vary: Origin"})},
      {"site.toml",
       "GET api.example.com/api/catalogue/shoes",
       {From("https://pr-12.preview.example.com")},
       "allow:regex",
       0,
       Lines(
           {AllowOrigin("https://pr-12.preview.example.com"), "Vary: Origin"})},
      {"site.toml",
       "GET api.example.com/public/data.json",
       {From("https://anybody.example.net")},
       "allow:any",
       0,
       Lines({AllowOrigin("*"), "Access-Control-Expose-Headers: *"})},
  };
}

std::vector<Row> OriginRows() {
  return {
      {"single_origin.toml",
       "GET h/api/x",
       {From("https://app.example.com")},
       "allow:exact",
       0,
       Lines({AllowOrigin("https://app.example.com"), "Vary: Origin"})},
      {"single_origin.toml",
       "OPTIONS h/api/x",
       {From("https://app.example.com"), Method("PUT")},
       "method-not-allowed:PUT",
       204,
       Lines({AllowOrigin("https://app.example.com"), kVary})},
      {"origin_sets.toml",
       "GET h/orders/7",
       {From("https://partner.example:8443")},
       "allow:exact",
       0,
       Lines({AllowOrigin("https://partner.example:8443"), "Vary: Origin"})},
      {"origin_sets.toml",
       "GET h/reports/2026",
       {From("https://shop.example.org")},
       "origin-not-allowed",
       0,
       Lines({"Vary: Origin"})},
      {"subdomains.toml",
       "GET h/api/x",
       {From("https://a.b.example.com")},
       "allow:subdomain",
       0,
       Lines({AllowOrigin("https://a.b.example.com"), "Vary: Origin"})},
      {"subdomains.toml",
       "GET h/api/x",
       {From("https://evilexample.com")},
       "origin-not-allowed",
       0,
       Lines({"Vary: Origin"})},
      {"localhost_any_port.toml",
       "GET h/api/x",
       {From("http://localhost:5173")},
       "allow:any-port",
       0,
       Lines({AllowOrigin("http://localhost:5173"), "Vary: Origin"})},
      {"localhost_any_port.toml",
       "GET h/api/x",
       {From("https://localhost:5173")},
       "origin-not-allowed",
       0,
       Lines({"Vary: Origin"})},
      {"regex.toml",
       "GET h/api/x",
       {From("https://pr-7.preview.example.com")},
       "allow:regex",
       0,
       Lines(
           {AllowOrigin("https://pr-7.preview.example.com"), "Vary: Origin"})},
      {"regex.toml",
       "GET h/assets/a.css",
       {From("https://img-eu.cdn.example.com")},
       "origin-not-allowed",
       0,
       Lines({"Vary: Origin"})},
      {"origin_file.toml",
       "GET h/widgets/1",
       {From("https://north.mall.example.org")},
       "allow:subdomain",
       0,
       Lines({AllowOrigin("https://north.mall.example.org"), kCredentials,
              "Vary: Origin"})},
      {"null_and_file.toml",
       "POST h/feedback",
       {From("null")},
       "allow:null",
       0,
       Lines({AllowOrigin("null"), "Vary: Origin"})},
      {"null_and_file.toml",
       "POST h/feedback",
       {From("file://")},
       "allow:file",
       0,
       Lines({AllowOrigin("file://"), "Vary: Origin"})},
  };
}

std::vector<Row> PolicyRows() {
  const std::string app = AllowOrigin("https://app.example.com");
  return {
      {"credentials.toml",
       "PUT h/account/me",
       {From("https://app.example.com")},
       "allow:exact",
       0,
       Lines({app, kCredentials, "Vary: Origin"})},
      {"credentials.toml",
       "OPTIONS h/account/me",
       {From("https://app.example.com"), Method("PUT"), Names("x-other")},
       "header-not-allowed:x-other",
       204,
       Lines({app, kCredentials, "Access-Control-Allow-Methods: PUT,DELETE",
              "Access-Control-Allow-Headers: content-type,x-csrf", kVary})},
      {"public_api.toml",
       "OPTIONS h/open/data",
       {From("https://a.example"), Method("PATCH"), Names("authorization")},
       "allow:any",
       204,
       Lines({AllowOrigin("*"), "Access-Control-Allow-Methods: *",
              "Access-Control-Allow-Headers: *,authorization",
              "Access-Control-Max-Age: 7200", kVary})},
      {"policies.toml",
       "OPTIONS h/staff/1",
       {From("https://intranet.example.com"), Method("PUT")},
       "allow:exact",
       204,
       Lines({AllowOrigin("https://intranet.example.com"), kCredentials,
              "Access-Control-Allow-Methods: PUT",
              "Access-Control-Allow-Headers: content-type",
              "Access-Control-Max-Age: 300", kVary})},
      {"policies.toml",
       "OPTIONS h/wiki/Home",
       {From("https://intranet.example.com"), Method("PUT"), Names("if-match")},
       "allow:exact",
       204,
       Lines({AllowOrigin("https://intranet.example.com"), kCredentials,
              "Access-Control-Allow-Methods: PUT",
              "Access-Control-Allow-Headers: content-type,if-match",
              "Access-Control-Max-Age: 3600", kVary})},
      {"strict_methods.toml",
       "OPTIONS h/jobs/1",
       {From("https://app.example.com"), Method("POST"), Names("content-type")},
       "method-not-allowed:POST",
       403,
       Lines({kVary})},
      {"strict_methods.toml",
       "OPTIONS h/jobs/1",
       {From("https://app.example.com"), Method("DELETE")},
       "allow:exact",
       204,
       Lines({app, "Access-Control-Allow-Methods: GET,DELETE", kVary})},
      {"preflight.toml",
       "OPTIONS h/legacy/x",
       {From("https://app.example.com"), Method("PUT")},
       "allow:exact",
       200,
       Lines({app, "Access-Control-Allow-Methods: PUT", kVary})},
      {"preflight.toml",
       "OPTIONS h/legacy/x",
       {From("https://app.example.com"), Method("DELETE")},
       "method-not-allowed:DELETE",
       403,
       Lines({kVary})},
      {"private_network.toml",
       "OPTIONS h/print/1",
       {From("https://app.example.com"),
        Method("POST"),
        {"Access-Control-Request-Private-Network", "true"}},
       "allow:exact",
       204,
       Lines({app, "Access-Control-Allow-Private-Network: true",
              "Vary: Origin, Access-Control-Request-Method, "
              "Access-Control-Request-Headers, "
              "Access-Control-Request-Private-Network"})},
      {"lints.toml",
       "GET h/partner/1",
       {From("https://partner.example.org")},
       "allow:exact",
       0,
       Lines({AllowOrigin("https://partner.example.org"), "Vary: Origin"})},
  };
}

std::vector<Row> RouteRows() {
  const std::string app = AllowOrigin("https://app.example.com");
  return {
      {"for_methods.toml",
       "GET h/articles/1",
       {From("https://a.example")},
       "allow:any",
       0,
       Lines({AllowOrigin("*")})},
      {"for_methods.toml",
       "OPTIONS h/articles/1",
       {From("https://editor.example.com"), Method("PUT"),
        Names("content-type")},
       "allow:exact",
       204,
       Lines({AllowOrigin("https://editor.example.com"), kCredentials,
              "Access-Control-Allow-Methods: PUT,DELETE",
              "Access-Control-Allow-Headers: content-type", kVary})},
      {"for_methods.toml",
       "OPTIONS h/articles/1",
       {From("https://a.example"), Method("PUT")},
       "origin-not-allowed",
       403,
       Lines({kVary})},
      {"hosts.toml",
       "GET billing.api.example.com/x",
       {From("https://app.example.com")},
       "origin-not-allowed",
       0,
       Lines({"Vary: Origin"})},
      {"hosts.toml",
       "GET acme.api.example.com/x",
       {From("https://app.example.com")},
       "allow:exact",
       0,
       Lines({app, "Vary: Origin"})},
      {"hosts.toml",
       "GET other.example.com/x",
       {From("https://www.example.com")},
       "allow:exact",
       0,
       Lines({AllowOrigin("https://www.example.com"), "Vary: Origin"})},
      {"no_cors.toml",
       "OPTIONS h/admin/users",
       {From("https://a.example"), Method("PUT")},
       "cors-disabled",
       403,
       Lines({kVary})},
      {"no_cors.toml",
       "GET h/news",
       {From("https://a.example")},
       "allow:any",
       0,
       Lines({AllowOrigin("*")})},
      {"unmatched_passthrough.toml",
       "OPTIONS h/v1/x",
       {From("https://a.example"), Method("PUT")},
       "no-matching-route",
       0,
       {}},
      {"unmatched_passthrough.toml",
       "GET h/v2/x",
       {From("https://app.example.com")},
       "allow:exact",
       0,
       Lines({app, "Vary: Origin"})},
  };
}

std::vector<Row> ActualRows() {
  const std::string app = AllowOrigin("https://app.example.com");
  return {
      {"enforce.toml",
       "POST h/transfer",
       {From("https://evil.example.org")},
       "origin-not-allowed",
       403,
       Lines({"Vary: Origin"})},
      {"enforce.toml",
       "POST h/transfer",
       {From("https://api.example.com")},
       "origin-not-allowed",
       0,
       Lines({"Vary: Origin"})},
      {"timing.toml",
       "GET h/images/a.png",
       {},
       "not-cors",
       0,
       Lines({"Vary: Origin",
              "Timing-Allow-Origin: "
              "https://app.example.com,https://www.example.com"})},
      {"websocket.toml",
       "GET h/live",
       {From("https://evil.example.org"), {"Upgrade", "websocket"}},
       "websocket-origin-not-allowed",
       403,
       Lines({"Vary: Origin"})},
      {"websocket.toml",
       "GET h/live",
       {From("https://app.example.com"), {"Upgrade", "websocket"}},
       "allow:exact",
       0,
       Lines({app, "Vary: Origin"})},
      {"expose.toml",
       "GET h/files/a",
       {From("https://app.example.com")},
       "allow:exact",
       0,
       Lines({app,
              "Access-Control-Expose-Headers: x-request-id,etag,retry-after",
              "Vary: Origin"})},
      {"expose.toml",
       "GET h/search",
       {From("https://app.example.com")},
       "allow:exact",
       0,
       Lines({app, kCredentials, "Vary: Origin"})},
      {"keep_upstream.toml",
       "GET h/legacy/x",
       {From("https://app.example.com")},
       "allow:exact",
       0,
       Lines({app, "Vary: Origin"})},
  };
}

std::vector<Row> AllRows() {
  std::vector<Row> rows;
  for (std::vector<Row> part :
       {SiteRows(), OriginRows(), PolicyRows(), RouteRows(), ActualRows()}) {
    std::move(part.begin(), part.end(), std::back_inserter(rows));
  }
  return rows;
}

std::filesystem::path Rules() { return CORSAC_SOURCE_DIR "/rules"; }

// Every shipped rule file, by the name that rows call it.
std::map<std::string, std::filesystem::path> ShippedFiles() {
  std::map<std::string, std::filesystem::path> files = {
      {"site.toml", Rules() / "site.toml"}};
  for (const auto& entry :
       std::filesystem::directory_iterator(Rules() / "examples")) {
    if (entry.path().extension() == ".toml") {
      files.emplace(entry.path().filename(), entry.path());
    }
  }
  return files;
}

class ShippedFile : public testing::TestWithParam<Row> {};

TEST_P(ShippedFile, DecidesAsItsCommentsSay) {
  const Row& row = GetParam();
  const CompileResult result =
      CompilePath(ShippedFiles().at(std::string(row.file)));
  ASSERT_TRUE(result.ok());

  const std::size_t blank = row.request.find(' ');
  const std::size_t slash = row.request.find('/');
  const RequestView request{
      .method = row.request.substr(0, blank),
      .host = row.request.substr(blank + 1, slash - blank - 1),
      .target = row.request.substr(slash),
      .headers = row.headers};
  const Decision decision = Evaluate(*result.table, request);

  EXPECT_EQ(CodeText(decision), row.code);
  EXPECT_EQ(decision.status, row.status);
  std::vector<std::string> set;
  for (const auto& [name, value] : HeadersToSet(decision)) {
    set.push_back(name + ": " + value);
  }
  EXPECT_THAT(set, ElementsAreArray(row.set));
}

INSTANTIATE_TEST_SUITE_P(Examples, ShippedFile, testing::ValuesIn(AllRows()));

TEST(ShippedFiles, CompileWithoutAFinding) {
  for (const auto& [name, path] : ShippedFiles()) {
    SCOPED_TRACE(name);
    const CompileResult result = CompilePath(path);
    EXPECT_TRUE(result.ok());
    for (const Finding& finding : result.findings) {
      ADD_FAILURE() << result.sources.Describe(finding.span) << ": "
                    << finding.message;
    }
  }
}

TEST(ShippedFiles, HaveARowEach) {
  std::set<std::string> with_row;
  for (const Row& row : AllRows()) with_row.emplace(row.file);
  std::set<std::string> files;
  for (const auto& [name, path] : ShippedFiles()) files.insert(name);
  EXPECT_EQ(with_row, files);
}

// What only a member of the decision tells.
TEST(ShippedFiles, KeepAndExpandAreReported) {
  const std::vector<HeaderField> headers = {From("https://app.example.com")};
  const auto decide = [&](std::string_view file, std::string_view target) {
    const CompileResult result =
        CompilePath(ShippedFiles().at(std::string(file)));
    const Decision decision =
        Evaluate(*result.table, {"GET", "h", target, headers});
    return std::pair(decision.keep_upstream, decision.expose_expand);
  };
  EXPECT_EQ(decide("keep_upstream.toml", "/legacy/x"), std::pair(true, false));
  EXPECT_EQ(decide("keep_upstream.toml", "/x"), std::pair(false, false));
  EXPECT_EQ(decide("expose.toml", "/search"), std::pair(false, true));
}

}  // namespace
}  // namespace corsac
