// What the fields of a route mean together: wildcards and credentials, `null`
// and `file://`, and settings that nothing makes use of.
// Entry: CheckCombinations(). Tested by tests/compiler/lints_test.cc.
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "compiler/lints/lints.h"
#include "compiler/origins/written_text.h"

namespace corsac {
namespace {

// `route`, if the value in force is its own rather than inherited.
template <class T>
const AstRoute* Owner(const AstRoute& route, const std::optional<T>& own,
                      const T* in_force) {
  return own && &*own == in_force ? &route : nullptr;
}

// A setting that does something only together with another one.
struct Setting {
  std::string_view message;
  std::string_view help;
  Span span;
  const AstRoute* route = nullptr;  // the route that it was written in
  bool used = false;
};

class CombinationChecker {
 public:
  CombinationChecker(const OriginSummaries& summaries, const SourceSet& sources,
                     Reporter& reporter)
      : summaries_(summaries), sources_(sources), reporter_(reporter) {}

  void CheckRoute(const ModelRoute& route);
  // Reports the settings that no route made use of.
  void Finish();

 private:
  void CheckOrigins(const ModelFields& fields, const OriginSummary& origins,
                    const AstRoute& route);
  void CheckNullAndFile(const ModelFields& fields,
                        const OriginSummary& origins);
  void CheckExposeAny(const ModelFields& fields, const AstRoute& route);
  // Whether this is the first report of `code` about these places.
  bool First(Code code, Span a, Span b);
  // Whether the parser left out, and reported, entries of an empty list.
  bool HadEntries(const AstOrigins& list) const;
  // Remembers that a setting is of use to some route, or else that one has it.
  void Use(const Setting& setting);

  using Place = std::pair<std::uint32_t, std::uint32_t>;

  const OriginSummaries& summaries_;
  const SourceSet& sources_;
  Reporter& reporter_;
  std::set<std::pair<Code, std::pair<Place, Place>>> reported_;
  std::map<Place, Setting> settings_;
};

bool CombinationChecker::First(Code code, Span a, Span b) {
  return reported_.insert({code, {{a.file, a.begin}, {b.file, b.begin}}})
      .second;
}

bool CombinationChecker::HadEntries(const AstOrigins& list) const {
  // Without an error this list would be compiled as it is, whatever its text.
  if (!reporter_.has_errors() || list.size() > 0) return false;
  const std::string_view text = sources_.files()[list.span.file].text();
  const std::size_t entry =
      text.find_first_not_of("[] \t\r\n", list.span.begin);
  return entry < list.span.end;
}

void CombinationChecker::CheckNullAndFile(const ModelFields& fields,
                                          const OriginSummary& origins) {
  if (origins.null != nullptr && !IsTrue(fields.allow_null) &&
      First(Code::kOriginNull, origins.null->span, {})) {
    reporter_.Report(
        Code::kOriginNull, origins.null->span,
        "`null` is the origin of every sandboxed frame and local file, so it "
        "is allowed only where `allow_null = true`",
        "remove it; or, if any page at all may call, set `allow_null = true`");
  }
  if (origins.file != nullptr && !IsTrue(fields.allow_file) &&
      First(Code::kOriginFile, origins.file->span, {})) {
    reporter_.Report(
        Code::kOriginFile, origins.file->span,
        "`file://` is the origin of every local file in some web views, so it "
        "is allowed only where `allow_file = true`",
        "remove it, or set `allow_file = true`");
  }
}

void CombinationChecker::CheckOrigins(const ModelFields& fields,
                                      const OriginSummary& origins,
                                      const AstRoute& route) {
  if (origins.empty && !IsTrue(fields.allow_null) &&
      !IsTrue(fields.allow_file)) {
    if (!HadEntries(*fields.origins) &&
        First(Code::kNoOrigins, fields.origins->span, {})) {
      reporter_.Report(
          Code::kNoOrigins, fields.origins->span, "`origins` is empty",
          "list who may call, or write `cors = false` in the route for nobody");
    }
    return;
  }
  CheckNullAndFile(fields, origins);
  if (origins.any == nullptr || !IsTrue(fields.credentials)) return;
  if (!First(Code::kAnyOriginWithCredentials, origins.any->span,
             fields.credentials->span)) {
    return;
  }
  Finding finding;
  finding.code = Code::kAnyOriginWithCredentials;
  finding.span = origins.any->span;
  finding.message =
      "`*` cannot be allowed together with credentials: "
      "browsers refuse it, and any site could act as the user";
  finding.help = "list the origins, or set `credentials = false`";
  finding.related.push_back({fields.credentials->key_span.has_file()
                                 ? fields.credentials->key_span
                                 : fields.credentials->span,
                             "credentials are allowed here"});
  if (fields.origins->span.file != route.span.file ||
      fields.origins->span.begin < route.span.begin) {
    finding.related.push_back({route.span, "in this route"});
  }
  reporter_.Report(std::move(finding));
}

void CombinationChecker::CheckExposeAny(const ModelFields& fields,
                                        const AstRoute& route) {
  const bool expand =
      fields.expose_mode != nullptr && fields.expose_mode->value == "expand";
  const bool any = HoldsAny(fields.expose);
  if (expand) {
    Use(
        {"`expose_mode = \"expand\"` without effect: it goes with `expose = "
         "\"*\"`",
         "set `expose = \"*\"`, or remove it", fields.expose_mode->span,
         Owner(route, route.fields.expose_mode, fields.expose_mode), any});
  }
  if (!any || expand || !IsTrue(fields.credentials) ||
      !First(Code::kExposeAnyWithCredentials, fields.expose->span,
             fields.credentials->span)) {
    return;
  }
  Finding finding;
  finding.code = Code::kExposeAnyWithCredentials;
  finding.span = fields.expose->span;
  finding.message =
      "with credentials browsers take `*` for the header of "
      "that name, so nothing is exposed";
  finding.help =
      "list the headers, or set `expose_mode = \"expand\"` to have "
      "Corsac list those of each response";
  finding.related.push_back(
      {fields.credentials->span, "credentials are allowed here"});
  reporter_.Report(std::move(finding));
}

void CombinationChecker::Use(const Setting& setting) {
  const Place place = {setting.span.file, setting.span.begin};
  const auto [known, added] = settings_.emplace(place, setting);
  known->second.used |= setting.used;
}

void CombinationChecker::CheckRoute(const ModelRoute& route) {
  const ModelFields& fields = route.fields;
  if (!route.cors) return;
  const Reporter::RouteScope scope(reporter_, *route.ast);
  if (fields.origins != nullptr) {
    const auto summary = summaries_.find(fields.origins);
    if (summary != summaries_.end()) {
      CheckOrigins(fields, summary->second, *route.ast);
    }
  }
  CheckExposeAny(fields, *route.ast);
  const AstPolicyFields& own = route.ast->fields;
  if (fields.self_origins != nullptr) {
    Use({"`self_origins` without effect: it goes with `mode = \"enforce\"`",
         "set `mode = \"enforce\"`, or remove it", fields.self_origins->span,
         Owner(*route.ast, own.self_origins, fields.self_origins),
         fields.mode != nullptr && fields.mode->value == "enforce"});
  }
  if (IsTrue(fields.methods_strict)) {
    Use({"`methods_strict` without effect: `methods` allows every method",
         "list the methods, or remove it", fields.methods_strict->span,
         Owner(*route.ast, own.methods_strict, fields.methods_strict),
         !HoldsAny(fields.methods)});
  }
}

void CombinationChecker::Finish() {
  for (const auto& [place, setting] : settings_) {
    if (setting.used) continue;
    const Reporter::RouteScope scope(reporter_, setting.route);
    reporter_.Report(Code::kNoEffect, setting.span,
                     std::string(setting.message), std::string(setting.help));
  }
}

}  // namespace

void CheckCombinations(const Model& model, const OriginSummaries& summaries,
                       const SourceSet& sources, Reporter& reporter) {
  CombinationChecker checker(summaries, sources, reporter);
  for (const ModelRoute& route : model.routes) checker.CheckRoute(route);
  checker.Finish();
}

}  // namespace corsac
