/* The distortion of a quantised band, for the search for scale factors.
 *
 * Third-Party Modified Version of the Fraunhofer FDK AAC Codec Library for Android: this file, of 2026-12-01, belongs
 * to quantize.cpp, and is under the library's licence, LICENSES/FDK-AAC.txt. */

#ifndef SECUENCIA_BAND_H
#define SECUENCIA_BAND_H

#include "common_fix.h"

/* A band's spectral lines. Their number is a multiple of 4. */
struct Band {
  const FIXP_DBL *lines;
  INT count;
  /* No line's magnitude exceeds this. */
  UINT largest;
};

/* Returns what FDKaacEnc_calcSfbDist returns, without the quantised values. */
FIXP_DBL band_distortion(const Band &band, INT gain, INT has_dead_zone);

/* Measures what FDKaacEnc_calcSfbQuantEnergyAndDist does, of a band that is quantised at one gain and restored at
 * another. */
void measure_band(const Band &band, INT gain, INT restoring_gain, INT has_dead_zone, FIXP_DBL &energy,
                  FIXP_DBL &distortion);

#endif
