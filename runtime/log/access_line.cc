// A decision as bytes, and as a line. Entries: PackedRecord,
// AppendAccessLine(). Tested by tests/runtime/access_line_test.cc.
#include "runtime/log/access_line.h"

#include <algorithm>
#include <cstring>
#include <type_traits>

#include "compiler/check.h"
#include "runtime/log/json_text.h"
#include "runtime/log/log.h"

namespace corsac {
namespace {

// The path of a target as it was sent.
std::string_view PathOf(std::string_view target) {
  target = target.substr(0, target.find_first_of("?#"));
  if (target.empty() || target.front() == '/' || target == "*") return target;
  constexpr std::string_view kAfterScheme = "://";
  const std::size_t scheme = target.find(kAfterScheme);
  if (scheme == std::string_view::npos) return {};
  const std::size_t path = target.find('/', scheme + kAfterScheme.size());
  return path == std::string_view::npos ? std::string_view()
                                        : target.substr(path);
}

std::string_view WithoutUser(std::string_view host) {
  const std::size_t at = host.rfind('@');
  return at == std::string_view::npos ? host : host.substr(at + 1);
}

}  // namespace

PackedRecord::PackedRecord(const DecisionRecord& record,
                           std::chrono::system_clock::time_point time) {
  head_.time_ms = std::chrono::duration_cast<std::chrono::milliseconds>(
                      time.time_since_epoch())
                      .count();
  head_.generation = record.generation;
  head_.status = record.status;
  head_.kind = record.kind;
  head_.outcome = record.outcome;
  head_.code = record.code;
  head_.rule_kind = record.rule_kind;
  head_.origin_error = record.origin_error;
  Add(kEndpoint, record.endpoint, kMaxShort);
  Add(kDetail, record.detail, kMaxShort);
  Add(kOrigin, record.origin, kMaxOrigin);
  Add(kMethod, record.method, kMaxMethod);
  Add(kHost, WithoutUser(record.host), kMaxHost);
  Add(kPath, PathOf(record.target), kMaxPath);
  Add(kRoute, record.route, kMaxShort);
}

void PackedRecord::Add(Text text, std::string_view value, std::size_t most) {
  const std::size_t size = std::min(value.size(), most);
  if (size < value.size()) {
    head_.cut = static_cast<std::uint16_t>(head_.cut | (1U << text));
  }
  head_.sizes[text] = static_cast<std::uint16_t>(size);
  std::copy_n(value.begin(), size, texts_.begin() + size_);
  size_ += size;
}

std::string_view PackedRecord::head() const {
  static_assert(std::is_trivially_copyable_v<Head>);
  // The bytes of an object may be read as char.
  return {reinterpret_cast<const char*>(&head_), sizeof(head_)};
}

void AppendAccessLine(std::string_view packed, std::string* out) {
  PackedRecord::Head head;
  CORSAC_CHECK(packed.size() >= sizeof(head));
  std::memcpy(&head, packed.data(), sizeof(head));
  packed.remove_prefix(sizeof(head));
  std::array<std::string, PackedRecord::kTexts> texts;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    texts[i] = packed.substr(0, head.sizes[i]);
    packed.remove_prefix(head.sizes[i]);
    if ((std::uint32_t{head.cut} >> i & 1U) != 0) texts[i] += "...";
  }
  const auto add = [out](std::string_view key, std::string_view value) {
    *out += ",\"";
    *out += key;
    *out += "\":";
    AppendJsonText(value, out);
  };
  const auto add_or_null = [&](std::string_view key, const std::string& value) {
    if (!value.empty()) return add(key, value);
    *out += ",\"";
    *out += key;
    *out += "\":null";
  };
  Decision decision;
  decision.code = head.code;
  decision.match.kind = head.rule_kind;
  decision.origin_error = head.origin_error;
  decision.detail = texts[PackedRecord::kDetail];

  *out += "{\"time\":\"";
  *out += FormatTime(std::chrono::system_clock::time_point(
      std::chrono::milliseconds(head.time_ms)));
  *out += '"';
  add("endpoint", texts[PackedRecord::kEndpoint]);
  add("kind", RequestKindName(head.kind));
  add("outcome", OutcomeName(head.outcome));
  add("code", CodeText(decision));
  add_or_null("origin", texts[PackedRecord::kOrigin]);
  add("method", texts[PackedRecord::kMethod]);
  add("host", texts[PackedRecord::kHost]);
  add("path", texts[PackedRecord::kPath]);
  *out += ",\"status\":" + std::to_string(head.status);
  add_or_null("route", texts[PackedRecord::kRoute]);
  *out += ",\"generation\":" + std::to_string(head.generation) + "}\n";
}

}  // namespace corsac
