import { backoffMs, retryAfterMs, sleep } from "./backoff.js";
import { CampanileError } from "./problem.js";
import type { TokenSource } from "./token.js";

export interface RequestOptions {
  tokens: TokenSource;
  fetch: (request: Request) => Promise<Response>;
  /** How often a failed call is repeated. */
  retries: number;
  /** How long one try may take, in milliseconds. */
  timeoutMs: number;
  /** A call fails at once if the server asks for a longer wait, in milliseconds. */
  maxWaitMs: number;
}

const BACKOFF = { firstMs: 500, maxMs: 8_000 };

/** Makes a `fetch` that signs requests, renews a refused token once, and repeats what is safe to repeat. */
export function resilientFetch(options: RequestOptions): (request: Request) => Promise<Response> {
  const { tokens, retries, timeoutMs, maxWaitMs } = options;

  return async function call(request) {
    let renewed = false;
    for (let failures = 0; ; ) {
      const token = await tokens.get();
      let waitMs: number;
      try {
        const response = await options.fetch(signed(request, token, timeoutMs));
        if (response.status === 401 && !renewed) {
          renewed = true;
          tokens.forget(token);
          continue;
        }
        failures += 1;
        waitMs = Math.max(retryAfterMs(response.headers) ?? 0, backoffMs(failures, BACKOFF));
        if (!worthRepeating(request, response) || failures > retries || waitMs > maxWaitMs) return response;
        await response.body?.cancel();
      } catch (error) {
        if (request.signal.aborted) throw error;
        failures += 1;
        if (!isRepeatable(request) || failures > retries) throw CampanileError.network(error);
        waitMs = backoffMs(failures, BACKOFF);
      }
      await sleep(waitMs, request.signal);
    }
  };
}

/** A copy with the token and a time limit; the original stays unused for the next try. */
function signed(request: Request, token: string, timeoutMs: number): Request {
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(timeoutMs)]);
  const copy = new Request(request.clone(), { signal });
  copy.headers.set("Authorization", `Bearer ${token}`);
  return copy;
}

/** POST creates something, so it is repeated only under an idempotency key. */
function isRepeatable(request: Request): boolean {
  return request.method !== "POST" || request.headers.has("Idempotency-Key");
}

function worthRepeating(request: Request, { status, headers }: Response): boolean {
  // A request above the limit was not processed, whatever its method.
  if (status === 429) return true;
  // Another request with the same idempotency key is being accepted.
  if (status === 409) return headers.has("Retry-After") && isRepeatable(request);
  return isRepeatable(request) && (status === 502 || status === 503 || status === 504);
}
