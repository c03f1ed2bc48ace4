// cli/show/ctl_resource.cc - list, info, delete: one function each, the views make the difference.
#include "cli/show/ctl_resource.h"

#include "cli/show/terminal_text.h"
#include "common/json/json.h"

namespace picket {

const View& command_view(const Ctl& ctl) {
  std::string_view path = ctl.command->path;
  return *view_find(path.substr(0, path.find(' ')));
}

const ResourceType& command_type(const Ctl& ctl) { return *ctl_type(command_view(ctl).type); }

std::string canonical(const ResourceType& type, std::string_view json) {
  Result<Resource> r = type.decode(json);
  return r.ok() ? r.value.body : json_compact(json);
}

Status say(Ctl& ctl, std::string_view line) {
  ctl.write_out(std::string(line) + "\n");
  return {};
}

ListQuery list_query(const Ctl& ctl) {
  ListQuery q;
  q.field_selector = flag_text(ctl, "field-selector");
  q.label_selector = flag_text(ctl, "label-selector");
  q.chunk = strtoll(flag_text(ctl, "chunk-size").c_str(), nullptr, 10);
  return q;
}

std::string list_namespace(const Ctl& ctl) { return flag_on(ctl, "all-namespaces") ? "" : ctl.config.ns; }

static bool is_tabular(const std::string& format) { return format != "json" && format != "wrapped-json" && format != "yaml"; }

Status show_list(Ctl& ctl, const View& view, const std::vector<std::string>& objects, const std::string& warning) {
  std::string format = wanted_format(ctl);
  if (!warning.empty() && is_tabular(format)) ctl.write_out(labels_draw(warning, {}));
  if (format == "json") {
    std::string all;
    for (const std::string& o : objects) all += (all.empty() ? "[" : ",") + o;
    ctl.write_out(json_shown(all.empty() ? "[]" : all + "]") + "\n\n");
  } else if (!is_tabular(format)) {
    print_resources(ctl, *ctl_type(view.type), objects);
  } else {
    std::vector<std::string> titles;
    std::vector<TableRow> rows;
    for (const Column& c : view.columns) titles.push_back(c.title);
    for (const std::string& o : objects) {
      rows.emplace_back();
      const std::string shown = ctl.on_terminal ? terminal_masked_json(o) : o;
      for (const Column& c : view.columns) rows.back().push_back(c.cell(shown));
    }
    ctl.write_out(table_draw(titles, rows));
  }
  return {};
}

Status show_info(Ctl& ctl, const View& view, const std::string& object) {
  std::string format = wanted_format(ctl);
  if (format == "json") ctl.write_out(json_shown(object) + "\n\n");
  else if (!is_tabular(format)) print_resources(ctl, *ctl_type(view.type), {object});
  else ctl.write_out(view.info(ctl.on_terminal ? terminal_masked_json(object) : object));
  return {};
}

Status run_list(Ctl& ctl) {
  if (Status s = need_args(ctl, 0); !s.ok()) return s;
  const ResourceType& type = command_type(ctl);
  std::string warning;
  auto items = client_list(ctl, api_path(type, list_namespace(ctl)), list_query(ctl), &warning);
  if (!items.ok()) return items.status;
  for (std::string& item : items.value) item = canonical(type, item);
  return show_list(ctl, command_view(ctl), items.value, warning);
}

Status run_info(Ctl& ctl) {
  if (Status s = need_args(ctl, 1); !s.ok()) return s;
  const ResourceType& type = command_type(ctl);
  Result<std::string> got = client_get(ctl, api_path(type, ctl.config.ns, ctl.args[0]));
  if (!got.ok()) return got.status;
  return show_info(ctl, command_view(ctl), canonical(type, got.value));
}

Status run_delete(Ctl& ctl) {
  if (Status s = need_args(ctl, 1); !s.ok()) return s;
  const std::string& name = ctl.args[0];
  std::string kind = std::string(command_view(ctl).kind) + " resource";
  if (!flag_on(ctl, "skip-confirm") && !confirm_delete(ctl, name, kind)) return say(ctl, "Canceled");
  Status s = client_send(ctl, "DELETE", api_path(command_type(ctl), ctl.config.ns, name));
  return s.ok() ? say(ctl, "Deleted") : s;
}

Status put_resource(Ctl& ctl, const ResourceType& type, const std::string& name, const std::string& object) {
  return client_send(ctl, "PUT", api_path(type, ctl.config.ns, name), object);
}

Status edit_resource(Ctl& ctl, const ResourceType& type, const std::string& name, const std::function<Status(std::string*)>& change,
                     const char* done) {
  Result<std::string> got = client_get(ctl, api_path(type, ctl.config.ns, name));
  if (!got.ok()) return got.status;
  std::string object = canonical(type, got.value);
  if (Status s = change(&object); !s.ok()) return s;
  if (Status s = type.validate(canonical(type, object)); !s.ok()) return s;
  if (Status s = put_resource(ctl, type, name, object); !s.ok()) return s;
  return say(ctl, done);
}

}  // namespace picket
