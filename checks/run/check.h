// checks/run/check.h - the built-in checks: one table, and how one of them is run.
//
// A row is all there is to know of a check: `picket check`, its --help, docs/CHECKS.md and the completion are printed from it.
// A check either measures (it may block: it runs on a thread of its own) or waits (for the network: it runs on the loop, and what it
// needs of files is read before, on a thread). Either way it ends at its deadline (-t), and nothing it does stops the loop.
#pragma once
#include <uv.h>

#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include "checks/facts/pattern.h"
#include "checks/run/file_preload.h"
#include "checks/judge/report.h"
#include "common/options/options.h"

namespace picket {

using CheckDone = std::function<void(Report)>;

struct CheckRow {
  const char* name;
  const char* summary;
  const char* more;      // paragraphs of the help: what is judged, how
  const char* examples;  // lines "command  # what it does"
  const OptionRow* rows;
  int count;
  Result<Report> (*measure)(const Options& options);
  // `done` is called once, from a callback; never after the task was released. Errors come before anything has been started.
  Result<std::shared_ptr<void>> (*start)(uv_loop_t* loop, const Options& options, const CheckFiles& files, CheckDone done);
  CheckState on_timeout;                                // what silence means: critical where the answer was the question
  unsigned groups = 0;                                  // rows it shares with others: kConnectionRows, kTlsRows
  int port = 0;                                         // when none is given
  unsigned (*reads)(const Options& options) = nullptr;  // kRead...: what of files it has to have before it starts
};
inline constexpr unsigned kConnectionRows = 1, kTlsRows = 2;
extern const CheckRow* const kChecks[];
extern const int kChecksCount;
const CheckRow* check_find(std::string_view name);

// The rows of a check and those that all of them have. Lives as long as its options are used.
struct CheckTable {
  std::vector<OptionRow> rows;
  OptionTable table{};
};
std::unique_ptr<CheckTable> check_table(const CheckRow& row);

// What is judged by, out of the options; errors name the option. Limits: rows NAME-warning and NAME-critical, or without NAME- when it is
// "".
Status limits_into(const Options& options, std::initializer_list<std::pair<const char*, Limits*>> wanted);
Status state_into(const Options& options, const char* name, CheckState* state);
Status pattern_into(const Options& options, const char* name, Pattern* pattern);

inline constexpr int kCheckExitUnknown = 3;
struct CheckOutput { int status = kCheckExitUnknown; std::string text; };
struct CheckJob;
// `args`: the check's name and its options. `done` is called once, later, never from inside this call.
CheckJob* check_start(uv_loop_t* loop, std::vector<std::string> args, std::function<void(CheckOutput)> done);
void check_cancel(CheckJob* job);  // `done` is not called any more

// The words of a command that this program runs without a shell: `picket check NAME ...`, or `own_path` instead of picket. Empty
// when the command is another one, or when only a shell can say what it means.
std::vector<std::string> check_command_words(std::string_view command, std::string_view own_path, bool posix_shell);

std::string check_help(const CheckRow& row);            // picket check NAME --help
std::string checks_list();                              // picket check
std::string checks_markdown();                          // docs/CHECKS.md
std::string checks_completion(std::string_view shell);  // bash, zsh, fish; "" for another

}  // namespace picket
