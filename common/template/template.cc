// common/template/template.cc - a text or a document of templates rendered, and errors in the reference's words.
#include "common/template/template.h"

#include "common/json/json.h"
#include "common/json/cursor.h"
#include "common/template/exec.h"

namespace picket {

static constexpr std::string_view kNoValue = "<no value>";

// A rendering with a missing key is done again strictly, to say which key it was.
static Status name_the_missing(TemplateRun run) {
  std::string ignored;
  std::vector<std::string> unmatched;
  run.strict = true;
  run.unmatched = &unmatched;
  Status s = template_run(run, &ignored);
  if (!s.ok()) return because("unmatched token", s);
  return fail(Err::invalid, "unmatched token: found an undefined value but could not identify the token");
}

static Status render(std::string_view name, std::string_view text, const TemplateValue& data, TemplateUse* use, std::string* out,
                     std::vector<std::string>* unmatched) {
  Result<TemplateTree> tree = template_parse(name, text);
  if (!tree.ok()) return because("could not parse the template", tree.status);
  TemplateRun run{&tree.value, &data, false, use, unmatched};
  if (Status s = template_run(run, out); !s.ok()) return because("could not execute the template", s);
  return out->find(kNoValue) == out->npos ? Status{} : name_the_missing(run);
}

static Status unmatched_status(const std::vector<std::string>& unmatched) {
  if (unmatched.empty()) return {};
  std::string list;
  for (const std::string& token : unmatched) list += (list.empty() ? "" : ", ") + token;
  return fail(Err::not_found, "Unmatched client token(s): " + list);
}

Result<std::string> template_render(std::string_view name, std::string_view text, std::string_view data_json) {
  Result<TemplateValue> data = template_data(data_json);
  if (!data.ok()) return because("read the data of the template", data.status);
  Result<std::string> out;
  std::vector<std::string> unmatched;
  TemplateUse use;
  out.status = render(name, text, data.value, &use, &out.value, &unmatched);
  if (out.ok()) out.status = unmatched_status(unmatched);
  return out;
}

Status template_check(std::string_view name, std::string_view text) {
  Result<TemplateTree> tree = template_parse(name, text);
  return tree.ok() ? Status{} : because("could not parse the template", tree.status);
}

static Status check_value(JsonCursor& c, const std::string& key) {
  std::string_view raw;
  if (!cursor_skip(c, &raw)) return cursor_status(c);
  if (json_type(raw) == JsonType::string) return template_check(key, json_string(raw).value);
  if (json_type(raw) == JsonType::array) {
    for (std::string_view item : json_items(raw).value) {
      JsonCursor inner = cursor_open(item);
      if (Status s = check_value(inner, key); !s.ok()) return s;
    }
  }
  if (json_type(raw) != JsonType::object) return {};
  for (const JsonMember& m : json_members(raw).value) {
    JsonCursor inner = cursor_open(m.raw);
    if (Status s = check_value(inner, m.key); !s.ok()) return s;
  }
  return {};
}

Status template_check_json(std::string_view json) {
  JsonCursor c = cursor_open(json);
  return check_value(c, "");
}

// ---- a whole document ----

struct Document {
  JsonCursor c;
  TemplateValue data;
  std::vector<std::string> unmatched;
  bool keeps_unmatched = false;
  TemplateUse use;
  std::string out;
  Status status;
};

static bool render_value(Document& d, const std::string& key);

static bool render_string(Document& d, const std::string& key) {
  std::string text, rendered;
  if (!cursor_string(d.c, &text)) return false;
  bool plain = text.find("{{") == text.npos && text.find(":::") == text.npos && text.find(kNoValue) == text.npos;
  if (plain) return json_put_string(d.out, text), true;
  d.status = render(key, text, d.data, &d.use, &rendered, d.keeps_unmatched ? nullptr : &d.unmatched);
  if (d.status.ok() && d.out.size() + rendered.size() > kTemplateDocumentMax)
    d.status = fail(Err::too_large, "more than " + std::to_string(kTemplateDocumentMax) + " bytes with the tokens replaced");
  if (!d.status.ok()) return d.status = because(key, d.status), false;
  json_put_string(d.out, rendered);
  return true;
}

static bool render_object(Document& d) {
  std::string scratch;
  std::string_view key;
  char before = '{';
  for (bool first = true; cursor_key(d.c, &scratch, &key, &first); before = ',') {
    std::string name(key);
    d.out += before;
    json_put_string(d.out, name);
    d.out += ':';
    if (!render_value(d, name)) return false;
  }
  d.out += before == '{' ? "{}" : "}";
  return cursor_ok(d.c);
}

static bool render_array(Document& d, const std::string& key) {
  char before = '[';
  for (bool first = true; cursor_item(d.c, &first); before = ',') {
    d.out += before;
    if (!render_value(d, key)) return false;
  }
  d.out += before == '[' ? "[]" : "]";
  return cursor_ok(d.c);
}

static bool render_value(Document& d, const std::string& key) {
  JsonType type;
  std::string_view raw;
  if (!cursor_peek(d.c, &type)) return false;
  if (type == JsonType::object) return render_object(d);
  if (type == JsonType::array) return render_array(d, key);
  if (type == JsonType::string) return render_string(d, key);
  if (!cursor_skip(d.c, &raw)) return false;
  d.out += raw;
  return true;
}

Result<std::string> template_render_json(std::string_view json, std::string_view data_json, Unmatched unmatched) {
  Result<TemplateValue> data = template_data(data_json);
  if (!data.ok()) return because("read the data of the template", data.status);
  Document d;
  d.c = cursor_open(json);
  d.data = std::move(data.value);
  d.keeps_unmatched = unmatched == Unmatched::kept;
  if (!render_value(d, "") || !cursor_end(d.c)) return d.status.ok() ? cursor_status(d.c) : d.status;
  if (Status s = unmatched_status(d.unmatched); !s.ok()) return s;
  return std::move(d.out);
}

}  // namespace picket
