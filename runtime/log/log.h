// The operational log: one JSON object a line, on standard error.
//
//   Log(LogLevel::kInfo, "reload.success", "rules published",
//       {{"generation", 42}, {"bundle", hash}});
//   {"time":"2024-05-01T12:00:00.123Z","level":"info","event":"reload.success",
//    "msg":"rules published","generation":42,"bundle":"…"}
//
// `event` is a stable name to search for; `msg` is for people. Lines are pure
// printable ASCII: every other byte of a value is escaped as JSON does, and
// what is not UTF-8 becomes U+FFFD, so nothing that a client sends can forge a
// line or drive a terminal.
#ifndef CORSAC_RUNTIME_LOG_LOG_H_
#define CORSAC_RUNTIME_LOG_LOG_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

namespace corsac {

enum class LogLevel : std::uint8_t { kDebug, kInfo, kWarning, kError };

// Bytes of a text value that are logged; the rest is cut off.
inline constexpr std::size_t kMaxLogValueBytes = 2'048;

// A named value. Views: good for the length of one call.
struct LogField {
  using Value =
      std::variant<std::string_view, std::int64_t, std::uint64_t, double, bool>;

  LogField(std::string_view k, std::string_view v) : key(k), value(v) {}
  LogField(std::string_view k, const std::string& v)
      : key(k), value(std::string_view(v)) {}
  LogField(std::string_view k, const char* v)
      : key(k), value(std::string_view(v)) {}
  template <class T>
  requires std::is_arithmetic_v<T> LogField(std::string_view k, T v)
      : key(k), value(Number(v)) {}

  std::string_view key;
  Value value;

 private:
  template <class T>
  static Value Number(T v) {
    if constexpr (std::is_same_v<T, bool>) {
      return v;
    } else if constexpr (std::is_floating_point_v<T>) {
      return static_cast<double>(v);
    } else if constexpr (std::is_signed_v<T>) {
      return static_cast<std::int64_t>(v);
    } else {
      return static_cast<std::uint64_t>(v);
    }
  }
};

// Writes one line to standard error, with one write(2), so that lines of
// several threads do not mix. Thread-safe. A line that cannot be written is
// lost; logging never fails.
void Log(LogLevel level, std::string_view event, std::string_view message,
         std::initializer_list<LogField> fields = {});

// The line that Log() writes at `time`, without the line end.
std::string FormatLogLine(std::chrono::system_clock::time_point time,
                          LogLevel level, std::string_view event,
                          std::string_view message,
                          std::initializer_list<LogField> fields);

// "2024-05-01T12:00:00.123Z" (RFC 3339, UTC, milliseconds). Every time that the
// server shows is written so.
std::string FormatTime(std::chrono::system_clock::time_point time);

}  // namespace corsac

#endif  // CORSAC_RUNTIME_LOG_LOG_H_
