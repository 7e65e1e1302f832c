import { createHmac } from "node:crypto";

/** A token with which the browser of one user reads their inbox. */
export const inboxToken = (userId) => sign({ sub: userId, scope: "inbox" });

/** A token with which this backend sends. It never leaves the backend. */
export const serviceToken = (name) => sign({ sub: name, scope: "notifications:send" });

function sign(claims, { secret = process.env.JWT_SECRET, tenant = "default", seconds = 900 } = {}) {
  const now = Math.floor(Date.now() / 1000);
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = [part({ alg: "HS256", typ: "JWT" }), part({ ...claims, tenant, iat: now, exp: now + seconds })].join(".");
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}
