/**
 * A new idempotency key. `crypto.randomUUID` would do, but browsers offer it on secure pages only, and a page on a
 * local network is none.
 */
export function newIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
