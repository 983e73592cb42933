// Lines of origin lists. Entries: the class OriginList and OriginInLine().
// Tested by tests/compiler/plain_origins_test.cc and lower_test.cc.
#include "compiler/model/origin_list.h"

#include <algorithm>

#include "compiler/origins/plain_origin.h"

namespace corsac {
namespace {

constexpr std::string_view kBlanks = " \t\r\v\f";

}  // namespace

std::string_view OriginInLine(std::string_view line) {
  const std::size_t begin =
      std::min(line.find_first_not_of(kBlanks), line.size());
  line.remove_prefix(begin);
  for (std::size_t hash = line.find('#'); hash != std::string_view::npos;
       hash = line.find('#', hash + 1)) {
    if (hash > 0 && kBlanks.find(line[hash - 1]) == std::string_view::npos) {
      continue;  // a fragment, which is a mistake and not a comment
    }
    line = line.substr(0, hash);
    break;
  }
  const std::size_t last = line.find_last_not_of(kBlanks);
  return last == std::string_view::npos ? std::string_view()
                                        : line.substr(0, last + 1);
}

OriginList::OriginList(const SourceFile& list) : whole_(list.line_count()) {
  for (std::uint32_t i = 0; i < list.line_count(); ++i) {
    const std::string_view line = list.Line(i + 1);
    if (IsPlainOrigin(line)) {
      whole_[i] = true;
      ++size_;
    } else if (!OriginInLine(line).empty()) {
      ++size_;
    }
  }
}

bool OriginList::Fill(const SourceFile& list, std::uint32_t file,
                      OriginListLine& line) const {
  line.plain = whole_[line.line - 1];
  line.text = list.Line(line.line);
  if (!line.plain) {
    line.text = OriginInLine(line.text);
    if (line.text.empty()) return false;
    line.plain = IsPlainOrigin(line.text);
  }
  const auto at =
      static_cast<std::uint32_t>(line.text.data() - list.text().data());
  line.span = Span{file, at, at + static_cast<std::uint32_t>(line.text.size())};
  line.column = at - list.LineStart(line.line) + 1;
  return true;
}

}  // namespace corsac
