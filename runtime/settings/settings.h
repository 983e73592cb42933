// The settings of corsacd, each described once: the command line, the settings
// file, what --check-config prints and the tests of packaging/corsacd.toml and
// docs/operations.md all go by this table.
//
// A value is written as text, the same on the command line and in here; the
// file has the types of TOML instead (`type`), which are turned into that text.
#ifndef CORSAC_RUNTIME_SETTINGS_SETTINGS_H_
#define CORSAC_RUNTIME_SETTINGS_SETTINGS_H_

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/syntax/settings_reader.h"
#include "runtime/settings/server_options.h"

namespace corsac {

// Of most settings one text; of a list as many as it has entries.
using SettingTexts = std::vector<std::string>;

struct Setting {
  std::string_view key = {};         // in the file: "max_head_bytes"
  std::string_view value_name = {};  // in --help: "BYTES"; empty: a switch
  SettingType type = SettingType::kString;
  std::string_view group = {};  // heading in --help and in the example file
  std::string_view help = {};   // one sentence, no full stop
  // Of a number; seconds for a duration.
  double least = 0;
  double most = 0;

  SettingTexts (*get)(const ServerOptions& options) = nullptr;
  // Sets the value, or returns what is wrong with `texts` ("`x` is not …").
  // REQUIRES: one text, unless the setting is a list.
  std::optional<std::string> (*set)(const Setting& setting,
                                    const SettingTexts& texts,
                                    ServerOptions* options) = nullptr;

  bool is_list() const { return type == SettingType::kStrings; }
  bool is_switch() const { return type == SettingType::kBoolean; }

  // "--max-head-bytes".
  std::string Flag() const;
  // What may be written: "a whole number from 1024 to 1048576".
  std::string Range() const;
};

// In the order of --help.
std::span<const Setting> AllSettings();

// A number as settings write it: "0.05", "10".
std::string NumberText(double number);

// `key = value`, as the file has it.
std::string SettingLine(const Setting& setting, const ServerOptions& options);

// A complete settings file with the values of `options`: every key, below its
// help. `commented`: each value is a comment, so that a reader sees what there
// is and the defaults hold.
std::string SettingsFileText(const ServerOptions& options, bool commented);

}  // namespace corsac

#endif  // CORSAC_RUNTIME_SETTINGS_SETTINGS_H_
