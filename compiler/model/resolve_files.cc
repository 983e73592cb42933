// What files of one source have in common: the version, `unmatched`, `[trust]`.
// Entry: ResolveFiles(). Tested by tests/compiler/resolve_test.cc.
#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/lints/lints.h"
#include "compiler/model/resolve_steps.h"
#include "compiler/origins/origin_pattern.h"
#include "compiler/origins/written_text.h"

namespace corsac::internal {
namespace {

constexpr std::int64_t kVersion = 1;

// The place of the first table of `file`: what stands before it are the keys of
// the top level.
std::uint32_t EndOfTopLevel(const AstFile& file) {
  std::uint32_t end = 0xFFFF'FFFF;
  if (!file.routes.empty()) end = std::min(end, file.routes.front().span.begin);
  if (!file.policies.empty()) {
    end = std::min(end, file.policies.front().span.begin);
  }
  if (!file.origin_sets.empty()) {
    end = std::min(end, file.origin_sets.front().name.span.begin);
  }
  if (file.trust) end = std::min(end, file.trust->span.begin);
  return end;
}

void CheckVersion(const AstFile& file, ResolveState& state) {
  if (file.version) {
    if (file.version->value == kVersion) return;
    state.reporter.Report(Code::kVersion, file.version->span,
                          "there is no version " +
                              std::to_string(file.version->value) +
                              " of the rule language",
                          "this Corsac knows version 1: write `version = 1`");
    return;
  }
  if (state.left_out.Any(file.file, 0, EndOfTopLevel(file))) return;
  state.reporter.Report(Code::kMissingKey, Span{file.file, 0, 0},
                        "file does not say which version of the rule language "
                        "it is written in",
                        "begin the file with `version = 1`");
}

// What a setting is in the first file that has it.
struct FirstSaid {
  std::optional<std::string> value;
  Span span;
};

void Agree(std::string_view key, const std::string& value, Span span,
           FirstSaid& first, Reporter& reporter) {
  if (!first.value) {
    first = {value, span};
    return;
  }
  if (*first.value == value) return;
  Finding finding;
  finding.code = Code::kDisagreement;
  finding.span = span;
  finding.message = "`" + std::string(key) + "` has another value here than " +
                    "in the first file that sets it";
  finding.help = "give it the same value in both, or set it in one file only";
  finding.related.push_back({first.span, "first set here"});
  reporter.Report(std::move(finding));
}

// The values of a list in one string, so that they can be compared.
std::string Joined(const AstStrings& list) {
  std::vector<std::string> values;
  for (const AstString& item : list.items) values.push_back(item.value);
  std::sort(values.begin(), values.end());
  std::string out;
  for (const std::string& value : values) out += value + '\n';
  return out;
}

void CheckDomains(const AstStrings& domains, Reporter& reporter) {
  for (const AstString& domain : domains.items) {
    if (IsOriginHost(domain.value) && !domain.value.ends_with('.')) continue;
    reporter.Report(Code::kBadValue, domain.span,
                    Quoted(domain.value) + " is not a domain",
                    "write the name alone, in lower case: `example.com`");
  }
}

struct TrustSaid {
  FirstSaid own_domains;
  FirstSaid trusted_origins;
  FirstSaid api_scheme;
  FirstSaid production;
  FirstSaid psl;
};

void ResolveTrust(const AstTrust& trust, TrustSaid& said, ResolveState& state) {
  Reporter& reporter = state.reporter;
  reporter.Report(Code::kNotUsedYet, trust.span,
                  "`[trust]` is checked for form, and not used by this version",
                  "");
  if (trust.own_domains) {
    CheckDomains(*trust.own_domains, reporter);
    Agree("own_domains", Joined(*trust.own_domains), trust.own_domains->span,
          said.own_domains, reporter);
  }
  if (trust.trusted_origins) {
    CheckExactOrigins(*trust.trusted_origins, "trusted_origins", state.sources,
                      reporter);
    Agree("trusted_origins", Joined(*trust.trusted_origins),
          trust.trusted_origins->span, said.trusted_origins, reporter);
  }
  if (trust.api_scheme) {
    constexpr std::array<std::string_view, 2> kSchemes = {"https", "http"};
    CheckOneOf(*trust.api_scheme, "api_scheme", kSchemes, state.sources,
               reporter);
    Agree("api_scheme", trust.api_scheme->value, trust.api_scheme->span,
          said.api_scheme, reporter);
  }
  if (trust.production) {
    Agree("production", trust.production->value ? "true" : "false",
          trust.production->span, said.production, reporter);
  }
  if (trust.psl) {
    if (trust.psl->value.empty()) {
      reporter.Report(Code::kBadValue, trust.psl->span, "`psl` is empty",
                      "give the path of a public suffix list, or leave it out");
    }
    Agree("psl", trust.psl->value, trust.psl->span, said.psl, reporter);
  }
}

}  // namespace

void ResolveFiles(ResolveState& state) {
  constexpr std::array<std::string_view, 2> kUnmatched = {"deny",
                                                          "passthrough"};
  FirstSaid unmatched;
  TrustSaid trust;
  for (const AstFile& file : state.ast.files) {
    CheckVersion(file, state);
    if (file.unmatched) {
      CheckOneOf(*file.unmatched, "unmatched", kUnmatched, state.sources,
                 state.reporter);
      Agree("unmatched", file.unmatched->value, file.unmatched->span, unmatched,
            state.reporter);
    }
    if (file.trust) ResolveTrust(*file.trust, trust, state);
  }
  state.model.unmatched_passthrough = unmatched.value == "passthrough";
}

}  // namespace corsac::internal
