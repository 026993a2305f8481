/* The analysis of a stereo frame, done once if both channels are the same.
 *
 * Third-Party Modified Version of the Fraunhofer FDK AAC Codec Library for Android: this file, of 2026-12-01, is
 * compiled instead of the library's libAACenc/src/psy_main.cpp, and includes that file, unchanged, with one function
 * under another name. It is under the library's licence, LICENSES/FDK-AAC.txt.
 *
 * A mono recording in the middle of a stereo file has two equal channels, and the library analyses both. This file
 * compares them before each frame: their samples, and all that the analysis remembers of earlier frames. If these are
 * equal, the channels are twins. The analysis calls the functions that take time once for each channel, through those
 * below. For the second of two twins they copy what they have computed for the first, from equal arguments. */

#include "psy_main.h"

#include "aacenc_tns.h"
#include "band_nrg.h"
#include "block_switch.h"
#include "interface.h"
#include "tns_func.h"
#include "transform.h"

#include <wasm_simd128.h>

namespace {

/* A channel's data, as the analysis passes them to its functions. */
struct Channel {
  PSY_STATIC *state;
  PSY_DATA *bands;
  TNS_DATA *tns;
  PSY_OUT_CHANNEL *result;
};

/* The pair that is being analysed, if they are twins. */
Channel first, second;
bool are_twins;

/* The first channel's exponent. */
INT exponent;

bool are_equal(const void *left, const void *right, UINT bytes) {
  const UCHAR *a = static_cast<const UCHAR *>(left), *b = static_cast<const UCHAR *>(right);
  UINT at = 0;
  for (; at + 16 <= bytes; at += 16)
    if (wasm_v128_any_true(wasm_v128_xor(wasm_v128_load(a + at), wasm_v128_load(b + at)))) return false;
  for (; at < bytes; at++)
    if (a[at] != b[at]) return false;
  return true;
}

/* Compares what the analysis remembers of earlier frames. */
bool are_equal(const PSY_STATIC &a, const PSY_STATIC &b) {
  return are_equal(&a.blockSwitchingControl, &b.blockSwitchingControl, sizeof a.blockSwitchingControl) &&
         are_equal(&a.mdctPers, &b.mdctPers, sizeof a.mdctPers) && a.isLFE == b.isLFE &&
         are_equal(a.sfbThresholdnm1, b.sfbThresholdnm1, sizeof a.sfbThresholdnm1) &&
         a.mdctScalenm1 == b.mdctScalenm1 && a.calcPreEcho == b.calcPreEcho &&
         are_equal(a.psyInputBuffer, b.psyInputBuffer, MAX_INPUT_BUFFER_SIZE * sizeof(INT_PCM));
}

/* Copies to a part of an array of the second channel the same part of the first one's array. */
template <class T>
void copy(T *part, const T *array_of_second, const T *array_of_first, INT count) {
  FDKmemcpy(part, array_of_first + (part - array_of_second), count * sizeof(T));
}

/* Returns whether a spectrum, or a window of it, is that of the second twin. */
inline bool is_second(const FIXP_DBL *spectrum) {
  return are_twins && spectrum >= second.bands->mdctSpectrum && spectrum < second.bands->mdctSpectrum + 1024;
}

int block_switching(BLOCK_SWITCHING_CONTROL *control, const INT length, const int is_lfe, const INT_PCM *samples) {
  if (!are_twins || control != &second.state->blockSwitchingControl)
    return FDKaacEnc_BlockSwitching(control, length, is_lfe, samples);
  *control = first.state->blockSwitchingControl;
  return 0;
}

INT transform(const INT_PCM *samples, FIXP_DBL *spectrum, INT block_type, INT window_shape, INT *last_window_shape,
              H_MDCT state, INT length, INT *spectrum_exponent, INT filter_bank) {
  if (!is_second(spectrum)) {
    const INT error = FDKaacEnc_Transform_Real(samples, spectrum, block_type, window_shape, last_window_shape, state,
                                               length, spectrum_exponent, filter_bank);
    exponent = *spectrum_exponent;
    return error;
  }
  FDKmemcpy(spectrum, first.bands->mdctSpectrum, length * sizeof(FIXP_DBL));
  *last_window_shape = first.state->blockSwitchingControl.lastWindowShape;
  *state = first.state->mdctPers;
  *spectrum_exponent = exponent;
  return 0;
}

void largest_scales(const FIXP_DBL *spectrum, const INT *offsets, INT *scales, INT bands) {
  if (is_second(spectrum))
    copy(scales, second.bands->sfbMaxScaleSpec.Long, first.bands->sfbMaxScaleSpec.Long, bands);
  else
    FDKaacEnc_CalcSfbMaxScaleSpec(spectrum, offsets, scales, bands);
}

FIXP_DBL band_energies(const FIXP_DBL *spectrum, const INT *scales, const INT *offsets, INT bands, FIXP_DBL *energies,
                       FIXP_DBL *energy_lds, INT shift) {
  if (!is_second(spectrum))
    return FDKaacEnc_CheckBandEnergyOptim(spectrum, scales, offsets, bands, energies, energy_lds, shift);
  copy(energies, second.bands->sfbEnergy.Long, first.bands->sfbEnergy.Long, bands);
  copy(energy_lds, second.bands->sfbEnergyLdData.Long, first.bands->sfbEnergyLdData.Long, bands);
  /* Only the largest result of all channels counts, and that of the first is the same. */
  return 0;
}

INT tns_detect(TNS_DATA *data, const TNS_CONFIG *config, TNS_INFO *info, INT bands, const FIXP_DBL *spectrum,
               INT window, INT block_type) {
  if (!is_second(spectrum))
    return FDKaacEnc_TnsDetect(data, config, info, bands, spectrum, window, block_type);
  *data = *first.tns;
  *info = first.result->tnsInfo;
  return 0;
}

INT tns_encode(TNS_INFO *info, TNS_DATA *data, INT bands, const TNS_CONFIG *config, INT end, FIXP_DBL *spectrum,
               INT window, INT block_type) {
  if (!is_second(spectrum))
    return FDKaacEnc_TnsEncode(info, data, bands, config, end, spectrum, window, block_type);
  /* All windows of the first have been filtered by now. */
  FDKmemcpy(second.bands->mdctSpectrum, first.bands->mdctSpectrum, 1024 * sizeof(FIXP_DBL));
  return 0;
}

}  // namespace

#define FDKaacEnc_psyMain portable_psyMain
#define FDKaacEnc_BlockSwitching block_switching
#define FDKaacEnc_Transform_Real transform
#define FDKaacEnc_CalcSfbMaxScaleSpec largest_scales
#define FDKaacEnc_CheckBandEnergyOptim band_energies
#define FDKaacEnc_TnsDetect tns_detect
#define FDKaacEnc_TnsEncode tns_encode
#include FDK_ORIGINAL
#undef FDKaacEnc_psyMain

AAC_ENCODER_ERROR FDKaacEnc_psyMain(INT channels, PSY_ELEMENT *psyElement, PSY_DYNAMIC *psyDynamic,
                                    PSY_CONFIGURATION *psyConf, PSY_OUT_ELEMENT *RESTRICT psyOutElement,
                                    INT_PCM *pInput, const UINT inputBufSize, INT *chIdx, INT totalChannels) {
  PSY_STATIC *const *states = psyElement->psyStatic;
  are_twins = channels == 2 && psyConf->filterbank == FB_LC &&
              are_equal(pInput + chIdx[0] * inputBufSize, pInput + chIdx[1] * inputBufSize,
                        psyConf->granuleLength * sizeof(INT_PCM)) &&
              are_equal(*states[0], *states[1]);
  if (are_twins) {
    first = {states[0], &psyDynamic->psyData[0], &psyDynamic->tnsData[0], psyOutElement->psyOutChannel[0]};
    second = {states[1], &psyDynamic->psyData[1], &psyDynamic->tnsData[1], psyOutElement->psyOutChannel[1]};
  }
  return portable_psyMain(channels, psyElement, psyDynamic, psyConf, psyOutElement, pInput, inputBufSize, chIdx,
                          totalChannels);
}
