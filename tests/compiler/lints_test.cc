// Methods, headers, caching, credentials and other fields: what is reported,
// where, and what is not.
#include "compiler/lints/lints.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "tests/compiler/checked_rules.h"

namespace corsac {
namespace {

using testing::CheckedRules;
using testing::CheckText;
using ::testing::HasSubstr;

// A route with `body`, which begins in line 5.
std::string Route(std::string_view body) {
  return "version = 1\n[[route]]\npath = \"/x\"\n"
         "origins = [\"https://a.example\"]\n" +
         std::string(body);
}

std::string Codes(std::string_view body) {
  return CheckText(Route(body)).Codes();
}

struct Row {
  std::string_view body;
  std::string_view codes;
};

void ExpectRows(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    SCOPED_TRACE(row.body);
    EXPECT_EQ(Codes(row.body), row.codes);
  }
}

TEST(MethodsTest, ChecksEachMethod) {
  ExpectRows({
      {"methods = ['PUT', 'PATCH', 'PROPFIND', 'my-method', 'x!#$%&+-.^_`|~']",
       ""},
      {"methods = ['GET', 'POST', 'OPTIONS']", ""},
      {"methods = ['']", "CORS401 error 5:12"},
      {"methods = ['A B', 'A,B', 'Ü', '\"PUT\"', 'PUT ']",
       "CORS401 error 5:12\nCORS401 error 5:19\nCORS401 error 5:26\n"
       "CORS401 error 5:31\nCORS401 error 5:40"},
      {"methods = ['TRACE', 'connect', 'Track']",
       "CORS402 error 5:12\nCORS402 error 5:21\nCORS402 error 5:32"},
      {"methods = ['put', 'Get', 'oPTIONS']",
       "CORS403 warning 5:12\nCORS403 warning 5:19\nCORS403 warning 5:26"},
      {"methods = ['patch', 'Propfind', 'mkcol']",
       "CORS403 error 5:12\nCORS403 error 5:21\nCORS403 error 5:33"},
      {"for_methods = ['patch', 'a b', 'put']",
       "CORS403 error 5:16\nCORS401 error 5:25\nCORS403 warning 5:32"},
      {"for_methods = []", "CORS924 error 5:15"},
      {"for_methods = ['*']", "CORS924 error 5:16"},
      {"methods = ['*']", ""},
      {"methods = '*'", ""},
      {"methods = ['*', 'nonsense method']", "CORS926 warning 5:17"},
  });
}

TEST(MethodsTest, HaveLimits) {
  const std::string longest(32, 'M');
  EXPECT_EQ(Codes("methods = ['" + longest + "']"), "");
  EXPECT_EQ(Codes("methods = ['" + longest + "M']"), "CORS914 error 5:12");
  const auto list = [](std::string_view key, int count) {
    std::string text = std::string(key) + " = [\n";
    for (int i = 0; i < count; ++i) text += "'m" + std::to_string(i) + "',\n";
    return text + "]\n";
  };
  for (const std::string_view key :
       {"methods", "for_methods", "headers", "expose"}) {
    SCOPED_TRACE(key);
    EXPECT_EQ(Codes(list(key, 1'024)), "");
    EXPECT_THAT(Codes(list(key, 1'025)), HasSubstr("CORS914 error 5:"));
  }
}

TEST(HeadersTest, ChecksRequestHeaders) {
  ExpectRows({
      {"headers = ['content-type', 'X-Csrf', 'authorization', '*']", ""},
      {"headers = ['user-agent', 'range', 'accept']", ""},
      {"headers = ['', 'x y', 'x:', 'ü']",
       "CORS501 error 5:12\nCORS501 error 5:16\nCORS501 error 5:23\n"
       "CORS501 error 5:29"},
      {"headers = ['Cookie', 'sec-x', 'Proxy-Authorization', 'HOST']",
       "CORS502 error 5:12\nCORS502 error 5:22\nCORS502 error 5:31\n"
       "CORS502 error 5:54"},
      {"headers = ['Access-Control-Request-Method']", "CORS502 error 5:12"},
      {"headers = ['Access-Control-Allow-Origin', 'access-control-max-age']",
       "CORS503 error 5:12\nCORS503 error 5:43"},
      {"headers = ['x-*', '*-id', '**']",
       "CORS511 error 5:12\nCORS511 error 5:19\nCORS511 error 5:27"},
  });
  const std::string longest(256, 'h');
  EXPECT_EQ(Codes("headers = ['" + longest + "']"), "");
  EXPECT_EQ(Codes("headers = ['" + longest + "h']"), "CORS914 error 5:12");
}

TEST(HeadersTest, ChecksExposedHeaders) {
  ExpectRows({
      {"expose = ['X-Total', 'content-length', 'etag']", ""},
      {"expose = '*'", ""},
      {"expose = ['x total', '']", "CORS501 error 5:11\nCORS501 error 5:22"},
      {"expose = ['Set-Cookie', 'set-cookie2']",
       "CORS506 error 5:11\nCORS506 error 5:25"},
      {"expose = ['origin', 'Access-Control-Max-Age', "
       "'access-control-request-headers']",
       "CORS507 error 5:11\nCORS507 error 5:21\nCORS507 error 5:47"},
      {"expose = ['x-rate-*']", "CORS511 error 5:11"},
      {"expose = ['*', 'x-total']", "CORS926 warning 5:16"},
  });
}

TEST(CachingTest, ChecksMaxAgeAndStatus) {
  ExpectRows({
      {"max_age = -1", ""},
      {"max_age = 0", ""},
      {"max_age = 86400", ""},
      {"max_age = 86401", "CORS601 error 5:11"},
      {"max_age = -2", "CORS601 error 5:11"},
      {"max_age = 9223372036854775807", "CORS601 error 5:11"},
      {"preflight_status = 200", ""},
      {"preflight_status = 204", ""},
      {"preflight_status = 202", "CORS805 error 5:20"},
      {"preflight_status = 65740", "CORS805 error 5:20"},  // 204 in 16 bits
  });
}

TEST(FieldsTest, ChecksEnumerations) {
  ExpectRows({
      {"mode = 'advise'", ""},
      {"mode = 'enforce'", ""},
      {"mode = 'Enforce'", "CORS924 error 5:8"},
      {"expose_mode = 'list'", ""},
      {"expose_mode = 'all'", "CORS924 error 5:15"},
      {"upstream_cors = 'keep'", ""},
      {"upstream_cors = ''", "CORS924 error 5:17"},
      {"websocket_origin = 'check'", ""},
      {"websocket_origin = 'checked'", "CORS924 error 5:20"},
  });
}

TEST(FieldsTest, ChecksListsOfWholeOrigins) {
  ExpectRows({
      {"timing_allow_origin = '*'", ""},
      {"timing_allow_origin = ['https://a.example', 'app://x']", ""},
      {"timing_allow_origin = ['*', 'https://a.example']",
       "CORS926 warning 5:29"},
      {"timing_allow_origin = ['https://*.a.example', 'null', '@web', "
       "'a.example', 'https://A.example']",
       "CORS924 error 5:24\nCORS924 error 5:47\nCORS924 error 5:55\n"
       "CORS002 error 5:64\nCORS003 warning 5:85"},
      {"mode = 'enforce'\nself_origins = ['https://a.example']", ""},
      {"mode = 'enforce'\nself_origins = ['*', 'file://', "
       "'https://(a|b).example', 'http://localhost:*']",
       "CORS924 error 6:17\nCORS924 error 6:22\nCORS023 error 6:34\n"
       "CORS924 error 6:58"},
  });
}

TEST(CredentialsTest, RefusesStarsWithCredentials) {
  EXPECT_EQ(CheckText("version = 1\n[[route]]\npath = \"/\"\n"
                      "origins = [\"*\"]\ncredentials = true\n")
                .Codes(),
            "CORS301 error 4:12");
  // Wherever the two come from, each pair is reported once.
  const CheckedRules checked = CheckText(R"(version = 1
[defaults]
origins = ["@all"]
[origin_sets]
all = ["https://a.example", "*"]
[policies.app]
credentials = true
[[route]]
path = "/1"
policy = "app"
[[route]]
path = "/2"
policy = "app"
[[route]]
path = "/3"
credentials = true
[[route]]
path = "/4"
)");
  EXPECT_EQ(checked.Codes(),
            "CORS926 warning 5:8\n"
            "CORS301 error 5:29\n"
            "CORS301 error 5:29");
  // [lints] has no say in it.
  EXPECT_EQ(CheckText("version = 1\n[lints]\nCORS301 = \"allow\"\n[[route]]\n"
                      "path = \"/\"\norigins = [\"*\"]\ncredentials = true\n")
                .Codes(),
            "CORS924 error 3:1\nCORS301 error 6:12");
  ExpectRows({
      {"credentials = true\nexpose = '*'", "CORS302 error 6:10"},
      {"credentials = true\nexpose = ['x-a', '*']",
       "CORS302 error 6:10\nCORS926 warning 6:11"},
      {"credentials = true\nexpose = '*'\nexpose_mode = 'expand'", ""},
      {"credentials = false\nexpose = '*'", ""},
      {"credentials = true\nheaders = ['*']\nmethods = '*'", ""},
  });
}

TEST(CredentialsTest, NullAndFileNeedToBeAllowed) {
  const auto codes = [](std::string_view body) {
    return CheckText("version = 1\n[[route]]\npath = \"/\"\n" +
                     std::string(body))
        .Codes();
  };
  EXPECT_EQ(codes("origins = ['null']"), "CORS027 error 4:12");
  EXPECT_EQ(codes("origins = ['null']\nallow_null = false"),
            "CORS027 error 4:12");
  EXPECT_EQ(codes("origins = ['null']\nallow_null = true"), "");
  EXPECT_EQ(codes("origins = ['file://']"), "CORS020 error 4:12");
  EXPECT_EQ(codes("origins = ['file://']\nallow_file = true"), "");
  EXPECT_EQ(codes("origins = ['file:///x']\nallow_file = true"),
            "CORS020 error 4:13");
  EXPECT_EQ(codes("origins = ['@local']\n[origin_sets]\nlocal = ['null', "
                  "'file://']"),
            "CORS027 error 6:10\nCORS020 error 6:18");
  EXPECT_EQ(codes("origins = []\nallow_null = true"), "");
  EXPECT_EQ(codes("origins = []"), "CORS001 error 4:11");
  EXPECT_EQ(codes("origins = [ # none\n]"), "CORS001 error 4:11");
  EXPECT_EQ(codes("allow_null = true"), "CORS001 error 2:1");
  EXPECT_EQ(codes("cors = false"), "");
}

TEST(CredentialsTest, SaysWhatHasNoEffect) {
  ExpectRows({
      {"expose_mode = 'expand'", "CORS926 warning 5:15"},
      {"expose = '*'\nexpose_mode = 'expand'", ""},
      {"self_origins = ['https://a.example']", "CORS926 warning 5:16"},
      {"methods_strict = true\nmethods = '*'", "CORS926 warning 5:18"},
      {"methods_strict = true\nmethods = ['GET']", ""},
      {"cors = false", "CORS926 warning 4:1"},
      {"cors = false\ncredentials = true", "CORS926 warning 4:1"},
  });
  // An inherited setting has to be of use to one route only.
  EXPECT_EQ(CheckText(R"(version = 1
[defaults]
origins = ["https://a.example"]
expose_mode = "expand"
self_origins = ["https://a.example"]
[[route]]
path = "/1"
expose = "*"
[[route]]
path = "/2"
)")
                .Codes(),
            "CORS926 warning 5:16");
}

TEST(TrustTest, IsCheckedForForm) {
  const auto codes = [](std::string_view body) {
    return CheckText("version = 1\n[trust]\n" + std::string(body) +
                     "\n[[route]]\npath = \"/\"\norigins = [\"*\"]\n")
        .Codes();
  };
  EXPECT_EQ(codes("own_domains = ['example.com']\ntrusted_origins = "
                  "['https://a.example']\napi_scheme = 'http'\n"
                  "production = true\npsl = 'list.dat'"),
            "CORS927 note 2:1");
  EXPECT_EQ(codes("own_domains = ['*.example.com', 'Example.com', '']"),
            "CORS927 note 2:1\nCORS924 error 3:16\nCORS924 error 3:33\n"
            "CORS924 error 3:48");
  EXPECT_EQ(codes("trusted_origins = ['a.example', '*']"),
            "CORS927 note 2:1\nCORS002 error 3:21\nCORS924 error 3:33");
  EXPECT_EQ(codes("api_scheme = 'ftp'\npsl = ''"),
            "CORS927 note 2:1\nCORS924 error 3:14\nCORS924 error 4:7");
}

}  // namespace
}  // namespace corsac
