// cli/show/prompt.cc - questions to a person. Without a terminal the same questions are answered from standard input,
// line by line; its end is an answer too: no.
#include "cli/ctl/ctl.h"
#include "cli/show/table.h"

namespace picket {

static std::string question_mark() { return "\x1b[1;92m? \x1b[0m"; }

bool confirm(Ctl& ctl, const std::string& question) {
  ctl.write_out(question_mark() + style_title(question) + " \x1b[37m(y/N) \x1b[0m");
  std::string line;
  if (!ctl.read_line(&line)) return false;
  return line == "y" || line == "Y" || line == "yes" || line == "Yes" || line == "YES";
}

bool confirm_delete(Ctl& ctl, const std::string& name, const std::string& kind, const std::string& verb) {
  std::string question = style_title("Are you sure you would like to ") + "\x1b[1;31;107m" + verb + "\x1b[0m" +
      style_title(" " + kind + " '") + style_primary(name) + style_title("'?");
  return confirm(ctl, question);
}

// An empty answer keeps the value in brackets.
Result<std::string> ask(Ctl& ctl, const std::string& question, const std::string& fallback, bool required) {
  while (true) {
    ctl.write_out(question_mark() + style_title(question) + " " + (fallback.empty() ? "" : "\x1b[37m(" + fallback + ") \x1b[0m"));
    std::string line;
    if (!ctl.read_line(&line)) return fail(Err::invalid, "EOF");
    if (line.empty()) line = fallback;
    if (!required || !line.empty()) return line;
    ctl.write_out("X Sorry, your reply was invalid: Value is required\n");
  }
}

Result<std::string> ask_secret(Ctl& ctl, const std::string& question) {
  ctl.write_out(question_mark() + style_title(question) + " ");
  bool hidden = ctl.echo && ctl.echo(false);
  std::string line;
  bool got = ctl.read_line(&line);
  if (hidden) ctl.echo(true);
  ctl.write_out("\n");
  if (!got) return fail(Err::invalid, "EOF");
  return line;
}

}  // namespace picket
