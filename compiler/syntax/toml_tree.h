// A TOML document as a tree of plain values, each with its place: what the TOML
// library found, in file order and without its types.
//
// Internal: not installed.
#ifndef CORSAC_COMPILER_SYNTAX_TOML_TREE_H_
#define CORSAC_COMPILER_SYNTAX_TOML_TREE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "compiler/diagnostics/finding.h"
#include "compiler/source/source_set.h"
#include "compiler/syntax/plain_arrays.h"

namespace corsac {

struct TomlEntry;

struct TomlValue {
  enum class Type : std::uint8_t {
    kString,
    kInteger,
    kFloat,
    kBoolean,
    kDate,
    kTime,
    kDateTime,
    kArray,
    kTable,
  };

  Type type = Type::kTable;
  bool boolean = false;
  std::int64_t integer = 0;
  // The value as written; of a table with a header the header, of a list of
  // such tables the first header, of a table that dotted keys imply the part of
  // the key that names it.
  Span span;
  std::string text;                // of a string, or a date as YYYY-MM-DD
  std::vector<TomlValue> items;    // of an array
  std::vector<TomlEntry> entries;  // of a table, in file order
};

struct TomlEntry {
  std::string key;
  Span key_span;  // as written, quotes included
  TomlValue value;
};

// Where the TOML library stopped, and what it said.
struct TomlError {
  std::uint32_t offset = 0;
  std::string description;
};

// Parses the first `bytes` of file `file`. Recursion is bounded by the nesting
// that ScanToml() allows, which must have been asked before. Never throws but
// for memory.
std::variant<TomlValue, TomlError> ParseToml(const SourceSet& sources,
                                             std::uint32_t file,
                                             std::size_t bytes);

// The same for the whole file without `cuts`, which must be those of
// TomlScan::plain. Places are those in the file; that of an error is near it.
std::variant<TomlValue, TomlError> ParseToml(const SourceSet& sources,
                                             std::uint32_t file,
                                             const std::vector<TextCut>& cuts);

struct TomlDocument {
  TomlValue root;
  // Entries of lists of origins that are not in the tree. Each list is in it,
  // at a place where FieldReader reads AstOrigins.
  std::vector<PlainArray> plain;
  // Where the last table header of the file begins, or TomlScan::kNone.
  std::uint32_t last_header = 0;
};

// Reads rule file `file` of `sources`, or reports what is wrong with it: one
// finding, for nothing sound can be said of what follows. A list with
// `long_list` plain origins or more is long.
std::optional<TomlDocument> ReadToml(const SourceSet& sources,
                                     std::uint32_t file, FindingSink& sink,
                                     std::size_t long_list = kLongList);

}  // namespace corsac

#endif  // CORSAC_COMPILER_SYNTAX_TOML_TREE_H_
