// The text of a rule source. Entries: SourceSet::Read() and FromText(); that of
// a settings file: ReadSettings().
// Tested by tests/compiler/source_set_test.cc.
#include "compiler/source/source_set.h"

#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

#include "compiler/check.h"
#include "compiler/limits.h"
#include "compiler/origins/written_text.h"
#include "compiler/source/check_text.h"
#include "compiler/source/read_file.h"
#include "compiler/source/utf8.h"

namespace corsac {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kRuleSuffix = ".toml";
constexpr std::string_view kTestSuffix = ".test.toml";

bool IsRuleFileName(std::string_view name) {
  return name.ends_with(kRuleSuffix) && !name.ends_with(kTestSuffix) &&
         !name.starts_with(".");
}

// A finding that begins with the name of the file that it is about. What
// cannot be read has no place in it to point at.
Finding About(const std::string& name, ReadFault fault) {
  Finding finding;
  finding.code = fault.code;
  finding.severity = InfoOf(fault.code).severity;
  finding.message = Quoted(name) + " " + fault.message;
  finding.help = std::move(fault.help);
  return finding;
}

// Reads and checks one file, at most `budget` bytes of it.
ReadOutcome ReadText(const fs::path& path, std::size_t budget,
                     bool is_rule_file) {
  ReadOutcome outcome = ReadWholeFile(path, budget);
  if (outcome.kind != ReadOutcome::Kind::kText) return outcome;
  StripByteOrderMark(outcome.text);
  if (auto fault = CheckText(outcome.text, is_rule_file)) {
    outcome.kind = ReadOutcome::Kind::kFault;
    outcome.fault = *std::move(fault);
    outcome.text.clear();
  }
  return outcome;
}

// The names of the rule files in a folder, in byte order; more than
// kMaxSourceFiles are not listed to the end.
struct Listing {
  std::vector<std::string> names;
  int error = 0;
};

Listing ListRuleFiles(const fs::path& folder) {
  Listing listing;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end;
       it.increment(error)) {
    std::string name = it->path().filename().string();
    if (!IsRuleFileName(name)) continue;
    listing.names.push_back(std::move(name));
    if (listing.names.size() > kMaxSourceFiles) break;
  }
  listing.error = error.value();
  std::sort(listing.names.begin(), listing.names.end());
  return listing;
}

struct FolderRead {
  std::vector<SourceFile> files;
  std::vector<Finding> findings;
  std::size_t bytes = 0;
};

// Reads every rule file of `folder`, or returns nothing when the folder or one
// of its files changed meanwhile: a table made of two states of a folder would
// be one that nobody wrote.
std::optional<FolderRead> TryReadFolder(const fs::path& folder) {
  FolderRead result;
  const Listing listing = ListRuleFiles(folder);
  if (listing.error != 0) {
    result.findings.push_back(
        About(folder.string(), SystemFault(folder, listing.error)));
    return result;
  }
  if (listing.names.size() > kMaxSourceFiles) {
    result.findings.push_back(About(
        folder.string(),
        {Code::kLimit,
         "has more than " + std::to_string(kMaxSourceFiles) + " rule files",
         "is it the folder that was meant? Merge small files otherwise"}));
    return result;
  }
  if (listing.names.empty()) {
    result.findings.push_back(
        About(folder.string(),
              {Code::kEmpty, "has no rule files in it",
               "a rule file's name ends in `.toml`, not in `.test.toml`, and "
               "does not begin with `.`; folders inside are not searched"}));
    return result;
  }
  std::vector<FileStamp> stamps;
  for (const std::string& name : listing.names) {
    const fs::path path = folder / name;
    stamps.push_back(StampOf(path));
    ReadOutcome outcome = ReadText(path, kMaxSourceBytes - result.bytes, true);
    if (outcome.kind == ReadOutcome::Kind::kText) {
      result.bytes += outcome.text.size();
      result.files.emplace_back(path.string(), path, std::move(outcome.text),
                                true);
    } else {
      result.findings.push_back(About(path.string(), std::move(outcome.fault)));
    }
  }
  if (ListRuleFiles(folder).names != listing.names) return std::nullopt;
  for (std::size_t i = 0; i < listing.names.size(); ++i) {
    if (StampOf(folder / listing.names[i]) != stamps[i]) return std::nullopt;
  }
  return result;
}

FolderRead ReadFolder(const fs::path& folder) {
  for (int attempt = 0; attempt < kReadAttempts; ++attempt) {
    if (attempt > 0) PauseAfterAttempt(attempt - 1);
    std::optional<FolderRead> result = TryReadFolder(folder);
    if (result) return *std::move(result);
  }
  FolderRead failed;
  failed.findings.push_back(
      About(folder.string(),
            {Code::kUnreadable, "keeps changing while it is read",
             "write new files elsewhere and rename them into place"}));
  return failed;
}

// What to say of a folder whose name is that of a rule file.
ReadFault FolderForFile(ReadFault fault) {
  fault.message = "is a folder, not a rule file";
  fault.help =
      "name a rule file; if the folder itself is meant, end its name in `/`";
  return fault;
}

// Reads and checks a settings file, with remedies that do not speak of rules.
ReadOutcome ReadSettingsText(const fs::path& path) {
  ReadOutcome outcome = ReadWholeFile(path, kMaxSettingsBytes);
  ReadFault& fault = outcome.fault;
  if (outcome.kind == ReadOutcome::Kind::kFolder) {
    fault.message = "is a folder, not a file of settings";
    fault.help = "give the path of a file";
  } else if (outcome.kind == ReadOutcome::Kind::kFault) {
    if (fault.code == Code::kLimit) {
      fault.message = "is too large for a file of settings";
      fault.help = "is it the file that was meant?";
    } else if (StampOf(path).error == ENOENT) {
      fault.help = "give the path of a file that exists";
    }
  }
  if (outcome.kind != ReadOutcome::Kind::kText) return outcome;
  StripByteOrderMark(outcome.text);
  std::optional<ReadFault> wrong = CheckText(outcome.text, true);
  if (!wrong) return outcome;
  // Comments alone are what the example is made of. A file without even those
  // is one that somebody failed to write.
  if (wrong->code == Code::kEmpty) {
    if (outcome.text.find('#') != std::string::npos) return outcome;
    wrong->help =
        "if every default will do, leave the file out, or write a comment";
  } else if (wrong->code == Code::kLimit) {
    wrong->help = "no setting takes a line as long as that";
  }
  outcome.kind = ReadOutcome::Kind::kFault;
  fault = *std::move(wrong);
  return outcome;
}

// Whether `path`, symbolic links resolved, is inside `folder`.
bool IsInside(const fs::path& folder, const fs::path& path) {
  const auto end =
      std::mismatch(folder.begin(), folder.end(), path.begin(), path.end());
  return end.first == folder.end() && end.second != path.end();
}

fs::path FolderOf(const fs::path& file) {
  const fs::path parent = file.parent_path();
  return parent.empty() ? fs::path(".") : parent;
}

}  // namespace

SourceFile::SourceFile(std::string name, std::filesystem::path path,
                       std::string text, bool is_rule_file)
    : name_(std::move(name)),
      path_(std::move(path)),
      text_(std::move(text)),
      is_rule_file_(is_rule_file) {
  CORSAC_CHECK(text_.size() <= kMaxSourceBytes);
  line_starts_.reserve(1 + static_cast<std::size_t>(
                               std::count(text_.begin(), text_.end(), '\n')));
  line_starts_.push_back(0);
  for (std::size_t at = text_.find('\n'); at != std::string::npos;
       at = text_.find('\n', at + 1)) {
    line_starts_.push_back(static_cast<std::uint32_t>(at + 1));
  }
}

LineColumn SourceFile::PlaceOf(std::uint32_t offset) const {
  offset = std::min(offset, static_cast<std::uint32_t>(text_.size()));
  const auto next =
      std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
  LineColumn place;
  place.line = static_cast<std::uint32_t>(next - line_starts_.begin());
  const std::uint32_t start = *(next - 1);
  const std::string_view before = text().substr(start, offset - start);
  place.column += static_cast<std::uint32_t>(
      std::count_if(before.begin(), before.end(),
                    [](char c) { return !IsUtf8Continuation(c); }));
  return place;
}

std::string_view SourceFile::Line(std::uint32_t line) const {
  if (line < 1 || line > line_count()) return {};
  const std::size_t start = line_starts_[line - 1];
  const std::size_t end =
      line < line_count() ? line_starts_[line] - std::size_t{1} : text_.size();
  std::string_view content = text().substr(start, end - start);
  if (content.ends_with('\r')) content.remove_suffix(1);
  return content;
}

std::uint32_t SourceFile::LineStart(std::uint32_t line) const {
  CORSAC_CHECK(line >= 1 && line <= line_count());
  return line_starts_[line - 1];
}

SourceSet SourceSet::Read(const std::filesystem::path& path,
                          FindingSink& sink) {
  SourceSet set;
  if (path.empty()) {
    sink.Add(Code::kUnreadable, Span{}, "the path of the rules is empty").help =
        "give the path of a rule file, or of a folder of rule files";
    return set;
  }
  ReadOutcome outcome = ReadText(path, kMaxSourceBytes, true);
  if (outcome.kind == ReadOutcome::Kind::kText) {
    set.folder_ = FolderOf(path);
    set.bytes_ = outcome.text.size();
    set.files_.emplace_back(path.string(), path, std::move(outcome.text), true);
    return set;
  }
  if (outcome.kind == ReadOutcome::Kind::kFolder) {
    // A folder given where the name speaks of a file is a mistake; "x.toml/"
    // has no file name.
    if (path.extension() != kRuleSuffix) {
      FolderRead read = ReadFolder(path);
      for (Finding& finding : read.findings) sink.Add(std::move(finding));
      set.folder_ = path;
      set.bytes_ = read.bytes;
      set.files_ = std::move(read.files);
      return set;
    }
    outcome.fault = FolderForFile(std::move(outcome.fault));
  }
  sink.Add(About(path.string(), std::move(outcome.fault)));
  return set;
}

SourceSet SourceSet::FromText(std::string name, std::string text,
                              FindingSink& sink, std::filesystem::path folder) {
  SourceSet set;
  set.folder_ = std::move(folder);
  std::optional<ReadFault> fault;
  if (text.size() > kMaxSourceBytes) {
    fault = ReadFault{Code::kLimit,
                      "has " + std::to_string(text.size()) +
                          " bytes; a source may have " +
                          std::to_string(kMaxSourceBytes),
                      "write fewer rules, with wildcards"};
  } else {
    StripByteOrderMark(text);
    fault = CheckText(text, true);
  }
  if (fault) {
    sink.Add(About(name, *std::move(fault)));
    return set;
  }
  set.bytes_ = text.size();
  fs::path path = set.folder_ / fs::path(name).filename();
  set.files_.emplace_back(std::move(name), std::move(path), std::move(text),
                          true);
  return set;
}

SourceSet SourceSet::ReadSettings(const std::filesystem::path& path,
                                  FindingSink& sink) {
  SourceSet set;
  ReadOutcome outcome = ReadSettingsText(path);
  if (outcome.kind != ReadOutcome::Kind::kText) {
    sink.Add(About(path.string(), std::move(outcome.fault)));
    return set;
  }
  set.folder_ = FolderOf(path);
  set.bytes_ = outcome.text.size();
  set.files_.emplace_back(path.string(), path, std::move(outcome.text), true);
  return set;
}

std::uint32_t SourceSet::AddOriginList(std::string_view relative, Span span,
                                       FindingSink& sink) {
  const auto refuse = [&](std::string message, std::string help) {
    Finding& finding =
        sink.Add(Code::kOriginFileUnusable, span, std::move(message));
    finding.help = std::move(help);
    return Span::kNoFile;
  };
  const std::string shown = Quoted(relative);
  const fs::path as_written(relative);
  if (folder_.empty()) {
    return refuse(
        "rules that are not in a folder cannot name a list of origins",
        "list the origins in `origins`");
  }
  if (as_written.filename().empty() || as_written.is_absolute() ||
      relative.find('\0') != std::string_view::npos) {
    return refuse(shown + " is not the path of a file beside the rules",
                  "write a path relative to the rule file, such as "
                  "`tenants.txt`");
  }
  // Rule files lie directly in the folder, so theirs is the source's.
  const fs::path path = folder_ / as_written.lexically_normal();
  if (const auto known = lists_.find(path.string()); known != lists_.end()) {
    return known->second;
  }
  if (lists_.size() >= kMaxSourceFiles) {
    Finding& finding = sink.Add(
        Code::kLimit, span,
        "more than " + std::to_string(kMaxSourceFiles) + " lists of origins");
    finding.help = "merge small lists into one";
    return Span::kNoFile;
  }
  // Links are resolved first: one may lead out of the folder, and the usual way
  // to replace a folder whole is a link inside it (`..data`).
  std::error_code error;
  const fs::path root = fs::canonical(folder_, error);
  const fs::path resolved = error ? fs::path() : fs::canonical(path, error);
  if (error) {
    ReadFault fault = SystemFault(path, error.value());
    if (error.value() == ENOENT) {
      fault.help = "the path is taken from the folder of the rule file";
    }
    return refuse(shown + " " + fault.message, fault.help);
  }
  if (!IsInside(root, resolved)) {
    return refuse(shown + " lies outside the folder of the rules",
                  "put the list into that folder; a rule file may not read "
                  "what is elsewhere");
  }
  ReadOutcome outcome = ReadText(resolved, kMaxSourceBytes - bytes_, false);
  if (outcome.kind != ReadOutcome::Kind::kText) {
    const bool over_limit = outcome.fault.code == Code::kLimit;
    return refuse(shown + " " + outcome.fault.message,
                  over_limit ? "a list counts with the rules that name it"
                             : outcome.fault.help);
  }
  const auto index = static_cast<std::uint32_t>(files_.size());
  bytes_ += outcome.text.size();
  files_.emplace_back(path.string(), path, std::move(outcome.text), false);
  lists_.emplace(path.string(), index);
  return index;
}

std::string SourceSet::Describe(Span span) const {
  if (!span.has_file() || span.file >= files_.size()) return {};
  const SourceFile& file = files_[span.file];
  const LineColumn place = file.PlaceOf(span.begin);
  return file.name() + ":" + std::to_string(place.line) + ":" +
         std::to_string(place.column);
}

std::string SourceSet::ContentHash() const {
  const std::unique_ptr<XXH3_state_t, XXH_errorcode (*)(XXH3_state_t*)> state(
      XXH3_createState(), XXH3_freeState);
  CORSAC_CHECK(state != nullptr);
  XXH3_128bits_reset(state.get());
  // Each part goes in behind its length, so that no two sources run together
  // into the same bytes.
  const auto add = [&](std::string_view part) {
    const std::uint64_t size = part.size();
    std::array<unsigned char, 8> length{};
    for (std::size_t i = 0; i < length.size(); ++i) {
      length[i] = static_cast<unsigned char>(size >> (8 * i));
    }
    XXH3_128bits_update(state.get(), length.data(), length.size());
    XXH3_128bits_update(state.get(), part.data(), part.size());
  };
  for (const SourceFile& file : files_) {
    const fs::path name = file.is_rule_file()
                              ? file.path().filename()
                              : file.path().lexically_relative(folder_);
    add(file.is_rule_file() ? "rules" : "list");
    add(name.string());
    add(file.text());
  }
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(state.get()));
  constexpr std::string_view kHexDigits = "0123456789abcdef";
  std::string hex;
  for (const unsigned char byte : canonical.digest) {
    hex += kHexDigits[byte >> 4U];
    hex += kHexDigits[byte & 0xFU];
  }
  return hex;
}

}  // namespace corsac
