/** The discrete Fourier transform of real signals whose length is a power of two (Cooley and Tukey, radix 2). */
export class Fft {
  constructor(size) {
    this.size = size;
    this.re = new Float64Array(size);
    this.im = new Float64Array(size);
    this.cos = Float64Array.from({ length: size / 2 }, (_, i) => Math.cos((2 * Math.PI * i) / size));
    this.sin = Float64Array.from({ length: size / 2 }, (_, i) => Math.sin((2 * Math.PI * i) / size));
    this.reversed = Uint32Array.from({ length: size }, (_, i) => {
      let reversed = 0;
      for (let bit = 1; bit < size; bit <<= 1) reversed = (reversed << 1) | (i & bit ? 1 : 0);
      return reversed;
    });
  }

  /** Writes the squared magnitudes of bins 0 to `size / 2` into `power`. */
  power(signal, power) {
    const { size, re, im, cos, sin, reversed } = this;
    for (let i = 0; i < size; i += 1) {
      re[reversed[i]] = signal[i];
      im[i] = 0;
    }
    for (let half = 1; half < size; half *= 2) {
      const turn = size / (2 * half);
      for (let start = 0; start < size; start += 2 * half) {
        for (let i = 0; i < half; i += 1) {
          const [a, b] = [start + i, start + i + half];
          const x = re[b] * cos[i * turn] + im[b] * sin[i * turn];
          const y = im[b] * cos[i * turn] - re[b] * sin[i * turn];
          re[b] = re[a] - x;
          im[b] = im[a] - y;
          re[a] += x;
          im[a] += y;
        }
      }
    }
    for (let i = 0; i <= size / 2; i += 1) power[i] = re[i] * re[i] + im[i] * im[i];
  }
}
