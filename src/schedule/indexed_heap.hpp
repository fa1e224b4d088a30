#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace mtc::schedule {

/// A binary heap of the items 0 .. n-1 with the largest key on top, in which the key of any item can change.
/// 16 bytes an item; O(log n) a change.
class IndexedHeap {
public:
    explicit IndexedHeap(std::size_t n_items = 0)
        : keys_(n_items, 0.0)
        , item_at_(n_items)
        , place_of_(n_items)
    {
        for (std::size_t i = 0; i < n_items; ++i)
            item_at_[i] = place_of_[i] = static_cast<std::uint32_t>(i);
    }

    void set(std::size_t item, double key)
    {
        const bool grows = key > keys_[item];
        keys_[item] = key;
        if (grows)
            rise(place_of_[item]);
        else
            sink(place_of_[item]);
    }
    [[nodiscard]] bool empty() const noexcept { return keys_.empty(); }
    [[nodiscard]] std::size_t top() const { return item_at_.front(); } ///< not for an empty heap
    [[nodiscard]] double key(std::size_t item) const { return keys_[item]; }

private:
    [[nodiscard]] double key_at(std::size_t place) const { return keys_[item_at_[place]]; }
    void exchange(std::size_t a, std::size_t b)
    {
        std::swap(item_at_[a], item_at_[b]);
        place_of_[item_at_[a]] = static_cast<std::uint32_t>(a);
        place_of_[item_at_[b]] = static_cast<std::uint32_t>(b);
    }
    void rise(std::size_t place)
    {
        while (place > 0 && key_at(place) > key_at((place - 1) / 2)) {
            exchange(place, (place - 1) / 2);
            place = (place - 1) / 2;
        }
    }
    void sink(std::size_t place)
    {
        for (std::size_t child = 2 * place + 1; child < item_at_.size(); child = 2 * place + 1) {
            if (child + 1 < item_at_.size() && key_at(child + 1) > key_at(child))
                ++child;
            if (key_at(child) <= key_at(place))
                return;
            exchange(place, child);
            place = child;
        }
    }

    std::vector<double> keys_;
    std::vector<std::uint32_t> item_at_;  // place -> item
    std::vector<std::uint32_t> place_of_; // item -> place
};

} // namespace mtc::schedule
