/* mutator_annotate - a mutator: the event with an annotation more; all else goes through byte for byte. */
#include <picket/plugin.h>

static pk_option options[] = {{"key", 'k', "KEY", "the annotation", NULL}, {"value", 'x', "TEXT", "its text", NULL}};

int main(int argc, char **argv) {
  static pk_plugin p;
  const char *path[] = {"check", "metadata", "annotations", NULL};
  pk_event event;
  const char *error;
  char raw[1024];
  size_t size = 0;
  const char *text;

  pk_init(&p, "mutator_annotate", "1.0", "Adds an annotation to the event.");
  p.options = options;
  p.options_count = 2;
  pk_args(&p, argc, argv);
  if ((error = pk_event_read(&event, stdin)) != NULL) pk_exit(&p, PK_UNKNOWN, "%s", error);

  path[3] = pk_text(&p, "key", "seen-by");
  raw[size++] = '"';
  for (text = pk_text(&p, "value", "mutator_annotate"); *text && size + 4 < sizeof raw; text++) {
    if (*text == '"' || *text == '\\') raw[size++] = '\\';
    raw[size++] = (unsigned char)*text < ' ' ? ' ' : *text;
  }
  raw[size++] = '"';
  raw[size] = 0;
  pk_json_put_with(stdout, event.json, path, 4, raw);
  putchar('\n');
  pk_event_free(&event);
  return 0;
}
