// Lines of origin lists. Tested by tests/compiler/lower_test.cc.
#include "compiler/model/origin_list.h"

#include <algorithm>

#include "compiler/origins/origin.h"

namespace corsac {

std::string_view OriginInLine(std::string_view line) {
  constexpr std::string_view kBlanks = " \t\r\v\f";
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

bool IsPlainOrigin(std::string_view text) {
  Origin origin;
  return ParseOrigin(text, &origin) == OriginError::kNone &&
         origin.kind == OriginKind::kWeb &&
         origin.host.find('_') == std::string_view::npos &&
         origin.host.find("xn--") == std::string_view::npos &&
         !origin.host.ends_with('.');
}

}  // namespace corsac
