// Entries of `origins` as written: what rule each means, what is said of it,
// and what is suggested instead.
#include "compiler/origins/origin_pattern.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/origins/idn.h"
#include "compiler/origins/ip_address.h"
#include "compiler/origins/nearest.h"
#include "compiler/origins/origin.h"
#include "compiler/origins/written_text.h"

namespace corsac {
namespace {

std::string_view KindName(OriginPattern::Kind kind) {
  switch (kind) {
    case OriginPattern::Kind::kInvalid:
      return "invalid";
    case OriginPattern::Kind::kAny:
      return "any";
    case OriginPattern::Kind::kNull:
      return "null";
    case OriginPattern::Kind::kFile:
      return "file";
    case OriginPattern::Kind::kExact:
      return "exact";
    case OriginPattern::Kind::kSubdomain:
      return "subdomain";
    case OriginPattern::Kind::kAnyPort:
      return "any-port";
    case OriginPattern::Kind::kSet:
      return "set";
  }
  return "";
}

Span WholeOf(std::string_view text) {
  return Span{0, 0, static_cast<std::uint32_t>(text.size())};
}

OriginPattern Parse(std::string_view text, std::vector<Finding>* findings) {
  return ParseOriginPattern(WrittenText(text, WholeOf(text)), findings);
}

// "exact https://a.com; CORS004 warning 13-14 → https://a.com"
std::string Describe(std::string_view text) {
  std::vector<Finding> findings;
  const OriginPattern pattern = Parse(text, &findings);
  std::string out(KindName(pattern.kind));
  if (!pattern.text.empty()) out += " " + pattern.text;
  for (const Finding& finding : findings) {
    out += "; " + std::string(InfoOf(finding.code).id) + " " +
           std::string(SeverityName(finding.severity)) + " " +
           std::to_string(finding.span.begin) + "-" +
           std::to_string(finding.span.end);
    if (finding.fix) out += " -> " + finding.fix->text;
  }
  return out;
}

struct Row {
  std::string_view written;
  std::string_view expected;
};

void ExpectRows(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    SCOPED_TRACE(row.written);
    EXPECT_EQ(Describe(row.written), row.expected);
  }
}

TEST(OriginPatternTest, TakesEachForm) {
  ExpectRows({
      {"https://app.example.com", "exact https://app.example.com"},
      {"http://localhost:3000", "exact http://localhost:3000"},
      {"http://127.0.0.1:8080", "exact http://127.0.0.1:8080"},
      {"http://[::1]:3000", "exact http://[::1]:3000"},
      {"capacitor://localhost", "exact capacitor://localhost"},
      {"chrome-extension://abcdefghijklmnopabcdefghijklmnop",
       "exact chrome-extension://abcdefghijklmnopabcdefghijklmnop"},
      {"https://*.example.com", "subdomain https://*.example.com"},
      {"https://*.example.com:8443", "subdomain https://*.example.com:8443"},
      {"https://*.example.com:*", "subdomain https://*.example.com:*"},
      {"http://localhost:*", "any-port http://localhost:*"},
      {"http://[::1]:*", "any-port http://[::1]:*"},
      {"*", "any *"},
      {"null", "null null"},
      {"file://", "file file://"},
      {"@web", "set web"},
  });
}

TEST(OriginPatternTest, GivesThePartsOfARule) {
  std::vector<Finding> findings;
  const OriginPattern pattern = Parse("HTTPS://*.Example.com:8443/", &findings);
  EXPECT_EQ(pattern.scheme, "https");
  EXPECT_EQ(pattern.host, "example.com");
  EXPECT_EQ(pattern.port, 8443);
  EXPECT_FALSE(pattern.any_port);
  EXPECT_EQ(findings.size(), 3U);
}

TEST(OriginPatternTest, PutsRightWhatIsOnlyUnusual) {
  ExpectRows({
      {"HTTPS://app.example.com",
       "exact https://app.example.com; CORS003 warning 0-5 -> "
       "https://app.example.com"},
      {"https://App.Example.com",
       "exact https://app.example.com; CORS003 warning 8-23 -> "
       "https://app.example.com"},
      {"https://a.com/",
       "exact https://a.com; CORS004 warning 13-14 -> https://a.com"},
      {" https://a.com\t",
       "exact https://a.com; CORS004 warning 0-15 -> https://a.com"},
      {"https://a.com:443",
       "exact https://a.com; CORS007 warning 13-17 -> https://a.com"},
      {"http://a.com:80",
       "exact http://a.com; CORS007 warning 12-15 -> http://a.com"},
      {"https://a.com:80", "exact https://a.com:80"},
      {"https://*.a.com:443",
       "subdomain https://*.a.com; CORS007 warning 15-19 -> https://*.a.com"},
      {"http://[FE80::1]",
       "exact http://[fe80::1]; CORS003 warning 7-16 -> http://[fe80::1]"},
      // Hosts of other schemes keep their case; the scheme itself has none.
      {"Capacitor://LocalHost",
       "exact capacitor://LocalHost; CORS003 warning 0-9 -> "
       "capacitor://LocalHost"},
      {"FILE://", "file file://; CORS003 warning 0-4 -> file://"},
      {" @web", "set web; CORS004 warning 0-5"},
  });
}

TEST(OriginPatternTest, AsksForAScheme) {
  ExpectRows({
      {"a.com", "invalid; CORS002 error 0-5 -> https://a.com"},
      {"//a.com", "invalid; CORS002 error 0-7 -> https://a.com"},
      {"https:/a.com", "invalid; CORS002 error 0-12 -> https://a.com"},
      {"https:a.com", "invalid; CORS002 error 0-11 -> https://a.com"},
      {"http//a.com", "invalid; CORS002 error 0-11 -> http://a.com"},
      {"a.com:8080", "invalid; CORS002 error 0-10 -> https://a.com:8080"},
      {"A.com/x", "invalid; CORS002 error 0-7 -> https://a.com"},
      {"://a.com", "invalid; CORS002 error 0-3 -> https://a.com"},
      {"", "invalid; CORS002 error 0-0"},
      {"  ", "invalid; CORS002 error 0-2"},
      {"\"https://a.com\"", "invalid; CORS002 error 0-9"},
      // http is likely, https possible.
      {"localhost:3000", "invalid; CORS002 error 0-14"},
  });
}

TEST(OriginPatternTest, RefusesWhatAnOriginDoesNotHave) {
  ExpectRows({
      {"https://a.com/path", "invalid; CORS005 error 13-18 -> https://a.com"},
      {"https://a.com//", "invalid; CORS005 error 13-15 -> https://a.com"},
      {"https://a.com?q", "invalid; CORS005 error 13-15 -> https://a.com"},
      {"https://a.com#f", "invalid; CORS005 error 13-15 -> https://a.com"},
      {"https://a.com/*", "invalid; CORS005 error 13-15 -> https://a.com"},
      {"https://u:p@a.com", "invalid; CORS006 error 8-12 -> https://a.com"},
      // Which of the two hosts was meant is anybody's guess.
      {"https://a.com@b.com", "invalid; CORS006 error 8-14"},
  });
}

TEST(OriginPatternTest, RefusesPortsThatBrowsersDoNotSend) {
  ExpectRows({
      {"https://a.com:0", "invalid; CORS008 error 14-15"},
      {"https://a.com:1", "exact https://a.com:1"},
      {"https://a.com:65535", "exact https://a.com:65535"},
      {"https://a.com:65536", "invalid; CORS008 error 14-19"},
      {"https://a.com:99999999999999999999", "invalid; CORS008 error 14-34"},
      {"https://a.com:+80", "invalid; CORS008 error 14-17 -> https://a.com:80"},
      {"https://a.com:080", "invalid; CORS008 error 14-17 -> https://a.com:80"},
      {"https://a.com:0443", "invalid; CORS008 error 14-18 -> https://a.com"},
      {"https://a.com:", "invalid; CORS008 error 13-14 -> https://a.com"},
      {"https://a.com:80x", "invalid; CORS008 error 14-17"},
      {"https://a.com:30*", "invalid; CORS008 error 14-17"},
  });
}

TEST(OriginPatternTest, ShowsTheAsciiFormOfInternationalHosts) {
  ExpectRows({
      {"https://bücher.example",
       "invalid; CORS009 error 8-23 -> https://xn--bcher-kva.example"},
      {"https://faß.test",
       "invalid; CORS009 error 8-17 -> "
       "https://xn--fa-hia.test"},
      {"https://a_b.bücher.test",
       "invalid; CORS009 error 8-24 -> https://a_b.xn--bcher-kva.test"},
      {"https://*.bücher.example:443",
       "invalid; CORS009 error 8-25 -> https://*.xn--bcher-kva.example"},
      {"https://ＰＡＧＥ.test",
       "invalid; CORS009 error 8-25 -> "
       "https://page.test"},
      {"https://page。test",
       "invalid; CORS009 error 8-19 -> "
       "https://page.test"},
      // Full-width digits are digits, and these an address.
      {"http://１２７.1", "invalid; CORS009 error 7-18 -> http://127.0.0.1"},
      // libidn2 does not know; the form is in the help but not applied.
      {"https://☕.test", "invalid; CORS009 error 8-16"},
      {"https://xn--bcher-kva.example", "exact https://xn--bcher-kva.example"},
      {"https://xn--53h.test", "exact https://xn--53h.test"},
      {"https://xn--.test", "exact https://xn--.test; CORS010 warning 8-12"},
      {"https://xn--abc-.test",
       "exact https://xn--abc-.test; CORS010 warning 8-16"},
      {"https://a.xn--99999999.test",
       "exact https://a.xn--99999999.test; CORS010 warning 10-22"},
  });
}

TEST(OriginPatternTest, ShowsAddressesAsBrowsersSendThem) {
  ExpectRows({
      {"http://127.1", "invalid; CORS011 error 7-12 -> http://127.0.0.1"},
      {"http://0x7f.0.0.1", "invalid; CORS011 error 7-17 -> http://127.0.0.1"},
      {"http://0177.0.0.1", "invalid; CORS011 error 7-17 -> http://127.0.0.1"},
      {"http://127.0.0.1.", "invalid; CORS011 error 7-17 -> http://127.0.0.1"},
      {"http://2130706433:8080",
       "invalid; CORS011 error 7-17 -> http://127.0.0.1:8080"},
      {"https://a.1", "invalid; CORS011 error 8-11"},
      {"https://256.0.0.1", "invalid; CORS011 error 8-17"},
      {"http://[0:0:0:0:0:0:0:1]",
       "invalid; CORS012 error 7-24 -> http://[::1]"},
      {"http://[::FFFF:1.2.3.4]",
       "invalid; CORS012 error 7-23 -> http://[::ffff:102:304]"},
      {"http://[fe80::1%25eth0]", "invalid; CORS012 error 15-22"},
      {"http://[::1", "invalid; CORS012 error 7-11"},
      {"http://[::1]x", "invalid; CORS012 error 7-13"},
      {"http://[1::2::3]", "invalid; CORS012 error 7-16"},
      {"http://::1", "invalid; CORS012 error 7-10 -> http://[::1]"},
      {"http://a:1:2", "invalid; CORS012 error 7-12"},
  });
}

TEST(OriginPatternTest, RefusesBytesAndLabelsThatNoHostHas) {
  const std::string label_63(63, 'a');
  const std::string label_64(64, 'a');
  // 63 * 3 + 61 and three dots: 253 bytes.
  const std::string host_253 =
      label_63 + "." + label_63 + "." + label_63 + "." + std::string(61, 'b');
  ASSERT_EQ(host_253.size(), 253U);
  ExpectRows({
      {"https://a%2ecom", "invalid; CORS013 error 9-12 -> https://a.com"},
      {"https://b%C3%BCcher.test",
       "invalid; CORS013 error 9-12 -> https://xn--bcher-kva.test"},
      {"https://a%2Fb.com", "invalid; CORS013 error 9-12"},
      {"https://a%zz.com", "invalid; CORS013 error 9-12"},
      {"https://a b.com", "invalid; CORS013 error 9-10"},
      {"https://a.com{.evil.test", "invalid; CORS013 error 13-14"},
      {"https://a\x01.com", "invalid; CORS013 error 9-10"},
      {"https://a..com", "invalid; CORS014 error 10-11"},
      {"https://.a.com", "invalid; CORS014 error 8-9"},
      {"https://", "invalid; CORS014 error 8-8"},
      {"https://a_b.com", "exact https://a_b.com; CORS017 note 9-10"},
      {"https://a.com.", "exact https://a.com.; CORS015 note 13-14"},
  });
  EXPECT_EQ(Describe("https://" + label_63), "exact https://" + label_63);
  EXPECT_EQ(Describe("https://" + label_64), "invalid; CORS014 error 8-72");
  EXPECT_EQ(Describe("https://" + host_253), "exact https://" + host_253);
  EXPECT_EQ(Describe("https://" + host_253 + "."),
            "exact https://" + host_253 + ".; CORS015 note 261-262");
  EXPECT_EQ(Describe("https://" + host_253 + "c"),
            "invalid; CORS014 error 8-262");
  EXPECT_EQ(Describe(std::string(1025, 'a')), "invalid; CORS014 error 0-1025");
}

TEST(OriginPatternTest, RefusesWildcardsInOtherPlaces) {
  ExpectRows({
      {"*.a.com", "invalid; CORS016 error 0-7 -> https://*.a.com"},
      {"https://*a.com", "invalid; CORS016 error 8-9"},
      {"https://a.*", "invalid; CORS016 error 10-11"},
      {"https://a.*.com", "invalid; CORS016 error 10-11"},
      {"https://*", "invalid; CORS016 error 8-9"},
      {"*://a.com", "invalid; CORS016 error 0-1"},
      {"https://*.*.a.com", "invalid; CORS016 error 8-9 -> https://*.a.com"},
      {"https://.*.a.com", "invalid; CORS016 error 9-10 -> https://*.a.com"},
      {"https://a-*.b.com", "invalid; CORS016 error 10-11"},
      {"https://*.127.0.0.1", "invalid; CORS016 error 8-19"},
      {"chrome-extension://*", "invalid; CORS016 error 19-20"},
  });
}

TEST(OriginPatternTest, TellsTwoOriginsInOneString) {
  ExpectRows({
      {"https://a.com, https://b.com", "invalid; CORS018 error 0-28"},
      {"https://a.com https://b.com", "invalid; CORS018 error 0-27"},
      {"https://a.com,b.com", "invalid; CORS018 error 0-19"},
      {"https://a.comhttps://b.com", "invalid; CORS018 error 0-26"},
  });
  std::vector<Finding> findings;
  Parse("https://a.com, B.com/", &findings);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].help, "write \"https://a.com\", \"https://b.com\"");
}

TEST(OriginPatternTest, KnowsSchemes) {
  ExpectRows({
      {"htps://a.com",
       "exact htps://a.com; CORS019 error 0-4 -> https://a.com"},
      {"htttp://a.com:80",
       "exact htttp://a.com:80; CORS019 error 0-5 -> http://a.com"},
      {"gopher://a.com", "exact gopher://a.com; CORS019 warning 0-6"},
      {"myapp://x", "exact myapp://x; CORS019 warning 0-5"},
      {"ws://a.com", "invalid; CORS024 error 0-2 -> http://a.com"},
      {"wss://a.com:8443", "invalid; CORS024 error 0-3 -> https://a.com:8443"},
      {"file:///x", "invalid; CORS020 error 0-9"},
      {"file://host", "invalid; CORS020 error 0-11"},
      {"NULL", "invalid; CORS027 error 0-4 -> null"},
  });
}

TEST(OriginPatternTest, TellsARegexFromAnOrigin) {
  for (const std::string_view regex :
       {R"(https://[^.]+\.a\.com)", "https://(a|b).com", "https://[a-z]+.a.com",
        "https://a[0-9].com", "https?://a.com", "https://.+.a.com",
        "https://a{2}.com", R"(https://a.com\@evil.com)"}) {
    SCOPED_TRACE(regex);
    EXPECT_EQ(Describe(regex),
              "invalid; CORS023 error 0-" + std::to_string(regex.size()));
  }
}

TEST(OriginPatternTest, TellsAnOriginWithTheMarksOfARegex) {
  ExpectRows({
      {"^https://a.com$", "invalid; CORS023 error 0-15 -> https://a.com"},
      {R"(https:\/\/a\.com)", "invalid; CORS023 error 0-16 -> https://a.com"},
  });
}

TEST(OriginPatternTest, TellsASubdomainRuleWithTheMarksOfARegex) {
  EXPECT_EQ(Describe(R"(https://.*\.a\.com)"),
            "invalid; CORS023 error 0-18 -> https://*.a.com");
}

TEST(OriginPatternTest, MendsSeveralMistakesAtOnce) {
  EXPECT_EQ(SuggestOrigin("User:pw@BÜCHER.example:0443/login?next=1#x"),
            "https://xn--bcher-kva.example");
  EXPECT_EQ(SuggestOrigin("wss://[0:0::1]:080/"), "https://[::1]:80");
  EXPECT_EQ(SuggestOrigin("https://a..com"), std::nullopt);
}

TEST(OriginPatternTest, PointsInsideOfTomlStrings) {
  FindingSink sink;
  const SourceSet sources = SourceSet::FromText(
      "a.toml", "o = [\"https://a.com/x\", 'https://b.com/x']\n", sink);
  std::vector<Finding> findings;
  ParseOriginPattern(
      WrittenText::OfTomlString(sources, "https://a.com/x", Span{0, 5, 22}),
      &findings);
  ParseOriginPattern(
      WrittenText::OfTomlString(sources, "https://b.com/x", Span{0, 24, 41}),
      &findings);
  // A value that the source does not have byte for byte has escapes in it.
  ParseOriginPattern(
      WrittenText::OfTomlString(sources, "https://c.com/x", Span{0, 24, 41}),
      &findings);
  ASSERT_EQ(findings.size(), 3U);
  EXPECT_EQ(findings[0].span, (Span{0, 19, 21}));
  EXPECT_EQ(findings[0].fix->span, (Span{0, 5, 22}));
  EXPECT_EQ(findings[0].fix->text, "\"https://a.com\"");
  EXPECT_EQ(findings[1].span, (Span{0, 38, 40}));
  EXPECT_EQ(findings[2].span, (Span{0, 24, 41}));
}

TEST(OriginPatternTest, EveryExactOriginIsOneOfTheRuntimeGrammar) {
  // Random entries from bytes and pieces that matter. Whatever comes out as an
  // exact origin must be one that a browser can send; whatever is suggested
  // must be an entry about which nothing is to be said but notes.
  const std::vector<std::string_view> pieces = {
      "https", "http",  "://", ":",   "/",    "a",   "B.com", ".",    "*",
      "@",     "[::1]", "80",  "443", "8080", "%41", "ü",     "_",    "-",
      "0x7f",  "127.1", "?",   "#",   " ",    ",",   "xn--a", "null", "file",
      "app",   "\\",    "(",   "[",   "]",    "::",  "☕",     "\x7f", "+"};
  std::mt19937 random(20'261'124);
  std::size_t exact = 0;
  for (int i = 0; i < 8'000; ++i) {
    std::string entry = i % 2 == 0 ? "https://" : "";
    for (std::size_t n = random() % 7; n > 0; --n) {
      entry += pieces[random() % pieces.size()];
    }
    SCOPED_TRACE(entry);
    std::vector<Finding> findings;
    const OriginPattern pattern = Parse(entry, &findings);
    const bool invalid = pattern.kind == OriginPattern::Kind::kInvalid;
    const auto errors =
        std::count_if(findings.begin(), findings.end(), [](const Finding& f) {
          return f.severity == Severity::kError &&
                 f.code != Code::kOriginUnknownScheme;
        });
    ASSERT_EQ(errors, invalid ? 1 : 0);
    if (pattern.kind == OriginPattern::Kind::kExact) {
      ++exact;
      Origin origin;
      ASSERT_EQ(ParseOrigin(pattern.text, &origin), OriginError::kNone);
    }
    const std::optional<std::string> suggestion = SuggestOrigin(entry);
    if (!suggestion || pattern.kind == OriginPattern::Kind::kSet) continue;
    findings.clear();
    const OriginPattern again = Parse(*suggestion, &findings);
    ASSERT_NE(again.kind, OriginPattern::Kind::kInvalid) << *suggestion;
    ASSERT_EQ(again.text, *suggestion);
  }
  EXPECT_GT(exact, 200U);
}

TEST(IpAddressTest, ReadsAsBrowsersDo) {
  EXPECT_EQ(CanonicalIpv4("1.2.3.4"), "1.2.3.4");
  EXPECT_EQ(CanonicalIpv4("1.2.3"), "1.2.0.3");
  EXPECT_EQ(CanonicalIpv4("0xffffffff"), "255.255.255.255");
  EXPECT_EQ(CanonicalIpv4("0x100000000"), std::nullopt);
  EXPECT_EQ(CanonicalIpv4("08"), std::nullopt);
  EXPECT_EQ(CanonicalIpv4("1.2.3.4.5"), std::nullopt);
  EXPECT_EQ(CanonicalIpv4("1..2"), std::nullopt);
  EXPECT_EQ(CanonicalIpv6("::"), "::");
  EXPECT_EQ(CanonicalIpv6("1:0:0:2:0:0:0:3"), "1:0:0:2::3");
  EXPECT_EQ(CanonicalIpv6("1:0:0:2:3:0:0:4"), "1::2:3:0:0:4");
  EXPECT_EQ(CanonicalIpv6("1:0:2:3:4:5:6:7"), "1:0:2:3:4:5:6:7");
  EXPECT_EQ(CanonicalIpv6("1:2:3:4:5:6:7::"), "1:2:3:4:5:6:7:0");
  EXPECT_EQ(CanonicalIpv6("00ab::0CD"), "ab::cd");
  EXPECT_EQ(CanonicalIpv6("1:2:3:4:5:6:7:8:9"), std::nullopt);
  EXPECT_EQ(CanonicalIpv6("1.2.3.4::"), std::nullopt);
  EXPECT_EQ(CanonicalIpv6(":::"), std::nullopt);
  EXPECT_EQ(CanonicalIpv6("12345::"), std::nullopt);
}

TEST(IpAddressTest, WritesWhatTheRuntimeTakes) {
  std::mt19937 random(7);
  for (int i = 0; i < 2'000; ++i) {
    std::string address;
    for (int piece = 0; piece < 8; ++piece) {
      const std::uint32_t value = random() % 3 == 0 ? random() % 0x10000 : 0;
      char digits[8];
      std::snprintf(digits, sizeof(digits), "%s%04X", piece > 0 ? ":" : "",
                    value);
      address += digits;
    }
    const auto canonical = CanonicalIpv6(address);
    ASSERT_TRUE(canonical) << address;
    EXPECT_TRUE(IsCanonicalIpv6(*canonical)) << *canonical;
    EXPECT_EQ(CanonicalIpv6(*canonical), canonical);
  }
}

TEST(IdnTest, EncodesWhatBrowsersSend) {
  EXPECT_EQ(HostToAscii("bücher.example")->text, "xn--bcher-kva.example");
  EXPECT_TRUE(HostToAscii("bücher.example")->certain);
  EXPECT_EQ(HostToAscii("☕.test")->text, "xn--53h.test");
  EXPECT_FALSE(HostToAscii("☕.test")->certain);
  EXPECT_EQ(HostToAscii("a_b.ü")->text, "a_b.xn--tda");
  EXPECT_FALSE(HostToAscii("\xff.test"));
}

TEST(IdnTest, KnowsPunycode) {
  for (const std::string_view label :
       {"xn--bcher-kva", "xn--53h", "xn--fa-hia", "xn--p1ai", "xn--tda"}) {
    EXPECT_TRUE(IsPunycodeLabel(label)) << label;
  }
  for (const std::string_view label :
       {"xn--", "xn--abc-", "xn--ABC", "abc", "xn--a.b", "xn--0000000000"}) {
    EXPECT_FALSE(IsPunycodeLabel(label)) << label;
  }
}

TEST(NearestTest, CountsEdits) {
  EXPECT_EQ(EditDistance("htps", "https", 2), 1U);
  EXPECT_EQ(EditDistance("hptt", "http", 2), 2U);
  EXPECT_EQ(EditDistance("htpt", "http", 2), 1U);  // a swap
  EXPECT_EQ(EditDistance("", "ab", 2), 2U);
  EXPECT_EQ(EditDistance("abc", "xyz", 2), 3U);
  EXPECT_EQ(EditDistance(std::string(65, 'a'), std::string(65, 'a'), 2), 3U);
  const std::vector<std::string_view> known = {"advise", "enforce"};
  EXPECT_EQ(Nearest("enforced", known), "enforce");
  EXPECT_EQ(Nearest("off", known), "");
}

TEST(WrittenTextTest, QuotesSafely) {
  EXPECT_EQ(Quoted("a`b\x1b[1m\n"), "`a\\x60b\\x1b[1m\\x0a`");
  EXPECT_EQ(Quoted(std::string(400, 'a')), "`" + std::string(160, 'a') + "…`");
  // Not in the middle of a character.
  EXPECT_EQ(Quoted(std::string(159, 'a') + "üb"),
            "`" + std::string(159, 'a') + "…`");
  EXPECT_EQ(TomlString("a"), "\"a\"");
  EXPECT_EQ(TomlString("a\\b"), "'a\\b'");
  EXPECT_EQ(TomlString("a\\'b"), "\"a\\\\'b\"");
  EXPECT_EQ(TomlString("a\n"), "\"a\\u000a\"");
}

}  // namespace
}  // namespace corsac
