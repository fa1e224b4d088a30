#pragma once

#include "mtc/workload.hpp"
#include "schedule/scheduler.hpp"

#include <cstdio>
#include <functional>
#include <string>
#include <vector>

namespace mtc::engine {

/// Tells on rank 0 how far a run is: a bar with the time left on a terminal, a line every few percent in a
/// log.
class Progress {
public:
    /// \param out  where to, usually stderr; a bar when it is a terminal
    /// \param note  called with stage and percent when a stage begins and every few seconds
    Progress(std::FILE* out, std::function<void(const std::string& stage, double percent)> note);

    void begin_stage(const std::string& name, std::vector<SourceInfo> sources);
    /// After something changed.
    void show(const schedule::Progress& progress, double now_s);
    /// While nothing happens: keeps the elapsed time of the bar moving.
    void tick(double now_s);
    void end_stage(const schedule::Progress& progress, double now_s);

private:
    void print(double now_s);

    std::FILE* out_;
    std::function<void(const std::string&, double)> note_;
    bool bar_;
    std::string stage_;
    std::vector<SourceInfo> sources_;
    schedule::Progress last_;
    double begin_s_ = 0.0;
    double shown_s_ = 0.0;
    double noted_s_ = 0.0;
    double shown_percent_ = 0.0;
    bool drawn_ = false;
};

} // namespace mtc::engine
