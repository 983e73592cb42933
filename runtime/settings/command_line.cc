// Flags by CLI11. Entries: ParseServerOptions(), CheckConfig().
// Tested by tests/e2e/settings_test.cc and tests/e2e/server_test.cc.
#include "runtime/settings/command_line.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstddef>
#include <iostream>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "compiler/compile.h"
#include "compiler/diagnostics/render.h"
#include "runtime/settings/settings.h"
#include "runtime/settings/settings_file.h"

namespace corsac {
namespace {

constexpr const char* kFooter =
    R"(Signals: HUP reads the rules again; USR1 opens the access log again; TERM and
INT let running requests end, and a second one does not wait for them.

Exit status: 0 ended as asked, 1 the system would not let it (address in use),
2 wrong command line or settings, 3 the first rules cannot be used.

Examples:
  corsacd
      Serve the rules in rules/: decisions for gateways on 127.0.0.1:8480, the
      admin API on 127.0.0.1:8481.
  corsacd --config /etc/corsac/corsacd.toml
      Take the settings from a file: every flag is a key there, with _ for -.
  corsacd --rules /etc/corsac/site.toml --admin 127.0.0.1:0
      Serve one file; the system chooses the port, and a line on standard
      output says which: "admin http://127.0.0.1:40001".
  corsacd --decision unix:/run/corsac/decision.sock --access-log -
      Answer gateways on a Unix socket, and write a line about each decision.
  corsacd --check-config --rules rules/ > corsacd.toml
      Check everything, serve nothing, and write down what is in force.
  curl 'http://127.0.0.1:8481/v1/decision?url=https://api.example.com/&origin=https://app.example.com'
      Ask what a request would get.
  curl -X POST http://127.0.0.1:8481/-/reload
      Read the rules again now, and be told what came of it.)";

// What was written after a flag.
struct Given {
  const Setting* setting = nullptr;
  CLI::Option* option = nullptr;
  SettingTexts texts;
  bool on = false;  // of a switch
};

// The help line after the name: "[127.0.0.1:8481]".
std::string DefaultText(const Setting& setting) {
  return CLI::detail::join(setting.get(ServerOptions()), ",");
}

void AddFlag(CLI::App& app, Given& given) {
  const Setting& setting = *given.setting;
  if (setting.is_switch()) {
    given.option =
        app.add_flag(setting.Flag(), given.on, std::string(setting.help));
  } else {
    given.option =
        app.add_option(setting.Flag(), given.texts, std::string(setting.help))
            ->expected(1)
            ->allow_extra_args(false)
            ->type_name(std::string(setting.value_name))
            ->default_str(DefaultText(setting));
    given.option->multi_option_policy(setting.is_list()
                                          ? CLI::MultiOptionPolicy::TakeAll
                                          : CLI::MultiOptionPolicy::Throw);
  }
  given.option->group(std::string(setting.group));
}

// Sets what flags say; returns whether all of it can be used.
bool ApplyFlags(const std::vector<Given>& all, ServerOptions* options) {
  bool good = true;
  for (const Given& given : all) {
    if (given.option->count() == 0) continue;
    const Setting& setting = *given.setting;
    SettingTexts texts = given.texts;
    if (setting.is_switch()) texts = {given.on ? "true" : "false"};
    const auto problem = setting.set(setting, texts, options);
    if (!problem) continue;
    std::cerr << "corsacd: " << setting.Flag() << ": " << *problem << '\n';
    good = false;
  }
  return good;
}

}  // namespace

ParsedOptions ParseServerOptions(int argc, char** argv) {
  CLI::App app("Answers who may call what, from rules that reload themselves.",
               "corsacd");
  app.footer(kFooter);
  app.set_version_flag("--version", std::string("corsacd ") + CORSAC_VERSION);
  ParsedOptions parsed;
  std::string config;
  CLI::Option* const config_option =
      app.add_option("--config", config, "File of settings; flags win over it")
          ->type_name("PATH");
  app.add_flag("--check-config", parsed.check,
               "Check the settings and the rules, print every setting that is "
               "in force as a file, and end");
  std::vector<Given> all(AllSettings().size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i].setting = &AllSettings()[i];
    AddFlag(app, all[i]);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int status = app.exit(error);
    parsed.status = status == 0 ? ExitStatus::kOk : ExitStatus::kUsage;
    return parsed;
  }
  ServerOptions options;
  bool good = true;
  if (config_option->count() > 0) {
    const bool color = isatty(STDERR_FILENO) != 0;
    if (const auto mistakes = ReadSettingsFile(config, color, &options)) {
      std::cerr << *mistakes;
      good = false;
    }
  }
  good = ApplyFlags(all, &options) && good;
  if (good) {
    parsed.options = std::move(options);
  } else {
    parsed.status = ExitStatus::kUsage;
  }
  return parsed;
}

ExitStatus CheckConfig(const ServerOptions& options) {
  std::cout << SettingsFileText(options, /*commented=*/false) << std::flush;
  const CompileResult rules = CompilePath(options.rules);
  RenderOptions render;
  render.color = isatty(STDERR_FILENO) != 0;
  const std::string findings =
      RenderHuman(rules.findings, rules.sources, render);
  std::cerr << findings << (findings.empty() ? "" : "\n")
            << options.rules.string() << ": "
            << Summary(rules.findings, rules.findings_dropped) << '\n';
  return rules.ok() ? ExitStatus::kOk : ExitStatus::kRules;
}

}  // namespace corsac
