// A DecisionRequest owns what a RequestView only points at. It is how a request
// that is asked about, rather than served, is held: one that came as JSON
// (runtime/decision/decision_json.h), from a command line or from a query
// string.
#ifndef CORSAC_RUNTIME_DECISION_DECISION_REQUEST_H_
#define CORSAC_RUNTIME_DECISION_DECISION_REQUEST_H_

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/result.h"
#include "runtime/decision/request_view.h"

namespace corsac {

// An absolute http or https URL, taken apart as far as decisions need it.
struct UrlParts {
  std::string scheme;     // "http" or "https"
  std::string authority;  // as written: "api.example.com:8443"
  std::string target;     // path and query; "/" for an empty path
  // "https://api.example.com:8443": lower-case, default port left out, as a
  // browser would write it in an Origin header.
  std::string origin;
};

// Splits `url`. The scheme may be in any case; a fragment is dropped. An error
// (another scheme, no host, user information) starts with what is wrong, so
// that the caller can put the name of the key or option before it.
Result<UrlParts> SplitUrl(std::string_view url);

// Movable, not copyable; views made of it stay good when it is moved.
// Thread-compatible.
class DecisionRequest {
 public:
  using Headers = std::vector<std::pair<std::string, std::string>>;

  // The request for `url`. Host and target come from the URL; a Host line in
  // `headers` does not count.
  static Result<DecisionRequest> FromUrl(std::string method,
                                         std::string_view url, Headers headers);

  // The request for `target` at `host`. Without `host` the one Host line of
  // `headers` counts, and an empty host if there is none; more than one is an
  // error.
  static Result<DecisionRequest> FromTarget(std::string method,
                                            std::optional<std::string> host,
                                            std::string target,
                                            Headers headers);

  DecisionRequest(DecisionRequest&&) = default;
  DecisionRequest& operator=(DecisionRequest&&) = default;
  DecisionRequest(const DecisionRequest&) = delete;
  DecisionRequest& operator=(const DecisionRequest&) = delete;
  ~DecisionRequest() = default;

  // Good until this request is destroyed or assigned to; cheap. Moving the
  // request leaves the headers' views as they are, but not those of method,
  // host and target: ask again.
  RequestView view() const {
    return RequestView{method_, host_, target_, fields_};
  }

  // The URL as given, without its fragment; empty for FromTarget().
  const std::string& url() const { return url_; }
  // The URL's origin (see UrlParts); empty for FromTarget().
  const std::string& url_origin() const { return url_origin_; }

  // The names of the fields of the application's answer, when the asker knows
  // them: what `expose_mode = "expand"` is worked out for.
  const std::optional<std::vector<std::string>>& response_headers() const {
    return response_headers_;
  }
  void set_response_headers(std::vector<std::string> names) {
    response_headers_ = std::move(names);
  }

 private:
  DecisionRequest(std::string method, std::string host, std::string target,
                  Headers headers);

  std::string method_;
  std::string host_;
  std::string target_;
  std::string url_;
  std::string url_origin_;
  Headers headers_;
  // Views into the strings of headers_, which stay where they are when the
  // vector is moved.
  std::vector<HeaderField> fields_;
  std::optional<std::vector<std::string>> response_headers_;
};

}  // namespace corsac

#endif  // CORSAC_RUNTIME_DECISION_DECISION_REQUEST_H_
