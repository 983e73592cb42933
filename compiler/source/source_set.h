// A SourceSet is the text of a rule source: one rule file, or every rule file
// of a folder, and the origin lists that they name. It is read once; every
// later pass works on the text held here, so that what is checked is what is
// compiled, whatever happens to the files meanwhile.
#ifndef CORSAC_COMPILER_SOURCE_SOURCE_SET_H_
#define CORSAC_COMPILER_SOURCE_SOURCE_SET_H_

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "compiler/diagnostics/finding.h"

namespace corsac {

// A line and column as people count them: from 1, the column in code points
// (a tab is one).
struct LineColumn {
  std::uint32_t line = 1;
  std::uint32_t column = 1;
};

// One file's text. Immutable after construction.
class SourceFile {
 public:
  // `name` is what findings show: the path as the user wrote it, or, for a
  // file of a folder, the folder as written plus the file's name.
  SourceFile(std::string name, std::filesystem::path path, std::string text,
             bool is_rule_file);

  const std::string& name() const { return name_; }
  const std::filesystem::path& path() const { return path_; }
  std::string_view text() const { return text_; }

  // False for an origin list that a rule file names.
  bool is_rule_file() const { return is_rule_file_; }

  // O(log lines).
  LineColumn PlaceOf(std::uint32_t offset) const;

  // The text of line `line` (from 1), without its line end; empty when there
  // is no such line. O(1).
  std::string_view Line(std::uint32_t line) const;

  // The offset of the first byte of line `line` (from 1).
  // REQUIRES: 1 <= line <= line_count().
  std::uint32_t LineStart(std::uint32_t line) const;

  std::uint32_t line_count() const {
    return static_cast<std::uint32_t>(line_starts_.size());
  }

 private:
  std::string name_;
  std::filesystem::path path_;
  std::string text_;
  std::vector<std::uint32_t> line_starts_;
  bool is_rule_file_;
};

// Not thread-safe while it is being filled; immutable and shareable after.
class SourceSet {
 public:
  // Reads the source at `path`: a regular file, or a folder with every
  // `*.toml` directly inside it that does not begin with `.` and does not end
  // in `.test.toml`, in byte order of the names. Symbolic links are followed.
  // What cannot be used is reported and left out: a path that does not exist or
  // cannot be read, something that is no regular file, an empty file, bytes
  // that are no UTF-8 text, a limit passed, a folder without rule files.
  // A file that changes while it is read is read again (a few times).
  static SourceSet Read(const std::filesystem::path& path, FindingSink& sink);

  // A source of one rule file held in memory, for `POST /v1/check` and tests.
  // The same checks are made on its text. It cannot name origin lists unless
  // `folder` is given.
  static SourceSet FromText(std::string name, std::string text,
                            FindingSink& sink,
                            std::filesystem::path folder = {});

  // Reads the settings file of a program at `path`: TOML like a rule file, but
  // one that may hold comments alone. The same checks are made on its text,
  // and it counts as a rule file.
  static SourceSet ReadSettings(const std::filesystem::path& path,
                                FindingSink& sink);

  const std::vector<SourceFile>& files() const { return files_; }

  // The folder that origin lists must be inside of; empty for a source that has
  // none.
  const std::filesystem::path& folder() const { return folder_; }

  // Adds the origin list at `relative`, named at `span` in a rule file of this
  // set, and returns its index in files(); the index of the earlier one when
  // the file was added before; or reports why it cannot be used (CORS925) and
  // returns Span::kNoFile. The path is relative to the folder of the rule file
  // and must stay inside folder(), symbolic links resolved.
  std::uint32_t AddOriginList(std::string_view relative, Span span,
                              FindingSink& sink);

  // "site.toml:12:3", or the empty string for a span without a file.
  std::string Describe(Span span) const;

  // Hash (XXH3, 128 bits, as 32 hexadecimal digits) over the names relative to
  // the source and the texts of all files, in order. Equal hashes mean equal
  // rules, wherever the source lies.
  std::string ContentHash() const;

 private:
  std::vector<SourceFile> files_;
  std::filesystem::path folder_;
  // Origin lists by normalised path, as indexes into files_.
  std::unordered_map<std::string, std::uint32_t> lists_;
  std::size_t bytes_ = 0;  // of all texts together
};

}  // namespace corsac

#endif  // CORSAC_COMPILER_SOURCE_SOURCE_SET_H_
