// Route lookup. Entry: RouteTrie::Find(). Building is in route_trie_build.cc.
// Tested by tests/compiler/route_trie_test.cc.
#include "compiler/table/route_trie.h"

#include <algorithm>
#include <cstring>

#include "compiler/limits.h"
#include "compiler/table/hash.h"

namespace corsac {

// One lookup below one root. What is left of the path begins at `at_`, which is
// past the end when no segment is left: "/a/" has the segments "a" and "", and
// "/" has the segment "".
class RouteTrie::Walk {
 public:
  Walk(const RouteTrie& trie, std::string_view path, std::string_view method)
      : trie_(trie), path_(path), method_(method) {}

  std::uint32_t Run(std::uint32_t root) noexcept {
    RouteRef ref = RouteRef::FromWord(root);
    while (ref.is_state()) {
      if (IsChoice(ref)) return TryAlternatives(ref);
      ref = Step(ref);
    }
    return Take(ref);
  }

 private:
  struct Frame {
    std::uint32_t choice = 0;
    std::uint32_t next = 0;  // alternative
    std::size_t at = 0;
  };

  // What has failed: the shape of a node and the place in the path. Where two
  // meet the older one is forgotten, which costs time only.
  class Failures {
   public:
    void Add(std::uint32_t shape, std::size_t at) noexcept {
      if (shape != kNone) PlaceOf(Key(shape, at)) = Key(shape, at);
    }
    bool Has(std::uint32_t shape, std::size_t at) noexcept {
      return shape != kNone && PlaceOf(Key(shape, at)) == Key(shape, at);
    }

   private:
    // Never 0: paths begin with a slash, so `at` is at least 1.
    static std::uint64_t Key(std::uint32_t shape, std::size_t at) noexcept {
      return std::uint64_t{shape} << 32 | static_cast<std::uint32_t>(at);
    }
    std::uint64_t& PlaceOf(std::uint64_t key) noexcept {
      return keys_[(key * 0x9E37'79B9'7F4A'7C15U) >> 57];
    }
    std::array<std::uint64_t, 128> keys_{};
  };

  const std::uint32_t* HeaderOf(RouteRef state) const noexcept {
    return trie_.words_.data() + state.index();
  }

  bool IsChoice(RouteRef state) const noexcept {
    return (HeaderOf(state)[kKind] & kChoiceBit) != 0;
  }

  // Takes the next segment, or several.
  RouteRef Step(RouteRef state) noexcept {
    const std::uint32_t* const header = HeaderOf(state);
    if (at_ > path_.size()) return RouteRef::FromWord(header[kAtEnd]);
    const std::size_t slash = std::min(path_.find('/', at_), path_.size());
    const std::string_view segment = path_.substr(at_, slash - at_);
    const std::uint32_t slots = header[kKind] >> 1;
    if (slots != 0) {
      const std::uint32_t next =
          trie_.FindSlot({AfterLabel(state), slots}, trie_.MakeKey(segment));
      if (next != kNone) {
        return TakeLabel(next) ? RouteRef::FromWord(next)
                               : RouteRef::FromWord(header[kDead]);
      }
    }
    if (segment.empty()) return RouteRef::FromWord(header[kDead]);
    at_ = slash + 1;
    return RouteRef::FromWord(header[kOther]);
  }

  std::size_t AfterLabel(RouteRef state) const noexcept {
    const std::size_t bytes = HeaderOf(state)[kLabelBytes];
    return state.index() + kHeaderWords + (bytes + 3) / 4;
  }

  // Passes the label of `state`, whose first segment is known to be there.
  bool TakeLabel(std::uint32_t state) noexcept {
    const std::string_view label = trie_.LabelAt(state);
    const std::size_t first = trie_.words_[state + kFirstBytes];
    const std::string_view left = path_.substr(at_);
    if (label.size() > first) {
      if (!left.starts_with(label)) return false;
      if (left.size() > label.size() && left[label.size()] != '/') return false;
    }
    at_ += label.size() + 1;
    return true;
  }

  // Depth first. Alternatives are no choices themselves, so there is at most
  // one choice for each segment of a pattern.
  std::uint32_t TryAlternatives(RouteRef ref) noexcept {
    Failures failures;
    std::array<Frame, kMaxPatternSegments + 2> frames;
    std::size_t depth = 0;
    for (;;) {
      while (ref.is_state()) {
        if (IsChoice(ref)) {
          frames[depth++] = {ref.index(), 0, at_};
          break;
        }
        ref = Step(ref);
      }
      if (!ref.is_state()) {
        const std::uint32_t route = Take(ref);
        if (route != kNone) return route;
      }
      bool found = false;
      while (depth > 0 && !found) {
        found = NextAlternative(&frames[depth - 1], &failures, &ref);
        if (!found) --depth;
      }
      if (!found) return kNone;
    }
  }

  // False when all alternatives have failed.
  bool NextAlternative(Frame* frame, Failures* failures,
                       RouteRef* ref) noexcept {
    const RouteRef choice = RouteRef::FromWord(frame->choice);
    const std::uint32_t count = HeaderOf(choice)[kAtEnd];
    const std::uint32_t* const alternatives =
        trie_.words_.data() + AfterLabel(choice);
    const auto shape_of = [&](std::uint32_t i) {
      return alternatives[std::size_t{2} * i + 1];
    };
    if (frame->next > 0) failures->Add(shape_of(frame->next - 1), frame->at);
    while (frame->next < count) {
      const std::uint32_t i = frame->next++;
      if (failures->Has(shape_of(i), frame->at)) continue;
      at_ = frame->at;
      *ref = RouteRef::FromWord(alternatives[std::size_t{2} * i]);
      return true;
    }
    return false;
  }

  // The first of `routes` that takes the method.
  std::uint32_t Take(RouteRef routes) noexcept {
    while (routes.is_cell()) {
      if (!method_known_) {
        method_number_ = trie_.MethodNumber(method_);
        method_known_ = true;
      }
      const RouteCell& cell = trie_.cells_[routes.index()];
      if (cell.method == method_number_) return cell.route;
      routes = cell.next;
    }
    return routes.is_none() ? kNone : routes.index();
  }

  const RouteTrie& trie_;
  const std::string_view path_;
  const std::string_view method_;
  std::size_t at_ = 1;
  bool method_known_ = false;
  std::uint32_t method_number_ = kNone;
};

RouteTrie::Key RouteTrie::MakeKey(std::string_view text) const noexcept {
  return {text, HashBytes(text, seed_)};
}

std::string_view RouteTrie::LabelAt(std::uint32_t state) const noexcept {
  const std::uint32_t* const header = words_.data() + state;
  return {reinterpret_cast<const char*>(header + kHeaderWords),
          header[kLabelBytes]};
}

// The state whose label begins with the segment (or is the host) `key`, or
// kNone.
std::uint32_t RouteTrie::FindSlot(SlotRange slots,
                                  const Key& key) const noexcept {
  const std::uint32_t* const words = words_.data() + slots.begin;
  const auto tag = static_cast<std::uint32_t>(key.hash >> 32);
  const auto agrees = [&](std::uint32_t state) {
    const std::size_t size = words_[state + kFirstBytes];
    return size == key.text.size() &&
           LabelAt(state).substr(0, size) == key.text;
  };
  if (!slots.is_hashed()) {
    for (std::size_t i = 0; i < slots.count; ++i) {
      if (words[2 * i] == tag && agrees(words[2 * i + 1])) {
        return words[2 * i + 1];
      }
    }
    return kNone;
  }
  for (std::uint32_t i = slots.FirstSlot(key.hash);
       words[std::size_t{2} * i + 1] != kNone; i = slots.After(i)) {
    const std::uint32_t* const slot = words + std::size_t{2} * i;
    if (slot[0] == tag && agrees(slot[1])) return slot[1];
  }
  return kNone;
}

std::uint32_t RouteTrie::Find(std::string_view host, std::string_view path,
                              std::string_view method) const noexcept {
  if (exact_hosts_.count != 0) {
    const std::uint32_t root = FindSlot(exact_hosts_, MakeKey(host));
    const std::uint32_t route = FindBelow(root, path, method);
    if (route != kNone) return route;
  }
  if (wildcard_hosts_.count != 0) {
    // `*.example.com` covers every depth below it; longer names, that is more
    // labels, first.
    for (std::size_t dot = host.find('.'); dot != std::string_view::npos;
         dot = host.find('.', dot + 1)) {
      if (dot == 0) continue;
      const std::string_view name = host.substr(dot + 1);
      const std::size_t bit = LengthBit(name);
      if ((wildcard_lengths_[bit / 64] >> (bit % 64) & 1) == 0) continue;
      const std::uint32_t root = FindSlot(wildcard_hosts_, MakeKey(name));
      const std::uint32_t route = FindBelow(root, path, method);
      if (route != kNone) return route;
    }
  }
  return FindBelow(any_host_root_, path, method);
}

std::uint32_t RouteTrie::FindBelow(std::uint32_t root, std::string_view path,
                                   std::string_view method) const noexcept {
  return root == kNone ? kNone : Walk(*this, path, method).Run(root);
}

std::uint32_t RouteTrie::MethodNumber(std::string_view method) const noexcept {
  const auto at = std::lower_bound(methods_.begin(), methods_.end(), method);
  if (at == methods_.end() || *at != method) return kNone;
  return static_cast<std::uint32_t>(at - methods_.begin());
}

std::size_t RouteTrie::bytes() const {
  return words_.capacity() * sizeof(words_[0]) +
         cells_.capacity() * sizeof(RouteCell) +
         methods_.capacity() * sizeof(std::string);
}

}  // namespace corsac
