#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace mtc::schedule {

/// A heap of the items 0 .. n-1 with the largest key on top, the first of equal ones, in which the key of any
/// item can change; an item may be out of it. Four children a node: fewer levels than two, and they share a
/// cache line. 20 bytes an item; O(log n) a change.
class IndexedHeap {
public:
    static constexpr double out = -std::numeric_limits<double>::infinity(); ///< key of an item that is not in

    /// \param key  of all items
    explicit IndexedHeap(std::size_t n_items = 0, double key = 0.0)
        : nodes_(n_items)
        , place_of_(n_items)
    {
        for (std::size_t i = 0; i < n_items; ++i) {
            nodes_[i] = {key, static_cast<std::uint32_t>(i)};
            place_of_[i] = static_cast<std::uint32_t>(i);
        }
    }

    void set(std::size_t item, double key)
    {
        const std::size_t place = place_of_[item];
        const Node node{key, nodes_[place].item};
        if (key > nodes_[place].key)
            rise(place, node);
        else if (key < nodes_[place].key)
            sink(place, node);
    }
    void take_out(std::size_t item) { set(item, out); }
    /// No item is in it.
    [[nodiscard]] bool empty() const noexcept { return nodes_.empty() || nodes_.front().key == out; }
    [[nodiscard]] std::size_t top() const { return nodes_.front().item; } ///< not for an empty heap
    [[nodiscard]] double key(std::size_t item) const { return nodes_[place_of_[item]].key; }
    /// Whether any item with a key above `key` is as asked for; looks at no others.
    template <class Predicate>
    [[nodiscard]] bool any_above(double key, const Predicate& predicate, std::size_t place = 0) const
    {
        if (place >= nodes_.size() || !(nodes_[place].key > key))
            return false;
        if (predicate(std::size_t{nodes_[place].item}))
            return true;
        for (std::size_t child = n_children * place + 1; child <= n_children * (place + 1); ++child)
            if (any_above(key, predicate, child))
                return true;
        return false;
    }

private:
    static constexpr std::size_t n_children = 4;
    struct Node {
        double key = 0.0;
        std::uint32_t item = 0;
        [[nodiscard]] bool above(const Node& other) const noexcept
        {
            return key > other.key || (key == other.key && item < other.item);
        }
    };

    void put(std::size_t place, const Node& node)
    {
        nodes_[place] = node;
        place_of_[node.item] = static_cast<std::uint32_t>(place);
    }
    void rise(std::size_t place, const Node& node)
    {
        while (place > 0 && node.above(nodes_[(place - 1) / n_children])) {
            put(place, nodes_[(place - 1) / n_children]);
            place = (place - 1) / n_children;
        }
        put(place, node);
    }
    void sink(std::size_t place, const Node& node)
    {
        for (std::size_t child = n_children * place + 1; child < nodes_.size();
             child = n_children * place + 1) {
            const std::size_t end = std::min(child + n_children, nodes_.size());
            for (std::size_t other = child + 1; other < end; ++other)
                if (nodes_[other].above(nodes_[child]))
                    child = other;
            if (!nodes_[child].above(node))
                break;
            put(place, nodes_[child]);
            place = child;
        }
        put(place, node);
    }

    std::vector<Node> nodes_;
    std::vector<std::uint32_t> place_of_; // item -> place
};

} // namespace mtc::schedule
