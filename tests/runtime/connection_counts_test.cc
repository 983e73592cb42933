#include "runtime/http/connection_counts.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <atomic>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

namespace corsac {
namespace {

ClientAddress V4(const std::string& text) {
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  EXPECT_EQ(inet_pton(AF_INET, text.c_str(), &v4.sin_addr), 1);
  sockaddr_storage storage{};
  std::memcpy(&storage, &v4, sizeof(v4));
  return ClientAddress::Of(storage);
}

ClientAddress V6(const std::string& text) {
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = 7;  // no part of the address
  EXPECT_EQ(inet_pton(AF_INET6, text.c_str(), &v6.sin6_addr), 1);
  sockaddr_storage storage{};
  std::memcpy(&storage, &v6, sizeof(v6));
  return ClientAddress::Of(storage);
}

ClientAddress Unix() {
  sockaddr_storage storage{};
  storage.ss_family = AF_UNIX;
  return ClientAddress::Of(storage);
}

HttpLimits Limits(std::size_t all, std::size_t per_address) {
  HttpLimits limits;
  limits.max_connections = all;
  limits.max_connections_per_address = per_address;
  return limits;
}

TEST(ClientAddressTest, TellsAddressesApart) {
  EXPECT_EQ(V4("192.0.2.1"), V4("192.0.2.1"));
  EXPECT_NE(V4("192.0.2.1"), V4("192.0.2.2"));
  EXPECT_NE(V6("2001:db8::1"), V6("2001:db8::2"));
  EXPECT_NE(V6("2001:db8:1::1"), V6("2001:db8::1"));
  // One client, whichever socket it came to.
  EXPECT_EQ(V6("::ffff:192.0.2.1"), V4("192.0.2.1"));
  EXPECT_EQ(Unix(), ClientAddress());
  EXPECT_NE(V4("0.0.0.0"), ClientAddress());
}

TEST(ConnectionCountsTest, LimitsAll) {
  ConnectionCounts counts(Limits(2, 0));
  EXPECT_EQ(counts.Add(V4("192.0.2.1")), std::nullopt);
  EXPECT_EQ(counts.Add(Unix()), std::nullopt);
  EXPECT_EQ(counts.open(), 2U);
  EXPECT_EQ(counts.Add(V4("192.0.2.2")), CloseReason::kMaxConnections);
  EXPECT_EQ(counts.Add(Unix()), CloseReason::kMaxConnections);
  EXPECT_EQ(counts.open(), 2U);
  counts.Remove(Unix());
  EXPECT_EQ(counts.Add(V4("192.0.2.2")), std::nullopt);
}

TEST(ConnectionCountsTest, LimitsEachAddress) {
  ConnectionCounts counts(Limits(7, 2));
  const ClientAddress a = V4("192.0.2.1");
  const ClientAddress b = V6("2001:db8::1");
  EXPECT_EQ(counts.Add(a), std::nullopt);
  EXPECT_EQ(counts.Add(a), std::nullopt);
  EXPECT_EQ(counts.Add(a), CloseReason::kMaxPerAddress);
  EXPECT_EQ(counts.Add(b), std::nullopt);
  EXPECT_EQ(counts.open(), 3U);
  // Unix sockets have no address to count.
  for (int i = 0; i < 3; ++i) EXPECT_EQ(counts.Add(Unix()), std::nullopt);
  counts.Remove(a);
  EXPECT_EQ(counts.Add(a), std::nullopt);
  EXPECT_EQ(counts.Add(a), CloseReason::kMaxPerAddress);
  EXPECT_EQ(counts.Add(b), std::nullopt);
  // Both limits are met: the one for all is told.
  EXPECT_EQ(counts.Add(a), CloseReason::kMaxConnections);
}

TEST(ConnectionCountsDeathTest, RemovingWhatWasNotAddedIsABug) {
  ConnectionCounts counts(Limits(7, 2));
  EXPECT_DEATH(counts.Remove(Unix()), "check failed");
  EXPECT_EQ(counts.Add(V4("192.0.2.1")), std::nullopt);
  EXPECT_DEATH(counts.Remove(V4("192.0.2.2")), "check failed");
}

// Threads that add and remove never pass a limit, and none is lost.
TEST(ConnectionCountsTest, ThreadsShareThem) {
  ConnectionCounts counts(Limits(6, 3));
  std::atomic<int> open{0};
  std::atomic<bool> passed{false};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      const ClientAddress address = V4(t % 2 == 0 ? "192.0.2.1" : "192.0.2.2");
      for (int i = 0; i < 2'000; ++i) {
        if (counts.Add(address).has_value()) continue;
        if (open.fetch_add(1) >= 6) passed = true;
        open.fetch_sub(1);
        counts.Remove(address);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_FALSE(passed);
  EXPECT_EQ(counts.open(), 0U);
}

}  // namespace
}  // namespace corsac
