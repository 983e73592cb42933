#include "compiler/origins/origin.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "compiler/limits.h"

namespace corsac {
namespace {

std::string Parsed(std::string_view value) {
  // A heap copy of the exact size, so that a read past the end is caught.
  const std::vector<char> copy(value.begin(), value.end());
  Origin origin;
  const OriginError error =
      ParseOrigin(std::string_view(copy.data(), copy.size()), &origin);
  if (error != OriginError::kNone) return std::string(OriginErrorName(error));
  std::string text(origin.scheme);
  text.append("|").append(origin.host).append("|");
  return text + std::to_string(origin.port);
}

struct Row {
  std::string_view value;
  std::string_view parsed;
};

void ExpectAll(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    EXPECT_EQ(Parsed(row.value), row.parsed) << '"' << row.value << '"';
  }
}

TEST(ParseOriginTest, AcceptsWhatBrowsersSend) {
  ExpectAll({
      {"null", "||0"},
      {"file://", "file||0"},
      {"https://app.example.com", "https|app.example.com|0"},
      {"http://localhost:3000", "http|localhost|3000"},
      {"http://a:443", "http|a|443"},
      {"https://a:80", "https|a|80"},
      {"https://a:65535", "https|a|65535"},
      {"https://under_score.x.test", "https|under_score.x.test|0"},
      {"https://-dash-.x.test", "https|-dash-.x.test|0"},
      {"https://page.test.", "https|page.test.|0"},
      {"https://xn--bcher-kva.test", "https|xn--bcher-kva.test|0"},
      {"http://127.0.0.1:1", "http|127.0.0.1|1"},
      {"http://[::1]:3000", "http|[::1]|3000"},
      {"http://1.2.3.4.example", "http|1.2.3.4.example|0"},
      {"http://0xg", "http|0xg|0"},
      {"chrome-extension://abcdefghijklmnopabcdefghijklmnop",
       "chrome-extension|abcdefghijklmnopabcdefghijklmnop|0"},
      {"capacitor://localhost", "capacitor|localhost|0"},
      {"app://Main.Window:80", "app|Main.Window|80"},
  });
}

TEST(ParseOriginTest, SaysWhatIsWrong) {
  ExpectAll({
      {"", "empty"},
      {"https://a\x7F", "control-or-non-ascii"},
      {"https://a\r\nX: 1", "control-or-non-ascii"},
      {std::string_view("https://a\0b", 11), "control-or-non-ascii"},
      {"https://\xC3\xA4.test", "control-or-non-ascii"},
      {"https://a https://b", "list"},
      {"https://a,https://b", "list"},
      {"NULL", "syntax"},
      {"a.example.com", "syntax"},
      {"://a", "syntax"},
      {"1a://b", "syntax"},
      {"ht~tp://b", "syntax"},
      {"file://host", "syntax"},
      {"file:///etc/passwd", "has-path"},
      {"FILE://", "uppercase"},
      {"https://a/", "has-path"},
      {"https://a?q", "has-path"},
      {"https://a#f", "has-path"},
      {"https://u@a/", "has-path"},
      {"https://u:p@a", "userinfo"},
      {"https://app.example.com{.evil.test", "bad-host"},
      {"https://a%60.evil.test", "bad-host"},
      {"https://", "bad-host"},
      {"https://.a", "bad-host"},
      {"https://a..b", "bad-host"},
      {"https://.", "bad-host"},
      {"https://a.1", "bad-host"},
      {"https://a.0x1f", "bad-host"},
      {"https://0x", "bad-host"},
      {"https://127.1", "bad-host"},
      {"https://127.0.0.1.", "bad-host"},
      {"https://127.0.0.01", "bad-host"},
      {"https://256.0.0.1", "bad-host"},
      {"http://[0:0:0:0:0:0:0:1]", "bad-host"},
      {"http://[::1", "bad-host"},
      {"http://[::1]x", "bad-host"},
      {"http://[]", "bad-host"},
      {"app://[::1]", "bad-host"},
      {"app://", "bad-host"},
      {"HTTPS://a", "uppercase"},
      {"https://APP.example.com", "uppercase"},
      {"http://[::AB]", "uppercase"},
      {"https://A{", "bad-host"},
      {"https://a:", "bad-port"},
      {"https://a:0", "bad-port"},
      {"https://a:080", "bad-port"},
      {"https://a:+80", "bad-port"},
      {"https://a:65536", "bad-port"},
      {"https://a:1:2", "bad-port"},
      {"https://a:443", "default-port"},
      {"http://a:80", "default-port"},
      {"https://A:443", "uppercase"},
  });
}

TEST(ParseOriginTest, HoldsItsLimits) {
  const std::string label(kMaxLabelBytes, 'a');
  EXPECT_EQ(Parsed("https://" + label), "https|" + label + "|0");
  EXPECT_EQ(Parsed("https://" + label + "a"), "bad-host");
  // 254 bytes: 63 + 1 + 63 + 1 + 63 + 1 + 61 and a trailing dot.
  const std::string name =
      label + "." + label + "." + label + "." + std::string(61, 'b') + ".";
  ASSERT_EQ(name.size(), kMaxHostBytes);
  EXPECT_EQ(Parsed("https://" + name), "https|" + name + "|0");
  EXPECT_EQ(Parsed("https://b" + name), "bad-host");
  const std::string scheme(kMaxSchemeBytes, 's');
  const std::string longest = scheme + "://" + name + ":65535";
  ASSERT_EQ(longest.size(), kMaxOriginBytes);
  EXPECT_EQ(Parsed(longest), scheme + "|" + name + "|65535");
  EXPECT_EQ(Parsed(longest + "0"), "too-long");
  EXPECT_EQ(Parsed("s" + scheme + "://a"), "syntax");
}

TEST(Ipv6Test, AcceptsOnlyTheCanonicalForm) {
  for (const char* text :
       {"::", "::1", "1::", "2001:db8::1", "1:2:3:4:5:6:7:8", "::ffff:102:304",
        "1:0:2::3", "1::2:0:0:3", "0:1:2:3:4:5:6:7", "1:2:3:4:5:6:7:0",
        "fe80::1:2:3:4"}) {
    EXPECT_TRUE(IsCanonicalIpv6(text)) << text;
  }
  for (const char* text : {"",
                           ":",
                           ":::",
                           "1",
                           "1:2:3:4:5:6:7",
                           "1:2:3:4:5:6:7:8:9",
                           "1:2:3:4:5:6:7::",
                           "::2:3:4:5:6:7:8",
                           "0:0:0:0:0:0:0:1",
                           "1:0:0:2:3:4:5:6",
                           "1::0:2",
                           "1:0::2",
                           "01::1",
                           "00001::",
                           "::g",
                           "::A",
                           "1:0:0:2::3:4",
                           "1::2::3",
                           "::1.2.3.4",
                           "fe80::1%25eth0",
                           "1:",
                           ":1"}) {
    EXPECT_FALSE(IsCanonicalIpv6(text)) << text;
  }
}

TEST(EndsInNumberTest, FollowsTheUrlStandard) {
  EXPECT_TRUE(EndsInNumber("127.1"));
  EXPECT_TRUE(EndsInNumber("a.1."));
  EXPECT_TRUE(EndsInNumber("2130706433"));
  EXPECT_TRUE(EndsInNumber("0x7f"));
  EXPECT_FALSE(EndsInNumber("a1"));
  EXPECT_FALSE(EndsInNumber("1.a"));
  EXPECT_FALSE(EndsInNumber(""));
}

}  // namespace
}  // namespace corsac
