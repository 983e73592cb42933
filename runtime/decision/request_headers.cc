// One pass over the names that a preflight asks for. Entry: ReadAskedHeaders().
// Tested by tests/runtime/request_headers_test.cc.
#include "runtime/decision/request_headers.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "compiler/fetch/names.h"
#include "compiler/limits.h"
#include "compiler/table/hash.h"

namespace corsac {
namespace {

// The distinct names seen so far: open addressing over at most half of 256
// slots, so that a list of thousands of repeats stays linear.
class SeenNames {
 public:
  enum class Added : std::uint8_t { kNew, kKnown, kFull };

  explicit SeenNames(std::uint64_t seed) : seed_(seed) {}

  Added Add(std::string_view name) noexcept {
    std::size_t slot = HashBytes<kFoldCase>(name, seed_) % kSlots;
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
  static constexpr std::size_t kSlots = 2 * kMaxRequestHeaderNames;
  static_assert(kMaxRequestHeaderNames < 256);

  std::uint64_t seed_;
  std::array<std::uint8_t, kSlots> slots_{};  // index into names_ + 1
  AskedNames names_;
};

constexpr std::string_view kAuthorization = "authorization";

// Takes the elements of the lists one by one. The plain way keeps no memory of
// the names that it has seen: a name seen twice is looked up twice. It does for
// as many names as a request may ask for, repeats included.
class PlainReader {
 public:
  explicit PlainReader(const CompiledPolicy& policy) : policy_(policy) {}

  // Returns false when reading is over, for better or worse.
  bool Take(std::string_view name) noexcept {
    if (taken_++ == kMaxRequestHeaderNames) return false;
    if (result_.first_refused.empty() && !AllowsRequestHeader(policy_, name)) {
      result_.first_refused = name;
    }
    return true;
  }

  // Whether there were more names than it can tell anything about.
  bool gave_up() const { return taken_ > kMaxRequestHeaderNames; }

  AskedHeaders& result() { return result_; }

 private:
  const CompiledPolicy& policy_;
  std::size_t taken_ = 0;
  AskedHeaders result_;
};

// The careful way: knows each name once, and keeps those that are allowed.
class DistinctReader {
 public:
  DistinctReader(const CompiledPolicy& policy, AskedNames* allowed)
      : policy_(policy), allowed_(*allowed), seen_(policy.headers.seed()) {
    allowed_.Clear();
  }

  bool Take(std::string_view name) noexcept {
    switch (seen_.Add(name)) {
      case SeenNames::Added::kKnown:
        return true;
      case SeenNames::Added::kFull:
        result_.status = AskedHeaders::Status::kTooLarge;
        return false;
      case SeenNames::Added::kNew:
        break;
    }
    if (EqualsIgnoreCase(name, kAuthorization)) {
      result_.asks_authorization = true;
    }
    if (AllowsRequestHeader(policy_, name)) {
      allowed_.Add(name);
    } else if (result_.first_refused.empty()) {
      result_.first_refused = name;
    }
    return true;
  }

  AskedHeaders& result() { return result_; }

 private:
  const CompiledPolicy& policy_;
  AskedNames& allowed_;
  SeenNames seen_;
  AskedHeaders result_;
};

// Gives every element of `line` that is not empty to `reader`. Returns false
// when reading is over.
template <class Reader>
bool ReadLine(std::string_view line, Reader& reader) noexcept {
  const char* at = line.data();
  const char* const end = at + line.size();
  while (at != end) {
    if (*at == ',' || *at == ' ' || *at == '\t') {
      ++at;
      continue;
    }
    const char* const begin = at;
    while (at != end && IsTokenByte(*at)) ++at;
    const auto size = static_cast<std::size_t>(at - begin);
    while (at != end && (*at == ' ' || *at == '\t')) ++at;
    if (size == 0 || size > kMaxHeaderNameBytes || (at != end && *at != ',')) {
      reader.result().status = AskedHeaders::Status::kMalformed;
      return false;
    }
    if (!reader.Take({begin, size})) return false;
  }
  return true;
}

template <class Reader>
void ReadLines(const RequestView& request, const RequestFields& fields,
               Reader& reader) noexcept {
  if (fields.request_headers.count == 1) {
    ReadLine(fields.request_headers.ValueIn(request), reader);
    return;
  }
  for (const HeaderField& field : request.headers) {
    if (IsRequestHeadersName(field.name) &&
        !ReadLine(StripBlanks(field.value), reader)) {
      return;
    }
  }
}

bool WithinSize(const RequestView& request, const RequestFields& fields) {
  if (fields.request_headers.count == 1) {
    return fields.request_headers.ValueIn(request).size() <=
           kMaxRequestHeadersBytes;
  }
  std::size_t bytes = 0;
  for (const HeaderField& field : request.headers) {
    if (IsRequestHeadersName(field.name)) {
      bytes += StripBlanks(field.value).size();
    }
  }
  return bytes <= kMaxRequestHeadersBytes;
}

}  // namespace

bool AllowsRequestHeader(const CompiledPolicy& policy,
                         std::string_view name) noexcept {
  if (policy.headers.Contains(name)) {
    return !policy.headers_forbidden || !IsForbiddenRequestHeader(name);
  }
  // Fetch: `*` does not cover `authorization`.
  return policy.headers_any && !EqualsIgnoreCase(name, kAuthorization) &&
         !IsForbiddenRequestHeader(name);
}

AskedHeaders ReadAskedHeaders(const RequestView& request,
                              const RequestFields& fields,
                              const CompiledPolicy& policy,
                              AskedNames* allowed) noexcept {
  if (fields.request_headers.count == 0) {
    allowed->Clear();
    return {};
  }
  if (!WithinSize(request, fields)) {
    AskedHeaders result;
    result.status = AskedHeaders::Status::kTooLarge;
    return result;
  }
  if (!policy.headers_any) {
    PlainReader reader(policy);
    ReadLines(request, fields, reader);
    if (!reader.gave_up()) return reader.result();
  }
  DistinctReader reader(policy, allowed);
  ReadLines(request, fields, reader);
  return reader.result();
}

}  // namespace corsac
