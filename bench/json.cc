// bench/json.cc - reading and writing one event of 3 KB, against cJSON's parse and print of the same text in one run.
//
// usage: bench_json [SECONDS per row]     default: 1
#include <cjson/cJSON.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>

#include "common/json/json.h"
#include "common/types/types.h"

using namespace picket;

// What a 6.9 agent sends: entity with facts and labels, check with hooks and two kilobytes of output.
static std::string event_text() {
  std::string output;
  while (output.size() < 1000) output += "CheckDisk OK: /dev/sda1 is 42% full\\n";
  return R"({"check":{"command":"/usr/lib/nagios/plugins/check_disk -w 80 -c 90 -p /","handlers":["slack","pagerduty"],"high_flap_threshold":0,"interval":60,"low_flap_threshold":0,"publish":false,"runtime_assets":["sensu/check-disk"],"subscriptions":["linux","web"],"proxy_entity_name":"","check_hooks":[{"non-zero":["processes"]}],"stdin":false,"subdue":null,"ttl":0,"timeout":30,"round_robin":false,"duration":0.014285178,"executed":1795163789,"history":null,"issued":1795163789,"output":")" + output + R"(","status":0,"total_state_change":0,"last_ok":0,"occurrences":0,"occurrences_watermark":0,"output_metric_format":"nagios_perfdata","output_metric_handlers":["influxdb"],"env_vars":["PATH=/usr/bin"],"metadata":{"name":"check-disk","namespace":"default","labels":{"team":"ops"},"annotations":{"runbook":"https://wiki.example/disk"}},"secrets":null,"is_silenced":false,"scheduler":"","processed_by":"web-17","pipelines":[]},"entity":{"entity_class":"agent","system":{"hostname":"web-17","os":"linux","platform":"debian","platform_family":"debian","platform_version":"12.11","network":{"interfaces":[{"name":"lo","addresses":["127.0.0.1/8","::1/128"]},{"name":"eth0","mac":"02:fc:00:00:00:01","addresses":["192.0.2.2/24","fd00::2/64","fe80::fc:ff:fe00:1/64"]}]},"arch":"amd64","libc_type":"glibc","vm_system":"","vm_role":"guest","cloud_provider":"","processes":null},"subscriptions":["linux","web","entity:web-17"],"last_seen":1795163786,"deregister":false,"deregistration":{},"user":"agent","redact":["password","passwd","pass","api_key","api_token","access_key","secret_key","private_key","secret"],"metadata":{"name":"web-17","namespace":"default","labels":{"region":"eu-central","rack":"a17"},"annotations":{"contact":"ops@example.org"}},"sensu_agent_version":"6.9.2"},"id":"a87d563f-5681-4c57-b8e5-42f191630487","metadata":{"namespace":"default"},"pipelines":[],"sequence":1,"timestamp":1795163789})";
}

template <class Work>
static void row(const char* name, double seconds, Work work) {
  size_t sum = 0;
  long count = 0;
  clock_t begin = clock();  // time on the CPU: what else runs on the machine does not count
  double took = 0;
  for (; took < seconds; took = static_cast<double>(clock() - begin) / CLOCKS_PER_SEC)
    for (int i = 0; i < 200; i++, count++) sum += work();
  printf("%-44s %7.2f us  (%zu)\n", name, took / static_cast<double>(count) * 1e6, sum % 10);
}

static void or_exit(const Status& s) {
  if (!s.ok()) fprintf(stderr, "%s\n", s.message.c_str()), exit(1);
}

static size_t cjson_round(const std::string& text) {
  cJSON* tree = cJSON_ParseWithLength(text.data(), text.size());
  char* printed = cJSON_PrintUnformatted(tree);
  size_t size = printed ? 1 : 0;
  cJSON_free(printed);
  cJSON_Delete(tree);
  return size;
}

int main(int argc, char** argv) {
  double seconds = argc > 1 ? atof(argv[1]) : 1;
  std::string text = event_text();
  auto event = decode<Event>(text);
  or_exit(event.status);
  std::string entity = encode(*event.value.entity);
  EntityCache cache;
  printf("one event of %zu bytes\n", text.size());
  row("check the grammar", seconds, [&] { return json_check(text).ok() ? 1 : 0; });
  row("decode", seconds, [&] { return decode<Event>(text).value.check->output.size(); });
  row("decode, entity seen before", seconds, [&] { return event_decode(text, &cache).value.check->output.size(); });
  row("encode", seconds, [&] { return encode(event.value).size(); });
  row("encode, entity text at hand", seconds, [&] { return event_encode_with(event.value, entity).size(); });
  row("decode + encode", seconds, [&] { return encode(decode<Event>(text).value).size(); });
  row("decode + encode, entity seen before", seconds, [&] { return event_encode_with(event_decode(text, &cache).value, entity).size(); });
  row("cJSON parse + print", seconds, [&] { return cjson_round(text); });
}
