// Reading the settings file of a program: a flat TOML file, one key for each
// setting. The caller knows the keys and what type each has; what is returned
// is typed and has its place, so that the caller can point at a value that it
// cannot use.
//
// Internal: not installed.
#ifndef CORSAC_COMPILER_SYNTAX_SETTINGS_READER_H_
#define CORSAC_COMPILER_SYNTAX_SETTINGS_READER_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "compiler/diagnostics/finding.h"
#include "compiler/source/source_set.h"

namespace corsac {

enum class SettingType : std::uint8_t {
  kBoolean,
  kInteger,
  kNumber,  // with or without a fraction
  kString,
  kStrings,  // a list of strings
};

struct SettingKey {
  std::string_view name;
  SettingType type = SettingType::kString;
};

struct SettingItem {
  std::string text;
  Span span;
};

struct SettingEntry {
  std::size_t key = 0;  // index into the keys that were asked for
  // By type, in the order of SettingType.
  std::variant<bool, std::int64_t, double, std::string,
               std::vector<SettingItem>>
      value;
  Span key_span;
  Span span;
};

// Reads the file that `sources` (of SourceSet::ReadSettings()) holds, if it
// could be read. Reports what is no TOML, keys that are not in `keys` with the
// nearest that is, keys given twice and values of the wrong type; what was
// reported is left out. Entries are in file order, at most one for each key.
// Never throws but for memory.
std::vector<SettingEntry> ReadSettings(const SourceSet& sources,
                                       std::span<const SettingKey> keys,
                                       FindingSink& sink);

}  // namespace corsac

#endif  // CORSAC_COMPILER_SYNTAX_SETTINGS_READER_H_
