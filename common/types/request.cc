// common/types/request.cc - assets, and the check request that carries them.
#include "common/types/fields.h"

namespace picket {

static const Field<AssetBuild> kBuild[] = {
    row<AssetBuild, &AssetBuild::url>("url", omit_empty),
    row<AssetBuild, &AssetBuild::sha512>("sha512", omit_empty),
    row<AssetBuild, &AssetBuild::filters>("filters", always),
    row<AssetBuild, &AssetBuild::headers>("headers", always),
};
PICKET_HAS_TABLE(AssetBuild) { return table_of(kBuild); }

static const Field<Asset> kAsset[] = {
    row<Asset, &Asset::url>("url", omit_empty),
    row<Asset, &Asset::sha512>("sha512", omit_empty),
    row<Asset, &Asset::filters>("filters", always),
    row<Asset, &Asset::builds>("builds", always),
    row<Asset, &Asset::metadata>("metadata", always),
    row<Asset, &Asset::headers>("headers", always),
};
PICKET_HAS_TABLE(Asset) { return table_of(kAsset, &Asset::extra); }

// "hook_assets": {"HOOK": {"assets": [...]}} is a map of lists with us.
struct AssetList { std::vector<Asset> assets; };
static const Field<AssetList> kAssetList[] = {row<AssetList, &AssetList::assets>("assets", always)};

static bool hook_assets_read(JsonCursor& c, CheckRequest& v) {
  std::string scratch;
  std::string_view key;
  for (bool first = true; cursor_key(c, &scratch, &key, &first);) {
    std::string hook(key);
    if (!cursor_take(c, sizeof(Asset))) return false;
    AssetList list;
    bool was_null;
    if (!cursor_null(c, &was_null)) return false;
    if (!was_null && !struct_read(c, list, table_of(kAssetList))) return cursor_at_key(c, hook);
    v.hook_assets[hook] = std::move(list.assets);
  }
  return cursor_ok(c);
}

static bool hook_assets_empty(const CheckRequest&) { return false; }

static void hook_assets_write(JsonText& out, const CheckRequest& v) {
  bool any = false;
  out += '{';
  for (auto& [hook, assets] : v.hook_assets) {
    if (any) out += ',';
    any = true;
    json_put_string(out, hook);
    out += ":{\"assets\":";
    value_write(out, assets);
    out += '}';
  }
  out += '}';
}

static const Field<CheckRequest> kRequest[] = {
    row<CheckRequest, &CheckRequest::config>("config", omit_empty),
    row<CheckRequest, &CheckRequest::assets>("assets", always),
    row<CheckRequest, &CheckRequest::hooks>("hooks", always),
    row<CheckRequest, &CheckRequest::issued>("issued", always),
    {"hook_assets", always, hook_assets_read, hook_assets_empty, hook_assets_write, "map of ", "AssetList"},
    row<CheckRequest, &CheckRequest::secrets>("secrets", omit_empty),
};
PICKET_HAS_TABLE(CheckRequest) { return table_of(kRequest); }

PICKET_DOCUMENT(Asset)
PICKET_DOCUMENT(CheckRequest)

}  // namespace picket
