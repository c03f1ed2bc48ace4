/* check_queue - a check: how many files wait in a folder. */
#include <picket/plugin.h>

#include <dirent.h>
#include <errno.h>

static pk_option options[] = {{"path", 'p', "DIR", "the folder", NULL}, {"suffix", 's', "TEXT", "only files that end like this", NULL}};

static int ends_with(const char *text, const char *end) {
  size_t a = strlen(text), b = strlen(end);
  return a >= b && strcmp(text + a - b, end) == 0;
}

int main(int argc, char **argv) {
  static pk_plugin p;
  const char *path, *suffix;
  struct dirent *entry;
  int count = 0;
  DIR *dir;

  pk_init(&p, "QUEUE", "1.0", "Counts the files that wait in a folder.");
  p.options = options;
  p.options_count = 2;
  p.examples = "  check_queue -p /var/spool/out -s .msg -w 100 -c 500";
  pk_args(&p, argc, argv);

  path = pk_text(&p, "path", ".");
  suffix = pk_text(&p, "suffix", "");
  dir = opendir(path);
  if (!dir) pk_exit(&p, PK_UNKNOWN, "%s: %s", path, strerror(errno));
  while ((entry = readdir(dir)) != NULL) {
    if (entry->d_name[0] == '.' || !ends_with(entry->d_name, suffix)) continue;
    pk_detail(&p, "%s", entry->d_name);
    count++;
  }
  closedir(dir);
  pk_perf(&p, "files", count, "", &p.warning, &p.critical, 0, PK_NONE);
  pk_exit(&p, pk_judge(&p.warning, &p.critical, count), "%d files wait in %s", count, path);
}
