// tests/agent/metrics/metrics_test.cc - output of checks to points, format by format, and thresholds over points.
#include "agent/metrics/metrics.h"

#include <doctest/doctest.h>

#include <set>

#include "common/template/go_number.h"
#include "tests/support/corpus.h"

using namespace picket;

// Points as text, one per line; the order of a point's tags is kept.
static std::string points_of(const char* format, const std::string& output, std::vector<MetricTag> tags = {}) {
  Check check;
  check.output_metric_format = format;
  check.output = output;
  check.executed = 77;
  check.output_metric_tags = std::move(tags);
  auto got = metrics_extract(check, 99);
  std::string text;
  for (auto& p : got.metrics.points) {
    text += p.name + "=" + go_float_f(p.value) + "@" + std::to_string(p.timestamp);
    for (auto& t : p.tags) text += " " + t.name + ":" + t.value;
    text += "\n";
  }
  return text + (got.skipped ? "skipped " + std::to_string(got.skipped) : "");
}

struct Row {
  const char *output, *expected, *why;
};

static void compare(const char* format, std::initializer_list<Row> rows) {
  for (const Row& r : rows) {
    CAPTURE(std::string(r.why));
    CAPTURE(std::string(r.output));
    CHECK(points_of(format, r.output) == std::string(r.expected));
  }
}

TEST_CASE("graphite as carbon reads it") {
  compare("graphite_plaintext",
          {{"a 1 2\n", "a=1@2\n", "plain"},
           {" \n a 1 2 \n\n", "a=1@2\n", "white space around the output"},
           {"a 1 2\n\nb 3 4", "a=1@2\nb=3@4\n", "an empty line is nothing"},
           {"a\t1\t2\nb  3   4\nc \t 5\t 6 \n", "a=1@2\nb=3@4\nc=5@6\n", "tabs, several blanks"},
           {"a 1 2\r\n\tb 3 4\r\n", "a=1@2\nb=3@4\n", "line ends of Windows, an indented line"},
           {"a 1e3 -5\nb 0x1p4 6\nc .5 +7\nd -0.25 0", "a=1000@-5\nb=16@6\nc=0.5@7\nd=-0.25@0\n", "numbers"},
           {"a 1 -1", "a=1@99\n", "-1 is now"},
           {"a 1 1395066363.75\nb 1 -2.5", "a=1@1395066363\nb=1@-3\n", "times with a fraction"},
           {"a 1 1395066363123\nb 1 1395066363123456789", "a=1@1395066363\nb=1@1395066363\n", "times in other units"},
           {"a 1,5 2\nb 2 3", "b=2@3\nskipped 1", "a comma is no point in a format for machines"},
           {"a inf 1\nb nan 1\nc 1e999 1\nd 1 x\ne 1 99999999999999999999\nf 1 2", "f=1@2\nskipped 5", "not finite, out of range"},
           {"a 1\na 1 2 3\nb 1 2", "b=1@2\nskipped 2", "too few words, too many"},
           {"a;k=v;l=w 1 2", "a=1@2 k:v l:w\n", "tags in the path"},
           {"a;k=v=w 1 2\nb;k= 1 2", "a=1@2 k:v=w\nb=1@2 k:\n", "a value with '=', an empty one"},
           {"a;k 1 2\na;=v 1 2\n;k=v 1 2\nb 1 2", "b=1@2\nskipped 3", "a tag without value, without name, a path without name"}});
}

TEST_CASE("influx line protocol with all its types") {
  compare("influxdb_line",
          {{"m,t=a f=1,g=2.5 1465839830100400200", "m.f=1@1465839830 t:a\nm.g=2.5@1465839830 t:a\n", "two fields, nanoseconds"},
           {"m f=1", "m.f=1@99\n", "no time: now"},
           {"m f=1i,g=-7i,h=18446744073709551615u,i=0u", "m.f=1@99\nm.g=-7@99\nm.h=18446744073709552000@99\nm.i=0@99\n", "integers"},
           {"m f=1.5i\nm f=i\nm f=1ii\nm f=-1u\nm f=99999999999999999999i", "skipped 5", "what is no integer"},
           {"m a=t,b=T,c=true,d=True,e=TRUE,f=f,g=F,h=false,i=False,j=FALSE",
            "m.a=1@99\nm.b=1@99\nm.c=1@99\nm.d=1@99\nm.e=1@99\nm.f=0@99\nm.g=0@99\nm.h=0@99\nm.i=0@99\nm.j=0@99\n", "truths"},
           {"m f=tRUE,g=yes,h=1", "m.h=1@99\nskipped 2", "no truths"},
           {"m s=\"text\",f=1 5", "m.f=1@5\nskipped 1", "a text has no number, the other field has"},
           {"m s=\"a, b=2 c\",f=1 5", "m.f=1@5\nskipped 1", "blanks, commas and '=' in a text"},
           {"m s=\"say \\\"hi\\\" \\\\\",f=1 5", "m.f=1@5\nskipped 1", "quotes and a backslash in a text"},
           {"m f=1,s=\"open\nn f=2", "n.f=2@99\nskipped 1", "a text that is not closed hides the time behind it"},
           {"m f=1e3,g=-1.5E-1,h=+2,i=.5,j=5.", "m.f=1000@99\nm.g=-0.15@99\nm.h=2@99\nm.i=0.5@99\nm.j=5@99\n", "numbers"},
           {"m f=1,g=x,h=2", "m.f=1@99\nm.h=2@99\nskipped 1", "one bad field is passed over alone"},
           {"m f=1,g,h=2", "m.f=1@99\nm.h=2@99\nskipped 1", "a field without value"},
           {"m f=nan,g=inf,h=1", "m.h=1@99\nskipped 2", "not finite"},
           {"m\nm,t f=1\nm f=1 x\nm f=1 5 6\nm f=1=2\nm f\n,t=a f=1\nm,=a f=1\nn f=1", "n.f=1@99\nskipped 8", "what is refused"},
           {"a\\ b,t=x f=1", "a b.f=1@99 t:x\n", "a blank in the measurement"},
           {"a\\,b\\=c f=1", "a,b\\=c.f=1@99\n", "a comma in it; '=' needs no backslash there"},
           {"m,t\\ a\\,g=x\\=y\\ z f\\=g=1", "m.f=g=1@99 t a,g:x=y z\n", "escapes in tags and fields"},
           {"m,path=C:\\windows\\temp f=1", "m.f=1@99 path:C:\\windows\\temp\n", "a backslash elsewhere is itself"},
           {"m,t=\"q\" f=1", "m.f=1@99 t:\"q\"\n", "quotes in tags are themselves"},
           {"m  f=1   5  ", "m.f=1@5\n", "several blanks"},
           {"# a comment\nm f=1\n\n", "m.f=1@99\n", "comments and empty lines"},
           {"m f=1 1465839830\nm f=1 1465839830100\nm f=1 1465839830100400\nm f=1 1465839830100400200",
            "m.f=1@1465839830\nm.f=1@1465839830\nm.f=1@1465839830\nm.f=1@1465839830\n", "whatever the resolution"},
           {"m f=1 -1465839830100400200\nm f=1 0", "m.f=1@-1465839831\nm.f=1@0\n", "before 1970"},
           {"m f=1 1465839830.5\nm f=1 99999999999999999999", "skipped 2", "times are integers"}});
}

TEST_CASE("opentsdb as its telnet port and its import read it") {
  compare(
      "opentsdb_line",
      {{"n 5 1.5 a=b c=d", "n=1.5@5 a:b c:d\n", "plain"},
       {"put sys.cpu 1356998400 42 host=a\nput 5 1 a=b", "sys.cpu=42@1356998400 host:a\nput=1@5 a:b\n",
        "with the command; a metric of that name"},
       {"n\t5\t1\ta=b\nn  5  1  a=b ", "n=1@5 a:b\nn=1@5 a:b\n", "tabs, several blanks"},
       {"n 1356998400123 1 a=b\nn 1356998400.123 1 a=b", "n=1@1356998400 a:b\nn=1@1356998400 a:b\n", "milliseconds"},
       {"n 5 -1e-3 a=b\nn 5 9223372036854775807 a=b", "n=-0.001@5 a:b\nn=9223372036854776000@5 a:b\n", "numbers"},
       {"n 5 1\nn 5 x a=b\nn x 1 a=b\nn 5 1 a\nn 5 1 a=b=c\nn 5 1 =b\nn 5 nan a=b\nm 5 1 a=b", "m=1@5 a:b\nskipped 7", "what is refused"}});
}

TEST_CASE("nagios performance data as the plugin guidelines have it") {
  compare(
      "nagios_perfdata",
      {{"ok | a=1ms;2;3 b=-0.5% c=5;80:90;@10:20;0;100 d=6;~:30;10:", "a=1@77\nb=-0.5@77\nc=5@77\nd=6@77\n", "units, thresholds, ranges"},
       {"ok | a=1;;;; b=2; c=3;;;0", "a=1@77\nb=2@77\nc=3@77\n", "empty thresholds"},
       {"ok | a=1 b=2c c=3s d=4us e=5B f=6KB g=7TB h=8% i=9°", "a=1@77\nb=2@77\nc=3@77\nd=4@77\ne=5@77\nf=6@77\ng=7@77\nh=8@77\ni=9@77\n",
        "units"},
       {"ok | 'C:\\ Used Space'=51%;80;90 'D:\\ Used Space'=62% /=3", "C:/ Used Space=51@77\nD:/ Used Space=62@77\n/=3@77\n",
        "labels with blanks"},
       {"ok | 'it''s'=1 ''''=2 'a=b'=3 'a|b'=4 'a;b'=5", "it's=1@77\n'=2@77\na=b=3@77\na|b=4@77\na;b=5@77\n", "what quotes allow"},
       {"ok | \"my disk\"=1 plain=2", "my disk=1@77\nplain=2@77\n", "the other quotes"},
       {"it's ok | it's=1", "it's=1@77\n", "a quote in the text, in a label"},
       {"ok | 'a b=1 c=2", "c=2@77\nskipped 1", "quotes that are not closed"},
       {"ok | used space'=1 c=2", "c=2@77\nskipped 2", "quotes that were not opened"},
       {"ok | 'a b' c=2", "c=2@77\nskipped 1", "a quoted text without value"},
       {"ok | time=6,049175s;;;0,000000;10,000000 size=555B", "time=6.049175@77\nsize=555@77\n", "decimal commas"},
       {"ok | a=0,5;1,5;2,5 b=-1,25% c=1,5e3", "a=0.5@77\nb=-1.25@77\nc=1500@77\n", "more of them"},
       {"ok | load1=1,234;5,000 t=1,234s p=1,234 z=0,345B k=1234,567KB",
        "load1=1.234@77\nt=1.234@77\np=1.234@77\nz=0.345@77\nk=1234.567@77\n", "three decimals"},
       {"ok | rx=12,345B tx=-1,234MB n=123,456c m=1,024KiB d=7", "d=7@77\nskipped 4", "of whole things: decimals or thousands"},
       {"ok | a=1 _2\";in=9143B/s b;c=2 d=3", "a=1@77\nd=3@77\nskipped 2", "a quote or ';' in a label"},
       {"ok | 'x;\"y'=1", "x;\"y=1@77\n", "but in quotes"},
       {"ok | a=1,234,567 b=1.234,56 c=1,234.56 d=7", "d=7@77\nskipped 3", "groups of thousands: nobody knows which"},
       {"ok | a=1, b=2,c=3 , d=4,", "a=1@77\nb=2@77\nc=3@77\nd=4@77\n", "commas between them"},
       {"ok | a=1e3 b=1.5E-3s c=2e+2 d=5E", "a=1000@77\nb=0.0015@77\nc=200@77\nd=5@77\n", "exponents; a unit of that letter"},
       {"ok | a=+5 b=.5 c=5. d=-.5", "a=5@77\nb=0.5@77\nc=5@77\nd=-0.5@77\n", "signs and points"},
       {"ok | a=U b=U;1;2 c=1", "c=1@77\n", "U: could not be measured, said by the plugin"},
       {"ok | a=1-2 b=1.2.3 c=10:20 d=2020-01-01 e=5m3 f=x g= h=nan i=0x10 j=--1 k=1", "k=1@77\nskipped 10", "no numbers"},
       {"ok | 'x' = 1 y = 2 z =3 w= 4 v=", "x=1@77\ny=2@77\nz=3@77\nw=4@77\nskipped 1", "blanks around '='"},
       {"ok | a= b=2", "b=2@77\nskipped 1", "no value takes nothing of the next"},
       {"ok | junk a=1 more junk b=2", "a=1@77\nb=2@77\nskipped 3", "words that are nothing, each alone"},
       {"ok | =1 ''=2 a=3", "a=3@77\nskipped 2", "no label"},
       {"ok | a=1;b=2 c=3", "a=1@77\nc=3@77\nskipped 1", "unexpected ';': expected a space"},
       {"ok | a=1 a=2", "a=1@77\na=2@77\n", "a label twice is two points, as the plugin wrote"},
       {"ok | µ=1 größe=2", "µ=1@77\ngröße=2@77\n", "letters of the world"},
       {"ok", "", "no performance data is none"},
       {"ok | ", "", "none behind the bar either"},
       {"", "", "nothing"},
       {"| a=1", "a=1@77\n", "no text"},
       {"ok | a=1 | b=2", "a=1@77\nb=2@77\n", "two bars in a line"},
       {"ok |  a=1   b=2\t", "a=1@77\nb=2@77\n", "several blanks"},
       {"ok | a=1\tb=2\r\n", "a=1@77\nb=2@77\n", "a tab; a line end of Windows"},
       {"ok | a=1\nlong text\nmore | b=2\nc=3\nd=4", "a=1@77\nb=2@77\nc=3@77\nd=4@77\n", "both parts, the second over several lines"},
       {"ok | a=1 b=2\nc=3", "a=1@77\nb=2@77\n", "a second line is text"},
       {"ok\nlong text | b=2\nc=3", "b=2@77\nc=3@77\n", "the second part alone"},
       {"l1 | a=1\nl2 | b=2\nl3 | c=3", "a=1@77\nb=2@77\nc=3@77\n", "a part in every line"},
       {"ok | a=1\n\n| 'b c'=2\n'd e'=3", "a=1@77\nb c=2@77\nd e=3@77\n", "quotes below"}});
}

TEST_CASE("prometheus text 0.0.4") {
  compare("prometheus_text",
          {{"a 1\nb{x=\"y\",z=\"w\",} 2 3999\n", "a=1@99 prom_type:untyped\nb=2@3 x:y z:w prom_type:untyped\n", "labels and time"},
           {"# HELP a The \\\\ \\n.\n# TYPE a counter\na 1\n", "a=1@99 prom_type:counter prom_help:The \\ \n.\n", "comments"},
           {"# TYPE h histogram\nh_bucket{le=\"1.0\"} 2\nh_sum 3\nh_count 2\n",
            "h_bucket=2@99 le:1 prom_type:histogram\nh_sum=3@99 prom_type:histogram\nh_count=2@99 prom_type:histogram\n", "histogram"},
           {"# TYPE s summary\ns{quantile=\"0.50\"} 1\ns_sum 2\ns_count 3\ns_bucket 4\n",
            "s=1@99 quantile:0.5 prom_type:summary\ns_sum=2@99 prom_type:summary\ns_count=3@99 prom_type:summary\n"
            "s_bucket=4@99 prom_type:untyped\n",
            "summary"},
           {"a NaN\nb +Inf\nc -Inf\nd 1e3\ne -.5\nf 1e999\n", "d=1000@99 prom_type:untyped\ne=-0.5@99 prom_type:untyped\nskipped 4",
            "not finite"},
           {"good 1\nbad line here\nafter 2\n", "good=1@99 prom_type:untyped\nafter=2@99 prom_type:untyped\nskipped 1",
            "a bad line is passed over alone"},
           {"a{x=\"\\\"\\\\\\n\"} 1", "a=1@99 x:\"\\\n prom_type:untyped\n", "escapes in label values, no newline at the end"},
           {"a{x=\"C:\\temp\"} 1", "a=1@99 x:C:\\temp prom_type:untyped\n", "a backslash before what it does not escape"},
           {"a{x=\"y} 1\na{x=y} 1\na 1 2 3\na{x=\"y\" 1\na{=\"y\"} 1\n1a 1\na\na x\nb 1", "b=1@99 prom_type:untyped\nskipped 8",
            "what is refused"},
           {"a{x=\"1\",x=\"2\"} 1\nb 1", "b=1@99 prom_type:untyped\nskipped 1", "a label twice"},
           {"a 0x10\na 1_000\na 1p3\nb 1", "b=1@99 prom_type:untyped\nskipped 3", "numbers of other languages"},
           {"a 1\n# TYPE a counter\n# TYPE b nonsense\n# HELP c x\n# HELP c y\nb 1\n",
            "a=1@99 prom_type:untyped\nb=1@99 prom_type:untyped\nskipped 3", "comments that are wrong take nothing with them"},
           {"# a comment\n#\n\n  \n  a \t{ x = \"y\" , }\t 1 \t 5000 \r\n#TYPE", "a=1@5 x:y prom_type:untyped\n", "comments, blanks"},
           {"a 1 1395066363000\nb 1 1395066363\nc 1 -3982045\nd 1 0",
            "a=1@1395066363 prom_type:untyped\nb=1@1395066363 prom_type:untyped\nc=1@-3983 prom_type:untyped\nd=1@0 prom_type:untyped\n",
            "milliseconds, and seconds by mistake"},
           {"a{} 1\nb{x=\"\"} 2", "a=1@99 prom_type:untyped\nb=2@99 x: prom_type:untyped\n", "no labels, an empty one"}});
}

TEST_CASE("OpenMetrics, and names in quotes") {
  compare(
      "prometheus_text",
      {{"# TYPE r counter\n# UNIT r seconds\n# HELP r Said \\\"so\\\".\nr_total 5 1520879607.789\nr_created 1.5e9\n# EOF\n",
        "r_total=5@1520879607 prom_type:counter prom_help:Said \"so\".\nr_created=1500000000@99 prom_type:counter prom_help:Said \"so\".\n",
        "a counter"},
       {"a 1 3999\n# EOF", "a=1@3999 prom_type:untyped\n", "times are seconds"},
       {"a 1 1520879607789\n# EOF", "a=1@1520879607 prom_type:untyped\n", "but not these"},
       {"# TYPE h histogram\nh_bucket{le=\"0.1\"} 8 # {trace_id=\"a b\"} 0.054\nh_bucket{le=\"+Inf\"} 9 5 # {} 0.67 1.5\nh_count 9\n# EOF\n",
        "h_bucket=8@99 le:0.1 prom_type:histogram\nh_bucket=9@5 le:+Inf prom_type:histogram\nh_count=9@99 prom_type:histogram\n",
        "exemplars"},
       {"a 1 # no exemplar\nb 1", "b=1@99 prom_type:untyped\nskipped 1", "none"},
       {"# TYPE g gaugehistogram\ng_bucket{le=\"1.0\"} 2\ng_gcount 3\ng_gsum 4\n# EOF",
        "g_bucket=2@99 le:1 prom_type:gaugehistogram\ng_gcount=3@99 prom_type:gaugehistogram\ng_gsum=4@99 prom_type:gaugehistogram\n",
        "gaugehistogram"},
       {"# TYPE b info\nb_info{v=\"1\"} 1\n# TYPE s stateset\ns{s=\"up\"} 1\n# TYPE u unknown\nu 3\n# EOF",
        "b_info=1@99 v:1 prom_type:info\ns=1@99 s:up prom_type:stateset\nu=3@99 prom_type:untyped\n", "info, stateset, unknown"},
       {"a 1\n# EOF\nb 2\n", "a=1@99 prom_type:untyped\nb=2@99 prom_type:untyped\n", "two pages, one behind the other"},
       {"# TYPE \"my.metric\" gauge\n# HELP \"my.metric\" Some.\n{\"my.metric\",\"la.bel\"=\"x\"} 1\n",
        "my.metric=1@99 la.bel:x prom_type:gauge prom_help:Some.\n", "a name in quotes"},
       {"{\"größe\"} 1\n{a=\"b\",\"late\"} 2\nm{\"l l\"=\"v\"} 3\n",
        "größe=1@99 prom_type:untyped\nlate=2@99 a:b prom_type:untyped\nm=3@99 l l:v prom_type:untyped\n", "more of them"},
       {"{a=\"b\"} 1\n{\"\"} 1\n{\"x\",\"y\"} 1\nm{\"x\"} 1\nb 1", "b=1@99 prom_type:untyped\nskipped 4", "none, empty, two, two"}});
}

TEST_CASE("formats nobody knows give nothing") {
  compare("", {{"a 1 2", "", "no format"}});
  compare("nonsense", {{"a 1 2", "", "unknown format"}});
}

TEST_CASE("a check's own tags: before the path's in graphite, after it elsewhere, instead of equal names in prometheus") {
  std::vector<MetricTag> tags = {{"env", "prod"}, {"code", "x"}};
  CHECK(points_of("graphite_plaintext", "a;k=v 1 2", tags) == "a=1@2 env:prod code:x k:v\n");
  CHECK(points_of("influxdb_line", "a,k=v f=1 2", tags) == "a.f=1@2 k:v env:prod code:x\n");
  CHECK(points_of("opentsdb_line", "a 2 1 k=v", tags) == "a=1@2 k:v env:prod code:x\n");
  CHECK(points_of("nagios_perfdata", "| a=1", tags) == "a=1@77 env:prod code:x\n");
  CHECK(points_of("prometheus_text", "a{code=\"1\"} 1", tags) == "a=1@99 code:x prom_type:untyped env:prod\n");
}

TEST_CASE("limits: long lines and many points") {
  CHECK(points_of("graphite_plaintext", std::string(kMetricLineMax + 1, 'x') + " 1 2\na 1 2") == "a=1@2\nskipped 1");
  std::string many;
  for (size_t i = 0; i < kMetricPointsMax + 5; i++) many += "a 1 2\n";
  Check check;
  check.output_metric_format = "graphite_plaintext";
  check.output = many;
  auto got = metrics_extract(check, 0);
  CHECK(got.metrics.points.size() == kMetricPointsMax);
  CHECK(got.skipped == 5);
  CHECK(got.first_why == "too many points");
  CHECK(got.first_text == "a");
}

TEST_CASE("a long help text before many samples does not multiply") {
  std::string text = "# HELP a " + std::string(60'000, 'x') + "\n";
  for (int i = 0; i < 1000; i++) text += "a " + std::to_string(i) + "\n";
  Check check;
  check.output_metric_format = "prometheus_text";
  check.output = text;
  auto got = metrics_extract(check, 0);
  CHECK(got.metrics.points.size() == kMetricBytesMax / 60'025);
  CHECK(got.first_why == "too many points");
  CHECK(got.skipped + int(got.metrics.points.size()) == 1000);
}

TEST_CASE("every format is fed its examples cut short at every length") {
  std::string text =
      "# HELP a b\\n\n# TYPE a histogram\na_bucket{le=\"0.1\",x=\"\\\"\"} 2 3\nm,t=a\\ b f=1 5\nn 5 1 a=b\nx;k=v 1 2 | "
      "l=1;2 k=v";
  for (const char* format : {"graphite_plaintext", "influxdb_line", "opentsdb_line", "nagios_perfdata", "prometheus_text"})
    for (size_t n = 0; n <= text.size(); n++) {
      (void)points_of(format, text.substr(0, n));
      (void)points_of(format, text.substr(n));
    }
}

// Outputs of which we read more than 6.9.2 does, on purpose (docs/COMPATIBILITY.md): those with these words in them.
static bool is_read_better(const std::string& output) {
  for (const char* words : {"'disk usage'=5MB", "l2 | b=2", "a=1 b=2\nc=3", "bad line here x", "int value=1i", "bad line here\nafter"})
    if (output.find(words) != output.npos) return true;
  return false;
}

// Points with their tags as sets: the reference writes prometheus points and tags in any order.
static std::multiset<std::string> point_set(const Metrics& m) {
  std::multiset<std::string> all;
  for (MetricPoint p : m.points) {
    std::sort(p.tags.begin(), p.tags.end(), [](auto& a, auto& b) { return a.name < b.name; });
    Metrics one;
    one.points.push_back(p);
    all.insert(encode(one));
  }
  return all;
}

TEST_CASE("the outputs recorded from 6.9.2 give the points recorded") {
  int compared = 0;
  for (auto& path : corpus_files("agent-wire", ".jsonl")) {
    if (path.find("6.9.2--") == path.npos) continue;
    for (auto& m : wire_messages(path)) {
      if (m.type != "event") continue;
      auto e = decode<Event>(m.payload);
      bool checked = e.ok() && e.value.check && e.value.metrics && e.value.entity && e.value.entity->sensu_agent_version == "6.9.2" &&
          metrics_wanted(*e.value.check);  // not one posted to the agent's API
      if (!checked) continue;
      const Check& check = *e.value.check;
      CAPTURE(check.output);
      auto got = metrics_extract(check, check.executed);
      if (is_read_better(check.output)) continue;
      CHECK(point_set(got.metrics) == point_set(*e.value.metrics));
      if (check.output_metric_format != "prometheus_text") CHECK(encode(got.metrics) == encode(*e.value.metrics));
      compared++;
    }
  }
  CHECK(compared > 15);
  MESSAGE(compared << " outputs compared");
}

TEST_CASE("the thresholds recorded from 6.9.2 give the status and the annotations recorded") {
  int judged = 0;
  for (auto& m : wire_messages(corpus_path("agent-wire/6.9.2--check-fields.jsonl"))) {
    auto e = decode<Event>(m.payload);
    if (m.type != "event" || !e.ok() || !e.value.check || e.value.check->output_metric_thresholds.empty()) continue;
    Event again = e.value;
    again.check->status = 0;
    again.metadata.annotations.clear();
    metrics_judge(again);
    CHECK(again.check->status == e.value.check->status);
    CHECK(again.metadata.annotations == e.value.metadata.annotations);
    judged++;
  }
  CHECK(judged > 0);
}

TEST_CASE("processing/metric-thresholds.json") {
  std::string suite = file_text(corpus_path("processing/metric-thresholds.json"));
  int run = 0;
  for (std::string_view c : json_items(json_at(suite, {"cases"})).value) {
    std::string_view expected = json_at(c, {"expected", "6"});
    if (expected.empty()) expected = json_at(c, {"expected", "all"});
    if (expected.empty()) continue;
    CAPTURE(std::string(c));
    Event event;
    event.check.emplace();
    auto thresholds = decode<Check>(JsonObject().add_raw("output_metric_thresholds", json_at(c, {"output_metric_thresholds"})).done());
    REQUIRE(thresholds.ok());
    event.check = thresholds.value;
    event.check->status = json_uint32(json_at(c, {"check_status"})).value;
    auto metrics = decode<Metrics>(JsonObject().add_raw("points", json_at(c, {"points"})).done());
    REQUIRE(metrics.ok());
    event.metrics = metrics.value;
    metrics_judge(event);
    CHECK(event.check->status == json_uint32(json_at(expected, {"status"})).value);
    auto annotations = json_string_map(json_at(expected, {"annotations"}));
    CHECK(event.metadata.annotations == annotations.value);
    run++;
  }
  CHECK(run > 0);
}

TEST_CASE("thresholds: tags, rules without number, several points") {
  Event event;
  event.check.emplace();
  event.metrics.emplace();
  event.metrics->points = {{"disk", 90, 0, {{"mount", "/"}, {"fs", "ext4"}}}, {"disk", 2'500'000, 0, {{"mount", "/var"}}}};
  event.check->output_metric_thresholds = {{"disk", {{"mount", "/"}, {"fs", "ext4"}}, {{"x", "1", 2}, {"", "80", 1}}, 0}};
  metrics_judge(event);
  CHECK(event.check->status == 1);
  CHECK(event.metadata.annotations["sensu.io/output_metric_thresholds/disk./.ext4/max/warning"] ==
        "The value of disk (mount=/,fs=ext4) exceeded the configured threshold (max: 80, actual: 90).");
}

TEST_CASE("a collector without a single point has not collected what a null_status waits for") {
  struct { const char *format, *output; uint32_t null_status, before, after; const char* why; } rows[] = {
      {"prometheus_text", "", 2, 0, 2, "the exporter is down: nothing is printed"},
      {"prometheus_text", "# HELP up whether it runs\n", 2, 0, 2, "only comments"},
      {"nagios_perfdata", "OK - no perfdata", 1, 0, 1, "text without perfdata"},
      {"graphite_plaintext", "\n\n", 3, 0, 3, "empty lines"},
      {"influxdb_line", "no line at all", 2, 0, 2, "what cannot be read"},
      {"prometheus_text", "other 1\n", 2, 0, 2, "other metrics only"},
      {"prometheus_text", "up 1\n", 2, 0, 0, "it is there"},
      {"prometheus_text", "", 0, 0, 0, "nobody waits for it"},
      {"prometheus_text", "", 2, 1, 1, "a check that failed by itself keeps its status"},
  };
  for (auto& r : rows) {
    CAPTURE(r.why);
    Event event;
    event.check.emplace();
    event.check->output_metric_format = r.format;
    event.check->output = r.output;
    event.check->status = r.before;
    event.check->output_metric_thresholds = {{"up", {}, {{"1", "", 2}}, r.null_status}};
    event.metrics = metrics_extract(*event.check, 77).metrics;
    metrics_judge(event);
    CHECK(event.check->status == r.after);
  }
}
