// One scan over the rules of an origin set, and a few lookups of edited
// origins (which is how regex rules take part).
// Tested by tests/runtime/near_miss_test.cc.
#include "runtime/decision/near_miss.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "compiler/fetch/names.h"
#include "compiler/limits.h"
#include "runtime/decision/printable.h"

namespace corsac {
namespace {

// A rule's text, taken apart: "https://*.example.com:8443".
struct RuleParts {
  std::string_view scheme;
  std::string_view host;  // without "*."
  std::string_view port;  // empty: none; "*": any
  bool wildcard = false;
};

std::optional<RuleParts> SplitRule(std::string_view text) {
  RuleParts parts;
  const std::size_t colon = text.find("://");
  if (colon == std::string_view::npos) return std::nullopt;
  parts.scheme = text.substr(0, colon);
  std::string_view rest = text.substr(colon + 3);
  if (rest.empty()) return std::nullopt;
  const std::size_t bracket = rest.find(']');
  const std::size_t port =
      rest.find(':', bracket == std::string_view::npos ? 0 : bracket);
  if (port != std::string_view::npos) {
    parts.port = rest.substr(port + 1);
    rest = rest.substr(0, port);
  }
  if (rest.starts_with("*.")) {
    parts.wildcard = true;
    rest.remove_prefix(2);
  }
  parts.host = rest;
  return parts;
}

std::string Compose(std::string_view scheme, std::string_view host,
                    std::uint16_t port) {
  std::string text(scheme);
  text.append("://").append(host);
  const bool standard =
      (scheme == "http" && port == 80) || (scheme == "https" && port == 443);
  if (port != 0 && !standard) text.append(":").append(std::to_string(port));
  return text;
}

bool IsUnder(std::string_view host, std::string_view base) {
  return host.size() > base.size() + 1 && host.ends_with(base) &&
         host[host.size() - base.size() - 1] == '.';
}

// The number of single-letter edits between `a` and `b`. O(|a|·|b|).
std::size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j < row.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

// If hosts `a` and `b` differ in one label only, and there by at most two
// letters that are not most of it, returns by how many.
std::optional<std::size_t> LabelDistance(std::string_view a,
                                         std::string_view b) {
  if (a.size() > b.size() + 2 || b.size() > a.size() + 2) return std::nullopt;
  const std::size_t shorter = std::min(a.size(), b.size());
  std::size_t front = 0;
  while (front < shorter && a[front] == b[front]) ++front;
  std::size_t back = 0;
  while (back < shorter - front &&
         a[a.size() - 1 - back] == b[b.size() - 1 - back]) {
    ++back;
  }
  const std::string_view mid_a = a.substr(front, a.size() - front - back);
  const std::string_view mid_b = b.substr(front, b.size() - front - back);
  if (mid_a.find('.') != std::string_view::npos ||
      mid_b.find('.') != std::string_view::npos ||
      std::max(mid_a.size(), mid_b.size()) > kMaxLabelBytes) {
    return std::nullopt;
  }
  const std::size_t distance = EditDistance(mid_a, mid_b);
  if (distance == 0 || distance > 2) return std::nullopt;
  const std::size_t label_front =
      front == 0 ? std::string_view::npos : a.rfind('.', front - 1);
  const std::size_t begin =
      label_front == std::string_view::npos ? 0 : label_front + 1;
  const std::size_t dot = a.find('.', a.size() - back);
  const std::size_t end = dot == std::string_view::npos ? a.size() : dot;
  // "a" for "b" is no slip of the finger.
  if (end - begin <= distance * 2) return std::nullopt;
  return distance;
}

// What had to be done to a value to make an origin of it.
struct Normalised {
  std::string text;
  std::vector<std::string_view> edits;
};

Normalised Normalise(std::string_view value) {
  Normalised out;
  const std::string_view stripped = StripBlanks(value);
  if (stripped.size() != value.size()) out.edits.emplace_back("blanks");
  out.text = stripped;
  const std::size_t colon = out.text.find("://");
  if (colon == std::string::npos) return out;
  const std::size_t end = out.text.find_first_of("/?#", colon + 3);
  if (end != std::string::npos) {
    const bool slash = out.text.substr(end) == "/";
    out.edits.emplace_back(slash ? "a trailing slash" : "a path");
    out.text.resize(end);
  }
  std::string lower = out.text;
  for (char& c : lower) c = AsciiLower(c);
  const bool https = lower.starts_with("https://");
  if (!https && !lower.starts_with("http://")) return out;
  if (lower != out.text) out.edits.emplace_back("upper-case letters");
  out.text = std::move(lower);
  const std::string_view port = https ? ":443" : ":80";
  if (out.text.ends_with(port)) {
    out.edits.emplace_back("the default port");
    out.text.resize(out.text.size() - port.size());
  }
  return out;
}

std::string Listed(const std::vector<std::string_view>& words) {
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) out += i + 1 == words.size() ? " and " : ", ";
    out += words[i];
  }
  return out;
}

std::string Quoted(std::string_view text) {
  return "`" + Printable(text, 400) + "`";
}

// "port 8443", "no port".
std::string PortWords(std::string_view port) {
  if (port.empty()) return "no port";
  if (port == "*") return "any port";
  return "port " + std::string(port);
}

class Finder {
 public:
  Finder(const PolicyTable& table, std::uint32_t set)
      : table_(table), set_(set) {}

  NearMisses Run(std::string_view value) {
    if (StripBlanks(value) == "null") AddNull();
    const Normalised normal = Normalise(value);
    text_ = normal.text;
    TryUnicode();
    if (ParseOrigin(text_, &origin_) == OriginError::kNone) {
      is_origin_ =
          origin_.kind == OriginKind::kWeb || origin_.kind == OriginKind::kApp;
      // What is allowed when written properly needs no further comparing.
      if (!normal.edits.empty() && TryNormalised(normal)) is_origin_ = false;
    }
    if (is_origin_) Probe();
    Scan();
    if (is_origin_ && origin_.kind == OriginKind::kApp && !scheme_known_) {
      Add(NearMissKind::kAppScheme, OriginMatch{},
          "no rule of this route has the scheme `" +
              std::string(origin_.scheme) +
              "`; apps and extensions are listed exactly as they name "
              "themselves");
    }
    if (found_.empty()) AddSpelling();
    std::ranges::stable_sort(found_, {}, &NearMiss::kind);
    return NearMisses{std::move(found_), rules_};
  }

 private:
  bool Has(NearMissKind kind) const {
    return std::ranges::any_of(
        found_, [kind](const NearMiss& miss) { return miss.kind == kind; });
  }

  // Adds a near miss unless one of its kind is there: the first rule counts.
  void Add(NearMissKind kind, OriginMatch match, std::string message) {
    if (Has(kind)) return;
    NearMiss miss;
    miss.kind = kind;
    miss.message = std::move(message);
    if (match) {
      miss.rule = table_.RuleText(set_, match);
      const RulePlace place = table_.PlaceOf(set_, match);
      miss.file = std::string(place.file);
      miss.line = place.line;
      miss.column = place.column;
    }
    found_.push_back(std::move(miss));
  }

  void AddNull() {
    Add(NearMissKind::kNull, OriginMatch{},
        "`null` is what browsers send for a page in a sandboxed iframe, for a "
        "`data:` page, for a page opened from disk (`file:`), after a redirect "
        "from one origin to another, and for a form or no-cors call under "
        "`Referrer-Policy: no-referrer`; it names nobody, and anybody can send "
        "it");
  }

  OriginMatch Find(std::string_view text) const {
    Origin origin;
    if (ParseOrigin(text, &origin) != OriginError::kNone) return {};
    return table_.FindOrigin(set_, origin);
  }

  bool TryNormalised(const Normalised& normal) {
    const OriginMatch match = table_.FindOrigin(set_, origin_);
    if (!match) return false;
    Add(NearMissKind::kNormalisation, match,
        Quoted(text_) + " is allowed; the value sent has " +
            Listed(normal.edits) +
            " too, which browsers never send: it was not made by a browser, or "
            "changed on its way");
    return true;
  }

  void TryUnicode() {
    const std::size_t colon = text_.find("://");
    if (colon == std::string::npos) return;
    const bool ascii = std::ranges::all_of(
        text_, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (ascii) return;
    std::size_t port = text_.find(':', colon + 3);
    if (port == std::string::npos) port = text_.size();
    const std::string host = PunycodeHost(
        std::string_view(text_).substr(colon + 3, port - colon - 3));
    if (host.empty()) return;
    const std::string twin =
        text_.substr(0, colon + 3) + host + text_.substr(port);
    const OriginMatch match = Find(twin);
    if (!match) return;
    Add(NearMissKind::kUnicode, match,
        "browsers send this host in punycode: " + Quoted(twin) + " is allowed");
  }

  // Looks edited forms of the origin up.
  void Probe() {
    const std::string_view host = origin_.host;
    if (origin_.kind == OriginKind::kWeb) ProbeScheme();
    if (origin_.port != 0) {
      const OriginMatch match = Find(Compose(origin_.scheme, host, 0));
      if (match.kind == RuleKind::kRegex) {
        Add(NearMissKind::kPort, match,
            "the regex matches this origin without its port " +
                std::to_string(origin_.port));
      }
    }
    const bool dot = host.ends_with('.');
    std::string other(host);
    if (dot) {
      other.pop_back();
    } else {
      other += '.';
    }
    const std::string dotted = Compose(origin_.scheme, other, origin_.port);
    if (const OriginMatch match = Find(dotted)) {
      Add(NearMissKind::kTrailingDot, match,
          Quoted(dotted) + " is allowed; " +
              (dot ? "with the dot at its end this is another origin"
                   : "without the dot at its end this is another origin"));
    }
    const bool www = host.starts_with("www.");
    const std::string sibling =
        Compose(origin_.scheme,
                www ? std::string(host.substr(4)) : "www." + std::string(host),
                origin_.port);
    const OriginMatch match = Find(sibling);
    if (match) {
      Add(NearMissKind::kWww, match,
          Quoted(sibling) + " is allowed; " +
              (www ? "with `www.` this is another origin"
                   : "without `www.` this is another origin"));
    }
  }

  void ProbeScheme() {
    const std::string_view other = origin_.scheme == "https" ? "http" : "https";
    const OriginMatch match = Find(Compose(other, origin_.host, origin_.port));
    if (match.kind == RuleKind::kRegex) {
      Add(NearMissKind::kScheme, match,
          "the regex matches this origin with the scheme " +
              std::string(other) + ", but not with " +
              std::string(origin_.scheme));
    }
  }

  void Scan() {
    table_.ForEachRule(set_, [this](const OriginMatch& match) {
      ++rules_;
      if (!is_origin_ || match.kind == RuleKind::kRegex) return;
      const std::string text = table_.RuleText(set_, match);
      const std::optional<RuleParts> rule = SplitRule(text);
      if (!rule) return;
      if (rule->scheme == origin_.scheme) scheme_known_ = true;
      if (match.kind == RuleKind::kSubdomain) {
        CompareSubdomain(*rule, match);
      } else {
        CompareHost(*rule, match);
      }
      if (found_.empty()) CompareSpelling(*rule, match);
    });
  }

  void CompareHost(const RuleParts& rule, const OriginMatch& match) {
    if (rule.host != origin_.host) return;
    if (rule.scheme == origin_.scheme) {
      Add(NearMissKind::kPort, match,
          "same scheme and host, but the rule has " + PortWords(rule.port) +
              " and the page has " + PageWords());
      return;
    }
    std::string message = "same host, but the rule has the scheme " +
                          std::string(rule.scheme) + " and the page has " +
                          std::string(origin_.scheme);
    if (rule.port != "*" && rule.port != PagePort()) {
      message += "; and the rule has " + PortWords(rule.port) +
                 " where the page has " + PageWords();
    }
    Add(NearMissKind::kScheme, match, std::move(message));
  }

  void CompareSubdomain(const RuleParts& rule, const OriginMatch& match) {
    const bool under = IsUnder(origin_.host, rule.host);
    if (rule.scheme != origin_.scheme) {
      if (!under) return;
      Add(NearMissKind::kSubdomainScheme, match,
          "the host is under this rule's, but the rule has the scheme " +
              std::string(rule.scheme) + " and the page has " +
              std::string(origin_.scheme));
      return;
    }
    if (under) {
      Add(NearMissKind::kPort, match,
          "the host is under this rule's, but the rule has " +
              PortWords(rule.port) + " and the page has " + PageWords());
    } else if (origin_.host == rule.host) {
      Add(NearMissKind::kApex, match,
          "`*." + std::string(rule.host) + "` means names below " +
              std::string(rule.host) + ", not " + std::string(rule.host) +
              " itself; list it as an origin of its own");
    }
  }

  void CompareSpelling(const RuleParts& rule, const OriginMatch& match) {
    std::string_view host = origin_.host;
    if (rule.wildcard) {
      // The base against as many labels of the host.
      std::size_t dots =
          static_cast<std::size_t>(std::ranges::count(rule.host, '.'));
      std::size_t begin = host.size();
      do {
        if (begin == 0) return;
        begin = host.rfind('.', begin - 1);
      } while (begin != std::string_view::npos && dots-- > 0);
      if (begin == std::string_view::npos) return;
      host.remove_prefix(begin + 1);
    }
    const std::optional<std::size_t> distance = LabelDistance(host, rule.host);
    if (!distance || *distance >= spelling_distance_) return;
    spelling_distance_ = *distance;
    spelling_ = match;
  }

  void AddSpelling() {
    if (!spelling_) return;
    Add(NearMissKind::kSpelling, spelling_,
        "did you mean `" + table_.RuleText(set_, spelling_) + "`? " +
            (spelling_distance_ == 1 ? "One letter is" : "Two letters are") +
            " different");
  }

  std::string PagePort() const {
    return origin_.port == 0 ? std::string() : std::to_string(origin_.port);
  }
  std::string PageWords() const { return PortWords(PagePort()); }

  const PolicyTable& table_;
  const std::uint32_t set_;
  std::string text_;
  Origin origin_;  // of text_
  bool is_origin_ = false;
  bool scheme_known_ = false;
  std::size_t rules_ = 0;
  std::size_t spelling_distance_ = 3;
  OriginMatch spelling_;
  std::vector<NearMiss> found_;
};

}  // namespace

std::string_view NearMissName(NearMissKind kind) {
  switch (kind) {
    case NearMissKind::kScheme:
      return "scheme-mismatch";
    case NearMissKind::kPort:
      return "port-mismatch";
    case NearMissKind::kNormalisation:
      return "would-match-normalised";
    case NearMissKind::kTrailingDot:
      return "trailing-dot";
    case NearMissKind::kApex:
      return "apex-not-covered";
    case NearMissKind::kWww:
      return "www";
    case NearMissKind::kSubdomainScheme:
      return "subdomain-scheme-mismatch";
    case NearMissKind::kUnicode:
      return "unicode-twin";
    case NearMissKind::kSpelling:
      return "did-you-mean";
    case NearMissKind::kNull:
      return "null-origin";
    case NearMissKind::kAppScheme:
      return "unknown-app-scheme";
  }
  return "";
}

NearMisses FindNearMisses(const PolicyTable& table, std::uint32_t set,
                          std::string_view value) {
  return Finder(table, set).Run(value);
}

}  // namespace corsac
