// tests/common/template/template_test.cc - templates and 1.x tokens: results, errors, limits.
#include "common/template/template.h"

#include <doctest/doctest.h>

#include <map>

#include "tests/support/corpus.h"

using namespace picket;

static const char kEntity[] =
    R"({"name":"rec-agent","namespace":"default","labels":{"foo":"bar","region":"eu","empty":"","my-key":"k","q":"a\"b"},
  "subscriptions":["rec","x"],"last_seen":1795160925,"deregister":false,"deregistration":{},"processes":null,"ratio":1.5,"big":2000000.0,
  "system":{"os":"linux","hostname":"h","network":{"interfaces":[{"name":"eth0","addresses":["10.0.0.1/24"]}]}}})";

static std::string rendered(std::string_view text) {
  auto r = template_render("command", text, kEntity);
  return r.ok() ? r.value : "ERROR " + r.status.message;
}

TEST_CASE("actions, functions and controls of Go's text/template") {
  static const struct {
    const char *text, *expected;
  } kRows[] = {
      {"echo plain", "echo plain"},
      {"", ""},
      {"{{ .labels.foo }}", "bar"},
      {"{{.labels.foo}}{{.name}}", "barrec-agent"},
      {"{{ .labels.missing | default \"dflt\" }}", "dflt"},
      {"{{ .labels.missing | default `bt` }}", "bt"},
      {"{{ .labels.empty | default \"x\" }}", ""},
      {"{{ default \"a\" }}", "a"},
      {"{{ default \"a\" .name }}", "rec-agent"},
      {"{{ if .labels.foo }}yes{{ else }}no{{ end }}", "yes"},
      {"{{ if .labels.empty }}yes{{ else }}no{{ end }}", "no"},
      {"{{ if .nope }}yes{{ else if .name }}else{{ else }}no{{ end }}", "else"},
      {"{{ if .nope }}yes{{ else if .nope }}else{{ else }}no{{ end }}|", "no|"},
      {"{{ printf \"%s-%s\" .labels.foo .name }}", "bar-rec-agent"},
      {"{{ index .labels \"region\" }} {{ index .subscriptions 0 }}", "eu rec"},
      {"{{ index .labels \"my-key\" }}", "k"},
      {"{{ (index .system.network.interfaces 0).name }}", "eth0"},
      {"{{ index .system.network.interfaces 0 \"addresses\" 0 }}", "10.0.0.1/24"},
      {"{{ if eq .system.os \"linux\" }}L{{ end }}", "L"},
      {"{{ if eq .system.os \"windows\" \"linux\" }}L{{ end }}", "L"},
      {"{{ if and .name (eq .system.os \"linux\") }}L{{ end }}", "L"},
      {"{{ or .nope .name }}{{ not .nope }}", "rec-agenttrue"},
      {"{{ range .subscriptions }}[{{ . }}]{{ end }}", "[rec][x]"},
      {"{{ range $i, $s := .subscriptions }}{{ $i }}={{ $s }};{{ end }}", "0=rec;1=x;"},
      {"{{ range $k, $v := .labels }}{{ $k }}:{{ $v }},{{ end }}", "empty:,foo:bar,my-key:k,q:a\"b,region:eu,"},
      {"{{ range .nope }}x{{ else }}none{{ end }}", "none"},
      {"{{ range .subscriptions }}{{ if eq . \"x\" }}{{ break }}{{ end }}{{ . }}{{ end }}", "rec"},
      {"{{ range .subscriptions }}{{ if eq . \"rec\" }}{{ continue }}{{ end }}{{ . }}{{ end }}", "x"},
      {"{{ with .labels }}{{ .foo }}{{ $.name }}{{ end }}", "barrec-agent"},
      {"{{ with .nope }}x{{ else }}none{{ end }}", "none"},
      {"{{ $x := .name }}{{ $x }}{{ $x = \"y\" }}{{ $x }}", "rec-agenty"},
      {"{{ $x := \"a\" }}{{ if true }}{{ $x := \"b\" }}{{ $x }}{{ end }}{{ $x }}", "ba"},
      {"a {{- .labels.foo -}} b", "abarb"},
      {"a\n\t{{- /* c */ -}}\n b", "ab"},
      {"{{/* c */}}x", "x"},
      {"{{ .last_seen }} {{ .deregister }} {{ .ratio }} {{ .big }}", "1795160925 false 1.5 2e+06"},
      {"{{ .subscriptions }} {{ .system.network }}", "[rec x] map[interfaces:[map[addresses:[10.0.0.1/24] name:eth0]]]"},
      {"{{ len .subscriptions }}{{ len .name }}{{ len .labels }}", "295"},
      {"{{ slice .name 0 3 }}", "rec"},
      {"{{ 1 }} {{ -2 }} {{ 0x1F }} {{ 1_000 }} {{ 'a' }} {{ 1.5e3 }}", "1 -2 31 1000 97 1500"},
      {"{{ \"a\\tb\\u00e4\\x41\\101\" }}", "a\tbäAA"},
      {"{{ lt 1 2 }}{{ ge 2 2 }}{{ gt \"a\" \"b\" }}{{ le 1.5 1.5 }}{{ ne 1 2 }}", "truetruefalsetruetrue"},
      {"{{ print 1 2 \"x\" 3 }}|{{ println \"a\" 1 }}", "1 2x3|a 1\n"},
      {"{{ html \"<a b='c'>\" }} {{ urlquery \"a b/ä\" }} {{ js \"it's\" }}", "&lt;a b=&#39;c&#39;&gt; a+b%2F%C3%A4 it\\'s"},
      {"{{ assetPath \"sensu/my-asset.x\" }}", "SENSU_MY_ASSET_X_PATH"},
      {"{{ shellQuote \"x; id #\" }} {{ .labels.foo | shellQuote }} {{ shellQuote \"\" }}", "'x; id #' 'bar' ''"},
      {"{{ shellQuote \"it's $(id) `id`\\n\" }}", "'it'\\''s $(id) `id`\n'"},
      {"{{ .labels.missing | default \"a b\" | shellQuote }} {{ shellQuote .last_seen }}", "'a b' '1795160925'"},
      {"{{ define \"t\" }}<{{ . }}>{{ end }}{{ template \"t\" .name }}", "<rec-agent>"},
      {"{{ block \"b\" .name }}({{ . }}){{ end }}", "(rec-agent)"},
      {"{{ printf \"%d|%5d|%-5d|%05d|%x|%X|%q|%v|%t|%.2f|%e|%%|%3s|%-3s|%c|%T\" 5 5 5 5 255 255 \"a\\\"\" "
       ".subscriptions true 1.234 1.5 \"a\" \"b\" 97 1 }}",
       "5|    5|5    |00005|ff|FF|\"a\\\"\"|[rec x]|true|1.23|1.500000e+00|%|  a|b  |a|int64"},
      {"{{ printf \"%d %s\" \"x\" }}", "%!d(string=x) %!s(MISSING)"},
      {"{{ printf \"%s\" \"a\" \"b\" }}", "a%!(EXTRA string=b)"},
      {"}} {{ \"{{\" }}", "}} {{"},
  };
  for (auto& r : kRows) {
    CAPTURE(r.text);
    CHECK(rendered(r.text) == r.expected);
  }
}

TEST_CASE("errors say what Go says") {
  static const struct { const char *text, *message; } kRows[] = {
      {"{{ .labels.missing }}", "unmatched token: template: command:1:10: executing \"command\" at <.labels.missing>: map has no entry for key \"missing\""},
      {"x\n{{ .nothing.deeper }}", "unmatched token: template: command:2:11: executing \"command\" at <.nothing.deeper>: map has no entry for key \"nothing\""},
      {"{{ .metadata.name }}", "unmatched token: template: command:1:12: executing \"command\" at <.metadata.name>: map has no entry for key \"metadata\""},
      {"<no value>", "unmatched token: found an undefined value but could not identify the token"},
      {"{{ .processes }}", "unmatched token: found an undefined value but could not identify the token"},
      {"{{ .labels.foo", "could not parse the template: template: command:1: unclosed action"},
      {"{{ .labels.foo | upper }}", "could not parse the template: template: command:1: function \"upper\" not defined"},
      {"{{ .labels.my-key }}", "could not parse the template: template: command:1: bad character U+002D '-'"},
      {"{{ end }}", "could not parse the template: template: command:1: unexpected {{end}}"},
      {"{{ if .name }}", "could not parse the template: template: command:1: unexpected EOF"},
      {"\n{{ $x }}", "could not parse the template: template: command:2: undefined variable \"$x\""},
      {"{{ \"a }}", "could not parse the template: template: command:1: unterminated quoted string"},
      {"{{/* c }}", "could not parse the template: template: command:1: unclosed comment"},
      {"{{ }}", "could not parse the template: template: command:1: missing value for command"},
      {"{{ (.name }}", "could not parse the template: template: command:1: unclosed left paren"},
      {"{{ .name ) }}", "could not parse the template: template: command:1: unexpected right paren U+0029 ')'"},
      {"{{ 12x }}", "could not parse the template: template: command:1: illegal number syntax: \"12x\""},
      {"{{ break }}", "could not parse the template: template: command:1: {{break}} outside {{range}}"},
      {"{{ .a ! }}", "could not parse the template: template: command:1: unrecognized character in action: U+0021 '!'"},
      {"echo {{ index .nolabels \"region\" }}", "could not execute the template: template: command:1:8: executing \"command\" at <index .nolabels \"region\">: error calling index: index of untyped nil"},
      {"{{ index .subscriptions 7 }}", "could not execute the template: template: command:1:3: executing \"command\" at <index .subscriptions 7>: error calling index: index out of range: 7"},
      {"{{ .name.foo }}", "could not execute the template: template: command:1:8: executing \"command\" at <.name.foo>: can't evaluate field foo in type string"},
      {"{{ eq 1 \"a\" }}", "could not execute the template: template: command:1:3: executing \"command\" at <eq 1 \"a\">: error calling eq: incompatible types for comparison"},
      {"{{ len }}", "could not execute the template: template: command:1:3: executing \"command\" at <len>: wrong number of args for len: want 1 got 0"},
      {"{{ template \"x\" }}", "could not execute the template: template: command:1:3: executing \"command\" at <{{template \"x\"}}>: template \"x\" not defined"},
  };
  for (auto& r : kRows) {
    CAPTURE(r.text);
    CHECK(template_render("command", r.text, kEntity).status.message == r.message);
  }
}

TEST_CASE("no template hangs or grows us") {
  std::string nested, deep;
  for (int i = 0; i < 12; i++) nested += "{{ range $.subscriptions }}";
  for (int i = 0; i < 12; i++) nested += "x{{ end }}";
  std::string many = "[0";
  for (int i = 1; i < 60; i++) many += "," + std::to_string(i);
  std::string list = "{\"subscriptions\":" + many + "]}";
  auto r = template_render("c", nested, list);
  CHECK(r.status.code == Err::too_large);
  std::string big = "{{ range .s }}{{ range $.s }}{{ range $.s }}{{ $.t }}{{ end }}{{ end }}{{ end }}";
  std::string data = "{\"t\":\"" + std::string(60'000, 'x') + "\",\"s\":" + many + "]}";
  CHECK(template_render("c", big, data).status.code == Err::too_large);
  for (int i = 0; i < 100'000; i++) deep += "(";
  CHECK_FALSE(template_render("c", "{{ " + deep + " }}", "{}").ok());
  deep.clear();
  for (int i = 0; i < 10'000; i++) deep += "{{ if true }}";
  CHECK_FALSE(template_render("c", deep, "{}").ok());
  CHECK_FALSE(template_render("c", "{{ define \"a\" }}{{ template \"a\" }}{{ end }}{{ template \"a\" }}", "{}").ok());
  CHECK_FALSE(template_render("c", "{{ printf \"%9999999999d\" 1 }}{{ printf \"%.999999999f\" 1.5 }}{{ .x }}", "{}").ok());
}

TEST_CASE("the strings of a document share its limits") {
  std::string list = "[0", items = "[\"x\"";
  for (int i = 1; i < 200; i++) list += "," + std::to_string(i);
  for (int i = 0; i < 200; i++) items += ",\"{{ range .s }}{{ $.t }}{{ end }}\"";
  auto many = template_render_json(items + "]", "{\"t\":\"\",\"s\":" + list + "]}");
  CHECK(many.status.code == Err::too_large);
  auto big = template_render_json(items + "]", "{\"t\":\"" + std::string(4000, 'x') + "\",\"s\":" + list + "]}");
  CHECK(big.status.code == Err::too_large);
}

TEST_CASE("a template cut short at any length is an error or a text, never a crash") {
  std::string text =
      R"(a {{- if and .x (eq "a\n" `b`) -}} {{ range $i, $e := .s }}{{ $e.name | printf "%5.2f" 1.5 'c' }}{{ else }}{{ template "t" . }}{{ end }}{{ end }}{{ define "t" }}{{/* c */}}{{ end }} :::a.b|c:::)";
  for (size_t n = 0; n <= text.size(); n++) (void)template_render("c", text.substr(0, n), kEntity);
  for (size_t n = 0; n < text.size(); n++) (void)template_render("c", text.substr(n), kEntity);
}

TEST_CASE("tokens of 1.x") {
  const char* client =
      R"({"labels":{"dotted.label":"L"},"annotations":{"team":"ops"},"disk":{"warning":75},"flag":false,"nul":null,"str":"",
    "obj":{},"url":"http://x","name":"n","address":"a","subscriptions":["a","b"]})";
  static const struct { const char *text, *expected; } kRows[] = {
      {"-w :::disk.warning|80:::", "-w 75"},
      {"-c :::disk.critical|90:::", "-c 90"},
      {":::disk:::", "Unmatched client token(s): disk"},
      {":::disk|x:::", "x"},
      {":::flag|yes:::", "false"},
      {":::nul|d:::", "d"},
      {":::str|d:::", ""},
      {":::nourl|http://h:8080/x:::", "http://h:8080/x"},
      {":::nourl|a|b:::", "a|b"},
      {":::name::::::address:::", "na"},
      {"::::name::::", ":n:"},
      {"::: name :::", "Unmatched client token(s):  name "},
      {":::subscriptions:::", "[\"a\", \"b\"]"},
      {":::x|:::", ""},
      {":::a::: :::b.c::: :::a:::", "Unmatched client token(s): a, b.c"},
      {":::a\nb:::", ":::a\nb:::"},
      {"a:::b", "a:::b"},
      {"::::::", "::::::"},
      {":::dotted.label::: :::team:::", "L ops"},
      {"{{ .name }} :::name:::", "n n"},
  };
  for (auto& r : kRows) {
    CAPTURE(r.text);
    auto got = template_render("command", r.text, client);
    CHECK((got.ok() ? got.value : got.status.message) == r.expected);
  }
  CHECK(template_render("c", ":::nope:::", client).status.code == Err::not_found);
  CHECK(template_render("c", "{{ .t }}", R"({"t":":::name:::","name":"x"})").value == ":::name:::");
}

TEST_CASE("where a token that names nothing is kept, three colons of others stay, and what is known is filled in") {
  const char* entity = R"({"labels":{"h":"web"},"name":"n","address":"a"})";
  static const struct { const char *text, *expected, *why; } kRows[] = {
      {"parallel ping -c1 ::: host1 host2 ::: 4 6", "parallel ping -c1 ::: host1 host2 ::: 4 6", "GNU parallel"},
      {"parallel ping ::: :::address::: b", "parallel ping ::: a b", "colons behind what is no name begin a token"},
      {"p ::: x :::h::: ::: 4 :::name:::", "p ::: x web ::: 4 n", "and so on"},
      {"check_multi::disk:::usage x:::y", "check_multi::disk:::usage x:::y", "a name of the program"},
      {"SEP=:::x:::", "SEP=:::x:::", "a name that nothing has"},
      {":::x:::name:::y:::", ":::x:::name:::y:::", "a token is a token, also when it stays"},
      {":::x::::::name:::", ":::x:::n", "the one stays, the other is filled in"},
      {":::x|80::: :::h|no:::", "80 web", "defaults"},
      {"p ::: a | sort ::: b", "p ::: a | sort ::: b", "a pipe is no default"},
  };
  for (auto& r : kRows) {
    CAPTURE(r.why);
    const std::string document = "{\"c\":\"" + std::string(r.text) + "\"}";
    CHECK(template_render_json(document, entity, Unmatched::kept).value == "{\"c\":\"" + std::string(r.expected) + "\"}");
  }
  CHECK_FALSE(template_render_json(R"({"c":":::x::: {{ .nope }}"})", entity, Unmatched::kept).ok());
}

TEST_CASE("in a document every string value is a template, keys and numbers are not") {
  auto r = template_render_json(
      R"({"command":"echo {{ .name }}","n":1,"labels":{"{{ .name }}":"{{ .labels.q }}"},"a":["{{ .labels.foo }}",true,[]],"e":{}})",
      kEntity);
  CHECK(r.value == R"({"command":"echo rec-agent","n":1,"labels":{"{{ .name }}":"a\"b"},"a":["bar",true,[]],"e":{}})");
  CHECK(template_render_json(R"({"a":{"command":"{{ .x }}"}})", kEntity).status.message ==
        "command: unmatched token: template: command:1:3: executing \"command\" at <.x>: map has no entry for key \"x\"");
  CHECK(template_render_json(R"({"env_vars":["A={{ .x"]})", kEntity).status.message ==
        "env_vars: could not parse the template: template: env_vars:1: unclosed action");
  CHECK(template_render_json(R"({"a":":::x:::","b":["c :::y::: :::x:::"]})", kEntity).status.message == "Unmatched client token(s): x, y");
  CHECK_FALSE(template_render_json("{", kEntity).ok());
}

TEST_CASE("processing/tokens.json") {
  std::string suite = file_text(corpus_path("processing/tokens.json"));
  int run = 0;
  for (std::string_view c : json_items(json_at(suite, {"cases"})).value) {
    std::string_view expected = json_at(c, {"expected", "6"});
    if (expected.empty()) expected = json_at(c, {"expected", "all"});
    if (expected.empty()) continue;
    std::string text = json_string(json_at(c, {"template"})).value;
    CAPTURE(text);
    auto entity = decode<Entity>(json_at(suite, {"entity"}));
    auto r = template_render_json(JsonObject().add("command", text).done(), template_entity(entity.value));
    run++;
    if (json_type(expected) == JsonType::object) {
      CHECK(r.status.message == json_string(json_at(expected, {"error"})).value);
    } else {
      CHECK(r.ok());
      CHECK(json_at(r.value, {"command"}) == expected);
    }
  }
  CHECK(run > 0);
}

// Every token the 6.9.2 agent failed on, with the entity it had (labels that are redacted in the recording left out).
TEST_CASE("the 6.9.2 agent's failures come out in its words") {
  const std::string prefix = "error while substituting check tokens: ";
  int compared = 0;
  for (auto& path : corpus_files("agent-wire", ".jsonl")) {
    if (path.find("6.9.2--") == path.npos) continue;
    for (auto& m : wire_messages(path)) {
      if (m.type != "event") continue;
      auto e = decode<Event>(m.payload);
      if (!e.ok() || !e.value.check || e.value.check->output.rfind(prefix, 0) != 0) continue;
      CAPTURE(e.value.check->output);
      auto r = template_render_json(encode<CheckConfig>(*e.value.check), template_entity(*e.value.entity));
      CHECK(prefix + r.status.message == e.value.check->output);
      compared++;
    }
  }
  CHECK(compared > 5);
  MESSAGE(compared << " failures compared");
}

TEST_CASE("a host without labels has an empty map of them, not nothing") {
  const std::string bare = template_entity(decode<Entity>(R"({"entity_class":"agent","metadata":{"name":"a","namespace":"n"}})").value);
  const std::string some = template_entity(decode<Entity>(R"({"entity_class":"agent","metadata":{"name":"a","labels":{"y":"1"}}})").value);
  static const struct { const char *text, *bare, *some; } kRows[] = {
      {"{{ index .labels \"x\" | default 80 }}", "80", "80"},
      {"{{ index .labels \"y\" | default 80 }}", "80", "1"},
      {"{{ default 80 (index .labels \"y\") }}", "80", "1"},
      {"{{ .labels.y | default \"80\" }}", "80", "1"},
      {"{{ len .labels }} {{ len .annotations }} {{ len .subscriptions }} {{ len .system.network.interfaces }}", "0 0 0 0", "1 0 0 0"},
      {"{{ index .annotations \"a\" | default \"d\" }}", "d", "d"},
      {"{{ if .labels }}yes{{ else }}no{{ end }}", "no", "yes"},
      {"{{ with index .labels \"y\" }}{{ . }}{{ else }}none{{ end }}", "none", "1"},
      {"{{ range $k, $v := .labels }}{{ $k }}={{ $v }}{{ else }}none{{ end }}", "none", "y=1"},
      {"{{ range .subscriptions }}x{{ else }}none{{ end }}", "none", "none"},
      {"{{ .labels }}", "map[]", "map[y:1]"},
      {":::y|80:::", "80", "1"},
  };
  for (auto& r : kRows) {
    CAPTURE(std::string(r.text));
    CHECK(template_render("command", r.text, bare).value == std::string(r.bare));
    CHECK(template_render("command", r.text, some).value == std::string(r.some));
  }
  CHECK(template_render("command", "{{ index .labels \"x\" }}", bare).status.message.find("unmatched token") == 0);
  CHECK(template_render("command", "{{ .labels.x }}", bare).status.message.find("no entry for key \"x\"") != std::string::npos);
  CHECK(template_render("command", "{{ index .subscriptions 0 }}", bare).status.message.find("out of range") != std::string::npos);
}

TEST_CASE("the entity of a template is flat and has no empty texts") {
  auto e =
      decode<Entity>(
          R"({"entity_class":"agent","metadata":{"name":"a","namespace":"n","labels":{"password":"p"}},"system":{"os":"linux"},"last_seen":5,"site":{"rack":7}})")
          .value;
  std::string flat = template_entity(e);
  CHECK(template_render("c", "{{ .name }} {{ .namespace }} {{ .labels.password }} {{ .system.os }} {{ .last_seen }} {{ .site.rack }}", flat)
            .value == "a n p linux 5 7");
  CHECK_FALSE(template_render("c", "{{ .annotations.x }}", flat).ok());
  CHECK(template_render("c", "{{ .system.os }}", template_entity_config(e)).status.message.find("no entry for key \"system\"") !=
        std::string::npos);
  CHECK(template_render("c", "{{ .labels.password }}{{ .entity_class }}", template_entity_config(e)).value == "pagent");
}

// What an attacker writes into a webhook's body or a check's command: each of these took all memory, or seconds.
TEST_CASE("a template that makes much of little ends in an error, soon") {
  const std::string large(700'000, 'y'), entity = R"({"name":"a","note":")" + large + R"(","list":[1,2,3,4,5,6,7,8,9,10]})";
  auto times = [](int count, const std::string& text) {
    std::string all;
    for (int i = 0; i < count; i++) all += text;
    return all;
  };
  const std::string start = "{{ $a := `xxxxxxxxxx'` }}", note = "{{ $a := .note }}";
  const std::string numbered = [] {
    std::string all;
    for (int i = 0; i < 900; i++) all += "{{ $v" + std::to_string(i) + " := .note }}";
    return all;
  }();
  const struct { const char* why; std::string text; } kRows[] = {
      {"print", start + times(60, "{{ $a = print $a $a }}")},
      {"println", start + times(60, "{{ $a = println $a $a }}")},
      {"printf", start + times(60, "{{ $a = printf `%s%s` $a $a }}")},
      {"printf, quoted", start + times(60, "{{ $a = printf `%q%q` $a $a }}")},
      {"printf, arguments too many", start + times(60, "{{ $a = printf `` $a $a }}")},
      {"printf, the value is the format", start + times(60, "{{ $a = printf (print $a $a) }}")},
      {"printf, wide fields", "{{ $a := printf `" + times(50'000, "%10000d") + "`" + times(50'000, " 1") + " }}"},
      {"shellQuote", start + times(60, "{{ $a = shellQuote $a }}")},
      {"html", start + times(60, "{{ $a = html $a $a }}")},
      {"js", start + times(60, "{{ $a = js $a $a }}")},
      {"urlquery", start + times(60, "{{ $a = urlquery $a $a }}")},
      {"assetPath", start + times(60, "{{ $a = assetPath (print $a $a) }}")},
      {"default", start + times(60, "{{ $a = default $a (print $a $a) }}")},
      {"a pipeline", start + "{{ $a = $a" + times(60, " | print $a $a $a | print $a") + "}}" + times(60, "{{ $a = $a | print $a }}")},
      {"range", start + "{{ range .list }}{{ range $.list }}{{ $a = print $a $a }}{{ end }}{{ end }}"},
      {"templates", "{{ define `b` }}{{ template `b` (print . .) }}{{ end }}{{ template `b` `xxxxxxxxxx` }}"},
      {"many variables of one value", numbered},
      {"a large value, looked at often", note + times(5000, "{{ if eq $a `x` }}{{ end }}")},
      {"a large value, cut often", note + times(900, "{{ $b := len (slice $a 1) }}")},
      {"a list, printed often", times(900, "{{ if print $ }}{{ end }}")},
      {"1.x tokens of a large value", times(50'000, ":::note:::")},
      {"unmatched 1.x tokens and no line's end", times(100'000, ":::n|" + std::string(30, 'd') + "::: ")},
  };
  for (auto& r : kRows) {
    CAPTURE(std::string(r.why));
    auto out = template_render("command", r.text, entity);
    CHECK(out.status.code == Err::too_large);
    CAPTURE(out.status.message.substr(0, 300));
    CHECK(out.value.size() < 4 * kTemplateOutputMax);
  }
  CHECK(template_render("command", start + times(60, "{{ $a = print $a $a }}"), "{}").status.message.find("bytes of values") !=
        std::string::npos);
  CHECK(template_render("command", "{{ .note | shellQuote | len }}{{ .note | html | len }}{{ .note | js | len }}", entity).ok());
  CHECK_FALSE(template_check("command", times(5000, "{{ $a := 1 }}")).ok());
}
