// The report of `corsac bench` for people, and the words that all its forms
// share. Tested by tests/cli/bench_test.cc.
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

constexpr std::size_t kNameWidth = 36;
constexpr std::size_t kBarWidth = 10;

std::string Format(const char* format, double value) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), format, value);
  return text.data();
}

// Bytes that continue a UTF-8 character take no column.
std::size_t Columns(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) {
    return (static_cast<unsigned>(c) & 0xC0U) != 0x80U;
  }));
}

std::string Padded(std::string text, std::size_t width) {
  const std::size_t columns = Columns(text);
  if (columns < width) text.append(width - columns, ' ');
  return text;
}

std::string PaddedLeft(std::string text, std::size_t width) {
  const std::size_t columns = Columns(text);
  if (columns < width) text.insert(0, width - columns, ' ');
  return text;
}

// A bar of `share` (0 to 1) of the width, in eighths of a column.
std::string Bar(double share) {
  constexpr std::array<std::string_view, 8> kEighths = {"",  "▏", "▎", "▍",
                                                        "▌", "▋", "▊", "▉"};
  const auto eighths = static_cast<std::size_t>(
      std::lround(share * static_cast<double>(kBarWidth) * 8));
  std::string bar;
  for (std::size_t i = 0; i < eighths / 8; ++i) bar += "█";
  bar += kEighths.at(eighths % 8);
  return bar.empty() && share > 0 ? "▏" : bar;
}

std::string RowLabel(const BenchRow& row) {
  if (row.outcome == Outcome::kAllow) return "  allowed, " + row.what;
  if (row.outcome == Outcome::kDeny) return "  denied, " + row.what;
  return "  no Origin line";
}

std::string RowsText(const BenchReport& report) {
  std::string text = Padded("", kNameWidth) + PaddedLeft("median", 9) +
                     PaddedLeft("p10 - p90", 16) + PaddedLeft("allocs", 8) +
                     "\n";
  double slowest = 0;
  for (const Measurement& row : report.rows) {
    slowest = std::max(slowest, row.median_ns);
  }
  const BenchRow* previous = nullptr;
  for (const Measurement& row : report.rows) {
    if (previous == nullptr || previous->kind != row.row->kind) {
      text += std::string(RequestKindName(row.row->kind)) + "\n";
    }
    previous = row.row;
    text += Padded(RowLabel(*row.row), kNameWidth);
    text += PaddedLeft(DurationText(row.median_ns), 9);
    text += PaddedLeft(
        DurationText(row.p10_ns) + " - " + DurationText(row.p90_ns), 18);
    text +=
        PaddedLeft(row.allocations ? Format("%.2g", *row.allocations) : "?", 6);
    text += "  " + Bar(row.median_ns / slowest) + "\n";
  }
  return text;
}

std::string PartsText(const std::string& name, const std::string& total,
                      const std::vector<ReportPart>& parts) {
  std::string text = "\n" + Padded(name, 12) + PaddedLeft(total, 10) + "\n";
  double sum = 0;
  for (const ReportPart& part : parts) sum += part.value;
  for (const ReportPart& part : parts) {
    const double share = sum > 0 ? part.value / sum : 0;
    text += "  " + Padded(part.name, 10) + PaddedLeft(part.amount, 10) +
            PaddedLeft(Format("%.0f %%", 100 * share), 7) + "  " +
            Padded(Bar(share), kBarWidth + 2) + part.more;
    text.erase(text.find_last_not_of(' ') + 1);
    text += "\n";
  }
  return text;
}

// Breaks `text` into lines of at most 80 columns, those after the first
// indented.
std::string Wrapped(std::string_view text) {
  std::string lines;
  std::size_t column = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    if (column > 0 && column + 1 + Columns(word) > 80) {
      lines += "\n  ";
      column = 2;
    } else if (column > 0) {
      lines += ' ';
      ++column;
    }
    lines += word;
    column += Columns(word);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines + "\n";
}

}  // namespace

std::string DigitsText(double value) {
  if (value < 9.995) return Format("%.2f", value);
  if (value < 99.95) return Format("%.1f", value);
  return Format("%.0f", value);
}

std::string GroupedText(std::size_t count) {
  std::string text = std::to_string(count);
  for (std::size_t i = text.size(); i > 3;) {
    i -= 3;
    text.insert(i, 1, ',');
  }
  return text;
}

std::string DurationText(double ns) {
  if (ns < 999.5) return DigitsText(ns) + " ns";
  if (ns < 999.5e3) return DigitsText(ns / 1e3) + " µs";
  if (ns < 999.5e6) return DigitsText(ns / 1e6) + " ms";
  return DigitsText(ns / 1e9) + " s";
}

std::string BytesText(double bytes) {
  if (bytes < 1'000) return Format("%.0f B", bytes);
  if (bytes < 1'024'000) return DigitsText(bytes / 1'024) + " KiB";
  return DigitsText(bytes / 1'048'576) + " MiB";
}

std::string CountText(std::size_t count, const std::string& what) {
  return GroupedText(count) + " " + what + (count == 1 ? "" : "s");
}

std::string PlaceText(const RulePlace& place) {
  return VisibleText(place.file) + ":" + std::to_string(place.line);
}

std::string RulesText(const PolicyTable::Sizes& table) {
  return CountText(table.routes, "route") + ", " +
         (table.policies == 1 ? "1 policy"
                              : GroupedText(table.policies) + " policies") +
         ", " + CountText(table.origin_sets, "origin set") + ": " +
         GroupedText(table.exact) + " exact, " + GroupedText(table.any_port) +
         " any-port, " + GroupedText(table.subdomain) + " subdomain, " +
         GroupedText(table.regex) + " regex";
}

std::vector<ReportPart> TableParts(const PolicyTable::Sizes& table) {
  const auto part = [](std::string name, std::size_t bytes, std::size_t count,
                       const char* what) {
    ReportPart result;
    result.name = std::move(name);
    result.value = static_cast<double>(bytes);
    result.amount = BytesText(result.value);
    if (count > 0) {
      result.more =
          BytesText(result.value / static_cast<double>(count)) + " a " + what;
    }
    return result;
  };
  return {part("origins", table.origin_bytes,
               table.exact + table.any_port + table.subdomain, "rule"),
          part("regexes", table.regex_bytes, table.regex, "regex"),
          part("routes", table.route_bytes, table.routes, "route"),
          part("policies", table.policy_bytes, table.policies, "policy")};
}

std::vector<ReportPart> CompileParts(const CompileMeasurement& compile) {
  const auto part = [&compile](std::string name, double ms, std::string more) {
    if (more.empty() && ms > 0 && compile.source_bytes > 1'000'000) {
      more = BytesText(static_cast<double>(compile.source_bytes) / ms * 1'000) +
             "/s";
    }
    return ReportPart{std::move(name), ms, DurationText(ms * 1e6),
                      std::move(more)};
  };
  return {
      part("read", compile.read_ms, ""), part("parse", compile.parse_ms, ""),
      part("check", compile.check_ms, ""), part("build", compile.build_ms, "")};
}

std::string ReportText(const BenchReport& report) {
  std::string text =
      VisibleText(report.path) + ": " + RulesText(report.table) + "\n\n";
  text += RowsText(report);
  text +=
      PartsText("table", BytesText(static_cast<double>(report.table.bytes())),
                TableParts(report.table));
  text += PartsText("compile", DurationText(report.compile.total_ms() * 1e6),
                    CompileParts(report.compile));
  text += "\n" + Wrapped(
                     "decisions: from the header lines of a request to those "
                     "of its answer; " +
                     CountText(report.repetitions, "repetition") +
                     " of at least " + std::to_string(report.min_time_ms) +
                     " ms, in random order; answers were checked before");
  for (const std::string& note : report.notes) text += Wrapped("note: " + note);
  if (!report.remarks.empty()) text += "\n";
  for (const std::string& remark : report.remarks) {
    text += Wrapped("- " + remark);
  }
  return text;
}

}  // namespace corsac::cli
