// Normalisation of a request's host and path.
// Tested by tests/compiler/target_test.cc and tests/fuzz/target_fuzzer.cc.
#include "compiler/table/target.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "compiler/fetch/byte_block.h"
#include "compiler/fetch/names.h"

namespace corsac {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// RFC 3986, section 2.3.
bool IsUnreserved(char c) {
  const char lower = AsciiLower(c);
  return (lower >= 'a' && lower <= 'z') || IsDigit(c) || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

// The value of a hexadecimal digit, or -1.
int HexValue(char c) {
  if (IsDigit(c)) return c - '0';
  const char lower = AsciiLower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// An authority, "host[:port]", taken apart.
struct Authority {
  std::string_view host;
  std::string_view port;  // digits; empty when absent
};

Authority SplitAuthority(std::string_view text) {
  // An IPv6 literal holds colons of its own; the port's comes after `]`.
  const std::size_t bracket = text.rfind(']');
  const std::size_t from = bracket == std::string_view::npos ? 0 : bracket;
  const std::size_t colon = text.find(':', from);
  if (colon == std::string_view::npos) return {text, {}};
  return {text.substr(0, colon), text.substr(colon + 1)};
}

std::string_view WithoutTrailingDot(std::string_view host) {
  if (!host.empty() && host.back() == '.') host.remove_suffix(1);
  return host;
}

std::string_view ElideDefault(std::string_view port,
                              std::string_view default_port) {
  return port == default_port ? std::string_view() : port;
}

// Whether `host` is, as nearly always, in lower case, without port, and not at
// its end a dot, so that there is nothing to be done to it.
bool IsPlainHost(std::string_view host) {
  using internal::ByteBlock;
  return host.size() >= 4 && host.size() <= kMaxHostBytes &&
         host.back() != '.' &&
         internal::OfEveryByte(host, [](const ByteBlock& block) {
           return block.InRange('a', 'z') | block.InRange('0', '9') |
                  block.InRange('-', '.');
         }).All();
}

// A target in absolute form, taken apart.
struct AbsoluteTarget {
  std::string_view default_port;
  std::string_view authority;
  std::string_view rest;  // path and query; may be empty
};

bool SplitAbsolute(std::string_view target, AbsoluteTarget* out) {
  const std::size_t colon = target.find("://");
  if (colon == std::string_view::npos) return false;
  const std::string_view scheme = target.substr(0, colon);
  const bool https = EqualsIgnoreCase(scheme, "https");
  if (!https && !EqualsIgnoreCase(scheme, "http")) return false;
  const std::string_view after = target.substr(colon + 3);
  const std::size_t end = std::min(after.find_first_of("/?"), after.size());
  out->default_port = https ? "443" : "80";
  out->authority = after.substr(0, end);
  out->rest = after.substr(end);
  // A URL names a host (RFC 9110, section 4.2.1), and no user (section 4.2.4).
  return !SplitAuthority(out->authority).host.empty() &&
         out->authority.find('@') == std::string_view::npos;
}

bool Agree(const AbsoluteTarget& target, std::string_view host) {
  const Authority a = SplitAuthority(target.authority);
  const Authority b = SplitAuthority(host);
  return EqualsIgnoreCase(WithoutTrailingDot(a.host),
                          WithoutTrailingDot(b.host)) &&
         ElideDefault(a.port, target.default_port) ==
             ElideDefault(b.port, target.default_port);
}

// The bytes of `word` that are `c`, as bits 0x80.
constexpr std::uint64_t BytesThatAre(char c, std::uint64_t word) {
  constexpr std::uint64_t kLow7 = 0x7F7F'7F7F'7F7F'7F7FU;
  const std::uint64_t other =
      word ^ (0x0101'0101'0101'0101U * static_cast<unsigned char>(c));
  return ~(((other & kLow7) + kLow7) | other | kLow7);
}

// Whether `path` is already what normalisation would make of it. Eight bytes at
// a time; of each slash the byte after it is looked at too.
bool IsNormalized(std::string_view path) {
  const auto has_work = [](std::uint64_t word, std::uint64_t after) {
    return (BytesThatAre('%', word) |
            (BytesThatAre('/', word) &
             (BytesThatAre('/', after) | BytesThatAre('.', after)))) != 0;
  };
  const auto load = [&path](std::size_t at, std::size_t size) {
    std::uint64_t word = 0;
    std::memcpy(&word, path.data() + at, size);
    return word;
  };
  std::size_t at = 0;
  for (; at + 9 <= path.size(); at += 8) {
    if (has_work(load(at, 8), load(at + 1, 8))) return false;
  }
  if (at == path.size()) return true;
  // The last one to eight bytes; zeros come after them.
  const std::size_t left = path.size() - at;
  return !has_work(load(at, left), load(at + 1, left - 1));
}

// Writes a path segment by segment, with repeated slashes merged and dot
// segments removed. The output never grows past the input.
class PathWriter {
 public:
  explicit PathWriter(char* out) : out_(out) {}

  // Takes the next byte of the path, percent-decoded where that is due.
  void Put(char c) {
    if (c != '/') {
      out_[size_++] = c;
      return;
    }
    EndSegment();
    if (size_ == 0 || out_[size_ - 1] != '/') out_[size_++] = '/';
  }

  std::size_t Finish() {
    EndSegment();
    return size_;
  }

 private:
  // Removes the segment just written if it is `.` or `..`, and with `..` the
  // one before it. Leaves the slash in front of what was removed.
  void EndSegment() {
    const std::string_view written(out_, size_);
    const std::size_t slash = written.rfind('/');
    if (slash == std::string_view::npos) return;
    const std::string_view segment = written.substr(slash + 1);
    if (segment == ".") {
      size_ = slash + 1;
    } else if (segment == "..") {
      const std::size_t parent =
          slash == 0 ? 0 : written.substr(0, slash).rfind('/');
      size_ = parent + 1;
    }
  }

  char* out_;
  std::size_t size_ = 0;
};

}  // namespace

NormalizedTarget::NormalizedTarget(std::string_view target,
                                   std::string_view host) noexcept {
  if (target.size() > kMaxTargetBytes) return;
  std::string_view path = target;
  if (!target.empty() && target.front() != '/') {
    AbsoluteTarget absolute;
    if (!SplitAbsolute(target, &absolute)) return;
    if (host.empty()) {
      host = absolute.authority;
    } else if (!Agree(absolute, host)) {
      return;
    }
    path = absolute.rest;
    if (path.empty() || path.front() == '?') path = "/";
  }
  path = path.substr(0, path.find('?'));
  valid_ = SetHost(host) && SetPath(path);
}

bool NormalizedTarget::SetHost(std::string_view host) noexcept {
  if (IsPlainHost(host)) {
    host_ = host;
    return true;
  }
  const std::string_view name = WithoutTrailingDot(SplitAuthority(host).host);
  if (name.size() > host_bytes_.size()) return false;
  std::transform(name.begin(), name.end(), host_bytes_.begin(), AsciiLower);
  host_ = std::string_view(host_bytes_.data(), name.size());
  return true;
}

bool NormalizedTarget::SetPath(std::string_view path) noexcept {
  if (path.empty() || path.front() != '/') return false;
  if (IsNormalized(path)) {
    path_ = path;
    return true;
  }
  PathWriter writer(path_bytes_.data());
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i] != '%') {
      writer.Put(path[i]);
      continue;
    }
    if (i + 2 >= path.size()) return false;
    const int high = HexValue(path[i + 1]);
    const int low = HexValue(path[i + 2]);
    if (high < 0 || low < 0) return false;
    const char decoded = static_cast<char>(high * 16 + low);
    if (IsUnreserved(decoded)) {
      writer.Put(decoded);
    } else {
      for (std::size_t k = 0; k < 3; ++k) writer.Put(path[i + k]);
    }
    i += 2;
  }
  path_ = std::string_view(path_bytes_.data(), writer.Finish());
  return true;
}

}  // namespace corsac
