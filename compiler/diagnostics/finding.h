// Findings: what the compiler has to say about a rule source.
//
// A mistake of the author is never thrown and never stops the pass that found
// it; it becomes a Finding in the FindingSink that every pass is handed, so
// that one run reports every mistake. Wording: lower-case start, no full stop,
// words of rule files rather than of C++, the author's text in back quotes,
// and what to write instead in `help`.
#ifndef CORSAC_COMPILER_DIAGNOSTICS_FINDING_H_
#define CORSAC_COMPILER_DIAGNOSTICS_FINDING_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/diagnostics/codes.h"

namespace corsac {

// A run of bytes [begin, end) of one file of a SourceSet. `begin == end` marks
// a place between two bytes (such as the end of the file).
struct Span {
  static constexpr std::uint32_t kNoFile = 0xFFFF'FFFF;

  std::uint32_t file = kNoFile;  // index into SourceSet::files()
  std::uint32_t begin = 0;
  std::uint32_t end = 0;

  bool has_file() const { return file != kNoFile; }
  friend bool operator==(const Span&, const Span&) = default;
};

// A second place that a finding is about: "first defined here".
struct RelatedPlace {
  Span span;
  std::string message;
};

// A replacement of `span` by `text` that a machine may apply.
struct FixIt {
  Span span;
  std::string text;
};

struct Finding {
  Code code = Code::kWrongType;
  Severity severity = Severity::kError;
  Span span;            // what the caret underlines; may have no file
  std::string message;  // one line: what is wrong
  std::string label;    // optional, short: printed beside the caret
  std::string help;     // optional, may have several lines: what to do
  std::vector<RelatedPlace> related;
  std::optional<FixIt> fix;
};

// Collects findings. Not thread-safe.
class FindingSink {
 public:
  // Adds a finding with the severity that its code has by default, and returns
  // it so that the caller may fill in the rest. Past kMaxFindings the finding
  // is only counted (the reference returned is then to a scratch object).
  // The reference is good until the next call.
  Finding& Add(Code code, Span span, std::string message);
  Finding& Add(Finding finding);

  bool has_errors() const { return errors_ > 0; }
  // What was added so far, in that order, but for what was dropped.
  const std::vector<Finding>& findings() const { return findings_; }
  std::size_t dropped() const { return dropped_; }

  // Returns the findings in source order: by file, then by place, then in the
  // order they were added; those without a file come first. Leaves the sink
  // empty.
  std::vector<Finding> Take();

 private:
  std::vector<Finding> findings_;
  Finding scratch_;
  std::size_t errors_ = 0;
  std::size_t dropped_ = 0;
};

}  // namespace corsac

#endif  // CORSAC_COMPILER_DIAGNOSTICS_FINDING_H_
