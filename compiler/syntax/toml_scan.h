// A first look over a TOML text: limits, and mistakes inside words.
//
// Internal: not installed.
#ifndef CORSAC_COMPILER_SYNTAX_TOML_SCAN_H_
#define CORSAC_COMPILER_SYNTAX_TOML_SCAN_H_

#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <vector>

#include "compiler/limits.h"
#include "compiler/syntax/plain_arrays.h"
#include "compiler/syntax/toml_lexer.h"

namespace corsac {

// Parameters, so that tests need no gigabytes.
struct TomlLimits {
  static constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

  std::size_t nesting = kMaxNesting;
  std::size_t values = kMaxValues;
  std::size_t tables = kMaxTables;
  // How many plain origins a list must have for TomlScan::plain. By default
  // none has enough.
  std::size_t long_list = kNone;
};

struct TomlScan {
  static constexpr std::uint32_t kNone = 0xFFFF'FFFF;

  // The first mistake; nothing after it was looked at.
  std::optional<TomlFault> fault;

  // Where the statement (a key with its value, or a table header) begins that
  // holds the fault, or else the last one.
  std::uint32_t statement = 0;

  // Where the last table header begins, or kNone.
  std::uint32_t last_header = kNone;

  // The brackets and braces that are open at the end of the scan, or at the
  // fault, outermost first.
  std::vector<std::uint32_t> open;

  // The plain entries of long lists that seem to be lists of origins: the value
  // of a key `origins`, or of a key under `[origin_sets]`. Of no use when there
  // is a fault.
  PlainArrays plain;
};

// Goes once over `text`, which must be UTF-8. The limits, past which there is a
// fault CORS914: values and dotted keys nest at most `nesting` deep; there are
// at most `values` keys and list entries, and at most `tables` headers and
// dotted keys.
TomlScan ScanToml(std::string_view text, const TomlLimits& limits = {});

}  // namespace corsac

#endif  // CORSAC_COMPILER_SYNTAX_TOML_SCAN_H_
