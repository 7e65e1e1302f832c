// A push service over TLS, and the browser's half of Web Push: keys of a subscription, and the decryption of RFC 8291.
import { execFileSync } from "node:child_process";
import { createDecipheriv, createECDH, createPublicKey, hkdfSync, randomBytes, verify } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A server's certificate: the default of `req -x509` is one of an authority, which no server may show. */
const CONFIG = `[req]
prompt = no
distinguished_name = name
x509_extensions = server
[name]
CN = localhost
[server]
basicConstraints = critical,CA:FALSE
subjectAltName = DNS:localhost,IP:127.0.0.1
`;

/** Keeps what is posted to it, and answers 201. */
export class PushService {
  static async start() {
    const service = new PushService();
    service.directory = mkdtempSync(join(tmpdir(), "push-service-"));
    const [key, certificate] = ["key.pem", "certificate.pem"].map((name) => join(service.directory, name));
    const config = join(service.directory, "openssl.cnf");
    writeFileSync(config, CONFIG);
    const made = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
    execFileSync("openssl", [...made, "-config", config, "-keyout", key, "-out", certificate], { stdio: "pipe" });
    service.certificate = certificate;
    service.posted = [];
    service.server = createServer({ key: readFileSync(key), cert: readFileSync(certificate) }, async (request, response) => {
      const parts = [];
      for await (const part of request) parts.push(part);
      service.posted.push({ path: request.url, headers: request.headers, body: Buffer.concat(parts) });
      response.writeHead(201).end();
    });
    service.server.listen(0, "127.0.0.1");
    await once(service.server, "listening");
    service.origin = `https://localhost:${service.server.address().port}`;
    return service;
  }

  async stop() {
    this.server.close();
    this.server.closeAllConnections();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** The keys of one subscription, as a browser makes them. */
export class Subscription {
  #ecdh = createECDH("prime256v1");

  constructor() {
    this.#ecdh.generateKeys();
    this.auth = randomBytes(16);
  }

  /** As `PushSubscription.toJSON()` writes them. */
  get keys() {
    return { p256dh: this.#ecdh.getPublicKey("base64url"), auth: this.auth.toString("base64url") };
  }

  /** Decrypts a body with the encoding aes128gcm (RFC 8188) that is meant for this subscription (RFC 8291, section 3). */
  decrypt(body) {
    const salt = body.subarray(0, 16);
    const recordBytes = body.readUInt32BE(16);
    const keyBytes = body[20];
    const theirs = body.subarray(21, 21 + keyBytes);
    const record = body.subarray(21 + keyBytes);
    if (record.length > recordBytes) throw new Error("more than one record");
    const info = Buffer.concat([Buffer.from("WebPush: info\0"), this.#ecdh.getPublicKey(), theirs]);
    const secret = hkdfSync("sha256", this.#ecdh.computeSecret(theirs), this.auth, info, 32);
    const derive = (name, bytes) => Buffer.from(hkdfSync("sha256", secret, salt, Buffer.from(`Content-Encoding: ${name}\0`), bytes));
    const decipher = createDecipheriv("aes-128-gcm", derive("aes128gcm", 16), derive("nonce", 12));
    decipher.setAuthTag(record.subarray(-16));
    const padded = Buffer.concat([decipher.update(record.subarray(0, -16)), decipher.final()]);
    // The last record ends with 2 and zeros.
    const end = padded.findLastIndex((byte) => byte !== 0);
    if (padded[end] !== 2) throw new Error("no end of the last record");
    return padded.subarray(0, end).toString();
  }
}

/** Verifies `Authorization: vapid t=…, k=…` (RFC 8292); gives the claims and the key. */
export function verifyVapid(authorization) {
  const [, token, key] = /^vapid t=([\w.-]+), ?k=([\w-]+)$/.exec(authorization);
  const [head, claims, signature] = token.split(".");
  const point = Buffer.from(key, "base64url");
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((part) => part.toString("base64url"));
  const publicKey = createPublicKey({ key: { kty: "EC", crv: "P-256", x, y }, format: "jwk" });
  const signed = Buffer.from(`${head}.${claims}`);
  if (!verify("sha256", signed, { key: publicKey, dsaEncoding: "ieee-p1363" }, Buffer.from(signature, "base64url"))) {
    throw new Error("the signature is wrong");
  }
  return { claims: JSON.parse(Buffer.from(claims, "base64url")), key };
}
