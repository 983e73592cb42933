// Reading an `origins` entry: it is taken apart from the outside in, blanks,
// two entries in one, scheme, path, user information, port, and then the host
// (origin_host.cc). Entry: ReadOrigin().
// Tested by tests/compiler/origin_pattern_test.cc.
#include "compiler/origins/origin_reader.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/check.h"
#include "compiler/fetch/names.h"
#include "compiler/limits.h"
#include "compiler/origins/entry_shape.h"
#include "compiler/origins/ip_address.h"
#include "compiler/origins/nearest.h"
#include "compiler/origins/origin.h"

namespace corsac {
namespace internal {

OriginRemark& OriginReading::Fail(Code code, std::size_t begin, std::size_t end,
                                  std::string message) {
  OriginRemark& remark = Note(code, begin, end, std::move(message));
  remark.severity = Severity::kError;
  pattern.kind = OriginPattern::Kind::kInvalid;
  failed = true;
  return remark;
}

OriginRemark& OriginReading::Note(Code code, std::size_t begin, std::size_t end,
                                  std::string message) {
  OriginRemark& remark = remarks.emplace_back();
  remark.code = code;
  remark.severity = InfoOf(code).severity;
  remark.begin = begin;
  remark.end = end;
  remark.message = std::move(message);
  return remark;
}

}  // namespace internal

namespace {

using internal::OriginParts;
using internal::OriginReading;
using internal::OriginRemark;
using Kind = OriginPattern::Kind;

constexpr std::string_view kBlanks = " \t\r\n\v\f";
constexpr std::string_view kSeparator = "://";

// Bytes of an entry that is looked into: room for an origin with a path and
// more, and for a few origins in one string.
constexpr std::size_t kMaxEntryBytes = 1'024;

// Schemes that are seen in Origin headers. An unknown one may be right, and is
// allowed; one that is nearly one of these is a slip.
constexpr std::array<std::string_view, 11> kKnownSchemes = {
    "https",
    "http",
    "chrome-extension",
    "moz-extension",
    "safari-web-extension",
    "safari-extension",
    "capacitor",
    "ionic",
    "tauri",
    "wails",
    "app",
};

std::string Lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), AsciiLower);
  return out;
}

bool IsScheme(std::string_view lower) {
  if (lower.empty() || lower.size() > kMaxSchemeBytes) return false;
  if (lower.front() < 'a' || lower.front() > 'z') return false;
  return std::all_of(lower.begin(), lower.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '-' || c == '.';
  });
}

bool IsLoopback(std::string_view rest) {
  return rest.starts_with("localhost") || rest.starts_with("127.") ||
         rest.starts_with("[::1]");
}

class PatternReader {
 public:
  explicit PatternReader(std::string_view written) : written_(written) {}

  OriginReading Read();

 private:
  // Fails at bytes [begin, end) of the entry.
  OriginRemark& Fail(Code code, std::size_t begin, std::size_t end,
                     std::string message) {
    return reading_.Fail(code, offset_ + begin, offset_ + end,
                         std::move(message));
  }
  OriginRemark& FailWhole(Code code, std::string message) {
    return Fail(code, 0, entry_.size(), std::move(message));
  }

  bool Trim();
  bool ReadWord();
  bool CheckLength();
  bool CheckNoRegex();
  // Two origins in one string, or a blank inside of one.
  bool CheckOneEntry();
  void FailWithoutScheme();
  bool ReadScheme();
  bool CheckUnknownScheme();
  bool ReadTail();
  bool ReadUserinfo();
  bool ReadPort();
  bool CheckPort(std::string_view port, std::size_t begin);
  void ReadUrl();

  std::string_view written_;
  std::string_view entry_;  // without blanks around
  std::size_t offset_ = 0;  // of entry_ in written_
  std::string_view rest_;   // what is left to read after "://"
  std::string scheme_;      // lower-case
  std::optional<std::uint16_t> port_;
  bool any_port_ = false;
  OriginParts parts_;
  OriginReading reading_;
};

bool PatternReader::Trim() {
  const std::size_t begin = written_.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) {
    entry_ = written_;
    FailWhole(Code::kOriginWithoutScheme, "an empty string is not an origin")
        .help =
        "write an origin such as `https://app.example.com`, or remove "
        "the entry";
    return false;
  }
  const std::size_t end = written_.find_last_not_of(kBlanks) + 1;
  entry_ = written_.substr(begin, end - begin);
  offset_ = begin;
  if (entry_.size() < written_.size()) {
    reading_.Note(Code::kOriginPadded, 0, written_.size(),
                  "there are blanks around the origin");
  }
  return true;
}

// `*`, `null` and `@name`. True if it was one of them.
bool PatternReader::ReadWord() {
  OriginPattern& pattern = reading_.pattern;
  if (entry_ == "*") {
    pattern.kind = Kind::kAny;
  } else if (entry_ == "null") {
    pattern.kind = Kind::kNull;
  } else if (entry_.starts_with('@')) {
    pattern.kind = Kind::kSet;
    pattern.text = entry_.substr(1);
    return true;
  } else if (EqualsIgnoreCase(entry_, "null")) {
    FailWhole(Code::kOriginNull, Quoted(entry_) + " is not the origin `null`")
        .mended = "null";
    return true;
  } else {
    return false;
  }
  pattern.text = entry_;
  return true;
}

// Bounds what follows: suggestions are made by reading the parts of an entry
// again.
bool PatternReader::CheckLength() {
  if (entry_.size() <= kMaxEntryBytes) return true;
  FailWhole(Code::kOriginBadLabel, "entry of " + std::to_string(entry_.size()) +
                                       " bytes; no origin is longer than " +
                                       std::to_string(kMaxOriginBytes))
      .help = "each entry is one origin: write others as strings of their own";
  return false;
}

bool PatternReader::CheckNoRegex() {
  if (!internal::LooksLikeRegex(entry_)) return true;
  OriginRemark& remark =
      FailWhole(Code::kOriginLooksLikeRegex,
                Quoted(entry_) +
                    " is written like a regex, but a string is compared byte "
                    "for byte");
  std::string plain = internal::WithoutRegexMarks(entry_);
  if (!internal::LooksLikeRegex(plain)) {
    remark.mended = std::move(plain);
    return false;
  }
  remark.help = "write `{ regex = " +
                (entry_.find('\'') == std::string_view::npos
                     ? "'" + std::string(entry_) + "'"
                     : TomlString(entry_)) +
                " }`";
  return false;
}

bool PatternReader::CheckOneEntry() {
  const std::vector<std::string_view> pieces = internal::EntriesIn(entry_);
  if (pieces.size() < 2) return true;
  const auto urls =
      std::count_if(pieces.begin(), pieces.end(), [](std::string_view piece) {
        return piece.find(kSeparator) != std::string_view::npos;
      });
  if (urls < 2 && entry_.find_first_of(",;") == std::string_view::npos) {
    const std::size_t blank = entry_.find_first_of(kBlanks);
    Fail(Code::kOriginBadHost, blank, blank + 1,
         "there is a blank inside the origin")
        .help = "remove it, or write two entries if two origins are meant";
    return false;
  }
  OriginRemark& remark =
      FailWhole(Code::kOriginTwoInOne,
                std::to_string(pieces.size()) +
                    " origins in one string; each entry is one origin");
  std::string mended;
  for (const std::string_view piece : pieces) {
    const std::optional<std::string> one = SuggestOrigin(piece);
    if (!one) {
      remark.help = "write each origin as a string of its own";
      return false;
    }
    if (!mended.empty()) mended += ", ";
    mended += TomlString(*one);
  }
  remark.mended = std::move(mended);
  remark.two_entries = true;
  return false;
}

// "a.com", "//a.com", "https:/a.com", "https:a.com", "https//a.com".
void PatternReader::FailWithoutScheme() {
  std::string_view rest = entry_;
  std::string_view scheme = "https";
  bool certain = true;
  for (const std::string_view known : {"https", "http"}) {
    if (rest.size() > known.size() &&
        EqualsIgnoreCase(rest.substr(0, known.size()), known) &&
        (rest[known.size()] == ':' || rest[known.size()] == '/')) {
      rest.remove_prefix(known.size());
      scheme = known;
      break;
    }
  }
  if (rest.size() == entry_.size() && IsLoopback(entry_)) {
    scheme = "http";  // likely, but https is possible
    certain = false;
  }
  rest.remove_prefix(std::min(rest.find_first_not_of(":/"), rest.size()));
  const bool wildcard = rest.starts_with("*.");
  OriginRemark& remark =
      wildcard ? FailWhole(Code::kOriginBadWildcard,
                           Quoted(entry_) +
                               " has no scheme; a wildcard needs one as well")
               : FailWhole(
                     Code::kOriginWithoutScheme,
                     Quoted(entry_) + " has no scheme, so it is not an origin");
  if (rest.empty()) {
    remark.help = "write the scheme and the host: `https://app.example.com`";
    return;
  }
  remark.mended = std::string(scheme) + "://" + std::string(rest);
  remark.certain = certain;
}

bool PatternReader::ReadScheme() {
  const std::size_t separator = entry_.find(kSeparator);
  if (separator == std::string_view::npos) {
    FailWithoutScheme();
    return false;
  }
  const std::string_view scheme = entry_.substr(0, separator);
  rest_ = entry_.substr(separator + kSeparator.size());
  scheme_ = Lower(scheme);
  if (scheme.find('*') != std::string_view::npos) {
    Fail(Code::kOriginBadWildcard, 0, separator,
         "`*` cannot stand for the scheme")
        .help =
        "list the origin once with `https://` and, if it is really "
        "served without TLS too, once with `http://`";
    return false;
  }
  if (!IsScheme(scheme_)) {
    OriginRemark& remark =
        Fail(Code::kOriginWithoutScheme, 0, separator + kSeparator.size(),
             scheme.empty() ? "there is no scheme before `://`"
                            : Quoted(scheme) + " is not a scheme");
    if (scheme.empty()) {
      remark.mended = "https://" + std::string(rest_);
    } else {
      remark.help = "write `https://`, or the scheme that the app sends";
    }
    return false;
  }
  if (scheme_ == "ws" || scheme_ == "wss") {
    const std::string page = scheme_ == "ws" ? "http" : "https";
    Fail(Code::kOriginWebSocket, 0, separator,
         "no origin has the scheme " + Quoted(scheme) +
             ": a WebSocket handshake carries the origin of the page")
        .mended = page + "://" + std::string(rest_);
    return false;
  }
  if (scheme_ == "file") {
    if (rest_.empty()) {
      reading_.pattern.kind = Kind::kFile;
      reading_.pattern.text = "file://";
    } else {
      FailWhole(Code::kOriginFile,
                "local files have no origin of their own: browsers send "
                "`null`, some web views `file://`")
          .help =
          "serve the page from a local web server and list "
          "`http://localhost:PORT`";
    }
    return reading_.pattern.kind == Kind::kFile;
  }
  return CheckUnknownScheme();
}

bool PatternReader::CheckUnknownScheme() {
  if (std::find(kKnownSchemes.begin(), kKnownSchemes.end(), scheme_) !=
      kKnownSchemes.end()) {
    return true;
  }
  const std::string_view nearest = Nearest(scheme_, kKnownSchemes);
  // Two edits make another word of `app`.
  const std::size_t most = nearest.size() / 2;
  if (nearest.empty() || EditDistance(scheme_, nearest, 2) > most) {
    reading_
        .Note(Code::kOriginUnknownScheme, offset_, offset_ + scheme_.size(),
              "scheme " + Quoted(scheme_) +
                  " is none that browsers are known to send")
        .help = "nothing needs to be done if an app really sends it";
    return true;
  }
  // Not a failure: a rule file may say that the scheme is right all the same.
  OriginRemark& remark = reading_.Note(
      Code::kOriginUnknownScheme, offset_, offset_ + scheme_.size(),
      "unknown scheme " + Quoted(scheme_) + "; did you mean " +
          Quoted(nearest) + "?");
  remark.severity = Severity::kError;
  remark.mended = std::string(nearest) + "://" + std::string(rest_);
  return true;
}

// What follows the host and port: nothing, or one slash too many.
bool PatternReader::ReadTail() {
  const std::size_t end = std::min(rest_.find_first_of("/?#"), rest_.size());
  const std::string_view tail = rest_.substr(end);
  const std::size_t begin = entry_.size() - tail.size();
  rest_ = rest_.substr(0, end);
  if (tail.empty()) return true;
  if (tail == "/") {
    reading_.Note(Code::kOriginPadded, offset_ + begin, offset_ + entry_.size(),
                  "an origin has no trailing slash");
    return true;
  }
  const std::string what = tail.front() == '?'   ? "query"
                           : tail.front() == '#' ? "fragment"
                                                 : "path";
  OriginRemark& remark = Fail(Code::kOriginHasPath, begin, entry_.size(),
                              "an origin has no " + what +
                                  ": every page of a site has the same origin");
  remark.mended = std::string(entry_.substr(0, begin));
  return false;
}

bool PatternReader::ReadUserinfo() {
  const std::size_t at = rest_.rfind('@');
  if (at == std::string_view::npos) return true;
  const auto begin = static_cast<std::size_t>(rest_.data() - entry_.data());
  OriginRemark& remark =
      Fail(Code::kOriginUserinfo, begin, begin + at + 1,
           "an origin has no user name or password; the host is " +
               Quoted(rest_.substr(at + 1)));
  // "https://app.example.com@evil.test" may have been meant the other way.
  if (rest_.substr(0, at).find('.') == std::string_view::npos) {
    remark.mended = scheme_ + "://" + std::string(rest_.substr(at + 1));
  } else {
    remark.help =
        "write the origin of the site that calls, and nothing "
        "before `@`, which browsers drop";
  }
  return false;
}

// Splits the port off rest_, which leaves the host.
bool PatternReader::ReadPort() {
  const auto begin = static_cast<std::size_t>(rest_.data() - entry_.data());
  std::size_t colon = std::string_view::npos;
  if (rest_.starts_with('[')) {
    const std::size_t bracket = rest_.find(']');
    if (bracket == std::string_view::npos ||
        (bracket + 1 < rest_.size() && rest_[bracket + 1] != ':')) {
      Fail(Code::kOriginBadIpv6, begin, begin + rest_.size(),
           Quoted(rest_) + " is not an IPv6 address in brackets")
          .help = "write the address as `[::1]`, and a port as `[::1]:8080`";
      return false;
    }
    if (bracket + 1 < rest_.size()) colon = bracket + 1;
  } else {
    if (std::count(rest_.begin(), rest_.end(), ':') > 1) {
      OriginRemark& remark =
          Fail(Code::kOriginBadIpv6, begin, begin + rest_.size(),
               "more than one colon; an IPv6 address stands in brackets");
      if (const auto canonical = CanonicalIpv6(rest_)) {
        remark.mended = scheme_ + "://[" + *canonical + "]";
      } else {
        remark.help = "write `http://[::1]:8080`, or one port only";
      }
      return false;
    }
    colon = rest_.find(':');
  }
  if (colon == std::string_view::npos) return true;
  const std::string_view port = rest_.substr(colon + 1);
  rest_ = rest_.substr(0, colon);
  return CheckPort(port, begin + colon);
}

// `port` is what stands after the colon at `begin` of the entry.
bool PatternReader::CheckPort(std::string_view port, std::size_t begin) {
  const std::size_t end = begin + 1 + port.size();
  const std::string before(entry_.substr(0, begin));
  if (port == "*") {
    any_port_ = true;
    return true;
  }
  if (port.empty()) {
    Fail(Code::kOriginBadPort, begin, end, "there is no port after the colon")
        .mended = before;
    return false;
  }
  std::string_view digits = port;
  if (digits.starts_with('+')) digits.remove_prefix(1);
  const std::size_t zeros = digits.find_first_not_of('0');
  digits.remove_prefix(std::min(zeros, digits.size()));
  std::uint32_t value = 0;
  const char* const last = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), last, value);
  if (error != std::errc() || stop != last || value > 0xFFFF) {
    OriginRemark& remark = Fail(Code::kOriginBadPort, begin + 1, end,
                                Quoted(port) + " is not a port");
    remark.help = port.find('*') != std::string_view::npos
                      ? "write `:*` for any port, or `{ regex = '…' }` for "
                        "some of them"
                      : "a port is a number from 1 to 65535";
    return false;
  }
  if (digits != port) {
    Fail(Code::kOriginBadPort, begin + 1, end,
         "browsers send this port as " + Quoted(digits))
        .mended = before + ":" + std::string(digits);
    return false;
  }
  if ((scheme_ == "https" && value == 443) ||
      (scheme_ == "http" && value == 80)) {
    reading_.Note(Code::kOriginDefaultPort, offset_ + begin, offset_ + end,
                  "browsers leave out the default port of " + scheme_);
    return true;
  }
  port_ = static_cast<std::uint16_t>(value);
  return true;
}

void PatternReader::ReadUrl() {
  if (!ReadScheme()) return;
  OriginPattern& pattern = reading_.pattern;
  const std::string_view scheme_written = entry_.substr(0, scheme_.size());
  if (scheme_written != scheme_) {
    reading_.Note(Code::kOriginUppercase, offset_, offset_ + scheme_.size(),
                  "browsers send schemes in lower case");
  }
  if (pattern.kind == Kind::kFile) return;
  if (!ReadTail() || !ReadUserinfo() || !ReadPort()) return;

  parts_.entry = entry_;
  parts_.offset = offset_;
  parts_.scheme = scheme_;
  parts_.host = rest_;
  parts_.web = scheme_ == "http" || scheme_ == "https";
  if (any_port_) parts_.port_suffix = ":*";
  if (port_) parts_.port_suffix = ":" + std::to_string(*port_);
  bool wildcard = false;
  std::optional<std::string> host =
      internal::ReadOriginHost(parts_, reading_, &wildcard);
  if (!host) return;

  pattern.scheme = scheme_;
  pattern.host = *std::move(host);
  pattern.any_port = any_port_;
  pattern.port = port_;
  pattern.text = scheme_ + (wildcard ? "://*." : "://") + pattern.host +
                 parts_.port_suffix;
  pattern.kind = wildcard    ? Kind::kSubdomain
                 : any_port_ ? Kind::kAnyPort
                             : Kind::kExact;
  if (pattern.kind == Kind::kExact) {
    Origin origin;
    CORSAC_DCHECK(ParseOrigin(pattern.text, &origin) == OriginError::kNone);
  }
}

OriginReading PatternReader::Read() {
  if (!Trim() || ReadWord() || !CheckLength() || !CheckNoRegex() ||
      !CheckOneEntry())
    return std::move(reading_);
  ReadUrl();
  return std::move(reading_);
}

}  // namespace

namespace internal {

OriginReading ReadOrigin(std::string_view entry) {
  return PatternReader(entry).Read();
}

}  // namespace internal
}  // namespace corsac
