// cli/nouns/ctl_cluster.cc - the members and the health of the cluster, in etcd's words.
#include <charconv>

#include "cli/show/ctl_resource.h"
#include "common/json/json.h"
#include "common/text/yaml.h"

namespace picket {
namespace {

constexpr const char* kMembers = "/api/core/v2/cluster/members";

// Ids are unsigned 64-bit numbers.
uint64_t id_at(std::string_view object, std::initializer_list<std::string_view> path) {
  std::string_view raw = json_at(object, path);
  uint64_t id = 0;
  std::from_chars(raw.data(), raw.data() + raw.size(), id);
  return id;
}

std::string hex(uint64_t id) {
  char text[17];
  auto r = std::to_chars(text, text + sizeof text, id, 16);
  return std::string(text, size_t(r.ptr - text));
}

std::vector<std::string_view> items_at(std::string_view object, const char* key) {
  std::string_view raw = json_at(object, {key});
  return raw.empty() || raw == "null" ? std::vector<std::string_view>() : json_items(raw).value;
}

std::string or_number(std::string_view raw) { return raw.empty() ? "0" : std::string(raw); }

// go-yaml prints the fields of protobuf structs by their lower-cased Go names, the internal ones included.
void put_internal(JsonObject* o) {
  o->add_raw("xxx_nounkeyedliteral", "{}").add_raw("xxx_unrecognized", "[]").add_raw("xxx_sizecache", "0");
}

std::string members_for_yaml(std::string_view reply) {
  JsonObject header, out;
  header.add_raw("clusterid", or_number(json_at(reply, {"header", "cluster_id"})));
  header.add_raw("memberid", or_number(json_at(reply, {"header", "member_id"})));
  header.add_raw("revision", or_number(json_at(reply, {"header", "revision"})));
  header.add_raw("raftterm", or_number(json_at(reply, {"header", "raft_term"})));
  put_internal(&header);
  std::string members = "[";
  for (std::string_view m : items_at(reply, "members")) {
    JsonObject o;
    o.add_raw("id", or_number(json_at(m, {"ID"}))).add("name", text_at(m, {"name"}));
    o.add_raw("peerurls", json_list(texts_at(m, {"peerURLs"}))).add_raw("clienturls", json_list(texts_at(m, {"clientURLs"})));
    o.add("islearner", true_at(m, {"isLearner"}));
    put_internal(&o);
    members += (members.size() > 1 ? "," : "") + o.done();
  }
  out.add_raw("header", header.done()).add_raw("members", members + "]");
  put_internal(&out);
  return out.done();
}

std::string health_for_yaml(std::string_view list) {
  std::string out = "[";
  for (std::string_view h : json_items(list).value) {
    JsonObject o;
    o.add_raw("memberid", or_number(json_at(h, {"MemberID"}))).add("memberidhex", text_at(h, {"MemberIDHex"}));
    o.add("name", text_at(h, {"Name"})).add("err", text_at(h, {"Err"})).add("healthy", true_at(h, {"Healthy"}));
    out += (out.size() > 1 ? "," : "") + o.done();
  }
  return out + "]";
}

void put_title(Ctl& ctl, uint64_t cluster) { ctl.write_out(labels_draw("Etcd Cluster ID: " + hex(cluster), {})); }

bool shown_as_data(Ctl& ctl, std::string_view json, const std::string& for_yaml) {
  std::string format = wanted_format(ctl);
  if (format == "json" || format == "wrapped-json") ctl.write_out(json_shown(json) + "\n\n");
  else if (format == "yaml") ctl.write_out(yaml_from_json(for_yaml).value);
  else return false;
  return true;
}

Result<std::string> member_path(const std::string& id) {
  uint64_t n = 0;
  auto r = std::from_chars(id.data(), id.data() + id.size(), n, 16);
  if (r.ec != std::errc() || r.ptr != id.data() + id.size())
    return fail(Err::invalid, "invalid id: strconv.ParseUint: parsing " + json_quote(id) + ": invalid syntax");
  return std::string(kMembers) + "/" + hex(n);
}

std::string addresses_query(const std::string& csv) { return "?peer-addrs=" + url_encode(join(split_csv(csv), ",")); }

}  // namespace

Status run_cluster_health(Ctl& ctl) {
  if (Status s = need_args(ctl, 0); !s.ok()) return s;
  CtlReply reply = client_call(ctl, "GET", "/health?timeout=3");
  bool answered = reply.transport.ok() && json_members(reply.body).ok();  // an unhealthy cluster answers with 503
  if (!answered)
    if (Status s = reply_status(reply); !s.ok()) return s;
  std::string_view list = json_at(reply.body, {"ClusterHealth"});
  if (list.empty() || list == "null") list = "[]";
  if (shown_as_data(ctl, list, health_for_yaml(list))) return {};
  put_title(ctl, id_at(reply.body, {"Header", "cluster_id"}));
  std::vector<TableRow> rows;
  for (std::string_view h : json_items(list).value)
    rows.push_back({style_primary(hex(id_at(h, {"MemberID"}))), style_primary(text_at(h, {"Name"})), text_at(h, {"Err"}),
                    "\x1b[1;34m" + std::string(true_at(h, {"Healthy"}) ? "true" : "false") + "\x1b[0m"});
  ctl.write_out(table_draw({"ID", "Name", "Error", "Healthy"}, rows));
  return {};
}

Status run_cluster_id(Ctl& ctl) {
  if (Status s = need_args(ctl, 0); !s.ok()) return s;
  Result<std::string> got = client_get(ctl, "/api/core/v2/cluster/id");
  if (!got.ok()) return got.status;
  return say(ctl, "sensu cluster id: " + json_compact(got.value));
}

Status run_member_list(Ctl& ctl) {
  if (Status s = need_args(ctl, 0); !s.ok()) return s;
  Result<std::string> got = client_get(ctl, kMembers);
  if (!got.ok()) return because("error listing cluster members", got.status);
  if (shown_as_data(ctl, got.value, members_for_yaml(got.value))) return {};
  put_title(ctl, id_at(got.value, {"header", "cluster_id"}));
  std::vector<TableRow> rows;
  for (std::string_view m : items_at(got.value, "members"))
    rows.push_back({style_primary(hex(id_at(m, {"ID"}))), style_primary(text_at(m, {"name"})), join(texts_at(m, {"peerURLs"}), ","),
                    join(texts_at(m, {"clientURLs"}), ",")});
  ctl.write_out(table_draw({"ID", "Name", "Peer URLs", "Client URLs"}, rows));
  return {};
}

Status run_member_add(Ctl& ctl) {
  if (Status s = need_args(ctl, 2); !s.ok()) return s;
  CtlReply reply = client_call(ctl, "POST", kMembers + addresses_query(ctl.args[1]));
  if (Status s = reply_status(reply); !s.ok()) return because("couldn't add cluster member", s);
  if (!json_members(reply.body).ok()) return fail(Err::internal, "couldn't add cluster member: the response is not JSON");
  uint64_t added = id_at(reply.body, {"member", "ID"});
  std::string initial;
  for (std::string_view m : items_at(reply.body, "members")) {
    std::string name = id_at(m, {"ID"}) == added ? ctl.args[0] : text_at(m, {"name"});
    for (const std::string& url : texts_at(m, {"peerURLs"})) initial += (initial.empty() ? "" : ",") + name + "=" + url;
  }
  const bool learner = true_at(json_at(reply.body, {"member"}), {"isLearner"});  // of picket: it cannot cost the others their quorum
  return say(ctl,
             "added member " + hex(added) + " to cluster\n\nETCD_NAME=\"" + ctl.args[0] + "\"\nETCD_INITIAL_CLUSTER=\"" + initial +
                 "\"\nETCD_INITIAL_CLUSTER_STATE=\"existing\"" +
                 (learner ? "\n\nIt is a learner until it has started and is in sync; then it becomes a member by itself." : ""));
}

Status run_member_update(Ctl& ctl) {
  if (Status s = need_args(ctl, 2); !s.ok()) return s;
  Result<std::string> path = member_path(ctl.args[0]);
  if (!path.ok()) return path.status;
  Status s = client_send(ctl, "PUT", path.value + addresses_query(ctl.args[1]));
  if (!s.ok()) return because("error updating cluster member", s);
  return say(ctl, "Updated member with ID " + path.value.substr(path.value.rfind('/') + 1) + " in cluster");
}

Status run_member_remove(Ctl& ctl) {
  if (Status s = need_args(ctl, 1); !s.ok()) return s;
  Result<std::string> path = member_path(ctl.args[0]);
  if (!path.ok()) return path.status;
  Status s = client_send(ctl, "DELETE", path.value);
  if (!s.ok()) return because("error removing cluster member", s);
  return say(ctl, "Removed member " + path.value.substr(path.value.rfind('/') + 1) + " from cluster");
}

}  // namespace picket
