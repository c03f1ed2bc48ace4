// common/options/man.h - what packages make of an option table: its part of a man page, the words of a shell's completion.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "common/options/options.h"

namespace picket {

std::string man_escape(std::string_view text);                     // so that troff prints it as it is
std::string options_man(const OptionTable& table);                 // .SS per section, .TP per option, with its names in the environment
std::vector<std::string> options_flags(const OptionTable& table);  // "--name", those that are documented

}  // namespace picket
