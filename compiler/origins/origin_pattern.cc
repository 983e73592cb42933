// What is made of an `origins` entry once it was read (origin_reader.cc): the
// rule, and the findings with what to write instead.
// Entry: ParseOriginPattern(). Tested by tests/compiler/origin_pattern_test.cc.
#include "compiler/origins/origin_pattern.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/origins/origin.h"
#include "compiler/origins/origin_reader.h"

namespace corsac {
namespace {

using internal::OriginReading;
using internal::OriginRemark;
using internal::ReadOrigin;

// The finding for `remark`. `canonical` is the rule in canonical form, if the
// entry is one.
Finding ToFinding(const OriginRemark& remark, const WrittenText& written,
                  const std::string& canonical) {
  Finding finding;
  finding.code = remark.code;
  finding.severity = remark.severity;
  finding.span = written.Sub(remark.begin, remark.end);
  finding.message = remark.message;
  finding.help = remark.help;
  const bool warning = remark.code == Code::kOriginUppercase ||
                       remark.code == Code::kOriginPadded ||
                       remark.code == Code::kOriginDefaultPort;
  std::optional<std::string> text;
  if (warning) {
    // `@name` loses its sign in OriginPattern::text.
    if (canonical.find("://") != std::string::npos) text = canonical;
  } else if (remark.two_entries) {
    finding.help = "write " + *remark.mended;
    if (written.quoted()) finding.fix = FixIt{written.span(), *remark.mended};
    return finding;
  } else if (remark.mended) {
    text = SuggestOrigin(*remark.mended);
  }
  if (!text) {
    if (finding.help.empty()) {
      finding.help = warning ? "write it without the blanks"
                             : "write an origin as the browser sends it: "
                               "`https://app.example.com`";
    }
    return finding;
  }
  const std::string suggestion = "write " + TomlString(*text);
  finding.help =
      finding.help.empty() ? suggestion : suggestion + "; " + finding.help;
  if (remark.certain) finding.fix = written.ReplaceBy(*text);
  return finding;
}

}  // namespace

OriginPattern ParseOriginPattern(const WrittenText& written,
                                 std::vector<Finding>* findings) {
  OriginReading reading = ReadOrigin(written.value());
  for (const OriginRemark& remark : reading.remarks) {
    // An error's suggestion mends what the warnings are about too.
    if (reading.failed && &remark != &reading.remarks.back()) continue;
    findings->push_back(ToFinding(remark, written, reading.pattern.text));
  }
  return std::move(reading.pattern);
}

std::optional<std::string> SuggestOrigin(std::string_view text) {
  std::string candidate(text);
  // Each round mends one mistake; there are fewer kinds of them than this.
  for (int round = 0; round < 8; ++round) {
    OriginReading reading = ReadOrigin(candidate);
    const auto error =
        std::find_if(reading.remarks.begin(), reading.remarks.end(),
                     [](const OriginRemark& remark) {
                       return remark.severity == Severity::kError;
                     });
    if (error == reading.remarks.end()) return std::move(reading.pattern.text);
    if (!error->mended || error->two_entries) return std::nullopt;
    candidate = *error->mended;
  }
  return std::nullopt;
}

bool IsOriginHost(std::string_view host) {
  Origin origin;
  const std::string text = "http://" + std::string(host);
  return ParseOrigin(text, &origin) == OriginError::kNone &&
         origin.host == host;
}

}  // namespace corsac
