// One decision on its way into the access log: packed by the loop that made it,
// written out by the log's own thread.
#ifndef CORSAC_RUNTIME_LOG_ACCESS_LINE_H_
#define CORSAC_RUNTIME_LOG_ACCESS_LINE_H_

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "runtime/serve/decision_record.h"

namespace corsac {

// What is kept of a DecisionRecord, with each text cut at its bound. Does not
// allocate; about 2 KiB.
class PackedRecord {
 public:
  // `target` without its query: what is in there is the application's, and may
  // be a secret. So may be the user name and password of an absolute URL, and
  // whatever stands before an `@` in `host`.
  PackedRecord(const DecisionRecord& record,
               std::chrono::system_clock::time_point time);

  std::string_view head() const;
  std::string_view texts() const { return {texts_.data(), size_}; }

  // Bytes of a text that are kept.
  static constexpr std::size_t kMaxShort = 128;   // endpoint, detail, route
  static constexpr std::size_t kMaxMethod = 64;   // as long as one may be
  static constexpr std::size_t kMaxOrigin = 512;  // longer ones are refused
  static constexpr std::size_t kMaxHost = 300;
  static constexpr std::size_t kMaxPath = 1'024;

 private:
  friend void AppendAccessLine(std::string_view packed, std::string* out);

  // The texts, in the order in which they are packed.
  enum Text : std::uint8_t {
    kEndpoint,
    kDetail,
    kOrigin,
    kMethod,
    kHost,
    kPath,
    kRoute,
    kTexts
  };
  struct Head {
    std::int64_t time_ms = 0;
    std::uint64_t generation = 0;
    std::array<std::uint16_t, kTexts> sizes{};
    std::uint16_t status = 0;
    std::uint16_t cut = 0;  // bit N: text N was longer
    RequestKind kind{};
    Outcome outcome{};
    DecisionCode code{};
    RuleKind rule_kind{};
    OriginError origin_error{};
  };

  void Add(Text text, std::string_view value, std::size_t most);

  Head head_;
  std::size_t size_ = 0;
  std::array<char,
             3 * kMaxShort + kMaxMethod + kMaxOrigin + kMaxHost + kMaxPath>
      texts_;
};

// Appends the line, with its line end, of a record packed as head() and then
// texts():
//
//   {"time":"2024-05-01T12:00:00.123Z","endpoint":"auth-request",
//    "kind":"actual","outcome":"deny","code":"origin-not-allowed",
//    "origin":"https://evil.example","method":"GET","host":"api.example.com",
//    "path":"/orders/7","status":403,"route":"orders","generation":42}
//
// Escaped as the operational log is (runtime/log/log.h); a text that was cut
// ends in "...". `origin` and `route` are null when there is none.
void AppendAccessLine(std::string_view packed, std::string* out);

}  // namespace corsac

#endif  // CORSAC_RUNTIME_LOG_ACCESS_LINE_H_
