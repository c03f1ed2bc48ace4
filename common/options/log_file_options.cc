// common/options/log_file_options.cc - see log_file_options.h.
#include "common/options/log_file_options.h"

#include "common/text/size.h"

namespace picket {

static Status refused(const Options& options, const char* name, const std::string& why) {
  return fail(Err::invalid, options.origin(name) + ": " + name + ": " + why);
}

Result<LogFileOptions> log_file_options(const Options& o, const std::string& default_path) {
  LogFileOptions f;
  f.path = o.text("log-file").empty() ? default_path : o.text("log-file");
  Result<int64_t> size = size_parse(o.text("log-max-size"));
  if (!size.ok()) return refused(o, "log-max-size", size.status.message);
  f.size_max = size.value;
  if (int64_t keep = o.integer("log-retention-files"); keep < 1 || keep > 1000)
    return refused(o, "log-retention-files", "between 1 and 1000");
  f.keep = int(o.integer("log-retention-files"));
  f.age_max_ms = o.duration_ms("log-retention-duration");
  f.reap_every_ms = o.duration_ms("log-reaper-interval");
  return f;
}

}  // namespace picket
