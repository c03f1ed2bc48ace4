// tests/support/corpus.h - the recorded corpora as tests want them: files of a folder, messages of a recording.
#pragma once
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "common/json/json.h"
#include "common/types/message.h"

namespace picket {

inline std::string corpus_path(const std::string& name) {
  const char* dir = getenv("PICKET_CONFORMANCE_DIR");
  return std::string(dir && *dir ? dir : "tests/conformance") + "/" + name;
}

inline std::string file_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

inline std::vector<std::string> corpus_files(const std::string& folder, const std::string& end) {
  std::vector<std::string> files;
  std::error_code ignored;
  for (auto& entry : std::filesystem::recursive_directory_iterator(corpus_path(folder), ignored))
    if (std::string p = entry.path().string(); p.size() > end.size() && p.substr(p.size() - end.size()) == end) files.push_back(p);
  std::sort(files.begin(), files.end());
  return files;
}

struct WireMessage {
  std::string file, direction, type, payload;
  std::string key;  // direction and connection
};

// The application messages of one recording, fragments joined. Frames that are not text (protobuf) are left out.
inline std::vector<WireMessage> wire_messages(const std::string& path) {
  std::vector<WireMessage> messages;
  std::map<std::string, std::string> open;  // per direction and connection
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) {
    if (json_at(line, {"kind"}) != "\"frame\"" || json_int64(json_at(line, {"opcode"})).value > 2) continue;
    if (json_at(line, {"payload"}).empty()) continue;
    std::string direction = json_string(json_at(line, {"dir"})).value;
    std::string key = direction + std::string(json_at(line, {"conn"}));
    std::string& text = open[key];
    text += json_string(json_at(line, {"payload"})).value;
    if (json_at(line, {"fin"}) != "true") continue;
    if (auto m = message_split(text); m.ok())
      messages.push_back({path, direction, std::string(m.value.type), std::string(m.value.payload), key});
    text.clear();
  }
  return messages;
}

}  // namespace picket
