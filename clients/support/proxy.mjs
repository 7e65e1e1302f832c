// Stands between a client and a real server, and disturbs what passes when a test says so.
import { once } from "node:events";
import { createServer, request as forward } from "node:http";

/** A proxy; set `disturb` to a function `(request, response) => boolean` that answers a request itself. */
export class Proxy {
  static async start(target) {
    const proxy = new Proxy();
    proxy.seen = [];
    proxy.disturb = () => false;
    proxy.server = createServer((incoming, answer) => {
      const { method, url, headers } = incoming;
      proxy.seen.push({ method, url, headers });
      if (proxy.disturb(incoming, answer)) return;
      const onward = forward(new URL(url, target), { method, headers }, (response) => {
        answer.writeHead(response.statusCode, response.headers);
        response.pipe(answer);
        // A server that dies closes its connections; so does the proxy.
        response.on("close", () => response.complete || answer.destroy());
      });
      onward.on("error", () => answer.destroy());
      answer.on("close", () => onward.destroy());
      incoming.pipe(onward);
    }).listen(0, "127.0.0.1");
    await once(proxy.server, "listening");
    proxy.url = `http://127.0.0.1:${proxy.server.address().port}`;
    return proxy;
  }

  /** Cuts every open connection. */
  cut() {
    this.server.closeAllConnections();
  }

  async stop() {
    this.server.close();
    this.cut();
    await once(this.server, "close");
  }
}
