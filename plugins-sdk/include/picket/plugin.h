/* picket/plugin.h - for authors of checks, handlers, mutators and metrics, in C99 or C++. One header, nothing to link.
 *
 * It speaks the conventions of the Nagios plugin guidelines and of Sensu: options (-w -c -t -v -h -V and your own), ranges, one line of
 * text, perfdata, exit statuses; and it reads the event that handlers and mutators get on their standard input. No memory is allocated but
 * that of the event; every buffer has a bound, and what does not fit is left out whole.
 *
 * All names begin with pk_ or PK_. Functions are static inline: there is no library, and so no ABI but your own program's.
 * README.md has the rules of what may change. */
#ifndef PICKET_PLUGIN_H
#define PICKET_PLUGIN_H

#include <ctype.h>
#include <float.h>
#include <limits.h>
#include <math.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#ifdef _WIN32
#ifndef WIN32_LEAN_AND_MEAN
#define WIN32_LEAN_AND_MEAN
#endif
#include <windows.h>
#else
#include <unistd.h>
#endif

#define PK_VERSION 10000 /* major * 10000 + minor * 100 + patch */

#define PK_TEXT_MAX 8192         /* of the further lines, and of the perfdata */
#define PK_EVENT_MAX (16u << 20) /* bytes of an event */
#define PK_JSON_DEPTH_MAX 64     /* objects and arrays within each other */

#if defined(__GNUC__)
#define PK_PRINTF(text_at, first_at) __attribute__((__format__(__printf__, text_at, first_at)))
#define PK_NO_RETURN __attribute__((__noreturn__))
#else
#define PK_PRINTF(text_at, first_at)
#define PK_NO_RETURN
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- states and ranges ------------------------------------------------------------------------------------------------------ */

typedef enum pk_state { PK_OK = 0, PK_WARNING = 1, PK_CRITICAL = 2, PK_UNKNOWN = 3 } pk_state;

static inline const char* pk_state_name(pk_state state) {
  static const char* const names[] = {"OK", "WARNING", "CRITICAL", "UNKNOWN"};
  return (unsigned)state < 4 ? names[state] : "UNKNOWN";
}

/* The worse of two: critical, warning, unknown, ok. */
static inline pk_state pk_worst(pk_state a, pk_state b) {
  static const int weight[] = {0, 2, 3, 1};
  return weight[(unsigned)a & 3] >= weight[(unsigned)b & 3] ? a : b;
}

/* "10" alerts outside 0 to 10, "10:" below 10, "~:10" above 10, "10:20" outside, "@10:20" inside; ends belong to the range. */
typedef struct pk_range {
  double low, high;
  int inside, set;
} pk_range;

static inline int pk_number_parse(const char* text, const char* end, double* value) {
  char copy[64], *stop;
  size_t size = (size_t)(end - text), i;
  if (size == 0 || size >= sizeof copy) return -1;
  memcpy(copy, text, size);
  copy[size] = 0;
  for (i = 0; i < size; i++) /* strtod knows nan, inf, hexadecimal and blanks as well */
    if (!strchr("0123456789+-.eE", copy[i])) return -1;
  *value = strtod(copy, &stop);
  return *stop == 0 && *value >= -DBL_MAX && *value <= DBL_MAX ? 0 : -1;
}

/* 0, or -1 when the text is no range; *range is untouched then. */
static inline int pk_range_parse(pk_range* range, const char* text) {
  pk_range r;
  const char *colon, *end;
  r.low = 0;
  r.high = HUGE_VAL;
  r.set = 1;
  r.inside = *text == '@';
  text += r.inside;
  end = text + strlen(text);
  colon = strchr(text, ':');
  if (!colon && text == end) return -1;
  if (colon && colon - text == 1 && *text == '~') r.low = -HUGE_VAL;
  else if (colon && colon > text && pk_number_parse(text, colon, &r.low) != 0) return -1;
  if (colon) text = colon + 1;
  if (text < end && pk_number_parse(text, end, &r.high) != 0) return -1;
  if (r.low > r.high) return -1;
  *range = r;
  return 0;
}

static inline int pk_range_alerts(const pk_range* range, double value) {
  int within = value >= range->low && value <= range->high;
  return range->set && range->inside == within;
}

/* NULL or one that was not given never alerts; a value that is no number is unknown. */
static inline pk_state pk_judge(const pk_range* warning, const pk_range* critical, double value) {
  if (!(value == value)) return PK_UNKNOWN;
  if (critical && pk_range_alerts(critical, value)) return PK_CRITICAL;
  return warning && pk_range_alerts(warning, value) ? PK_WARNING : PK_OK;
}

/* Never an exponent; "U" for what is no number. */
static inline void pk_number_print(char* out, size_t size, double value) {
  char text[400];
  size_t length;
  if (!(value >= -DBL_MAX && value <= DBL_MAX)) {
    snprintf(out, size, "U");
    return;
  }
  snprintf(text, sizeof text, "%.6f", value);
  length = strlen(text);
  while (length > 1 && text[length - 1] == '0') length--;
  if (text[length - 1] == '.') length--;
  text[length] = 0;
  snprintf(out, size, "%s", strcmp(text, "-0") == 0 ? "0" : text);
}

static inline void pk_range_print(const pk_range* range, char* out, size_t size) {
  char low[400] = "", high[400] = "";
  int from_zero = range->low >= 0 && range->low <= 0, no_low = range->low<-DBL_MAX, no_high = range->high> DBL_MAX;
  if (size) *out = 0;
  if (!range->set) return;
  if (!no_low) pk_number_print(low, sizeof low, range->low);
  if (!no_high) pk_number_print(high, sizeof high, range->high);
  snprintf(out, size, "%s%s%s%s", range->inside ? "@" : "",
           no_low                      ? "~"
               : from_zero && !no_high ? ""
                                       : low,
           from_zero && !no_high ? "" : ":", high);
}

/* ---- a plugin: options, result, exit ---------------------------------------------------------------------------------------- */

/* An option of your own. `arg` NULL: a switch, its value is "1" when it is given. */
typedef struct pk_option {
  const char* name;
  char letter;
  const char *arg, *help;
  const char* value;
} pk_option;

typedef struct pk_plugin {
  const char* name;     /* "QUEUE": what the line of text begins with */
  const char* version;  /* -V */
  const char* summary;  /* of the help */
  const char* examples; /* of the help, one a line; or NULL */
  pk_option* options;   /* your own */
  int options_count;
  /* What the command line said: */
  pk_range warning, critical;
  int timeout, verbose; /* seconds; the timeout has been armed */
  char** arguments;     /* what was no option */
  int arguments_count;
  /* Gathered until pk_exit: */
  char details[PK_TEXT_MAX], perf[PK_TEXT_MAX];
  size_t details_size, perf_size;
  int left_out; /* lines and figures that did not fit */
} pk_plugin;

static inline void pk_init(pk_plugin* p, const char* name, const char* version, const char* summary) {
  memset(p, 0, sizeof *p);
  p->name = name;
  p->version = version;
  p->summary = summary;
  p->timeout = 10;
}

/* One line that hurts no reader: no '|', no control characters. */
static inline void pk_clean(char* text) {
  for (; *text; text++) {
    if (*text == '|') *text = '/';
    else if ((unsigned char)*text < ' ' || *text == 127) *text = ' ';
  }
}

/* A further line of text; printed with -v. */
static inline void pk_detail(pk_plugin* p, const char* format, ...) PK_PRINTF(2, 3);
static inline void pk_detail(pk_plugin* p, const char* format, ...) {
  char line[1024];
  va_list list;
  size_t size;
  va_start(list, format);
  vsnprintf(line, sizeof line, format, list);
  va_end(list);
  pk_clean(line);
  size = strlen(line);
  if (p->details_size + size + 2 > sizeof p->details) {
    p->left_out++;
    return;
  }
  p->details[p->details_size++] = '\n';
  memcpy(p->details + p->details_size, line, size + 1);
  p->details_size += size;
}

/* After the `used` bytes of `out`; (size_t)-1, and nothing more is put there, once something did not fit. */
static inline size_t pk_append(char* out, size_t room, size_t used, const char* text) {
  size_t size = strlen(text);
  if (used >= room || size >= room - used) return (size_t)-1;
  memcpy(out + used, text, size + 1);
  return used + size;
}

/* Quoted where blanks or quotes want it; what no reader could take apart is a '_'. */
static inline void pk_label_print(const char* label, char* out, size_t room) {
  size_t i, size = 0;
  int plain = *label != 0;
  for (i = 0; label[i]; i++)
    if (label[i] == ' ' || label[i] == '\'') plain = 0;
  if (!plain) out[size++] = '\'';
  for (i = 0; label[i] && size + 4 < room; i++) {
    int bad = label[i] == '=' || label[i] == '|' || (unsigned char)label[i] < ' ';
    out[size++] = bad ? '_' : label[i];
    if (label[i] == '\'') out[size++] = '\'';
  }
  if (!plain) out[size++] = '\'';
  out[size] = 0;
}

#define PK_NONE NAN /* for pk_perf: no such bound */

/* A figure: unit "", "s", "%", "B" or "c"; ranges may be NULL; a value that is no number is printed as U. */
static inline void pk_perf(pk_plugin* p, const char* label, double value, const char* unit, const pk_range* warning,
                           const pk_range* critical, double min, double max) {
  char quoted[256], number[400], parts[4][820] = {"", "", "", ""};
  size_t used = p->perf_size;
  int i, last = 3;
  if (warning) pk_range_print(warning, parts[0], sizeof parts[0]);
  if (critical) pk_range_print(critical, parts[1], sizeof parts[1]);
  if (min >= -DBL_MAX && min <= DBL_MAX) pk_number_print(parts[2], sizeof parts[2], min);
  if (max >= -DBL_MAX && max <= DBL_MAX) pk_number_print(parts[3], sizeof parts[3], max);
  while (last >= 0 && !*parts[last]) last--;
  pk_label_print(label, quoted, sizeof quoted);
  pk_number_print(number, sizeof number, value);
  used = pk_append(p->perf, sizeof p->perf, used, used ? " " : "");
  used = pk_append(p->perf, sizeof p->perf, used, quoted);
  used = pk_append(p->perf, sizeof p->perf, used, "=");
  used = pk_append(p->perf, sizeof p->perf, used, number);
  used = pk_append(p->perf, sizeof p->perf, used, strcmp(number, "U") == 0 ? "" : unit);
  for (i = 0; i <= last; i++) {
    used = pk_append(p->perf, sizeof p->perf, used, ";");
    used = pk_append(p->perf, sizeof p->perf, used, parts[i]);
  }
  if (used < sizeof p->perf) p->perf_size = used;
  else {
    p->perf[p->perf_size] = 0; /* whole figures only */
    p->left_out++;
  }
}

/* Prints the result and ends the program with the state as its exit status. */
static inline void pk_exit(pk_plugin* p, pk_state state, const char* format, ...) PK_PRINTF(3, 4) PK_NO_RETURN;
static inline void pk_exit(pk_plugin* p, pk_state state, const char* format, ...) {
  char line[2048];
  va_list list;
  va_start(list, format);
  vsnprintf(line, sizeof line, format, list);
  va_end(list);
  pk_clean(line);
  printf("%s %s: %s", p->name, pk_state_name(state), line);
  if (p->verbose && p->details_size) printf("%s", p->details);
  if (p->verbose && p->left_out) printf("\n%d more did not fit", p->left_out);
  if (p->perf_size) printf(" | %s", p->perf); /* after all of the text: readers split at the one '|' */
  printf("\n");
  fflush(stdout);
  exit((int)state);
}

/* ---- the timeout: an answer also when something hangs ---- */

static inline char* pk_timeout_line(void) {
  static char line[300];
  return line;
}

#ifdef _WIN32
static inline DWORD WINAPI pk_on_timeout(void* milliseconds) {
  DWORD written;
  Sleep(*(DWORD*)milliseconds);
  WriteFile(GetStdHandle(STD_OUTPUT_HANDLE), pk_timeout_line(), (DWORD)strlen(pk_timeout_line()), &written, NULL);
  TerminateProcess(GetCurrentProcess(), PK_UNKNOWN);
  return 0;
}
#else
static inline void pk_on_timeout(int number) {
  const char* line = pk_timeout_line();
  (void)number;
  if (write(1, line, strlen(line)) < 0) _exit(PK_UNKNOWN);
  _exit(PK_UNKNOWN);
}
#endif

/* From now on the program ends as UNKNOWN after this number of seconds. pk_args does it with -t. 0: never. */
static inline void pk_timeout(const pk_plugin* p, int seconds) {
  snprintf(pk_timeout_line(), 300, "%s UNKNOWN: no result within %d s\n", p->name, seconds);
#ifdef _WIN32
  {
    static DWORD milliseconds;
    milliseconds = (DWORD)seconds * 1000;
    if (seconds > 0) CloseHandle(CreateThread(NULL, 0, pk_on_timeout, &milliseconds, 0, NULL));
  }
#else
  signal(SIGALRM, pk_on_timeout);
  alarm((unsigned)(seconds > 0 ? seconds : 0));
#endif
}

/* ---- the command line ---- */

static inline void pk_help_row(char letter, const char* name, const char* arg, const char* help) {
  char left[80];
  snprintf(left, sizeof left, "%c%c%s --%s%s%s", letter ? '-' : ' ', letter ? letter : ' ', letter ? "," : " ", name, arg ? " " : "",
           arg ? arg : "");
  printf("  %-28s %s\n", left, help);
}

static inline void pk_help(const pk_plugin* p) {
  int i;
  printf("%s\n\nOptions:\n", p->summary);
  for (i = 0; i < p->options_count; i++) pk_help_row(p->options[i].letter, p->options[i].name, p->options[i].arg, p->options[i].help);
  pk_help_row('w', "warning", "RANGE", "10, 10:, ~:10, 10:20 or @10:20");
  pk_help_row('c', "critical", "RANGE", "likewise");
  pk_help_row('t', "timeout", "SECONDS", "when to give up (10)");
  pk_help_row('v', "verbose", NULL, "more lines of text");
  pk_help_row('V', "version", NULL, "print the version");
  pk_help_row('h', "help", NULL, "print this");
  if (p->examples) printf("\nExamples:\n%s\n", p->examples);
}

/* The value of an option of your own, or the fallback when it was not given. */
static inline const char* pk_text(const pk_plugin* p, const char* name, const char* fallback) {
  int i;
  for (i = 0; i < p->options_count; i++)
    if (strcmp(p->options[i].name, name) == 0 && p->options[i].value) return p->options[i].value;
  return fallback;
}

/* The same as a number; one that is none ends the program as UNKNOWN. */
static inline double pk_number(pk_plugin* p, const char* name, double fallback) {
  const char* text = pk_text(p, name, NULL);
  double value = fallback;
  if (text && pk_number_parse(text, text + strlen(text), &value) != 0) pk_exit(p, PK_UNKNOWN, "--%s \"%s\" is no number", name, text);
  return value;
}

static inline void pk_set(pk_plugin* p, const char* name, const char* value, pk_option* own) {
  double seconds = 0;
  if (own) own->value = value;
  else if (strcmp(name, "warning") == 0 || strcmp(name, "critical") == 0) {
    if (pk_range_parse(*name == 'w' ? &p->warning : &p->critical, value) != 0)
      pk_exit(p, PK_UNKNOWN, "--%s \"%s\" is no range; write 10, 10:, ~:10, 10:20 or @10:20", name, value);
  } else if (strcmp(name, "timeout") == 0) {
    if (pk_number_parse(value, value + strlen(value), &seconds) != 0 || seconds < 1 || seconds > 86400)
      pk_exit(p, PK_UNKNOWN, "--timeout \"%s\": write seconds, 1 to 86400", value);
    p->timeout = (int)seconds;
  } else if (strcmp(name, "verbose") == 0) p->verbose++;
  else if (strcmp(name, "version") == 0) {
    printf("%s %s\n", p->name, p->version);
    exit(PK_UNKNOWN); /* as the guidelines want it */
  } else {
    pk_help(p);
    exit(PK_UNKNOWN);
  }
}

/* Finds an option by letter or by name; its name, whether it takes a value, and the row when it is your own. NULL: there is none. */
static inline const char* pk_find(pk_plugin* p, char letter, const char* name, size_t size, int* takes, pk_option** own) {
  static const struct { const char *name; char letter; int takes; } common[] = {{"warning", 'w', 1}, {"critical", 'c', 1}, {"timeout", 't', 1},
                                                                               {"verbose", 'v', 0},  {"version", 'V', 0},  {"help", 'h', 0}};
  size_t i;
  *own = NULL;
  for (i = 0; i < (size_t)p->options_count; i++) {
    pk_option* o = &p->options[i];
    if (name ? strlen(o->name) == size && strncmp(o->name, name, size) == 0 : o->letter == letter && letter) {
      *takes = o->arg != NULL;
      *own = o;
      return o->name;
    }
  }
  for (i = 0; i < sizeof common / sizeof *common; i++)
    if (name ? strlen(common[i].name) == size && strncmp(common[i].name, name, size) == 0 : common[i].letter == letter) {
      *takes = common[i].takes;
      return common[i].name;
    }
  return NULL;
}

static inline void pk_args_one(pk_plugin* p, int argc, char** argv, int* at) {
  char* word = argv[*at];
  int is_long = word[1] == '-', takes = 0;
  char* letters = word + 1;
  do {
    pk_option* own = NULL;
    const char *long_name = is_long ? word + 2 : NULL, *value = is_long ? strchr(word, '=') : NULL;
    size_t size = is_long ? (value ? (size_t)(value - long_name) : strlen(long_name)) : 0;
    const char* name = pk_find(p, is_long ? 0 : *letters, long_name, size, &takes, &own);
    if (!name) pk_exit(p, PK_UNKNOWN, "there is no option %s; see --help", word);
    if (value) value++;
    else if (!is_long && takes && letters[1]) value = letters + 1;
    else if (takes && *at + 1 < argc) value = argv[++*at];
    else if (takes) pk_exit(p, PK_UNKNOWN, "%s: a value is missing", word);
    pk_set(p, name, value ? value : "1", own);
    letters++;
  } while (!is_long && !takes && *letters);
}

/* Reads the command line: options anywhere, "--" ends them. Errors, -h and -V end the program as UNKNOWN. Arms the timeout. */
static inline void pk_args(pk_plugin* p, int argc, char** argv) {
  int i, kept = 0, only_arguments = 0;
  p->arguments = argv; /* they move to the front */
  for (i = 1; i < argc; i++) {
    if (!only_arguments && strcmp(argv[i], "--") == 0) only_arguments = 1;
    else if (!only_arguments && argv[i][0] == '-' && argv[i][1]) pk_args_one(p, argc, argv, &i);
    else argv[kept++] = argv[i];
  }
  p->arguments_count = kept;
  pk_timeout(p, p->timeout);
}

/* ---- JSON: views on a text that was checked once ---------------------------------------------------------------------------- */

typedef struct pk_json {
  const char* text;
  size_t size;
} pk_json; /* one value; size 0: there is none */
typedef enum pk_kind { PK_NOTHING, PK_NULL, PK_BOOL, PK_NUMBER, PK_STRING, PK_ARRAY, PK_OBJECT } pk_kind;

static inline const char* pk_json_blank(const char* at, const char* end) {
  while (at < end && (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r')) at++;
  return at;
}

static inline const char* pk_json_skip_string(const char* at, const char* end) { /* from the first quote; NULL: broken */
  int i;
  for (at++; at < end; at++) {
    if (*at == '"') return at + 1;
    if ((unsigned char)*at < ' ') return NULL;
    if (*at != '\\') continue;
    if (++at == end || !*at || !strchr("\"\\/bfnrtu", *at)) return NULL;
    for (i = 0; *at == 'u' && i < 4; i++)
      if (at + 1 + i >= end || !isxdigit((unsigned char)at[1 + i])) return NULL;
  }
  return NULL;
}

static inline const char* pk_json_skip_digits(const char* at, const char* end) {
  const char* from = at;
  while (at < end && *at >= '0' && *at <= '9') at++;
  return at > from ? at : NULL;
}

static inline const char* pk_json_skip_number(const char* at, const char* end) {
  if (*at == '-') at++;
  if (at < end && *at == '0') at++;
  else if (!(at = pk_json_skip_digits(at, end))) return NULL;
  if (at < end && *at == '.' && !(at = pk_json_skip_digits(at + 1, end))) return NULL;
  if (at < end && (*at == 'e' || *at == 'E')) {
    at++;
    if (at < end && (*at == '+' || *at == '-')) at++;
    at = pk_json_skip_digits(at, end);
  }
  return at;
}

/* After one value; NULL: broken, or nested too deep. */
static inline const char* pk_json_skip(const char* at, const char* end, int depth) {
  static const char* const words[] = {"true", "false", "null"};
  int i, is_object;
  at = pk_json_blank(at, end);
  if (at >= end || depth > PK_JSON_DEPTH_MAX) return NULL;
  if (*at == '"') return pk_json_skip_string(at, end);
  for (i = 0; i < 3; i++)
    if ((size_t)(end - at) >= strlen(words[i]) && strncmp(at, words[i], strlen(words[i])) == 0) return at + strlen(words[i]);
  if (*at != '{' && *at != '[') return pk_json_skip_number(at, end);
  is_object = *at == '{';
  at = pk_json_blank(at + 1, end);
  if (at < end && *at == (is_object ? '}' : ']')) return at + 1;
  for (;;) {
    if (is_object) {
      if (at >= end || *at != '"' || !(at = pk_json_skip_string(at, end))) return NULL;
      at = pk_json_blank(at, end);
      if (at >= end || *at++ != ':') return NULL;
    }
    if (!(at = pk_json_skip(at, end, depth + 1))) return NULL;
    at = pk_json_blank(at, end);
    if (at < end && *at == (is_object ? '}' : ']')) return at + 1;
    if (at >= end || *at++ != ',') return NULL;
    at = pk_json_blank(at, end);
  }
}

/* One whole value and nothing after it; size 0 when it is not. All other functions want what this has let through. */
static inline pk_json pk_json_check(const char* text, size_t size) {
  pk_json j = {NULL, 0};
  const char *end = text + size, *from = pk_json_blank(text, end), *behind = pk_json_skip(text, end, 0);
  if (!behind || pk_json_blank(behind, end) != end) return j;
  j.text = from;
  j.size = (size_t)(behind - from);
  return j;
}

static inline pk_kind pk_json_kind(pk_json j) {
  if (j.size == 0) return PK_NOTHING;
  switch (*j.text) {
    case '{': return PK_OBJECT;
    case '[': return PK_ARRAY;
    case '"': return PK_STRING;
    case 't':
    case 'f': return PK_BOOL;
    case 'n': return PK_NULL;
    default: return PK_NUMBER;
  }
}

/* Walks an object or array: *at is where it goes on, NULL at first. Returns 0 at the end. `key` is the raw one, quotes included. */
static inline int pk_json_next(pk_json whole, const char** at, pk_json* key, pk_json* value) {
  const char *end = whole.text + whole.size, *from;
  pk_kind kind = pk_json_kind(whole);
  if (kind != PK_OBJECT && kind != PK_ARRAY) return 0;
  from = pk_json_blank(*at ? *at : whole.text + 1, end);
  if (from < end && *from == ',') from = pk_json_blank(from + 1, end);
  if (from >= end || *from == '}' || *from == ']') return 0;
  key->text = from;
  key->size = 0;
  if (kind == PK_OBJECT) {
    const char* behind = pk_json_skip_string(from, end);
    key->size = (size_t)(behind - from);
    from = pk_json_blank(pk_json_blank(behind, end) + 1, end);
  }
  *at = pk_json_skip(from, end, 0);
  value->text = from;
  value->size = (size_t)(*at - from);
  return 1;
}

static inline unsigned pk_json_hex(const char* at) {
  unsigned value = 0;
  int i;
  for (i = 0; i < 4; i++) {
    int c = tolower((unsigned char)at[i]);
    value = value * 16 + (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
  }
  return value;
}

static inline size_t pk_utf8(unsigned code, char* out) {
  if (code < 0x80) return out[0] = (char)code, (size_t)1;
  if (code < 0x800) return out[0] = (char)(0xC0 | code >> 6), out[1] = (char)(0x80 | (code & 63)), (size_t)2;
  if (code < 0x10000)
    return out[0] = (char)(0xE0 | code >> 12), out[1] = (char)(0x80 | (code >> 6 & 63)), out[2] = (char)(0x80 | (code & 63)), (size_t)3;
  out[0] = (char)(0xF0 | code >> 18), out[1] = (char)(0x80 | (code >> 12 & 63)), out[2] = (char)(0x80 | (code >> 6 & 63)),
  out[3] = (char)(0x80 | (code & 63));
  return 4;
}

/* The next character of a string, decoded into `out`; *at moves on. */
static inline size_t pk_json_char(const char** at, char* out) {
  static const char names[] = "\"\\/bfnrt", bytes[] = "\"\\/\b\f\n\r\t";
  unsigned code;
  if (**at != '\\') return *out = *(*at)++, (size_t)1;
  if ((*at)[1] != 'u') {
    *out = bytes[strchr(names, (*at)[1]) - names];
    *at += 2;
    return 1;
  }
  code = pk_json_hex(*at + 2);
  *at += 6;
  if (code >= 0xD800 && code < 0xDC00 && (*at)[0] == '\\' && (*at)[1] == 'u') {
    unsigned low = pk_json_hex(*at + 2);
    if (low >= 0xDC00 && low < 0xE000) {
      *at += 6;
      return pk_utf8(0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00), out);
    }
  }
  return pk_utf8(code == 0 || (code >= 0xD800 && code < 0xE000) ? 0xFFFD : code, out); /* half a pair, or a zero no C string can hold */
}

/* A string decoded into out, cut at its size (never within a character); "" when it is none. Returns the bytes the whole one has. */
static inline size_t pk_json_string(pk_json j, char* out, size_t size) {
  size_t whole = 0, have = 0;
  const char *at, *end;
  char bytes[4];
  if (size) *out = 0;
  if (pk_json_kind(j) != PK_STRING) return 0;
  end = j.text + j.size - 1;
  for (at = j.text + 1; at < end;) {
    size_t i, n = pk_json_char(&at, bytes);
    int fits = whole == have && have + n < size;
    whole += n;
    for (i = 0; fits && i < n; i++) out[have++] = bytes[i];
  }
  while (size && have < whole && have > 0 && ((unsigned char)out[have - 1] & 0xC0) == 0x80) { /* raw UTF-8 goes byte by byte */
    size_t lead = have - 1, length;
    while (lead > 0 && ((unsigned char)out[lead] & 0xC0) == 0x80) lead--;
    length = (unsigned char)out[lead] >= 0xF0 ? 4 : (unsigned char)out[lead] >= 0xE0 ? 3 : 2;
    if (have - lead >= length) break;
    have = lead;
  }
  if (size && have < whole && have > 0 && (unsigned char)out[have - 1] >= 0xC0) have--;
  if (size) out[have] = 0;
  return whole;
}

static inline int pk_json_key_is(pk_json key, const char* name) {
  const char *at = key.text + 1, *end = key.text + key.size - 1;
  char bytes[4];
  while (at < end) {
    size_t n = pk_json_char(&at, bytes);
    if (strncmp(name, bytes, n) != 0) return 0;
    name += n;
  }
  return *name == 0;
}

/* A member of an object; the last one when the key comes twice. Nothing when there is none. */
static inline pk_json pk_json_member(pk_json object, const char* name) {
  pk_json found = {NULL, 0}, key, value;
  const char* at = NULL;
  if (pk_json_kind(object) != PK_OBJECT) return found;
  while (pk_json_next(object, &at, &key, &value))
    if (pk_json_key_is(key, name)) found = value;
  return found;
}

/* Members within members: pk_json_path(event, "check", "metadata", "name", (char *)0). */
static inline pk_json pk_json_path(pk_json j, ...) {
  va_list list;
  const char* name;
  va_start(list, j);
  while ((name = va_arg(list, const char*)) != NULL) j = pk_json_member(j, name);
  va_end(list);
  return j;
}

static inline size_t pk_json_count(pk_json j) {
  pk_json key, value;
  const char* at = NULL;
  size_t count = 0;
  while (pk_json_next(j, &at, &key, &value)) count++;
  return count;
}

static inline pk_json pk_json_item(pk_json array, size_t index) {
  pk_json key, value = {NULL, 0}, none = {NULL, 0};
  const char* at = NULL;
  size_t i;
  for (i = 0; pk_json_next(array, &at, &key, &value); i++)
    if (i == index) return value;
  return none;
}

static inline double pk_json_number(pk_json j, double fallback) {
  double value = 0;
  return pk_json_kind(j) == PK_NUMBER && pk_number_parse(j.text, j.text + j.size, &value) == 0 ? value : fallback;
}

/* Whole numbers are exact up to 64 bits. */
static inline long long pk_json_integer(pk_json j, long long fallback) {
  char copy[32], *stop;
  long long value;
  if (pk_json_kind(j) != PK_NUMBER || j.size >= sizeof copy) return fallback;
  memcpy(copy, j.text, j.size);
  copy[j.size] = 0;
  value = strtoll(copy, &stop, 10);
  return *stop == 0 ? value : fallback;
}

static inline int pk_json_bool(pk_json j, int fallback) { return pk_json_kind(j) == PK_BOOL ? *j.text == 't' : fallback; }

/* ---- writing JSON: for mutators ---- */

static inline void pk_json_put_string(FILE* to, const char* text) {
  putc('"', to);
  for (; *text; text++) {
    if (*text == '"' || *text == '\\') putc('\\', to);
    if ((unsigned char)*text < ' ') fprintf(to, "\\u%04x", (unsigned char)*text);
    else putc(*text, to);
  }
  putc('"', to);
}

static inline void pk_json_put(FILE* to, pk_json j) { fwrite(j.text, 1, j.size, to); }

/* The object with one member set, deep below: `path` are its keys (`depth` of them), `raw` is JSON. What is not there is made, and all
 * else is printed as it came. */
static inline void pk_json_put_with(FILE* to, pk_json object, const char* const* path, int depth, const char* raw) {
  pk_json key, value, none = {NULL, 0};
  const char* at = NULL;
  int first = 1, done = 0;
  if (depth == 0) {
    fputs(raw, to);
    return;
  }
  putc('{', to);
  while (pk_json_kind(object) == PK_OBJECT && pk_json_next(object, &at, &key, &value)) {
    int here = pk_json_key_is(key, *path);
    if (here && done) continue; /* a key that came twice */
    if (!first) putc(',', to);
    first = 0;
    pk_json_put(to, key);
    putc(':', to);
    if (here) pk_json_put_with(to, value, path + 1, depth - 1, raw);
    else pk_json_put(to, value);
    done |= here;
  }
  if (!done) {
    if (!first) putc(',', to);
    pk_json_put_string(to, *path);
    putc(':', to);
    pk_json_put_with(to, none, path + 1, depth - 1, raw);
  }
  putc('}', to);
}

/* ---- events: what handlers and mutators get on their standard input --------------------------------------------------------- */

typedef struct pk_event {
  char* text;
  pk_json json;
} pk_event;

/* NULL, or what is wrong. The event's memory is the program's until it ends, or until pk_event_free. */
static inline const char* pk_event_read(pk_event* e, FILE* from) {
  size_t size = 0, room = 0, n;
  e->text = NULL;
  e->json.text = NULL;
  e->json.size = 0;
  do {
    if (room - size < 4096) {
      char* more;
      room = room ? room * 2 : 65536;
      more = room <= 2 * (size_t)PK_EVENT_MAX ? (char*)realloc(e->text, room) : NULL;
      if (!more) return free(e->text), e->text = NULL, "the event is too large";
      e->text = more;
    }
    n = fread(e->text + size, 1, room - size - 1, from);
    size += n;
  } while (n > 0);
  if (size > PK_EVENT_MAX) return "the event is too large";
  e->text[size] = 0;
  e->json = pk_json_check(e->text, size);
  if (pk_json_kind(e->json) != PK_OBJECT) return size == 0 ? "there is no event on the standard input" : "the event is no JSON object";
  return NULL;
}

static inline void pk_event_free(pk_event* e) {
  free(e->text);
  e->text = NULL;
  e->json.size = 0;
}

static inline size_t pk_event_entity(const pk_event* e, char* out, size_t size) {
  return pk_json_string(pk_json_path(e->json, "entity", "metadata", "name", (char*)0), out, size);
}
static inline size_t pk_event_check(const pk_event* e, char* out, size_t size) {
  return pk_json_string(pk_json_path(e->json, "check", "metadata", "name", (char*)0), out, size);
}
static inline size_t pk_event_namespace(const pk_event* e, char* out, size_t size) {
  return pk_json_string(pk_json_path(e->json, "metadata", "namespace", (char*)0), out, size);
}
static inline size_t pk_event_output(const pk_event* e, char* out, size_t size) {
  return pk_json_string(pk_json_path(e->json, "check", "output", (char*)0), out, size);
}
static inline size_t pk_event_state(const pk_event* e, char* out, size_t size) {
  return pk_json_string(pk_json_path(e->json, "check", "state", (char*)0), out, size);
}
static inline long long pk_event_status(const pk_event* e) {
  return pk_json_integer(pk_json_path(e->json, "check", "status", (char*)0), 0);
}
static inline long long pk_event_timestamp(const pk_event* e) { return pk_json_integer(pk_json_member(e->json, "timestamp"), 0); }
static inline long long pk_event_occurrences(const pk_event* e) {
  return pk_json_integer(pk_json_path(e->json, "check", "occurrences", (char*)0), 1);
}
static inline int pk_event_has_metrics(const pk_event* e) { return pk_json_kind(pk_json_member(e->json, "metrics")) == PK_OBJECT; }
static inline int pk_event_is_incident(const pk_event* e) { return pk_event_status(e) != 0; }

/* It is well now and was not before. */
static inline int pk_event_is_resolution(const pk_event* e) {
  pk_json history = pk_json_path(e->json, "check", "history", (char*)0);
  size_t count = pk_json_count(history);
  if (pk_event_status(e) != 0 || count < 2) return 0;
  return pk_json_integer(pk_json_member(pk_json_item(history, count - 2), "status"), 0) != 0;
}

/* An annotation of the check, else of the entity. */
static inline size_t pk_event_annotation(const pk_event* e, const char* key, char* out, size_t size) {
  pk_json j = pk_json_path(e->json, "check", "metadata", "annotations", key, (char*)0);
  if (pk_json_kind(j) != PK_STRING) j = pk_json_path(e->json, "entity", "metadata", "annotations", key, (char*)0);
  return pk_json_string(j, out, size);
}

static inline size_t pk_event_label(const pk_event* e, const char* key, char* out, size_t size) {
  pk_json j = pk_json_path(e->json, "check", "metadata", "labels", key, (char*)0);
  if (pk_json_kind(j) != PK_STRING) j = pk_json_path(e->json, "entity", "metadata", "labels", key, (char*)0);
  return pk_json_string(j, out, size);
}

/* ---- metrics: lines for output_metric_format -------------------------------------------------------------------------------- */

/* prometheus_text: pk_metric(stdout, "queue_length", 5, "queue", "mail", (char *)0): labels in pairs. */
static inline void pk_metric(FILE* to, const char* name, double value, ...) {
  char number[400];
  const char* key;
  va_list list;
  int first = 1;
  va_start(list, value);
  fputs(name, to);
  while ((key = va_arg(list, const char*)) != NULL) {
    const char* text = va_arg(list, const char*);
    fprintf(to, "%s%s=\"", first ? "{" : ",", key);
    first = 0;
    for (; text && *text; text++) {
      if (*text == '"' || *text == '\\') putc('\\', to);
      if (*text == '\n') fputs("\\n", to);
      else putc(*text, to);
    }
    putc('"', to);
  }
  va_end(list);
  pk_number_print(number, sizeof number, value);
  fprintf(to, "%s %s\n", first ? "" : "}", strcmp(number, "U") == 0 ? "NaN" : number);
}

/* graphite_plaintext: path, value, time. */
static inline void pk_metric_graphite(FILE* to, const char* path, double value, time_t at) {
  char number[400];
  pk_number_print(number, sizeof number, value);
  if (strcmp(number, "U") != 0) fprintf(to, "%s %s %lld\n", path, number, (long long)at);
}

#ifdef __cplusplus
}
#endif
#endif
