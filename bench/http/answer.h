// Finds where an answer ends (RFC 9112, section 6.3), for answers that a
// measurement may go on with: HTTP/1.1, no interim answers, and a length that
// is known from the head.
#ifndef CORSAC_BENCH_HTTP_ANSWER_H_
#define CORSAC_BENCH_HTTP_ANSWER_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace corsac::bench {

struct Answer {
  enum class State : std::uint8_t { kComplete, kIncomplete, kWrong };

  State state = State::kIncomplete;
  std::uint16_t status = 0;
  bool keep_alive = true;
  std::size_t size = 0;   // bytes, body included
  std::string_view head;  // status line and header lines
  std::string_view why;   // of kWrong; lives as long as the program
};

// Reads the answer that `bytes` begins with. Views are good while `bytes` is.
Answer ReadAnswer(std::string_view bytes);

}  // namespace corsac::bench

#endif  // CORSAC_BENCH_HTTP_ANSWER_H_
