// A source line with something underlined.
//
// Internal: not installed.
#ifndef CORSAC_COMPILER_DIAGNOSTICS_SNIPPET_H_
#define CORSAC_COMPILER_DIAGNOSTICS_SNIPPET_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "compiler/diagnostics/finding.h"
#include "compiler/source/source_set.h"

namespace corsac {

// Line numbers and columns of a span's two ends.
struct SpanPlaces {
  LineColumn begin;
  LineColumn end;
};

// REQUIRES: span.file is an index into sources.files().
SpanPlaces PlacesOf(Span span, const SourceSet& sources);

// A line ready to be printed, and the line of carets below it.
struct Snippet {
  std::uint32_t line_number = 1;
  std::string text;        // the line, or a part of it with "..." at the cuts
  std::size_t indent = 0;  // cells before the first caret
  std::size_t carets = 1;  // at least one
  std::uint32_t to_line = 0;  // the last line of a span over several, or 0
};

// The first line of `span`. A line of more than `max_columns` cells is cut
// around the span.
// REQUIRES: span.file is an index into sources.files().
Snippet MakeSnippet(Span span, const SourceSet& sources,
                    std::size_t max_columns);

// The same of `line`, which need not be in a file, with bytes [begin, end)
// underlined.
Snippet MakeSnippet(std::string_view line, std::size_t begin, std::size_t end,
                    std::size_t max_columns);

}  // namespace corsac

#endif  // CORSAC_COMPILER_DIAGNOSTICS_SNIPPET_H_
