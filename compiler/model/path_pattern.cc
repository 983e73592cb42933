// Path patterns and hosts of routes.
// Entries: ParsePathPattern(), ParseHostPattern().
// Tested by tests/compiler/path_pattern_test.cc.
#include "compiler/model/path_pattern.h"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>

#include "compiler/fetch/names.h"
#include "compiler/limits.h"
#include "compiler/origins/idn.h"
#include "compiler/origins/ip_address.h"
#include "compiler/origins/origin.h"
#include "compiler/origins/origin_pattern.h"

namespace corsac {
namespace {

bool IsAlphaOrDigit(char c) {
  const char lower = AsciiLower(c);
  return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9');
}

// RFC 3986, section 2.3: escaping these is pointless, and normalisation undoes
// it.
bool IsUnreserved(char c) {
  return IsAlphaOrDigit(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

int HexDigit(char c) {
  const char lower = AsciiLower(c);
  if (c >= '0' && c <= '9') return c - '0';
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::string PercentEncode(std::string_view bytes) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += kHex[byte >> 4U];
    out += kHex[byte & 0xFU];
  }
  return out;
}

// Bytes that a browser escapes, or turns into others, in the path of a URL
// (URL standard, "path percent-encode set"), so that no request has them.
bool IsEscapedByBrowsers(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte <= 0x20 || byte >= 0x7F || c == '"' || c == '<' || c == '>' ||
         c == '`';
}

class PathReader {
 public:
  PathReader(const WrittenText& written, std::vector<Finding>* findings)
      : written_(written), text_(written.value()), findings_(findings) {}

  std::optional<std::vector<IrSegment>> Read();

 private:
  // Reports bytes [begin, end) of the pattern. Always returns false.
  bool Fail(std::size_t begin, std::size_t end, std::string message,
            std::string help, Code code = Code::kPathPattern);
  // Fail(), with `mended` as what to write.
  bool FailWith(std::size_t begin, std::size_t end, std::string message,
                const std::string& mended);

  bool CheckStart();
  bool ReadSegment(std::size_t begin, std::size_t end);
  bool ReadParameter(std::size_t begin, std::size_t end);
  bool CheckLiteral(std::size_t begin, std::size_t end);
  bool CheckEscape(std::size_t at);
  bool CheckByte(std::size_t at);
  bool CheckDots(std::size_t begin, std::size_t end);
  // The pattern with bytes [begin, end) replaced.
  std::string With(std::size_t begin, std::size_t end,
                   std::string_view replacement) const {
    std::string out(text_);
    return out.replace(begin, end - begin, replacement);
  }

  const WrittenText& written_;
  std::string_view text_;
  std::vector<Finding>* findings_;
  std::vector<IrSegment> segments_;
};

bool PathReader::Fail(std::size_t begin, std::size_t end, std::string message,
                      std::string help, Code code) {
  Finding& finding = findings_->emplace_back();
  finding.code = code;
  finding.severity = InfoOf(code).severity;
  finding.span = written_.Sub(begin, end);
  finding.message = std::move(message);
  finding.help = std::move(help);
  return false;
}

bool PathReader::FailWith(std::size_t begin, std::size_t end,
                          std::string message, const std::string& mended) {
  Fail(begin, end, std::move(message), "write " + TomlString(mended));
  findings_->back().fix = written_.ReplaceBy(mended);
  return false;
}

bool PathReader::CheckStart() {
  if (text_.size() > kMaxTargetBytes) {
    return Fail(0, text_.size(),
                "path of " + std::to_string(text_.size()) +
                    " bytes; requests have at most " +
                    std::to_string(kMaxTargetBytes),
                "shorten it: a longer request matches no route", Code::kLimit);
  }
  if (text_.starts_with('/')) return true;
  if (text_.empty()) {
    return Fail(0, 0, "path is empty",
                "write `\"/\"` for the root, or `\"/{rest...}\"` for every "
                "path");
  }
  if (text_ == "*") {
    return FailWith(0, 1, "a path begins with `/`, and has no `*`",
                    "/{rest...}");
  }
  const std::size_t scheme = text_.find("://");
  if (scheme != std::string_view::npos) {
    const std::size_t path = text_.find('/', scheme + 3);
    return Fail(0, std::min(path, text_.size()),
                "path holds a scheme and a host",
                "write the path alone; the host goes into `host`");
  }
  return FailWith(0, 1, "a path begins with `/`", "/" + std::string(text_));
}

bool PathReader::CheckDots(std::size_t begin, std::size_t end) {
  const std::string_view segment = text_.substr(begin, end - begin);
  if (segment != "." && segment != "..") return true;
  return Fail(begin, end,
              "browsers resolve " + Quoted(segment) +
                  " before they send a path, so this never matches",
              "write the path that is left after it is resolved");
}

bool PathReader::CheckEscape(std::size_t at) {
  const std::size_t end = std::min(at + 3, text_.size());
  const int high = at + 1 < text_.size() ? HexDigit(text_[at + 1]) : -1;
  const int low = at + 2 < text_.size() ? HexDigit(text_[at + 2]) : -1;
  if (high < 0 || low < 0) {
    return FailWith(at, end, "`%` that is no percent escape",
                    With(at, at + 1, "%25"));
  }
  const auto c = static_cast<char>(high * 16 + low);
  if (IsUnreserved(c)) {
    return FailWith(
        at, end,
        Quoted(text_.substr(at, 3)) + " is decoded before a path is matched",
        With(at, end, std::string_view(&c, 1)));
  }
  if (c == '/' || c == '\\' || c == '\0') {
    return Fail(at, end,
                "gateways disagree about what " + Quoted(text_.substr(at, 3)) +
                    " in a path means",
                "put a `{name}` segment in its place, which matches it");
  }
  return true;
}

bool PathReader::CheckByte(std::size_t at) {
  const char c = text_[at];
  const std::string_view here = text_.substr(at, 1);
  if (c == '%') return CheckEscape(at);
  if (c == '?' || c == '#') {
    return FailWith(at, text_.size(),
                    c == '?' ? "a route does not depend on the query"
                             : "a request has no fragment",
                    std::string(text_.substr(0, at)));
  }
  if (c == '{' || c == '}') {
    return Fail(at, at + 1,
                "a parameter is a whole segment, as in `/orders/{id}`",
                "put a `/` on both sides of it, or use `{name}` for the "
                "whole segment");
  }
  if (c == '*') {
    return Fail(at, at + 1, "`*` has no meaning in a path",
                "write `{name}` for one segment, or `{rest...}` at the end "
                "for everything below");
  }
  if (c == '\\') {
    return FailWith(at, at + 1, "browsers turn `\\` into `/`",
                    With(at, at + 1, "/"));
  }
  if (!IsEscapedByBrowsers(c)) return true;
  // A whole run of them, so that the help is right.
  std::size_t end = at;
  while (end < text_.size() && IsEscapedByBrowsers(text_[end])) ++end;
  const std::string_view run = text_.substr(at, end - at);
  if (std::any_of(run.begin(), run.end(), [](char b) {
        return static_cast<unsigned char>(b) < 0x20 || b == 0x7F;
      })) {
    return Fail(at, end, "control byte in a path",
                "remove it: no request has one");
  }
  return FailWith(at, end,
                  (static_cast<unsigned char>(here.front()) >= 0x80
                       ? Quoted(run)
                       : std::string(c == ' ' ? "a blank" : Quoted(run))) +
                      " is percent-encoded in every request",
                  With(at, end, PercentEncode(run)));
}

bool PathReader::CheckLiteral(std::size_t begin, std::size_t end) {
  for (std::size_t i = begin; i < end; ++i) {
    if (!CheckByte(i)) return false;
  }
  return CheckDots(begin, end);
}

// "{name}" or "{name...}".
bool PathReader::ReadParameter(std::size_t begin, std::size_t end) {
  std::string_view name = text_.substr(begin + 1, end - begin - 2);
  const bool rest = name.ends_with("...");
  if (rest) name.remove_suffix(3);
  const bool good = !name.empty() && name.size() <= kMaxNameBytes &&
                    std::all_of(name.begin(), name.end(), [](char c) {
                      return IsAlphaOrDigit(c) || c == '_' || c == '-';
                    });
  if (!good) {
    return Fail(
        begin, end,
        Quoted(text_.substr(begin, end - begin)) + " is not a parameter",
        "write `{name}` for one segment or `{name...}` for the rest; "
        "a name has letters, digits, `_` and `-`");
  }
  for (const IrSegment& segment : segments_) {
    if (segment.kind == IrSegment::Kind::kLiteral || segment.text != name) {
      continue;
    }
    return Fail(begin, end, "parameter " + Quoted(name) + " stands here twice",
                "give each parameter a name of its own");
  }
  if (rest && end != text_.size()) {
    return Fail(begin, end, "`{" + std::string(name) + "...}` must come last",
                "end the path here, or use `{" + std::string(name) +
                    "}` for one segment");
  }
  segments_.push_back({rest ? IrSegment::Kind::kRest : IrSegment::Kind::kParam,
                       std::string(name)});
  return true;
}

bool PathReader::ReadSegment(std::size_t begin, std::size_t end) {
  const std::string_view segment = text_.substr(begin, end - begin);
  if (segment.size() >= 2 && segment.front() == '{' && segment.back() == '}' &&
      segment.find_first_of("{}", 1) == segment.size() - 1) {
    return ReadParameter(begin, end);
  }
  if (segment.empty() && end < text_.size()) {
    std::string merged(text_);
    merged.erase(
        std::unique(merged.begin(), merged.end(),
                    [](char a, char b) { return a == '/' && b == '/'; }),
        merged.end());
    return FailWith(begin - 1, end + 1,
                    "repeated slashes are merged before a path is matched",
                    merged);
  }
  if (!CheckLiteral(begin, end)) return false;
  segments_.push_back({IrSegment::Kind::kLiteral, std::string(segment)});
  return true;
}

std::optional<std::vector<IrSegment>> PathReader::Read() {
  if (!CheckStart()) return std::nullopt;
  for (std::size_t begin = 1; begin <= text_.size();) {
    const std::size_t end = std::min(text_.find('/', begin), text_.size());
    if (segments_.size() == kMaxPatternSegments) {
      Fail(begin, text_.size(),
           "path has more than " + std::to_string(kMaxPatternSegments) +
               " segments",
           "end it earlier with `{rest...}`", Code::kLimit);
      return std::nullopt;
    }
    if (!ReadSegment(begin, end)) return std::nullopt;
    begin = end + 1;
  }
  return std::move(segments_);
}

std::string Lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), AsciiLower);
  return out;
}

// The host that `text` was meant to be, and why it is not well written.
struct HostTrouble {
  std::string message;
  std::string mended;  // empty: nobody knows
  std::string help;
};

HostTrouble DiagnoseHost(std::string_view text) {
  if (text.empty()) {
    return {"host is empty", "", "leave `host` out for any host"};
  }
  if (text == "*") {
    return {"`*` is not a host", "", "leave `host` out for any host"};
  }
  if (const std::size_t scheme = text.find("://");
      scheme != std::string_view::npos) {
    std::string_view rest = text.substr(scheme + 3);
    rest = rest.substr(0, rest.find_first_of("/?#"));
    return {"a host has no scheme: routes do not depend on it",
            std::string(rest), ""};
  }
  if (const std::size_t path = text.find_first_of("/?#");
      path != std::string_view::npos) {
    return {"a host has no path", std::string(text.substr(0, path)),
            "the path goes into `path`"};
  }
  const bool ipv6 = text.starts_with('[');
  const std::size_t colon = text.rfind(':');
  const std::size_t bracket = text.rfind(']');
  if (colon != std::string_view::npos && !ipv6 &&
      std::count(text.begin(), text.end(), ':') > 1) {
    const std::optional<std::string> canonical = CanonicalIpv6(text);
    return {"an IPv6 address stands in brackets",
            canonical ? "[" + *canonical + "]" : "", ""};
  }
  if (colon != std::string_view::npos &&
      (!ipv6 || (bracket != std::string_view::npos && colon > bracket))) {
    return {"a host has no port: routes do not depend on it",
            std::string(text.substr(0, colon)), ""};
  }
  if (const auto ascii = HostToAscii(text);
      ascii && ascii->text != text && ascii->certain) {
    return {"host " + Quoted(text) + " is not ASCII; requests have Punycode",
            ascii->text, ""};
  }
  if (Lower(text) != text) {
    return {"a host is written in lower case; requests are compared so",
            Lower(text), ""};
  }
  if (text.ends_with('.')) {
    return {
        "a dot at the end of a request's host is dropped before routes are "
        "matched",
        std::string(text.substr(0, text.size() - 1)), ""};
  }
  if (text.find('*') != std::string_view::npos) {
    return {"`*` can only be the first label of a host", "",
            "write `*.example.com`, which stands for every host below "
            "example.com"};
  }
  if (ipv6 && text.ends_with(']')) {
    const auto canonical = CanonicalIpv6(text.substr(1, text.size() - 2));
    return {"IPv6 address is not in its canonical form",
            canonical ? "[" + *canonical + "]" : "", ""};
  }
  if (EndsInNumber(text)) {
    return {"IPv4 address is not a dotted quad",
            CanonicalIpv4(text).value_or(""), ""};
  }
  return {Quoted(text) + " cannot be a host", "", ""};
}

bool IsRouteHost(std::string_view host) {
  return !host.empty() && !host.ends_with('.') && IsOriginHost(host);
}

// The route host that `text` was meant to be; empty if nobody knows. Each round
// mends one mistake.
std::string MendHost(std::string_view text) {
  std::string host(text);
  for (int round = 0; round < 6 && !IsRouteHost(host); ++round) {
    host = DiagnoseHost(host).mended;
  }
  return IsRouteHost(host) ? host : "";
}

}  // namespace

std::optional<std::vector<IrSegment>> ParsePathPattern(
    const WrittenText& written, std::vector<Finding>* findings) {
  return PathReader(written, findings).Read();
}

std::optional<IrHost> ParseHostPattern(const WrittenText& written,
                                       std::vector<Finding>* findings) {
  const std::string_view text = written.value();
  const bool wildcard = text.starts_with("*.");
  const std::string_view name = wildcard ? text.substr(2) : text;
  if (IsRouteHost(name) && (!wildcard || !IsDottedQuad(name)) &&
      !(wildcard && name.starts_with('['))) {
    return IrHost{wildcard ? IrHost::Kind::kWildcard : IrHost::Kind::kExact,
                  std::string(name)};
  }
  HostTrouble trouble = DiagnoseHost(name);
  std::string mended = MendHost(name);
  if (wildcard && IsRouteHost(name)) {
    trouble = {"an IP address has no subdomains", "", ""};
  } else if (wildcard && !mended.empty()) {
    mended.insert(0, "*.");
  }
  Finding& finding = findings->emplace_back();
  finding.code = Code::kBadValue;
  finding.severity = InfoOf(finding.code).severity;
  finding.span = written.span();
  finding.message = trouble.message;
  if (!mended.empty()) {
    finding.help = "write " + TomlString(mended);
    finding.fix = written.ReplaceBy(mended);
    if (!trouble.help.empty()) finding.help += "; " + trouble.help;
  } else {
    finding.help = !trouble.help.empty()
                       ? trouble.help
                       : "write a host such as `api.example.com`, or "
                         "`*.example.com` for all below it";
  }
  return std::nullopt;
}

std::string PrintPathPattern(const std::vector<IrSegment>& segments) {
  std::string out;
  for (const IrSegment& segment : segments) {
    out += '/';
    switch (segment.kind) {
      case IrSegment::Kind::kLiteral:
        out += segment.text;
        break;
      case IrSegment::Kind::kParam:
        out += "{" + segment.text + "}";
        break;
      case IrSegment::Kind::kRest:
        out += "{" + segment.text + "...}";
        break;
    }
  }
  return out;
}

}  // namespace corsac
