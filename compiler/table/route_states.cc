// Makes the trie of the patterns deterministic, within an allowance.
// Tested by tests/compiler/route_trie_test.cc.
#include "compiler/table/route_states.h"

#include <algorithm>
#include <array>

#include "compiler/check.h"

namespace corsac {

RouteRef RouteRef::Make(std::uint32_t kind, std::size_t index) {
  CORSAC_CHECK(index <= kMaxIndex);
  return RouteRef(kind << 30 | static_cast<std::uint32_t>(index));
}

RouteStates::RouteStates(RouteNodes* nodes, std::size_t states_per_node)
    : nodes_(*nodes), single_states_(nodes->size(), kNone) {
  CORSAC_CHECK(nodes->size() < kRest);
  for (const RouteNodes::Tree& tree : nodes_.trees()) {
    roots_.push_back({tree.host, SingleState(tree.root)});
    if (states_per_node > 0) {
      const std::size_t size = nodes_.node(tree.root).tree_size;
      allowed_states_ += states_per_node * size + 64;
      allowed_work_ += 8 * states_per_node * size + 1024;
    }
    // In the order of depth, so that an allowance serves what is near the root
    // first. Expanding one adds others.
    std::size_t done = 0;
    while (done < pending_.size()) {
      const Pending pending = pending_[done++];
      if (pending.is_single) {
        list_.items = {pending.list};
        list_.tail = RouteRef();
      } else {
        const auto words = lists_[pending.list];
        list_.items.assign(words.begin(), words.end() - 1);
        list_.tail = RouteRef::FromWord(words.back());
      }
      Expand(pending.state);
    }
    pending_.clear();
  }
}

std::uint32_t RouteStates::AddState() {
  states_.emplace_back();
  CORSAC_CHECK(states_.size() <= RouteRef::kMaxIndex);
  return static_cast<std::uint32_t>(states_.size() - 1);
}

std::uint32_t RouteStates::SingleState(std::uint32_t node) {
  if (single_states_[node] == kNone) {
    single_states_[node] = AddState();
    pending_.push_back({single_states_[node], node, true});
  }
  return single_states_[node];
}

RouteRef RouteStates::StateFor(List* list) {
  Simplify(list);
  if (list->items.empty()) return list->tail;
  if (list->items.size() == 1 && list->tail.is_none()) {
    return RouteRef::State(SingleState(list->items.front()));
  }
  key_ = list->items;
  key_.push_back(list->tail.word());
  const std::uint32_t number = lists_.Number(key_);
  if (number == list_states_.size()) {
    const std::uint32_t state = AddState();
    list_states_.push_back(state);
    if (MayExpand(*list)) {
      pending_.push_back({state, number, false});
    } else {
      MakeChoice(state, *list);
    }
  }
  return RouteRef::State(list_states_[number]);
}

// Leaves out what can never be reached, and makes `{name...}` routes at the end
// part of the tail.
void RouteStates::Simplify(List* list) {
  std::vector<std::uint32_t>& items = list->items;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::uint32_t item = items[i];
    if ((item & kRest) != 0) {
      items[kept++] = item;
      if (nodes_.node(item & ~kRest).rests_take_all) {
        list->tail = RouteRef();
        break;
      }
      continue;
    }
    const auto end = items.begin() + static_cast<std::ptrdiff_t>(kept);
    const bool repeats = std::any_of(items.begin(), end, [&](std::uint32_t b) {
      return (b & kRest) == 0 && nodes_.AreAlike(item, b);
    });
    if (!repeats) items[kept++] = item;
  }
  items.resize(kept);
  while (!items.empty() && (items.back() & kRest) != 0) {
    list->tail = Prepend(nodes_.node(items.back() & ~kRest).rests, list->tail);
    items.pop_back();
  }
}

// Whether a list of several items may have a state of its own; counts it.
bool RouteStates::MayExpand(const List& list) {
  std::size_t edges = 0;
  std::size_t leaves = 0;
  std::size_t count = 0;
  for (const std::uint32_t item : list.items) {
    const RouteNodes::Node& node = nodes_.node(item & ~kRest);
    leaves += node.leaf_size;
    if ((item & kRest) != 0) continue;
    edges += node.children;
    ++count;
  }
  if (count > 1 && edges > kMaxMergedEdges) return false;
  const std::size_t work = leaves + (edges + 2) * list.items.size();
  if (allowed_states_ == 0 || allowed_work_ < work) return false;
  --allowed_states_;
  allowed_work_ -= work;
  return true;
}

void RouteStates::MakeChoice(std::uint32_t state, const List& list) {
  const auto begin = static_cast<std::uint32_t>(alternatives_.size());
  for (const std::uint32_t item : list.items) {
    if ((item & kRest) != 0) {
      alternatives_.push_back(
          {Prepend(nodes_.node(item & ~kRest).rests, RouteRef()), kNone});
    } else {
      alternatives_.push_back(
          {RouteRef::State(SingleState(item)), nodes_.ShapeOf(item)});
    }
  }
  if (!list.tail.is_none()) alternatives_.push_back({list.tail, kNone});
  states_[state].is_choice = true;
  states_[state].begin = begin;
  states_[state].end = static_cast<std::uint32_t>(alternatives_.size());
}

// Fills in the state of list_.
void RouteStates::Expand(std::uint32_t state) {
  const RouteNodes::Node& last = nodes_.node(list_.items.back());
  list_ending_ = Prepend(last.rests, list_.tail);
  const RouteRef at_end = EndOf(list_);

  next_.items.clear();
  next_.tail = list_ending_;
  for (const std::uint32_t item : list_.items) {
    const bool is_rest = (item & kRest) != 0;
    const bool is_last = item == list_.items.back();
    if (is_rest) {
      next_.items.push_back(item);
    } else if (!is_last && nodes_.node(item).rests != kNone) {
      next_.items.push_back(item | kRest);
    }
  }
  const RouteRef dead = StateFor(&next_);

  const RouteRef other = Target({}, kNone);
  states_[state].at_end = at_end;
  states_[state].dead = dead;
  states_[state].other = other;
  ExpandEdges(state);
}

void RouteStates::ExpandEdges(std::uint32_t state) {
  steps_.clear();
  for (std::uint32_t i = 0; i < list_.items.size(); ++i) {
    if ((list_.items[i] & kRest) != 0) continue;
    for (std::uint32_t child = nodes_.node(list_.items[i]).first_child;
         child != kNone; child = nodes_.node(child).next_sibling) {
      steps_.push_back({nodes_.node(child).label, i, child});
    }
  }
  if (list_.items.size() > 1) {
    std::stable_sort(
        steps_.begin(), steps_.end(),
        [](const Step& a, const Step& b) { return a.label < b.label; });
  }
  const auto begin = static_cast<std::uint32_t>(edges_.size());
  for (std::size_t i = 0; i < steps_.size();) {
    const std::uint32_t label = steps_[i].label;
    std::size_t end = i + 1;
    while (end < steps_.size() && steps_[end].label == label) ++end;
    const RouteRef target =
        Target(std::span(steps_).subspan(i, end - i), label);
    i = end;
    const bool empty = nodes_.labels()[label].empty();
    if (target == (empty ? states_[state].dead : states_[state].other)) {
      continue;
    }
    // A list that differs from the one without the edge has a node that only
    // the edge leads to, so it is neither empty nor behind another label.
    CORSAC_CHECK(target.is_state());
    State& next = states_[target.index()];
    CORSAC_CHECK(next.label == kNone || next.label == label);
    next.label = label;
    edges_.push_back({label, target.index()});
  }
  states_[state].begin = begin;
  states_[state].end = static_cast<std::uint32_t>(edges_.size());
}

RouteRef RouteStates::Target(std::span<const Step> steps, std::uint32_t label) {
  const bool takes_param = label == kNone || !nodes_.labels()[label].empty();
  next_.items.clear();
  next_.tail = list_ending_;
  for (std::size_t i = 0; i < list_.items.size(); ++i) {
    const std::uint32_t item = list_.items[i];
    if ((item & kRest) != 0) {
      next_.items.push_back(item);
      continue;
    }
    if (!steps.empty() && steps.front().item == i) {
      next_.items.push_back(steps.front().child);
      steps = steps.subspan(1);
    }
    const RouteNodes::Node& node = nodes_.node(item);
    if (takes_param && node.param != kNone) next_.items.push_back(node.param);
    const bool is_last = i + 1 == list_.items.size();
    if (!is_last && node.rests != kNone) next_.items.push_back(item | kRest);
  }
  return StateFor(&next_);
}

// The routes for a path that ends here.
RouteRef RouteStates::EndOf(const List& list) {
  RouteRef routes = list.tail;
  for (std::size_t i = list.items.size(); i-- > 0;) {
    const std::uint32_t item = list.items[i];
    routes = Prepend(nodes_.node(item & ~kRest).rests, routes);
    if ((item & kRest) == 0) routes = Prepend(nodes_.node(item).ends, routes);
  }
  return routes;
}

// The routes of a node's leaves, then `tail`.
RouteRef RouteStates::Prepend(std::uint32_t first_leaf, RouteRef tail) {
  if (first_leaf == kNone) return tail;
  prepended_.clear();
  for (std::uint32_t i = first_leaf; i != kNone; i = nodes_.leaf(i).next) {
    prepended_.push_back(i);
  }
  while (!prepended_.empty()) {
    const RouteNodes::Leaf& leaf = nodes_.leaf(prepended_.back());
    prepended_.pop_back();
    if (leaf.methods.empty()) tail = RouteRef::Route(leaf.route);
    for (const std::uint32_t method : leaf.methods) {
      tail = RouteRef::Cell(
          cells_.Number(std::array{leaf.route, method, tail.word()}));
    }
  }
  return tail;
}

std::vector<RouteCell> RouteStates::Cells() const {
  std::vector<RouteCell> cells;
  cells.reserve(cells_.size());
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    const auto words = cells_[static_cast<std::uint32_t>(i)];
    cells.push_back({words[0], words[1], RouteRef::FromWord(words[2])});
  }
  return cells;
}

}  // namespace corsac
