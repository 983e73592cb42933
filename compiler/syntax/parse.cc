// Pass 1: which key may stand where, and what it becomes. Entry: Parse().
// Tested by tests/compiler/parse_test.cc.
#include "compiler/syntax/parse.h"

#include <algorithm>
#include <array>
#include <utility>

#include "compiler/syntax/field_reader.h"
#include "compiler/syntax/known_keys.h"
#include "compiler/syntax/toml_scan.h"
#include "compiler/syntax/toml_tree.h"

namespace corsac {
namespace {

// A key and how it is read into a `Target`.
template <class Target>
struct Field {
  std::string_view name;
  void (*read)(FieldReader& reader, TomlEntry& entry, Target& target);
};

// A key whose type alone says how it is read.
template <auto Member, class Target>
void ReadMember(FieldReader& reader, TomlEntry& entry, Target& target) {
  reader.Read(entry, target.*Member);
}

template <auto Member, class Target>
void ReadStarMember(FieldReader& reader, TomlEntry& entry, Target& target) {
  reader.ReadStarOrStrings(entry, target.*Member);
}

using P = AstPolicyFields;

constexpr std::array<Field<P>, 18> kPolicyFields{{
    {"origins", ReadMember<&P::origins>},
    {"credentials", ReadMember<&P::credentials>},
    {"methods", ReadStarMember<&P::methods>},
    {"methods_strict", ReadMember<&P::methods_strict>},
    {"headers", ReadMember<&P::headers>},
    {"expose", ReadStarMember<&P::expose>},
    {"expose_mode", ReadMember<&P::expose_mode>},
    {"max_age", ReadMember<&P::max_age>},
    {"preflight_status", ReadMember<&P::preflight_status>},
    {"preflight_diagnostics", ReadMember<&P::preflight_diagnostics>},
    {"mode", ReadMember<&P::mode>},
    {"self_origins", ReadMember<&P::self_origins>},
    {"allow_null", ReadMember<&P::allow_null>},
    {"allow_file", ReadMember<&P::allow_file>},
    {"private_network", ReadMember<&P::private_network>},
    {"timing_allow_origin", ReadStarMember<&P::timing_allow_origin>},
    {"upstream_cors", ReadMember<&P::upstream_cors>},
    {"websocket_origin", ReadMember<&P::websocket_origin>},
}};

constexpr std::array<Field<AstTrust>, 5> kTrustFields{{
    {"own_domains", ReadMember<&AstTrust::own_domains>},
    {"trusted_origins", ReadMember<&AstTrust::trusted_origins>},
    {"api_scheme", ReadMember<&AstTrust::api_scheme>},
    {"production", ReadMember<&AstTrust::production>},
    {"psl", ReadMember<&AstTrust::psl>},
}};

void ReadUntil(FieldReader& reader, TomlEntry& entry, AstAllowLint& allow) {
  reader.ReadDate(entry, allow.until);
}

constexpr std::array<Field<AstAllowLint>, 3> kAllowLintFields{{
    {"lint", ReadMember<&AstAllowLint::lint>},
    {"reason", ReadMember<&AstAllowLint::reason>},
    {"until", ReadUntil},
}};

void ReadAllowLints(FieldReader& reader, TomlEntry& entry, AstRoute& route);

constexpr std::array<Field<AstRoute>, 7> kRouteFields{{
    {"id", ReadMember<&AstRoute::id>},
    {"path", ReadMember<&AstRoute::path>},
    {"host", ReadMember<&AstRoute::host>},
    {"for_methods", ReadMember<&AstRoute::for_methods>},
    {"policy", ReadMember<&AstRoute::policy>},
    {"cors", ReadMember<&AstRoute::cors>},
    {"allow_lints", ReadAllowLints},
}};

// The names for "did you mean" are the names that are read.
template <class Fields, class Names>
constexpr bool SameNames(const Fields& fields, const Names& names) {
  if (fields.size() != names.size()) return false;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (fields[i].name != names[i]) return false;
  }
  return true;
}
static_assert(SameNames(kPolicyFields, kPolicyKeys));
static_assert(SameNames(kTrustFields, kTrustKeys));
static_assert(SameNames(kAllowLintFields, kAllowLintKeys));
static_assert(SameNames(kRouteFields, kRouteKeys));

// Reads `entry` if it is one of `fields`; returns whether it is.
template <class Target, std::size_t Size>
bool ReadField(FieldReader& reader, TomlEntry& entry,
               const std::array<Field<Target>, Size>& fields, Target& target) {
  for (const Field<Target>& field : fields) {
    if (field.name != entry.key) continue;
    field.read(reader, entry, target);
    return true;
  }
  return false;
}

// Reads every entry of `table`.
template <class Target, std::size_t Size>
void ReadTable(FieldReader& reader, TomlValue& table, TableKind kind,
               const std::array<Field<Target>, Size>& fields, Target& target) {
  for (TomlEntry& entry : table.entries) {
    if (!ReadField(reader, entry, fields, target)) {
      reader.ReportUnknown(kind, entry);
    }
  }
}

void ReadAllowLints(FieldReader& reader, TomlEntry& entry, AstRoute& route) {
  if (!reader.ExpectTables(entry, "[[route.allow_lints]]")) return;
  for (TomlValue& item : entry.value.items) {
    AstAllowLint& allow = route.allow_lints.emplace_back();
    allow.span = item.span;
    ReadTable(reader, item, TableKind::kAllowLint, kAllowLintFields, allow);
  }
}

AstRoute ReadRoute(FieldReader& reader, TomlValue& table) {
  AstRoute route;
  route.span = table.span;
  for (TomlEntry& entry : table.entries) {
    if (!ReadField(reader, entry, kRouteFields, route) &&
        !ReadField(reader, entry, kPolicyFields, route.fields)) {
      reader.ReportUnknown(TableKind::kRoute, entry);
    }
  }
  return route;
}

void ReadPolicies(FieldReader& reader, TomlEntry& entry, AstFile& file) {
  if (!reader.ExpectTable(entry, "[policies.NAME]")) return;
  for (TomlEntry& named : entry.value.entries) {
    if (!reader.ExpectTable(named, "[policies." + named.key + "]")) continue;
    AstPolicy& policy = file.policies.emplace_back();
    policy.name = {named.key, named.key_span, named.key_span};
    policy.span = named.value.span;
    ReadTable(reader, named.value, TableKind::kPolicy, kPolicyFields,
              policy.fields);
  }
}

void ReadOriginSets(FieldReader& reader, TomlEntry& entry, AstFile& file) {
  if (!reader.ExpectTable(entry, "[origin_sets]")) return;
  for (TomlEntry& named : entry.value.entries) {
    std::optional<AstOrigins> origins;
    reader.Read(named, origins);
    if (!origins) continue;
    file.origin_sets.push_back(
        {{named.key, named.key_span, named.key_span}, *std::move(origins)});
  }
}

void ReadLints(FieldReader& reader, TomlEntry& entry, AstFile& file) {
  if (!reader.ExpectTable(entry, "[lints]")) return;
  for (TomlEntry& named : entry.value.entries) {
    std::optional<AstString> level;
    reader.Read(named, level);
    if (!level) continue;
    file.lints.push_back(
        {{named.key, named.key_span, named.key_span}, *std::move(level)});
  }
}

// The last place in `value` where a table begins.
std::uint32_t LastTableIn(const TomlValue& value) {
  std::uint32_t last =
      value.type == TomlValue::Type::kTable ? value.span.begin : 0;
  for (const TomlValue& item : value.items) {
    last = std::max(last, LastTableIn(item));
  }
  for (const TomlEntry& entry : value.entries) {
    last = std::max(last, LastTableIn(entry.value));
  }
  return last;
}

// Reads one file. The top level is where tables of several shapes meet.
class FileParser {
 public:
  // `plain` is that of the document that Run() is given.
  FileParser(const SourceSet& sources, std::uint32_t index, FindingSink& sink,
             std::vector<PlainArray>& plain)
      : text_(sources.files()[index].text()), reader_(sources, sink, plain) {
    file_.file = index;
  }

  AstFile Run(TomlDocument& document) {
    for (TomlEntry& entry : document.root.entries) {
      if (!ReadField(reader_, entry, kTopFields, *this)) {
        reader_.ReportUnknown(TableKind::kTop, entry);
      } else if (entry.key == "route") {
        MarkLast(document);
      }
    }
    return std::move(file_);
  }

 private:
  void ReadRoutes(TomlEntry& entry) {
    if (!reader_.ExpectTables(entry, "[[route]]")) return;
    std::vector<TomlValue>& tables = entry.value.items;
    file_.routes.reserve(tables.size());
    for (TomlValue& table : tables) {
      last_table_ = LastTableIn(table);
      file_.routes.push_back(ReadRoute(reader_, table));
      file_.routes.back().position =
          static_cast<std::uint32_t>(file_.routes.size());
    }
  }

  // The last route ends the file if no header follows it but those of tables
  // inside it. One in braces is closed, so that nothing of it can be missing.
  void MarkLast(const TomlDocument& document) {
    if (file_.routes.empty() || document.last_header == TomlScan::kNone) return;
    AstRoute& route = file_.routes.back();
    const bool has_header = text_.substr(route.span.begin).starts_with("[[");
    route.last_in_file = has_header &&
                         document.last_header >= route.span.begin &&
                         document.last_header <= last_table_;
  }

  template <auto Member>
  static void ReadTop(FieldReader& reader, TomlEntry& entry,
                      FileParser& parser) {
    reader.Read(entry, parser.file_.*Member);
  }

  static void ReadTrust(FieldReader& reader, TomlEntry& entry,
                        FileParser& parser) {
    if (!reader.ExpectTable(entry, "[trust]")) return;
    AstTrust& trust = parser.file_.trust.emplace();
    trust.span = entry.value.span;
    ReadTable(reader, entry.value, TableKind::kTrust, kTrustFields, trust);
  }

  static void ReadDefaults(FieldReader& reader, TomlEntry& entry,
                           FileParser& parser) {
    if (!reader.ExpectTable(entry, "[defaults]")) return;
    ReadTable(reader, entry.value, TableKind::kDefaults, kPolicyFields,
              parser.file_.defaults.emplace());
  }

  template <void (*ReadFile)(FieldReader&, TomlEntry&, AstFile&)>
  static void ReadInto(FieldReader& reader, TomlEntry& entry,
                       FileParser& parser) {
    ReadFile(reader, entry, parser.file_);
  }

  static void ReadRouteList(FieldReader&, TomlEntry& entry,
                            FileParser& parser) {
    parser.ReadRoutes(entry);
  }

  static constexpr std::array<Field<FileParser>, 8> kTopFields{{
      {"version", ReadTop<&AstFile::version>},
      {"unmatched", ReadTop<&AstFile::unmatched>},
      {"trust", ReadTrust},
      {"defaults", ReadDefaults},
      {"origin_sets", ReadInto<ReadOriginSets>},
      {"policies", ReadInto<ReadPolicies>},
      {"route", ReadRouteList},
      {"lints", ReadInto<ReadLints>},
  }};
  static_assert(SameNames(kTopFields, kTopKeys));

  std::string_view text_;
  FieldReader reader_;
  AstFile file_;
  std::uint32_t last_table_ = 0;  // where the last table in the last route is
};

}  // namespace

Ast Parse(const SourceSet& sources, FindingSink& sink, std::size_t long_list) {
  Ast ast;
  for (std::uint32_t i = 0; i < sources.files().size(); ++i) {
    if (!sources.files()[i].is_rule_file()) continue;
    std::optional<TomlDocument> document =
        ReadToml(sources, i, sink, long_list);
    if (!document) continue;
    ast.files.push_back(
        FileParser(sources, i, sink, document->plain).Run(*document));
  }
  return ast;
}

}  // namespace corsac
