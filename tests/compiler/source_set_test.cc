// compiler/source/: what can be read is read whole, and each thing that cannot
// be used gets its own finding.
#include "compiler/source/source_set.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstring>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "compiler/limits.h"
#include "compiler/source/place_cursor.h"
#include "compiler/source/utf8.h"
#include "tests/compiler/source_set_fixture.h"

namespace corsac {
namespace {

namespace fs = std::filesystem;
using namespace std::string_literals;
using namespace std::string_view_literals;
using testing::kRules;
using testing::SourceSetTest;

TEST_F(SourceSetTest, ReadsOneFile) {
  const fs::path path = Write("site.toml", kRules);
  const SourceSet set = Read(path);
  ASSERT_EQ(set.files().size(), 1U);
  EXPECT_TRUE(findings_.empty());
  EXPECT_EQ(set.files()[0].name(), path.string());
  EXPECT_EQ(set.files()[0].path(), path);
  EXPECT_EQ(set.files()[0].text(), kRules);
  EXPECT_TRUE(set.files()[0].is_rule_file());
  EXPECT_EQ(set.folder(), folder());
}

TEST_F(SourceSetTest, ReadsTheRuleFilesOfAFolderInByteOrder) {
  for (const char* name :
       {"b.toml", "B.toml", "a.toml", "\xC3\xA9.toml", "a-b.toml"}) {
    Write(name, kRules);
  }
  for (const char* name : {".hidden.toml", "a.test.toml", "readme.md", "toml",
                           "sub/inner.toml", "a.toml.bak"}) {
    Write(name, "not read");
  }
  const SourceSet set = Read(folder() / "");
  EXPECT_TRUE(findings_.empty());
  std::vector<std::string> names;
  for (const SourceFile& file : set.files()) {
    names.push_back(file.path().filename().string());
    EXPECT_EQ(file.name(), (folder() / file.path().filename()).string());
  }
  EXPECT_EQ(names, (std::vector<std::string>{"B.toml", "a-b.toml", "a.toml",
                                             "b.toml", "\xC3\xA9.toml"}));
  EXPECT_EQ(set.folder(), folder() / "");
}

TEST_F(SourceSetTest, FollowsLinksOfAReplacedFolder) {
  // What a ConfigMap looks like in a container.
  Write("..2024_05_01/site.toml", kRules);
  fs::create_symlink("..2024_05_01", Path("..data"));
  fs::create_symlink("..data/site.toml", Path("site.toml"));
  const SourceSet set = Read(folder());
  ASSERT_EQ(set.files().size(), 1U);
  EXPECT_EQ(set.files()[0].text(), kRules);
}

TEST_F(SourceSetTest, TellsWhatCannotBeReadApart) {
  EXPECT_EQ(Complaint(Path("absent.toml")),
            "CORS910: `absent.toml` does not exist: No such file or directory");
  fs::create_symlink("nowhere", Path("dangling.toml"));
  EXPECT_EQ(Complaint(Path("dangling.toml")),
            "CORS910: `dangling.toml` is a symbolic link that leads nowhere: "
            "No such file or directory");
  fs::create_symlink("loop.toml", Path("loop.toml"));
  EXPECT_EQ(Complaint(Path("loop.toml")),
            "CORS910: `loop.toml` cannot be read: Too many levels of symbolic "
            "links");
  Write("plain", kRules);
  EXPECT_EQ(Complaint(Path("plain") / "x.toml"),
            "CORS910: `plain/x.toml` does not exist: Not a directory");
  EXPECT_EQ(Complaint(Path(std::string(300, 'x') + ".toml")).substr(0, 9),
            "CORS910: ");
  EXPECT_NE(findings_[0].message.find("File name too long"), std::string::npos);
  EXPECT_EQ(Complaint(fs::path()), "CORS910: the path of the rules is empty");
  EXPECT_EQ(Complaint(fs::path("a\0b.toml"sv)),
            "CORS910: `a\\x00b.toml` cannot be read: its name has a NUL byte");
}

TEST_F(SourceSetTest, RefusesAFileThatMayNotBeRead) {
  if (geteuid() == 0) {
    // Permissions do not bind root, but nobody can read address 0 of a
    // process's memory.
    EXPECT_EQ(Complaint("/proc/self/mem"),
              "CORS910: `/proc/self/mem` cannot be read: Input/output error");
    return;
  }
  fs::permissions(Write("secret.toml", kRules), fs::perms::none);
  EXPECT_EQ(Complaint(Path("secret.toml")),
            "CORS910: `secret.toml` cannot be read: Permission denied");
}

TEST_F(SourceSetTest, RefusesWhatIsNoRegularFile) {
  fs::create_directory(Path("site.toml"));
  EXPECT_EQ(Complaint(Path("site.toml")),
            "CORS911: `site.toml` is a folder, not a rule file");
  EXPECT_EQ(Complaint(folder()),
            "CORS911: `site.toml` is a folder, not a regular file");
  fs::remove(Path("site.toml"));

  // Nobody writes to the pipe: waiting for it would never end.
  ASSERT_EQ(mkfifo(Path("pipe.toml").c_str(), 0600), 0);
  EXPECT_EQ(Complaint(Path("pipe.toml")),
            "CORS911: `pipe.toml` is a named pipe, not a regular file");
  EXPECT_EQ(Complaint(folder()),
            "CORS911: `pipe.toml` is a named pipe, not a regular file");
  EXPECT_EQ(Complaint("/dev/null"),
            "CORS911: `/dev/null` is a device, not a regular file");

  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string name = Path("s.toml").string();
  ASSERT_LT(name.size(), sizeof(address.sun_path));
  std::memcpy(address.sun_path, name.data(), name.size());
  const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  ASSERT_GE(fd, 0);
  // The interface is C's: every kind of address passes as the general one.
  // NOLINTBEGIN(bugprone-casting-through-void)
  const auto* general =
      static_cast<const sockaddr*>(static_cast<const void*>(&address));
  // NOLINTEND(bugprone-casting-through-void)
  ASSERT_EQ(bind(fd, general, sizeof(address)), 0);
  EXPECT_EQ(Complaint(Path("s.toml")),
            "CORS911: `s.toml` is a socket, not a regular file");
  close(fd);
}

TEST_F(SourceSetTest, AFolderNamedLikeAFileCanBeMeant) {
  Write("rules.toml/site.toml", kRules);
  EXPECT_EQ(Read(Path("rules.toml") / "").files().size(), 1U);
  EXPECT_EQ(Complaint(Path("rules.toml")),
            "CORS911: `rules.toml` is a folder, not a rule file");
}

TEST_F(SourceSetTest, RefusesWhatHasNothingInIt) {
  EXPECT_EQ(Complaint(Write("a.toml", "")), "CORS912: `a.toml` is empty");
  EXPECT_EQ(Complaint(Write("a.toml", "\xEF\xBB\xBF")),
            "CORS912: `a.toml` is empty");
  EXPECT_EQ(Complaint(Write("a.toml", " \n\t# only words\r\n\n")),
            "CORS912: `a.toml` has nothing in it but blanks and comments");
  fs::create_directory(Path("folder"));
  EXPECT_EQ(Complaint(Path("folder")),
            "CORS912: `folder` has no rule files in it");
}

TEST_F(SourceSetTest, RefusesWhatIsNoText) {
  const std::vector<std::pair<std::string_view, std::string_view>> rows{
      {"a = 1\nb = \"\0\""sv, "is not text: line 2, byte 6 is a NUL byte"},
      {"\x7F"
       "ELF\0\xFF"sv,
       "is not text: line 1, byte 5 is a NUL byte"},
      {"\xFF\xFE"
       "a\0"sv,
       "is not UTF-8 text: line 1, byte 1 begins a UTF-16 or UTF-32 byte order "
       "mark"},
      {"\xFE\xFF\0a"sv,
       "is not UTF-8 text: line 1, byte 1 begins a UTF-16 or UTF-32 byte order "
       "mark"},
      {"a = 1\n# caf\xE9\n"sv,
       "is not UTF-8 text: line 2, byte 6 (0xE9) begins no UTF-8 character"},
      {"# \xC3\xA9\n\xED\xA0\x80"sv,
       "is not UTF-8 text: line 2, byte 1 (0xED) begins no UTF-8 character"},
      {"a = 1 # \xF0\x9F\x98"sv,
       "is not UTF-8 text: line 1, byte 9 (0xF0) begins no UTF-8 character"},
  };
  for (const auto& [text, message] : rows) {
    EXPECT_EQ(Complaint(Write("a.toml", text)),
              "CORS913: `a.toml` " + std::string(message));
  }
}

TEST_F(SourceSetTest, SkipsAByteOrderMark) {
  const SourceSet set = Read(Write("a.toml", "\xEF\xBB\xBFversion = 1\n"));
  ASSERT_EQ(set.files().size(), 1U);
  EXPECT_EQ(set.files()[0].text(), kRules);
}

TEST_F(SourceSetTest, RefusesAFileOverTheLimitUnread) {
  // Reading 300 MiB of NUL bytes would give another finding.
  EXPECT_EQ(Complaint(WriteSparse("big.toml", std::uintmax_t{300} << 20)),
            "CORS914: `big.toml` has 314572800 bytes; all files of a source "
            "together may have 268435456 (256 MiB)");
  EXPECT_EQ(
      Complaint(WriteSparse("big.toml", kMaxSourceBytes + 1)).substr(0, 7),
      "CORS914");
}

TEST_F(SourceSetTest, CountsTheFilesOfAFolderTogether) {
  Write("a.toml", kRules);
  WriteSparse("b.toml", kMaxSourceBytes - kRules.size() + 1);
  Write("c.toml", kRules);
  const SourceSet set = Read(folder());
  EXPECT_EQ(set.files().size(), 2U);
  EXPECT_EQ(OnlyFinding().substr(0, 24), "CORS914: `b.toml` has 26");
}

TEST_F(SourceSetTest, KeepsALineWithinTheLimit) {
  const std::string longest =
      "a=\"" + std::string(kMaxLineBytes - 4, 'x') + "\"";
  ASSERT_EQ(longest.size(), kMaxLineBytes);
  EXPECT_EQ(Read(Write("a.toml", "\n" + longest + "\n")).files().size(), 1U);
  EXPECT_EQ(Complaint(Write("a.toml", "\nx" + longest + "\n")),
            "CORS914: `a.toml` has 65537 bytes in line 2; a line may have "
            "65536");
}

TEST_F(SourceSetTest, ReportsEachBadFileOfAFolderAndKeepsTheGood) {
  Write("a.toml", "");
  Write("b.toml", kRules);
  Write("c.toml", "\xFF");
  fs::create_symlink("nowhere", Path("d.toml"));
  const SourceSet set = Read(folder());
  EXPECT_EQ(set.files().size(), 1U);
  ASSERT_EQ(findings_.size(), 3U);
  EXPECT_EQ(findings_[0].code, Code::kEmpty);
  EXPECT_EQ(findings_[1].code, Code::kNotText);
  EXPECT_EQ(findings_[2].code, Code::kUnreadable);
}

// A folder is replaced again and again while it is read: what comes back is the
// old state or the new one, never files of both.
TEST_F(SourceSetTest, ReadsOneStateOfAFolderThatIsReplaced) {
  constexpr std::size_t kFiles = 12;
  for (const char* version : {"v1", "v2"}) {
    for (std::size_t i = 0; i < kFiles; ++i) {
      Write(std::string(version) + "/" + std::to_string(i) + ".toml",
            std::string("x = \"") + version + "\"\n");
    }
  }
  fs::create_directory_symlink("v1", Path("live"));
  std::atomic<bool> stop = false;
  std::thread writer([&] {
    for (int i = 0; !stop; ++i) {
      fs::create_directory_symlink(i % 2 == 0 ? "v2" : "v1", Path("next"));
      fs::rename(Path("next"), Path("live"));
      std::this_thread::sleep_for(std::chrono::milliseconds(8));
    }
  });
  const auto expect_one_state = [&](const SourceSet& set) {
    ASSERT_EQ(set.files().size(), kFiles);
    for (const SourceFile& file : set.files()) {
      EXPECT_EQ(file.text(), set.files()[0].text());
    }
  };
  for (int i = 0; i < 60 && !HasFailure(); ++i) {
    const SourceSet set = Read(Path("live"));
    // On a busy machine every attempt may meet a change.
    if (set.files().empty()) {
      EXPECT_EQ(findings_.at(0).code, Code::kUnreadable);
    } else {
      expect_one_state(set);
    }
  }
  stop = true;
  writer.join();
  expect_one_state(Read(Path("live")));
}

TEST_F(SourceSetTest, TakesTextFromMemory) {
  FindingSink sink;
  const SourceSet set = SourceSet::FromText("check.toml", "a = 1\n", sink);
  ASSERT_EQ(set.files().size(), 1U);
  EXPECT_EQ(set.files()[0].name(), "check.toml");
  EXPECT_TRUE(set.folder().empty());
  EXPECT_TRUE(SourceSet::FromText("x", "\0"s, sink).files().empty());
  EXPECT_TRUE(SourceSet::FromText("x", "", sink).files().empty());
  const std::string line(kMaxLineBytes + 1, '#');
  EXPECT_TRUE(SourceSet::FromText("x", line, sink).files().empty());
  const std::vector<Finding> findings = sink.Take();
  ASSERT_EQ(findings.size(), 3U);
  EXPECT_EQ(findings[0].code, Code::kNotText);
  EXPECT_EQ(findings[1].code, Code::kEmpty);
  EXPECT_EQ(findings[2].code, Code::kLimit);
}

TEST_F(SourceSetTest, AddsOriginLists) {
  const fs::path rules = Write("site.toml", "version = 1\n");
  Write("tenants.txt", "https://a.example\n");
  Write("lists/more.txt", std::string(kMaxLineBytes * 2, 'x'));
  SourceSet set = Read(rules);
  EXPECT_EQ(AddList(set, "tenants.txt"), 1U);
  EXPECT_EQ(AddList(set, "lists/more.txt"), 2U);
  EXPECT_EQ(AddList(set, "./lists/../tenants.txt"), 1U);
  EXPECT_TRUE(findings_.empty());
  ASSERT_EQ(set.files().size(), 3U);
  EXPECT_EQ(set.files()[1].text(), "https://a.example\n");
  EXPECT_EQ(set.files()[1].name(), Path("tenants.txt").string());
  EXPECT_FALSE(set.files()[1].is_rule_file());
}

TEST_F(SourceSetTest, AddsAListThroughALinkInsideTheFolder) {
  Write("..2024/site.toml", kRules);
  Write("..2024/tenants.txt", "https://a.example\n");
  fs::create_symlink("..2024", Path("..data"));
  fs::create_symlink("..data/site.toml", Path("site.toml"));
  fs::create_symlink("..data/tenants.txt", Path("tenants.txt"));
  SourceSet set = Read(folder());
  EXPECT_EQ(AddList(set, "tenants.txt"), 1U);
  EXPECT_TRUE(findings_.empty());
}

TEST_F(SourceSetTest, RefusesListsOutsideTheFolder) {
  Write("outside.txt", "https://a.example\n");
  Write("rules-too/list.txt", "https://a.example\n");
  Write("rules/site.toml", kRules);
  fs::create_symlink(Path("outside.txt"), Path("rules/link.txt"));
  SourceSet set = Read(Path("rules"));
  for (const char* name :
       {"../outside.txt", "link.txt", "../rules-too/list.txt"}) {
    EXPECT_EQ(AddList(set, name), Span::kNoFile);
    EXPECT_EQ(OnlyFinding(), "CORS925: `" + std::string(name) +
                                 "` lies outside the folder of the rules");
    EXPECT_EQ(findings_[0].span, (Span{0, 0, 7}));
  }
  for (const std::string& name :
       {Path("outside.txt").string(), std::string(), std::string("lists/"),
        std::string("a\0b", 3)}) {
    EXPECT_EQ(AddList(set, name), Span::kNoFile);
    EXPECT_NE(OnlyFinding().find("is not the path of a file beside the rules"),
              std::string::npos);
  }
  EXPECT_EQ(set.files().size(), 1U);
}

TEST_F(SourceSetTest, RefusesListsThatCannotBeUsed) {
  SourceSet set = Read(Write("site.toml", kRules));
  ASSERT_EQ(mkfifo(Path("pipe").c_str(), 0600), 0);
  fs::create_directory(Path("folder"));
  fs::create_symlink("nowhere", Path("dangling"));
  Write("empty", "");
  Write("comments", "# none yet\n");
  Write("binary", "https://a.example\n\0"sv);
  WriteSparse("big", kMaxSourceBytes - kRules.size() + 1);
  const std::vector<std::pair<std::string, std::string>> rows{
      {"absent", "does not exist: No such file or directory"},
      {"dangling",
       "is a symbolic link that leads nowhere: No such file or directory"},
      {"pipe", "is a named pipe, not a regular file"},
      {"folder", "is a folder, not a regular file"},
      {"empty", "is empty"},
      {"comments", "has nothing in it but blanks and comments"},
      {"binary", "is not text: line 2, byte 1 is a NUL byte"},
      {"big",
       "has 268435445 bytes; all files of a source together may have 268435456 "
       "(256 MiB)"},
  };
  for (const auto& [name, message] : rows) {
    EXPECT_EQ(AddList(set, name), Span::kNoFile);
    EXPECT_EQ(OnlyFinding(), "CORS925: `" + name + "` " + message);
  }
}

TEST_F(SourceSetTest, TextWithoutAFolderNamesNoLists) {
  FindingSink sink;
  SourceSet set = SourceSet::FromText("x.toml", "a = 1", sink);
  EXPECT_EQ(AddList(set, "tenants.txt"), Span::kNoFile);
  EXPECT_EQ(OnlyFinding(),
            "CORS925: rules that are not in a folder cannot name a list of "
            "origins");
  Write("tenants.txt", "https://a.example\n");
  SourceSet with = SourceSet::FromText("x.toml", "a = 1", sink, folder());
  EXPECT_EQ(AddList(with, "tenants.txt"), 1U);
}

TEST_F(SourceSetTest, HashesWhatTheRulesSay) {
  const auto hash_of = [&](const fs::path& path) {
    SourceSet set = Read(path);
    AddList(set, "list.txt");
    return set.ContentHash();
  };
  Write("one/a.toml", "x = 1\n");
  Write("one/list.txt", "https://a.example\n");
  fs::copy(Path("one"), Path("two"));
  const std::string hash = hash_of(Path("one"));
  EXPECT_EQ(hash.size(), 32U);
  EXPECT_EQ(hash.find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_EQ(hash, hash_of(Path("two"))) << "wherever the source lies";
  EXPECT_EQ(hash, hash_of(Path("one") / "")) << "however it is named";

  Write("two/list.txt", "https://b.example\n");
  const std::string other_list = hash_of(Path("two"));
  EXPECT_NE(hash, other_list);
  Write("two/list.txt", "https://a.example\n");
  EXPECT_EQ(hash, hash_of(Path("two")));
  fs::rename(Path("two/a.toml"), Path("two/b.toml"));
  EXPECT_NE(hash, hash_of(Path("two"))) << "names of files are names of routes";

  // Text moved from one file to the next is another source.
  Write("three/a.toml", "x = 1\n");
  Write("three/b.toml", "y = 1\n");
  Write("four/a.toml", "x = 1\ny = 1\n");
  EXPECT_NE(Read(Path("three")).ContentHash(),
            Read(Path("four")).ContentHash());
}

TEST(SourceFileTest, FindsLinesAndColumns) {
  const SourceFile file("a.toml", "a.toml", "ab\r\n\n\xC3\xA9\tx\n", true);
  EXPECT_EQ(file.line_count(), 4U);
  EXPECT_EQ(file.Line(1), "ab");
  EXPECT_EQ(file.Line(2), "");
  EXPECT_EQ(file.Line(3), "\xC3\xA9\tx");
  EXPECT_EQ(file.Line(4), "");
  EXPECT_EQ(file.Line(0), "");
  EXPECT_EQ(file.Line(5), "");
  EXPECT_EQ(file.LineStart(3), 5U);
  const auto place = [&](std::uint32_t offset) {
    const LineColumn found = file.PlaceOf(offset);
    return std::pair(found.line, found.column);
  };
  EXPECT_EQ(place(0), std::pair(1U, 1U));
  EXPECT_EQ(place(3), std::pair(1U, 4U));
  EXPECT_EQ(place(4), std::pair(2U, 1U));
  EXPECT_EQ(place(7), std::pair(3U, 2U)) << "after a character of two bytes";
  EXPECT_EQ(place(8), std::pair(3U, 3U));
  EXPECT_EQ(place(10), std::pair(4U, 1U));
  EXPECT_EQ(place(999), std::pair(4U, 1U));
}

TEST(PlaceCursorTest, AgreesWithTheFileWhateverTheOrder) {
  std::string text;
  for (int i = 0; i < 60; ++i) {
    text += std::string(static_cast<std::size_t>(i % 7), 'x') + "\xC3\xA9";
    if (i % 3 == 0) text += "\xE2\x82\xAC y";
    text += i % 11 == 0 ? "\n\n\n\n\n\n\n\n\n\n\n\n" : "\r\n";
  }
  const SourceFile file("a.toml", "a.toml", text, true);
  const auto size = static_cast<std::uint32_t>(text.size());
  std::uint32_t compared = 0;
  const auto compare = [&](PlaceCursor& cursor, std::uint32_t offset) {
    const LineColumn expected = file.PlaceOf(offset);
    const LineColumn found = cursor.PlaceOf(offset);
    EXPECT_EQ(found.line, expected.line) << offset;
    EXPECT_EQ(found.column, expected.column) << offset;
    ++compared;
  };
  for (const std::uint32_t step : {1U, 3U, 17U, 90U}) {
    PlaceCursor cursor(file);
    for (std::uint32_t at = 0; at <= size + 2; at += step) compare(cursor, at);
    compare(cursor, 5);
    compare(cursor, size / 2);
    compare(cursor, size / 2);
    compare(cursor, size / 2 - 1);
  }
  EXPECT_GT(compared, size);
  const SourceFile empty("a", "a", "", false);
  PlaceCursor cursor(empty);
  EXPECT_EQ(cursor.PlaceOf(0).line, 1U);
}

TEST(SourceFileTest, DescribesSpans) {
  FindingSink sink;
  const SourceSet set = SourceSet::FromText("a.toml", "a = 1\nb = 2\n", sink);
  EXPECT_EQ(set.Describe(Span{0, 10, 11}), "a.toml:2:5");
  EXPECT_EQ(set.Describe(Span{}), "");
  EXPECT_EQ(set.Describe(Span{7, 0, 0}), "");
}

// Every two-byte sequence, and the bounds of the longer forms, against the
// table of RFC 3629.
TEST(Utf8Test, AcceptsExactlyTheWellFormed) {
  for (int a = 0; a < 256; ++a) {
    for (int b = 0; b < 256; ++b) {
      const std::string text{static_cast<char>(a), static_cast<char>(b)};
      const bool pair = a >= 0xC2 && a <= 0xDF && b >= 0x80 && b <= 0xBF;
      const bool singles = a < 0x80 && b < 0x80;
      EXPECT_EQ(FindInvalidUtf8(text) == text.size(), pair || singles);
    }
  }
  const std::vector<std::pair<std::string_view, bool>> rows{
      {"\xE0\xA0\x80", true},      {"\xE0\x9F\xBF", false},
      {"\xED\x9F\xBF", true},      {"\xED\xA0\x80", false},
      {"\xEE\x80\x80", true},      {"\xEF\xBF\xBF", true},
      {"\xF0\x90\x80\x80", true},  {"\xF0\x8F\xBF\xBF", false},
      {"\xF4\x8F\xBF\xBF", true},  {"\xF4\x90\x80\x80", false},
      {"\xF5\x80\x80\x80", false}, {"\xE2\x82", false},
      {"\xC0\x80", false},         {"\x80", false},
  };
  for (const auto& [text, valid] : rows) {
    EXPECT_EQ(FindInvalidUtf8(text) == text.size(), valid) << text;
    const std::string padded = "12345678" + std::string(text) + "12345678";
    EXPECT_EQ(FindInvalidUtf8(padded), valid ? padded.size() : 8U);
  }
}

}  // namespace
}  // namespace corsac
