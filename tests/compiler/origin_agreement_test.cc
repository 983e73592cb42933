// ParseOrigin() against the reference parser, on origins of every length around
// the bounds of its quick way, each with every byte changed in turn.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "compiler/origins/origin.h"
#include "tests/testing/reference_origin.h"

namespace corsac {
namespace {

// "https|a.test|0", or what is wrong with it.
std::string Parsed(const std::string& value) {
  // A copy of the exact size, so that a read past the end is caught.
  const std::vector<char> copy(value.begin(), value.end());
  Origin origin;
  const OriginError error =
      ParseOrigin(std::string_view(copy.data(), copy.size()), &origin);
  if (error != OriginError::kNone) return std::string(OriginErrorName(error));
  std::string text(origin.scheme);
  text.append("|").append(origin.host).append("|");
  text += std::to_string(origin.port);
  if (origin.text != value) text += ", another text";
  if (origin.kind == OriginKind::kWeb) text += ", web";
  return text;
}

std::string Expected(const std::string& value) {
  const testing::ReferenceOrigin origin = testing::ParseReferenceOrigin(value);
  if (!origin.error.empty()) return origin.error;
  return origin.scheme + "|" + origin.host + "|" + std::to_string(origin.port) +
         (origin.is_web ? ", web" : "");
}

// Hosts of 5 to 70 bytes with dots in many places.
std::vector<std::string> Hosts() {
  std::vector<std::string> hosts;
  const std::string pattern = "a-1.b_c.dd.e3e.x-y-z.0g.hhhhh.i.";
  for (std::size_t size = 5; size <= 70; ++size) {
    std::string host;
    for (std::size_t i = 0; i < size; ++i) {
      host += pattern[(i + size) % pattern.size()];
    }
    if (host.front() == '.') host.front() = 'q';
    if (host.back() == '.') host.back() = 'q';
    hosts.push_back(host);
    hosts.emplace_back(size, 'h');
  }
  return hosts;
}

TEST(OriginAgreementTest, EveryByteOfEveryLength) {
  constexpr std::string_view kBytes = "a0Z.-_:/[]@%* \x7f\xe1";
  for (const char* const scheme : {"https://", "http://"}) {
    for (const std::string& host : Hosts()) {
      const std::string origin = scheme + host;
      ASSERT_EQ(Parsed(origin), Expected(origin)) << origin;
      for (std::size_t i = 0; i < origin.size(); ++i) {
        for (const char byte : kBytes) {
          std::string changed = origin;
          changed[i] = byte;
          ASSERT_EQ(Parsed(changed), Expected(changed)) << changed;
        }
        std::string shorter = origin;
        shorter.erase(i, 1);
        ASSERT_EQ(Parsed(shorter), Expected(shorter)) << shorter;
      }
    }
  }
}

TEST(OriginAgreementTest, EveryKindOfPortAndEnding) {
  for (const char* const scheme : {"https://", "http://", "app://"}) {
    for (const std::string& host : Hosts()) {
      for (const char* const ending :
           {":1",     ":80",  ":443", ":8443", ":65535",  ":65536",
            ":99999", ":0",   ":01",  ":",     ":123456", ":8a",
            ":1:2",   ".",    ".1",   ".0x1",  ".x1",     "..a",
            "/",      ":80/", "?",    "#",     "@a"}) {
        const std::string origin = scheme + host + ending;
        ASSERT_EQ(Parsed(origin), Expected(origin)) << origin;
      }
    }
  }
}

}  // namespace
}  // namespace corsac
