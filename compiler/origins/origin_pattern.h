// One entry of `origins`, as written → the rule it means, or what is wrong
// with it and what to write instead. docs/rules.md, "Origin rules", has the
// forms, and docs/diagnostics.md the codes CORS002 to CORS027.
//
// What is only unusual (upper case, a trailing slash, a default port, blanks
// around) is put right with a warning. Everything else that a browser would
// never send is an error, because the entry would never match anything.
#ifndef CORSAC_COMPILER_ORIGINS_ORIGIN_PATTERN_H_
#define CORSAC_COMPILER_ORIGINS_ORIGIN_PATTERN_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/diagnostics/finding.h"
#include "compiler/origins/written_text.h"

namespace corsac {

struct OriginPattern {
  enum class Kind : std::uint8_t {
    kInvalid,    // what is wrong is in the findings
    kAny,        // `*`
    kNull,       // `null`: allowed only where `allow_null` is set
    kFile,       // `file://`: allowed only where `allow_file` is set
    kExact,      // S://H[:n]
    kSubdomain,  // S://*.B, S://*.B:n, S://*.B:*
    kAnyPort,    // S://H:*
    kSet,        // @name
  };

  Kind kind = Kind::kInvalid;
  // In canonical form, as an author should write it. For kExact it is a
  // serialised origin that ParseOrigin() accepts; for kSet the name alone.
  std::string text;
  std::string scheme;                 // of the last three URL forms
  std::string host;                   // with brackets for IPv6; for kSubdomain
                                      // what follows "*."
  bool any_port = false;              // kSubdomain: `:*`
  std::optional<std::uint16_t> port;  // kExact and kSubdomain: `:n`
};

// Reads `written`. Appends what there is to say of it to `*findings`: for
// kInvalid exactly one error, otherwise warnings, notes, and, for a scheme that
// looks misspelt, an error that a rule file may silence (CORS019).
// O(length of the entry).
OriginPattern ParseOriginPattern(const WrittenText& written,
                                 std::vector<Finding>* findings);

// The canonical form of what the author of `text` seems to have meant, all
// mistakes mended; nothing if that cannot be told.
std::optional<std::string> SuggestOrigin(std::string_view text);

// Whether `host` (lower-case, with brackets for IPv6) can be the host of an
// http or https origin.
bool IsOriginHost(std::string_view host);

}  // namespace corsac

#endif  // CORSAC_COMPILER_ORIGINS_ORIGIN_PATTERN_H_
