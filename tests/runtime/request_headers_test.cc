#include "runtime/decision/request_headers.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace corsac {
namespace {

CompiledPolicy Policy(const std::vector<std::string>& names, bool any) {
  CompiledPolicy policy;
  policy.headers = NameSet(names, NameSet::Case::kIgnore, 1);
  policy.headers_any = any;
  return policy;
}

// "ok", "refused x-c", "malformed" or "too large"; where `policy` has `*`, the
// first two with the names that are allowed: "ok x-a,x-b".
std::string Read(const std::vector<std::string>& lines,
                 const CompiledPolicy& policy) {
  std::vector<HeaderField> fields;
  for (const std::string& line : lines) {
    fields.push_back({"Access-Control-Request-Headers", line});
    fields.push_back({"Accept", "no,matter"});
  }
  AskedNames allowed;
  RequestView request;
  request.headers = fields;
  const AskedHeaders asked =
      ReadAskedHeaders(request, ReadRequestFields(request), policy, &allowed);
  if (asked.status == AskedHeaders::Status::kMalformed) return "malformed";
  if (asked.status == AskedHeaders::Status::kTooLarge) return "too large";
  std::string text = asked.first_refused.empty()
                         ? "ok"
                         : "refused " + std::string(asked.first_refused);
  if (!policy.headers_any) return text;
  text += asked.first_refused.empty() ? " " : " of ";
  for (std::size_t i = 0; i < allowed.size(); ++i) {
    if (i > 0) text += ',';
    text += allowed[i];
  }
  return text;
}

const CompiledPolicy kListed = Policy({"x-a", "x-b", "content-type"}, false);

TEST(RequestHeadersTest, ReadsListsHoweverProxiesLeftThem) {
  EXPECT_EQ(Read({}, kListed), "ok");
  EXPECT_EQ(Read({""}, kListed), "ok");
  EXPECT_EQ(Read({"x-a,x-b"}, kListed), "ok");
  EXPECT_EQ(Read({" X-A ,, x-b\t,"}, kListed), "ok");
  EXPECT_EQ(Read({"x-b", "x-a,X-B"}, kListed), "ok");
  EXPECT_EQ(Read({",,, , ,\t"}, kListed), "ok");
}

TEST(RequestHeadersTest, NamesTheFirstRefused) {
  EXPECT_EQ(Read({"x-a,x-c,x-b,x-d"}, kListed), "refused x-c");
  EXPECT_EQ(Read({"cookie"}, Policy({}, true)), "refused cookie of ");
  EXPECT_EQ(Read({"Sec-Foo,x"}, Policy({}, true)), "refused Sec-Foo of x");
}

TEST(RequestHeadersTest, NeverAllowsWhatScriptCannotSet) {
  CompiledPolicy policy = Policy({"cookie", "x-a"}, false);
  policy.headers_forbidden = true;
  EXPECT_EQ(Read({"x-a,cookie"}, policy), "refused cookie");
}

TEST(RequestHeadersTest, StarDoesNotCoverAuthorization) {
  EXPECT_EQ(Read({"Authorization,x"}, Policy({}, true)),
            "refused Authorization of x");
  EXPECT_EQ(Read({"authorization,x"}, Policy({"authorization"}, true)),
            "ok authorization,x");
}

TEST(RequestHeadersTest, RefusesWhatIsNoToken) {
  EXPECT_EQ(Read({"x a"}, kListed), "malformed");
  EXPECT_EQ(Read({"x-a,\"x\""}, kListed), "malformed");
  EXPECT_EQ(Read({"x-c", "x-a\x01"}, kListed), "malformed");
}

TEST(RequestHeadersTest, HoldsItsLimits) {
  const CompiledPolicy any = Policy({}, true);
  const std::string name(kMaxHeaderNameBytes, 'n');
  EXPECT_EQ(Read({name}, any), "ok " + name);
  EXPECT_EQ(Read({name + "n"}, any), "malformed");

  const std::string half(kMaxRequestHeadersBytes / 2, ',');
  EXPECT_EQ(Read({half, " " + half + " "}, any), "ok ");
  EXPECT_EQ(Read({half, half + ","}, any), "too large");

  std::string names;
  for (std::size_t i = 0; i < kMaxRequestHeaderNames; ++i) {
    names += "x" + std::to_string(i) + ",";
  }
  EXPECT_TRUE(Read({names, names}, any).starts_with("ok "));
  EXPECT_EQ(Read({names + "y"}, any), "too large");
  // What comes first counts.
  EXPECT_EQ(Read({names + "y", "a b"}, any), "too large");
  EXPECT_EQ(Read({names + "a b", "y"}, any), "malformed");
  // Repeats do not count, whatever the policy.
  for (const CompiledPolicy& policy : {any, kListed}) {
    EXPECT_EQ(Read({names + "y"}, policy), "too large");
    EXPECT_EQ(Read({names, "y"}, policy), "too large");
    EXPECT_EQ(Read({names + "a b"}, policy), "malformed");
    EXPECT_EQ(Read({names, "a b"}, policy), "malformed");
    EXPECT_FALSE(Read({names + names}, policy).ends_with("large"));
  }
  std::string repeats;
  while (repeats.size() + 4 < kMaxRequestHeadersBytes) repeats += "x-a,";
  EXPECT_EQ(Read({repeats}, kListed), "ok");
  EXPECT_EQ(Read({repeats + "x-c"}, kListed), "refused x-c");
  EXPECT_EQ(Read({repeats}, any), "ok x-a");
}

}  // namespace
}  // namespace corsac
