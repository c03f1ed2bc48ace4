// backend/pages/rows_get.cc - events as rows, of one namespace or of all that one may list.
#include <map>
#include <set>

#include "backend/api/api_state.h"
#include "backend/pages/event_rows.h"
#include "backend/pages/pages.h"

namespace picket {

namespace {

constexpr size_t kSelectedAtOnce = 64;  // events read for a label or field selector in one turn of the loop

// May the user list events there? Asked once per namespace.
struct ListRights {
  const ApiCall* call;
  std::map<std::string, bool> known;
  bool of(const std::string& ns) {
    auto [it, is_new] = known.try_emplace(ns, false);
    if (is_new) it->second = page_may(*call, "list", ns, "events", "");
    return it->second;
  }
};

std::function<bool(const EventRow&)> visible_to(const CallPtr& call) {
  if (!call->path.ns.empty()) return [ns = call->path.ns](const EventRow& row) { return row.ns == ns; };
  auto rights = std::make_shared<ListRights>(ListRights{call.get(), {}});
  return [rights](const EventRow& row) { return rights->of(row.ns); };
}

void rows_answer(const CallPtr& call, const RowSelection& selection) {
  const EventRows& rows = *call->api->rows;
  const SelectedRows selected = rows_select(rows.table, selection, call->now_s);
  std::string list = "[";
  for (const EventRow* row : selected.rows) {
    if (list.size() > 1) list += ',';
    row_print(&list, event_row_shown(rows, *row));
  }
  JsonObject o;
  o.add("revision", rows.revision).add("matched", selected.matched).add_raw("counts", row_counts_json(selected.counts));
  answer_json(call, 200, o.add_raw("columns", kEventColumns).add_raw("rows", list + "]").done());
}

// Rows have no labels and few fields: for a selector the events themselves are read, some in each turn.
struct LabelJob : std::enable_shared_from_this<LabelJob> {
  CallPtr call;
  RowSelection selection;
  Selection wanted;
  std::vector<std::string> keys;
  size_t at = 0;
  std::set<std::string> kept;
};

bool is_wanted(const LabelJob& job, const std::string& key) {
  auto it = job.call->api->rows->table.find(key);
  if (it == job.call->api->rows->table.end()) return false;
  auto stored = event_present(job.call->backend, {it->second.ns, it->second.entity, it->second.check});
  return stored.ok() && selection_matches(job.wanted, "event", event_json(stored.value));
}

void label_step(const std::shared_ptr<LabelJob>& job) {
  for (const size_t end = std::min(job->keys.size(), job->at + kSelectedAtOnce); job->at < end; job->at++)
    if (is_wanted(*job, job->keys[job->at])) job->kept.insert(job->keys[job->at]);
  if (job->at < job->keys.size()) return page_next_turn(job->call, [job] { label_step(job); });
  if (!call_still_may(*job->call)) return answer_denied(job->call, 403, 4, "unauthorized to perform action");
  RowSelection selection = std::move(job->selection);
  selection.visible = [job](const EventRow& row) { return job->kept.count(row_key(row.ns, row.entity, row.check)) > 0; };
  rows_answer(job->call, selection);
}

void labels_start(const CallPtr& call, RowSelection selection, Selection wanted) {
  auto job = std::make_shared<LabelJob>();
  job->call = call;
  for (const auto& [key, row] : call->api->rows->table)
    if (selection.visible(row) && row_query_matches(selection.query, row, call->now_s)) job->keys.push_back(key);
  job->selection = std::move(selection);
  job->wanted = std::move(wanted);
  label_step(job);
}

Result<Selection> labels_wanted(const ApiCall& call, const RowQuery& query) {
  Page page = call.page;
  for (const std::string& label : query.labels) page.labels += (page.labels.empty() ? "" : " && ") + label;
  return selection_parse(page);
}

}  // namespace

void event_rows_get(CallPtr call) {
  auto selection = row_selection_read([&](const char* name) { return query_get(call->request.query, name); });
  if (!selection.ok()) return answer_status(call, selection.status);
  auto wanted = labels_wanted(*call, selection.value.query);
  if (!wanted.ok()) return answer_status(call, wanted.status);
  if (call->who.guest && wanted.value.any())
    return answer_denied(call, 403, 4, "guests may not select events by labels and fields: log in");
  event_rows_want(call->api, [call, selection = std::move(selection.value), wanted = std::move(wanted.value)]() mutable {
    if (Status s = event_rows_status(*call->api->rows); !s.ok()) return answer_status(call, s);
    if (!call_still_may(*call)) return answer_denied(call, 403, 4, "unauthorized to perform action");
    selection.visible = visible_to(call);
    if (wanted.any()) labels_start(call, std::move(selection), std::move(wanted));
    else rows_answer(call, selection);
  });
}

}  // namespace picket
