// Random requests.
// Tested by tests/random_test.cc, which also asserts that every decision code
// comes up.
#include "tests/testing/request_generator.h"

#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/origins/automata/product.h"
#include "tests/testing/ir_generator.h"
#include "tests/testing/regex_generator.h"
#include "tests/testing/regex_oracle.h"

namespace corsac::testing {
namespace {

std::string Port(Choices& choices) {
  static constexpr std::array<std::string_view, 14> kPorts = {
      "",   ":3000",  ":8443",  ":1", ":65535",    ":80", ":443",
      ":0", ":65536", ":08443", ":",  ":99999999", ":8a", ":3000:3000"};
  return std::string(choices.From(kPorts));
}

std::string GoodPort(Choices& choices) {
  return choices.OneIn(2) ? ":" + std::to_string(1 + choices.Below(65535)) : "";
}

// What each pattern that was asked about matches among origins, so that a
// fuzzer or a test makes each automaton once.
const automata::Product* ProductOf(const std::string& pattern) {
  constexpr std::size_t kMaxKnown = 64;
  static auto& known =
      *new std::map<std::string, std::optional<automata::Product>>();
  if (known.size() >= kMaxKnown) known.clear();
  const auto [entry, is_new] = known.try_emplace(pattern);
  if (is_new) {
    if (const auto automaton = AutomatonOf(pattern)) {
      automata::Work work(200'000);
      entry->second = automata::WithinOrigins(*automaton, 4'096, &work);
    }
  }
  const std::optional<automata::Product>& product = entry->second;
  return product && product->automaton.start != 0 ? &*product : nullptr;
}

std::string SampleOf(Choices& choices, const std::string& pattern) {
  const automata::Product* const product = ProductOf(pattern);
  if (product != nullptr && !choices.OneIn(4)) {
    return GenerateAccepted(choices, product->automaton);
  }
  for (const SampleRegex& regex : kRegexes) {
    if (regex.pattern == pattern) return std::string(regex.match);
  }
  return "https://a.example.com";
}

// An origin that a rule of `set` matches, if it has rules.
std::string MatchingOrigin(Choices& choices, const IrOriginSet& set) {
  static constexpr std::array<std::string_view, 4> kLabels = {
      "a.", "b.a.", "xn--x.", "under_score."};
  switch (choices.Below(4)) {
    case 0:
      break;
    case 1:
      if (set.subdomain.empty()) break;
      {
        const IrSubdomainRule& rule = choices.From(set.subdomain);
        std::string text = rule.scheme + "://" +
                           std::string(choices.From(kLabels)) + rule.base;
        if (rule.port) text += ":" + std::to_string(*rule.port);
        if (rule.any_port) text += GoodPort(choices);
        return text;
      }
    case 2:
      if (set.any_port.empty()) break;
      {
        const IrAnyPortRule& rule = choices.From(set.any_port);
        return rule.scheme + "://" + rule.host + GoodPort(choices);
      }
    default:
      if (set.regex.empty()) break;
      return SampleOf(choices, choices.From(set.regex).pattern);
  }
  if (set.exact.empty()) return "https://a.com";
  return std::string(set.exact.text(choices.Below(set.exact.size())));
}

// Values that no mutation of an origin leads to.
std::string OddOrigin(Choices& choices) {
  static constexpr std::array<std::string_view, 22> kOdd = {"null",
                                                            "file://",
                                                            "",
                                                            "NULL",
                                                            "FILE://",
                                                            "file:///x",
                                                            "file://x",
                                                            "://a.com",
                                                            "https://",
                                                            "https:/a.com",
                                                            "https://[::1",
                                                            "https://[::1]x",
                                                            "https://[0::1]",
                                                            "https://[::FFFF]",
                                                            "http://127.1",
                                                            "http://1.2.3.4.",
                                                            "http://a.0x1f",
                                                            "http://256.1.1.1",
                                                            "app://..com",
                                                            "app://x..com",
                                                            "app://[::1]",
                                                            "1app://a.com"};
  const std::size_t which = choices.Below(kOdd.size() + 4);
  if (which < kOdd.size()) return std::string(kOdd[which]);
  if (which == kOdd.size()) return choices.Bytes(40);
  // Around the limits of a label, a host and a whole value.
  std::string host;
  const std::size_t label = 62 + choices.Below(3);
  while (host.size() < 200) host += std::string(label, 'a') + ".";
  host += std::string(40 + choices.Below(30), 'b');
  if (which == kOdd.size() + 1) host += ".";
  const std::string scheme = which == kOdd.size() + 2
                                 ? std::string(62 + choices.Below(4), 's')
                                 : "https";
  return scheme + "://" + host + Port(choices);
}

std::string Recase(Choices& choices, std::string text) {
  if (text.empty()) return text;
  char& c = text[choices.Below(text.size())];
  if ('a' <= c && c <= 'z') {
    c = static_cast<char>(c - 'a' + 'A');
  } else if ('A' <= c && c <= 'Z') {
    c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

std::size_t HostBegin(const std::string& origin) {
  const std::size_t separator = origin.find("://");
  return separator == std::string::npos ? 0 : separator + 3;
}

std::string PathOf(Choices& choices, const IrRoute& route) {
  static constexpr std::array<std::string_view, 4> kTails = {"", "/", "/a",
                                                             "/a/b/"};
  std::string path;
  for (const IrSegment& segment : route.segments) {
    switch (segment.kind) {
      case IrSegment::Kind::kLiteral:
        path += "/" + segment.text;
        break;
      case IrSegment::Kind::kParam:
        path += "/" + std::string(choices.From(kSegments));
        break;
      case IrSegment::Kind::kRest:
        path += choices.From(kTails);
        break;
    }
  }
  return path.empty() ? "/" : path;
}

// The same path written otherwise, or nearly the same.
std::string MutatePath(Choices& choices, std::string path) {
  static constexpr std::array<std::string_view, 21> kInserts = {
      "/",   "//",  "/./",     "/../", "/a/..", "/a/../", "/.",
      "%2F", "%2e", "%2E%2e/", "%61",  "%7e",   "%",      "%4",
      "%zz", "%00", "?",       "#",    "%5C",   "\xC3",   "/.a/..b"};
  const std::size_t what = choices.Below(kInserts.size() + 3);
  if (what < kInserts.size()) {
    path.insert(choices.Below(path.size() + 1), kInserts[what]);
  } else if (what == kInserts.size()) {
    return Recase(choices, path);
  } else if (what == kInserts.size() + 1) {
    path.erase(choices.Below(path.size()), 1);
  } else if (choices.OneIn(8) && path.size() < 8'000) {
    path += "?" + std::string(8191 - path.size() + choices.Below(3), 'q');
  } else {
    path += "/" + std::string(choices.Below(90), 'p');
  }
  return path;
}

std::string HostOf(Choices& choices, const IrRoute& route) {
  switch (route.host.kind) {
    case IrHost::Kind::kAny:
      return choices.OneIn(3) ? "" : std::string(choices.From(kHosts));
    case IrHost::Kind::kExact:
      return route.host.name;
    case IrHost::Kind::kWildcard:
      return (choices.OneIn(2) ? "b.a." : "x.") + route.host.name;
  }
  return "";
}

std::string MutateHost(Choices& choices, const std::string& host) {
  switch (choices.Below(9)) {
    case 0:
      return host + ":8443";
    case 1:
      return Recase(choices, host);
    case 2:
      return host + ".";
    case 3:
      return host + ".:443";
    case 4:
      return std::string(choices.From(kHosts));
    case 5:
      return "." + host;
    case 6:
      return host + "]:" + choices.Bytes(3);
    case 7:
      return std::string(240 + choices.Below(30), 'h') + host;
    default:
      return "";
  }
}

// The target in absolute form, agreeing with `host` or nearly.
std::string Absolute(Choices& choices, const std::string& host,
                     const std::string& path) {
  static constexpr std::array<std::string_view, 7> kSchemes = {
      "http://", "https://", "HTTPS://", "ftp://", "http:/", "://", "ws://"};
  static constexpr std::array<std::string_view, 7> kTails = {
      "", ":80", ":443", ":8443", ".", ":", "@a"};
  std::string authority = host;
  if (choices.OneIn(3)) authority = MutateHost(choices, authority);
  authority += kTails[choices.OneIn(2) ? choices.Below(kTails.size()) : 0];
  std::string tail = path;
  if (choices.OneIn(5)) tail = choices.OneIn(2) ? "" : "?" + path;
  return std::string(
             kSchemes[choices.OneIn(3) ? choices.Below(kSchemes.size()) : 1]) +
         authority + tail;
}

// A list of names as a browser would ask for, or as an attacker would.
std::string AskedLine(Choices& choices, const IrPolicy& policy) {
  static constexpr std::array<std::string_view, 6> kSeparators = {
      ",", ", ", " ,", ",,", "\t,\t", ", ,"};
  // All that script can never set, what nearly is such a name, and what is no
  // name.
  static constexpr std::array<std::string_view, 35> kOdd = {
      "*",
      "Authorization",
      "Cookie",
      "x a",
      "x@",
      "\xFFx",
      "Cookie2",
      "Set-Cookie",
      "Date",
      "DNT",
      "Expect",
      "Host",
      "Keep-Alive",
      "Origin",
      "Referer",
      "TE",
      "Trailer",
      "Upgrade",
      "Via",
      "Connection",
      "Sec-",
      "Proxy-Connection",
      "Content-Length",
      "Transfer-Encoding",
      "Accept-Charset",
      "Accept-Encoding",
      "Access-Control-Request-Headers",
      "Access-Control-Request-Method",
      "Sec",
      "Proxy",
      "Cookie3",
      "Via-X",
      "X-Via",
      "Dates",
      "Hos"};
  std::string line;
  for (std::size_t n = choices.Below(5); n > 0; --n) {
    std::string name(choices.From(kHeaderNames));
    if (!policy.headers.names.empty() && !choices.OneIn(4)) {
      name = choices.From(policy.headers.names);
    } else if (choices.OneIn(12)) {
      name = kOdd[choices.Below(kOdd.size())];
    }
    if (choices.OneIn(6)) name = Recase(choices, name);
    if (!line.empty())
      line += kSeparators[choices.OneIn(4) ? choices.Below(6) : 0];
    line += name;
  }
  if (choices.OneIn(8)) line += kSeparators[choices.Below(6)];
  return line;
}

// Around the limits: bytes of a name, distinct names, bytes of all lines.
void AddLongAskedLines(Choices& choices, FieldLines* headers) {
  const std::string name = "Access-Control-Request-Headers";
  switch (choices.Below(4)) {
    case 0:
      headers->emplace_back(name, std::string(255 + choices.Below(3), 'n'));
      break;
    case 1: {
      std::string line;
      for (std::size_t n = 126 + choices.Below(5); n > 0; --n) {
        line += "x" + std::to_string(n) + (choices.OneIn(40) ? ",x1," : ",");
      }
      headers->emplace_back(name, line + (choices.OneIn(3) ? "x y" : "x1"));
      break;
    }
    case 2: {
      const std::size_t split = 1 + choices.Below(4000);
      const std::size_t total = 4095 + choices.Below(3);
      headers->emplace_back(name, "x-a" + std::string(split, ','));
      headers->emplace_back(name, std::string(total - split - 3, ','));
      break;
    }
    default:
      headers->emplace_back(name, std::string(4096, ' ') + "x-a");
      break;
  }
}

std::string FieldName(Choices& choices, std::string_view name) {
  if (!choices.OneIn(5)) return std::string(name);
  return Recase(choices, std::string(name));
}

std::string FieldValue(Choices& choices, std::string value) {
  if (choices.OneIn(10)) value = " \t" + value;
  if (choices.OneIn(10)) value += "\t ";
  return value;
}

void AddPreflightFields(Choices& choices, const IrPolicy& policy,
                        FieldLines* headers) {
  static constexpr std::array<std::string_view, 10> kOdd = {
      "",
      "PUT DELETE",
      "CONNECT",
      "trace",
      "TRACK",
      "*",
      "PUT,GET",
      "MMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMM",
      "MMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMM",
      "\xC3\xA4"};
  std::string method(choices.From(kMethods));
  if (!policy.methods.names.empty() && choices.OneIn(2)) {
    method = choices.From(policy.methods.names);
  } else if (choices.OneIn(8)) {
    method = choices.From(kOdd);
  }
  const std::string name = FieldName(choices, "Access-Control-Request-Method");
  headers->emplace_back(name, FieldValue(choices, method));
  if (choices.OneIn(40)) headers->emplace_back(name, method);
  if (choices.OneIn(60)) {
    AddLongAskedLines(choices, headers);
  } else {
    for (std::size_t n = choices.Below(choices.OneIn(5) ? 4 : 2); n > 0; --n) {
      headers->emplace_back(
          FieldName(choices, "Access-Control-Request-Headers"),
          FieldValue(choices, AskedLine(choices, policy)));
    }
  }
  if (choices.OneIn(4)) {
    const std::string network = "Access-Control-Request-Private-Network";
    headers->emplace_back(
        network, FieldValue(choices, choices.OneIn(5) ? "True" : "true"));
    if (choices.OneIn(8)) headers->emplace_back(network, "true");
  }
}

void AddOtherFields(Choices& choices, FieldLines* headers) {
  static constexpr std::array<std::string_view, 7> kUpgrades = {
      "websocket",       "WebSocket", "h2c, websocket", "websocket2",
      "h2c,websocket\t", "",          "web socket"};
  static constexpr std::array<std::string_view, 6> kSites = {
      "cross-site", "same-origin", "none",
      "same-site",  "None",        "same-origin, "};
  if (choices.OneIn(6)) {
    headers->emplace_back(
        FieldName(choices, "Upgrade"),
        FieldValue(choices, std::string(choices.From(kUpgrades))));
  }
  if (choices.OneIn(5)) {
    for (std::size_t n = choices.OneIn(6) ? 2 : 1; n > 0; --n) {
      headers->emplace_back(
          FieldName(choices, "Sec-Fetch-Site"),
          FieldValue(choices, std::string(choices.From(kSites))));
    }
  }
  if (choices.OneIn(4)) headers->emplace_back("Cookie", "a=b");
  if (choices.OneIn(50)) {
    static constexpr std::array<std::string_view, 5> kBad = {
        "Origin ", "", "X:", "X\x01", "\xC3\xA4"};
    const std::string bad(choices.From(kBad));
    headers->emplace(headers->begin() + static_cast<std::ptrdiff_t>(
                                            choices.Below(headers->size() + 1)),
                     bad, "https://a.com");
  }
}

// Where a request goes.
void AddPlace(Choices& choices, const IrRoute* route,
              ReferenceRequest* request) {
  std::string path = "/nowhere";
  if (route != nullptr) {
    path = PathOf(choices, *route);
    request->host = HostOf(choices, *route);
  }
  if (choices.OneIn(4)) path = MutatePath(choices, std::move(path));
  if (choices.OneIn(6)) path = MutatePath(choices, std::move(path) + "/");
  request->target = path;
  if (choices.OneIn(8)) {
    request->target = Absolute(choices, request->host, path);
  }
  if (choices.OneIn(100)) request->target = "*";
  if (choices.OneIn(6)) request->host = MutateHost(choices, request->host);
}

}  // namespace

std::string MutateOrigin(Choices& choices, std::string value) {
  static constexpr std::array<std::string_view, 17> kTails = {
      ".evil.test",    "/",        ".",  ":443", ":80", ":8443",
      "@evil.test",    " ",        ",x", "?",    "#",   "{.evil.test",
      "%60.evil.test", "\r\nX: 1", "_",  "\x7F", "\xC3"};
  static constexpr std::array<std::string_view, 10> kLabels = {
      "evil", "a.", ".", "x.y.", "A.", "_", "-", "0x1.", "1.", "u:p@"};
  switch (choices.Below(9)) {
    case 0:
      return value + std::string(choices.From(kTails));
    case 1:
      return value.insert(HostBegin(value), choices.From(kLabels));
    case 2:
      return Recase(choices, std::move(value));
    case 3:
      if (!value.empty()) value.erase(choices.Below(value.size()), 1);
      return value;
    case 4: {
      const bool https = value.starts_with("https");
      return https ? "http" + value.substr(5) : "https" + value;
    }
    case 5: {
      const std::size_t colon = value.rfind(':');
      if (colon != std::string::npos && colon > 5) value.resize(colon);
      return value + Port(choices);
    }
    case 6: {
      const std::size_t dot = value.find('.');
      return dot == std::string::npos
                 ? value
                 : value.substr(0, HostBegin(value)) + value.substr(dot + 1);
    }
    case 7:
      return value.insert(choices.Below(value.size() + 1), 1,
                          static_cast<char>(choices.Below(256)));
    default:
      if (!value.empty()) {
        value[choices.Below(value.size())] =
            static_cast<char>(choices.Below(256));
      }
      return value;
  }
}

std::string GenerateOrigin(Choices& choices, const IrOriginSet& set) {
  if (choices.OneIn(6)) return OddOrigin(choices);
  std::string origin = MatchingOrigin(choices, set);
  if (choices.OneIn(3)) origin = MutateOrigin(choices, std::move(origin));
  if (choices.OneIn(10)) origin = MutateOrigin(choices, std::move(origin));
  return origin;
}

ReferenceRequest GenerateRequest(Choices& choices, const Ir& ir) {
  ReferenceRequest request;
  const IrRoute* route = choices.OneIn(25) ? nullptr : &choices.From(ir.routes);
  const IrPolicy& policy = ir.policies[route == nullptr ? 0 : route->policy];
  AddPlace(choices, route, &request);

  // Two requests in five are preflights, one has no Origin.
  const std::size_t kind = choices.Below(5);
  request.method = kind < 2 || choices.OneIn(20)
                       ? "OPTIONS"
                       : std::string(choices.From(kMethods));
  if (choices.OneIn(60)) request.method = choices.Bytes(6);
  if (kind < 4) {
    static const IrOriginSet no_rules;
    const IrOriginSet& set =
        policy.cors ? ir.origin_sets[policy.origins] : no_rules;
    std::string origin = GenerateOrigin(choices, set);
    if (!policy.self_origins.empty() && choices.OneIn(4)) {
      origin = choices.From(policy.self_origins);
    }
    request.headers.emplace_back(FieldName(choices, "Origin"),
                                 FieldValue(choices, origin));
    if (choices.OneIn(50)) request.headers.emplace_back("origin", origin);
  }
  if (kind < 2 || choices.OneIn(10)) {
    AddPreflightFields(choices, policy, &request.headers);
  }
  if (route != nullptr && !route->for_methods.empty() && choices.OneIn(2)) {
    const std::string& method = choices.From(route->for_methods);
    if (kind >= 2) request.method = method;
    for (auto& [name, value] : request.headers) {
      if (kind < 2 && name == "Access-Control-Request-Method") value = method;
    }
  }
  AddOtherFields(choices, &request.headers);
  return request;
}

}  // namespace corsac::testing
