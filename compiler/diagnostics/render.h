// Findings written out: for a person at a terminal, for an editor, and for a
// program. Whatever the source holds, nothing of it reaches the output that a
// terminal could take for a command.
//
// All functions are pure and thread-safe.
#ifndef CORSAC_COMPILER_DIAGNOSTICS_RENDER_H_
#define CORSAC_COMPILER_DIAGNOSTICS_RENDER_H_

#include <cstddef>
#include <span>
#include <string>

#include "compiler/diagnostics/finding.h"
#include "compiler/source/source_set.h"

namespace corsac {

struct RenderOptions {
  bool color = false;             // ANSI colours
  std::size_t max_columns = 120;  // cells of a source line; longer ones are cut
                                  // around what is pointed at
};

// One finding with its place, source line, carets, related places, help and
// suggested edit, ending in a line feed:
//
//   error[CORS901]: unknown key `max-age` in `[[route]]`
//     --> rules/site.toml:7:1
//      |
//    7 | max-age = 600
//      | ^^^^^^^ did you mean `max_age`?
//      |
//   help: write `max_age`
std::string RenderHuman(const Finding& finding, const SourceSet& sources,
                        const RenderOptions& options = {});

// All of `findings`, a blank line between two, and no summary.
std::string RenderHuman(std::span<const Finding> findings,
                        const SourceSet& sources,
                        const RenderOptions& options = {});

// One line a finding: "rules/site.toml:7:1: error[CORS901]: unknown key…".
// Without a place the line begins with the severity.
std::string RenderShort(std::span<const Finding> findings,
                        const SourceSet& sources);

// A JSON array with one object a finding, for `--format json`, the admin API's
// `errors` and its status. Every object has every key, in this order:
//
//   code, severity, title, message, label, help,
//   file, line, column, end_line, end_column,
//   related: [{message, file, line, column, end_line, end_column}],
//   fix: {file, line, column, end_line, end_column, text}
//
// What is absent is null (`related`: an empty array). Lines and columns count
// from 1, columns in code points; the end is the place after the last
// character. `indent` is that of each level; -1 writes one line.
std::string FindingsToJson(std::span<const Finding> findings,
                           const SourceSet& sources, int indent = -1);

// "2 errors, 1 warning", or "no findings". `dropped` is the number of findings
// that were counted but not kept.
std::string Summary(std::span<const Finding> findings, std::size_t dropped = 0);

}  // namespace corsac

#endif  // CORSAC_COMPILER_DIAGNOSTICS_RENDER_H_
