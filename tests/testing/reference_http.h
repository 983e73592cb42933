// A second reading of HTTP/1.x requests, from RFC 9112 and from what
// runtime/http/ promises: slow, a byte at a time, and without any code in
// common with the product. What both say about the same bytes must be equal.
#ifndef CORSAC_TESTS_TESTING_REFERENCE_HTTP_H_
#define CORSAC_TESTS_TESTING_REFERENCE_HTTP_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace corsac::testing {

struct ReferenceHttpLimits {
  std::size_t head_bytes = 0;
  std::size_t fields = 0;
  std::size_t drain_bytes = 0;
};

struct ReferenceField {
  std::string name;
  std::string value;

  friend bool operator==(const ReferenceField&,
                         const ReferenceField&) = default;
};

struct ReferenceHead {
  std::string method;
  std::string target;
  std::string path_and_query;
  std::string host;
  std::vector<ReferenceField> fields;
  int minor_version = 0;
  bool keep_alive = false;
  bool expects_continue = false;
  bool chunked = false;
  bool has_length = false;
  std::uint64_t length = 0;
  std::size_t size = 0;  // bytes, the empty line included
};

struct ReferenceReading {
  enum class Status : std::uint8_t { kComplete, kIncomplete, kError };
  Status status = Status::kIncomplete;
  std::string error;  // as HttpErrorName() has it
  // The line that is not all there decides: what is wrong with it may be found
  // before it ends.
  bool unfinished_line = false;
  ReferenceHead head;
};

ReferenceReading ReadReferenceHead(std::string_view bytes,
                                   const ReferenceHttpLimits& limits);

// What a body in chunks at the front of `bytes` is.
struct ReferenceChunks {
  enum class Status : std::uint8_t { kMore, kEnd, kMalformed, kTooLarge };
  Status status = Status::kMore;
  std::size_t used = 0;  // for kEnd
  std::string data;
};

ReferenceChunks ReadReferenceChunks(std::string_view bytes,
                                    std::size_t max_bytes);

// A connection's bytes, taken apart.
struct ReferenceHttpRequest {
  ReferenceHead head;
  std::string body;  // only if the answer makes use of it
};

struct ReferenceConnection {
  std::vector<ReferenceHttpRequest> requests;  // those that are answered
  bool closed = false;      // nothing after them is looked at
  std::string error;        // what it was closed for, after an answer, if one
  bool head_error = false;  // the request with the error begins with "HEAD "
  // One more answer, to a request with an error, may have been given already.
  bool may_fail = false;
};

// `pieces` are the offsets at which the bytes were cut when they came, in
// order; a body that no answer uses has to come in the piece in which its head
// ends, or before. `body_limit` is what RequestHandler::BodyLimit() answers.
ReferenceConnection ReadReferenceConnection(
    std::string_view bytes, const std::vector<std::size_t>& pieces,
    const ReferenceHttpLimits& limits,
    const std::function<std::size_t(const ReferenceHead&)>& body_limit);

}  // namespace corsac::testing

#endif  // CORSAC_TESTS_TESTING_REFERENCE_HTTP_H_
