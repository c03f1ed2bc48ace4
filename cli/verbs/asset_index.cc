// cli/verbs/asset_index.cc - versions of public assets ordered and chosen, names taken apart, answers read.
#include "cli/verbs/asset_index.h"

#include <algorithm>
#include <charconv>

#include "common/json/json.h"

namespace picket {
namespace {

constexpr size_t kAnswerMax = 8u << 20;

std::vector<std::string_view> parts_of(std::string_view text, char between) {
  std::vector<std::string_view> out;
  while (true) {
    size_t at = text.find(between);
    out.push_back(text.substr(0, at));
    if (at == text.npos) return out;
    text.remove_prefix(at + 1);
  }
}

bool number_of(std::string_view text, uint64_t* n) {
  auto r = std::from_chars(text.data(), text.data() + text.size(), *n);
  return r.ec == std::errc() && r.ptr == text.data() + text.size();
}

struct Version {
  std::vector<uint64_t> numbers;
  std::vector<std::string_view> before;  // of a pre-release; empty: a release
};

bool version_read(std::string_view text, Version* v) {
  if (!text.empty() && (text[0] == 'v' || text[0] == 'V')) text.remove_prefix(1);
  text = text.substr(0, text.find('+'));
  size_t dash = text.find('-');
  if (dash != text.npos) v->before = parts_of(text.substr(dash + 1), '.');
  for (std::string_view part : parts_of(text.substr(0, dash), '.')) {
    v->numbers.push_back(0);
    if (!number_of(part, &v->numbers.back())) return false;
  }
  return true;
}

template <class T>
int order(const T& a, const T& b) {
  return a < b ? -1 : b < a ? 1 : 0;
}

// Of pre-releases: numbers by value and below words, words by their bytes.
int order_words(std::string_view a, std::string_view b) {
  uint64_t x = 0, y = 0;
  bool nx = number_of(a, &x), ny = number_of(b, &y);
  if (nx != ny) return nx ? -1 : 1;
  return nx ? order(x, y) : order(a, b);
}

Result<std::string> index_get(Ctl& ctl, const std::string& path) {
  HttpClientRequest request;
  request.url = flag_text(ctl, "index") + path;
  request.headers = {{"Accept", "application/json"}};
  request.body_max = kAnswerMax;
  request.timeout_ms = ctl.config.timeout_ms;
  CtlReply reply = ctl.transport(request);
  if (!reply.transport.ok()) return because("query the asset index, " + request.url, reply.transport);
  if (reply.code == 404) return fail(Err::not_found, "not in the asset index: " + request.url);
  if (reply.code >= 400) return fail(Err::unavailable, "the asset index answered " + std::to_string(reply.code) + " to " + request.url);
  if (Status s = json_check(reply.body); !s.ok()) return because("the answer of " + request.url + " is not JSON", s);
  return std::move(reply.body);
}

std::string path_of(const AssetName& asset) { return "/" + path_escape(asset.ns) + "/" + path_escape(asset.name); }

}  // namespace

Result<AssetName> asset_name_parse(std::string_view text) {
  AssetName out;
  size_t colon = text.find(':'), slash = text.find('/');
  std::string_view name = text.substr(0, colon);
  if (colon != text.npos) out.version = text.substr(colon + 1);
  bool good = slash != name.npos && slash > 0 && slash + 1 < name.size() && name.find('/', slash + 1) == name.npos;
  if (!good || out.version.find(':') != std::string::npos)
    return fail(Err::invalid, "\"" + std::string(text) + "\" is not a valid asset name; expected NAMESPACE/NAME or NAMESPACE/NAME:VERSION");
  out.ns = name.substr(0, slash);
  out.name = name.substr(slash + 1);
  if (!out.version.empty() && !version_valid(out.version))
    return fail(Err::invalid, "\"" + out.version + "\" is not a version; expected e.g. 1.2.3");
  return out;
}

bool version_valid(std::string_view version) {
  Version v;
  return version_read(version, &v);
}

int version_compare(std::string_view a, std::string_view b) {
  Version x, y;
  version_read(a, &x);
  version_read(b, &y);
  size_t n = std::max(x.numbers.size(), y.numbers.size());
  x.numbers.resize(n);
  y.numbers.resize(n);
  if (int o = order(x.numbers, y.numbers)) return o;
  if (x.before.empty() != y.before.empty()) return x.before.empty() ? 1 : -1;
  for (size_t i = 0; i < std::min(x.before.size(), y.before.size()); i++)
    if (int o = order_words(x.before[i], y.before[i])) return o;
  return order(x.before.size(), y.before.size());
}

Result<std::vector<std::string>> index_versions(Ctl& ctl, const AssetName& asset) {
  Result<std::string> got = index_get(ctl, path_of(asset));
  if (!got.ok()) return got.status;
  std::vector<std::string> out;
  std::string_view list = json_at(got.value, {"versions"});
  if (!list.empty() && json_type(list) == JsonType::array)
    for (std::string_view item : json_items(list).value)
      if (std::string version = text_at(item, {"version"}); !version.empty() && version_valid(version)) out.push_back(version);
  std::sort(out.begin(), out.end(), [](const std::string& a, const std::string& b) { return version_compare(a, b) < 0; });
  return out;
}

Result<std::string> version_choose(const AssetName& asset, const std::vector<std::string>& versions) {
  std::string full = asset.ns + "/" + asset.name;
  if (versions.empty()) return fail(Err::not_found, "the index has no version of " + full);
  if (asset.version.empty()) return versions.back();
  for (const std::string& v : versions)
    if (version_compare(v, asset.version) == 0) return v;
  return fail(Err::not_found, "the index has no version " + asset.version + " of " + full + "; it has " + join(versions, ", "));
}

Result<IndexDefinition> index_definition(Ctl& ctl, const std::string& name) {
  Result<AssetName> asset = asset_name_parse(name);
  if (!asset.ok()) return asset.status;
  auto versions = index_versions(ctl, asset.value);
  if (!versions.ok()) return versions.status;
  Result<std::string> version = version_choose(asset.value, versions.value);
  if (!version.ok()) return version.status;
  asset.value.version = version.value;
  Result<std::string> text = index_get(ctl, path_of(asset.value) + "/" + path_escape(version.value) + "/release_asset_builds");
  if (!text.ok()) return text.status;
  return IndexDefinition{asset.value, text.value};
}

}  // namespace picket
