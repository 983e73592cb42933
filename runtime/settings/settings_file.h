// Reading the settings file of corsacd.
#ifndef CORSAC_RUNTIME_SETTINGS_SETTINGS_FILE_H_
#define CORSAC_RUNTIME_SETTINGS_SETTINGS_FILE_H_

#include <filesystem>
#include <optional>
#include <string>

#include "runtime/settings/server_options.h"

namespace corsac {

// Sets in `options` what the file at `path` says. Returns nothing if all of it
// could be used; otherwise every mistake with its place and its remedy, for a
// terminal, and a summary. `color`: with ANSI colours.
std::optional<std::string> ReadSettingsFile(const std::filesystem::path& path,
                                            bool color, ServerOptions* options);

}  // namespace corsac

#endif  // CORSAC_RUNTIME_SETTINGS_SETTINGS_FILE_H_
