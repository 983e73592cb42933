// Where the bytes of a value stand in the source.
// Tested by tests/compiler/origin_pattern_test.cc.
#include "compiler/origins/written_text.h"

#include <algorithm>

namespace corsac {
namespace {

// Bytes of a quoted text in a message. An origin fits; a megabyte does not
// help anybody.
constexpr std::size_t kMaxQuotedBytes = 160;

void AppendHex(std::string& out, unsigned char byte) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out += kHex[byte >> 4U];
  out += kHex[byte & 0xFU];
}

// The number of leading bytes of `text` that are kept: at most `limit`, and no
// UTF-8 sequence cut in two.
std::size_t CutAt(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return text.size();
  while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0U) == 0x80)
    --limit;
  return limit;
}

}  // namespace

WrittenText::WrittenText(std::string_view value, Span span)
    : value_(value), span_(span), inner_(span) {}

WrittenText WrittenText::OfTomlString(const SourceSet& sources,
                                      std::string_view value, Span span) {
  WrittenText written(value, span);
  written.quoted_ = true;
  written.exact_ = false;
  if (span.file >= sources.files().size()) return written;
  const std::string_view text = sources.files()[span.file].text();
  if (span.begin > span.end || span.end > text.size()) return written;
  const std::string_view raw = text.substr(span.begin, span.end - span.begin);
  for (const std::string_view quote : {R"(""")", "'''", "\"", "'"}) {
    if (raw.size() < 2 * quote.size() || !raw.starts_with(quote) ||
        !raw.ends_with(quote)) {
      continue;
    }
    const std::size_t size = raw.size() - 2 * quote.size();
    if (raw.substr(quote.size(), size) != value) continue;
    written.inner_.begin =
        span.begin + static_cast<std::uint32_t>(quote.size());
    written.inner_.end = span.end - static_cast<std::uint32_t>(quote.size());
    written.exact_ = true;
    break;
  }
  return written;
}

Span WrittenText::Sub(std::size_t begin, std::size_t end) const {
  if (!exact_) return span_;
  begin = std::min(begin, value_.size());
  end = std::clamp(end, begin, value_.size());
  Span sub = inner_;
  sub.begin = inner_.begin + static_cast<std::uint32_t>(begin);
  sub.end = inner_.begin + static_cast<std::uint32_t>(end);
  return sub;
}

FixIt WrittenText::ReplaceBy(std::string_view text) const {
  if (!quoted_) return FixIt{span_, std::string(text)};
  return FixIt{span_, TomlString(text)};
}

std::string Quoted(std::string_view text) {
  const std::size_t kept = CutAt(text, kMaxQuotedBytes);
  std::string out = "`";
  for (const char c : text.substr(0, kept)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F || c == '`') {
      out += "\\x";
      AppendHex(out, byte);
    } else {
      out += c;
    }
  }
  if (kept < text.size()) out += "…";
  out += '`';
  return out;
}

std::string TomlString(std::string_view text) {
  const auto is_control = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F;
  };
  const bool literal = text.find_first_of("\"\\") != std::string_view::npos &&
                       text.find('\'') == std::string_view::npos &&
                       std::none_of(text.begin(), text.end(), is_control);
  const char quote = literal ? '\'' : '"';
  std::string out(1, quote);
  for (const char c : text) {
    if (is_control(c)) {
      out += "\\u00";
      AppendHex(out, static_cast<unsigned char>(c));
      continue;
    }
    if (!literal && (c == '"' || c == '\\')) out += '\\';
    out += c;
  }
  out += quote;
  return out;
}

}  // namespace corsac
