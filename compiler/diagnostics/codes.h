// The catalogue of findings: every code that the compiler can report, with its
// stable spelling, default severity and a one-line title.
//
// Codes are public interface: an id never changes meaning and a retired id is
// not used again. docs/diagnostics.md has an entry for each, tests/golden a
// rule file for each but CORS904, which only a reload can meet;
// tests/compiler/golden_test.cc walks the catalogue to see to both.
#ifndef CORSAC_COMPILER_DIAGNOSTICS_CODES_H_
#define CORSAC_COMPILER_DIAGNOSTICS_CODES_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace corsac {

enum class Severity : std::uint8_t { kNote, kWarning, kError };

// Returns "note", "warning" or "error".
std::string_view SeverityName(Severity severity);

enum class Code : std::uint16_t {
#define CORSAC_CODE(name, id, severity, adjustable, title) name,
#include "compiler/diagnostics/codes.def"
#undef CORSAC_CODE
};

struct CodeInfo {
  Code code;
  std::string_view id;     // "CORS301"
  Severity severity;       // unless a rule file sets another level
  bool adjustable;         // may `[lints]` and `allow_lints` change it
  std::string_view title;  // what is wrong, in general
};

// Never fails: every enumerator has an entry.
const CodeInfo& InfoOf(Code code);

// Returns the code spelled `id` ("CORS301", case-sensitive), if there is one.
std::optional<Code> FindCode(std::string_view id);

// Every code, in order of id.
std::span<const CodeInfo> AllCodes();

}  // namespace corsac

#endif  // CORSAC_COMPILER_DIAGNOSTICS_CODES_H_
