// A histogram of durations with buckets of fixed relative width: what lies in
// one bucket differs by less than 1 in 64. The same memory and cost for any
// number of values.
#ifndef CORSAC_BENCH_HTTP_HISTOGRAM_H_
#define CORSAC_BENCH_HTTP_HISTOGRAM_H_

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace corsac::bench {

// Of nanoseconds. Not thread-safe.
class Histogram {
 public:
  void Add(std::uint64_t ns) {
    ++buckets_[Bucket(ns)];
    ++count_;
    max_ = std::max(max_, ns);
  }

  std::uint64_t count() const { return count_; }
  std::uint64_t max() const { return max_; }

  // The value that a share `at` of all values does not exceed, rounded up to
  // the end of its bucket, but never above max(). 0 when there are none.
  std::uint64_t Quantile(double at) const {
    const auto rank =
        static_cast<std::uint64_t>(std::ceil(at * static_cast<double>(count_)));
    std::uint64_t below = 0;
    for (std::size_t i = 0; i < buckets_.size(); ++i) {
      below += buckets_[i];
      if (below >= rank && below > 0) return std::min(max_, End(i));
    }
    return max_;
  }

 private:
  // Values below 128 have a bucket each; from there on each power of two is
  // divided into 64.
  static constexpr unsigned kBits = 6;

  static std::size_t Bucket(std::uint64_t ns) {
    const auto width = static_cast<unsigned>(std::bit_width(ns));
    const unsigned shift = width > kBits + 1 ? width - kBits - 1 : 0;
    return (std::size_t{shift} << kBits) +
           static_cast<std::size_t>(ns >> shift);
  }
  // The largest value of a bucket.
  static std::uint64_t End(std::size_t bucket) {
    if (bucket < (std::size_t{2} << kBits)) return bucket;
    const std::size_t shift = (bucket >> kBits) - 1;
    const std::uint64_t first = bucket - (shift << kBits);
    return ((first + 1) << shift) - 1;
  }

  std::vector<std::uint64_t> buckets_ =
      std::vector<std::uint64_t>(std::size_t{66 - kBits} << kBits);
  std::uint64_t count_ = 0;
  std::uint64_t max_ = 0;
};

}  // namespace corsac::bench

#endif  // CORSAC_BENCH_HTTP_HISTOGRAM_H_
