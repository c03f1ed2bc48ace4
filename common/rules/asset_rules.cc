// common/rules/asset_rules.cc - see asset_rules.h.
#include "common/rules/asset_rules.h"

#include <algorithm>
#include <cstdio>

#include "common/basic/system_names.h"
#include "common/template/template.h"

namespace picket {
namespace {

bool is_alnum(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

std::string trimmed(std::string_view s) {
  size_t first = s.find_first_not_of(" \t");
  return first == s.npos ? std::string() : std::string(s.substr(first, s.find_last_not_of(" \t") - first + 1));
}

Result<std::string> sha512_clean(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'F') c = char(c - 'A' + 'a');
  bool good = text.size() == 128 && text.find_first_not_of("0123456789abcdef") == text.npos;
  // It becomes the name of a folder.
  if (!good) return fail(Err::invalid, "sha512 must be 128 hexadecimal digits, not \"" + text.substr(0, 140) + "\"");
  return text;
}

Result<AssetSource> source_of(const std::string& name, const std::string& url, const std::string& sha512, const StringList& filters,
                              const StringMap& headers, std::string_view entity_json) {
  AssetSource s;
  s.name = name;
  Result<std::string> sum = sha512_clean(sha512);
  if (!sum.ok()) return because("asset \"" + name + "\"", sum.status);
  s.sha512 = sum.value;
  Result<std::string> text = template_render("url", url, entity_json);
  if (!text.ok()) return text.status;
  s.url = text.value;
  for (const std::string& filter : filters) {
    if (text = template_render("filters", filter, entity_json); !text.ok()) return text.status;
    s.filters.push_back(text.value);
  }
  for (const auto& [key, value] : headers) {
    if (text = template_render("headers", value, entity_json); !text.ok()) return text.status;
    for (size_t at = 0; at <= text.value.size();) {
      size_t comma = std::min(text.value.find(',', at), text.value.size());
      s.headers.push_back({key, trimmed(std::string_view(text.value).substr(at, comma - at))});
      at = comma + 1;
    }
  }
  return s;
}

// What leads elsewhere beside `/`: drives and backslashes of Windows. In other systems they are letters (Foo::Bar.3pm).
bool has_foreign_sign(std::string_view path) { return path.find_first_of(kDirectorySigns.substr(1)) != path.npos; }

std::vector<std::string> parts_of(std::string_view path) {
  std::vector<std::string> parts;
  while (!path.empty()) {
    size_t slash = path.find('/');
    std::string_view part = path.substr(0, slash);
    path = slash == path.npos ? std::string_view{} : path.substr(slash + 1);
    if (!part.empty() && part != ".") parts.emplace_back(part);
  }
  return parts;
}

std::string joined(const std::vector<std::string>& parts) {
  std::string out;
  for (const std::string& p : parts) out += (out.empty() ? "" : "/") + p;
  return out;
}

struct Magic { std::string_view bytes; const char* mime; };
constexpr Magic kOther[] = {{"PK\x03\x04", "application/zip"}, {"BZh", "application/x-bzip2"}, {"\xFD" "7zXZ", "application/x-xz"},
                            {"\x7F" "ELF", "application/x-executable"}, {"%PDF", "application/pdf"}, {"7z\xBC\xAF", "application/x-7z-compressed"}};

}  // namespace

Result<std::vector<AssetSource>> asset_sources(const Asset& asset, std::string_view entity_json) {
  std::vector<AssetSource> out;
  const std::string& name = asset.metadata.name;
  if (asset.builds.empty()) {
    Result<AssetSource> s = source_of(name, asset.url, asset.sha512, asset.filters, asset.headers, entity_json);
    if (!s.ok()) return s.status;
    out.push_back(std::move(s.value));
  }
  for (const AssetBuild& b : asset.builds) {
    Result<AssetSource> s = source_of(name, b.url, b.sha512, b.filters, b.headers, entity_json);
    if (!s.ok()) return s.status;
    out.push_back(std::move(s.value));
  }
  return out;
}

Status asset_sum_check(const std::string& sha512) { return sha512_clean(sha512).status; }

Result<std::string> asset_format(std::string_view head) {
  if (head.substr(0, 3) == "\x1F\x8B\x08") return std::string("gzip");
  if (head.size() >= 262 && head.substr(257, 5) == "ustar") return std::string("tar");
  std::string mime;
  for (const Magic& m : kOther)
    if (head.substr(0, m.bytes.size()) == m.bytes) mime = m.mime;
  return fail(Err::invalid, "given file of format '" + mime + "' does not appear valid");
}

std::string asset_size_text(uint64_t bytes) {
  static const char* const kUnits[] = {"B", "kB", "MB", "GB", "TB"};
  double value = double(bytes);
  int unit = 0;
  while (value >= 999.5 && unit < 4) {
    value /= 1000;
    unit++;
  }
  char text[32];
  snprintf(text, sizeof text, unit > 0 && value < 9.95 ? "%.1f %s" : "%.0f %s", value, kUnits[unit]);
  return text;
}

std::string asset_variable(std::string_view name) {
  std::string out;
  for (char c : name) {
    if (is_alnum(c)) out += c >= 'a' && c <= 'z' ? char(c - 'a' + 'A') : c;
    else if (out.empty() || out.back() != '_') out += '_';
  }
  return out + "_PATH";
}

std::vector<std::string> asset_environment(const std::vector<std::pair<std::string, std::string>>& assets) {
  std::vector<std::string> out;
  for (auto [variable, folder] : {std::pair("PATH", "/bin"), std::pair("LD_LIBRARY_PATH", "/lib"), std::pair("CPATH", "/include")}) {
    std::string value;
    for (const auto& [name, path] : assets) value += (value.empty() ? "" : std::string(1, kPathListSeparator)) + path + folder;
    if (!value.empty()) out.push_back(std::string(variable) + "=" + value);
  }
  for (const auto& [name, path] : assets) out.push_back(asset_variable(name) + "=" + path);
  return out;
}

Result<std::string> ArchivePaths::place(std::string_view path) const {
  if (path.empty() || path[0] == '/' || has_foreign_sign(path))
    return fail(Err::invalid, "archive contains the path \"" + std::string(path) + "\", which is not relative");
  std::vector<std::string> parts = parts_of(path);
  if (std::find(parts.begin(), parts.end(), "..") != parts.end())
    return fail(Err::invalid, "archive contains the path \"" + std::string(path) + "\", which leads outside the archive");
  std::string placed = joined(parts);
  for (const std::string& link : links)
    if (placed == link || placed.compare(0, link.size() + 1, link + "/") == 0)
      return fail(Err::invalid, "archive contains the path \"" + std::string(path) + "\" below the link \"" + link + "\"");
  return placed;
}

Status ArchivePaths::link(const std::string& placed, std::string_view target) {
  Status out = fail(Err::invalid,
                    "archive contains the link \"" + placed + "\" to \"" + std::string(target) + "\", which leads outside the archive");
  if (target.empty() || target[0] == '/' || has_foreign_sign(target)) return out;
  // `..` may stand in front only, as often as there are real folders above the link: after another link it would count wrong.
  std::vector<std::string> parts = parts_of(target);
  size_t depth = parts_of(placed).size() - 1, up = 0;
  while (up < parts.size() && parts[up] == "..") up++;
  if (up > depth || std::find(parts.begin() + long(up), parts.end(), "..") != parts.end()) return out;
  links.push_back(placed);
  return {};
}

}  // namespace picket
