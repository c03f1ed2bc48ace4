// checks/command_line.cc - is a command one of our checks, and what are its words, without asking a shell? Pure.
#include "checks/run/check.h"

namespace picket {
namespace {

// What a shell would do something with, outside of quotes. Windows' cmd: only what it treats itself; globs are the program's.
bool is_special(char c, bool posix) {
  constexpr std::string_view kPosix = "|&;<>()$`\\\"'*?[]{}!#\n\r", kWindows = "|&<>()^%!\"\n\r";
  return (posix ? kPosix : kWindows).find(c) != std::string_view::npos;
}

struct Splitter {
  std::string_view text;
  bool posix;
  size_t at = 0;
  std::vector<std::string> words;
  std::string word;
  bool in_word = false, good = true;

  // 'as it is'; "as it is, when it holds nothing that is special within"
  void quoted(char quote) {
    in_word = true;
    size_t end = text.find(quote, at);
    if (end == text.npos) return void(good = false);
    std::string_view inside = text.substr(at, end - at);
    if (quote == '"' && inside.find_first_of(posix ? "$`\\!\n" : "%!\\\n") != inside.npos) good = false;
    word += inside;
    at = end + 1;
  }
  void finish_word() {
    if (in_word) words.push_back(std::move(word));
    word.clear();
    in_word = false;
  }
  void run() {
    while (good && at < text.size()) {
      char c = text[at++];
      if (c == ' ' || c == '\t') finish_word();
      else if (c == '"' || (c == '\'' && posix)) quoted(c);
      else if (is_special(c, posix) || (posix && c == '~' && !in_word && !(at < text.size() && text[at] == ':'))) good = false;
      else word += c, in_word = true;
    }
    finish_word();
  }
};

}  // namespace

std::vector<std::string> check_command_words(std::string_view command, std::string_view own_path, bool posix_shell) {
  Splitter s{command, posix_shell, 0, {}, {}};
  s.run();
  if (!s.good || s.words.size() < 3 || s.words[1] != "check") return {};
  const std::string& program = s.words[0];
  bool ours = program == "picket" || (!own_path.empty() && program == own_path) || (!posix_shell && program == "picket.exe");
  if (!ours || !check_find(s.words[2])) return {};
  return {s.words.begin() + 2, s.words.end()};
}

}  // namespace picket
