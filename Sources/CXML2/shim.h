#pragma once
#include <libxml/xmlversion.h>
/* With it libxml2's headers bring Debian's ICU along, which clashes with the ICU inside Swift's Foundation. It is only used inside the
   library, for character encodings. */
#undef LIBXML_ICU_ENABLED
#include <libxml/xmlreader.h>
