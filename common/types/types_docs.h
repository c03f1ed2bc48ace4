// common/types/types_docs.h - docs/EVENT.md, printed from the tables of fields that read and write the objects.
#pragma once
#include <string>

namespace picket {

std::string types_markdown();

}  // namespace picket
