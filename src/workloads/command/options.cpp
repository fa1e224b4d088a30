#include "workloads/command/settings.hpp"

namespace mtc::command {

const std::vector<Option>& options()
{
    static const std::vector<Option> list{
        {.name = "command",
         .sentence =
             "The command of each task, with {name} for the values of parameters, {name:.3f} for "
             "formatted ones, {task} (from 0), {rank}, {n} (of tasks) and {folder} (of the input); {{ and "
             "}} are braces. Required unless `lines` is given."},
        {.name = "parameter.NAME",
         .sentence =
             "Values of a parameter: a list (1, 2, 3), a range (range 0:1:0.1, both ends included) or a "
             "column of a CSV file (design.csv:column). Tasks are all combinations, the last parameter "
             "varying fastest."},
        {.name = "link",
         .sentence =
             "Parameters whose values advance together: A, B; several groups are parted by semicolons."},
        {.name = "lines",
         .sentence =
             "File with a command in each line; or, beside `command`, with arguments, which {} stands for."},
        {.name = "lines_per_command",
         .type = ValueType::integer,
         .default_value = "1",
         .sentence = "How many lines of arguments a command takes; {1} is the first of them.",
         .min = 1,
         .max = 10000},
        {.name = "weight",
         .sentence = "What a task costs beside others: a parameter, or an expression of parameters with "
                     "+ - * / ^ and parentheses. Heavy tasks are started first."},
        {.name = "results",
         .sentence = "Names of results, which lines name = value of standard output give: energy, n:int, "
                     "label:text20; a float where no type stands."},
        {.name = "templates",
         .sentence =
             "Input files to be made for each task in a folder of its own, where the command runs then; "
             "placeholders in them as in `command`."},
        {.name = "run_folder", .default_value = "runs", .sentence = "Folder for the folders of tasks."},
        {.name = "keep",
         .type = ValueType::choice,
         .sentence =
             "Whose folders stay, with standard output and error in full in files `stdout` and `stderr`; "
             "failed where there are templates, and without them no task has a folder unless this is "
             "given.",
         .choices = {"none", "failed", "all"}},
        {.name = "stdin",
         .sentence = "File that commands read as standard input, with placeholders; else nothing."},
        {.name = "environment",
         .sentence =
             "Variables of the environment of commands, NAME=value, with placeholders; those of MPI are "
             "never inherited."},
        {.name = "timeout",
         .type = ValueType::duration,
         .unit = "[s]",
         .sentence = "A command that lasts longer is ended, with all its processes, and has failed.",
         .min = 0.0,
         .exclusive_min = true},
        {.name = "patience",
         .type = ValueType::duration,
         .default_value = "0.5",
         .unit = "[s]",
         .sentence = "Time between TERM and KILL for commands that are ended.",
         .min = 0.0,
         .max = 3600.0},
        {.name = "retries",
         .type = ValueType::integer,
         .default_value = "0",
         .sentence = "How often a command that failed is started again at once, on the same rank.",
         .min = 0,
         .max = 1000},
        {.name = "shell",
         .type = ValueType::choice,
         .default_value = "auto",
         .sentence =
             "Whether /bin/sh runs the command; auto: only when it has pipes, variables and the like, "
             "as starting a shell costs more than starting most programs.",
         .choices = {"auto", "always", "never"}},
        {.name = "stdout_bytes",
         .type = ValueType::integer,
         .default_value = "256",
         .unit = "[bytes]",
         .sentence = "How much of the end of standard output the table keeps; with 0 for both streams, and "
                     "without `results`, nothing is captured.",
         .min = 0,
         .max = 1e6},
        {.name = "stderr_bytes",
         .type = ValueType::integer,
         .default_value = "256",
         .unit = "[bytes]",
         .sentence = "How much of the end of standard error the table keeps.",
         .min = 0,
         .max = 1e6},
        {.name = "print",
         .type = ValueType::choice,
         .default_value = "nothing",
         .sentence =
             "What is printed when a task ends: nothing, its output, or its output with the arguments "
             "before each line.",
         .choices = {"nothing", "output", "tagged"}},
        {.name = "delay",
         .type = ValueType::duration,
         .default_value = "0",
         .unit = "[s]",
         .sentence = "Time between the starts of two commands, on all ranks together.",
         .min = 0.0},
    };
    return list;
}

} // namespace mtc::command
