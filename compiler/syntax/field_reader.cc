// Types of values. Entries: FieldReader::Read() and its companions.
// Tested by tests/compiler/parse_test.cc.
#include "compiler/syntax/field_reader.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "compiler/origins/written_text.h"

namespace corsac {
namespace {

using Type = TomlValue::Type;

std::string_view FoundName(const TomlValue& value) {
  switch (value.type) {
    case Type::kString:
      return "a string";
    case Type::kInteger:
      return "a whole number";
    case Type::kFloat:
      return "a number with a fraction";
    case Type::kBoolean:
      return "true or false";
    case Type::kDate:
      return "a date";
    case Type::kTime:
      return "a time";
    case Type::kDateTime:
      return "a date and time";
    case Type::kArray: {
      const bool tables =
          !value.items.empty() && value.items.front().type == Type::kTable;
      return tables ? "a list of tables" : "a list";
    }
    case Type::kTable:
      return "a table";
  }
  return "";
}

bool IsScalar(const TomlValue& value) {
  return value.type != Type::kArray && value.type != Type::kTable;
}

bool IsWholeNumber(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  constexpr std::size_t kMaxDigits = 9;
  return !text.empty() && text.size() <= kMaxDigits &&
         text.find_first_not_of("0123456789") == std::string_view::npos &&
         (text == "0" || text.front() != '0');
}

// A float as TOML writes it: the tree does not keep its value, which rules have
// no use for. What cannot be read is no number, and so in no range.
double FloatOf(std::string_view source) {
  std::string text(source);
  std::erase(text, '_');
  if (text.starts_with('+')) text.erase(0, 1);
  double value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = end == text.data() + text.size();
  return error == std::errc() && whole
             ? value
             : std::numeric_limits<double>::quiet_NaN();
}

template <class T>
std::optional<Spanned<T>> Take(TomlEntry& entry, T value) {
  return Spanned<T>{std::move(value), entry.value.span, entry.key_span};
}

}  // namespace

void FieldReader::Read(TomlEntry& entry, std::optional<AstBool>& field) {
  if (entry.value.type == Type::kBoolean) {
    field = Take(entry, entry.value.boolean);
  } else {
    Mismatch(entry.value, entry.key, Wanted::kBoolean, false);
  }
}

void FieldReader::Read(TomlEntry& entry, std::optional<AstInteger>& field) {
  if (entry.value.type == Type::kInteger) {
    field = Take(entry, entry.value.integer);
  } else {
    Mismatch(entry.value, entry.key, Wanted::kInteger, false);
  }
}

void FieldReader::Read(TomlEntry& entry, std::optional<AstString>& field) {
  if (entry.value.type == Type::kString) {
    field = Take(entry, std::move(entry.value.text));
  } else {
    Mismatch(entry.value, entry.key, Wanted::kString, false);
  }
}

void FieldReader::ReadNumber(TomlEntry& entry,
                             std::optional<Spanned<double>>& field) {
  if (entry.value.type == Type::kInteger) {
    field = Take(entry, static_cast<double>(entry.value.integer));
  } else if (entry.value.type == Type::kFloat) {
    field = Take(entry, FloatOf(SourceOf(entry.value.span)));
  } else {
    Mismatch(entry.value, entry.key, Wanted::kNumber, false);
  }
}

void FieldReader::ReadDate(TomlEntry& entry, std::optional<AstString>& field) {
  if (entry.value.type == Type::kString || entry.value.type == Type::kDate) {
    field = Take(entry, std::move(entry.value.text));
  } else {
    Mismatch(entry.value, entry.key, Wanted::kDate, false);
  }
}

void FieldReader::Read(TomlEntry& entry, std::optional<AstStrings>& field) {
  if (entry.value.type == Type::kArray) {
    ReadItems(entry, field.emplace());
  } else {
    Mismatch(entry.value, entry.key, Wanted::kStrings, false);
  }
}

void FieldReader::ReadStarOrStrings(TomlEntry& entry,
                                    std::optional<AstStrings>& field) {
  if (entry.value.type == Type::kArray) {
    ReadItems(entry, field.emplace());
  } else if (entry.value.type == Type::kString && entry.value.text == "*") {
    AstStrings& strings = field.emplace();
    strings.is_list = false;
    strings.span = entry.value.span;
    strings.key_span = entry.key_span;
    strings.items.push_back(
        {std::move(entry.value.text), entry.value.span, Span{}});
  } else {
    Mismatch(entry.value, entry.key, Wanted::kStarOrStrings, false);
  }
}

void FieldReader::ReadItems(TomlEntry& entry, AstStrings& strings) {
  strings.span = entry.value.span;
  strings.key_span = entry.key_span;
  strings.items.reserve(entry.value.items.size());
  for (TomlValue& item : entry.value.items) {
    if (item.type == Type::kString) {
      strings.items.push_back({std::move(item.text), item.span, Span{}});
    } else {
      Mismatch(item, entry.key, Wanted::kString, true);
    }
  }
}

void FieldReader::Read(TomlEntry& entry, std::optional<AstOrigins>& field) {
  if (entry.value.type != Type::kArray) {
    Mismatch(entry.value, entry.key, Wanted::kOrigins, false);
    return;
  }
  AstOrigins& origins = field.emplace();
  origins.span = entry.value.span;
  origins.key_span = entry.key_span;
  origins.items.reserve(entry.value.items.size());
  const auto plain =
      std::lower_bound(plain_.begin(), plain_.end(), origins.span.begin,
                       [](const PlainArray& array, std::uint32_t begin) {
                         return array.begin < begin;
                       });
  if (plain != plain_.end() && plain->begin == origins.span.begin) {
    origins.plain = std::move(plain->origins);
  }
  for (TomlValue& item : entry.value.items) {
    if (auto origin = ReadOrigin(item, entry.key)) {
      origins.items.push_back(*std::move(origin));
    }
  }
}

std::optional<AstOrigin> FieldReader::ReadOrigin(TomlValue& value,
                                                 std::string_view key) {
  if (value.type == Type::kTable) return ReadOriginTable(value);
  if (value.type != Type::kString) {
    Finding& finding = Mismatch(value, key, Wanted::kString, true);
    finding.fix.reset();
    finding.help =
        "write an origin such as \"https://app.example.com\", or a table such "
        "as { regex = '…' }";
    return std::nullopt;
  }
  AstOrigin origin;
  origin.span = value.span;
  origin.text = {std::move(value.text), value.span, Span{}};
  return origin;
}

// Exactly one of `regex`, `host_regex` and `file` says what the entry is.
std::optional<AstOrigin> FieldReader::ReadOriginTable(TomlValue& value) {
  using Form = AstOrigin::Form;
  constexpr std::array<std::pair<std::string_view, Form>, 3> kForms{
      {{"regex", Form::kRegex},
       {"host_regex", Form::kHostRegex},
       {"file", Form::kFile}}};
  AstOrigin origin;
  origin.span = value.span;
  std::optional<AstString> text;
  const TomlEntry* form_entry = nullptr;
  const TomlEntry* extra = nullptr;  // `schemes` or `ports`
  bool sound = true;
  bool unknown = false;
  for (TomlEntry& entry : value.entries) {
    const auto* const form =
        std::find_if(kForms.begin(), kForms.end(),
                     [&](const auto& f) { return f.first == entry.key; });
    if (form != kForms.end() && form_entry != nullptr) {
      Finding& finding =
          sink_.Add(Code::kWrongType, entry.key_span,
                    Quoted(form_entry->key) + " and " + Quoted(entry.key) +
                        " in one origin rule");
      finding.help = "write an entry of its own for each";
      finding.related.push_back(
          {form_entry->key_span, Quoted(form_entry->key) + " is here"});
      sound = false;
    } else if (form != kForms.end()) {
      form_entry = &entry;
      origin.form = form->second;
      Read(entry, text);
    } else if (entry.key == "schemes" || entry.key == "ports") {
      Read(entry, entry.key == "ports" ? origin.ports : origin.schemes);
      if (extra == nullptr) extra = &entry;
    } else {
      ReportUnknown(TableKind::kOrigin, entry);
      unknown = true;
    }
  }
  if (form_entry == nullptr) {
    // A key that is misspelt is not missing too.
    if (unknown) return std::nullopt;
    sink_
        .Add(Code::kMissingKey, value.span,
             "an origin rule in braces without `regex`, `host_regex` or "
             "`file`")
        .help =
        "write { regex = '…' }, { host_regex = '…', schemes = [\"https\"] } or "
        "{ file = \"origins.txt\" }";
    return std::nullopt;
  }
  if (extra != nullptr && origin.form != Form::kHostRegex) {
    Finding& finding = sink_.Add(
        Code::kWrongType, extra->key_span,
        Quoted(extra->key) + " together with " + Quoted(form_entry->key));
    finding.help = "only `host_regex` goes with " + Quoted(extra->key) +
                   (origin.form == Form::kRegex
                        ? "; a `regex` matches scheme and port itself"
                        : "; a file has whole origins");
    sound = false;
  }
  if (!text || !sound) return std::nullopt;
  origin.text = *std::move(text);
  return origin;
}

bool FieldReader::ExpectTable(const TomlEntry& entry, std::string_view header) {
  if (entry.value.type == Type::kTable) return true;
  Finding& finding = Mismatch(entry.value, entry.key, Wanted::kTable, false);
  finding.help = "head the table " + Quoted(header);
  return false;
}

bool FieldReader::ExpectTables(TomlEntry& entry, std::string_view header) {
  if (entry.value.type != Type::kArray) {
    Finding& finding = Mismatch(entry.value, entry.key, Wanted::kTables, false);
    finding.help =
        "head each of the tables " + Quoted(header) + ", with two brackets";
    if (SourceOf(entry.value.span).starts_with('[')) {
      finding.fix = FixIt{entry.value.span, std::string(header)};
    }
    return false;
  }
  std::vector<TomlValue>& items = entry.value.items;
  for (const TomlValue& item : items) {
    if (item.type == Type::kTable) continue;
    Mismatch(item, entry.key, Wanted::kTable, true).help =
        "head each of the tables " + Quoted(header);
  }
  std::erase_if(
      items, [](const TomlValue& item) { return item.type != Type::kTable; });
  return true;
}

void FieldReader::ReportUnknown(TableKind kind, const TomlEntry& entry) {
  sink_.Add(UnknownKey(kind, entry.key, entry.key_span));
}

std::string_view FieldReader::NameOf(Wanted wanted) {
  switch (wanted) {
    case Wanted::kBoolean:
      return "true or false";
    case Wanted::kInteger:
      return "a whole number";
    case Wanted::kNumber:
      return "a number";
    case Wanted::kString:
      return "a string";
    case Wanted::kStrings:
      return "a list of strings";
    case Wanted::kStarOrStrings:
      return "`\"*\"` or a list of strings";
    case Wanted::kOrigins:
      return "a list of origins";
    case Wanted::kTable:
      return "a table";
    case Wanted::kTables:
      return "a list of tables";
    case Wanted::kDate:
      return "a date";
  }
  return "";
}

std::string_view FieldReader::ExampleOf(Wanted wanted) {
  switch (wanted) {
    case Wanted::kBoolean:
      return "true";
    case Wanted::kInteger:
      return "600";
    case Wanted::kNumber:
      return "2.5";
    case Wanted::kString:
      return "\"text\"";
    case Wanted::kStrings:
    case Wanted::kStarOrStrings:
      return "[\"one\", \"two\"]";
    case Wanted::kOrigins:
      return "[\"https://app.example.com\"]";
    case Wanted::kTable:
      return "{ … }";
    case Wanted::kTables:
      return "[{ … }]";
    case Wanted::kDate:
      return "2027-03-31";
  }
  return "";
}

Finding& FieldReader::Mismatch(const TomlValue& value, std::string_view key,
                               Wanted wanted, bool of_list) {
  std::string message = of_list ? "an entry of " : "";
  message += Quoted(key) + " must be ";
  message += NameOf(wanted);
  message += ", not ";
  message += FoundName(value);
  Finding& finding = sink_.Add(Code::kWrongType, value.span, message);
  finding.label = "this is ";
  finding.label += FoundName(value);
  finding.fix = FixOf(value, wanted);
  if (finding.fix) {
    finding.help = "write " + Quoted(finding.fix->text);
  } else {
    finding.help = of_list ? "write an entry such as `" : "write, say, `";
    if (!of_list) finding.help += std::string(key) + " = ";
    finding.help += ExampleOf(wanted);
    finding.help += '`';
  }
  return finding;
}

std::optional<FixIt> FieldReader::FixOf(const TomlValue& value,
                                        Wanted wanted) const {
  const std::string source(SourceOf(value.span));
  const bool is_string = value.type == Type::kString;
  switch (wanted) {
    case Wanted::kBoolean:
      if (is_string && (value.text == "true" || value.text == "false")) {
        return FixIt{value.span, value.text};
      }
      return std::nullopt;
    case Wanted::kInteger:
    case Wanted::kNumber:
      if (is_string && IsWholeNumber(value.text)) {
        return FixIt{value.span, value.text};
      }
      return std::nullopt;
    case Wanted::kString:
      if (IsScalar(value) && !is_string) {
        return FixIt{value.span, TomlString(source)};
      }
      if (value.type == Type::kArray && value.items.size() == 1 &&
          value.items.front().type == Type::kString) {
        return FixIt{value.span,
                     std::string(SourceOf(value.items.front().span))};
      }
      return std::nullopt;
    case Wanted::kStrings:
    case Wanted::kStarOrStrings:
    case Wanted::kOrigins:
      if (is_string) return FixIt{value.span, "[" + source + "]"};
      return std::nullopt;
    case Wanted::kTable:
    case Wanted::kTables:
    case Wanted::kDate:
      return std::nullopt;
  }
  return std::nullopt;
}

std::string_view FieldReader::SourceOf(Span span) const {
  return sources_.files()[span.file].text().substr(span.begin,
                                                   span.end - span.begin);
}

}  // namespace corsac
