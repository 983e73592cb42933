// Query strings of the admin API.
// Tested by tests/runtime/admin_parts_test.cc.
#include "runtime/admin/query.h"

#include <algorithm>

namespace corsac {
namespace {

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<std::string> PercentDecode(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      result.push_back(text[i]);
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = HexValue(text[i + 1]);
    const int low = HexValue(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    result.push_back(static_cast<char>(high * 16 + low));
    i += 2;
  }
  return result;
}

}  // namespace

Result<Query> Query::Parse(std::string_view text) {
  Query query;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('&'), text.size());
    const std::string_view item = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (item.empty()) continue;
    const std::size_t equals = std::min(item.find('='), item.size());
    std::optional<std::string> name = PercentDecode(item.substr(0, equals));
    std::optional<std::string> value =
        PercentDecode(item.substr(std::min(equals + 1, item.size())));
    if (!name || !value) {
      return Error{
          "the query has a `%` that is not followed by two "
          "hexadecimal digits"};
    }
    query.items_.emplace_back(*std::move(name), *std::move(value));
  }
  return query;
}

std::optional<std::string> Query::Get(std::string_view name) const {
  for (const auto& [key, value] : items_) {
    if (key == name) return value;
  }
  return std::nullopt;
}

std::vector<std::string> Query::GetAll(std::string_view name) const {
  std::vector<std::string> values;
  for (const auto& [key, value] : items_) {
    if (key == name) values.push_back(value);
  }
  return values;
}

std::optional<std::string> Query::CheckNames(
    std::initializer_list<std::string_view> once,
    std::initializer_list<std::string_view> repeated) const {
  const auto is_in = [](std::initializer_list<std::string_view> names,
                        const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  for (const auto& [name, value] : items_) {
    if (is_in(repeated, name)) continue;
    if (!is_in(once, name)) {
      std::string known;
      for (const auto& names : {once, repeated}) {
        for (const std::string_view other : names) {
          known += known.empty() ? "`" : ", `";
          known += other;
          known += '`';
        }
      }
      return "unknown query parameter `" + name + "`; " +
             (known.empty() ? "there are none here" : "known are " + known);
    }
    if (GetAll(name).size() > 1) {
      return "query parameter `" + name + "` is given more than once";
    }
  }
  return std::nullopt;
}

}  // namespace corsac
