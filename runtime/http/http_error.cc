// Names, texts and statuses of what can be wrong with a request.
// Tested by tests/runtime/request_head_test.cc.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "compiler/check.h"
#include "runtime/http/request_head.h"

namespace corsac {
namespace {

struct Row {
  HttpError error;
  std::uint16_t status;
  std::string_view name;
  std::string_view text;
};

// In the order of HttpError.
constexpr std::array<Row, kHttpErrors> kRows = {{
    {HttpError::kNone, 0, "none", ""},
    {HttpError::kLineEnd, 400, "line-end",
     "a line of the request does not end in CR LF"},
    {HttpError::kRequestLine, 400, "request-line",
     "the request line is not method, target and version with one space "
     "between"},
    {HttpError::kMethod, 400, "method",
     "the method is not a token of at most 64 bytes"},
    {HttpError::kTarget, 400, "target",
     "the request target is neither a path nor an http URL"},
    {HttpError::kVersion, 400, "version",
     "the request line does not end in a version of HTTP"},
    {HttpError::kVersionSupport, 505, "version-support",
     "only HTTP/1.0 and HTTP/1.1 are spoken here"},
    {HttpError::kFieldName, 400, "field-name",
     "the name of a header line is not a token directly before its colon"},
    {HttpError::kFieldFold, 400, "field-fold",
     "a header line continues the one before it"},
    {HttpError::kFieldValue, 400, "field-value",
     "the value of a header line has a control byte"},
    {HttpError::kHeadSize, 431, "head-size",
     "the request line and header lines are too large"},
    {HttpError::kFieldCount, 431, "field-count", "too many header lines"},
    {HttpError::kHost, 400, "host",
     "there is not exactly one Host line that names a host"},
    {HttpError::kContentLength, 400, "content-length",
     "Content-Length is not given once, in digits"},
    {HttpError::kTransferEncoding, 400, "transfer-encoding",
     "Transfer-Encoding is not `chunked`, or is given twice or in HTTP/1.0"},
    {HttpError::kTwoLengths, 400, "two-lengths",
     "Transfer-Encoding stands beside Content-Length"},
    {HttpError::kExpect, 417, "expect",
     "Expect asks for something other than 100-continue"},
    {HttpError::kChunk, 400, "chunk", "the body is not in valid chunks"},
    {HttpError::kBodySize, 413, "body-size", "the body is too large"},
}};

constexpr bool RowsAreInOrder() {
  for (std::size_t i = 0; i < kRows.size(); ++i) {
    if (kRows[i].error != static_cast<HttpError>(i)) return false;
  }
  return true;
}
static_assert(RowsAreInOrder());

const Row& RowOf(HttpError error) {
  const auto index = static_cast<std::size_t>(error);
  CORSAC_CHECK(index < kRows.size());
  return kRows[index];
}

}  // namespace

std::string_view HttpErrorName(HttpError error) { return RowOf(error).name; }

std::string_view HttpErrorText(HttpError error) { return RowOf(error).text; }

std::uint16_t HttpErrorStatus(HttpError error) { return RowOf(error).status; }

}  // namespace corsac
