// The head reader: one pass over the bytes, sixteen at a time where many are of
// one class.
// Tested by tests/runtime/request_head_test.cc, by tests/runtime/
// http_peers_test.cc against another parser, and by tests/fuzz/http_fuzzer.cc.
#include "runtime/http/request_head.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "compiler/check.h"
#include "compiler/fetch/byte_block.h"
#include "compiler/fetch/known_name.h"
#include "compiler/fetch/names.h"

namespace corsac {
namespace {

using internal::ByteBlock;
using internal::KnownName;

constexpr KnownName kHost("host");
constexpr KnownName kExpect("expect");
constexpr KnownName kConnection("connection");
constexpr KnownName kContentLength("content-length");
constexpr KnownName kTransferEncoding("transfer-encoding");

// Digits of a Content-Length: more than any body has, and no overflow.
constexpr std::size_t kMaxLengthDigits = 18;

// Returns the first byte in [at, end) that `stops` says, as a mask of a block
// and for one byte, or `end`.
template <class BlockStops, class ByteStops>
const char* FindByte(const char* at, const char* end, BlockStops block_stops,
                     ByteStops byte_stops) noexcept {
  while (end - at >= static_cast<std::ptrdiff_t>(ByteBlock::kSize)) {
    const std::uint32_t mask = block_stops(ByteBlock(at));
    if (mask != 0) return at + std::countr_zero(mask);
    at += ByteBlock::kSize;
  }
  while (at != end && !byte_stops(*at)) ++at;
  return at;
}

bool IsControl(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && byte != '\t') || byte == 0x7F;
}

// The first byte that a field value cannot hold (RFC 9110, section 5.5).
const char* FindControl(const char* at, const char* end) noexcept {
  return FindByte(
      at, end,
      [](const ByteBlock& block) {
        const std::uint32_t controls =
            (block.InRange('\0', '\x1F') | block.Equals('\x7F')).Mask();
        return controls == 0 ? 0 : controls & ~block.Equals('\t').Mask();
      },
      IsControl);
}

bool IsBlank(char c) { return c == ' ' || c == '\t'; }

// What StripBlanks() returns. One blank before and none after is how everybody
// writes a value.
std::string_view WithoutBlanks(std::string_view text) noexcept {
  if (text.size() >= 2 && text[0] == ' ' && !IsBlank(text[1]) &&
      !IsBlank(text.back())) {
    return text.substr(1);
  }
  return StripBlanks(text);
}

bool IsTargetByte(char c) { return c > 0x20 && c < 0x7F && c != '#'; }

// The first byte that a request target cannot hold. All printable bytes but
// `#` are let through: browsers send some that RFC 3986 would have escaped.
const char* FindTargetEnd(const char* at, const char* end) noexcept {
  return FindByte(
      at, end,
      [](const ByteBlock& block) {
        return (~block.InRange('\x21', '\x7E').Mask() & 0xFFFFU) |
               block.Equals('#').Mask();
      },
      [](char c) { return !IsTargetByte(c); });
}

// The first colon or byte that cannot stand in a name, going by plain bytes
// first: nearly all names have no others.
const char* FindNameEnd(const char* at, const char* end) noexcept {
  while (end - at >= static_cast<std::ptrdiff_t>(ByteBlock::kSize)) {
    const ByteBlock block(at);
    const ByteBlock plain = block.WithBit0x20().InRange('a', 'z') |
                            block.InRange('0', '9') | block.Equals('-');
    const std::uint32_t others = ~plain.Mask() & 0xFFFFU;
    if (others == 0) {
      at += ByteBlock::kSize;
      continue;
    }
    at += std::countr_zero(others);
    if (!IsTokenByte(*at)) return at;
    ++at;
  }
  while (at != end && IsTokenByte(*at)) ++at;
  return at;
}

constexpr bool IsAuthorityByte(char c) {
  if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) return true;
  if (c >= '0' && c <= '9') return true;
  return std::string_view("-._~%!$&'()*+,;=:[]").find(c) !=
         std::string_view::npos;
}

constexpr auto kAuthorityBytes = [] {
  std::array<bool, 256> table{};
  for (int i = 0; i < 128; ++i) {
    table[static_cast<std::size_t>(i)] = IsAuthorityByte(static_cast<char>(i));
  }
  return table;
}();

// uri-host [":" port], told by its bytes: user information, paths and blanks
// are what could be read in two ways.
bool IsAuthority(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return kAuthorityBytes[static_cast<unsigned char>(c)];
  });
}

bool ParseLength(std::string_view text, std::uint64_t* length) {
  if (text.empty() || text.size() > kMaxLengthDigits) return false;
  std::uint64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return false;
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  *length = value;
  return true;
}

// Bytes of "http://" or "https://" in any case that `target` begins with, or 0.
std::size_t SchemeSize(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (EqualsIgnoreCase(target.substr(0, scheme.size()), scheme)) {
      return scheme.size();
    }
  }
  return 0;
}

}  // namespace

// One reading. Each Read…() returns whether to go on; if not, either an error
// is set or the bytes ended too soon.
class HeadReader::Parse {
 public:
  Parse(HeadReader* reader, std::string_view bytes)
      : reader_(*reader),
        head_(reader->head_),
        begin_(bytes.data()),
        at_(bytes.data()),
        end_(bytes.data() + std::min(bytes.size(), reader->max_head_bytes_)),
        is_cut_(bytes.size() >= reader->max_head_bytes_) {}

  Status Run() {
    head_ = RequestHead();
    if (SkipEmptyLine() && ReadRequestLine() && ReadFields() && CheckFields()) {
      head_.size = static_cast<std::size_t>(at_ - begin_);
      return Status::kComplete;
    }
    if (reader_.error_ != HttpError::kNone) return Status::kError;
    if (!is_cut_) return Status::kIncomplete;
    reader_.error_ = HttpError::kHeadSize;
    return Status::kError;
  }

 private:
  bool Fail(HttpError error) {
    reader_.error_ = error;
    return false;
  }

  // At a byte that does not belong where it stands: the end of the line, which
  // comes too soon or is a bare LF or CR, or `other`.
  bool FailAt(const char* place, HttpError other) {
    if (place == end_) return false;
    if (*place == '\n') return Fail(HttpError::kLineEnd);
    if (*place == '\r') {
      if (place + 1 == end_) return false;
      if (place[1] != '\n') return Fail(HttpError::kLineEnd);
    }
    return Fail(other);
  }

  // Passes over CR LF, else says what is wrong.
  bool TakeLineEnd(HttpError other) {
    if (end_ - at_ >= 2 && at_[0] == '\r' && at_[1] == '\n') {
      at_ += 2;
      return true;
    }
    return FailAt(at_, other);
  }

  bool SkipEmptyLine() {
    if (at_ == end_ || *at_ != '\r') return true;
    return TakeLineEnd(HttpError::kRequestLine);
  }

  bool ReadRequestLine() {
    return ReadMethod() && ReadTarget() && ReadVersion() && CheckTarget();
  }

  bool ReadMethod() {
    const char* const last =
        at_ + std::min<std::ptrdiff_t>(end_ - at_, kMaxHttpMethodBytes + 1);
    const char* at = at_;
    while (at != last && IsTokenByte(*at)) ++at;
    head_.method = {at_, static_cast<std::size_t>(at - at_)};
    if (head_.method.size() > kMaxHttpMethodBytes) {
      return Fail(HttpError::kMethod);
    }
    if (at == end_) return false;
    if (*at == '\r' || *at == '\n') return FailAt(at, HttpError::kRequestLine);
    if (*at != ' ') return Fail(HttpError::kMethod);
    if (head_.method.empty()) return Fail(HttpError::kRequestLine);
    at_ = at + 1;
    return true;
  }

  bool ReadTarget() {
    const char* const at = FindTargetEnd(at_, end_);
    head_.target = {at_, static_cast<std::size_t>(at - at_)};
    if (at == end_) return false;
    if (*at == '\r' || *at == '\n') return FailAt(at, HttpError::kRequestLine);
    if (*at != ' ') return Fail(HttpError::kTarget);
    if (head_.target.empty()) return Fail(HttpError::kRequestLine);
    at_ = at + 1;
    return true;
  }

  bool ReadVersion() {
    constexpr std::string_view kName = "HTTP/";
    constexpr std::size_t kSize = 8;  // of "HTTP/1.1"
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    const std::string_view text(
        at_, std::min(static_cast<std::size_t>(end_ - at_), kSize));
    // First, so that the error does not depend on how much has come.
    const std::size_t line_end = text.find_first_of("\r\n");
    if (line_end != std::string_view::npos) {
      return FailAt(at_ + line_end, HttpError::kVersion);
    }
    if (text.size() < kSize) return false;
    if (text.substr(0, kName.size()) != kName || !is_digit(text[5]) ||
        text[6] != '.' || !is_digit(text[7])) {
      return Fail(HttpError::kVersion);
    }
    if (text[5] != '1' || text[7] > '1') {
      return Fail(HttpError::kVersionSupport);
    }
    head_.minor_version = static_cast<std::uint8_t>(text[7] - '0');
    at_ += kSize;
    return TakeLineEnd(HttpError::kRequestLine);
  }

  bool CheckTarget() {
    const std::string_view target = head_.target;
    // Has a form of its own, "host:port", and a 2xx opens a tunnel.
    if (head_.method == "CONNECT") return Fail(HttpError::kTarget);
    if (target.front() == '/') {
      head_.path_and_query = target;
      return true;
    }
    if (target == "*" && head_.method == "OPTIONS") {
      head_.path_and_query = target;
      return true;
    }
    const std::size_t scheme = SchemeSize(target);
    if (scheme == 0) return Fail(HttpError::kTarget);
    const std::size_t path = std::min(target.find('/', scheme), target.size());
    const std::size_t query = std::min(target.find('?', scheme), target.size());
    const std::size_t end = std::min(path, query);
    head_.host = target.substr(scheme, end - scheme);
    if (head_.host.empty() || !IsAuthority(head_.host)) {
      return Fail(HttpError::kTarget);
    }
    is_absolute_ = true;
    // Without a path only the query is left, and nothing here goes by that.
    head_.path_and_query = end == path && path != target.size()
                               ? target.substr(path)
                               : std::string_view("/");
    return true;
  }

  bool ReadFields() {
    HeaderField* const fields = reader_.fields_.data();
    const std::size_t room = reader_.fields_.size();
    std::size_t count = 0;
    for (;;) {
      if (at_ == end_) return false;
      if (*at_ == '\r' || *at_ == '\n') {
        if (!TakeLineEnd(HttpError::kLineEnd)) return false;
        head_.fields = {fields, count};
        return true;
      }
      if (count == room) return Fail(HttpError::kFieldCount);
      HeaderField* const field = fields + count;
      if (!ReadField(field)) return false;
      if (MayMatter(field->name.size()) && !TakeField(*field)) return false;
      ++count;
    }
  }

  bool ReadField(HeaderField* field) {
    const char* const colon = FindNameEnd(at_, end_);
    if (colon == end_) return false;
    if (colon == at_ && IsBlank(*colon)) return Fail(HttpError::kFieldFold);
    if (*colon != ':') return FailAt(colon, HttpError::kFieldName);
    if (colon == at_) return Fail(HttpError::kFieldName);
    field->name = {at_, static_cast<std::size_t>(colon - at_)};
    const char* const value = colon + 1;
    const char* const end = FindControl(value, end_);
    at_ = end;
    if (!TakeLineEnd(HttpError::kFieldValue)) return false;
    field->value =
        WithoutBlanks({value, static_cast<std::size_t>(end - value)});
    return true;
  }

  // Whether a name of that size may be one that TakeField() looks at.
  static bool MayMatter(std::size_t size) {
    constexpr auto kBit = [](std::size_t n) { return std::uint64_t{1} << n; };
    constexpr std::uint64_t kSizes =
        kBit(kHost.size()) | kBit(kExpect.size()) | kBit(kConnection.size()) |
        kBit(kContentLength.size()) | kBit(kTransferEncoding.size());
    return size < 64 && (kSizes >> size & 1) != 0;
  }

  // Notes what a field says about the connection or the body.
  bool TakeField(const HeaderField& field) {
    switch (field.name.size()) {
      case kHost.size():
        if (kHost.Equals(field.name)) return TakeHost(field.value);
        return true;
      case kExpect.size():
        if (kExpect.Equals(field.name)) return TakeExpect(field.value);
        return true;
      case kConnection.size():
        if (kConnection.Equals(field.name)) TakeConnection(field.value);
        return true;
      case kContentLength.size():
        if (kContentLength.Equals(field.name)) return TakeLength(field.value);
        return true;
      case kTransferEncoding.size():
        if (!kTransferEncoding.Equals(field.name)) return true;
        return TakeTransferEncoding(field.value);
      default:
        return true;
    }
  }

  bool TakeHost(std::string_view value) {
    if (has_host_ || !IsAuthority(value)) return Fail(HttpError::kHost);
    has_host_ = true;
    // The target, where it names a host, comes first (RFC 9112, section
    // 3.2.2).
    if (!is_absolute_) head_.host = value;
    return true;
  }

  bool TakeExpect(std::string_view value) {
    if (!EqualsIgnoreCase(value, "100-continue")) {
      return Fail(HttpError::kExpect);
    }
    head_.expects_continue = true;
    return true;
  }

  void TakeConnection(std::string_view value) {
    if (value == "keep-alive") {  // as nearly always
      keeps_alive_ = true;
      return;
    }
    closes_ |= ListHasElement(value, "close");
    keeps_alive_ |= ListHasElement(value, "keep-alive");
  }

  bool TakeLength(std::string_view value) {
    if (has_length_ || !ParseLength(value, &head_.content_length)) {
      return Fail(HttpError::kContentLength);
    }
    has_length_ = true;
    return true;
  }

  bool TakeTransferEncoding(std::string_view value) {
    if (head_.body_end == BodyEnd::kChunked ||
        !EqualsIgnoreCase(value, "chunked")) {
      return Fail(HttpError::kTransferEncoding);
    }
    head_.body_end = BodyEnd::kChunked;
    return true;
  }

  // What only all lines together tell.
  bool CheckFields() {
    if (!has_host_ && head_.minor_version > 0) return Fail(HttpError::kHost);
    if (head_.body_end == BodyEnd::kChunked) {
      if (has_length_) return Fail(HttpError::kTwoLengths);
      if (head_.minor_version == 0) return Fail(HttpError::kTransferEncoding);
    } else if (has_length_) {
      head_.body_end = BodyEnd::kLength;
    }
    if (head_.minor_version == 0) head_.expects_continue = false;
    head_.keep_alive = !closes_ && (head_.minor_version > 0 || keeps_alive_);
    return true;
  }

  HeadReader& reader_;
  RequestHead& head_;
  const char* const begin_;
  const char* at_;
  const char* const end_;
  const bool is_cut_;  // more bytes would not be read
  bool is_absolute_ = false;
  bool has_host_ = false;
  bool has_length_ = false;
  bool closes_ = false;
  bool keeps_alive_ = false;
};

HeadReader::HeadReader(const HttpLimits& limits)
    : max_head_bytes_(limits.max_head_bytes), fields_(limits.max_fields) {
  CORSAC_CHECK(max_head_bytes_ > 0 && !fields_.empty());
}

HeadReader::Status HeadReader::Read(std::string_view bytes) {
  error_ = HttpError::kNone;
  return Parse(this, bytes).Run();
}

}  // namespace corsac
