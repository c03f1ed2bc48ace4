/* metrics_self - metrics: lines for output_metric_format: prometheus_text. */
#include <picket/plugin.h>

int main(int argc, char **argv) {
  static pk_plugin p;
  pk_init(&p, "metrics_self", "1.0", "Prints what it costs to run a program, as metrics.");
  pk_args(&p, argc, argv);
  pk_metric(stdout, "self_cpu_seconds", (double)clock() / CLOCKS_PER_SEC, "program", "metrics_self", (char *)0);
  pk_metric(stdout, "self_started_timestamp_seconds", (double)time(NULL), (char *)0);
  return 0;
}
