// The options of every command, with their help.
// Tested by tests/cli/cli_test.cc.
#include "compiler/cli/arguments.h"

#include <CLI/CLI.hpp>
#include <sstream>
#include <string>
#include <vector>

namespace corsac::cli {
namespace {

constexpr const char* kFooter =
    "Exit codes: 0 all well · 1 a file cannot be read or written · 2 wrong "
    "usage ·\n"
    "3 the rules have findings · 5 the call is refused (explain --exit-code)\n"
    "\n"
    "Examples:\n"
    "  corsac check rules\n"
    "  corsac explain rules --origin https://app.example.com --method PUT \\\n"
    "      --url https://api.example.com/orders/7\n"
    "  corsac COMMAND --help";

constexpr const char* kCheckFooter =
    "Each PATH is a rule file, or a folder of them that belong together.\n"
    "\n"
    "Examples:\n"
    "  corsac check rules\n"
    "  corsac check --deny-warnings rules/site.toml\n"
    "  corsac check --format json rules | jq '.[].message'\n"
    "  corsac check --explain-lowering rules\n"
    "  corsac check --quiet rules && ./deploy";

constexpr const char* kExplainFooter =
    "A request of --requests is a line of JSON, {\"method\", \"url\" (or "
    "\"target\" and\n"
    "\"host\"), \"headers\": [[name, value], ...]}; its answer is one line "
    "too.\n"
    "\n"
    "Examples:\n"
    "  corsac explain rules --origin https://app.example.com --method PUT \\\n"
    "      --url https://api.example.com/orders/7 --request-header x-csrf "
    "--credentials\n"
    "  corsac explain rules --origin null --url https://api.example.com/ "
    "--exit-code\n"
    "  corsac explain rules --requests requests.jsonl --format json\n"
    "  echo '{\"method\":\"GET\",\"url\":\"https://api.example.com/\","
    "\"headers\":[]}' |\n"
    "      corsac explain rules --requests - --format json";

constexpr const char* kDumpFooter =
    "Examples:\n"
    "  corsac dump rules\n"
    "  corsac dump --pass ir rules/site.toml\n"
    "  corsac dump --pass lowered rules";

constexpr const char* kBenchFooter =
    "The requests are made from the rules themselves: for each kind of rule "
    "that allows\n"
    "and each reason to refuse. Close other programs and use a Release build "
    "for numbers\n"
    "that mean something. docs/benchmarking.md explains the report and the "
    "keys of the\n"
    "JSON.\n"
    "\n"
    "Examples:\n"
    "  corsac bench rules\n"
    "  corsac bench rules --plot rules.svg\n"
    "  corsac bench rules --format json --repetitions 31 | jq '.rows[].name'";

CLI::Option* AddChoice(CLI::App* command, const char* name, std::string* value,
                       const std::vector<std::string>& choices,
                       const char* help) {
  return command->add_option(name, *value, help)
      ->check(CLI::IsMember(choices))
      ->capture_default_str();
}

CLI::App* AddCheck(CLI::App& app, CheckOptions* options) {
  CLI::App* command = app.add_subcommand(
      "check", "Report every mistake in rule sources, in one run");
  command->footer(kCheckFooter);
  command->add_option("PATH", options->paths, "Rule files or folders")
      ->required();
  AddChoice(command, "--format", &options->format, {"human", "short", "json"},
            "How to write findings");
  command->add_flag("--deny-warnings", options->deny_warnings,
                    "Exit with 3 for warnings too");
  command
      ->add_option("--max-findings", options->max_findings,
                   "Show at most so many findings; 0 shows all")
      ->capture_default_str();
  AddChoice(command, "--fail-level", &options->fail_level,
            {"error", "warning", "note"},
            "Exit with 3 for findings of this level and above");
  command->add_flag("--quiet", options->quiet,
                    "Write nothing; the exit code tells");
  command->add_flag(
      "--explain-lowering", options->explain_lowering,
      "Add a note about each regex: what it becomes in the table");
  return command;
}

CLI::App* AddExplain(CLI::App& app, ExplainOptions* options) {
  CLI::App* command = app.add_subcommand(
      "explain", "Say why a call is allowed or refused, step by step");
  command->footer(kExplainFooter);
  command->add_option("PATH", options->path, "Rule file or folder")->required();
  CLI::Option* origin =
      command->add_option("--origin", options->origin,
                          "Origin of the page, as in https://app.example.com");
  CLI::Option* url =
      command->add_option("--url", options->url, "What the page calls");
  origin->needs(url);
  url->needs(origin);
  CLI::Option* method =
      command->add_option("--method", options->method, "Method of the call")
          ->capture_default_str();
  CLI::Option* header =
      command
          ->add_option("--request-header", options->request_headers,
                       "Name of a request header that the script sets; may be "
                       "repeated")
          ->expected(1)
          ->take_all();
  CLI::Option* credentials =
      command->add_flag("--credentials", options->credentials,
                        "The call sends cookies (credentials: \"include\")");
  CLI::Option* read =
      command
          ->add_option("--read-header", options->read_headers,
                       "Name of a response header that the script reads; may "
                       "be repeated")
          ->expected(1)
          ->take_all();
  CLI::Option* requests = command->add_option(
      "--requests", options->requests,
      "Decide about the requests in this file of JSON Lines; - for standard "
      "input");
  for (CLI::Option* other : {origin, url, method, header, credentials, read}) {
    requests->excludes(other);
  }
  command
      ->add_flag("--full", options->full,
                 "With --requests and JSON: add the steps to every decision")
      ->needs(requests);
  AddChoice(command, "--format", &options->format, {"human", "json"},
            "How to write the explanation");
  command->add_flag("--exit-code", options->exit_code,
                    "Exit with 5 when the call is refused");
  command->callback([requests, url] {
    if (requests->count() == 0 && url->count() == 0) {
      throw CLI::ValidationError("explain",
                                 "needs --origin and --url, or --requests");
    }
  });
  return command;
}

CLI::App* AddDump(CLI::App& app, DumpOptions* options) {
  CLI::App* command =
      app.add_subcommand("dump", "Print what the compiler made of the rules");
  command->footer(kDumpFooter);
  command->add_option("PATH", options->path, "Rule file or folder")->required();
  AddChoice(command, "--pass", &options->pass,
            {"ast", "ir", "lowered", "table"}, "After which pass");
  return command;
}

CLI::App* AddBench(CLI::App& app, BenchOptions* options) {
  CLI::App* command = app.add_subcommand(
      "bench", "Measure decisions about your own rules on this machine");
  command->footer(kBenchFooter);
  command->add_option("PATH", options->path, "Rule file or folder")->required();
  AddChoice(command, "--format", &options->format, {"human", "json", "svg"},
            "How to write the report");
  command->add_option("--plot", options->plot,
                      "Write the report to this file too, as an SVG figure");
  command
      ->add_option("--repetitions", options->repetitions,
                   "Measurements of each row; the median is shown")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  command
      ->add_option("--min-time-ms", options->min_time_ms,
                   "Milliseconds that one measurement takes at least")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  return command;
}

// Help, version, or what is wrong with the command line.
ExitCode WriteParseResult(const CLI::App& app, const CLI::ParseError& result,
                          Outputs& outputs) {
  std::ostringstream out;
  std::ostringstream err;
  const int code = app.exit(result, out, err);
  outputs.out.Write(out.str());
  outputs.err.Write(err.str());
  return code == 0 ? kOk : kUsage;
}

}  // namespace

Arguments ParseArguments(int argc, const char* const* argv, Outputs& outputs) {
  Arguments arguments;
  CLI::App app("CORS as code: compiles rules and explains decisions.",
               "corsac");
  app.set_version_flag("--version", "corsac " CORSAC_VERSION,
                       "Print the version and exit");
  app.footer(kFooter);
  app.require_subcommand(1);
  const CLI::App* check = AddCheck(app, &arguments.check);
  const CLI::App* explain = AddExplain(app, &arguments.explain);
  const CLI::App* dump = AddDump(app, &arguments.dump);
  const CLI::App* bench = AddBench(app, &arguments.bench);
  if (argc <= 1) {
    outputs.err.Write(app.help());
    arguments.exit_code = kUsage;
    return arguments;
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& result) {
    arguments.exit_code = WriteParseResult(app, result, outputs);
    return arguments;
  }
  using Command = Arguments::Command;
  if (check->parsed()) arguments.command = Command::kCheck;
  if (explain->parsed()) arguments.command = Command::kExplain;
  if (dump->parsed()) arguments.command = Command::kDump;
  if (bench->parsed()) arguments.command = Command::kBench;
  return arguments;
}

}  // namespace corsac::cli
