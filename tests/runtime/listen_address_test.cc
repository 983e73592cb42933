#include "runtime/http/listen_address.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corsac {
namespace {

TEST(ListenAddressTest, ReadsAddresses) {
  // What is read, and how it is written again.
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"127.0.0.1:8480", "127.0.0.1:8480"},
      {"0.0.0.0:0", "0.0.0.0:0"},
      {"255.255.255.255:65535", "255.255.255.255:65535"},
      {"localhost:80", "127.0.0.1:80"},
      {"[::1]:8480", "[::1]:8480"},
      {"[::]:1", "[::]:1"},
      {"[2001:DB8:0::1]:1", "[2001:db8::1]:1"},
      {"unix:/run/corsac/d.sock", "unix:/run/corsac/d.sock"},
      {"unix:/a:b", "unix:/a:b"},
      {"unix:/" + std::string(106, 'p'), "unix:/" + std::string(106, 'p')},
  };
  for (const auto& [text, written] : rows) {
    const Result<ListenAddress> address = ParseListenAddress(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ((*address).Text(), written);
    EXPECT_EQ((*address).is_unix(), text.front() == 'u');
    const Result<ListenAddress> again = ParseListenAddress(written);
    ASSERT_TRUE(again) << written;
    EXPECT_EQ((*again).Text(), written);
  }
}

TEST(ListenAddressTest, SaysWhatIsWrong) {
  const std::vector<std::pair<std::string, std::string_view>> rows = {
      {"", "no port"},
      {"127.0.0.1", "no port"},
      {"8480", "no port"},
      {"127.0.0.1:", "the port is a number"},
      {"127.0.0.1:x", "the port is a number"},
      {"127.0.0.1:80x", "the port is a number"},
      {"127.0.0.1: 80", "the port is a number"},
      {"127.0.0.1:-1", "the port is a number"},
      {"127.0.0.1:+1", "the port is a number"},
      {"127.0.0.1:65536", "the port is a number"},
      {"127.0.0.1:99999999999999999999", "the port is a number"},
      {":8480", "the address is"},
      {"example.com:80", "the address is"},
      {"127.0.0:80", "the address is"},
      {"127.0.0.256:80", "the address is"},
      {"1.2.3.4.5:80", "the address is"},
      {"::1:80", "the address is"},
      {"[]:80", "the address is"},
      {"[127.0.0.1]:80", "the address is"},
      {"[::1:80", "the address is"},
      {"[::g]:80", "the address is"},
      {"*:80", "the address is"},
      {"unix:", "an absolute path"},
      {"unix:relative", "an absolute path"},
      {"unix:/" + std::string(107, 'p'), "at most 107 bytes"},
  };
  for (const auto& [text, words] : rows) {
    const Result<ListenAddress> address = ParseListenAddress(text);
    ASSERT_FALSE(address) << text << " is " << (*address).Text();
    EXPECT_NE(address.error().message.find(words), std::string::npos)
        << text << ": " << address.error().message;
  }
}

}  // namespace
}  // namespace corsac
