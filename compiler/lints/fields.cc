// One block of policy fields: each value by itself.
// Entry: CheckFields(). Tested by tests/compiler/lints_test.cc.
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/lints/lints.h"
#include "compiler/origins/nearest.h"
#include "compiler/origins/origin_pattern.h"
#include "compiler/origins/written_text.h"

namespace corsac {
namespace {

constexpr std::array<std::string_view, 2> kExposeModes = {"list", "expand"};
constexpr std::array<std::string_view, 2> kModes = {"advise", "enforce"};
constexpr std::array<std::string_view, 2> kUpstreamCors = {"replace", "keep"};
constexpr std::array<std::string_view, 2> kWebsocketOrigin = {"ignore",
                                                              "check"};

void CheckTimingAllowOrigin(const AstStrings& list, const SourceSet& sources,
                            Reporter& reporter) {
  if (!HoldsAny(&list)) {
    if (!list.is_list) {
      reporter.Report(Code::kWrongType, list.span,
                      "`timing_allow_origin` is a list of origins, or `\"*\"`",
                      "write `[" + TomlString(list.items.front().value) + "]`");
      return;
    }
    CheckExactOrigins(list, "timing_allow_origin", sources, reporter);
    return;
  }
  for (const AstString& item : list.items) {
    if (item.value == "*") continue;
    reporter.Report(
        Code::kNoEffect, item.span,
        Quoted(item.value) + " without effect: `*` allows every origin",
        "remove it, or the `\"*\"`");
  }
}

}  // namespace

void CheckOneOf(const AstString& value, std::string_view key,
                std::span<const std::string_view> known,
                const SourceSet& sources, Reporter& reporter) {
  std::string list;
  for (std::size_t i = 0; i < known.size(); ++i) {
    if (value.value == known[i]) return;
    if (i > 0) list += i + 1 < known.size() ? ", " : " or ";
    list += "`" + TomlString(known[i]) + "`";
  }
  Finding finding;
  finding.code = Code::kBadValue;
  finding.span = value.span;
  finding.message =
      "`" + std::string(key) + "` cannot be " + Quoted(value.value);
  finding.help = "write " + list;
  const std::string_view nearest = Nearest(value.value, known);
  if (!nearest.empty()) {
    finding.help = "did you mean " + Quoted(nearest) + "? " + finding.help;
    finding.fix = WrittenText::OfTomlString(sources, value.value, value.span)
                      .ReplaceBy(nearest);
  }
  reporter.Report(std::move(finding));
}

void CheckExactOrigins(const AstStrings& list, std::string_view key,
                       const SourceSet& sources, Reporter& reporter) {
  if (!list.is_list) {
    reporter.Report(Code::kWrongType, list.span,
                    "`" + std::string(key) + "` is a list of origins",
                    "write `[" + TomlString(list.items.front().value) + "]`");
    return;
  }
  for (const AstString& item : list.items) {
    std::vector<Finding> findings;
    const OriginPattern pattern = ParseOriginPattern(
        WrittenText::OfTomlString(sources, item.value, item.span), &findings);
    for (Finding& finding : findings) {
      // The help for `origins` offers forms that this list does not take.
      if (finding.code == Code::kOriginLooksLikeRegex ||
          finding.code == Code::kOriginBadWildcard) {
        finding.help = "`" + std::string(key) +
                       "` takes whole origins only: list each one";
        finding.fix.reset();
      }
    }
    reporter.Report(std::move(findings));
    if (pattern.kind == OriginPattern::Kind::kInvalid ||
        pattern.kind == OriginPattern::Kind::kExact) {
      continue;
    }
    reporter.Report(Code::kBadValue, item.span,
                    "`" + std::string(key) +
                        "` takes whole origins only, not " + Quoted(item.value),
                    "list each origin: `https://app.example.com`");
  }
}

void CheckFields(const AstPolicyFields& fields, const SourceSet& sources,
                 Reporter& reporter) {
  if (fields.methods) CheckMethods(*fields.methods, sources, reporter);
  if (fields.headers) CheckRequestHeaders(*fields.headers, sources, reporter);
  if (fields.expose) CheckExpose(*fields.expose, sources, reporter);
  if (fields.expose_mode) {
    CheckOneOf(*fields.expose_mode, "expose_mode", kExposeModes, sources,
               reporter);
  }
  if (fields.max_age) CheckMaxAge(*fields.max_age, reporter);
  if (fields.preflight_status) {
    CheckPreflightStatus(*fields.preflight_status, reporter);
  }
  if (fields.mode) {
    CheckOneOf(*fields.mode, "mode", kModes, sources, reporter);
  }
  if (fields.self_origins) {
    CheckExactOrigins(*fields.self_origins, "self_origins", sources, reporter);
  }
  if (fields.timing_allow_origin) {
    CheckTimingAllowOrigin(*fields.timing_allow_origin, sources, reporter);
  }
  if (fields.upstream_cors) {
    CheckOneOf(*fields.upstream_cors, "upstream_cors", kUpstreamCors, sources,
               reporter);
  }
  if (fields.websocket_origin) {
    CheckOneOf(*fields.websocket_origin, "websocket_origin", kWebsocketOrigin,
               sources, reporter);
  }
}

}  // namespace corsac
