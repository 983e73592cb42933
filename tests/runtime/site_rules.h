// A site that tests of both listeners ask about: an ordinary route, one that is
// open to everybody, one without CORS.
#ifndef CORSAC_TESTS_RUNTIME_SITE_RULES_H_
#define CORSAC_TESTS_RUNTIME_SITE_RULES_H_

namespace corsac::testing {

inline constexpr char kSiteRules[] = R"(version = 1

[[route]]
id = "orders"
path = "/orders/{rest...}"
origins = ["https://app.example.com", "https://*.example.org"]
methods = ["PUT"]
headers = ["x-csrf"]
credentials = true
max_age = 600

[[route]]
id = "public"
host = "static.example.com"
path = "/{rest...}"
for_methods = ["GET", "HEAD"]
origins = ["*"]

[[route]]
id = "plain"
path = "/plain"
cors = false
)";

}  // namespace corsac::testing

#endif  // CORSAC_TESTS_RUNTIME_SITE_RULES_H_
