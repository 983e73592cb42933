// Findings for programs. Entry: FindingsToJson().
// Tested by tests/compiler/render_test.cc.
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "compiler/diagnostics/render.h"
#include "compiler/diagnostics/snippet.h"

namespace corsac {
namespace {

// Keys in the order in which they are written.
using Json = nlohmann::ordered_json;

Json TextOrNull(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

void AddPlace(Json& object, Span span, const SourceSet& sources) {
  if (!span.has_file() || span.file >= sources.files().size()) {
    for (const char* key :
         {"file", "line", "column", "end_line", "end_column"}) {
      object[key] = nullptr;
    }
    return;
  }
  const SpanPlaces places = PlacesOf(span, sources);
  object["file"] = sources.files()[span.file].name();
  object["line"] = places.begin.line;
  object["column"] = places.begin.column;
  object["end_line"] = places.end.line;
  object["end_column"] = places.end.column;
}

Json FindingToJson(const Finding& finding, const SourceSet& sources) {
  const CodeInfo& info = InfoOf(finding.code);
  Json object;
  object["code"] = info.id;
  object["severity"] = SeverityName(finding.severity);
  object["title"] = info.title;
  object["message"] = finding.message;
  object["label"] = TextOrNull(finding.label);
  object["help"] = TextOrNull(finding.help);
  AddPlace(object, finding.span, sources);
  Json related = Json::array();
  for (const RelatedPlace& place : finding.related) {
    Json entry;
    entry["message"] = place.message;
    AddPlace(entry, place.span, sources);
    related.push_back(std::move(entry));
  }
  object["related"] = std::move(related);
  if (finding.fix) {
    Json fix;
    AddPlace(fix, finding.fix->span, sources);
    fix["text"] = finding.fix->text;
    object["fix"] = std::move(fix);
  } else {
    object["fix"] = nullptr;
  }
  return object;
}

}  // namespace

std::string FindingsToJson(std::span<const Finding> findings,
                           const SourceSet& sources, int indent) {
  Json array = Json::array();
  for (const Finding& finding : findings) {
    array.push_back(FindingToJson(finding, sources));
  }
  // ASCII alone, so that no terminal sees a control of any kind. A file's name
  // may be no UTF-8; such bytes become U+FFFD.
  constexpr bool kAscii = true;
  return array.dump(indent, ' ', kAscii, Json::error_handler_t::replace);
}

}  // namespace corsac
