// Tests of the table of settings and of everything that is made of it:
// packaging/corsacd.toml and the table in docs/operations.md.
#include "runtime/settings/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <set>

#include "tests/testing/temp_folder.h"

namespace corsac {
namespace {

using testing::ReadFile;

const Setting& Find(std::string_view key) {
  for (const Setting& setting : AllSettings()) {
    if (setting.key == key) return setting;
  }
  ADD_FAILURE() << "no setting " << key;
  return AllSettings().front();
}

std::string Set(std::string_view key, const SettingTexts& texts,
                ServerOptions* options) {
  const Setting& setting = Find(key);
  return setting.set(setting, texts, options).value_or("");
}

TEST(SettingsTest, EverySettingIsDescribed) {
  std::set<std::string_view> keys;
  for (const Setting& setting : AllSettings()) {
    SCOPED_TRACE(setting.key);
    EXPECT_TRUE(keys.insert(setting.key).second);
    EXPECT_EQ(setting.key.find_first_not_of("abcdefghijklmnopqrstuvwxyz_"),
              std::string_view::npos);
    EXPECT_FALSE(setting.help.empty());
    EXPECT_FALSE(setting.help.ends_with('.'));
    EXPECT_FALSE(setting.group.empty());
    EXPECT_EQ(setting.value_name.empty(), setting.is_switch());
    EXPECT_EQ(Find(setting.key).Flag().find('_'), std::string::npos);
  }
}

// What get() writes set() reads, and the default is in range.
TEST(SettingsTest, EveryDefaultCanBeWritten) {
  const ServerOptions defaults;
  for (const Setting& setting : AllSettings()) {
    SCOPED_TRACE(setting.key);
    ServerOptions options;
    const SettingTexts texts = setting.get(defaults);
    EXPECT_EQ(setting.set(setting, texts, &options), std::nullopt);
    EXPECT_EQ(setting.get(options), texts);
  }
}

TEST(SettingsTest, EveryValueReachesItsPlace) {
  ServerOptions o;
  const std::vector<std::pair<std::string_view, SettingTexts>> rows = {
      {"rules", {"/etc/rules"}},
      {"poll_interval", {"0.25"}},
      {"allow_shrink", {"true"}},
      {"admin", {"[::1]:9"}},
      {"decision", {"0.0.0.0:80", "unix:/run/x.sock"}},
      {"socket_mode", {"0600"}},
      {"loops", {"3"}},
      {"max_head_bytes", {"2048"}},
      {"max_fields", {"9"}},
      {"max_drain_bytes", {"7"}},
      {"head_timeout", {"1.5"}},
      {"idle_timeout", {"2"}},
      {"body_timeout", {"3"}},
      {"write_timeout", {"4"}},
      {"max_connections", {"5"}},
      {"max_connections_per_address", {"6"}},
      {"access_log", {"-"}},
      {"access_log_sample", {"100"}},
      {"shutdown_delay", {"8"}},
      {"shutdown_timeout", {"0.001"}},
  };
  ASSERT_EQ(rows.size(), AllSettings().size());
  for (const auto& [key, texts] : rows) EXPECT_EQ(Set(key, texts, &o), "");
  for (const auto& [key, texts] : rows) {
    EXPECT_EQ(Find(key).get(o), texts) << key;
  }
  using std::chrono::milliseconds;
  EXPECT_EQ(o.rules, "/etc/rules");
  EXPECT_EQ(o.poll_interval, milliseconds(250));
  EXPECT_TRUE(o.allow_shrink);
  EXPECT_EQ(o.admin.host, "::1");
  ASSERT_EQ(o.decision.addresses.size(), 2U);
  EXPECT_EQ(o.decision.addresses[0].port, 80);
  EXPECT_EQ(o.decision.addresses[1].path, "/run/x.sock");
  EXPECT_EQ(o.decision.socket_mode, 0600U);
  EXPECT_EQ(o.decision.loops, 3U);
  const HttpLimits& l = o.decision.limits;
  EXPECT_EQ(l.max_head_bytes, 2048U);
  EXPECT_EQ(l.max_fields, 9U);
  EXPECT_EQ(l.max_drain_bytes, 7U);
  EXPECT_EQ(l.head_timeout, milliseconds(1500));
  EXPECT_EQ(l.idle_timeout, milliseconds(2000));
  EXPECT_EQ(l.body_timeout, milliseconds(3000));
  EXPECT_EQ(l.write_timeout, milliseconds(4000));
  EXPECT_EQ(l.max_connections, 5U);
  EXPECT_EQ(l.max_connections_per_address, 6U);
  EXPECT_EQ(o.access_log, "-");
  EXPECT_EQ(o.access_log_sample, 100U);
  EXPECT_EQ(o.shutdown_delay, milliseconds(8000));
  EXPECT_EQ(o.shutdown_timeout, milliseconds(1));
}

TEST(SettingsTest, RefusesWhatIsOutOfRange) {
  const std::vector<std::pair<std::string_view, SettingTexts>> rows = {
      {"rules", {""}},
      {"poll_interval", {"0.01"}},
      {"poll_interval", {"3601"}},
      {"poll_interval", {"nan"}},
      {"poll_interval", {"inf"}},
      {"poll_interval", {"1s"}},
      {"allow_shrink", {"yes"}},
      {"admin", {"0.0.0.0:1"}},
      {"decision", {"example.com:80"}},
      {"decision", {"127.0.0.1"}},
      {"decision", {"unix:relative"}},
      {"decision", {"none", "127.0.0.1:80"}},
      {"decision", {"127.0.0.1:80", "localhost:80"}},
      {"decision", {"unix:/x", "unix:/x"}},
      {"socket_mode", {"08"}},
      {"socket_mode", {"888"}},
      {"socket_mode", {"1777"}},
      {"socket_mode", {"66"}},
      {"loops", {"-1"}},
      {"loops", {"1025"}},
      {"loops", {"1.5"}},
      {"loops", {"99999999999999999999"}},
      {"max_connections", {"0"}},
      {"access_log", {""}},
      {"access_log_sample", {"0"}},
  };
  for (const auto& [key, texts] : rows) {
    SCOPED_TRACE(std::string(key) + " " + texts.back());
    ServerOptions options;
    EXPECT_NE(Set(key, texts, &options), "");
    EXPECT_EQ(Find(key).get(options), Find(key).get(ServerOptions()));
  }
}

TEST(SettingsTest, NoneMeansNone) {
  ServerOptions options;
  EXPECT_EQ(Set("decision", {"none"}, &options), "");
  EXPECT_TRUE(options.decision.addresses.empty());
  EXPECT_EQ(SettingLine(Find("decision"), options), "decision = [\"none\"]");
  // Two ports that the system chooses are not the same.
  EXPECT_EQ(Set("decision", {"127.0.0.1:0", "127.0.0.1:0"}, &options), "");
  EXPECT_EQ(Set("access_log", {"x"}, &options), "");
  EXPECT_EQ(Set("access_log", {"none"}, &options), "");
  EXPECT_EQ(options.access_log, "");
  EXPECT_EQ(Set("socket_mode", {"0o640"}, &options), "");
  EXPECT_EQ(options.decision.socket_mode, 0640U);
}

TEST(SettingsTest, TextsAreEscaped) {
  ServerOptions options;
  options.rules = "a\"b\\c\nd\x7f";
  EXPECT_EQ(SettingLine(Find("rules"), options),
            R"(rules = "a\"b\\c\u000Ad\u007F")");
}

// With CORSAC_UPDATE_GOLDEN=1 the file is written anew.
TEST(SettingsTest, ThePackagedFileListsEveryDefault) {
  const std::string path = CORSAC_SOURCE_DIR "/packaging/corsacd.toml";
  const std::string expected =
      SettingsFileText(ServerOptions(), /*commented=*/true);
  // NOLINTNEXTLINE(concurrency-mt-unsafe)
  if (std::getenv("CORSAC_UPDATE_GOLDEN") != nullptr) {
    testing::WriteFile(path, expected);
  }
  EXPECT_EQ(ReadFile(path), expected);
}

// A row for each setting, in order, and no other.
TEST(SettingsTest, TheDocumentedTableIsTheTable) {
  std::istringstream page(ReadFile(CORSAC_SOURCE_DIR "/docs/operations.md"));
  std::vector<std::string> rows;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("| `--")) rows.push_back(line);
  }
  std::vector<std::string> expected;
  for (const Setting& setting : AllSettings()) {
    const std::string line = SettingLine(setting, ServerOptions());
    expected.push_back("| `" + setting.Flag() + "` | `" + line + "` | " +
                       std::string(setting.help) + " (" + setting.Range() +
                       ") |");
  }
  EXPECT_EQ(rows, expected);
}

}  // namespace
}  // namespace corsac
