// Guesses about what the author of an `origins` entry had in mind.
// Tested by tests/compiler/origin_pattern_test.cc.
#include "compiler/origins/entry_shape.h"

#include <algorithm>
#include <cstddef>

namespace corsac::internal {
namespace {

constexpr std::string_view kSeparator = "://";

// The pieces of `text` between blanks, commas and semicolons.
std::vector<std::string_view> SplitEntries(std::string_view text) {
  constexpr std::string_view kBetween = " \t\r\n\v\f,;";
  std::vector<std::string_view> pieces;
  while (true) {
    const std::size_t begin = text.find_first_not_of(kBetween);
    if (begin == std::string_view::npos) return pieces;
    text.remove_prefix(begin);
    const std::size_t end = std::min(text.find_first_of(kBetween), text.size());
    pieces.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
}

// Where a second origin begins in "https://a.comhttps://b.com"; npos if none
// does.
std::size_t GluedOrigin(std::string_view entry) {
  const std::size_t first = entry.find(kSeparator);
  if (first == std::string_view::npos) return std::string_view::npos;
  const std::size_t host = first + kSeparator.size();
  const std::size_t end =
      std::min(entry.find_first_of("/?#", host), entry.size());
  for (const std::string_view next : {"https://", "http://"}) {
    const std::size_t at = entry.find(next, host);
    if (at != std::string_view::npos && at > host && at < end) return at;
  }
  return std::string_view::npos;
}

}  // namespace

std::vector<std::string_view> EntriesIn(std::string_view entry) {
  std::vector<std::string_view> pieces = SplitEntries(entry);
  const std::size_t glued = GluedOrigin(entry);
  if (pieces.size() == 1 && glued != std::string_view::npos) {
    return {entry.substr(0, glued), entry.substr(glued)};
  }
  return pieces;
}

bool LooksLikeRegex(std::string_view entry) {
  const std::size_t separator = entry.find(kSeparator);
  const std::size_t begin =
      separator == std::string_view::npos ? 0 : separator + kSeparator.size();
  const std::size_t end =
      std::min(entry.find_first_of("/#", begin), entry.size());
  const std::string_view scheme = entry.substr(0, begin);
  std::string_view host = entry.substr(begin, end - begin);
  if (scheme.find_first_of("?()^|[\\") != std::string_view::npos) return true;
  if (host.find('\\') != std::string_view::npos) return true;
  // User information may hold any of the bytes below.
  if (const std::size_t at = host.rfind('@'); at != std::string_view::npos) {
    host.remove_prefix(at + 1);
  }
  if (const std::size_t query = host.find('?');
      query != std::string_view::npos &&
      host.substr(0, query).find_first_of("()|[\\") == std::string_view::npos) {
    host = host.substr(0, query);
  }
  if (host.find_first_of("\\()|^$") != std::string_view::npos) return true;
  if (host.find(".+") != std::string_view::npos) return true;
  if (const std::size_t bracket = host.find('[');
      bracket != std::string_view::npos) {
    // At the beginning it may be an IPv6 address.
    const std::string_view inner = host.substr(0, host.find(']'));
    if (bracket > 0 || inner.find(':') == std::string_view::npos) return true;
  }
  const std::size_t brace = host.find('{');
  return brace != std::string_view::npos && brace + 1 < host.size() &&
         host[brace + 1] >= '0' && host[brace + 1] <= '9';
}

std::string WithoutRegexMarks(std::string_view entry) {
  if (entry.starts_with('^')) entry.remove_prefix(1);
  if (entry.ends_with('$')) entry.remove_suffix(1);
  std::string out;
  for (std::size_t i = 0; i < entry.size(); ++i) {
    const bool escape =
        entry[i] == '\\' && i + 1 < entry.size() &&
        (entry[i + 1] == '.' || entry[i + 1] == '/' || entry[i + 1] == ':');
    if (!escape) out += entry[i];
  }
  return out;
}

}  // namespace corsac::internal
