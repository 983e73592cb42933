// From a settings file to ServerOptions. Entry: ReadSettingsFile().
// Tested by tests/runtime/settings_file_test.cc.
#include "runtime/settings/settings_file.h"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "compiler/diagnostics/finding.h"
#include "compiler/diagnostics/render.h"
#include "compiler/origins/written_text.h"
#include "compiler/source/source_set.h"
#include "compiler/syntax/settings_reader.h"
#include "runtime/settings/settings.h"

namespace corsac {
namespace {

// The value as it is written on a command line.
SettingTexts TextsOf(const SettingEntry& entry) {
  return std::visit(
      [](const auto& value) -> SettingTexts {
        using Value = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<Value, bool>) {
          return {value ? "true" : "false"};
        } else if constexpr (std::is_same_v<Value, std::int64_t>) {
          return {std::to_string(value)};
        } else if constexpr (std::is_same_v<Value, double>) {
          return {NumberText(value)};
        } else if constexpr (std::is_same_v<Value, std::string>) {
          return {value};
        } else {
          SettingTexts texts;
          for (const SettingItem& item : value) texts.push_back(item.text);
          return texts;
        }
      },
      entry.value);
}

// What of `entry` is wrong: the entry of a list that is refused alone as well,
// or the whole value.
Span FaultySpan(const Setting& setting, const SettingEntry& entry) {
  const auto* items = std::get_if<std::vector<SettingItem>>(&entry.value);
  if (items == nullptr) return entry.span;
  ServerOptions scratch;
  for (const SettingItem& item : *items) {
    if (setting.set(setting, {item.text}, &scratch)) return item.span;
  }
  return entry.span;
}

void Apply(const Setting& setting, const SettingEntry& entry, FindingSink* sink,
           ServerOptions* options) {
  const std::optional<std::string> problem =
      setting.set(setting, TextsOf(entry), options);
  if (!problem) return;
  Finding& finding = sink->Add(Code::kBadValue, FaultySpan(setting, entry),
                               Quoted(setting.key) + ": " + *problem);
  finding.help = "write " + setting.Range() + "; the default is " +
                 Quoted(SettingLine(setting, ServerOptions()));
}

}  // namespace

std::optional<std::string> ReadSettingsFile(const std::filesystem::path& path,
                                            bool color,
                                            ServerOptions* options) {
  FindingSink sink;
  const SourceSet sources = SourceSet::ReadSettings(path, sink);
  std::vector<SettingKey> keys;
  for (const Setting& setting : AllSettings()) {
    keys.push_back({setting.key, setting.type});
  }
  for (const SettingEntry& entry : ReadSettings(sources, keys, sink)) {
    Apply(AllSettings()[entry.key], entry, &sink, options);
  }
  if (sink.findings().empty()) return std::nullopt;
  const std::size_t dropped = sink.dropped();
  const std::vector<Finding> findings = sink.Take();
  RenderOptions render;
  render.color = color;
  return RenderHuman(findings, sources, render) + "\n" + path.string() + ": " +
         Summary(findings, dropped) + "\n";
}

}  // namespace corsac
