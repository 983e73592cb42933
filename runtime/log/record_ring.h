// A ring of bytes between one thread that writes records and one that reads
// them. Neither ever waits for the other: a record for which there is no room
// is not taken.
#ifndef CORSAC_RUNTIME_LOG_RECORD_RING_H_
#define CORSAC_RUNTIME_LOG_RECORD_RING_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace corsac {

// One thread may call Push(), one other thread Pop(), and any thread the rest.
// Its memory is allocated, and touched, when it is made, and never after.
class RecordRing {
 public:
  // REQUIRES: `bytes` is a power of two, at most 2^31.
  explicit RecordRing(std::size_t bytes);
  RecordRing(const RecordRing&) = delete;
  RecordRing& operator=(const RecordRing&) = delete;

  enum class Pushed : std::uint8_t {
    kNo,          // no room
    kYes,         // taken
    kYesHalfway,  // taken, and the ring is now half full, which it was not
                  // before: the reader had better come
  };

  // Takes a copy of the record made of `head` and `body`.
  Pushed Push(std::string_view head, std::string_view body);

  // Replaces `record` by the oldest record; false when there is none.
  bool Pop(std::string* record);

 private:
  void CopyIn(std::size_t at, std::string_view bytes);
  void CopyOut(std::size_t at, std::string* bytes) const;

  // How many bytes were ever written and read; places in the ring are these
  // modulo its size. Each is written by one side only, on a cache line of its
  // own, but for what never changes and both sides look at with `written_`.
  alignas(64) std::atomic<std::size_t> written_{0};
  const std::size_t size_;
  const std::unique_ptr<char[]> bytes_;
  alignas(64) std::atomic<std::size_t> read_{0};
};

}  // namespace corsac

#endif  // CORSAC_RUNTIME_LOG_RECORD_RING_H_
