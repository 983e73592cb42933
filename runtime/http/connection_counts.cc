// Tested by tests/runtime/connection_counts_test.cc.
#include "runtime/http/connection_counts.h"

#include <netinet/in.h>

#include <cstring>

#include "compiler/check.h"

namespace corsac {

ClientAddress ClientAddress::Of(const sockaddr_storage& address) {
  ClientAddress result;
  if (address.ss_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &address, sizeof(v6));
    std::memcpy(result.bytes.data(), &v6.sin6_addr, sizeof(v6.sin6_addr));
  } else if (address.ss_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof(v4));
    std::array<unsigned char, 16> mapped{};  // ::ffff:a.b.c.d
    mapped[10] = mapped[11] = 0xFF;
    std::memcpy(&mapped[12], &v4.sin_addr, sizeof(v4.sin_addr));
    std::memcpy(result.bytes.data(), mapped.data(), mapped.size());
  }
  return result;
}

std::optional<CloseReason> ConnectionCounts::Add(const ClientAddress& address) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (open_ >= max_) return CloseReason::kMaxConnections;
  if (max_per_address_ > 0 && address != ClientAddress()) {
    std::size_t& count = per_address_[address];
    if (count >= max_per_address_) return CloseReason::kMaxPerAddress;
    ++count;
  }
  ++open_;
  return std::nullopt;
}

void ConnectionCounts::Remove(const ClientAddress& address) {
  const std::lock_guard<std::mutex> lock(mutex_);
  CORSAC_CHECK(open_ > 0);
  --open_;
  if (max_per_address_ == 0 || address == ClientAddress()) return;
  const auto at = per_address_.find(address);
  CORSAC_CHECK(at != per_address_.end());
  if (--at->second == 0) per_address_.erase(at);
}

std::size_t ConnectionCounts::open() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return open_;
}

}  // namespace corsac
