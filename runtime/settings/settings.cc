// The table of settings. Entry: AllSettings().
// Tested by tests/runtime/settings_test.cc.
#include "runtime/settings/settings.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <system_error>
#include <utility>

#include "compiler/origins/written_text.h"
#include "compiler/result.h"

namespace corsac {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view kNoneText = "none";

constexpr std::string_view kRules = "Rules";
constexpr std::string_view kAdmin = "Admin API";
constexpr std::string_view kListener = "Decision listener";
constexpr std::string_view kLimits = "Limits of the decision listener";
constexpr std::string_view kAccessLog = "Access log";
constexpr std::string_view kEnd = "The end";

// All of `text` as a number.
template <class Number>
std::optional<Number> Parse(std::string_view text) {
  Number number{};
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return {};
  return number;
}

std::string IsNot(std::string_view text, const Setting& setting) {
  return Quoted(text) + " is not " + setting.Range();
}

using Problem = std::optional<std::string>;

// Each of the following makes a row of the table. `Field` is a function from
// (const) ServerOptions& to the member that is meant.

template <auto Field>
constexpr Setting Switch(std::string_view key, std::string_view group,
                         std::string_view help) {
  Setting setting{.key = key, .group = group, .help = help};
  setting.type = SettingType::kBoolean;
  setting.get = [](const ServerOptions& options) {
    return SettingTexts{Field(options) ? "true" : "false"};
  };
  setting.set = [](const Setting& self, const SettingTexts& texts,
                   ServerOptions* options) -> Problem {
    const std::string& text = texts.front();
    if (text != "true" && text != "false") return IsNot(text, self);
    Field(*options) = text == "true";
    return std::nullopt;
  };
  return setting;
}

template <auto Field>
constexpr Setting Count(std::string_view key, std::string_view value_name,
                        std::string_view group, double least, double most,
                        std::string_view help) {
  Setting setting{.key = key, .value_name = value_name};
  setting.type = SettingType::kInteger;
  setting.group = group;
  setting.help = help;
  setting.least = least;
  setting.most = most;
  setting.get = [](const ServerOptions& options) {
    return SettingTexts{std::to_string(Field(options))};
  };
  setting.set = [](const Setting& self, const SettingTexts& texts,
                   ServerOptions* options) -> Problem {
    const auto number = Parse<std::uint32_t>(texts.front());
    if (!number || *number < self.least || *number > self.most) {
      return IsNot(texts.front(), self);
    }
    Field(*options) = *number;
    return std::nullopt;
  };
  return setting;
}

template <auto Field>
constexpr Setting Seconds(std::string_view key, std::string_view group,
                          double least, double most, std::string_view help) {
  Setting setting{.key = key, .value_name = "SECONDS"};
  setting.type = SettingType::kNumber;
  setting.group = group;
  setting.help = help;
  setting.least = least;
  setting.most = most;
  setting.get = [](const ServerOptions& options) {
    return SettingTexts{
        NumberText(std::chrono::duration<double>(Field(options)).count())};
  };
  setting.set = [](const Setting& self, const SettingTexts& texts,
                   ServerOptions* options) -> Problem {
    const auto number = Parse<double>(texts.front());
    // The other way round, for what is no number at all.
    if (!number || !(*number >= self.least && *number <= self.most)) {
      return IsNot(texts.front(), self);
    }
    Field(*options) = std::chrono::round<milliseconds>(
        std::chrono::duration<double>(*number));
    return std::nullopt;
  };
  return setting;
}

using Get = SettingTexts (*)(const ServerOptions&);
using Set = Problem (*)(const Setting&, const SettingTexts&, ServerOptions*);

constexpr Setting Text(std::string_view key, std::string_view value_name,
                       std::string_view group, std::string_view help, Get get,
                       Set set) {
  Setting setting{.key = key, .value_name = value_name};
  setting.group = group;
  setting.help = help;
  setting.get = get;
  setting.set = set;
  return setting;
}

Problem SetRules(const Setting& self, const SettingTexts& texts,
                 ServerOptions* options) {
  if (texts.front().empty()) return IsNot("", self);
  options->rules = texts.front();
  return std::nullopt;
}

Problem SetAdmin(const Setting& /*self*/, const SettingTexts& texts,
                 ServerOptions* options) {
  Result<AdminAddress> address = ParseAdminAddress(texts.front());
  if (!address) return address.error().message;
  options->admin = *std::move(address);
  return std::nullopt;
}

SettingTexts GetDecision(const ServerOptions& options) {
  SettingTexts texts;
  for (const ListenAddress& address : options.decision.addresses) {
    texts.push_back(address.Text());
  }
  if (texts.empty()) texts.emplace_back(kNoneText);
  return texts;
}

Problem SetDecision(const Setting& /*self*/, const SettingTexts& texts,
                    ServerOptions* options) {
  std::vector<ListenAddress> addresses;
  for (const std::string& text : texts) {
    if (text == kNoneText) {
      if (texts.size() == 1) break;
      return "`none` stands beside addresses";
    }
    Result<ListenAddress> address = ParseListenAddress(text);
    if (!address) return address.error().message;
    const bool twice = std::any_of(
        addresses.begin(), addresses.end(), [&](const ListenAddress& other) {
          return other.Text() == address->Text() &&
                 (other.is_unix() || other.port != 0);
        });
    if (twice) return Quoted(text) + " is given twice";
    addresses.push_back(*std::move(address));
  }
  options->decision.addresses = std::move(addresses);
  return std::nullopt;
}

SettingTexts GetMode(const ServerOptions& options) {
  std::string text = "0000";
  unsigned mode = options.decision.socket_mode;
  for (std::size_t i = text.size(); i > 1; mode /= 8) {
    text[--i] = static_cast<char>('0' + mode % 8);
  }
  return {text};
}

Problem SetMode(const Setting& self, const SettingTexts& texts,
                ServerOptions* options) {
  std::string_view text = texts.front();
  if (text.starts_with("0o")) text.remove_prefix(2);  // as TOML writes octal
  unsigned mode = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), mode, 8);
  constexpr unsigned kMost = 0777;
  if (error != std::errc() || end != text.data() + text.size() ||
      text.size() < 3 || mode > kMost) {
    return IsNot(texts.front(), self);
  }
  options->decision.socket_mode = mode;
  return std::nullopt;
}

SettingTexts GetAccessLog(const ServerOptions& options) {
  return {options.access_log.empty() ? std::string(kNoneText)
                                     : options.access_log};
}

Problem SetAccessLog(const Setting& self, const SettingTexts& texts,
                     ServerOptions* options) {
  const std::string& text = texts.front();
  if (text.empty() || text.find('\0') != std::string::npos) {
    return IsNot(text, self);
  }
  options->access_log = text == kNoneText ? "" : text;
  return std::nullopt;
}

// The member of HttpLimits that is meant.
template <auto Member>
constexpr auto kLimit = [](auto& options) -> auto& {
  return options.decision.limits.*Member;
};
// The member of ServerOptions.
template <auto Member>
constexpr auto kOption = [](auto& options) -> auto& {
  return options.*Member;
};
constexpr auto kLoops = [](auto& options) -> auto& {
  return options.decision.loops;
};

constexpr Setting Addresses() {
  Setting setting =
      Text("decision", "ADDR", kListener,
           "Address and port, or unix:/path, on which gateways ask; may be "
           "given several times; `none` for no listener",
           GetDecision, SetDecision);
  setting.type = SettingType::kStrings;
  return setting;
}

constexpr double kHour = 3'600;
constexpr double kMillion = 1'000'000;
constexpr double kKibi = 1'024;

using L = HttpLimits;
using O = ServerOptions;

constexpr std::array kSettings{
    Text(
        "rules", "PATH", kRules, "Rule file, or folder of rule files",
        [](const O& options) { return SettingTexts{options.rules.string()}; },
        SetRules),
    Seconds<kOption<&O::poll_interval>>(
        "poll_interval", kRules, 0.05, kHour,
        "How often to look at the files' times and sizes, for file systems "
        "that send no events"),
    Switch<kOption<&O::allow_shrink>>(
        "allow_shrink", kRules,
        "Accept reloads that leave less than half of the routes and origin "
        "rules"),
    Text(
        "admin", "ADDR:PORT", kAdmin,
        "Address of loopback and port of the admin API; port 0 is one that is "
        "free",
        [](const O& options) {
          return SettingTexts{options.admin.Authority()};
        },
        SetAdmin),
    Addresses(),
    Text("socket_mode", "MODE", kListener, "Permissions of Unix sockets",
         GetMode, SetMode),
    Count<kLoops>("loops", "N", kListener, 0, kKibi,
                  "Threads that answer; 0 is one for each processor"),
    Count<kLimit<&L::max_head_bytes>>(
        "max_head_bytes", "BYTES", kLimits, kKibi, kKibi* kKibi,
        "Bytes of a request line and its header lines"),
    Count<kLimit<&L::max_fields>>("max_fields", "N", kLimits, 8, 10'000,
                                  "Header lines of one request"),
    Count<kLimit<&L::max_drain_bytes>>(
        "max_drain_bytes", "BYTES", kLimits, 0, 16 * kKibi * kKibi,
        "Bytes of a body that nobody asked for that are read to keep a "
        "connection"),
    Seconds<kLimit<&L::head_timeout>>(
        "head_timeout", kLimits, 0.1, kHour,
        "From the first byte of a request to the end of its header lines"),
    Seconds<kLimit<&L::idle_timeout>>("idle_timeout", kLimits, 0.1, 24 * kHour,
                                      "Between two requests of a connection"),
    Seconds<kLimit<&L::body_timeout>>("body_timeout", kLimits, 0.1, kHour,
                                      "For the whole body of a request"),
    Seconds<kLimit<&L::write_timeout>>("write_timeout", kLimits, 0.1, kHour,
                                       "For a client to take its answer"),
    Count<kLimit<&L::max_connections>>("max_connections", "N", kLimits, 1,
                                       kMillion, "Connections open at once"),
    Count<kLimit<&L::max_connections_per_address>>(
        "max_connections_per_address", "N", kLimits, 0, kMillion,
        "The same of one client address; 0 is no limit, and a gateway is one "
        "address"),
    Text("access_log", "PATH", kAccessLog,
         "File to write a line about each decision to; - is standard output, "
         "`none` no log",
         GetAccessLog, SetAccessLog),
    Count<kOption<&O::access_log_sample>>(
        "access_log_sample", "N", kAccessLog, 1, 1'000 * kMillion,
        "Write one decision in N that refuses nothing; refusals are always "
        "written"),
    Seconds<kOption<&O::shutdown_delay>>(
        "shutdown_delay", kEnd, 0, kHour,
        "After TERM, how long to go on serving while /-/ready says 503"),
    Seconds<kOption<&O::shutdown_timeout>>(
        "shutdown_timeout", kEnd, 0, kHour,
        "After that, how long to wait for running requests and a running "
        "reload"),
};

}  // namespace

std::string NumberText(double number) {
  std::array<char, 32> text{};
  const auto [end, error] =
      std::to_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return "0";
  return {text.data(), end};
}

std::span<const Setting> AllSettings() { return kSettings; }

std::string Setting::Flag() const {
  std::string flag = "--" + std::string(key);
  std::replace(flag.begin(), flag.end(), '_', '-');
  return flag;
}

std::string Setting::Range() const {
  const std::string span =
      " from " + NumberText(least) + " to " + NumberText(most);
  switch (type) {
    case SettingType::kBoolean:
      return "true or false";
    case SettingType::kInteger: {
      const auto whole = [](double number) {
        return std::to_string(static_cast<std::uint64_t>(number));
      };
      return "a whole number from " + whole(least) + " to " + whole(most);
    }
    case SettingType::kNumber:
      return "a number of seconds" + span;
    case SettingType::kStrings:
      return "addresses, or `none` alone";
    case SettingType::kString:
      break;
  }
  if (value_name == "MODE") return "an octal mode from 000 to 0777";
  return value_name == "PATH" ? "a path" : "an address";
}

}  // namespace corsac
