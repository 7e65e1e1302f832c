/** Waiting between tries: exponential with full jitter, so that many clients do not return at the same moment. */

export interface BackoffOptions {
  /** Upper bound of the first wait, in milliseconds. */
  firstMs: number;
  /** Upper bound of every wait, in milliseconds. */
  maxMs: number;
}

/** The wait before try number `failures + 1`: between 0 and `firstMs · 2^(failures - 1)`, at most `maxMs`. */
export function backoffMs(failures: number, { firstMs, maxMs }: BackoffOptions, random = Math.random): number {
  const bound = Math.min(maxMs, firstMs * 2 ** Math.min(Math.max(failures - 1, 0), 30));
  return Math.round(random() * bound);
}

/** Reads `Retry-After`: seconds or a date. Returns milliseconds, or null if the header is absent or unreadable. */
export function retryAfterMs(headers: Headers, now = Date.now()): number | null {
  const text = headers.get("Retry-After");
  if (text === null) return null;
  const seconds = Number(text);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}

/** Resolves after `ms`; rejects with the signal's reason if it is aborted before. */
export function sleep(ms: number, signal?: AbortSignal | null): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal?.addEventListener("abort", stop, { once: true });
  });
}
