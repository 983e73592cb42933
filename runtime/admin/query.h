// Query strings of the admin API.
#ifndef CORSAC_RUNTIME_ADMIN_QUERY_H_
#define CORSAC_RUNTIME_ADMIN_QUERY_H_

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/result.h"

namespace corsac {

// The parameters of one request, percent-decoded, in order. `+` is a plus sign:
// what asks here is curl, not a form.
class Query {
 public:
  // Parses what follows the `?`. An error for a bad percent escape.
  static Result<Query> Parse(std::string_view text);

  // The value of the only parameter `name`, or nothing.
  // REQUIRES: CheckNames() accepted the query.
  std::optional<std::string> Get(std::string_view name) const;

  // Every value of `name`, in order.
  std::vector<std::string> GetAll(std::string_view name) const;

  // Returns what is wrong with the names, or nothing: one that is neither in
  // `once` nor in `repeated`, or one of `once` that is given twice.
  std::optional<std::string> CheckNames(
      std::initializer_list<std::string_view> once,
      std::initializer_list<std::string_view> repeated = {}) const;

 private:
  std::vector<std::pair<std::string, std::string>> items_;
};

}  // namespace corsac

#endif  // CORSAC_RUNTIME_ADMIN_QUERY_H_
