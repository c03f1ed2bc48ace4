// common/options/secret_options.cc - secrets that lie in files of their own. One rule for every option that is flagged kOptionSecret.
#include "common/options/internal.h"

namespace picket {
namespace {

constexpr std::string_view kFile = "-file";
constexpr int kOthersRead = 0004, kOthersWrite = 0002;

// Where containers find what their platform hands them, readable for all inside: who may look is decided outside.
bool is_handed_in(std::string_view path) {
  for (std::string_view folder : {"/run/secrets/", "/var/run/secrets/"})
    if (path.substr(0, folder.size()) == folder) return true;
  return false;
}

Status mode_check(const OptionsInput& input, const std::string& path, std::vector<std::string>* warnings) {
  int mode = input.file_mode ? input.file_mode(path) : -1;
  if (mode < 0) return {};
  if (mode & kOthersWrite) return fail(Err::denied, path + ": writable by every user; run chmod 0600 " + path);
  if (mode & kOthersRead && !is_handed_in(path))
    warnings->push_back(path + ": this secret is readable by every user; run chmod 0640 " + path);
  return {};
}

}  // namespace

std::string option_secret_file(const OptionRow& row) {
  return row.flags & kOptionSecret && row.kind == OptionKind::text ? row.name + std::string(kFile) : std::string();
}

const OptionRow* option_of_secret_file(const OptionTable& table, std::string_view key) {
  if (key.size() <= kFile.size() || key.substr(key.size() - kFile.size()) != kFile || option_find(table, key)) return nullptr;
  const OptionRow* row = option_find(table, key.substr(0, key.size() - kFile.size()));
  return row && !option_secret_file(*row).empty() ? row : nullptr;
}

Result<std::string> secret_from_file(const OptionsInput& input, const std::string& path, std::vector<std::string>* warnings) {
  Result<std::string> text = input.read_file ? input.read_file(path) : Result<std::string>(fail(Err::io, "files cannot be read here"));
  if (!text.ok()) return text.status.message.find(path) == std::string::npos ? because(path, text.status) : text.status;
  if (Status s = mode_check(input, path, warnings); !s.ok()) return s;
  std::string& secret = text.value;
  if (secret.compare(0, 3, "\xEF\xBB\xBF") == 0) secret.erase(0, 3);
  while (!secret.empty() && (secret.back() == '\n' || secret.back() == '\r')) secret.pop_back();
  if (secret.empty()) return fail(Err::invalid, path + ": file is empty; expected the secret");
  if (secret.find_first_of(std::string_view("\n\r\0", 3)) != std::string::npos)
    return fail(Err::invalid, path + ": file has more than one line; expected the secret alone");
  return text;
}

}  // namespace picket
