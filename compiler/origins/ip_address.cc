// IPv4 and IPv6 addresses, read generously and written canonically.
// Tested by tests/compiler/origin_pattern_test.cc.
#include "compiler/origins/ip_address.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "compiler/origins/origin.h"

namespace corsac {
namespace {

constexpr std::size_t kPieces = 8;
using Ipv6Address = std::array<std::uint16_t, kPieces>;

// One part of an IPv4 address: decimal, 0x… hexadecimal or 0… octal.
std::optional<std::uint64_t> ParseIpv4Part(std::string_view part) {
  if (part.empty()) return std::nullopt;
  int base = 10;
  if (part.starts_with("0x") || part.starts_with("0X")) {
    part.remove_prefix(2);
    base = 16;
  } else if (part.size() > 1 && part.front() == '0') {
    part.remove_prefix(1);
    base = 8;
  }
  if (part.empty()) return 0;  // "0x" is zero
  std::uint64_t value = 0;
  const char* const end = part.data() + part.size();
  const auto [stop, error] = std::from_chars(part.data(), end, value, base);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::string DottedQuad(std::uint32_t address) {
  std::string out;
  for (const unsigned shift : {24U, 16U, 8U, 0U}) {
    if (!out.empty()) out += '.';
    out += std::to_string((address >> shift) & 0xFFU);
  }
  return out;
}

// Appends the pieces that `text` spells to `pieces`, the last of which may be a
// dotted quad.
bool ParsePieces(std::string_view text, std::vector<std::uint16_t>& pieces) {
  if (text.empty()) return true;
  const std::vector<std::string_view> parts = Split(text, ':');
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::string_view part = parts[i];
    if (i + 1 == parts.size() && IsDottedQuad(part)) {
      std::array<std::uint16_t, 4> octets{};
      const std::vector<std::string_view> quad = Split(part, '.');
      for (std::size_t k = 0; k < octets.size(); ++k) {
        std::from_chars(quad[k].data(), quad[k].data() + quad[k].size(),
                        octets[k]);
      }
      for (const std::size_t k : {0U, 2U}) {
        pieces.push_back(
            static_cast<std::uint16_t>(octets[k] * 256U + octets[k + 1]));
      }
      continue;
    }
    if (part.empty() || part.size() > 4) return false;
    std::uint16_t piece = 0;
    const char* const end = part.data() + part.size();
    const auto [stop, error] = std::from_chars(part.data(), end, piece, 16);
    if (error != std::errc() || stop != end) return false;
    pieces.push_back(piece);
  }
  return pieces.size() <= kPieces;
}

std::optional<Ipv6Address> ParseIpv6(std::string_view text) {
  std::vector<std::uint16_t> head;
  std::vector<std::uint16_t> tail;
  const std::size_t gap = text.find("::");
  if (!ParsePieces(text.substr(0, gap), head)) return std::nullopt;
  if (gap == std::string_view::npos) {
    if (head.size() != kPieces) return std::nullopt;
  } else {
    // A dotted quad may only be at the very end.
    if (text.substr(0, gap).find('.') != std::string_view::npos) {
      return std::nullopt;
    }
    if (!ParsePieces(text.substr(gap + 2), tail)) return std::nullopt;
    if (head.size() + tail.size() >= kPieces) return std::nullopt;
  }
  Ipv6Address address{};
  std::copy(head.begin(), head.end(), address.begin());
  std::copy(tail.rbegin(), tail.rend(), address.rbegin());
  return address;
}

// The first longest run of two or more zero pieces, which "::" stands for
// (RFC 5952, 4.2).
struct ZeroRun {
  std::size_t begin = kPieces;
  std::size_t size = 1;
};

ZeroRun LongestZeroRun(const Ipv6Address& address) {
  ZeroRun longest;
  for (std::size_t begin = 0; begin < kPieces; ++begin) {
    std::size_t end = begin;
    while (end < kPieces && address[end] == 0) ++end;
    if (end - begin > longest.size) longest = {begin, end - begin};
    begin = std::max(begin, end);
  }
  return longest;
}

std::string PrintIpv6(const Ipv6Address& address) {
  const ZeroRun gap = LongestZeroRun(address);
  std::string out;
  for (std::size_t i = 0; i < kPieces; ++i) {
    if (i == gap.begin) {
      out += "::";
      i += gap.size - 1;
      continue;
    }
    if (!out.empty() && out.back() != ':') out += ':';
    std::array<char, 4> digits{};
    const auto [end, error] = std::to_chars(
        digits.data(), digits.data() + digits.size(), address[i], 16);
    static_cast<void>(error);  // four digits always suffice
    out.append(digits.data(), end);
  }
  return out;
}

}  // namespace

std::optional<std::string> CanonicalIpv4(std::string_view text) {
  if (!text.empty() && text.back() == '.') text.remove_suffix(1);
  const std::vector<std::string_view> parts = Split(text, '.');
  if (parts.size() > 4) return std::nullopt;
  std::uint64_t address = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::optional<std::uint64_t> part = ParseIpv4Part(parts[i]);
    if (!part) return std::nullopt;
    if (i + 1 < parts.size()) {
      if (*part > 255) return std::nullopt;
      address = address * 256 + *part;
    } else {
      // The last part fills all the bytes that are left.
      const std::uint64_t room = std::uint64_t{1} << (8 * (4 - i));
      if (*part >= room) return std::nullopt;
      address = address * room + *part;
    }
  }
  return DottedQuad(static_cast<std::uint32_t>(address));
}

std::optional<std::string> CanonicalIpv6(std::string_view text) {
  const std::optional<Ipv6Address> address = ParseIpv6(text);
  if (!address) return std::nullopt;
  return PrintIpv6(*address);
}

}  // namespace corsac
