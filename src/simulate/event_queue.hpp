#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace mtc::simulate {

/// What will happen, by time; what happens at the same time comes in the order in which it was planned. A
/// heap of four children a node: fewer levels than a binary one, and a node's children share a cache line or
/// two.
template <class What>
class EventQueue {
public:
    struct Event {
        double at_s = 0.0;
        std::uint64_t number = 0; ///< in the order of planning
        What what{};
    };

    void plan(double at_s, const What& what)
    {
        const Event event{at_s, n_planned_++, what};
        std::size_t place = heap_.size();
        heap_.push_back(event);
        while (place > 0 && earlier(event, heap_[parent(place)])) {
            heap_[place] = heap_[parent(place)];
            place = parent(place);
        }
        heap_[place] = event;
    }
    [[nodiscard]] bool empty() const noexcept { return heap_.empty(); }
    /// The earliest, taken out. Not for an empty queue.
    [[nodiscard]] Event take()
    {
        const Event first = heap_.front();
        const Event last = heap_.back();
        heap_.pop_back();
        if (heap_.empty())
            return first;
        std::size_t place = 0;
        while (true) {
            const std::size_t child = earliest_child(place);
            if (child >= heap_.size() || !earlier(heap_[child], last))
                break;
            heap_[place] = heap_[child];
            place = child;
        }
        heap_[place] = last;
        return first;
    }

private:
    static constexpr std::size_t n_children = 4;

    [[nodiscard]] static std::size_t parent(std::size_t place) noexcept { return (place - 1) / n_children; }
    [[nodiscard]] static bool earlier(const Event& a, const Event& b) noexcept
    {
        return a.at_s != b.at_s ? a.at_s < b.at_s : a.number < b.number;
    }
    [[nodiscard]] std::size_t earliest_child(std::size_t place) const
    {
        std::size_t best = n_children * place + 1;
        const std::size_t end = std::min(best + n_children, heap_.size());
        for (std::size_t child = best + 1; child < end; ++child)
            if (earlier(heap_[child], heap_[best]))
                best = child;
        return best;
    }

    std::vector<Event> heap_;
    std::uint64_t n_planned_ = 0;
};

} // namespace mtc::simulate
