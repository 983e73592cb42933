// Tested by tests/runtime/request_headers_test.cc.
#include "runtime/decision/request_headers.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "compiler/fetch/names.h"
#include "compiler/limits.h"

namespace corsac {
namespace {

constexpr std::string_view kRequestHeaders = "access-control-request-headers";

// The distinct names seen so far: open addressing over at most half of 256
// slots, so that a list of thousands of repeats stays linear.
class SeenNames {
 public:
  enum class Added : std::uint8_t { kNew, kKnown, kFull };

  Added Add(std::string_view name) noexcept {
    std::uint32_t slot = Hash(name) % kSlots;
    for (; slots_[slot] != 0; slot = (slot + 1) % kSlots) {
      if (EqualsIgnoreCase(names_[slots_[slot] - 1U], name)) {
        return Added::kKnown;
      }
    }
    if (names_.size() == kMaxRequestHeaderNames) return Added::kFull;
    names_.Add(name);
    slots_[slot] = static_cast<std::uint8_t>(names_.size());
    return Added::kNew;
  }

 private:
  static constexpr std::uint32_t kSlots = 2 * kMaxRequestHeaderNames;
  static_assert(kMaxRequestHeaderNames < 256);

  static std::uint32_t Hash(std::string_view name) noexcept {
    std::uint32_t hash = 2'166'136'261U;  // FNV-1a
    for (const char c : name) {
      hash = (hash ^ static_cast<unsigned char>(AsciiLower(c))) * 16'777'619U;
    }
    return hash ^ (hash >> 16);
  }

  std::array<std::uint8_t, kSlots> slots_{};  // index into names_ + 1
  AskedNames names_;
};

bool WithinSize(std::span<const HeaderField> headers) {
  std::size_t bytes = 0;
  for (const HeaderField& field : headers) {
    if (EqualsIgnoreCase(field.name, kRequestHeaders)) {
      bytes += StripBlanks(field.value).size();
    }
  }
  return bytes <= kMaxRequestHeadersBytes;
}

// One pass over the elements of the lists.
class AskedReader {
 public:
  AskedReader(const CompiledPolicy& policy, AskedNames* allowed)
      : policy_(policy), allowed_(*allowed) {
    allowed_.Clear();
  }

  // Returns false when reading is over, for better or worse.
  bool ReadLine(std::string_view line) noexcept {
    while (!line.empty()) {
      const std::size_t comma = std::min(line.find(','), line.size());
      if (!ReadName(StripBlanks(line.substr(0, comma)))) return false;
      line.remove_prefix(std::min(comma + 1, line.size()));
    }
    return true;
  }

  const AskedHeaders& result() const { return result_; }

 private:
  bool ReadName(std::string_view name) noexcept {
    if (name.empty()) return true;
    if (name.size() > kMaxHeaderNameBytes || !IsToken(name)) {
      result_.status = AskedHeaders::Status::kMalformed;
      return false;
    }
    switch (seen_.Add(name)) {
      case SeenNames::Added::kKnown:
        return true;
      case SeenNames::Added::kFull:
        result_.status = AskedHeaders::Status::kTooLarge;
        return false;
      case SeenNames::Added::kNew:
        break;
    }
    if (EqualsIgnoreCase(name, "authorization")) {
      result_.asks_authorization = true;
    }
    if (AllowsRequestHeader(policy_, name)) {
      allowed_.Add(name);
    } else if (result_.first_refused.empty()) {
      result_.first_refused = name;
    }
    return true;
  }

  const CompiledPolicy& policy_;
  AskedNames& allowed_;
  SeenNames seen_;
  AskedHeaders result_;
};

}  // namespace

bool AllowsRequestHeader(const CompiledPolicy& policy,
                         std::string_view name) noexcept {
  if (IsForbiddenRequestHeader(name)) return false;
  if (policy.headers.Contains(name)) return true;
  // Fetch: `*` does not cover `authorization`.
  return policy.headers_any && !EqualsIgnoreCase(name, "authorization");
}

AskedHeaders ReadAskedHeaders(std::span<const HeaderField> headers,
                              const CompiledPolicy& policy,
                              AskedNames* allowed) noexcept {
  AskedReader reader(policy, allowed);
  if (!WithinSize(headers)) {
    AskedHeaders result;
    result.status = AskedHeaders::Status::kTooLarge;
    return result;
  }
  for (const HeaderField& field : headers) {
    if (EqualsIgnoreCase(field.name, kRequestHeaders) &&
        !reader.ReadLine(StripBlanks(field.value))) {
      break;
    }
  }
  return reader.result();
}

}  // namespace corsac
