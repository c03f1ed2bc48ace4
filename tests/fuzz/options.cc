// tests/fuzz/options.cc - any text as a configuration file (the first byte chooses YAML or INI), any flags, any environment.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "common/options/options.h"

using namespace picket;

static std::string g_file;

static const char* const kPrefixes[] = {"PICKET_", nullptr};
static const OptionRow kRows[] = {
    {"name", "id", 'n', OptionKind::text, "", "NAME", "", "A"},
    {"backend-url", nullptr, 'u', OptionKind::list, "ws://x", "URL", "", "A"},
    {"interval", nullptr, 0, OptionKind::integer, "20", "S", "", "A"},
    {"factor", nullptr, 0, OptionKind::number, "2.0", "N", "", "A"},
    {"wait", nullptr, 0, OptionKind::duration, "1s", "S", "", "A"},
    {"deregister", nullptr, 'd', OptionKind::boolean, "false", "", "", "A"},
    {"labels", nullptr, 0, OptionKind::map, "", "K=V", "", "A"},
};
static const OptionTable kTable = {"agent", kPrefixes, "", kRows, 7, "checks:check"};

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  OptionsInput input;
  input.read_file = [](const std::string&) { return Result<std::string>(g_file); };
  g_file = text;
  input.argv = {"-c", data[0] & 1 ? "/x.ini" : "/x.yml"};
  if (data[0] & 2) {
    g_file.clear();
    std::string word;
    for (char c : text) {
      if (c == '\n') input.argv.push_back(std::exchange(word, ""));
      else word += c;
    }
    input.argv.push_back(word);
  }
  if (data[0] & 4) input.env = {{"PICKET_LABELS", text}, {"PICKET_BACKEND_URL", text}, {"PICKET_WAIT", text}, {"PICKET_FACTOR", text}};
  Result<Options> options = options_load(kTable, input);
  if (!options.ok()) return options.status.message.empty() ? std::abort(), 0 : 0;
  (void)options_print(options.value);
  (void)options.value.integer("interval");
  (void)options.value.duration_ms("wait");
  return 0;
}
