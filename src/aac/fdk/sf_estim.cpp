/* The search for scale factors, for wasm with SIMD.
 *
 * Third-Party Modified Version of the Fraunhofer FDK AAC Codec Library for Android: this file, of 2026-12-01, is
 * compiled instead of the library's libAACenc/src/sf_estim.cpp, and includes that file, unchanged, under other names.
 * It is under the library's licence, LICENSES/FDK-AAC.txt.
 *
 * The search chooses each band's scale factor by its distortion and by an estimate of its bits ("perceptual entropy").
 * It tries smaller factors for single bands, then smaller and larger ones for regions of bands. This file makes the
 * library's choices in the same order, with the same numbers, but it does less for each:
 *
 * - The library walks over all bands, and skips those without a factor. Here these are left out from the start.
 * - It copies all factors for each trial, and prices a whole region anew. Here the current price of each band is known,
 *   and the change is computed for four bands at a time. Regions are found by comparing four bands at a time, too.
 * - It keeps the quantised values of each trial. Here they are not even computed (band.h): the encoder quantises with
 *   the chosen factors after the search. So FDKaacEnc_EstimateScaleFactors leaves no values in quantSpec.
 * - It computes a distortion again if a later step of the search asks for it. Here the last ones are kept. */

#define FDKaacEnc_CalcFormFactor portable_CalcFormFactor
#define FDKaacEnc_EstimateScaleFactors portable_EstimateScaleFactors
#include FDK_ORIGINAL
#undef FDKaacEnc_CalcFormFactor
#undef FDKaacEnc_EstimateScaleFactors

#include <wasm_simd128.h>

#include "band.h"

namespace {

/* The largest number of bands, and some more, so that four can be read from any. */
const INT ROOM = MAX_GROUPED_SFB + 4;

/* Distortions that are kept for a band. A power of two. */
const INT KEPT = 8;

/* 10 bits, as a price. */
const FIXP_DBL TEN_BITS = FL2FXCONST_DBL(0.0006103515625f);

/* Marks a band without a factor. No factor is as small. */
const INT NONE = FDK_INT_MIN;

inline v128_t splat(INT value) { return wasm_i32x4_splat(value); }

/* fMult, of four numbers. */
inline v128_t product(v128_t a, v128_t b) {
  const v128_t low = wasm_i64x2_extmul_low_i32x4(a, b), high = wasm_i64x2_extmul_high_i32x4(a, b);
  return wasm_i32x4_shl(wasm_i32x4_shuffle(low, high, 1, 3, 5, 7), 1);
}

/* sqrtFixp, of four numbers. */
inline v128_t root(v128_t numbers) {
  const v128_t roots = wasm_f32x4_sqrt(wasm_f32x4_convert_i32x4(numbers));
  return wasm_i32x4_trunc_sat_f32x4(wasm_f32x4_mul(roots, wasm_f32x4_splat(46340.9492f)));
}

inline INT lane_sum(v128_t v) {
  v = wasm_i32x4_add(v, wasm_i32x4_shuffle(v, v, 2, 3, 0, 1));
  return wasm_i32x4_extract_lane(v, 0) + wasm_i32x4_extract_lane(v, 1);
}

inline INT code_length(INT left, INT right) { return FDKaacEnc_bitCountScalefactorDelta(left - right); }

/* Converts bits to a price. */
inline FIXP_DBL price_of(INT bits) { return bits << (DFRACT_BITS - 1 - 2 * AS_PE_FAC_SHIFT); }

/* Returns a logarithm of a band's width, a multiple of 4. The library computes it in each frame. It keeps eight bits of
 * the width. */
FIXP_DBL logarithm_of_width(INT width) {
  static FIXP_DBL logarithms[64];
  FIXP_DBL &logarithm = logarithms[width / 4 % 64];
  if (!logarithm) logarithm = CalcLdData(width << (DFRACT_BITS - 1 - AS_PE_FAC_SHIFT));
  return logarithm;
}

/* Returns the part of a price that depends on the scale factor alone. */
inline FIXP_DBL fineness(INT factor) {
  return fMult(FL2FXCONST_DBL(0.375f), (FIXP_DBL)(factor << (DFRACT_BITS - 1 - AS_PE_FAC_SHIFT)));
}

/* A run of bands: from `start` to before `end`. */
struct Region {
  INT start, end;
};

/* The search in one channel. Its bands are those with a factor, without gaps. */
class Search {
  const QC_OUT_CHANNEL &channel;
  const PSY_OUT_CHANNEL &layout;
  const INT has_dead_zone;
  INT count = 0;

  /* Each band's number in the channel. */
  INT number[ROOM];
  Band bands[ROOM];
  INT factor[ROOM];
  /* At smaller factors, values may be too large to be coded. */
  INT least_factor[ROOM];
  /* The factor at which the band was last quantised. The factor itself may since be smaller. */
  INT quantised_at[ROOM];
  /* From here on, smaller factors were not tried. */
  INT tried[ROOM];
  /* All logarithms, as the library has them. */
  FIXP_DBL threshold[ROOM], energy[ROOM], distortion[ROOM], new_distortion[ROOM];
  /* A band's price is the product of its relevant lines and its demand, and its demand follows from its factor. */
  FIXP_DBL base_demand[ROOM], relevant_lines[ROOM], demand[ROOM];
  /* The last distortions of each band, and their factors. */
  INT kept_factor[ROOM][KEPT];
  FIXP_DBL kept_distortion[ROOM][KEPT];

 public:
  Search(const QC_OUT_CHANNEL &channel, const PSY_OUT_CHANNEL &layout, INT has_dead_zone)
      : channel(channel), layout(layout), has_dead_zone(has_dead_zone) {}

  /* Adds the bands whose energy exceeds their threshold, with first factors. */
  void find_bands(const FIXP_DBL *form_factors) {
    for (INT group = 0; group < layout.sfbCnt; group += layout.sfbPerGroup)
      for (INT sfb = group; sfb < group + layout.maxSfbPerGroup; sfb++)
        if (channel.sfbEnergyLdData[sfb] > channel.sfbThresholdLdData[sfb]) add(sfb, form_factors[sfb]);
    for (INT band = count; band < ROOM && band < count + 4; band++) {
      factor[band] = least_factor[band] = NONE;
      base_demand[band] = relevant_lines[band] = demand[band] = 0;
    }
  }

  void improve(const FIXP_DBL *form_factors) {
    for (INT band = 0; band < count; band++) {
      for (INT slot = 0; slot < KEPT; slot++) kept_factor[band][slot] = NONE;
      improve_one(band);
    }
    prepare_prices(form_factors);
  }

  /* Tries smaller factors for single bands whose neighbours have smaller ones. After a success it begins anew. */
  void lower_single_bands() {
    if (count < 2) return;
    Visits visits;
    for (INT band = 0; band < count; band++) visits.left[band] = visits.right[band] = visits.price[band] = FDK_INT_MAX;
    FIXP_DBL price = 0;
    INT band = 0;
    while (band < count) band = lower(band, visits, price) ? 0 : band + 1;
  }

  /* Tries smaller and smaller factors for all regions with larger ones. */
  void lower_regions() {
    for (INT band = 0; band < count; band++) demand[band] = demand_at(band, factor[band]);
    INT smallest, largest;
    find_range(smallest, largest);
    if (largest == NONE || largest > smallest + MAX_SCF_DELTA) return;
    FIXP_DBL price = 0;
    INT trial = largest;
    do {
      trial--;
      const UINT64 blocked = above(least_factor, trial);
      UINT64 larger = above(factor, trial);
      while (larger) {
        const INT start = __builtin_ctzll(larger), end = start + __builtin_ctzll(~(larger >> start));
        const UINT64 mask = larger & ((1ULL << end) - 1);
        larger ^= mask;
        if (!(mask & blocked)) lower_region({start, end}, trial, price);
      }
    } while (trial > smallest);
  }

  /* For each region with one factor: tries larger ones, else one of its neighbours', then the next smaller ones without
   * another quantisation. */
  void level_regions() {
    INT smallest, largest;
    find_range(smallest, largest);
    FIXP_DBL price = 0;
    INT previous = NONE;
    for (Region region = {0, 0}; region.start < count; region.start = region.end) {
      const INT now = factor[region.start];
      region.end = region.start + 1;
      while (region.end < count && factor[region.end] == now) region.end++;
      const INT next = region.end < count ? factor[region.end] : now;
      if (previous == NONE) previous = now;
      const INT larger = fixMax(previous, next), smaller = fixMin(previous, next);
      const INT highest = fixMax(larger, now), lowest = larger >= now ? fixMin(now, smaller) : larger;
      previous = now;
      if (highest - lowest > MAX_SCF_DELTA) continue;
      if (highest > now) raise_region(region, highest, price);
      if (factor[region.start] == now && lowest < now && largest - smallest <= MAX_SCF_DELTA)
        lower_region_to_neighbour(region, lowest, price);
      if (largest - smallest <= MAX_SCF_DELTA - 3) reduce_region(region, price);
    }
  }

  /* Limits the differences of factors, and writes them into the channel. Lines without a factor become zero. */
  void write(QC_OUT_CHANNEL &channel) {
    INT smallest, largest;
    find_range(smallest, largest);
    for (INT band = 0; band < count; band++) factor[band] = fixMin(factor[band], smallest + MAX_SCF_DELTA);
    find_range(smallest, largest);
    channel.globalGain = count ? largest : 0;
    for (INT sfb = 0; sfb < layout.sfbCnt; sfb++) channel.scf[sfb] = NONE;
    for (INT band = 0; band < count; band++) channel.scf[number[band]] = largest - factor[band];
    for (INT group = 0; group < layout.sfbCnt; group += layout.sfbPerGroup)
      for (INT sfb = group; sfb < group + layout.maxSfbPerGroup; sfb++)
        if (channel.scf[sfb] == NONE) {
          const INT start = layout.sfbOffsets[sfb], end = layout.sfbOffsets[sfb + 1];
          channel.scf[sfb] = 0;
          for (INT line = start; line < end; line += 4) wasm_v128_store(channel.mdctSpectrum + line, splat(0));
        }
  }

 private:
  /* What lower() found when it last tried a band: the neighbours' factors, and the price after it. */
  struct Visits {
    INT left[ROOM], right[ROOM];
    FIXP_DBL price[ROOM];
  };

  void add(INT sfb, FIXP_DBL form_factor) {
    const INT start = layout.sfbOffsets[sfb], end = layout.sfbOffsets[sfb + 1];
    const FIXP_DBL *lines = channel.mdctSpectrum + start;
    v128_t largest = splat(0), largest_signed = splat(0);
    for (INT line = 0; line < end - start; line += 4) {
      const v128_t magnitude = wasm_i32x4_abs(wasm_v128_load(lines + line));
      largest = wasm_u32x4_max(largest, magnitude);
      largest_signed = wasm_i32x4_max(largest_signed, magnitude);
    }
    largest = wasm_u32x4_max(largest, wasm_i32x4_shuffle(largest, largest, 2, 3, 0, 1));
    largest = wasm_u32x4_max(largest, wasm_i32x4_shuffle(largest, largest, 1, 0, 3, 2));
    largest_signed = wasm_i32x4_max(largest_signed, wasm_i32x4_shuffle(largest_signed, largest_signed, 2, 3, 0, 1));
    largest_signed = wasm_i32x4_max(largest_signed, wasm_i32x4_shuffle(largest_signed, largest_signed, 1, 0, 3, 2));

    const INT band = count++;
    number[band] = sfb;
    bands[band] = {lines, end - start, (UINT)wasm_i32x4_extract_lane(largest, 0)};
    threshold[band] = channel.sfbThresholdLdData[sfb];
    distortion[band] = energy[band] = channel.sfbEnergyLdData[sfb];

    /* log10(6.75 * threshold) - log10(form factor), times 8.8585. */
    FIXP_DBL estimate = FL2FXCONST_DBL(0.04304511722f) + threshold[band] - (form_factor + FL2FXCONST_DBL(0.09375f));
    estimate = fMult(FL2FXCONST_DBL(0.30102999566f), estimate);
    estimate = estimate + fMult(FL2FXCONST_DBL(0.8585f), estimate >> 3);
    /* The library's limit, -69.33295 + 4 / log(2) * log(largest line). */
    const FIXP_DBL peak = CalcLdData(wasm_i32x4_extract_lane(largest_signed, 0));
    const FIXP_DBL limit = FL2FXCONST_DBL(-0.27083183594f);
    const FIXP_DBL least = limit > FL2FXCONST_DBL(-1.f) - peak ? limit + peak : FL2FXCONST_DBL(-1.f);
    least_factor[band] = (least >> (DFRACT_BITS - 1 - 8)) + 1;
    factor[band] = fixMax((INT)(estimate >> (DFRACT_BITS - 1 - 3 - LD_DATA_SHIFT)), least_factor[band]);
  }

  FIXP_DBL distortion_at(INT band, INT trial) {
    const INT slot = trial & (KEPT - 1);
    if (kept_factor[band][slot] != trial) {
      kept_factor[band][slot] = trial;
      kept_distortion[band][slot] = band_distortion(bands[band], trial, has_dead_zone);
    }
    return kept_distortion[band][slot];
  }

  /* FDKaacEnc_improveScf. */
  void improve_one(INT band) {
    const INT first = factor[band];
    const FIXP_DBL tolerance = FL2FXCONST_DBL(-0.0050301265), tolerated = threshold[band] - tolerance;
    const FIXP_DBL at_first = distortion_at(band, first), at_next = distortion_at(band, first + 1);
    FIXP_DBL best = at_first;
    tried[band] = first;
    if (at_first > tolerated) {
      if (at_next < best) {
        best = at_next;
        factor[band] = first + 1;
      }
      if (best > tolerated && first > least_factor[band]) {
        const FIXP_DBL at_last = distortion_at(band, first - 1);
        if (at_last < best) {
          best = at_last;
          factor[band] = first - 1;
        }
        tried[band] = first - 1;
      }
    } else if (at_next < fixMin(at_first - tolerance, threshold[band])) {
      best = at_next;
      tried[band] = factor[band] = first + 1;
    }
    distortion[band] = best;
    quantised_at[band] = factor[band];
  }

  /* FDKaacEnc_calcSfbRelevantLines, and the part of FDKaacEnc_calcSpecPeDiff that no factor changes. */
  void prepare_prices(const FIXP_DBL *form_factors) {
    for (INT band = 0; band < count; band++) {
      const FIXP_DBL form_factor = form_factors[number[band]];
      const FIXP_DBL mean_energy = energy[band] - logarithm_of_width(bands[band].count) - FL2FXCONST_DBL(0.109375);
      relevant_lines[band] = CalcInvLdData(form_factor - (mean_energy >> 2)) >> 1;
      base_demand[band] = ((energy[band] - form_factor - FL2FXCONST_DBL(0.09375f)) >> 1) +
                          FL2FXCONST_DBL(0.02152255861f);
    }
  }

  FIXP_DBL demand_at(INT band, INT trial) const {
    const FIXP_DBL ratio = base_demand[band] - fineness(trial);
    return ratio >= PE_C1 ? ratio : PE_C2 + fMult(PE_C3, ratio);
  }

  /* Returns four bands' demands. */
  v128_t demands_at(INT band, v128_t fineness) const {
    const v128_t ratio = wasm_i32x4_sub(wasm_v128_load(base_demand + band), fineness);
    const v128_t low = wasm_i32x4_add(splat(PE_C2), product(splat(PE_C3), ratio));
    return wasm_v128_bitselect(ratio, low, wasm_i32x4_ge(ratio, splat(PE_C1)));
  }

  /* FDKaacEnc_calcSpecPeDiff, for one factor in a region. */
  FIXP_DBL demand_change(Region region, INT trial) const {
    const v128_t by = splat(fineness(trial)), lanes = wasm_i32x4_make(0, 1, 2, 3);
    v128_t sum = splat(0);
    for (INT band = region.start; band < region.end; band += 4) {
      const v128_t change = wasm_i32x4_sub(demands_at(band, by), wasm_v128_load(demand + band));
      const v128_t price = product(splat(FL2FXCONST_DBL(0.7f)), product(wasm_v128_load(relevant_lines + band), change));
      sum = wasm_i32x4_add(sum, wasm_v128_and(price, wasm_i32x4_lt(lanes, splat(region.end - band))));
    }
    return lane_sum(sum);
  }

  /* FDKaacEnc_countScfBitsDiff, for one factor in a region. */
  FIXP_DBL bits_change(Region region, INT trial) const {
    INT bits = (region.end - region.start - 1) * code_length(0, 0);
    if (region.start > 0) {
      const INT before = factor[region.start - 1];
      bits += code_length(before, trial) - code_length(before, factor[region.start]);
    }
    for (INT band = region.start + 1; band < region.end; band++) bits -= code_length(factor[band - 1], factor[band]);
    if (region.end < count) {
      const INT after = factor[region.end];
      bits += code_length(trial, after) - code_length(factor[region.end - 1], after);
    }
    return price_of(bits);
  }

  void find_range(INT &smallest, INT &largest) const {
    smallest = FDK_INT_MAX;
    largest = NONE;
    for (INT band = 0; band < count; band++) {
      smallest = fixMin(smallest, factor[band]);
      largest = fixMax(largest, factor[band]);
    }
  }

  /* Returns a bit for each band whose number exceeds the limit. */
  UINT64 above(const INT *numbers, INT limit) const {
    UINT64 mask = 0;
    for (INT band = 0; band < count; band += 4)
      mask |= (UINT64)wasm_i32x4_bitmask(wasm_i32x4_gt(wasm_v128_load(numbers + band), splat(limit))) << band;
    return mask;
  }

  /* One band's step of FDKaacEnc_assimilateSingleScf. Returns whether the band has a new factor. */
  bool lower(INT band, Visits &visits, FIXP_DBL &price) {
    const INT first = factor[band];
    const bool has_left = band > 0, has_right = band < count - 1;
    const INT left = has_left ? factor[band - 1] : first, right = has_right ? factor[band + 1] : first;
    const INT largest = has_left && has_right ? fixMax(left, right) : has_left ? left : right;
    const INT smallest = has_left && has_right ? fixMin(left, right) : has_left ? left : right;
    const INT last = fixMax(smallest, least_factor[band]);
    if (first <= last || first > last + MAX_SCF_DELTA || first < largest - MAX_SCF_DELTA ||
        first > fixMin(last, fixMin(left, right)) + MAX_SCF_DELTA)
      return false;
    if (left == visits.left[band] && right == visits.right[band] && price >= visits.price[band]) return false;

    /* A missing neighbour has the band's own factor. */
    const auto price_at = [&](INT trial) {
      const INT bits = code_length(has_left ? left : trial, trial) + code_length(trial, has_right ? right : trial);
      return fMult(FL2FXCONST_DBL(0.7f), fMult(relevant_lines[band], demand_at(band, trial))) + price_of(bits);
    };
    bool has_success = false, is_tried = true;
    FIXP_DBL new_price = price;
    INT trial = fixMin(first, tried[band]) - 1;
    if (trial >= last && trial >= largest - MAX_SCF_DELTA) {
      const FIXP_DBL old_price = price_at(first);
      for (; trial >= last && trial >= largest - MAX_SCF_DELTA; trial--) {
        const FIXP_DBL trial_price = price + price_at(trial) - old_price;
        if (trial_price >= TEN_BITS) {
          is_tried = false;
          continue;
        }
        const FIXP_DBL trial_distortion = distortion_at(band, trial);
        if (trial_distortion < distortion[band]) {
          factor[band] = quantised_at[band] = trial;
          distortion[band] = trial_distortion;
          new_price = trial_price;
          has_success = true;
        }
        if (is_tried) tried[band] = trial;
      }
    }
    price = new_price;
    visits.left[band] = has_left ? left : last;
    visits.right[band] = has_right ? right : last;
    visits.price[band] = price;
    return has_success;
  }

  /* Gives a region a factor, whose distortions are known. */
  void set(Region region, INT trial) {
    for (INT band = region.start; band < region.end; band++) {
      factor[band] = quantised_at[band] = trial;
      distortion[band] = new_distortion[band];
      demand[band] = demand_at(band, trial);
    }
  }

  /* Computes a region's distortion before and after a trial. It gives up if one band exceeds its threshold. */
  void compare(Region region, INT trial, FIXP_DBL &before, FIXP_DBL &after) {
    before = after = 0;
    for (INT band = region.start; band < region.end; band++) {
      before += CalcInvLdData(distortion[band]) >> DIST_FAC_SHIFT;
      new_distortion[band] = distortion_at(band, trial);
      if (new_distortion[band] > threshold[band]) {
        after = before << 1;
        return;
      }
      after += CalcInvLdData(new_distortion[band]) >> DIST_FAC_SHIFT;
    }
  }

  /* One trial of FDKaacEnc_assimilateMultipleScf. */
  void lower_region(Region region, INT trial, FIXP_DBL &price) {
    const FIXP_DBL new_price = price + bits_change(region, trial) + demand_change(region, trial);
    if (new_price >= TEN_BITS) return;
    FIXP_DBL before, after;
    compare(region, trial, before, after);
    if (after >= before) return;
    price = new_price;
    set(region, trial);
  }

  /* The first step of FDKaacEnc_assimilateMultipleScf2. */
  void raise_region(Region region, INT highest, FIXP_DBL &price) {
    FIXP_DBL allowed[ROOM];
    for (INT band = region.start; band < region.end; band++) {
      const FIXP_DBL third = FL2FXCONST_DBL(1.0f / 3.0f);
      const FIXP_DBL mean =
          fMult(third, threshold[band]) + fMult(third, distortion[band]) + fMult(third, distortion[band]);
      allowed[band] = fixMin(fixMax(mean, energy[band] - FL2FXCONST_DBL(0.15571537944)), threshold[band]);
    }
    for (INT trial = factor[region.start] + 1; trial <= highest; trial++) {
      const FIXP_DBL new_price = price + bits_change(region, trial) + demand_change(region, trial);
      if (new_price >= 0) continue;
      INT band = region.start;
      for (; band < region.end; band++) {
        new_distortion[band] = distortion_at(band, trial);
        if (new_distortion[band] > allowed[band]) break;
      }
      if (band == region.end) {
        price = new_price;
        set(region, trial);
      } else if (new_distortion[band] == energy[band]) {
        /* All its values are zero. So they are at larger factors. */
        break;
      }
    }
  }

  /* The second step of FDKaacEnc_assimilateMultipleScf2. */
  void lower_region_to_neighbour(Region region, INT trial, FIXP_DBL &price) {
    for (INT band = region.start; band < region.end; band++)
      if (trial < least_factor[band]) return;
    const FIXP_DBL new_price = price + bits_change(region, trial) + demand_change(region, trial);
    if (new_price >= 0) return;
    FIXP_DBL before, after;
    compare(region, trial, before, after);
    if (after >= fMult(FL2FXCONST_DBL(0.8f), before)) return;
    price = new_price;
    set(region, trial);
  }

  /* The third step of FDKaacEnc_assimilateMultipleScf2. */
  void reduce_region(Region region, FIXP_DBL &price) {
    const INT first = factor[region.start];
    for (INT trial = first - 1; trial >= first - 3; trial--) {
      const FIXP_DBL new_price = price + bits_change(region, trial);
      if (new_price > 0 || !is_better(region, trial)) continue;
      price = new_price;
      for (INT band = region.start; band < region.end; band++) {
        factor[band] = trial;
        distortion[band] = new_distortion[band];
        demand[band] = demand_at(band, trial);
      }
    }
  }

  /* Tells if a smaller factor, without another quantisation, lessens a region's distortion and nearly keeps its
   * energy. */
  bool is_better(Region region, INT trial) {
    FIXP_DBL before = 0, after = 0;
    for (INT band = region.start; band < region.end; band++) {
      FIXP_DBL new_energy;
      measure_band(bands[band], quantised_at[band], trial, has_dead_zone, new_energy, new_distortion[band]);
      before += CalcInvLdData(distortion[band]) >> DIST_FAC_SHIFT;
      after += CalcInvLdData(new_distortion[band]) >> DIST_FAC_SHIFT;
      if (new_distortion[band] > distortion[band] + FL2FXCONST_DBL(0.00259488556167f) ||
          new_energy < energy[band] - FL2FXCONST_DBL(0.00778722686652f))
        return false;
    }
    return after < before;
  }
};

}  // namespace

void FDKaacEnc_CalcFormFactor(QC_OUT_CHANNEL *channels[2], PSY_OUT_CHANNEL *layouts[2], const INT channel_count) {
  for (INT i = 0; i < channel_count; i++) {
    const PSY_OUT_CHANNEL &layout = *layouts[i];
    for (INT group = 0; group < layout.sfbCnt; group += layout.sfbPerGroup)
      for (INT sfb = group; sfb < group + layout.sfbPerGroup; sfb++) {
        FIXP_DBL &form_factor = channels[i]->sfbFormFactorLdData[sfb];
        if (sfb >= group + layout.maxSfbPerGroup) {
          form_factor = FL2FXCONST_DBL(-1.0f);
          continue;
        }
        v128_t sum = splat(0);
        for (INT line = layout.sfbOffsets[sfb]; line < layout.sfbOffsets[sfb + 1]; line += 4) {
          const v128_t roots = root(wasm_i32x4_abs(wasm_v128_load(layout.mdctSpectrum + line)));
          sum = wasm_i32x4_add(sum, wasm_i32x4_shr(roots, FORM_FAC_SHIFT));
        }
        form_factor = CalcLdData(lane_sum(sum));
      }
  }
}

void FDKaacEnc_EstimateScaleFactors(PSY_OUT_CHANNEL *layouts[], QC_OUT_CHANNEL *channels[], const INT effort,
                                    const INT has_dead_zone, const INT channel_count) {
  for (INT i = 0; i < channel_count; i++) {
    QC_OUT_CHANNEL &channel = *channels[i];
    Search search(channel, *layouts[i], has_dead_zone);
    search.find_bands(channel.sfbFormFactorLdData);
    if (effort > 0) {
      search.improve(channel.sfbFormFactorLdData);
      search.lower_single_bands();
      if (effort > 1) {
        search.lower_regions();
        search.level_regions();
      }
    }
    search.write(channel);
  }
}
