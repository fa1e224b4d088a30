#include "workloads/import_csv/import_model.hpp"

namespace mtc::import_csv {

const std::vector<Option>& options()
{
    static const std::vector<Option> list{
        {.name = "files",
         .sentence = "CSV files, parted by blanks; *, ? and [...] stand for what matches, in the order of "
                     "names. All have the same columns.",
         .required = true},
        {.name = "columns",
         .sentence = "What becomes of the columns: NAME TYPE[ default VALUE], parted by commas. Types: int8, "
                     "uint8, uint16, int32, uint32, int64, uint64, float32, float64, bool, decimal(n), date, "
                     "datetime, text(n), category[(n)], skip. With a header, columns that are not named are "
                     "left out. VALUE stands in for an empty field.",
         .required = true},
        {.name = "delimiter",
         .default_value = "comma",
         .sentence = "What parts fields: a letter, or comma, semicolon, tab, pipe, blank."},
        {.name = "quote",
         .default_value = "\"",
         .sentence = "What fields may stand between: a letter, which is doubled inside, or none."},
        {.name = "quoted_newlines",
         .type = ValueType::flag,
         .default_value = "false",
         .sentence = "Whether fields between quotes may hold newlines; the files are then read twice."},
        {.name = "header",
         .type = ValueType::flag,
         .default_value = "true",
         .sentence = "Whether the first line of each file names the columns; without it columns are declared "
                     "in the order of the fields, all of them."},
        {.name = "bad_lines",
         .type = ValueType::choice,
         .default_value = "stop",
         .sentence = "What becomes of lines that do not fit: the first stops the run, or all go to a table "
                     "with file, line, reason and text; the files are then read twice.",
         .choices = {"stop", "reject"}},
        {.name = "range_bytes",
         .type = ValueType::integer,
         .default_value = "4000000",
         .unit = "bytes",
         .sentence = "About how much of a file is a unit of work.",
         .min = 16,
         .max = 1e9},
        {.name = "to",
         .sentence =
             "Where the rows go instead of the output file: postgresql://[user@]host[:port]/database. "
             "Passwords come from ~/.pgpass or PGPASSWORD."},
        {.name = "table",
         .sentence =
             "Table of the database, or schema.table. It is made where it is not there; otherwise rows "
             "are added."},
        {.name = "max_connections",
         .type = ValueType::integer,
         .sentence =
             "Connections that load at the same time; without it what the server allows and has free, "
             "less two.",
         .min = 1,
         .max = 1e6},
    };
    return list;
}

} // namespace mtc::import_csv
