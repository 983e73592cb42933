// The value of an Origin request header: the strict grammar of what a browser
// can send, and the parser for it.
//
//   origin = "null" / "file://" / web / app       at most 327 bytes, 0x21-0x7E
//   web    = ("http" / "https") "://" whost [":" port]
//   app    = scheme "://" ahost [":" port]        scheme not http, https, file
//   scheme = lower *63( lower / DIGIT / "+" / "-" / "." )
//   whost  = ipv4 / "[" ipv6 "]" / name
//   name   = label *("." label) ["."]             at most 254 bytes
//   label  = 1*63( lower / DIGIT / "-" / "_" )
//   ipv4   = four decimal octets without leading zeros; the only form that a
//            name whose last label is all digits, or 0x and hexadecimal digits,
//            may have
//   ipv6   = the canonical text of RFC 5952, hexadecimal pieces only
//   ahost  = 1*254( ALPHA / DIGIT / "-" / "_" / "." )
//   port   = 1..65535 without leading zeros; not 80 for http, not 443 for https
//
// What is outside of this language never meets a rule: a path, user
// information, upper case, a line break, `{` and `%` all end here. It follows
// what browsers send rather than Fetch's ABNF, which is narrower (no `_`) and
// no browser keeps to it.
#ifndef CORSAC_COMPILER_ORIGINS_ORIGIN_H_
#define CORSAC_COMPILER_ORIGINS_ORIGIN_H_

#include <cstdint>
#include <string_view>

namespace corsac {

// Why a value is not an origin, in the order in which the parser looks.
enum class OriginError : std::uint8_t {
  kNone,
  kEmpty,              // "empty"
  kTooLong,            // "too-long": more than 327 bytes
  kControlOrNonAscii,  // "control-or-non-ascii": a byte outside 0x20-0x7E
  kList,               // "list": a blank or a comma
  kSyntax,             // "syntax": no "://", or no scheme that can be
  kHasPath,            // "has-path": `/`, `?` or `#` after "://"
  kUserinfo,           // "userinfo": `@` after "://"
  kBadHost,            // "bad-host"
  kUppercase,          // "uppercase": right but for upper-case letters
  kBadPort,            // "bad-port"
  kDefaultPort,        // "default-port": `:80` of http or `:443` of https
};

// The spelling used in decision codes ("has-path"); "" for kNone.
std::string_view OriginErrorName(OriginError error);

enum class OriginKind : std::uint8_t {
  kNull,  // "null"
  kFile,  // "file://"
  kWeb,   // http or https
  kApp,   // any other scheme
};

// A parsed origin: views into the text that was parsed, valid as long as it is.
struct Origin {
  OriginKind kind = OriginKind::kNull;
  std::string_view text;    // the whole value
  std::string_view scheme;  // empty for kNull; "file" for kFile
  std::string_view host;    // with brackets for IPv6; empty for kNull and kFile
  std::uint16_t port = 0;   // 0 when absent

  // "scheme://host". Of kWeb and kApp.
  std::string_view text_before_port() const {
    return text.substr(0, scheme.size() + 3 + host.size());
  }
};

// Parses `value` into `*origin`. On failure says why and leaves `*origin`
// unspecified. O(value.size()), at most a constant for longer than 327 bytes;
// does not allocate.
//
// An upper-case letter is reported as such only where the value would be an
// origin in lower case; otherwise what else is wrong with it is reported.
OriginError ParseOrigin(std::string_view value, Origin* origin) noexcept;

// Whether `text` is an IPv4 address as `ipv4` above has it.
bool IsDottedQuad(std::string_view text) noexcept;

// Whether `text` (without brackets) is the canonical form of an IPv6 address.
bool IsCanonicalIpv6(std::string_view text) noexcept;

// Whether the last label of host `text` is numeric, so that only a dotted quad
// can be meant (URL standard, "ends in a number").
bool EndsInNumber(std::string_view text) noexcept;

}  // namespace corsac

#endif  // CORSAC_COMPILER_ORIGINS_ORIGIN_H_
