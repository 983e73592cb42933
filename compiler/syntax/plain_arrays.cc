// Long lists of origins. Entries: ReadPlainOrigins() and the class CutText.
// Tested by tests/compiler/plain_arrays_test.cc.
#include "compiler/syntax/plain_arrays.h"

#include <algorithm>
#include <cstring>
#include <iterator>

#include "compiler/limits.h"
#include "compiler/origins/plain_origin.h"
#include "compiler/syntax/toml_lexer.h"

namespace corsac {
namespace {

bool IsBlank(char byte) { return byte == ' ' || byte == '\t'; }

// The end of the comment at `at`, line end included; `at` if it is not sound.
std::size_t SkipComment(std::string_view text, std::size_t at) {
  const std::size_t line_end = text.find('\n', at);
  if (line_end == std::string_view::npos) return at;
  std::size_t end = line_end;
  if (text[end - 1] == '\r') --end;
  const std::string_view comment = text.substr(at, end - at);
  return std::none_of(comment.begin(), comment.end(), IsTomlControl)
             ? line_end + 1
             : at;
}

// The first byte from `at` on that is no blank, line end or comment.
std::size_t SkipSpace(std::string_view text, std::size_t at) {
  while (at < text.size()) {
    const char c = text[at];
    if (IsBlank(c) || c == '\n') {
      ++at;
    } else if (c == '\r' && text.substr(at + 1, 1) == "\n") {
      at += 2;
    } else if (c == '#') {
      const std::size_t end = SkipComment(text, at);
      if (end == at) break;
      at = end;
    } else {
      break;
    }
  }
  return at;
}

// The text between the quotes of the entry at `at`, if it is a plain origin
// with a comma after it; `*next` is then where the next entry may begin.
std::string_view ReadEntry(std::string_view text, std::size_t at,
                           std::size_t* next) {
  const char quote = text[at];
  if (quote != '"' && quote != '\'') return {};
  ++at;
  const std::size_t room = std::min(text.size() - at, kMaxOriginBytes + 1);
  const auto* const close =
      static_cast<const char*>(std::memchr(text.data() + at, quote, room));
  if (close == nullptr) return {};
  const std::string_view origin =
      text.substr(at, static_cast<std::size_t>(close - text.data()) - at);
  if (!IsPlainOrigin(origin)) return {};
  std::size_t comma = at + origin.size() + 1;
  while (comma < text.size() && IsBlank(text[comma])) ++comma;
  if (comma >= text.size() || text[comma] != ',') return {};
  *next = comma + 1;
  return origin;
}

}  // namespace

std::uint32_t ReadPlainOrigins(std::string_view text, std::uint32_t at,
                               std::size_t max,
                               std::vector<AstPlainOrigin>& origins,
                               std::vector<TextCut>& cuts) {
  TextCut cut{0, at};
  for (std::size_t count = 0; count < max; ++count) {
    const std::size_t begin = SkipSpace(text, cut.end);
    if (begin >= text.size()) break;
    std::size_t next = 0;
    const std::string_view origin = ReadEntry(text, begin, &next);
    if (origin.empty()) break;
    const auto offset = static_cast<std::uint32_t>(begin);
    origins.push_back(
        {offset + 1, offset + 1 + static_cast<std::uint32_t>(origin.size())});
    if (count == 0) cut.begin = offset;
    cut.end = static_cast<std::uint32_t>(next);
  }
  if (cut.end != at) cuts.push_back(cut);
  return cut.end;
}

CutText::CutText(std::string_view text, const std::vector<TextCut>& cuts) {
  std::size_t cut_bytes = 0;
  for (const TextCut& cut : cuts) cut_bytes += cut.end - cut.begin;
  text_.reserve(text.size() - cut_bytes);
  shifts_.reserve(cuts.size() + 1);
  std::uint32_t from = 0;
  for (const TextCut& cut : cuts) {
    text_ += text.substr(from, cut.begin - from);
    const auto left = static_cast<std::uint32_t>(text_.size());
    shifts_.push_back({left, cut.end - left});
    from = cut.end;
  }
  text_ += text.substr(from);
}

std::uint32_t CutText::WholeOffset(std::uint32_t offset) const {
  const auto after = std::upper_bound(
      shifts_.begin(), shifts_.end(), offset,
      [](std::uint32_t at, const Shift& shift) { return at < shift.from; });
  return after == shifts_.begin() ? offset : offset + std::prev(after)->by;
}

}  // namespace corsac
