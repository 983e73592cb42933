// A source line with something underlined. Entry: MakeSnippet().
// Tested by tests/compiler/render_test.cc.
#include "compiler/diagnostics/snippet.h"

#include <algorithm>

#include "compiler/diagnostics/visible_text.h"
#include "compiler/source/utf8.h"

namespace corsac {
namespace {

constexpr std::string_view kCut = "...";

// Cells that line[begin, end) takes, counted no further than past `limit`.
std::size_t CellsOf(std::string_view line, std::size_t begin, std::size_t end,
                    std::size_t limit) {
  std::size_t cells = 0;
  while (begin < end && cells <= limit) {
    const VisibleChar c = VisibleCharAt(line, begin);
    cells += c.cells;
    begin += c.bytes;
  }
  return cells;
}

// Where to begin printing, so that line[begin, end) can be seen: at the start
// of the line if that much fits, or some characters before `begin`.
std::size_t FirstByteShown(std::string_view line, std::size_t begin,
                           std::size_t end, std::size_t max_columns) {
  if (CellsOf(line, 0, std::max(begin, std::min(end, line.size())),
              max_columns) <= max_columns) {
    return 0;
  }
  std::size_t first = begin;
  for (std::size_t i = 0; i < max_columns / 4 && first > 0; ++i) {
    --first;
    while (first > 0 && IsUtf8Continuation(line[first])) --first;
  }
  return first;
}

}  // namespace

SpanPlaces PlacesOf(Span span, const SourceSet& sources) {
  const SourceFile& file = sources.files()[span.file];
  return {file.PlaceOf(span.begin),
          file.PlaceOf(std::max(span.begin, span.end))};
}

Snippet MakeSnippet(std::string_view line, std::size_t begin, std::size_t end,
                    std::size_t max_columns) {
  begin = std::min(begin, line.size());
  end = std::clamp(end, begin, line.size());
  Snippet snippet;
  std::size_t cells = 0;
  std::size_t at = FirstByteShown(line, begin, end, max_columns);
  if (at > 0) {
    snippet.text = kCut;
    cells = kCut.size();
  }
  // Where the carets stand, in cells; the end of the line unless passed before.
  std::size_t caret_begin = cells;
  std::size_t caret_end = cells;
  while (at < line.size()) {
    const VisibleChar c = VisibleCharAt(line, at);
    if (cells + c.cells > max_columns) {
      snippet.text += kCut;
      break;
    }
    snippet.text += c.text;
    if (at < begin) caret_begin = cells + c.cells;
    if (at < end) caret_end = cells + c.cells;
    cells += c.cells;
    at += c.bytes;
  }
  snippet.indent = caret_begin;
  snippet.carets =
      caret_end > caret_begin && end > begin ? caret_end - caret_begin : 1;
  return snippet;
}

Snippet MakeSnippet(Span span, const SourceSet& sources,
                    std::size_t max_columns) {
  const SourceFile& file = sources.files()[span.file];
  const SpanPlaces places = PlacesOf(span, sources);
  const std::uint32_t start = file.LineStart(places.begin.line);
  const std::string_view line = file.Line(places.begin.line);
  const std::size_t begin = std::max(span.begin, start) - start;
  const std::size_t end = std::max(span.end, span.begin) - start;
  Snippet snippet = MakeSnippet(line, begin, end, max_columns);
  snippet.line_number = places.begin.line;
  if (places.end.line > places.begin.line) snippet.to_line = places.end.line;
  return snippet;
}

}  // namespace corsac
