// Findings for people and editors. Entries: RenderHuman(), RenderShort() and
// Summary(). Tested by tests/compiler/render_test.cc.
#include "compiler/diagnostics/render.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/diagnostics/snippet.h"
#include "compiler/diagnostics/visible_text.h"

namespace corsac {
namespace {

// ANSI "select graphic rendition" sequences.
constexpr std::string_view kReset = "\x1b[0m";
constexpr std::string_view kBold = "\x1b[1m";
constexpr std::string_view kRed = "\x1b[1;31m";
constexpr std::string_view kYellow = "\x1b[1;33m";
constexpr std::string_view kGreen = "\x1b[1;32m";
constexpr std::string_view kCyan = "\x1b[1;36m";
constexpr std::string_view kBlue = "\x1b[1;34m";

std::string_view ColorOf(Severity severity) {
  switch (severity) {
    case Severity::kError:
      return kRed;
    case Severity::kWarning:
      return kYellow;
    case Severity::kNote:
      return kGreen;
  }
  return kRed;
}

bool HasPlace(Span span, const SourceSet& sources) {
  return span.has_file() && span.file < sources.files().size();
}

// The lines of a text that may have several; each made visible.
std::vector<std::string> VisibleLines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(VisibleText(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

class HumanWriter {
 public:
  HumanWriter(const SourceSet& sources, const RenderOptions& options)
      : sources_(sources), options_(options) {}

  std::string Write(const Finding& finding) {
    const std::string_view color = ColorOf(finding.severity);
    gutter_ = GutterOf(finding);
    Paint(color, std::string(SeverityName(finding.severity)) + "[" +
                     std::string(InfoOf(finding.code).id) + "]");
    Paint(kBold, ": " + VisibleText(finding.message));
    out_ += '\n';
    if (HasPlace(finding.span, sources_)) {
      WritePlace(finding.span, finding.label, '^', color);
    } else if (!finding.label.empty()) {
      out_ += "  " + VisibleText(finding.label) + "\n";
    }
    for (const RelatedPlace& place : finding.related) {
      Paint(kGreen, "note");
      out_ += ": " + VisibleText(place.message) + "\n";
      if (HasPlace(place.span, sources_)) {
        WritePlace(place.span, "", '-', kBlue);
      }
    }
    WriteHelp(finding.help);
    if (finding.fix && HasPlace(finding.fix->span, sources_)) {
      WriteFix(*finding.fix);
    }
    return std::move(out_);
  }

 private:
  // Digits of the largest line number that will be shown.
  std::size_t GutterOf(const Finding& finding) const {
    std::uint32_t largest = 1;
    const auto look_at = [&](Span span) {
      if (!HasPlace(span, sources_)) return;
      largest = std::max(largest,
                         sources_.files()[span.file].PlaceOf(span.begin).line);
    };
    look_at(finding.span);
    for (const RelatedPlace& place : finding.related) look_at(place.span);
    if (finding.fix) look_at(finding.fix->span);
    return std::to_string(largest).size();
  }

  void Paint(std::string_view color, std::string_view text) {
    if (options_.color) out_ += color;
    out_ += text;
    if (options_.color) out_ += kReset;
  }

  // " 7 | " or "   | ".
  void WriteGutter(std::string_view number) {
    std::string text(gutter_ - std::min(gutter_, number.size()), ' ');
    text += number;
    text += " |";
    Paint(kBlue, text);
  }

  void WriteSnippet(const Snippet& snippet, std::string_view label, char mark,
                    std::string_view color) {
    WriteGutter(std::to_string(snippet.line_number));
    out_ += snippet.text.empty() ? "" : " " + snippet.text;
    out_ += '\n';
    WriteGutter("");
    out_ += std::string(1 + snippet.indent, ' ');
    std::string under(snippet.carets, mark);
    if (snippet.to_line != 0) {
      under += " (to line " + std::to_string(snippet.to_line) + ")";
    }
    if (!label.empty()) under += " " + VisibleText(label);
    Paint(color, under);
    out_ += '\n';
  }

  void WritePlace(Span span, std::string_view label, char mark,
                  std::string_view color) {
    out_ += std::string(gutter_, ' ');
    Paint(kBlue, "-->");
    out_ += " " + VisibleText(sources_.Describe(span)) + "\n";
    WriteGutter("");
    out_ += '\n';
    WriteSnippet(MakeSnippet(span, sources_, options_.max_columns), label, mark,
                 color);
  }

  void WriteHelp(std::string_view help) {
    const std::vector<std::string> lines = VisibleLines(help);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (i == 0) {
        Paint(kCyan, "help");
        out_ += ": ";
      } else {
        out_ += "      ";
      }
      out_ += lines[i] + "\n";
    }
  }

  // The line as it would be with the edit made, or, when that is more than one
  // line, what to put in.
  void WriteFix(const FixIt& fix) {
    const SpanPlaces places = PlacesOf(fix.span, sources_);
    Paint(kCyan, "fix");
    if (places.begin.line != places.end.line ||
        fix.text.find('\n') != std::string::npos) {
      out_ += ": replace this by `" + VisibleText(fix.text) + "`\n";
      WritePlace(fix.span, "", '~', kGreen);
      return;
    }
    out_ += fix.text.empty() ? ": remove this, leaving\n" : ": write\n";
    const SourceFile& file = sources_.files()[fix.span.file];
    const std::size_t start = file.LineStart(places.begin.line);
    const std::string_view line = file.Line(places.begin.line);
    const std::size_t begin = std::min(fix.span.begin - start, line.size());
    const std::size_t end = std::min(fix.span.end - start, line.size());
    std::string edited(line.substr(0, begin));
    edited += fix.text;
    edited += line.substr(end);
    Snippet snippet = MakeSnippet(edited, begin, begin + fix.text.size(),
                                  options_.max_columns);
    snippet.line_number = places.begin.line;
    WriteGutter("");
    out_ += '\n';
    WriteSnippet(snippet, "", '~', kGreen);
  }

  const SourceSet& sources_;
  const RenderOptions& options_;
  std::size_t gutter_ = 1;
  std::string out_;
};

// "1 error", "2 errors".
void AppendCount(std::string& out, std::size_t count, std::string_view what) {
  if (count == 0) return;
  if (!out.empty()) out += ", ";
  out += std::to_string(count) + " ";
  out += what;
  if (count != 1) out += 's';
}

}  // namespace

std::string RenderHuman(const Finding& finding, const SourceSet& sources,
                        const RenderOptions& options) {
  return HumanWriter(sources, options).Write(finding);
}

std::string RenderHuman(std::span<const Finding> findings,
                        const SourceSet& sources,
                        const RenderOptions& options) {
  std::string out;
  for (const Finding& finding : findings) {
    if (!out.empty()) out += '\n';
    out += RenderHuman(finding, sources, options);
  }
  return out;
}

std::string RenderShort(std::span<const Finding> findings,
                        const SourceSet& sources) {
  std::string out;
  for (const Finding& finding : findings) {
    const std::string place = sources.Describe(finding.span);
    if (!place.empty()) out += VisibleText(place) + ": ";
    out += SeverityName(finding.severity);
    out += "[";
    out += InfoOf(finding.code).id;
    out += "]: " + VisibleText(finding.message) + "\n";
  }
  return out;
}

std::string Summary(std::span<const Finding> findings, std::size_t dropped) {
  std::array<std::size_t, 3> counts{};
  for (const Finding& finding : findings) {
    ++counts[static_cast<std::size_t>(finding.severity)];
  }
  std::string out;
  for (const Severity severity :
       {Severity::kError, Severity::kWarning, Severity::kNote}) {
    AppendCount(out, counts[static_cast<std::size_t>(severity)],
                SeverityName(severity));
  }
  if (out.empty()) out = "no findings";
  if (dropped > 0) out += ", and " + std::to_string(dropped) + " not shown";
  return out;
}

}  // namespace corsac
