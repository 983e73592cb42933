// The corpus generator. corpus_test.cc pins its bytes and checks that its
// origins have the promised lengths, are distinct and in the grammar.
#include "bench/corpus.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bench/random.h"

namespace corsac::bench {
namespace {

constexpr std::array<std::string_view, 24> kTenants = {
    "acme",   "blue",     "cedar",   "delta",   "ember",   "fjord",
    "globex", "harbor",   "initech", "juniper", "kestrel", "lumen",
    "maple",  "northern", "orchid",  "prairie", "quartz",  "river",
    "summit", "tundra",   "umbra",   "vertex",  "willow",  "zephyr"};

constexpr std::array<std::string_view, 16> kServices = {
    "app",  "www",  "shop",    "admin",   "portal",   "my",
    "web",  "eu",   "us-east", "staging", "checkout", "dashboard",
    "docs", "beta", "support", "console"};

constexpr std::array<std::string_view, 12> kDomains = {
    "example.com",        "example.org",       "example.net",
    "tenants.example",    "cloud.example",     "pages.example",
    "stores.example.com", "apps.example.com",  "sites.example.org",
    "hosted.example.net", "customers.example", "io.example"};

template <std::size_t N>
std::string_view Pick(const std::array<std::string_view, N>& words,
                      Random& random) {
  return words[random.Below(static_cast<std::uint32_t>(N))];
}

// What tells the kinds of items apart where numbers are drawn.
constexpr std::uint64_t SaltOf(RuleForm form) {
  return static_cast<std::uint64_t>(form);
}
constexpr std::uint64_t kExactSalt = SaltOf(RuleForm::kExact);
constexpr std::uint64_t kRouteSalt = 7;
// For what is drawn besides the rule itself: the origin that it allows.
constexpr std::uint64_t kOriginSalt = 16;

// The generator of item `i` of a kind: independent of every other item, so
// that item i is the same in a set of any size.
Random ItemRandom(std::uint64_t seed, std::uint64_t salt, std::size_t i) {
  return Random(Mix(seed ^ (salt << 56)) + Mix(static_cast<std::uint64_t>(i)));
}

// The label of item `i` of a kind (`salt` < 8), in base 36 after a bijection of
// 31 bits: different for different items and kinds, of one to six digits, and
// without the order that counting would give.
std::string UniqueId(std::size_t i, std::uint64_t salt, std::uint64_t seed) {
  constexpr std::uint64_t kMask = (std::uint64_t{1} << 31) - 1;
  std::uint64_t x = static_cast<std::uint64_t>(i) * 8 + salt;
  // Odd factor modulo 2^31, then an XOR: both can be undone.
  x = (x * 0x5DEECE6DULL) & kMask;
  x ^= Mix(seed) & kMask;
  constexpr std::string_view kDigits = "0123456789abcdefghijklmnopqrstuvwxyz";
  std::string id;
  do {
    id += kDigits[x % 36];
    x /= 36;
  } while (x != 0);
  return id;
}

// "acme-k3f9z2": unique in the corpus.
std::string UniqueLabel(std::size_t i, std::uint64_t salt, std::uint64_t seed,
                        Random& random) {
  std::string label(Pick(kTenants, random));
  label += '-';
  label += UniqueId(i, salt, seed);
  return label;
}

std::string ExactOrigin(std::size_t i, std::uint64_t seed) {
  Random random = ItemRandom(seed, kExactSalt, i);
  std::string origin = "https://";
  if (random.Percent(35)) {
    origin += Pick(kServices, random);
    origin += '.';
  }
  origin += UniqueLabel(i, kExactSalt, seed, random);
  origin += '.';
  origin += Pick(kDomains, random);
  if (random.Percent(15)) {
    origin += ':';
    origin += std::to_string(3000 + random.Below(6000));
  }
  return origin;
}

// The parts that the rules of the other forms are made of.
struct Parts {
  std::string host;  // unique
  std::uint32_t form = 0;
};

Parts PartsOf(RuleForm form, std::size_t i, std::uint64_t seed) {
  const std::uint64_t salt = SaltOf(form);
  Random random = ItemRandom(seed, salt, i);
  Parts parts;
  parts.form = random.Below(4);
  parts.host = UniqueLabel(i, salt, seed, random);
  if (form == RuleForm::kAnyPort) {
    parts.host += ".dev.example";
  } else {
    parts.host += '.';
    parts.host += Pick(kDomains, random);
  }
  return parts;
}

std::string EscapeDots(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '.') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string RegexText(const Parts& parts) {
  const std::string host = EscapeDots(parts.host);
  switch (parts.form) {
    case 0:
      return "https://pr-[0-9]+\\.preview\\." + host;
    case 1:
      return "https://[a-z0-9-]+--site\\." + host;
    case 2:
      return "https://(?:staging|test)-[0-9]+\\." + host + "(?::[0-9]+)?";
    default:
      return "https://[a-z]{2,8}-[0-9a-f]{6,40}\\.branch\\." + host;
  }
}

std::string RegexOrigin(const Parts& parts, Random& random) {
  const std::string number = std::to_string(1 + random.Below(99999));
  switch (parts.form) {
    case 0:
      return "https://pr-" + number + ".preview." + parts.host;
    case 1:
      return "https://fix-login-" + number + "--site." + parts.host;
    case 2:
      return "https://staging-" + number + "." + parts.host;
    default:
      return "https://feature-" +
             std::to_string(100000 + random.Below(899999)) + ".branch." +
             parts.host;
  }
}

void AppendRules(RuleForm form, std::size_t count, const RuleSetSpec& spec,
                 std::string_view before, std::string_view after,
                 std::string* out) {
  for (std::size_t i = 0; i < count; ++i) {
    *out += before;
    *out += RuleText(form, i, spec.seed);
    *out += after;
  }
}

void AppendRoutes(const RuleSetSpec& spec, std::string* out) {
  if (spec.routes == 1) {
    *out += "\n[[route]]\npath = \"/api/{rest...}\"\npolicy = \"site\"\n";
    return;
  }
  for (std::size_t i = 0; i < spec.routes; ++i) {
    *out += "\n[[route]]\npath = \"";
    *out += RoutePattern(i, spec.seed);
    *out += "\"\npolicy = \"site\"\n";
  }
}

constexpr std::string_view kPolicyFields =
    "credentials = true\n"
    "methods = [\"PUT\", \"DELETE\", \"PATCH\"]\n"
    "headers = [\"content-type\", \"authorization\", \"x-csrf\"]\n"
    "expose = [\"x-total\"]\n"
    "max_age = 7200\n";

// Everything of a rule file but what stands in `origins`.
std::string RuleFileAround(const RuleSetSpec& spec, std::string_view origins) {
  std::string text = "version = 1\n\n[policies.site]\n";
  text += kPolicyFields;
  text += "origins = [\n";
  text += origins;
  text += "]\n";
  AppendRoutes(spec, &text);
  return text;
}

IrSegment SegmentOf(std::string_view text) {
  IrSegment segment;
  if (text.starts_with('{')) {
    text = text.substr(1, text.size() - 2);
    segment.kind = IrSegment::Kind::kParam;
    if (text.ends_with("...")) {
      segment.kind = IrSegment::Kind::kRest;
      text.remove_suffix(3);
    }
  }
  segment.text = text;
  return segment;
}

IrRoute RouteOf(std::string pattern, std::size_t i) {
  IrRoute route;
  route.id = "site.toml:" + std::to_string(i + 1);
  std::string_view rest = pattern;
  while (!rest.empty()) {
    rest.remove_prefix(1);  // the slash
    const std::size_t end = rest.find('/');
    route.segments.push_back(SegmentOf(rest.substr(0, end)));
    rest =
        end == std::string_view::npos ? std::string_view() : rest.substr(end);
  }
  route.pattern = std::move(pattern);
  route.place.line = static_cast<std::uint32_t>(i + 1);
  route.place.column = 1;
  return route;
}

IrPolicy SitePolicy() {
  IrPolicy policy;
  policy.credentials = true;
  policy.methods.names = {"PUT", "DELETE", "PATCH"};
  policy.headers.names = {"content-type", "authorization", "x-csrf"};
  policy.expose.names = {"x-total"};
  policy.max_age = 7200;
  policy.place.line = 1;
  policy.place.column = 1;
  return policy;
}

IrOriginSet OriginSetOf(const RuleSetSpec& spec) {
  IrOriginSet set;
  std::uint32_t line = 0;
  const auto next_place = [&line] { return IrPlace{0, ++line, 3}; };
  for (std::size_t i = 0; i < spec.exact; ++i) {
    set.exact.Add(ExactOrigin(i, spec.seed), next_place());
  }
  set.subdomain.reserve(spec.subdomain);
  for (std::size_t i = 0; i < spec.subdomain; ++i) {
    set.subdomain.push_back({"https",
                             PartsOf(RuleForm::kSubdomain, i, spec.seed).host,
                             false, std::nullopt, next_place()});
  }
  set.any_port.reserve(spec.any_port);
  for (std::size_t i = 0; i < spec.any_port; ++i) {
    set.any_port.push_back(
        {"http", PartsOf(RuleForm::kAnyPort, i, spec.seed).host, next_place()});
  }
  set.regex.reserve(spec.regex);
  for (std::size_t i = 0; i < spec.regex; ++i) {
    set.regex.push_back(
        {RuleText(RuleForm::kRegex, i, spec.seed), next_place()});
  }
  return set;
}

}  // namespace

std::string_view RuleFormName(RuleForm form) {
  switch (form) {
    case RuleForm::kExact:
      return "exact";
    case RuleForm::kSubdomain:
      return "subdomain";
    case RuleForm::kAnyPort:
      return "any-port";
    case RuleForm::kRegex:
      break;
  }
  return "regex";
}

RuleSetSpec SpecOf(RuleForm form, std::size_t rules) {
  RuleSetSpec spec;
  switch (form) {
    case RuleForm::kExact:
      spec.exact = rules;
      break;
    case RuleForm::kSubdomain:
      spec.subdomain = rules;
      break;
    case RuleForm::kAnyPort:
      spec.any_port = rules;
      break;
    case RuleForm::kRegex:
      spec.regex = rules;
      break;
  }
  return spec;
}

std::string RuleText(RuleForm form, std::size_t i, std::uint64_t seed) {
  if (form == RuleForm::kExact) return ExactOrigin(i, seed);
  const Parts parts = PartsOf(form, i, seed);
  if (form == RuleForm::kSubdomain) return "https://*." + parts.host;
  if (form == RuleForm::kAnyPort) return "http://" + parts.host + ":*";
  return RegexText(parts);
}

std::string OriginFor(RuleForm form, std::size_t i, std::uint64_t seed) {
  if (form == RuleForm::kExact) return ExactOrigin(i, seed);
  const Parts parts = PartsOf(form, i, seed);
  Random random = ItemRandom(seed, kOriginSalt + SaltOf(form), i);
  if (form == RuleForm::kRegex) return RegexOrigin(parts, random);
  if (form == RuleForm::kAnyPort) {
    const std::string port = std::to_string(1024 + random.Below(60000));
    return "http://" + parts.host + (random.Percent(90) ? ":" + port : "");
  }
  std::string origin = "https://";
  origin += Pick(kServices, random);
  origin += '.';
  if (random.Percent(25)) {
    origin += Pick(kTenants, random);
    origin += '.';
  }
  return origin + parts.host;
}

std::string RoutePattern(std::size_t i, std::uint64_t seed) {
  Random random = ItemRandom(seed, kRouteSalt, i);
  std::string pattern = "/v1/" + UniqueLabel(i, kRouteSalt, seed, random);
  const std::uint32_t tenth = random.Below(10);
  if (tenth < 4) return pattern + "/{rest...}";
  if (tenth < 7) return pattern + "/{id}/items";
  return pattern + "/items";
}

std::string TargetFor(std::size_t i, std::uint64_t seed) {
  const std::string pattern = RoutePattern(i, seed);
  std::string target = pattern.substr(0, pattern.find('{'));
  if (pattern.ends_with("{rest...}")) target += "orders/7";
  if (pattern.ends_with("{id}/items")) target += "4711/items";
  return target + "?page=2";
}

std::string RuleFileText(const RuleSetSpec& spec) {
  std::string origins;
  origins.reserve(48 * spec.exact);
  for (const auto& [form, count] :
       {std::pair(RuleForm::kExact, spec.exact),
        std::pair(RuleForm::kSubdomain, spec.subdomain),
        std::pair(RuleForm::kAnyPort, spec.any_port)}) {
    AppendRules(form, count, spec, "  \"", "\",\n", &origins);
  }
  AppendRules(RuleForm::kRegex, spec.regex, spec, "  { regex = '", "' },\n",
              &origins);
  return RuleFileAround(spec, origins);
}

std::string RuleFileTextWithList(const RuleSetSpec& spec,
                                 std::string_view list_name) {
  std::string origins = "  { file = \"";
  origins += list_name;
  origins += "\" },\n";
  AppendRules(RuleForm::kRegex, spec.regex, spec, "  { regex = '", "' },\n",
              &origins);
  return RuleFileAround(spec, origins);
}

std::string OriginListText(const RuleSetSpec& spec) {
  std::string list = "# made by the benchmarks' corpus\n";
  list.reserve(48 * spec.exact);
  for (const auto& [form, count] :
       {std::pair(RuleForm::kExact, spec.exact),
        std::pair(RuleForm::kSubdomain, spec.subdomain),
        std::pair(RuleForm::kAnyPort, spec.any_port)}) {
    AppendRules(form, count, spec, "", "\n", &list);
  }
  return list;
}

Ir RuleSetIr(const RuleSetSpec& spec) {
  Ir ir;
  ir.files = {"site.toml"};
  ir.origin_sets.push_back(OriginSetOf(spec));
  ir.policies.push_back(SitePolicy());
  if (spec.routes == 1) {
    ir.routes.push_back(RouteOf("/api/{rest...}", 0));
    return ir;
  }
  ir.routes.reserve(spec.routes);
  for (std::size_t i = 0; i < spec.routes; ++i) {
    ir.routes.push_back(RouteOf(RoutePattern(i, spec.seed), i));
  }
  return ir;
}

}  // namespace corsac::bench
