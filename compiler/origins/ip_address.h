// IP addresses as people write them, and as browsers send them in an Origin.
#ifndef CORSAC_COMPILER_ORIGINS_IP_ADDRESS_H_
#define CORSAC_COMPILER_ORIGINS_IP_ADDRESS_H_

#include <optional>
#include <string>
#include <string_view>

namespace corsac {

// The dotted quad that a browser makes of host `text` ("127.1", "0x7f.0.0.1",
// "2130706433", "127.0.0.1."), or nothing if it is no IPv4 address at all (URL
// standard, "IPv4 parser").
std::optional<std::string> CanonicalIpv4(std::string_view text);

// The text of RFC 5952, with hexadecimal pieces only as browsers write it, of
// the IPv6 address `text` (without brackets or zone; a dotted quad may be its
// tail), or nothing if it is none (URL standard, "IPv6 parser").
std::optional<std::string> CanonicalIpv6(std::string_view text);

}  // namespace corsac

#endif  // CORSAC_COMPILER_ORIGINS_IP_ADDRESS_H_
