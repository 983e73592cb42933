// The one door to the TOML library. Entry: ParseToml().
// Tested by tests/compiler/parse_test.cc.
//
// What is known of toml++ 3.3 and guarded against here or in ScanToml():
//   * it checks some malformed input with assert(); the shared library is
//     built without, and so is what this file instantiates;
//   * columns count code points, and only the text can turn them into bytes;
//   * tables come sorted by key;
//   * dotted keys nest without bound.
#define TOML_ASSERT(condition) static_cast<void>(0)  // NOLINT

#include <toml++/toml.h>

#include <algorithm>
#include <utility>

#include "compiler/syntax/toml_tree.h"

namespace corsac {
namespace {

// Turns the library's places into offsets. They are asked for mostly in file
// order, so the last line and place are kept: to go on from there costs the
// distance rather than the length of the line.
class Offsets {
 public:
  // `file` is what the library was shown: file `index`, or what `cut` left.
  Offsets(const SourceFile& file, std::uint32_t index,
          const CutText* cut = nullptr)
      : file_(file), index_(index), cut_(cut) {}

  std::uint32_t Of(const toml::source_position& place) {
    const std::uint32_t offset = ShownOffset(place);
    return cut_ == nullptr ? offset : cut_->WholeOffset(offset);
  }

  Span Of(const toml::source_region& region) {
    Span span;
    span.file = index_;
    span.begin = Of(region.begin);
    span.end = std::max(span.begin, Of(region.end));
    return span;
  }

 private:
  std::uint32_t ShownOffset(const toml::source_position& place) {
    if (place.line < 1 || place.line > file_.line_count()) {
      return static_cast<std::uint32_t>(file_.text().size());
    }
    if (place.line != line_ || place.column < column_) {
      line_ = place.line;
      column_ = 1;
      offset_ = file_.LineStart(line_);
    }
    const std::string_view text = file_.text();
    while (column_ < place.column && offset_ < text.size()) {
      ++offset_;
      while (offset_ < text.size() &&
             (static_cast<unsigned char>(text[offset_]) & 0xC0U) == 0x80U) {
        ++offset_;
      }
      ++column_;
    }
    return offset_;
  }

  const SourceFile& file_;
  std::uint32_t index_;
  const CutText* cut_;
  std::uint32_t line_ = 0;
  std::uint32_t column_ = 1;
  std::uint32_t offset_ = 0;
};

// "2027-03-31".
std::string DateText(const toml::date& date) {
  const auto padded = [](unsigned value, std::size_t digits) {
    std::string text = std::to_string(value);
    text.insert(0, digits - std::min(digits, text.size()), '0');
    return text;
  };
  return padded(date.year, 4) + "-" + padded(date.month, 2) + "-" +
         padded(date.day, 2);
}

TomlValue Convert(toml::node& node, Offsets& offsets);

void ConvertTable(toml::table& table, Offsets& offsets, TomlValue& value) {
  value.type = TomlValue::Type::kTable;
  std::vector<std::pair<const toml::key*, toml::node*>> in_order;
  in_order.reserve(table.size());
  for (auto&& [key, child] : table) in_order.emplace_back(&key, &child);
  std::sort(in_order.begin(), in_order.end(), [](const auto& a, const auto& b) {
    return a.first->source().begin < b.first->source().begin;
  });
  value.entries.reserve(in_order.size());
  for (const auto& [key, child] : in_order) {
    TomlEntry& entry = value.entries.emplace_back();
    entry.key = std::string(key->str());
    entry.key_span = offsets.Of(key->source());
    entry.value = Convert(*child, offsets);
  }
}

void ConvertArray(toml::array& array, Offsets& offsets, TomlValue& value) {
  value.type = TomlValue::Type::kArray;
  value.items.reserve(array.size());
  for (toml::node& item : array) value.items.push_back(Convert(item, offsets));
}

// The library stretches the region of a list of tables over all of them; what
// is to be pointed at is the first header.
Span ListSpan(const toml::array& array, Span span, Offsets& offsets) {
  const bool has_headers =
      !array.empty() && offsets.Of(array.front().source().begin) == span.begin;
  return has_headers ? offsets.Of(array.front().source()) : span;
}

TomlValue Convert(toml::node& node, Offsets& offsets) {
  TomlValue value;
  value.span = offsets.Of(node.source());
  if (auto* table = node.as_table()) {
    ConvertTable(*table, offsets, value);
  } else if (auto* array = node.as_array()) {
    value.span = ListSpan(*array, value.span, offsets);
    ConvertArray(*array, offsets, value);
  } else if (auto* text = node.as_string()) {
    value.type = TomlValue::Type::kString;
    value.text = std::move(text->get());
  } else if (auto* integer = node.as_integer()) {
    value.type = TomlValue::Type::kInteger;
    value.integer = integer->get();
  } else if (auto* boolean = node.as_boolean()) {
    value.type = TomlValue::Type::kBoolean;
    value.boolean = boolean->get();
  } else if (auto* date = node.as_date()) {
    value.type = TomlValue::Type::kDate;
    value.text = DateText(date->get());
  } else if (node.is_time()) {
    value.type = TomlValue::Type::kTime;
  } else if (node.is_date_time()) {
    value.type = TomlValue::Type::kDateTime;
  } else {
    value.type = TomlValue::Type::kFloat;
  }
  return value;
}

std::variant<TomlValue, TomlError> ParseText(std::string_view text,
                                             Offsets& offsets) {
  try {
    toml::table root = toml::parse(text, std::string_view());
    return Convert(root, offsets);
  } catch (const toml::parse_error& error) {
    TomlError result;
    result.offset = offsets.Of(error.source().begin);
    result.description = std::string(error.description());
    return result;
  }
}

}  // namespace

std::variant<TomlValue, TomlError> ParseToml(const SourceSet& sources,
                                             std::uint32_t file,
                                             std::size_t bytes) {
  const SourceFile& source = sources.files()[file];
  Offsets offsets(source, file);
  const std::string_view text = source.text().substr(0, bytes);
  auto parsed = ParseText(text, offsets);
  if (auto* error = std::get_if<TomlError>(&parsed)) {
    error->offset =
        std::min(error->offset, static_cast<std::uint32_t>(text.size()));
  }
  return parsed;
}

std::variant<TomlValue, TomlError> ParseToml(const SourceSet& sources,
                                             std::uint32_t file,
                                             const std::vector<TextCut>& cuts) {
  const SourceFile& source = sources.files()[file];
  CutText cut(source.text(), cuts);
  const SourceFile shown(source.name(), source.path(), cut.TakeText(), true);
  Offsets offsets(shown, file, &cut);
  return ParseText(shown.text(), offsets);
}

}  // namespace corsac
