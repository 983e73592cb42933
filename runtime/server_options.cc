// The command line of corsacd.
// Tested by tests/e2e/server_test.cc.
#include "runtime/server_options.h"

#include <CLI/CLI.hpp>
#include <iostream>
#include <string>

namespace corsac {
namespace {

constexpr const char* kFooter =
    R"(Signals: HUP reads the rules again; TERM and INT let running requests end, and a
second one does not wait for them.

Exit status: 0 ended as asked, 1 the system would not let it (port in use),
2 wrong command line, 3 the first rules cannot be used.

Examples:
  corsacd
      Serve the rules in rules/, with the admin API on 127.0.0.1:8481.
  corsacd --rules /etc/corsac/site.toml --admin 127.0.0.1:0
      Serve one file; the system chooses the port, and a line on standard
      output says which: "admin http://127.0.0.1:40001".
  curl 'http://127.0.0.1:8481/v1/decision?url=https://api.example.com/&origin=https://app.example.com'
      Ask what a request would get.
  curl -X POST http://127.0.0.1:8481/-/reload
      Read the rules again now, and be told what came of it.)";

std::chrono::milliseconds Milliseconds(double seconds) {
  return std::chrono::round<std::chrono::milliseconds>(
      std::chrono::duration<double>(seconds));
}

}  // namespace

ParsedOptions ParseServerOptions(int argc, char** argv) {
  CLI::App app("Answers who may call what, from rules that reload themselves.",
               "corsacd");
  app.footer(kFooter);
  app.set_version_flag("--version", std::string("corsacd ") + CORSAC_VERSION);

  std::string rules = "rules/";
  std::string admin = "127.0.0.1:8481";
  double poll_interval = 1;
  double shutdown_delay = 0;
  double shutdown_timeout = 10;
  ServerOptions options;
  app.add_option("--rules", rules, "Rule file, or folder of rule files")
      ->type_name("PATH")
      ->capture_default_str();
  app.add_option("--admin", admin,
                 "Address of loopback and port of the admin API; port 0 is "
                 "one that is free")
      ->type_name("ADDR:PORT")
      ->capture_default_str();
  app.add_option("--poll-interval", poll_interval,
                 "How often to look at the files' times and sizes, for file "
                 "systems that send no events")
      ->type_name("SECONDS")
      ->check(CLI::Range(0.05, 3600.0))
      ->capture_default_str();
  app.add_flag("--allow-shrink", options.allow_shrink,
               "Accept reloads that leave less than half of the routes and "
               "origin rules");
  app.add_option("--shutdown-delay", shutdown_delay,
                 "After TERM, how long to go on serving while /-/ready says "
                 "503")
      ->type_name("SECONDS")
      ->check(CLI::Range(0.0, 3600.0))
      ->capture_default_str();
  app.add_option("--shutdown-timeout", shutdown_timeout,
                 "After that, how long to wait for running requests "
                 "and a running reload")
      ->type_name("SECONDS")
      ->check(CLI::Range(0.0, 3600.0))
      ->capture_default_str();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int status = app.exit(error);
    return {std::nullopt, status == 0 ? ExitStatus::kOk : ExitStatus::kUsage};
  }
  Result<AdminAddress> address = ParseAdminAddress(admin);
  if (!address) {
    std::cerr << "--admin: " << address.error().message << '\n';
    return {std::nullopt, ExitStatus::kUsage};
  }
  options.rules = rules;
  options.admin = *std::move(address);
  options.poll_interval = Milliseconds(poll_interval);
  options.shutdown_delay = Milliseconds(shutdown_delay);
  options.shutdown_timeout = Milliseconds(shutdown_timeout);
  return {std::move(options), ExitStatus::kOk};
}

}  // namespace corsac
