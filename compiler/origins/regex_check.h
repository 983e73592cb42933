// Regex origins: whether RE2 takes them, and the pattern that the structured
// form (host_regex, schemes, ports) stands for. RE2 is behind this header.
#ifndef CORSAC_COMPILER_ORIGINS_REGEX_CHECK_H_
#define CORSAC_COMPILER_ORIGINS_REGEX_CHECK_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace corsac {

struct RegexError {
  std::string message;  // RE2's, in lower case: "missing )"
  // The offending fragment, as bytes [begin, end) of the pattern. The whole
  // pattern when RE2 does not say.
  std::size_t begin = 0;
  std::size_t end = 0;
};

// Compiles `pattern` as it will be for matching (table/regex_options.h) and
// says why it cannot be; nothing if it can. Microseconds for ordinary patterns;
// callers bound the length (kMaxRegexBytes).
std::optional<RegexError> CheckRegex(std::string_view pattern);

// The pattern for the whole origin whose host matches `host_regex`.
//
// `schemes` are lower-case, at least one. `ports` are "*" (any port, or none)
// or the digits of one; where it is the scheme's default, browsers leave it
// out, and so does the pattern. No ports: origins without a port.
std::string HostRegexPattern(std::string_view host_regex,
                             const std::vector<std::string>& schemes,
                             const std::vector<std::string>& ports);

}  // namespace corsac

#endif  // CORSAC_COMPILER_ORIGINS_REGEX_CHECK_H_
