// The product's reader and sessions against the reference, on any bytes.
#ifndef CORSAC_TESTS_TESTING_HTTP_COMPARISON_H_
#define CORSAC_TESTS_TESTING_HTTP_COMPARISON_H_

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace corsac::testing {

// Its limits are small, so that short inputs meet them. Not thread-safe.
class HttpComparison {
 public:
  HttpComparison();
  ~HttpComparison();
  HttpComparison(const HttpComparison&) = delete;
  HttpComparison& operator=(const HttpComparison&) = delete;

  // Each returns what differs, or nothing.
  //
  // HeadReader, on the head that `bytes` begins with.
  std::string CompareHead(std::string_view bytes);
  // HttpSession, given `bytes` in pieces that end at `cuts`, in order.
  std::string CompareSession(std::string_view bytes,
                             const std::vector<std::size_t>& cuts);

 private:
  struct Tools;
  const std::unique_ptr<Tools> tools_;
};

}  // namespace corsac::testing

#endif  // CORSAC_TESTS_TESTING_HTTP_COMPARISON_H_
