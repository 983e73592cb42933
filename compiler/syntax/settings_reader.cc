// A settings file as typed entries. Entry: ReadSettings().
// Tested by tests/compiler/settings_reader_test.cc.
#include "compiler/syntax/settings_reader.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "compiler/check.h"
#include "compiler/syntax/ast.h"
#include "compiler/syntax/field_reader.h"
#include "compiler/syntax/known_keys.h"
#include "compiler/syntax/plain_arrays.h"
#include "compiler/syntax/toml_scan.h"
#include "compiler/syntax/toml_tree.h"

namespace corsac {
namespace {

// What is wrong with TOML is explained to the authors of rules. Remedies that
// speak of rules are of no use here.
Finding ForSettings(Finding finding) {
  for (const std::string_view word : {"rule", "route", "origin"}) {
    if (finding.help.find(word) == std::string::npos) continue;
    finding.help = "write one `key = value` a line, without table headers";
    finding.fix.reset();
    break;
  }
  return finding;
}

// Reads the entries of one file.
class SettingsReader {
 public:
  SettingsReader(const SourceSet& sources, std::span<const SettingKey> keys,
                 FindingSink& sink)
      : reader_(sources, sink, no_plain_), keys_(keys) {
    for (const SettingKey& key : keys) names_.push_back(key.name);
  }

  void Read(TomlEntry& entry) {
    const auto at = std::find(names_.begin(), names_.end(), entry.key);
    if (at == names_.end()) {
      reader_.sink().Add(UnknownKeyAmong(names_, "in the settings", entry.key,
                                         entry.key_span));
      return;
    }
    const auto key = static_cast<std::size_t>(at - names_.begin());
    switch (keys_[key].type) {
      case SettingType::kBoolean:
        return ReadOne<AstBool>(entry, key);
      case SettingType::kInteger:
        return ReadOne<AstInteger>(entry, key);
      case SettingType::kNumber:
        return ReadNumber(entry, key);
      case SettingType::kString:
        return ReadOne<AstString>(entry, key);
      case SettingType::kStrings:
        return ReadStrings(entry, key);
    }
    CORSAC_CHECK(false);
  }

  std::vector<SettingEntry> Take() { return std::move(entries_); }

 private:
  template <class Field>
  void ReadOne(TomlEntry& entry, std::size_t key) {
    std::optional<Field> field;
    reader_.Read(entry, field);
    if (!field) return;
    entries_.push_back(
        {key, std::move(field->value), field->key_span, field->span});
  }

  void ReadNumber(TomlEntry& entry, std::size_t key) {
    std::optional<Spanned<double>> field;
    reader_.ReadNumber(entry, field);
    if (!field) return;
    entries_.push_back({key, field->value, field->key_span, field->span});
  }

  void ReadStrings(TomlEntry& entry, std::size_t key) {
    std::optional<AstStrings> field;
    reader_.Read(entry, field);
    if (!field) return;
    std::vector<SettingItem> items;
    for (AstString& item : field->items) {
      items.push_back({std::move(item.value), item.span});
    }
    entries_.push_back({key, std::move(items), field->key_span, field->span});
  }

  std::vector<PlainArray> no_plain_;
  FieldReader reader_;
  const std::span<const SettingKey> keys_;
  std::vector<std::string_view> names_;
  std::vector<SettingEntry> entries_;
};

}  // namespace

std::vector<SettingEntry> ReadSettings(const SourceSet& sources,
                                       std::span<const SettingKey> keys,
                                       FindingSink& sink) {
  if (sources.files().empty()) return {};  // said already
  // No list of settings is so long that it must not be in the tree.
  FindingSink of_toml;
  std::optional<TomlDocument> document =
      ReadToml(sources, 0, of_toml, TomlLimits::kNone);
  for (Finding& finding : of_toml.Take()) {
    sink.Add(ForSettings(std::move(finding)));
  }
  if (!document) return {};
  SettingsReader reader(sources, keys, sink);
  for (TomlEntry& entry : document->root.entries) reader.Read(entry);
  return reader.Take();
}

}  // namespace corsac
