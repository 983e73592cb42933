#include "compiler/table/target.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace corsac {
namespace {

std::string Normalized(std::string_view target, std::string_view host = "") {
  const std::vector<char> copy(target.begin(), target.end());
  const NormalizedTarget normalized(std::string_view(copy.data(), copy.size()),
                                    host);
  if (!normalized.valid()) return "invalid";
  return std::string(normalized.host()) + " " + std::string(normalized.path());
}

struct Row {
  std::string_view target;
  std::string_view host;
  std::string_view normalized;
};

void ExpectAll(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    EXPECT_EQ(Normalized(row.target, row.host), row.normalized)
        << row.target << " at " << row.host;
  }
}

TEST(NormalizedTargetTest, NormalizesPaths) {
  ExpectAll({
      {"/", "", " /"},
      {"/a/b", "", " /a/b"},
      {"/a?q=/../x", "", " /a"},
      {"/?", "", " /"},
      {"/%61%2Db", "", " /a-b"},
      {"/a%2Fb%5c%00", "", " /a%2Fb%5c%00"},
      {"/caf%C3%A9", "", " /caf%C3%A9"},
      {"//a///b//", "", " /a/b/"},
      {"/.", "", " /"},
      {"/..", "", " /"},
      {"/../../a", "", " /a"},
      {"/a/.", "", " /a/"},
      {"/a/..", "", " /"},
      {"/a/../b", "", " /b"},
      {"/a//../b", "", " /b"},
      {"/a/b/../../c/", "", " /c/"},
      {"/a/%2e%2E/b", "", " /b"},
      {"/a/...", "", " /a/..."},
      {"/.a/..b", "", " /.a/..b"},
      {"/A#f", "", " /A#f"},
  });
}

TEST(NormalizedTargetTest, RefusesWhatIsNoPath) {
  for (const char* target :
       {"", "*", "a", "?a", "/%", "/%2", "/%2g", "/%g2", "ftp://h/", "http:/a",
        "http://u@h/", "http:///a", "host:80"}) {
    EXPECT_EQ(Normalized(target), "invalid") << target;
  }
  const std::string longest = "/" + std::string(kMaxTargetBytes - 1, 'a');
  EXPECT_EQ(Normalized(longest), " " + longest);
  EXPECT_EQ(Normalized(longest + "a"), "invalid");
  std::string escapes;
  while (escapes.size() + 3 < kMaxTargetBytes) escapes += "/%41";
  EXPECT_NE(Normalized(escapes.substr(0, kMaxTargetBytes)), "invalid");
}

TEST(NormalizedTargetTest, NormalizesHosts) {
  ExpectAll({
      {"/", "API.Example.com", "api.example.com /"},
      {"/", "api.example.com:8443", "api.example.com /"},
      {"/", "api.example.com.", "api.example.com /"},
      {"/", "api.example.com.:1", "api.example.com /"},
      {"/", "[::1]:80", "[::1] /"},
      {"/", "[::1]", "[::1] /"},
      {"/", std::string_view(), " /"},
  });
  EXPECT_EQ(Normalized("/", std::string(kMaxHostBytes + 3, 'a')), "invalid");
}

TEST(NormalizedTargetTest, AbsoluteFormMustAgreeWithHost) {
  ExpectAll({
      {"http://h/a?b", "", "h /a"},
      {"HTTPS://H", "", "h /"},
      {"http://h?x", "h", "h /"},
      {"http://h:80/a", "h", "h /a"},
      {"https://h/a", "h:443", "h /a"},
      {"https://h./a", "H", "h /a"},
      {"http://h:81/a", "h:81", "h /a"},
      {"http://h:81/a", "h", "invalid"},
      {"http://h:443/a", "h", "invalid"},
      {"http://other/a", "h", "invalid"},
      {"http://[::1]:80/a", "[::1]", "[::1] /a"},
  });
}

}  // namespace
}  // namespace corsac
