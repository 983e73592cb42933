// Requests as browsers make them, with the bytes that they consist of.
#ifndef CORSAC_BENCH_REQUESTS_H_
#define CORSAC_BENCH_REQUESTS_H_

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/decision/request_view.h"

namespace corsac::bench {

// A request whose Origin can be replaced. Not thread-safe; neither copied nor
// moved, because its header lines are views of its own bytes.
class Request {
 public:
  Request(std::string_view method, std::string_view target);

  Request(const Request&) = delete;
  Request& operator=(const Request&) = delete;

  // Adds a header line and keeps a copy of its bytes.
  void Add(std::string_view name, std::string_view value);

  // Puts `origin` into the Origin line; the bytes stay the caller's.
  // REQUIRES: a line called "Origin" was added.
  void set_origin(std::string_view origin) {
    fields_[origin_line_].value = origin;
  }

  std::string_view origin() const { return fields_[origin_line_].value; }
  std::size_t lines() const { return fields_.size(); }

  // Valid as long as the request is, and until the next Add().
  RequestView view() const {
    return {method_, kHost, target_, fields_, names_are_tokens_};
  }

  // As RequestView::names_are_tokens.
  void set_names_are_tokens() { names_are_tokens_ = true; }

 private:
  static constexpr std::string_view kHost = "api.example.com";

  std::string_view Keep(std::string_view text);

  std::deque<std::string> bytes_;  // a deque leaves its elements in place
  bool names_are_tokens_ = false;
  std::string_view method_;
  std::string_view target_;
  std::vector<HeaderField> fields_;
  std::size_t origin_line_ = 0;
};

// Adds the lines that Chromium sends with a preflight for a PUT with a JSON
// body and a token against forgery: 15 with those asked for.
void AddPreflightLines(std::string_view origin, Request* request);

// Adds the 15 lines that Chromium sends with a GET that carries a bearer token.
void AddActualLines(std::string_view origin, Request* request);

}  // namespace corsac::bench

#endif  // CORSAC_BENCH_REQUESTS_H_
