// cli/show/ctl_resource.h - commands that are the same for every kind of resource.
#pragma once
#include "cli/ctl/ctl.h"
#include "cli/show/view.h"

namespace picket {

// The view and resource type the running command is about, by its first word.
const View& command_view(const Ctl& ctl);
const ResourceType& command_type(const Ctl& ctl);

// Canonical text of what the API sent; as it came when it cannot be decoded (a newer server's).
std::string canonical(const ResourceType& type, std::string_view json);

Status show_list(Ctl& ctl, const View& view, const std::vector<std::string>& objects, const std::string& warning = {});
Status show_info(Ctl& ctl, const View& view, const std::string& object);
ListQuery list_query(const Ctl& ctl);
std::string list_namespace(const Ctl& ctl);  // "" with --all-namespaces

Status run_list(Ctl& ctl);
Status run_info(Ctl& ctl);
Status run_delete(Ctl& ctl);
Status run_create(Ctl& ctl);  // from flags or questions; create.cc
Status run_update(Ctl& ctl);

// Fetches the argument's object, lets `change` edit it, validates, PUTs, says `done`.
Status edit_resource(Ctl& ctl, const ResourceType& type, const std::string& name, const std::function<Status(std::string*)>& change,
                     const char* done);
Status put_resource(Ctl& ctl, const ResourceType& type, const std::string& name, const std::string& object);
Status say(Ctl& ctl, std::string_view line);

}  // namespace picket
