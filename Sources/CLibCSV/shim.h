// The one header of libcsv (Debian: libcsv-dev). It has no .pc file, so the module map names the library to link.
#ifndef CLIBCSV_SHIM_H
#define CLIBCSV_SHIM_H

#include <csv.h>

#endif
