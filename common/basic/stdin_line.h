// common/basic/stdin_line.h - a line of standard input, by stdio: iostreams would be half a megabyte of the program.
#pragma once
#include <cstdio>
#include <string>

namespace picket {

inline bool stdin_line(std::string* line) {  // false: there is none left
  line->clear();
  int c;
  while ((c = getc(stdin)) != EOF && c != '\n') *line += static_cast<char>(c);
  if (!line->empty() && line->back() == '\r') line->pop_back();
  return c != EOF || !line->empty();
}

}  // namespace picket
