// The report of `corsac bench` as a figure. Tested by tests/cli/bench_test.cc.
//
// Three blocks from top to bottom: a bar for each row of decisions, with
// whiskers from the tenth to the ninetieth percentile; the bytes of the table
// and the time of the compilation, each one bar of parts.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/cli/bench_report.h"
#include "compiler/diagnostics/visible_text.h"

namespace corsac::cli {
namespace {

// Distances in pixels.
constexpr double kWidth = 860;
constexpr double kMargin = 28;
constexpr double kLabels = 264;  // width of the rows' names
constexpr double kNumbers = 96;  // width of the numbers right of the bars
constexpr double kRowHeight = 24;
constexpr double kBarHeight = 13;
constexpr double kBars = kWidth - 2 * kMargin - kLabels - kNumbers;

// Four hues that people with any colour vision can tell apart (Okabe and Ito).
constexpr std::array<std::string_view, 4> kPartClasses = {"p0", "p1", "p2",
                                                          "p3"};

// The paper is painted, so the figure is legible on any page; where the reader
// prefers dark, it is dark itself.
constexpr std::string_view kStyle =
    "<style>\n"
    "text{font-family:system-ui,-apple-system,'Segoe UI','DejaVu Sans',"
    "sans-serif;font-size:13px;fill:#24292f}\n"
    ".paper{fill:#ffffff}.title{font-size:18px;font-weight:600}\n"
    ".head{font-size:14px;font-weight:600}.muted{fill:#57606a}\n"
    ".grid{stroke:#d8dee4}.axis{stroke:#57606a}.whisker{stroke:#24292f;"
    "stroke-width:1.5}\n"
    ".allow{fill:#0072b2}.deny{fill:#d98200}.none{fill:#8b949e}\n"
    ".p0{fill:#0072b2}.p1{fill:#d98200}.p2{fill:#009e73}.p3{fill:#b65f93}\n"
    "@media (prefers-color-scheme:dark){text{fill:#e6edf3}.paper{fill:#0d1117}"
    ".muted{fill:#9da7b1}\n"
    ".grid{stroke:#30363d}.axis{stroke:#9da7b1}.whisker{stroke:#e6edf3}\n"
    ".allow,.p0{fill:#4aa3df}.deny,.p1{fill:#e8a33d}.p2{fill:#2fbf94}"
    ".p3{fill:#d58bb8}}\n"
    "</style>\n";

// `text` as the content of an element or the value of an attribute.
std::string Escaped(std::string_view text) {
  std::string escaped;
  for (const char c : VisibleText(text)) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

// At most `columns` characters, the middle left out.
std::string Shortened(std::string_view text, std::size_t columns) {
  std::vector<std::string> characters;
  for (std::size_t at = 0; at < text.size();) {
    VisibleChar next = VisibleCharAt(text, at);
    at += next.bytes;
    characters.push_back(std::move(next.text));
  }
  std::string result;
  const std::size_t half = (columns - 1) / 2;
  for (std::size_t i = 0; i < characters.size(); ++i) {
    if (characters.size() <= columns || i < half ||
        i + half >= characters.size()) {
      result += characters[i];
    } else if (i == half) {
      result += "…";
    }
  }
  return result;
}

std::string Number(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f", value);
  return text.data();
}

// An SVG being written from top to bottom.
class Figure {
 public:
  double y() const { return y_; }
  void Down(double by) { y_ += by; }

  void Text(double x, std::string_view text, std::string_view style = "",
            std::string_view anchor = "start") {
    body_ += "<text x=\"" + Number(x) + "\" y=\"" + Number(y_ + 4.5) +
             "\" text-anchor=\"" + std::string(anchor) + "\" class=\"" +
             std::string(style) + "\">" + Escaped(text) + "</text>\n";
  }

  // A bar around the current line, with a text that shows on hovering.
  void Rect(double x, double width, double height, std::string_view style,
            std::string_view hint) {
    body_ += "<rect x=\"" + Number(x) + "\" y=\"" + Number(y_ - height / 2) +
             "\" width=\"" + Number(std::max(width, 0.5)) + "\" height=\"" +
             Number(height) + "\" class=\"" + std::string(style) +
             "\"><title>" + Escaped(hint) + "</title></rect>\n";
  }

  // A line from (x1, y() + dy1) to (x2, y() + dy2).
  void Line(double x1, double dy1, double x2, double dy2,
            std::string_view style) {
    body_ += "<line x1=\"" + Number(x1) + "\" y1=\"" + Number(y_ + dy1) +
             "\" x2=\"" + Number(x2) + "\" y2=\"" + Number(y_ + dy2) +
             "\" class=\"" + std::string(style) + "\"/>\n";
  }

  std::string Whole(std::string_view title) const {
    const std::string size = "width=\"" + Number(kWidth) + "\" height=\"" +
                             Number(y_ + kMargin) + "\"";
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" " + size +
           " viewBox=\"0 0 " + Number(kWidth) + " " + Number(y_ + kMargin) +
           "\" role=\"img\">\n<title>" + Escaped(title) + "</title>\n" +
           std::string(kStyle) + "<rect " + size +
           " rx=\"8\" class=\"paper\"/>\n" + body_ + "</svg>\n";
  }

 private:
  double y_ = kMargin + 6;
  std::string body_;
};

// The distance between ticks of an axis from 0 to `most`: 1, 2 or 5 times a
// power of ten, so that there are at most six of them.
double TickStep(double most) {
  double step = std::pow(10, std::floor(std::log10(most / 6)));
  for (const double factor : {2.0, 2.5, 2.0}) {
    if (most / step <= 6) break;
    step *= factor;
  }
  return step;
}

std::string TickText(double ns) {
  std::string text = DurationText(ns);
  // "2.00 µs" is "2 µs" on an axis.
  const std::size_t point = text.find('.');
  if (point == std::string::npos) return text;
  std::size_t end = text.find(' ');
  while (text[end - 1] == '0') text.erase(--end, 1);
  if (text[end - 1] == '.') text.erase(end - 1, 1);
  return text;
}

std::string RowHint(const Measurement& row) {
  std::string hint =
      row.row->name() + ": median " + DurationText(row.median_ns) + ", p10 " +
      DurationText(row.p10_ns) + ", p90 " + DurationText(row.p90_ns);
  if (row.allocations) {
    hint += ", " + DigitsText(*row.allocations) + " allocations";
  }
  return hint;
}

void DrawRow(const Measurement& row, double most, Figure* figure) {
  const double left = kMargin + kLabels;
  const double scale = kBars / most;
  const std::string_view style = row.row->outcome == Outcome::kAllow  ? "allow"
                                 : row.row->outcome == Outcome::kDeny ? "deny"
                                                                      : "none";
  std::string label = row.row->what;
  if (row.row->outcome == Outcome::kAllow) label = "allowed, " + label;
  if (row.row->outcome == Outcome::kDeny) label = "denied, " + label;
  if (row.row->outcome == Outcome::kNotApplicable) label = "no Origin line";
  figure->Text(left - 10, label, "", "end");
  figure->Rect(left, row.median_ns * scale, kBarHeight, style, RowHint(row));
  const double low = left + row.p10_ns * scale;
  const double high = left + std::min(row.p90_ns, most) * scale;
  figure->Line(low, 0, high, 0, "whisker");
  figure->Line(low, -4, low, 4, "whisker");
  figure->Line(high, -4, high, 4, "whisker");
  figure->Text(kWidth - kMargin, DurationText(row.median_ns), "", "end");
  figure->Down(kRowHeight);
}

void DrawRows(const BenchReport& report, Figure* figure) {
  double most = 1;
  for (const Measurement& row : report.rows) {
    // One interruption must not make all bars short.
    most = std::max({most, row.median_ns * 1.05,
                     std::min(row.p90_ns, 1.5 * row.median_ns)});
  }
  std::size_t groups = 0;
  for (std::size_t i = 0; i < report.rows.size(); ++i) {
    if (i == 0 || report.rows[i].row->kind != report.rows[i - 1].row->kind) {
      ++groups;
    }
  }
  const double height =
      static_cast<double>(report.rows.size() + groups) * kRowHeight;
  const double left = kMargin + kLabels;
  figure->Down(8);
  const double step = TickStep(most);
  const auto ticks = static_cast<int>(most / step);
  for (int i = 0; i <= ticks; ++i) {
    const double tick = i * step;
    const double x = left + tick * kBars / most;
    figure->Line(x, 12, x, height, i == 0 ? "axis" : "grid");
    figure->Text(x, i == 0 ? "0" : TickText(tick), "muted", "middle");
  }
  figure->Down(kRowHeight);
  const BenchRow* previous = nullptr;
  for (const Measurement& row : report.rows) {
    if (previous == nullptr || previous->kind != row.row->kind) {
      figure->Text(kMargin, RequestKindName(row.row->kind), "head");
      figure->Down(kRowHeight);
    }
    previous = row.row;
    DrawRow(row, most, figure);
  }
}

void DrawParts(std::string_view name, std::string_view total,
               const std::vector<ReportPart>& parts, Figure* figure) {
  figure->Down(20);
  figure->Text(kMargin, name, "head");
  figure->Text(kWidth - kMargin, total, "", "end");
  double sum = 0;
  for (const ReportPart& part : parts) sum += part.value;
  figure->Down(kRowHeight);
  double x = kMargin;
  for (std::size_t i = 0; i < parts.size() && sum > 0; ++i) {
    const double width = parts[i].value / sum * (kWidth - 2 * kMargin);
    figure->Rect(x, width, 18, kPartClasses.at(i % kPartClasses.size()),
                 parts[i].name + ": " + parts[i].amount);
    x += width;
  }
  figure->Down(28);
  const double column =
      (kWidth - 2 * kMargin) / static_cast<double>(parts.size());
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const double left = kMargin + static_cast<double>(i) * column;
    figure->Rect(left, 11, 11, kPartClasses.at(i % kPartClasses.size()),
                 parts[i].name);
    figure->Text(left + 18, parts[i].name + " " + parts[i].amount);
    if (parts[i].more.empty()) continue;
    figure->Down(18);
    figure->Text(left + 18, parts[i].more, "muted");
    figure->Down(-18);
  }
  figure->Down(28);
}

}  // namespace

std::string ReportSvg(const BenchReport& report) {
  Figure figure;
  const std::string title = "Decisions about " + Shortened(report.path, 60);
  figure.Text(kMargin, title, "title");
  figure.Down(26);
  figure.Text(kMargin, RulesText(report.table), "muted");
  figure.Down(20);
  figure.Text(kMargin,
              "bars: median time of one decision; whiskers: p10 to p90 of " +
                  CountText(report.repetitions, "repetition") +
                  (report.optimised ? "" : "; a build without optimisation"),
              "muted");
  figure.Down(20);
  DrawRows(report, &figure);
  DrawParts("table", BytesText(static_cast<double>(report.table.bytes())),
            TableParts(report.table), &figure);
  DrawParts("compilation",
            DurationText(report.compile.total_ms() * 1e6) + ", median of " +
                std::to_string(report.compile.repetitions),
            CompileParts(report.compile), &figure);
  return figure.Whole(title);
}

}  // namespace corsac::cli
