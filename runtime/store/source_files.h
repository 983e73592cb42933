// Where a rule source lies on disk: which folders to watch for it, and a
// fingerprint of it that is cheap to take. Both look at names and stat(2) only;
// what the files say is the business of compiler/source.
#ifndef CORSAC_RUNTIME_STORE_SOURCE_FILES_H_
#define CORSAC_RUNTIME_STORE_SOURCE_FILES_H_

#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace corsac {

// What makes up a source as far as watching goes.
struct SourcePlace {
  // The rule file or folder, absolute, with its symbolic links unresolved. It
  // need not exist.
  std::filesystem::path path;
  // Files outside of the folder's own entries that the rules read (origin
  // lists), absolute.
  std::vector<std::filesystem::path> lists = {};
  // The rules name a list that could not be read, so any new file beside them
  // may be it: for a source of one file, everything in its folder counts.
  bool list_missing = false;

  friend bool operator==(const SourcePlace&, const SourcePlace&) = default;
};

// A folder to watch and the names in it that matter.
struct FolderWatch {
  bool every_name = false;
  std::set<std::string> names;
};

// Returns the folders in which something must change when the source changes:
// the folder itself or the file's parent, and every folder on the way there,
// each symbolic link's included, as far as they exist. An entry of a watched
// folder that is only passed through matters by its name alone, so that a busy
// /tmp does not count. Links that go round in circles end the walk.
std::map<std::string, FolderWatch> FoldersToWatch(const SourcePlace& place);

// What stat(2) says of the source's files, links followed. Two equal
// fingerprints of a source mean that no file was replaced or written to, as far
// as the file system's clock can tell. Files whose names begin with a dot do
// not count: they are no rule files.
class SourceFingerprint {
 public:
  SourceFingerprint() = default;
  static SourceFingerprint Take(const SourcePlace& place);

  friend bool operator==(const SourceFingerprint&,
                         const SourceFingerprint&) = default;

 private:
  struct Entry {
    std::string name;
    int error = 0;  // errno of stat(2)
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::uint32_t mode = 0;
    std::int64_t size = 0;
    std::int64_t modified_ns = 0;
    std::int64_t changed_ns = 0;

    friend bool operator==(const Entry&, const Entry&) = default;
  };
  void Add(const std::string& name);
  // The entries of a folder, in place of its own times: those change whenever
  // an editor makes a hidden file.
  void AddFolder(const std::string& folder);

  std::vector<Entry> entries_;
};

}  // namespace corsac

#endif  // CORSAC_RUNTIME_STORE_SOURCE_FILES_H_
