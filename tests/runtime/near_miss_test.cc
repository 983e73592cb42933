// Tests of runtime/decision/near_miss.h.
#include "runtime/decision/near_miss.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/runtime/explain_world.h"

namespace corsac {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::World;

// Each near miss as "kind rule".
std::vector<std::string> Found(const World& world, std::string_view value) {
  const std::unique_ptr<const PolicyTable> table = world.Build();
  std::vector<std::string> out;
  for (const NearMiss& miss : FindNearMisses(*table, 0, value).found) {
    EXPECT_FALSE(miss.message.empty());
    EXPECT_EQ(miss.rule.empty(), miss.line == 0);
    out.push_back(std::string(NearMissName(miss.kind)) +
                  (miss.rule.empty() ? "" : " " + miss.rule));
  }
  return out;
}

World Exact(const std::vector<std::string>& origins) {
  World world;
  world.Route("x");
  for (const std::string& origin : origins) world.Exact(origin);
  return world;
}

TEST(NearMissTest, SameHostWithAnotherScheme) {
  const World world = Exact({"https://other.test", "https://app.test"});
  EXPECT_THAT(Found(world, "http://app.test"),
              ElementsAre("scheme-mismatch https://app.test"));
  const std::unique_ptr<const PolicyTable> table = world.Build();
  const NearMisses misses = FindNearMisses(*table, 0, "http://app.test:81");
  EXPECT_EQ(misses.rules, 2U);
  ASSERT_EQ(misses.found.size(), 1U);
  EXPECT_EQ(misses.found[0].file, "site.toml");
  EXPECT_EQ(misses.found[0].line, 2U);
  EXPECT_EQ(misses.found[0].column, 12U);
  EXPECT_EQ(misses.found[0].message,
            "same host, but the rule has the scheme https and the page has "
            "http; and the rule has no port where the page has port 81");
  EXPECT_THAT(
      Found(Exact({"http://localhost"}), "capacitor://localhost"),
      ElementsAre("scheme-mismatch http://localhost", "unknown-app-scheme"));
}

TEST(NearMissTest, SameHostWithAnotherPort) {
  EXPECT_THAT(Found(Exact({"http://localhost:3000", "http://localhost:3001"}),
                    "http://localhost:5173"),
              ElementsAre("port-mismatch http://localhost:3000"));
  EXPECT_THAT(Found(Exact({"http://[::1]:3000"}), "http://[::1]"),
              ElementsAre("port-mismatch http://[::1]:3000"));
  World sub;
  sub.Route("x").Subdomain("https", "example.com");
  EXPECT_THAT(Found(sub, "https://a.example.com:8443"),
              ElementsAre("port-mismatch https://*.example.com"));
}

TEST(NearMissTest, RegexesTakePartByLookup) {
  World world;
  world.Route("x").Regex("https://pr-[0-9]+\\.test");
  EXPECT_THAT(Found(world, "http://pr-1.test"),
              ElementsAre("scheme-mismatch https://pr-[0-9]+\\.test"));
  EXPECT_THAT(Found(world, "https://pr-1.test:81"),
              ElementsAre("port-mismatch https://pr-[0-9]+\\.test"));
  EXPECT_THAT(Found(world, "https://PR-1.test"),
              ElementsAre("would-match-normalised https://pr-[0-9]+\\.test"));
  EXPECT_THAT(Found(world, "https://pr-x.test"), IsEmpty());
}

TEST(NearMissTest, WhatWouldMatchAfterNormalisation) {
  const World world = Exact({"https://app.test"});
  for (const char* value :
       {"https://APP.test", "https://app.test/", "https://app.test:443",
        " https://app.test", "HTTPS://App.Test:443/a?b"}) {
    EXPECT_THAT(Found(world, value),
                ElementsAre("would-match-normalised https://app.test"))
        << value;
  }
  const std::unique_ptr<const PolicyTable> table = world.Build();
  EXPECT_THAT(
      FindNearMisses(*table, 0, "HTTPS://app.test:443/").found[0].message,
      HasSubstr("has a trailing slash, upper-case letters and the default "
                "port too"));
  // Two mistakes at once are still found.
  EXPECT_THAT(Found(world, "http://app.test/"),
              ElementsAre("scheme-mismatch https://app.test"));
}

TEST(NearMissTest, DotsApexAndWww) {
  EXPECT_THAT(Found(Exact({"https://app.test"}), "https://app.test."),
              ElementsAre("trailing-dot https://app.test"));
  EXPECT_THAT(Found(Exact({"https://app.test."}), "https://app.test"),
              ElementsAre("trailing-dot https://app.test."));
  World sub;
  sub.Route("x").Subdomain("https", "example.com");
  EXPECT_THAT(Found(sub, "https://example.com"),
              ElementsAre("apex-not-covered https://*.example.com",
                          "www https://*.example.com"));
  EXPECT_THAT(Found(Exact({"https://app.test"}), "https://www.app.test"),
              ElementsAre("www https://app.test"));
  EXPECT_THAT(Found(Exact({"https://www.app.test:81"}), "https://app.test:81"),
              ElementsAre("www https://www.app.test:81"));
}

TEST(NearMissTest, SubdomainRuleOfAnotherScheme) {
  World sub;
  sub.Route("x").Subdomain("https", "example.com");
  EXPECT_THAT(Found(sub, "http://a.b.example.com"),
              ElementsAre("subdomain-scheme-mismatch https://*.example.com"));
  // A label boundary counts.
  EXPECT_THAT(Found(sub, "http://badexample.com"), IsEmpty());
}

TEST(NearMissTest, UnicodeTwin) {
  const World world = Exact({"https://xn--bcher-kva.test:81"});
  EXPECT_THAT(Found(world,
                    "https://b\xC3\xBC"
                    "cher.test:81"),
              ElementsAre("unicode-twin https://xn--bcher-kva.test:81"));
  EXPECT_THAT(Found(world,
                    "https://B\xC3\x9C"
                    "CHER.test:81"),
              ElementsAre("unicode-twin https://xn--bcher-kva.test:81"));
  EXPECT_THAT(Found(world, "https://b\xC3.test:81"), IsEmpty());
}

TEST(NearMissTest, DidYouMean) {
  const World world =
      Exact({"https://api.example.com", "https://staging.example.com"});
  EXPECT_THAT(Found(world, "https://stagign.example.com"),
              ElementsAre("did-you-mean https://staging.example.com"));
  EXPECT_THAT(Found(world, "https://staging.exmaple.com"),
              ElementsAre("did-you-mean https://staging.example.com"));
  // Short labels, far ones and other numbers of labels are no slips.
  EXPECT_THAT(Found(world, "https://abc.example.com"), IsEmpty());
  EXPECT_THAT(Found(world, "https://testing1.example.com"), IsEmpty());
  EXPECT_THAT(Found(world, "https://evil.test"), IsEmpty());
  World sub;
  sub.Route("x").Subdomain("https", "example.com");
  EXPECT_THAT(Found(sub, "https://a.exampel.com"),
              ElementsAre("did-you-mean https://*.example.com"));
  EXPECT_THAT(Found(sub, "https://exampel.com"), IsEmpty());
  EXPECT_THAT(Found(sub, "https://localhost"), IsEmpty());
}

TEST(NearMissTest, NullAndAppSchemes) {
  const World world = Exact({"https://app.test"});
  const std::unique_ptr<const PolicyTable> table = world.Build();
  const NearMisses null = FindNearMisses(*table, 0, "null");
  ASSERT_EQ(null.found.size(), 1U);
  EXPECT_EQ(null.found[0].kind, NearMissKind::kNull);
  for (const char* source :
       {"sandboxed iframe", "`data:`", "`file:`", "redirect", "no-referrer"}) {
    EXPECT_THAT(null.found[0].message, HasSubstr(source));
  }
  EXPECT_THAT(Found(world, "ionic://local"), ElementsAre("unknown-app-scheme"));
  EXPECT_THAT(Found(Exact({"ionic://x"}), "ionic://local"), IsEmpty());
}

TEST(NearMissTest, SurvivesWhatIsNoOrigin) {
  const World world = Exact({"https://app.test"});
  for (const std::string& value :
       {std::string(), std::string("://"), std::string("x"),
        std::string("https://"), std::string("https://[::1"),
        std::string(1'000'000, 'a'), "https://" + std::string(5000, '.'),
        std::string("\0\xFF:// ", 6), std::string("file:///x")}) {
    EXPECT_THAT(Found(world, value), IsEmpty()) << value.substr(0, 20);
  }
}

TEST(NearMissTest, TakesManyRules) {
  World world;
  world.Route("x");
  for (int i = 0; i < 20'000; ++i) {
    world.Exact("https://tenant-" + std::to_string(i) + ".example.com");
  }
  EXPECT_THAT(Found(world, "http://tenant-19999.example.com"),
              ElementsAre("scheme-mismatch https://tenant-19999.example.com"));
  EXPECT_THAT(Found(world, "https://tenannt-19999.example.com"),
              ElementsAre("did-you-mean https://tenant-19999.example.com"));
}

TEST(PunycodeHostTest, AgreesWithTheExamplesOfRfc3492) {
  EXPECT_EQ(PunycodeHost("plain.test"), "plain.test");
  EXPECT_EQ(PunycodeHost("b\xC3\xBC"
                         "cher.test"),
            "xn--bcher-kva.test");
  EXPECT_EQ(PunycodeHost("\xE2\x98\x95.test"), "xn--53h.test");
  EXPECT_EQ(PunycodeHost("fa\xC3\x9F.test"), "xn--fa-hia.test");
  EXPECT_EQ(PunycodeHost("\xEF\xBC\xA1\xEF\xBC\xA2\xE3\x80\x82test"),
            "ab.test");
  // "почемужеонинеговорятпорусски", section 7.1 (I).
  EXPECT_EQ(PunycodeHost(
                "\xD0\xBF\xD0\xBE\xD1\x87\xD0\xB5\xD0\xBC\xD1\x83\xD0\xB6\xD0"
                "\xB5\xD0\xBE\xD0\xBD\xD0\xB8\xD0\xBD\xD0\xB5\xD0\xB3\xD0\xBE"
                "\xD0\xB2\xD0\xBE\xD1\x80\xD1\x8F\xD1\x82\xD0\xBF\xD0\xBE\xD1"
                "\x80\xD1\x83\xD1\x81\xD1\x81\xD0\xBA\xD0\xB8"),
            "xn--b1abfaaepdrnnbgefbadotcwatmq2g4l");
  EXPECT_EQ(PunycodeHost("\xFF"), "");
  EXPECT_EQ(PunycodeHost("\xED\xA0\x80"), "");
  EXPECT_EQ(PunycodeHost(std::string(10'000, '\xC3')), "");
}

}  // namespace
}  // namespace corsac
