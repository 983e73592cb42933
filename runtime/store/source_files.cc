// Folders to watch and fingerprints of a rule source.
// Tested by tests/runtime/source_files_test.cc.
#include "runtime/store/source_files.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <deque>
#include <optional>
#include <system_error>

#include "compiler/limits.h"

namespace corsac {
namespace {

namespace fs = std::filesystem;

// As many as the kernel follows (path_resolution(7)).
constexpr int kMaxLinks = 40;

std::optional<std::string> ReadLink(const std::string& path) {
  std::array<char, PATH_MAX> target{};
  const ssize_t length = readlink(path.c_str(), target.data(), target.size());
  if (length <= 0) return std::nullopt;
  return std::string(target.data(), static_cast<std::size_t>(length));
}

// Puts the components of `path` in front of `rest`.
void Prepend(const fs::path& path, std::deque<std::string>* rest) {
  std::vector<std::string> parts;
  for (const fs::path& part : path.relative_path()) {
    parts.push_back(part.string());
  }
  rest->insert(rest->begin(), parts.begin(), parts.end());
}

std::string Join(const std::string& folder, const std::string& name) {
  return folder == "/" ? "/" + name : folder + "/" + name;
}

// Walks along `path` as the kernel would, noting each folder and the name that
// is looked up in it. Returns the place where the path ends, no links left in
// it, if there is something.
std::optional<std::string> Walk(const fs::path& path,
                                std::map<std::string, FolderWatch>* folders) {
  std::deque<std::string> rest;
  Prepend(path, &rest);
  std::string at = "/";
  int links = 0;
  while (!rest.empty()) {
    const std::string name = rest.front();
    rest.pop_front();
    if (name.empty() || name == ".") continue;
    if (name == "..") {
      at = fs::path(at).parent_path().string();
      continue;
    }
    (*folders)[at].names.insert(name);
    const std::string next = Join(at, name);
    struct stat info {};
    if (lstat(next.c_str(), &info) != 0) return std::nullopt;
    if (!S_ISLNK(info.st_mode)) {
      at = next;
      continue;
    }
    const std::optional<std::string> target = ReadLink(next);
    if (!target || ++links > kMaxLinks) return std::nullopt;
    const fs::path target_path(*target);
    if (target_path.is_absolute()) at = "/";
    Prepend(target_path, &rest);
  }
  return at;
}

bool IsFolder(const std::string& path) {
  struct stat info {};
  return stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

// The names in `folder`, sorted; hidden ones and those past the limit on rule
// files left out. Empty if it cannot be read.
std::vector<std::string> NamesIn(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code error;
  fs::directory_iterator entry(folder, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    std::string name = entry->path().filename().string();
    if (!name.starts_with('.')) names.push_back(std::move(name));
  }
  std::sort(names.begin(), names.end());
  if (names.size() > 2 * kMaxSourceFiles) names.resize(2 * kMaxSourceFiles);
  return names;
}

std::int64_t Nanoseconds(const timespec& time) {
  return static_cast<std::int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

}  // namespace

std::map<std::string, FolderWatch> FoldersToWatch(const SourcePlace& place) {
  std::map<std::string, FolderWatch> folders;
  const std::optional<std::string> end = Walk(place.path, &folders);
  if (end && IsFolder(*end)) {
    folders[*end].every_name = true;
    // Rule files may be links to somewhere else.
    for (const std::string& name : NamesIn(*end)) {
      const std::string path = Join(*end, name);
      struct stat info {};
      if (lstat(path.c_str(), &info) == 0 && S_ISLNK(info.st_mode)) {
        Walk(path, &folders);
      }
    }
  } else if (place.list_missing) {
    const std::string parent = place.path.parent_path().string();
    if (IsFolder(parent)) folders[parent].every_name = true;
  }
  for (const fs::path& list : place.lists) Walk(list, &folders);
  return folders;
}

SourceFingerprint SourceFingerprint::Take(const SourcePlace& place) {
  SourceFingerprint result;
  const std::string path = place.path.string();
  result.Add(path);
  if (IsFolder(path)) {
    result.AddFolder(path);
  } else if (place.list_missing) {
    result.AddFolder(place.path.parent_path().string());
  }
  for (const fs::path& list : place.lists) result.Add(list.string());
  return result;
}

void SourceFingerprint::Add(const std::string& name) {
  Entry entry;
  entry.name = name;
  struct stat info {};
  if (stat(name.c_str(), &info) != 0) {
    entry.error = errno;
  } else {
    entry.device = info.st_dev;
    entry.inode = info.st_ino;
    entry.mode = info.st_mode;
    entry.size = info.st_size;
    entry.modified_ns = Nanoseconds(info.st_mtim);
    entry.changed_ns = Nanoseconds(info.st_ctim);
  }
  entries_.push_back(std::move(entry));
}

void SourceFingerprint::AddFolder(const std::string& folder) {
  if (!entries_.empty() && entries_.back().name == folder) {
    entries_.back().size = 0;
    entries_.back().modified_ns = 0;
    entries_.back().changed_ns = 0;
  }
  for (const std::string& name : NamesIn(folder)) Add(Join(folder, name));
}

}  // namespace corsac
