// checks/run/job.cc - one check from its words to its output: options, measuring or waiting, deadline, print.
#include <algorithm>
#include <utility>

#include "checks/run/check.h"
#include "common/os/os.h"
#include "common/process/blocking_worker.h"

namespace picket {

struct CheckJob {
  uv_loop_t* loop = nullptr;
  const CheckRow* row = nullptr;
  std::shared_ptr<CheckTable> table;
  std::shared_ptr<Options> options;
  std::string words;           // name and options: what is stuck once is not begun again
  std::shared_ptr<void> task;  // of a check that waits
  Worker* worker = nullptr;    // of one that measures, or reads its files
  uv_timer_t timer{};          // the deadline; then, the way out of the callback that brought the report
  bool finished = false, cancelled = false;
  CheckState on_timeout = CheckState::unknown;
  double timeout_s = 0;
  CheckOutput output;
  std::function<void(CheckOutput)> done;
};

namespace {

void release(CheckJob* job) {
  job->task = nullptr;
  if (job->worker) worker_leave(std::exchange(job->worker, nullptr));
}

void on_closed(uv_handle_t* handle) {
  auto* job = static_cast<CheckJob*>(handle->data);
  if (!job->cancelled) job->done(std::move(job->output));
  delete job;
}

void end(CheckJob* job) {
  release(job);
  if (!uv_is_closing(reinterpret_cast<uv_handle_t*>(&job->timer))) uv_close(reinterpret_cast<uv_handle_t*>(&job->timer), on_closed);
}

// The task may be what calls us: it is released on the next turn.
void finish_text(CheckJob* job, int status, std::string text) {
  if (std::exchange(job->finished, true)) return;
  job->output = {status, std::move(text)};
  uv_timer_start(
      &job->timer, [](uv_timer_t* t) { end(static_cast<CheckJob*>(t->data)); }, 0, 0);
}

ReportStyle style_of(const CheckJob* job) {
  ReportStyle style;
  style.unix_ns = os_unix_ns();
  if (!job->options) return style;
  const std::string& format = job->options->text("format");
  style.format = format == "prometheus" ? ReportFormat::prometheus : format == "influx" ? ReportFormat::influx : ReportFormat::nagios;
  style.verbose = job->options->boolean("verbose");
  return style;
}

void finish(CheckJob* job, const Report& report) {
  finish_text(job, int(report.state), report_print(job->row->name, report, style_of(job)));
}

// Nothing was asked of a server yet while our own files keep us waiting: that says nothing about it.
CheckState state_of_silence(const CheckJob* job) {
  bool said = job->options->text("timeout").find(':') != std::string::npos;
  return job->worker && !said ? CheckState::unknown : job->on_timeout;
}

void on_deadline(uv_timer_t* timer) {
  auto* job = static_cast<CheckJob*>(timer->data);
  Report report;
  report.state = state_of_silence(job);
  report.summary = "timeout after " + span_text(job->timeout_s);
  if (std::string note = job->worker ? worker_note(job->worker) : ""; !note.empty()) report.summary += "; still waiting for " + note;
  finish(job, report);
}

// A check that is to look for a while has that time on top, unless -t says otherwise.
double looking_s(const Options& options) {
  if (!options.values.count("interval")) return 0;
  double times = options.values.count("count") ? double(options.integer("count")) : 1;
  return std::clamp(double(options.duration_ms("interval")) / 1000 * times, 0.0, 3600.0);
}

// -t 10, -t 10:warning
Status timeout_read(CheckJob* job) {
  const std::string& text = job->options->text("timeout");
  size_t colon = text.find(':');
  Result<int64_t> ms = duration_parse_ms(text.substr(0, colon));
  if (!ms.ok() || ms.value <= 0)
    return fail(Err::invalid, "--timeout \"" + text + "\": expected a duration such as 10 or 500ms, with an optional state: 10:warning");
  job->timeout_s = double(ms.value) / 1000;
  job->on_timeout = job->row->on_timeout;
  if (job->options->is_default("timeout")) job->timeout_s += looking_s(*job->options);
  if (colon == text.npos) return {};
  Result<CheckState> state = state_parse(text.substr(colon + 1));
  if (!state.ok()) return because("--timeout", state.status);
  job->on_timeout = state.value;
  return {};
}

Status options_read(CheckJob* job, std::vector<std::string> argv) {
  job->table = check_table(*job->row);
  OptionsInput input;
  input.argv = std::move(argv);
  Result<Options> options = options_load(job->table->table, input);
  if (!options.ok()) return options.status;
  job->options = std::make_shared<Options>(std::move(options.value));
  const std::string& format = job->options->text("format");
  if (format != "nagios" && format != "prometheus" && format != "influx")
    return fail(Err::invalid, "--format \"" + format + "\": expected nagios, prometheus or influx");
  return timeout_read(job);
}

// On a thread, unless one of the same words is stuck: its number would grow with every run.
void on_thread(CheckJob* job, std::function<void()> work, std::function<void()> done) {
  std::string stuck = worker_stuck(job->words);
  if (!stuck.empty()) {
    Report report = report_unknown("an earlier run is still waiting for " + stuck);
    report.state = job->options->text("timeout").find(':') == std::string::npos ? CheckState::unknown : job->on_timeout;
    return finish(job, report);
  }
  job->worker = worker_start(job->loop, job->words, std::move(work), [job, done = std::move(done)] {
    job->worker = nullptr;
    done();
  });
}

void measure(CheckJob* job) {
  auto report = std::make_shared<Report>();
  auto work = [report, row = job->row, options = job->options, table = job->table] {
    Result<Report> r = row->measure(*options);
    *report = r.ok() ? std::move(r.value) : report_unknown(r.status.message);
  };
  on_thread(job, work, [job, report] { finish(job, *report); });
}

void start(CheckJob* job, const CheckFiles& files) {
  Result<std::shared_ptr<void>> task =
      job->row->start(job->loop, *job->options, files, [job](const Report& report) { finish(job, report); });
  if (!task.ok()) return finish(job, report_unknown(task.status.message));
  job->task = std::move(task.value);
}

void read_and_start(CheckJob* job, unsigned what) {
  struct Read {
    CheckFiles files;
    Status status;
  };
  auto read = std::make_shared<Read>();
  auto work = [read, what, options = job->options, table = job->table] { read->status = files_read(what, *options, &read->files); };
  on_thread(job, work, [job, read] {
    if (!read->status.ok()) return finish(job, report_unknown(read->status.message));
    start(job, read->files);
  });
}

std::string joined(const std::vector<std::string>& words) {
  std::string all;
  for (const std::string& w : words) all += w + '\0';
  return all;
}

void begin(CheckJob* job, std::vector<std::string> args) {
  if (args.empty()) return finish_text(job, kCheckExitUnknown, checks_list());
  job->row = check_find(args[0]);
  if (!job->row) {
    std::vector<std::string_view> names;
    for (int i = 0; i < kChecksCount; i++) names.push_back(kChecks[i]->name);
    std::string_view near = nearest_name(args[0], names);
    return finish_text(job, kCheckExitUnknown,
                       "UNKNOWN: unknown check \"" + text_clean(args[0]) + "\"" +
                           (near.empty() ? "" : "; did you mean \"" + std::string(near) + "\"?") + " Run `picket check` for the list.\n");
  }
  Status bad = options_read(job, {args.begin() + 1, args.end()});
  if (job->options && job->options->boolean("help")) return finish_text(job, kCheckExitUnknown, check_help(*job->row));
  if (!bad.ok()) return finish(job, report_unknown(bad.message));
  uv_update_time(job->loop);
  uv_timer_start(&job->timer, on_deadline, uint64_t(job->timeout_s * 1000), 0);
  job->words = joined(args);
  if (job->row->measure) return measure(job);
  unsigned what = job->row->reads ? job->row->reads(*job->options) : 0;
  return what ? read_and_start(job, what) : start(job, {});
}

}  // namespace

CheckJob* check_start(uv_loop_t* loop, std::vector<std::string> args, std::function<void(CheckOutput)> done) {
  auto* job = new CheckJob;
  job->loop = loop;
  job->done = std::move(done);
  uv_timer_init(loop, &job->timer);
  job->timer.data = job;
  begin(job, std::move(args));
  return job;
}

void check_cancel(CheckJob* job) {
  job->cancelled = job->finished = true;
  end(job);
}

}  // namespace picket
