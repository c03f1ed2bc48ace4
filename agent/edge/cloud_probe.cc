// agent/edge/cloud_probe.cc - finds out the cloud at the start: the machine's own words, else three questions at once; the first hit wins.
#include "agent/agent_state.h"
#include "agent/core/cloud.h"
#include "common/text/log.h"
#include "common/os/os.h"

namespace picket {

// Freed when the last question is answered; cancelled ones are answered, too.
struct CloudProbe {
  Agent* agent = nullptr;  // null: the agent has gone, or knows enough
  HttpClientCall *ec2 = nullptr, *azure = nullptr;
  uv_getaddrinfo_t name{};
  bool resolving = false;
  int questions = 0;
};

namespace {

constexpr int64_t kCloudMs = 20'000;
constexpr const char* kMetadataUrl = "http://169.254.169.254";
constexpr const char* kGoogleName = "metadata.google.internal";

std::string file_text(const char* path) { return os_read_file(path, 4096).value; }

void probe_cancel(CloudProbe* p) {
  for (HttpClientCall** call : {&p->ec2, &p->azure})
    if (HttpClientCall* c = std::exchange(*call, nullptr)) http_call_cancel(c);
  if (p->resolving) uv_cancel(reinterpret_cast<uv_req_t*>(&p->name));
}

void found(Agent* agent, const char* provider) {
  log_info("agent", "cloud provider detected", {{"provider", provider}});
  core_cloud_found(agent->core, provider);
}

void answered(CloudProbe* p, bool hit, const char* provider) {
  p->questions--;
  Agent* agent = hit ? std::exchange(p->agent, nullptr) : nullptr;
  if (agent) {
    agent->cloud = nullptr;
    found(agent, provider);
    p->questions++;  // ours, until the others are cancelled
    probe_cancel(p);
    p->questions--;
  }
  if (p->questions > 0) return;
  if (p->agent) p->agent->cloud = nullptr;
  delete p;
}

HttpClientRequest question(const std::string& url) {
  HttpClientRequest r;
  r.url = url;
  r.timeout_ms = kCloudMs;
  r.body_max = 64 << 10;
  r.redirects_max = 0;
  r.proxy_from_environment = false;  // an address of this machine's own network
  return r;
}

void ask_servers(CloudProbe* p, const std::string& base) {
  HttpClientRequest azure = question(base + kCloudAzurePath);
  azure.headers.push_back({"Metadata", "true"});
  p->questions += 2;
  p->ec2 = http_call(p->agent->net, question(base + kCloudEc2Path), [p](HttpClientResponse r) {
    p->ec2 = nullptr;
    answered(p, r.code != 0 && cloud_is_ec2(r.code), "EC2");
  });
  p->azure = http_call(p->agent->net, azure, [p](HttpClientResponse r) {
    p->azure = nullptr;
    answered(p, r.status.ok() && cloud_is_azure(r.body), "Azure");
  });
}

void ask_name(CloudProbe* p) {
  p->name.data = p;
  auto on_name = [](uv_getaddrinfo_t* request, int status, addrinfo* list) {
    CloudProbe* probe = static_cast<CloudProbe*>(request->data);
    probe->resolving = false;
    uv_freeaddrinfo(list);
    answered(probe, status == 0, "GCP");
  };
  if (uv_getaddrinfo(p->agent->loop, &p->name, on_name, kGoogleName, nullptr, nullptr) != 0) return;
  p->resolving = true;
  p->questions++;
}

}  // namespace

// `cloud-metadata-url`, which is there for tests: only that server is asked.
void cloud_probe_start(Agent* agent) {
  const AgentConfig& c = agent->core.config;
  if (!c.detect_cloud_provider) return;
  bool is_test = !c.cloud_metadata_url.empty();
  std::string machine = is_test ? ""
                                : cloud_of_machine(file_text("/sys/class/dmi/id/bios_version"), file_text("/sys/class/dmi/id/sys_vendor"),
                                                   file_text("/sys/hypervisor/uuid"));
  if (!machine.empty()) return found(agent, machine.c_str());
  CloudProbe* p = new CloudProbe;
  p->agent = agent;
  agent->cloud = p;
  ask_servers(p, is_test ? c.cloud_metadata_url : kMetadataUrl);
  if (!is_test) ask_name(p);
}

void cloud_probe_close(CloudProbe* p) {
  p->agent = nullptr;
  p->questions++;
  probe_cancel(p);
  if (--p->questions == 0) delete p;
}

}  // namespace picket
