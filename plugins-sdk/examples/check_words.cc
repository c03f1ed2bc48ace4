// check_words - a check in C++: how many words a file has.
#include <fstream>
#include <picket/plugin.hpp>

int main(int argc, char** argv) {
  using namespace picket_plugin;
  Plugin plugin("WORDS", "1.0", "Counts the words of a file.", {{"file", 'f', "FILE", "which one", nullptr}});
  plugin.arguments(argc, argv);

  std::ifstream file(plugin.text("file"));
  if (!file) plugin.exit(State::unknown, "cannot read " + plugin.text("file", "a file: say which with --file"));
  int count = 0;
  for (std::string word; file >> word;) count++;
  plugin.perf("words", count, "", 0);
  plugin.exit(plugin.judge(count), std::to_string(count) + " words in " + plugin.text("file"));
}
