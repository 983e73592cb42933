// Settings written as a file. Entries: SettingLine(), SettingsFileText().
// Tested by tests/runtime/settings_test.cc.
#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include "runtime/settings/settings.h"

namespace corsac {
namespace {

// A basic string of TOML. A path may hold any byte; what is no printable ASCII
// becomes an escape where TOML has one, and stays otherwise: it is UTF-8 if the
// path is.
std::string Basic(std::string_view text) {
  constexpr std::string_view kHexDigits = "0123456789ABCDEF";
  std::string quoted = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (byte < 0x20 || byte == 0x7F) {
      quoted += "\\u00";
      quoted += kHexDigits[byte >> 4U];
      quoted += kHexDigits[byte & 0xFU];
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

// `text` as comment lines of at most 80 columns.
std::string Comment(std::string_view text) {
  constexpr std::size_t kColumns = 80;
  std::string lines;
  std::string line = "#";
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (line.size() + 1 + end > kColumns) {
      lines += line + "\n";
      line = "#";
    }
    line += ' ';
    line += text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines + line + "\n";
}

std::string ValueText(const Setting& setting, const ServerOptions& options) {
  const SettingTexts texts = setting.get(options);
  switch (setting.type) {
    case SettingType::kString:
      return Basic(texts.front());
    case SettingType::kStrings: {
      std::string list = "[";
      for (const std::string& text : texts) {
        if (list.size() > 1) list += ", ";
        list += Basic(text);
      }
      return list + "]";
    }
    case SettingType::kBoolean:
    case SettingType::kInteger:
    case SettingType::kNumber:
      break;
  }
  return texts.front();
}

}  // namespace

std::string SettingLine(const Setting& setting, const ServerOptions& options) {
  return std::string(setting.key) + " = " + ValueText(setting, options);
}

std::string SettingsFileText(const ServerOptions& options, bool commented) {
  std::string text =
      commented ? Comment(
                      "Settings of corsacd: every key, with its default. Take "
                      "the # off a line to change it; flags of the command "
                      "line win over this file. `corsacd --config FILE "
                      "--check-config` tells whether it can be used.")
                : Comment("Settings of corsacd, as they are in force.");
  std::string_view group;
  for (const Setting& setting : AllSettings()) {
    if (setting.group != group) {
      group = setting.group;
      text += "\n# --- " + std::string(group) + "\n";
    }
    text += "\n" +
            Comment(std::string(setting.help) + " (" + setting.Range() + ").");
    if (commented) text += '#';
    text += SettingLine(setting, options) + "\n";
  }
  return text;
}

}  // namespace corsac
