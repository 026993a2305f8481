/* minimp3 library for cc */
#include <minimp3.h>
