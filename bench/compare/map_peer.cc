// CORS as a careful engineer writes it by hand, for one policy: exact origins
// in a std::unordered_map that is asked for views, subdomain rules and regexes
// in turn, response values made once, nothing allocated on the way. What it
// leaves out beside Corsac: routes, the grammar of origins, duplicate Origin
// lines, limits, and the reason for what it decides.
// tests/bench/compare_test.py compares its answers with Corsac's.
#include <re2/re2.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bench/compare/peer.h"
#include "bench/origin_map.h"
#include "compiler/check.h"
#include "compiler/fetch/names.h"

namespace corsac::bench {
namespace {

// "https://*.example.com"
struct SubdomainRule {
  std::string scheme;  // "https://"
  std::string suffix;  // ".example.com"

  bool Allows(std::string_view origin) const {
    if (origin.size() <= scheme.size() + suffix.size() ||
        !origin.starts_with(scheme) || !origin.ends_with(suffix)) {
      return false;
    }
    origin.remove_prefix(scheme.size());
    origin.remove_suffix(suffix.size());
    return std::ranges::all_of(origin, [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
             c == '.';
    });
  }
};

std::string Joined(const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& item : items) {
    text += (text.empty() ? "" : ",") + item;
  }
  return text;
}

class MapPeer : public Peer {
 public:
  explicit MapPeer(const ScenarioRules& rules)
      : methods_(rules.methods),
        headers_(rules.headers),
        allow_methods_(Joined(rules.methods)),
        allow_headers_(Joined(rules.headers)),
        max_age_(std::to_string(rules.max_age_seconds)) {
    exact_.reserve(rules.exact.size());
    for (const std::string& origin : rules.exact) exact_.emplace(origin, 0U);
    for (const std::string& rule : rules.subdomains) {
      const std::size_t star = rule.find("*.");
      CORSAC_CHECK(star != std::string::npos);
      subdomains_.push_back({rule.substr(0, star), rule.substr(star + 1)});
    }
    for (const std::string& regex : rules.regexes) {
      regexes_.push_back(std::make_unique<RE2>(regex, RE2::Quiet));
      CORSAC_CHECK(regexes_.back()->ok());
    }
  }

  std::uint16_t Decide(const RequestView& request,
                       std::string* lines) override {
    std::string_view origin;
    const std::string_view* method = nullptr;
    std::string_view headers;
    for (const HeaderField& field : request.headers) {
      if (EqualsIgnoreCase(field.name, "Origin")) {
        origin = field.value;
      } else if (EqualsIgnoreCase(field.name,
                                  "Access-Control-Request-Method")) {
        method = &field.value;
      } else if (EqualsIgnoreCase(field.name,
                                  "Access-Control-Request-Headers")) {
        headers = field.value;
      }
    }
    if (request.method == "OPTIONS" && method != nullptr && !origin.empty()) {
      return DecidePreflight(origin, *method, headers, lines);
    }
    if (!origin.empty() && Allows(origin)) AddOrigin(origin, lines);
    lines->append("Vary: Origin\r\n");
    return 0;
  }

  bool Finds(std::string_view origin) override {
    return exact_.find(origin) != exact_.end();
  }

 private:
  bool Allows(std::string_view origin) const {
    if (exact_.find(origin) != exact_.end()) return true;
    for (const SubdomainRule& rule : subdomains_) {
      if (rule.Allows(origin)) return true;
    }
    return std::ranges::any_of(
        regexes_, [origin](const std::unique_ptr<RE2>& regex) {
          return RE2::FullMatch({origin.data(), origin.size()}, *regex);
        });
  }

  bool AllowsMethod(std::string_view method) const {
    return IsSafelistedMethod(method) ||
           std::ranges::find(methods_, method) != methods_.end();
  }

  bool AllowsHeaders(std::string_view list) const {
    while (!list.empty()) {
      const std::size_t end = std::min(list.find(','), list.size());
      const std::string_view name = StripBlanks(list.substr(0, end));
      if (!name.empty() &&
          std::ranges::none_of(headers_, [name](const std::string& allowed) {
            return EqualsIgnoreCase(allowed, name);
          })) {
        return false;
      }
      list.remove_prefix(std::min(end + 1, list.size()));
    }
    return true;
  }

  static void AddOrigin(std::string_view origin, std::string* lines) {
    lines->append("Access-Control-Allow-Origin: ").append(origin);
    lines->append("\r\nAccess-Control-Allow-Credentials: true\r\n");
  }

  std::uint16_t DecidePreflight(std::string_view origin,
                                std::string_view method,
                                std::string_view headers,
                                std::string* lines) const {
    std::uint16_t status = 403;
    if (Allows(origin) && AllowsMethod(method) && AllowsHeaders(headers)) {
      status = 204;
      AddOrigin(origin, lines);
      lines->append("Access-Control-Allow-Methods: ").append(allow_methods_);
      lines->append("\r\nAccess-Control-Allow-Headers: ");
      lines->append(allow_headers_);
      lines->append("\r\nAccess-Control-Max-Age: ").append(max_age_);
      lines->append("\r\n");
    }
    lines->append(
        "Vary: Origin, Access-Control-Request-Method, "
        "Access-Control-Request-Headers\r\n");
    return status;
  }

  OriginMap exact_;
  std::vector<SubdomainRule> subdomains_;
  std::vector<std::unique_ptr<RE2>> regexes_;
  std::vector<std::string> methods_;
  std::vector<std::string> headers_;
  std::string allow_methods_;
  std::string allow_headers_;
  std::string max_age_;
};

}  // namespace

std::unique_ptr<Peer> MakeMapPeer(const ScenarioRules& rules) {
  return std::make_unique<MapPeer>(rules);
}

}  // namespace corsac::bench
