// Tests of compiler/cli/regex_sample.h.
#include "compiler/cli/regex_sample.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>

#include "compiler/model/ir.h"
#include "compiler/table/policy_table.h"

namespace corsac::cli {
namespace {

// Whether a sample of `pattern` is an origin that it matches, as RE2 sees it.
bool HasMatchingSample(const std::string& pattern) {
  Ir ir;
  ir.files = {"x"};
  ir.origin_sets.emplace_back();
  ir.origin_sets[0].regex.push_back({pattern, {0, 1, 1}});
  ir.policies.emplace_back();
  IrRoute route;
  route.id = "x";
  route.pattern = "/";
  route.segments = {{IrSegment::Kind::kLiteral, ""}};
  ir.routes.push_back(route);
  const std::unique_ptr<const PolicyTable> table = BuildTable(ir);
  const std::vector<std::string> samples = RegexSamples(pattern);
  return std::ranges::any_of(samples, [&](const std::string& sample) {
    Origin origin;
    return ParseOrigin(sample, &origin) == OriginError::kNone &&
           table->FindOrigin(0, origin).kind == RuleKind::kRegex;
  });
}

TEST(RegexSamplesTest, MatchThePatternsThatPeopleWrite) {
  for (const char* pattern : {
           R"(https://pr-[0-9]+\.preview\.example\.com)",
           R"(https://[^.]+\.example\.com)",
           R"(https?://a\.com(:[0-9]+)?)",
           R"(https://(foo|bar)\.com)",
           R"(^https://a\.example\.com$)",
           R"(https://\w+\.example\.(com|org))",
           R"(https://[a-z0-9-]{3,20}\.example\.com)",
           R"(https://(?:a|b)(?P<n>-x)*\.test)",
           R"((?i)https://[[:digit:]]\.test)",
           R"(https://[\d\-]+\.test)",
           R"(https://[^/a]{2}\.test)",
           R"(capacitor://.*)",
           R"(https://(?:a(?:b(?:c)?)?)+?\.test)",
           R"(\Ahttps://x\.test\z)",
           R"((https)://(pr-\d{4}|main)\.test(?::8443)?)",
       }) {
    EXPECT_TRUE(HasMatchingSample(pattern)) << pattern;
  }
}

TEST(RegexSamplesTest, SurviveEveryText) {
  for (const char* pattern :
       {"", "(", "[", "[^", "[a-", "[[:", "\\", "a{", "a{9", "(?", "(?P<", ")",
        "|", "*", "a{99999}{99999}", "[]a]", "(?i", "a**"}) {
    for (const std::string& sample : RegexSamples(pattern)) {
      EXPECT_LE(sample.size(), 512U) << pattern;
    }
  }
  EXPECT_TRUE(RegexSamples(std::string(100'000, '(')).empty());
}

}  // namespace
}  // namespace corsac::cli
