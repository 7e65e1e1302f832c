import { Campanile, type TokenCallback } from "@campanile/client";

/** Where this module came from: the server that serves it is the one to call, unless the page says otherwise. */
function ownOrigin(): string {
  const { origin } = new URL(import.meta.url);
  return origin === "null" ? location.origin : origin;
}

export interface Access {
  baseUrl: string | null;
  token: string | TokenCallback | null;
  tokenUrl: string | null;
}

/** The client for what the page has set, or null if it has set no token. */
export function clientFor({ baseUrl, token, tokenUrl }: Access): Campanile | null {
  let callback: TokenCallback;
  if (typeof token === "function") callback = token;
  else if (token) callback = () => token;
  else if (tokenUrl) callback = () => fetchToken(tokenUrl);
  else return null;
  const base = baseUrl ? new URL(baseUrl, location.href).href : ownOrigin();
  return new Campanile({ baseUrl: base, token: callback });
}

/** Asks the page's own backend. It answers with the token as text, or as JSON with the field `token`. */
async function fetchToken(url: string): Promise<string> {
  const response = await fetch(url, { credentials: "same-origin", cache: "no-store" });
  if (!response.ok) throw new Error(`${url} answered with status ${response.status}`);
  const text = (await response.text()).trim();
  return text.startsWith("{") ? (JSON.parse(text) as { token: string }).token : text;
}
