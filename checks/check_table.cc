// checks/check_table.cc - the checks there are, and what is printed from their rows: help, list, document, completion.
#include "checks/run/option_rows.h"

namespace picket {

extern const CheckRow kCheckCpu, kCheckLoad, kCheckMemory, kCheckSwap, kCheckDisk, kCheckUptime, kCheckUsers, kCheckFile, kCheckProcess;
extern const CheckRow kCheckTcp, kCheckUdp, kCheckHttp, kCheckTls, kCheckDns, kCheckPing, kCheckSmtp, kCheckSsh, kCheckMysql,
    kCheckPostgres, kCheckRedis, kCheckTime;
extern const CheckRow kCheckDiskIo, kCheckInterface, kCheckService, kCheckLog, kCheckContainer;
const CheckRow* const kChecks[] = {
    // of this machine
    &kCheckCpu, &kCheckLoad, &kCheckMemory, &kCheckSwap, &kCheckDisk, &kCheckUptime, &kCheckUsers, &kCheckFile, &kCheckProcess,
    &kCheckDiskIo, &kCheckInterface, &kCheckService, &kCheckLog, &kCheckContainer,
    // over the network
    &kCheckTcp, &kCheckUdp, &kCheckHttp, &kCheckTls, &kCheckDns, &kCheckPing, &kCheckSmtp, &kCheckSsh, &kCheckMysql, &kCheckPostgres,
    &kCheckRedis, &kCheckTime};
const int kChecksCount = int(std::size(kChecks));

namespace {

const OptionRow kConnection[] = {
    {"warning", nullptr, 'w', kText, "", "RANGE", "Response time in seconds.", kJudged},
    {"critical", nullptr, 'c', kText, "", "RANGE", "Likewise.", kJudged},
    {"host", nullptr, 'H', kText, "127.0.0.1", "HOST", "Host name or address.", kWhich},
    {"port", nullptr, 'p', kInteger, "0", "PORT", "Port; 0 = default port.", kWhich},
    {"ipv4", nullptr, '4', kBoolean, "false", "", "Use IPv4 only.", kWhich},
    {"ipv6", nullptr, '6', kBoolean, "false", "", "Use IPv6 only.", kWhich},
};
const OptionRow kTls[] = {
    {"tls", nullptr, 'S', kBoolean, "false", "", "Use TLS from the start.", "TLS"},
    {"cert-warning", nullptr, 0, kText, "14:", "RANGE", "Days until the certificate expires.", "TLS"},
    {"cert-critical", nullptr, 0, kText, "3:", "RANGE", "Likewise.", "TLS"},
    {"insecure", nullptr, 'k', kBoolean, "false", "", "Do not check the certificate: chain, name and expiry.", "TLS"},
    {"server-name", nullptr, 0, kText, "", "NAME", "Server name to request and verify; empty = the host.", "TLS"},
    {"ca-file", nullptr, 0, kText, "", "FILE", "CA bundle (PEM); empty = the system's.", "TLS"},
    {"cert-file", nullptr, 0, kText, "", "FILE", "Client certificate (PEM).", "TLS"},
    {"key-file", nullptr, 0, kText, "", "FILE", "Key of the client certificate (PEM).", "TLS"},
};
const OptionRow kCommonRows[] = {
    {"timeout", nullptr, 't', kText, "10", "SPAN[:STATE]", "Timeout and its state, e.g. 10, 500ms or 30:warning. The measuring interval (-i) is added to the default.", "Every check"},
    {"format", nullptr, 0, kText, "nagios", "NAME", "Output format: nagios, prometheus or influx.", "Every check"},
    {"verbose", nullptr, 'v', kBoolean, "false", "", "Print one line for each checked object.", "Every check"},
};

std::string usage_of(const CheckRow& row) { return std::string("Usage: picket check ") + row.name + " [--OPTION VALUE]...\n"; }

// "command  # what it does": the command, and what stands after the last two blanks and '#'.
void put_examples(std::string& out, std::string_view examples, std::string_view before_line, std::string_view before_text) {
  while (!examples.empty()) {
    std::string_view line = examples.substr(0, examples.find('\n'));
    examples.remove_prefix(std::min(examples.size(), line.size() + 1));
    size_t hash = line.rfind("  # ");
    if (hash != line.npos) out += std::string(before_text) + std::string(line.substr(hash + 4)) + "\n";
    out += std::string(before_line) + std::string(line.substr(0, hash)) + "\n";
  }
}

std::string cell(std::string_view text) {
  std::string out;
  for (char c : text) out += c == '|' ? std::string("\\|") : std::string(1, c);
  return out;
}

std::string rows_markdown(const OptionRow* rows, size_t count) {
  std::string out = "| option | default | meaning |\n|---|---|---|\n";
  for (size_t i = 0; i < count; i++) {
    const OptionRow& r = rows[i];
    if (r.flags & kOptionHidden) continue;
    std::string fallback = r.kind == kBoolean ? "" : r.fallback;
    out += "| `" + (r.short_flag ? std::string("-") + r.short_flag + "`, `" : "") + "--" + r.name +
        (*r.arg ? std::string(" ") + cell(r.arg) : "") + "` | " + (fallback.empty() ? "" : "`" + cell(fallback) + "`") + " | " +
        cell(r.help) + " |\n";
  }
  return out;
}

std::string check_markdown(const CheckRow& row) {
  std::string out = std::string("\n## ") + row.name + "\n" + row.summary + "\n";
  if (*row.more) out += std::string("\n") + row.more + "\n";
  if (row.groups)
    out += std::string("\nWith the options of ") + (row.groups & kConnectionRows ? "every connection" : "") +
        (row.groups == 3 ? " and of " : "") + (row.groups & kTlsRows ? "TLS" : "") +
        (row.port ? "; port " + std::to_string(row.port) : "") + ".\n";
  if (row.count > 0) out += "\n" + rows_markdown(row.rows, size_t(row.count));
  out += "\n```\n";
  put_examples(out, row.examples, "", "# ");
  return out + "```\n";
}

std::string flags_of(const CheckRow& row) {
  std::string words = "--help";
  auto table = check_table(row);
  for (const OptionRow& r : table->rows)
    if (!(r.flags & kOptionHidden)) words += std::string(" --") + r.name;
  return words;
}

std::string bash_completion() {
  std::string
      out =
          "_picket_check() {\n  [ \"${COMP_WORDS[1]}\" = check ] || return 0\n  local words=''\n  case ${COMP_CWORD}:${COMP_WORDS[2]} in\n    2:*) words='",
      names;
  for (int i = 0; i < kChecksCount; i++) names += (i ? " " : "") + std::string(kChecks[i]->name);
  out += names + "' ;;\n";
  for (int i = 0; i < kChecksCount; i++) out += std::string("    *:") + kChecks[i]->name + ") words='" + flags_of(*kChecks[i]) + "' ;;\n";
  return out +
      "  esac\n  COMPREPLY=($(compgen -W \"$words\" -- \"${COMP_WORDS[COMP_CWORD]}\"))\n}\ncomplete -o default -F _picket_check picket\n";
}

std::string fish_text(std::string_view text) {
  std::string out;
  for (char c : text) out += c == '\'' ? '`' : c;
  return "'" + out + "'";
}

std::string fish_completion() {
  std::string out;
  for (int i = 0; i < kChecksCount; i++) {
    const CheckRow& c = *kChecks[i];
    out += std::string("complete -c picket -n '__fish_seen_subcommand_from check' -a ") + c.name + " -d " + fish_text(c.summary) + "\n";
    auto table = check_table(c);
    for (const OptionRow& r : table->rows)
      if (!(r.flags & kOptionHidden))
        out += std::string("complete -c picket -n '__fish_seen_subcommand_from ") + c.name + "' -l " + r.name +
            (r.short_flag ? std::string(" -s ") + r.short_flag : "") + (r.kind == kBoolean ? "" : " -r") + " -d " + fish_text(r.help) +
            "\n";
  }
  return out;
}

}  // namespace

const CheckRow* check_find(std::string_view name) {
  for (const CheckRow* row : kChecks)
    if (name == row->name) return row;
  return nullptr;
}

std::unique_ptr<CheckTable> check_table(const CheckRow& row) {
  auto t = std::make_unique<CheckTable>();
  t->rows.assign(row.rows, row.rows + row.count);
  if (row.groups & kConnectionRows) t->rows.insert(t->rows.end(), std::begin(kConnection), std::end(kConnection));
  if (row.groups & kTlsRows) t->rows.insert(t->rows.end(), std::begin(kTls), std::end(kTls));
  t->rows.insert(t->rows.end(), std::begin(kCommonRows), std::end(kCommonRows));
  t->table = {row.name, nullptr, "", t->rows.data(), int(t->rows.size()), nullptr, true};
  return t;
}

static Status range_into(const Options& options, const std::string& name, std::optional<Range>* range) {
  const std::string& text = options.text(name);
  if (text.empty()) return {};
  Result<Range> parsed = range_parse(text);
  if (!parsed.ok()) return because("--" + name, parsed.status);
  *range = parsed.value;
  return {};
}

Status limits_into(const Options& options, std::initializer_list<std::pair<const char*, Limits*>> wanted) {
  for (auto& [name, limits] : wanted) {
    const std::string base = *name ? std::string(name) + "-" : "";
    if (Status s = range_into(options, base + "warning", &limits->warning); !s.ok()) return s;
    if (Status s = range_into(options, base + "critical", &limits->critical); !s.ok()) return s;
  }
  return {};
}

Status state_into(const Options& options, const char* name, CheckState* state) {
  Result<CheckState> parsed = state_parse(options.text(name));
  if (!parsed.ok()) return because(std::string("--") + name, parsed.status);
  *state = parsed.value;
  return {};
}

Status pattern_into(const Options& options, const char* name, Pattern* pattern) {
  Result<Pattern> parsed = pattern_parse(options.text(name));
  if (!parsed.ok()) return because(std::string("--") + name, parsed.status);
  *pattern = std::move(parsed.value);
  return {};
}

std::string check_help(const CheckRow& row) {
  auto table = check_table(row);
  std::string out = options_help(table->table, usage_of(row) + "\n" + row.summary + "\n" + row.more + (*row.more ? "\n" : ""));
  out += "\nExamples:\n";
  put_examples(out, row.examples, "    ", "  ");
  return out;
}

std::string checks_list() {
  std::string out = "Usage: picket check NAME [--OPTION VALUE]...\n\n";
  for (const CheckRow* row : kChecks)
    out += "  " + std::string(row->name) + std::string(12 - std::min<size_t>(11, std::string_view(row->name).size()), ' ') + row->summary +
        "\n";
  return out +
      "\nRun `picket check NAME --help` for options and examples. Exit status: 0 ok, 1 warning, 2 critical, 3 unknown.\n"
      "`picket check --completion bash|zsh|fish` prints a completion script.\n";
}

std::string checks_markdown() {
  std::string out =
      "# Built-in checks\n\nGenerated by `./dev docs` from the tables in the code: do not edit.\n\n"
      "`picket check NAME [options]` needs no plugin package and follows the Nagios plugin guidelines: one line of text, perfdata, exit\n"
      "status 0 ok, 1 warning, 2 critical, 3 unknown. An agent runs `picket check ...` in a check's `command` inside its own\n"
      "process: no fork, the same result. It starts a process only if the command needs a shell (pipes,\n"
      "variables, globs), or if the check has limits that need a separate process (`picket.io/nice`, `memory-max`, ...).\n\n"
      "## Thresholds\n| range | alert when the value is |\n|---|---|\n| `10` | below 0 or above 10 |\n| `10:` | below 10 |\n| `~:10` | above 10 |\n"
      "| `10:20` | below 10 or above 20 |\n| `@10:20` | from 10 to 20, both included |\n\n## Every check\n";
  out += rows_markdown(kCommonRows, std::size(kCommonRows)) + "\n## Every connection\n" +
      rows_markdown(kConnection, std::size(kConnection)) + "\n## TLS\n" + rows_markdown(kTls, std::size(kTls));
  for (const CheckRow* row : kChecks) out += check_markdown(*row);
  return out;
}

std::string checks_completion(std::string_view shell) {
  if (shell == "bash") return bash_completion();
  if (shell == "zsh") return "autoload -U +X bashcompinit && bashcompinit\n" + bash_completion();
  return shell == "fish" ? fish_completion() : "";
}

}  // namespace picket
