// Log(): structured lines on standard error.
// Tested by tests/runtime/log_test.cc.
#include "runtime/log/log.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <ctime>
#include <nlohmann/json.hpp>

namespace corsac {
namespace {

using Json = nlohmann::ordered_json;

std::string_view LevelName(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return "debug";
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarning:
      return "warning";
    case LogLevel::kError:
      return "error";
  }
  return "error";
}

Json ToJson(const LogField::Value& value) {
  return std::visit(
      [](const auto& v) -> Json {
        if constexpr (std::is_same_v<std::decay_t<decltype(v)>,
                                     std::string_view>) {
          if (v.size() <= kMaxLogValueBytes) return std::string(v);
          return std::string(v.substr(0, kMaxLogValueBytes)) + "...";
        } else {
          return v;
        }
      },
      value);
}

}  // namespace

std::string FormatTime(std::chrono::system_clock::time_point time) {
  const auto since_epoch =
      std::chrono::duration_cast<std::chrono::milliseconds>(
          time.time_since_epoch())
          .count();
  auto seconds = static_cast<std::time_t>(since_epoch / 1000);
  auto millis = static_cast<int>(since_epoch % 1000);
  if (millis < 0) {
    millis += 1000;
    --seconds;
  }
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 80> text{};
  const int length = std::snprintf(
      text.data(), text.size(), "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ",
      parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour,
      parts.tm_min, parts.tm_sec, millis);
  return {text.data(), static_cast<std::size_t>(length)};
}

std::string FormatLogLine(std::chrono::system_clock::time_point time,
                          LogLevel level, std::string_view event,
                          std::string_view message,
                          std::initializer_list<LogField> fields) {
  Json line;
  line["time"] = FormatTime(time);
  line["level"] = LevelName(level);
  line["event"] = ToJson(event);
  line["msg"] = ToJson(message);
  for (const LogField& field : fields) {
    line[std::string(field.key)] = ToJson(field.value);
  }
  // `true`: escape everything that is not printable ASCII.
  return line.dump(-1, ' ', true, Json::error_handler_t::replace);
}

void Log(LogLevel level, std::string_view event, std::string_view message,
         std::initializer_list<LogField> fields) {
  std::string line = FormatLogLine(std::chrono::system_clock::now(), level,
                                   event, message, fields);
  line.push_back('\n');
  ssize_t written = 0;
  do {
    written = write(STDERR_FILENO, line.data(), line.size());
  } while (written < 0 && errno == EINTR);
}

}  // namespace corsac
