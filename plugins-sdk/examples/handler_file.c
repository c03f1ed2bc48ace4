/* handler_file - a handler: one line for each incident and each resolution, appended to a file. */
#include <picket/plugin.h>

static pk_option options[] = {{"file", 'f', "FILE", "where to append", NULL}};

int main(int argc, char **argv) {
  static pk_plugin p;
  char entity[256], check[256], output[512];
  pk_event event;
  const char *error;
  FILE *to;

  pk_init(&p, "handler_file", "1.0", "Appends a line about the event on its standard input to a file.");
  p.options = options;
  p.options_count = 1;
  pk_args(&p, argc, argv);

  if ((error = pk_event_read(&event, stdin)) != NULL) pk_exit(&p, PK_UNKNOWN, "%s", error);
  if (!pk_event_is_incident(&event) && !pk_event_is_resolution(&event)) return 0;
  pk_event_entity(&event, entity, sizeof entity);
  pk_event_check(&event, check, sizeof check);
  pk_event_output(&event, output, sizeof output);
  output[strcspn(output, "\n")] = 0;

  to = fopen(pk_text(&p, "file", "/dev/stderr"), "a");
  if (!to) pk_exit(&p, PK_UNKNOWN, "cannot write %s", pk_text(&p, "file", "/dev/stderr"));
  fprintf(to, "%s %s/%s: %s\n", pk_event_is_incident(&event) ? pk_state_name((pk_state)pk_event_status(&event)) : "RESOLVED", entity, check, output);
  if (fclose(to) != 0) pk_exit(&p, PK_UNKNOWN, "cannot write %s", pk_text(&p, "file", "/dev/stderr"));
  pk_event_free(&event);
  return 0;
}
