/* Intensity stereo, without its analysis where it cannot be used.
 *
 * Third-Party Modified Version of the Fraunhofer FDK AAC Codec Library for Android: this file, of 2026-12-01, is
 * compiled instead of the library's libAACenc/src/intensity.cpp, and includes that file, unchanged, with one function
 * under another name. It is under the library's licence, LICENSES/FDK-AAC.txt.
 *
 * Up to about 160 kb/s in stereo, the library correlates the channels in every band of every frame. It uses the result
 * only for bands that are louder in one channel, and only if IS_MIN_SFBS of these are neighbours. Speech seldom has
 * them. */

#define FDKaacEnc_IntensityStereoProcessing portable_IntensityStereoProcessing
#include FDK_ORIGINAL
#undef FDKaacEnc_IntensityStereoProcessing

namespace {

/* Returns whether neither channel is much louder than the other, as FDKaacEnc_prepareIntensityDecision does. */
inline bool is_central(FIXP_DBL left, FIXP_DBL right) {
  return left >= fMult(IS_LEFT_RIGHT_RATIO_THRESH, right) && fMult(IS_LEFT_RIGHT_RATIO_THRESH, left) <= right;
}

/* Returns whether a group of bands has as many neighbours that are not central as intensity stereo needs. */
bool is_possible(const FIXP_DBL *left, const FIXP_DBL *right, INT bands, INT bands_per_group, INT used_per_group) {
  for (INT group = 0; group < bands; group += bands_per_group)
    for (INT band = group, neighbours = 0; band < group + used_per_group; band++) {
      neighbours = is_central(left[band], right[band]) ? 0 : neighbours + 1;
      if (neighbours == IS_MIN_SFBS) return true;
    }
  return false;
}

}  // namespace

void FDKaacEnc_IntensityStereoProcessing(
    FIXP_DBL *sfbEnergyLeft, FIXP_DBL *sfbEnergyRight, FIXP_DBL *mdctSpectrumLeft, FIXP_DBL *mdctSpectrumRight,
    FIXP_DBL *sfbThresholdLeft, FIXP_DBL *sfbThresholdRight, FIXP_DBL *sfbThresholdLdDataRight,
    FIXP_DBL *sfbSpreadEnLeft, FIXP_DBL *sfbSpreadEnRight, FIXP_DBL *sfbEnergyLdDataLeft,
    FIXP_DBL *sfbEnergyLdDataRight, INT *msDigest, INT *msMask, const INT sfbCnt, const INT sfbPerGroup,
    const INT maxSfbPerGroup, const INT *sfbOffset, const INT allowIS, INT *isBook, INT *isScale,
    PNS_DATA *RESTRICT pnsData[2]) {
  if (allowIS && is_possible(sfbEnergyLeft, sfbEnergyRight, sfbCnt, sfbPerGroup, maxSfbPerGroup)) {
    portable_IntensityStereoProcessing(
        sfbEnergyLeft, sfbEnergyRight, mdctSpectrumLeft, mdctSpectrumRight, sfbThresholdLeft, sfbThresholdRight,
        sfbThresholdLdDataRight, sfbSpreadEnLeft, sfbSpreadEnRight, sfbEnergyLdDataLeft, sfbEnergyLdDataRight,
        msDigest, msMask, sfbCnt, sfbPerGroup, maxSfbPerGroup, sfbOffset, allowIS, isBook, isScale, pnsData);
    return;
  }
  FDKmemclear(isBook, sfbCnt * sizeof(INT));
  FDKmemclear(isScale, sfbCnt * sizeof(INT));
  if (!allowIS) return;
  for (INT group = 0; group < sfbCnt; group += sfbPerGroup)
    FDKmemclear(msMask + group, maxSfbPerGroup * sizeof(INT));
}
