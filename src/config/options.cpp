#include "config/check.hpp"
#include "config/read.hpp"

#include <sstream>

namespace mtc::config {
namespace {

/// A bar would end the table's cell.
std::string cell(std::string_view text)
{
    std::string escaped;
    for (const char c : text) {
        if (c == '|')
            escaped += '\\';
        escaped += c;
    }
    return escaped;
}

std::string code(std::string_view text)
{
    return text.empty() ? std::string{} : "`" + cell(text) + "`";
}

} // namespace

const std::vector<Option>& engine_options()
{
    static const std::vector<Option> options{
        {.name = "calculation_mode",
         .sentence = "What is calculated: the name of a workload.",
         .required = true},
        {.name = "description", .sentence = "Free text that goes into the output file."},
        {.name = "output",
         .sentence = "Output file; without it the input's name with .h5 in the current folder."},
        {.name = "compression",
         .type = ValueType::integer,
         .default_value = "0",
         .sentence = "Level of deflate, after shuffle, for the large datasets of the results; 0 stores them "
                     "plainly, which is faster.",
         .min = 0.0,
         .max = 9.0},
        {.name = "io_hint.NAME",
         .sentence =
             "Advice to MPI-IO for the output file, such as io_hint.striping_factor = 8, striping_unit or "
             "cb_nodes; what the file system's driver does not know it ignores."},
        {.name = "instruction_set",
         .type = ValueType::choice,
         .default_value = "auto",
         .sentence = "Instructions of the compute kernels; auto takes the highest that all ranks have.",
         .choices = {"auto", "baseline", "avx2", "avx512"}},
        {.name = "scheduler_rank",
         .type = ValueType::choice,
         .default_value = "auto",
         .sentence = "Whether rank 0 only schedules or works as well; auto decides by the number of ranks.",
         .choices = {"auto", "dedicated", "working"}},
        {.name = "task_duration",
         .type = ValueType::duration,
         .unit = "[s]",
         .sentence = "Longest time that a task is meant to last; without it the scheduler decides.",
         .min = 0.0,
         .former_name = "time_per_task",
         .exclusive_min = true},
        {.name = "checkpoint_interval",
         .type = ValueType::duration,
         .default_value = "60",
         .unit = "[s]",
         .sentence = "Every rank saves what it has so often; less often where that took more than 1 % of the "
                     "time.",
         .min = 0.0,
         .exclusive_min = true},
        {.name = "checkpoint_dir",
         .sentence =
             "Folder for checkpoints, common to all nodes; without it that of the output. They lie in "
             "<output>.ckpt there and go when the output is complete."},
        {.name = "worker_timeout",
         .type = ValueType::duration,
         .unit = "[s]",
         .sentence =
             "A rank that shows no sign of life for so long is given up as lost; how long it computes "
             "one unit does not matter. Without it 20 times the longest unit so far, at least a minute "
             "and at most ten.",
         .min = 1.0},
        {.name = "unit_timeout",
         .type = ValueType::duration,
         .unit = "[s]",
         .sentence =
             "A piece of work that takes longer has failed; on_error says what becomes of it. A command "
             "is ended. Of anything else its rank is, which tells where it was: only under tools/mtcrun "
             "do the others go on. Without it nothing is limited.",
         .min = 0.0,
         .exclusive_min = true},
        {.name = "walltime",
         .type = ValueType::duration,
         .unit = "[s]",
         .sentence = "Time that the run may take: shortly before, it saves and leaves with exit status 75. "
                     "Without it, what Slurm or PBS says.",
         .min = 0.0,
         .exclusive_min = true},
        {.name = "on_error",
         .default_value = "stop",
         .sentence = "When a piece of work cannot be computed: stop the calculation, skip the piece and end "
                     "with exit status 3, or retry:N, which computes it again N times, elsewhere when "
                     "possible, before it is skipped. Accepted: stop, skip, retry:N."},
        {.name = "most_lost_workers",
         .type = ValueType::integer,
         .default_value = "3",
         .sentence = "A piece of work that has cost so many workers, by crashing them or by taking all "
                     "memory, over all runs of a calculation, is not tried again.",
         .min = 1.0,
         .max = 1e6},
        {.name = "memory_per_rank",
         .type = ValueType::number,
         .unit = "[MB]",
         .sentence = "Memory that a rank may take for itself; without it the narrowest limit that Slurm, the "
                     "control group, the shell (ulimit) and the free memory of the node set. A calculation "
                     "that could need more does not begin; a rank that nears it saves and leaves.",
         .min = 0.0,
         .exclusive_min = true},
        {.name = "tiles",
         .default_value = "auto",
         .sentence =
             "Where the sums of all sites do not fit into the memory of a rank, sites are computed tile "
             "by tile, and sums of other tiles lie on the disk of checkpoint_dir; results are the same "
             "bits. auto: as few tiles as the memory allows, one where all fits. A number: at least so "
             "many, and 1 for none. Accepted: auto, or a whole number from 1."},
        {.name = "strict_keys",
         .type = ValueType::flag,
         .sentence = "Whether an unknown key is an error; without it only in an input that names no "
                     "source_model_logic_tree_file."},
    };
    return options;
}

std::string key_table(std::span<const Option> options)
{
    std::ostringstream table;
    table << "| key | accepted | default | meaning |\n|---|---|---|---|\n";
    for (const Option& option : options) {
        table << "| " << code(option.name) << " | " << cell(accepted(option)) << " | "
              << (option.required ? "**required**" : code(option.default_value)) << " | "
              << cell(option.sentence);
        if (!option.former_name.empty())
            table << " Formerly " << code(option.former_name) << '.';
        table << " |\n";
    }
    return std::move(table).str();
}

} // namespace mtc::config
