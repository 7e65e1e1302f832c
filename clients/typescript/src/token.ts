/** Returns a fresh token of the signed-in user or service: a JWT or an API key. */
export type TokenCallback = () => Promise<string> | string;

/** The claims that the client reads. It does not verify the token; the server does. */
export interface Claims {
  sub?: string;
  tenant?: string;
  exp?: number;
  iat?: number;
}

/** A token is renewed this long before it expires, or after nine tenths of its life if that is later. */
const RENEW_BEFORE_MS = 60_000;

/** Keeps the current token and asks the callback for another one when it is needed. */
export class TokenSource {
  readonly #callback: TokenCallback;
  #token: string | null = null;
  #renewAt = 0;
  #pending: Promise<string> | null = null;

  constructor(callback: TokenCallback) {
    this.#callback = callback;
  }

  /** The current token, or a new one if it is about to expire. Simultaneous calls share one callback. */
  get(): Promise<string> {
    if (this.#token !== null && Date.now() < this.#renewAt) return Promise.resolve(this.#token);
    this.#pending ??= this.#renew().finally(() => {
      this.#pending = null;
    });
    return this.#pending;
  }

  /** Drops a token that the server refused. A newer one stays. */
  forget(token: string): void {
    if (this.#token === token) this.#token = null;
  }

  async #renew(): Promise<string> {
    const token = await this.#callback();
    if (typeof token !== "string" || token === "") throw new TypeError("the token callback returned no token");
    const now = Date.now();
    const { exp } = readClaims(token);
    // A token that seems to have expired is used once: this device's clock may be wrong, and the server decides.
    const life = exp === undefined ? Infinity : Math.max(0, exp * 1000 - now);
    this.#token = token;
    this.#renewAt = now + Math.max(life - RENEW_BEFORE_MS, life * 0.9);
    return token;
  }
}

/** Reads the claims of a JWT; an API key or an unreadable token has none. */
export function readClaims(token: string): Claims {
  const payload = token.split(".")[1];
  if (payload === undefined) return {};
  try {
    const bytes = Uint8Array.from(atob(payload.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
    const claims: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof claims === "object" && claims !== null ? (claims as Claims) : {};
  } catch {
    return {};
  }
}
