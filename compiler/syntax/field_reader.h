// From a value of the tree to a field of the Ast, with its type checked.
//
// Internal: not installed.
#ifndef CORSAC_COMPILER_SYNTAX_FIELD_READER_H_
#define CORSAC_COMPILER_SYNTAX_FIELD_READER_H_

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "compiler/diagnostics/finding.h"
#include "compiler/source/source_set.h"
#include "compiler/syntax/ast.h"
#include "compiler/syntax/known_keys.h"
#include "compiler/syntax/plain_arrays.h"
#include "compiler/syntax/toml_tree.h"

namespace corsac {

// Each Read… sets `field` to what `entry` holds, or reports a value of the
// wrong type and leaves the field absent; a list loses just the entries that
// are wrong. Strings are moved out of the tree. Not thread-safe.
class FieldReader {
 public:
  // `plain` holds the entries of long lists that are not in the tree; they are
  // moved out of it.
  FieldReader(const SourceSet& sources, FindingSink& sink,
              std::vector<PlainArray>& plain)
      : sources_(sources), sink_(sink), plain_(plain) {}

  void Read(TomlEntry& entry, std::optional<AstBool>& field);
  void Read(TomlEntry& entry, std::optional<AstInteger>& field);
  void Read(TomlEntry& entry, std::optional<AstString>& field);

  // A list of strings.
  void Read(TomlEntry& entry, std::optional<AstStrings>& field);

  // A number, with or without a fraction.
  void ReadNumber(TomlEntry& entry, std::optional<Spanned<double>>& field);

  // `"*"` or a list of strings.
  void ReadStarOrStrings(TomlEntry& entry, std::optional<AstStrings>& field);

  void Read(TomlEntry& entry, std::optional<AstOrigins>& field);

  // A string, or a date written without quotes.
  void ReadDate(TomlEntry& entry, std::optional<AstString>& field);

  // Returns whether `entry` is a table; reports it otherwise. `header` is how
  // the table's header is written.
  bool ExpectTable(const TomlEntry& entry, std::string_view header);

  // Returns whether `entry` is a list of tables or an empty list, and reports
  // it otherwise. Entries that are no tables are reported and removed.
  bool ExpectTables(TomlEntry& entry, std::string_view header);

  void ReportUnknown(TableKind kind, const TomlEntry& entry);

  FindingSink& sink() { return sink_; }

 private:
  enum class Wanted : std::uint8_t {
    kBoolean,
    kInteger,
    kNumber,
    kString,
    kStrings,
    kStarOrStrings,
    kOrigins,
    kTable,
    kTables,
    kDate,
  };

  static std::string_view NameOf(Wanted wanted);
  static std::string_view ExampleOf(Wanted wanted);

  // Adds the finding for `value` of `key`, or, if `of_list`, for an entry of
  // it.
  Finding& Mismatch(const TomlValue& value, std::string_view key, Wanted wanted,
                    bool of_list);
  // The edit that gives `value` the type that is wanted, if there is one.
  std::optional<FixIt> FixOf(const TomlValue& value, Wanted wanted) const;

  std::string_view SourceOf(Span span) const;
  void ReadItems(TomlEntry& entry, AstStrings& strings);
  std::optional<AstOrigin> ReadOrigin(TomlValue& value, std::string_view key);
  std::optional<AstOrigin> ReadOriginTable(TomlValue& value);

  const SourceSet& sources_;
  FindingSink& sink_;
  std::vector<PlainArray>& plain_;
};

}  // namespace corsac

#endif  // CORSAC_COMPILER_SYNTAX_FIELD_READER_H_
