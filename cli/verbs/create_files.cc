// cli/verbs/create_files.cc - create -f, delete -f, edit: whole resources as texts.
#include "cli/ctl/resource_file.h"
#include "cli/show/ctl_resource.h"
#include "cli/verbs/write_rules.h"
#include "common/json/json.h"
#include "common/os/os.h"

namespace picket {
namespace {

Result<std::vector<FileResource>> read_all(Ctl& ctl, const std::vector<std::string>& inputs, bool recursive) {
  if (inputs.empty()) return resources_parse(ctl, ctl.read_input(), "stdin");
  std::vector<FileResource> all;
  FileReading reading;
  reading.recursive = recursive;
  for (const std::string& input : inputs) {
    Result<std::vector<FileResource>> some = resources_read(ctl, input, &reading);
    if (!some.ok()) return some;
    for (FileResource& r : some.value) all.push_back(std::move(r));
  }
  return all;
}

std::string editor_of(const Ctl& ctl) {
  for (const char* name : {"EDITOR", "VISUAL"})
    for (const auto& e : ctl.env)
      if (e.first == name && !e.second.empty()) return e.second;
  return "vi";
}

// Where `edit TYPE KEY...` finds the resource.
Result<std::string> edit_path(const Ctl& ctl, const View& view) {
  const ResourceType& type = *ctl_type(view.type);
  bool event = std::string_view(view.group) == "event", tessen = std::string_view(view.group) == "tessen";
  size_t keys = event ? 2 : tessen ? 0 : 1;
  if (ctl.args.size() != keys + 1)
    return fail(
        Err::invalid,
        std::string(view.group) + " is identified by " + std::to_string(keys) + " key(s), got " + std::to_string(ctl.args.size() - 1));
  std::string path = api_path(type, ctl.config.ns, keys ? ctl.args[1] : "");
  return event ? path + "/" + path_escape(ctl.args[2]) : path;
}

Status edit_text(Ctl& ctl, std::string* text) {
  std::string file = ctl.config.dir + "/edit-" + os_uuid() + ".yml";
  if (Status s = os_make_dirs(ctl.config.dir, 0700); !s.ok()) return s;
  if (Status s = os_write_file(file, *text, 0600); !s.ok()) return s;
  int status = os_run_with_file(editor_of(ctl), file);
  Result<std::string> edited = os_read_file(file);
  Status removed = os_remove_tree(file);
  if (status != 0) return fail(Err::io, "the editor \"" + editor_of(ctl) + "\" failed; set EDITOR to another editor");
  if (!edited.ok()) return edited.status;
  *text = edited.value;
  return removed;
}

Status put_as_sensuctl(Ctl& ctl, std::vector<FileResource>& resources) {
  for (size_t i = 0; i < resources.size(); i++) {
    FileResource& r = resources[i];
    if (resource_without_windows(&r))
      ctl.write_err("warning: the time window (" + std::string(r.type->plural == std::string_view("checks") ? "subdue" : "when") + ") of " +
                    r.name + " is dropped, as sensuctl does; `" + ctl.program + " apply` keeps it\n");
    resource_label(&r);
    Status s = client_send(ctl, "PUT", r.path, r.body);
    if (!s.ok())
      return because("error putting resource #" + std::to_string(i) + " with name " + json_quote(r.name) + " and namespace " +
                         json_quote(r.ns) + " (" + r.path + ")",
                     s);
  }
  return {};
}

// What stands in a file without its secret.
std::string left_out_of(const FileResource& r) {
  if (!r.type || std::string_view(r.type->type) != "Entity") return "";
  if (is_agents_own(r.body)) return "its agent says it (agent-managed-entity)";
  const std::vector<std::string> redacted = redacted_names(r.body);
  return redacted.empty() ? "" : join(redacted, ", ") + " is REDACTED in the file; `apply` writes the rest of it";
}

// Under our own name: what others need comes first, and one that cannot be written does not keep the rest away.
Status put_all(Ctl& ctl, std::vector<FileResource>& resources) {
  write_order(resources);
  size_t failed = 0;
  for (size_t i = 0; i < resources.size(); i++) {
    FileResource& r = resources[i];
    const std::string what = (r.type ? r.type->type : "Extension") + std::string(" ") + (r.ns.empty() ? "" : r.ns + "/") + r.name;
    std::string left = left_out_of(r);
    resource_label(&r);
    const CtlReply reply = left.empty() ? client_call(ctl, "PUT", r.path, r.body) : CtlReply();
    const Status s = reply_status(reply);
    if (s.message.find(kAgentsOwnRefusal) != s.message.npos) left = "its agent says it (agent-managed-entity)";
    if (!left.empty()) {
      ctl.write_err("left out " + what + ": " + left + "\n");
      continue;
    }
    if (!s.ok()) failed++, ctl.write_err("not written: " + what + ": " + s.message + "\n");
    if (!reply.transport.ok() || reply.code == 401)
      return fail(Err::unavailable, "stopped: " + std::to_string(resources.size() - i - 1) + " more were not tried");
  }
  return failed ? fail(Err::invalid, std::to_string(failed) + " could not be written, as named above") : Status();
}

}  // namespace

Status run_create_files(Ctl& ctl) {
  if (!ctl.args.empty()) return usage_error(ctl);
  auto resources = read_all(ctl, flag_list(ctl, "file"), flag_on(ctl, "recursive"));
  if (!resources.ok()) return resources.status;
  return ctl.program == "sensuctl" ? put_as_sensuctl(ctl, resources.value) : put_all(ctl, resources.value);
}

Status run_delete_files(Ctl& ctl) {
  if (!ctl.args.empty()) return usage_error(ctl);
  std::string file = flag_text(ctl, "file");
  auto resources = read_all(ctl, file.empty() ? std::vector<std::string>() : std::vector<std::string>{file}, true);
  if (!resources.ok()) return resources.status;
  for (size_t i = 0; i < resources.value.size(); i++) {
    const FileResource& r = resources.value[i];
    Status s = client_send(ctl, "DELETE", r.path);
    if (!s.ok()) return because("error deleting resource " + std::to_string(i) + " (" + r.path + ")", s);
  }
  return {};
}

Status run_edit(Ctl& ctl) {
  if (ctl.args.empty()) return usage_error(ctl);
  const View* view = view_find(ctl.args[0]);
  if (!view) return fail(Err::invalid, "unknown resource type \"" + ctl.args[0] + "\"; expected the name of its command group, e.g. check");
  Result<std::string> path = edit_path(ctl, *view);
  if (!path.ok()) return path.status;
  Result<std::string> got = client_get(ctl, path.value);
  if (!got.ok()) return got.status;
  const ResourceType& type = *ctl_type(view->type);
  CtlFlagValue yaml;
  yaml.given = true;
  yaml.text = flag_given(ctl, "format") && flag_text(ctl, "format") == "wrapped-json" ? "wrapped-json" : "yaml";
  ctl.flags["format"] = yaml;
  std::string before;
  auto write = std::exchange(ctl.write_out, [&](std::string_view text) { before += text; });
  print_resources(ctl, type, {canonical(type, got.value)});
  ctl.write_out = write;
  std::string after = before;
  if (Status s = edit_text(ctl, &after); !s.ok()) return s;
  if (after == before) return {};
  auto resources = resources_parse(ctl, after, "the edited text");
  if (!resources.ok()) return resources.status;
  for (const FileResource& r : resources.value) {
    if (Status s = client_send(ctl, "PUT", r.path, r.body); !s.ok()) return s;
    ctl.write_out("Updated " + r.path + "\n");
  }
  return {};
}

}  // namespace picket
